"""Tiny GGUF files with random weights, which llama.cpp loads and runs as it does real ones.

A model takes milliseconds to write. Its vocabulary is the 256 bytes and a few special tokens, so any text goes through.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import gguf
import numpy as np

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL_TOKENS = ("<|im_start|>", "<|im_end|>", "<|endoftext|>")
END_OF_TURN = 257
BEGIN_OF_TEXT = 258


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a model; the defaults make a file of 2.6 MB whose KV takes 2 KiB a token (F16)."""

    layers: int = 4
    width: int = 128
    heads: int = 4
    kv_heads: int = 2
    head: int = 64
    feed_forward: int = 128


class Family(StrEnum):
    """An architecture, as llama.cpp calls it, for each kind of KV memory."""

    DENSE = "llama"
    WINDOW = "gemma3"  # every second layer sees the last WINDOW_TOKENS only
    RECURRENT = "mamba"
    HYBRID = "lfm2"  # layers 0 and 2 are recurrent


WINDOW_TOKENS = 128
RECURRENT_LAYERS = (0, 2)
STATE, RANK, KERNEL = 16, 8, 4  # of mamba's layers


@dataclass(frozen=True, slots=True)
class TinyModel:
    """A model as data, dense unless said otherwise; equal values write equal bytes.

    Replies: at temperature 0.8 and with no other filter, a token ends the reply with a chance of 4 in 1,000; half of the
    replies are shorter than 180 tokens, one in 30 shorter than 10. A test that needs a long reply sets `ends` to 0.0, which
    makes that 4 in 100,000: the end tokens' logits are then 0 where others reach 8.
    """

    name: str = "tiny llama"
    seed: int = 0
    template: str | None = CHATML  # None: the file has none
    context_length: int = 8192  # tokens
    control_tokens: Sequence[str] = ()  # added to the vocabulary after SPECIAL_TOKENS
    user_defined_tokens: Sequence[str] = ()  # added after those
    ends: float = 1.0  # scale of the end tokens' output weights
    shape: Shape = field(default_factory=Shape)
    family: Family = Family.DENSE
    splits: str = "gpt-2"  # how text is split before tokenising, as llama.cpp names it
    adds_bos: bool = False  # whether the vocabulary wants BOS before every prompt
    without: Sequence[str] = ()  # tensors that are missing in the file

    def write(self, path: Path) -> Path:
        """Write the model and return its path."""
        writer = gguf.GGUFWriter(path, self.family)
        vocabulary_size = self._write_vocabulary(writer)
        self._write_hyperparameters(writer, vocabulary_size)
        _Weights(writer, self.seed, self.without).all(self.family, self.shape, vocabulary_size, self.ends)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path

    def _write_vocabulary(self, writer: gguf.GGUFWriter) -> int:
        control = [*SPECIAL_TOKENS, *self.control_tokens]
        tokens = [*byte_alphabet(), *control, *self.user_defined_tokens]
        kinds = [gguf.TokenType.NORMAL] * 256 + [gguf.TokenType.CONTROL] * len(control)
        kinds += [gguf.TokenType.USER_DEFINED] * len(self.user_defined_tokens)
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(self.splits)
        writer.add_token_list(tokens)
        writer.add_token_types(kinds)
        writer.add_token_merges(["! !"])  # the key must be there; "!!" is no token, so this merge never happens
        writer.add_bos_token_id(BEGIN_OF_TEXT)
        writer.add_eos_token_id(END_OF_TURN)
        writer.add_add_bos_token(self.adds_bos)
        if self.template is not None:
            writer.add_chat_template(self.template)
        return len(tokens)

    def _write_hyperparameters(self, writer: gguf.GGUFWriter, vocabulary_size: int) -> None:
        shape = self.shape
        writer.add_name(self.name)
        writer.add_context_length(self.context_length)
        writer.add_vocab_size(vocabulary_size)
        writer.add_block_count(shape.layers)
        writer.add_embedding_length(shape.width)
        writer.add_feed_forward_length(shape.feed_forward)
        writer.add_layer_norm_rms_eps(1e-5)
        if self.family is Family.RECURRENT:
            writer.add_head_count(0)
            writer.add_ssm_conv_kernel(KERNEL)
            writer.add_ssm_inner_size(2 * shape.width)
            writer.add_ssm_state_size(STATE)
            writer.add_ssm_time_step_rank(RANK)
            return
        if self.family is Family.HYBRID:
            writer.add_head_count([shape.heads] * shape.layers)
            writer.add_head_count_kv([0 if layer in RECURRENT_LAYERS else shape.kv_heads for layer in range(shape.layers)])
            writer.add_shortconv_l_cache(3)
        else:
            writer.add_head_count(shape.heads)
            writer.add_head_count_kv(shape.kv_heads)
        writer.add_key_length(shape.head)
        writer.add_value_length(shape.head)
        writer.add_rope_dimension_count(shape.head)
        writer.add_rope_freq_base(10_000.0)
        if self.family is Family.WINDOW:
            writer.add_sliding_window(WINDOW_TOKENS)
            writer.add_sliding_window_pattern(2)


class _Weights:
    """Random tensors in one fixed order, so that a seed names a model."""

    def __init__(self, writer: gguf.GGUFWriter, seed: int, without: Sequence[str]) -> None:
        self._writer = writer
        self._random = np.random.default_rng(seed)
        self._without = without

    def all(self, family: Family, shape: Shape, vocabulary_size: int, ends: float) -> None:
        self._add("token_embd.weight", vocabulary_size, shape.width, scale=1.0)
        output = self._draw(vocabulary_size, shape.width, scale=3 * shape.width**-0.5)
        output[[END_OF_TURN, BEGIN_OF_TEXT]] *= np.float32(ends)
        self._write("output.weight", output)
        self._ones("token_embd_norm.weight" if family is Family.HYBRID else "output_norm.weight", shape.width)
        for layer in range(shape.layers):
            block = f"blk.{layer}."
            self._ones(block + "attn_norm.weight", shape.width)
            if family is Family.RECURRENT:
                self._state_space(block, shape.width)
                continue
            self._feed_forward(block, shape)
            if family is Family.HYBRID and layer in RECURRENT_LAYERS:
                self._add(block + "shortconv.conv.weight", shape.width, 3, scale=0.5)
                self._add(block + "shortconv.in_proj.weight", 3 * shape.width, shape.width)
                self._add(block + "shortconv.out_proj.weight", shape.width, shape.width)
            else:
                self._attention(block, shape, family)

    def _feed_forward(self, block: str, shape: Shape) -> None:
        self._ones(block + "ffn_norm.weight", shape.width)
        self._add(block + "ffn_gate.weight", shape.feed_forward, shape.width)
        self._add(block + "ffn_up.weight", shape.feed_forward, shape.width)
        self._add(block + "ffn_down.weight", shape.width, shape.feed_forward)

    def _attention(self, block: str, shape: Shape, family: Family) -> None:
        self._add(block + "attn_q.weight", shape.heads * shape.head, shape.width)
        self._add(block + "attn_k.weight", shape.kv_heads * shape.head, shape.width)
        self._add(block + "attn_v.weight", shape.kv_heads * shape.head, shape.width)
        self._add(block + "attn_output.weight", shape.width, shape.heads * shape.head)
        if family is not Family.DENSE:
            self._ones(block + "attn_q_norm.weight", shape.head)
            self._ones(block + "attn_k_norm.weight", shape.head)
        if family is Family.WINDOW:
            self._ones(block + "post_attention_norm.weight", shape.width)
            self._ones(block + "post_ffw_norm.weight", shape.width)

    def _state_space(self, block: str, width: int) -> None:
        inner = 2 * width
        self._add(block + "ssm_in.weight", 2 * inner, width)
        self._add(block + "ssm_conv1d.weight", inner, KERNEL)
        self._write(block + "ssm_conv1d.bias", self._draw(1, inner)[0])
        self._add(block + "ssm_x.weight", RANK + 2 * STATE, inner)
        self._add(block + "ssm_dt.weight", inner, RANK)
        self._write(block + "ssm_dt.bias", self._draw(1, inner, scale=0.1)[0])
        self._write(block + "ssm_a", -np.abs(self._draw(inner, STATE, scale=1.0)))
        self._write(block + "ssm_d", self._draw(1, inner, scale=0.5)[0])
        self._add(block + "ssm_out.weight", width, inner)

    def _draw(self, rows: int, columns: int, scale: float | None = None) -> np.ndarray:
        deviation = columns**-0.5 if scale is None else scale
        return self._random.standard_normal((rows, columns), dtype=np.float32) * np.float32(deviation)

    def _add(self, name: str, rows: int, columns: int, scale: float | None = None) -> None:
        self._write(name, self._draw(rows, columns, scale))

    def _ones(self, name: str, length: int) -> None:
        self._write(name, np.ones(length, np.float32))

    def _write(self, name: str, data: np.ndarray) -> None:
        if name not in self._without:
            self._writer.add_tensor(name, data)


def byte_alphabet() -> list[str]:
    """Return the printable characters that stand for the 256 bytes in byte-level vocabularies, in byte order."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    stand_ins = iter(range(0x100, 0x200))
    return [chr(byte if byte in printable else next(stand_ins)) for byte in range(256)]


def write_embedding_model(path: Path) -> Path:
    """Write a model that makes embeddings and no text, and return its path."""
    width, random = 32, np.random.default_rng(0)
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(f"\u2581{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")]
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_context_length(512)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(width)
    writer.add_head_count(2)
    writer.add_layer_norm_eps(1e-5)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    writer.add_token_type_count(2)
    writer.add_tokenizer_model("bert")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.CONTROL] * 5 + [gguf.TokenType.NORMAL] * 26)

    def add(name: str, *shape: int) -> None:
        writer.add_tensor(name, random.standard_normal(shape, dtype=np.float32))

    for name, rows in (("token_embd", len(tokens)), ("token_types", 2), ("position_embd", 512)):
        add(f"{name}.weight", rows, width)
    for name in ("token_embd_norm", "blk.0.attn_output_norm", "blk.0.layer_output_norm"):
        add(f"{name}.weight", width)
        add(f"{name}.bias", width)
    for name in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_up", "ffn_down"):
        add(f"blk.0.{name}.weight", width, width)
        add(f"blk.0.{name}.bias", width)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
