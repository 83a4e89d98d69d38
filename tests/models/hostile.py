"""Broken and hostile model files: each must end in a sentence, or be a model that runs."""

import random
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.models.gguf_parts import GgufParts, Tensor, Value, number, numbers, text, texts
from tests.models.headers import ARRAY, STRING, array, key

F64, INT32, UINT64 = 28, 5, 10
NORMAL, CONTROL, USER_DEFINED, UNUSED, BYTE = 1, 3, 4, 5, 6  # kinds of tokens


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file."""

    name: str
    data: bytes
    is_sound: bool = False  # odd, but it runs; else there must be a sentence


def hostile_files(whole: GgufParts) -> Iterator[Hostile]:
    """Return the files, made of a sound one of two layers of the llama architecture with a byte-level vocabulary."""
    yield from _cut(whole.packed())
    yield from _headers(whole)
    yield from _hyperparameters(whole)
    yield from _tensors(whole)
    yield from _vocabularies(whole)


def _cut(packed: bytes) -> Iterator[Hostile]:
    size, chance = len(packed), random.Random(6)
    for part in range(20):
        yield Hostile(f"cut to {part} twentieths", packed[: size * part // 20])
    yield Hostile("zeroed", bytes(size))
    yield Hostile("random", chance.randbytes(size))
    yield Hostile("random after its magic", packed[:8] + chance.randbytes(4096))
    yield Hostile("zeroed after its counts", packed[:24] + bytes(size - 24))
    yield Hostile("an HTML page", b"<!doctype html><title>Not found</title>" + b" " * 4096)


def _headers(whole: GgufParts) -> Iterator[Hostile]:
    packed, magic = whole.packed(), b"GGUF" + struct.pack("<I", 3)
    nested = array(ARRAY, 1, array(ARRAY, 1))
    yield Hostile("a bomb of 43 bytes", magic + struct.pack("<QQ", 0, 1) + struct.pack("<Q", 3) + struct.pack("<Q", 1 << 62)[:8])
    yield Hostile("2^63 tensors", magic + struct.pack("<QQ", 1 << 63, 1) + packed[24:])
    yield Hostile("2^63 keys", magic + struct.pack("<QQ", 1, 1 << 63) + packed[24:])
    yield Hostile("2^64-1 keys and tensors", magic + struct.pack("<QQ", 2**64 - 1, 2**64 - 1) + packed[24:])
    yield Hostile("an array of 2^63 strings", magic + struct.pack("<QQ", 1, 1) + key("a", ARRAY, array(STRING, 1 << 63)))
    yield Hostile("a string of 2^63 bytes", magic + struct.pack("<QQ", 1, 1) + key("a", STRING, struct.pack("<Q", 1 << 63)))
    yield Hostile("nested arrays", whole.with_keys({"a": Value(ARRAY, nested)}).packed())
    yield Hostile("alignment 2^31", whole.with_keys({"general.alignment": number(1 << 31)}).packed())
    yield Hostile("alignment 0", whole.with_keys({"general.alignment": number(0)}).packed())
    yield Hostile("alignment of another kind", whole.with_keys({"general.alignment": number(32, UINT64)}).packed())
    yield Hostile("alignment as text", whole.with_keys({"general.alignment": text("32")}).packed())
    yield Hostile("a key twice", replace(whole, keys=(*whole.keys, whole.keys[0])).packed())
    yield Hostile("a name without end", whole.with_keys({"k" * 70_000: number(1)}).packed())
    yield Hostile("no architecture", whole.with_keys({"general.architecture": None}).packed())
    yield Hostile("an architecture that is a number", whole.with_keys({"general.architecture": number(1)}).packed())
    yield Hostile("an architecture that nobody knows", whole.with_keys({"general.architecture": text("nonesuch")}).packed())
    yield Hostile("an architecture of format signs", whole.with_keys({"general.architecture": text("%s%n%s%n")}).packed())
    yield Hostile(
        "a part of a model in 2^16-1 files", whole.with_keys({"split.no": Value(2, b"\0\0"), "split.count": Value(2, b"\xff\xff")}).packed()
    )
    yield Hostile("a name that is no UTF-8", whole.with_keys({"general.name": text(b"\xff\xfe\x00\x80")}).packed(), is_sound=True)


def _hyperparameters(whole: GgufParts) -> Iterator[Hostile]:
    def changed(name: str, value: Value | None) -> bytes:
        return whole.with_keys({f"llama.{name}": value}).packed()

    for count in (0, 513, 1 << 31, (1 << 32) - 1):
        yield Hostile(f"{count} layers", changed("block_count", number(count)))
    yield Hostile("layers as text", changed("block_count", text("4")))
    yield Hostile("no number of layers", changed("block_count", None))
    yield Hostile("no head", changed("attention.head_count", number(0)))
    yield Hostile("2^31 heads", changed("attention.head_count", number(1 << 31)))
    yield Hostile("3 heads for a width of 128", changed("attention.head_count", number(3)))
    yield Hostile("heads as an array that is too short", changed("attention.head_count", numbers([4])))
    yield Hostile("heads as texts", changed("attention.head_count", texts([b"4"] * 2)))
    yield Hostile("heads as an array of another kind", changed("attention.head_count", Value(ARRAY, array(12, 2, bytes(16)))))
    yield Hostile("more heads of keys than of queries", changed("attention.head_count_kv", number(8)))
    yield Hostile("no head of keys", changed("attention.head_count_kv", number(0)))
    yield Hostile("heads of keys as an array of 600", changed("attention.head_count_kv", numbers([2] * 600)))
    yield Hostile("a layer with more heads of keys", changed("attention.head_count_kv", numbers([2, 1 << 30])))
    yield Hostile("keys of length 0", changed("attention.key_length", number(0)))
    yield Hostile("keys of length 2^31", changed("attention.key_length", number(1 << 31)))
    yield Hostile("rope over 0 dimensions", changed("rope.dimension_count", number(0)))
    yield Hostile("rope over 2^31 dimensions", changed("rope.dimension_count", number(1 << 31)))
    yield Hostile("rope over 63 dimensions", changed("rope.dimension_count", number(63)))
    yield Hostile("width 0", changed("embedding_length", number(0)))
    yield Hostile("width 2^32-1", changed("embedding_length", number((1 << 32) - 1)))
    yield Hostile("another width", changed("embedding_length", number(96)))
    yield Hostile("a context of 0", changed("context_length", number(0)), is_sound=True)
    yield Hostile("a context of 2^32-1", changed("context_length", number((1 << 32) - 1)), is_sound=True)
    yield Hostile("a negative context", changed("context_length", number(-1, INT32)))
    yield Hostile("no context", changed("context_length", None))
    yield Hostile("2^31 experts", changed("expert_count", number(1 << 31)))
    yield Hostile("more experts used than there are", changed("expert_used_count", number(9)))
    yield Hostile("an epsilon that is no number", changed("attention.layer_norm_rms_epsilon", Value(6, b"\xff\xff\xff\xff")))
    yield Hostile("a negative epsilon", changed("attention.layer_norm_rms_epsilon", Value(6, struct.pack("<f", -1.0))))
    yield Hostile("a rope base of 0", changed("rope.freq_base", Value(6, bytes(4))), is_sound=True)


def _tensors(whole: GgufParts) -> Iterator[Hostile]:
    def changed(change: Callable[[Tensor], Tensor | None], *names: str) -> bytes:
        return whole.with_tensors(change, *names).packed()

    queries, norm = "blk.0.attn_q.weight", "output_norm.weight"
    yield Hostile("a tensor that is missing", changed(lambda _: None, queries))
    yield Hostile("no tensors", replace(whole, tensors=()).packed())
    yield Hostile("one tensor", replace(whole, tensors=whole.tensors[:1]).packed())
    yield Hostile("a tensor twice", replace(whole, tensors=(*whole.tensors, whole.tensors[0])).packed())
    yield Hostile("a tensor turned around", changed(lambda it: replace(it, shape=it.shape[::-1]), queries))
    yield Hostile("a tensor of one dimension", changed(lambda it: replace(it, shape=(it.shape[0] * it.shape[1],)), queries))
    yield Hostile("a tensor of five dimensions", changed(lambda it: replace(it, shape=(*it.shape, 1, 1, 1)), queries))
    yield Hostile("a tensor that overflows", changed(lambda it: replace(it, shape=((1 << 61) + 1, 8)), queries))
    yield Hostile("a negative dimension", changed(lambda it: replace(it, shape=(2**64 - 128, 1)), queries))
    yield Hostile("an offset beyond the file", changed(lambda it: replace(it, offset=1 << 40), queries))
    yield Hostile("an offset that overflows", changed(lambda it: replace(it, offset=2**64 - 64), queries))
    yield Hostile("an offset that is not aligned", changed(lambda it: replace(it, offset=3), queries))
    yield Hostile("tensors that overlap", changed(lambda it: replace(it, offset=0), queries))
    yield Hostile("a type that is not known", changed(lambda it: replace(it, kind=99), queries))
    yield Hostile("a type that was removed", changed(lambda it: replace(it, kind=4), queries))
    yield Hostile("the largest type", changed(lambda it: replace(it, kind=(1 << 32) - 1), queries))
    yield Hostile("weights of 64 bits", changed(lambda it: replace(it, kind=F64, data=it.data * 2), queries))
    yield Hostile("a norm of 64 bits", changed(lambda it: replace(it, kind=F64, data=it.data * 2), norm))
    yield Hostile("weights that are integers", changed(lambda it: replace(it, kind=26), queries))
    yield Hostile("embeddings that are integers", changed(lambda it: replace(it, kind=26), "token_embd.weight"))
    yield Hostile("norms in eight bits", changed(lambda it: replace(it, kind=8, data=it.data[:136]), norm))
    yield Hostile("weights that are no numbers", changed(lambda it: replace(it, data=b"\xff" * len(it.data)), queries), is_sound=True)
    yield Hostile("a tensor too many", replace(whole, tensors=(*whole.tensors, replace(whole.tensors[-1], name="surplus"))).packed())


def _vocabularies(whole: GgufParts) -> Iterator[Hostile]:
    def changed(**values: Value | None) -> bytes:
        return whole.with_keys({f"tokenizer.ggml.{name}": value for name, value in values.items()}).packed()

    count = 259
    words = [b"<unk>", *(b"%c" % (33 + number % 90) * (1 + number // 90) for number in range(count - 1))]
    scores = Value(ARRAY, array(6, count, struct.pack(f"<{count}f", *range(count))))

    def kinds(*values: int) -> Value:
        return numbers([*values, *[NORMAL] * (count - len(values))], INT32)

    yield Hostile("no vocabulary", changed(tokens=None))
    yield Hostile("no tokenizer", changed(model=None))
    yield Hostile("a tokenizer that nobody knows", changed(model=text("nonesuch")))
    yield Hostile("a splitting that nobody knows", changed(pre=text("nonesuch")))
    yield Hostile("an empty vocabulary", changed(tokens=texts([]), token_type=None))
    yield Hostile("a vocabulary of numbers", changed(tokens=numbers([1] * count)))
    yield Hostile("a smaller vocabulary", changed(tokens=texts(words[:7]), token_type=None))
    yield Hostile("a larger vocabulary", changed(tokens=texts(words * 2), token_type=None))
    yield Hostile("kinds of too few tokens", changed(token_type=numbers([NORMAL], INT32)))
    yield Hostile("negative kinds of tokens", changed(token_type=numbers([-1] * count, INT32)), is_sound=True)
    yield Hostile("huge kinds of tokens", changed(token_type=numbers([(1 << 31) - 1] * count, INT32)), is_sound=True)
    yield Hostile("kinds of tokens as texts", changed(token_type=texts([b"1"] * count)))
    yield Hostile("no merges", changed(merges=None))
    yield Hostile("merges that are none", changed(merges=texts([b"", b" ", b"a", b"  ", b"\xff \xff"])), is_sound=True)
    yield Hostile("merges of numbers", changed(merges=numbers([1, 2])))
    yield Hostile("tokens that are all the same", changed(tokens=texts([b"a"] * count)))
    yield Hostile("tokens that are empty", changed(tokens=texts([b""] * count)), is_sound=True)
    yield Hostile("tokens that are no UTF-8", changed(tokens=texts([b"\xff\xc0%d" % number for number in range(count)])), is_sound=True)
    yield Hostile("a token of a megabyte", changed(tokens=texts([b"x" * (1 << 20), *words[1:]])), is_sound=True)
    for name in ("bos", "eos", "unknown", "padding"):
        yield Hostile(f"a token id {name} out of range", changed(**{f"{name}_token_id": number(1 << 30)}), is_sound=True)
    yield Hostile("a negative token id", changed(eos_token_id=number(-5, INT32)))
    yield Hostile("a token id as text", changed(eos_token_id=text("1")))
    yield Hostile(
        "plamo's bytes below 0",
        changed(model=text("plamo2"), tokens=texts([b"<0x-1>", *words[1:]]), scores=scores, token_type=kinds(BYTE)),
    )
    yield Hostile("sentence pieces without scores", changed(model=text("llama"), tokens=texts(words), token_type=kinds()))
    yield Hostile("sentence pieces without bytes", changed(model=text("llama"), tokens=texts(words), scores=scores, token_type=kinds()))
    yield Hostile(
        "sentence pieces whose bytes are none",
        changed(model=text("llama"), tokens=texts([b"<0xZZ>", *words[1:]]), scores=scores, token_type=kinds(BYTE)),
    )
    yield Hostile(
        "a map of characters that is random",
        changed(
            model=text("t5"),
            tokens=texts(words),
            scores=scores,
            token_type=kinds(2),
            precompiled_charsmap=Value(ARRAY, array(0, 256, random.Random(1).randbytes(256))),
        ),
    )
    yield Hostile(
        "a map of characters that is short",
        changed(
            model=text("t5"),
            tokens=texts(words),
            scores=scores,
            token_type=kinds(2),
            precompiled_charsmap=Value(ARRAY, array(0, 2, b"\xff\xff")),
        ),
    )
    yield Hostile("word pieces", changed(model=text("bert"), tokens=texts(words)), is_sound=True)
    yield Hostile("a tree of words", changed(model=text("rwkv"), tokens=texts([b"'\\x", *words[1:]])), is_sound=True)


TEMPLATES = {
    "a loop without end": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "recursion": "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
    "a way out by attributes": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "a way out by format": "{{ '{0.__class__.__init__.__globals__}'.format(raise_exception) }}",
    "a way out by globals": "{{ raise_exception.__globals__['__builtins__']['open']('/etc/passwd').read() }}",
    "a way out by an import": "{% import 'os' as os %}{{ os.system('true') }}",
    "100 MB": "{{ 'x' * 100000000 }}",
    "100 MB piece by piece": "{% for a in range(10000) %}{{ 'x' * 10000 }}{% endfor %}",
    "2^100000000": "{{ 2 ** 100000000 }}",
    "a division of long numbers": "{{ ((10 ** 999999) // (10 ** 499999 + 1)) % 10 }}" * 9,
    "a huge range": "{{ range(100000000000) | list | length }}",
    "deep nesting": "{% if true %}" * 3000 + "{% endif %}" * 3000,
    "deep brackets": "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "a call of nothing": "{{ nothing.at.all() }}",
    "a refusal of everything": "{{ raise_exception('No.') }}",
    "what is no template": "{% for %}{{{{",
    "a division by zero": "{{ 1 // 0 }}",
    "a change of what it was given": "{{ messages.append(messages) }}",
    "centred in 10^9 characters": "{{ 'x'|center(1000000000) }}",
    "formatted to 10^9 characters": "{{ '%1000000000d' % 1 }}",
    "a text that takes for ever to wrap": "{{ ('a' * 2000000)|wordwrap(1) }}",
}
"""Chat templates that no chat can be rendered with."""

HARMLESS_TEMPLATES = {
    "a way out by a filter": "{{ ''|attr('__class__')|attr('__mro__') }}",  # gets nothing
    "a system prompt refused": "{% if messages[0].role == 'system' %}{{ raise_exception('No.') }}{% endif %}{{ messages[0].content }}",
    "one message only": "{% if messages|length > 1 %}{{ raise_exception('No.') }}{% endif %}{{ messages[0].content }}",
}
"""Chat templates that look as if they did harm, and do not."""
