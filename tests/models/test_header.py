"""What a header tells of its model, on files that llama.cpp runs and on headers written by hand."""

import io
import struct
from pathlib import Path

import pytest

from desktop.models.gguf import ModelFileError, read_header, read_model_file
from desktop.models.gguf_reader import LONGEST_KEPT, LONGEST_STRING, LONGEST_TEMPLATE, MOST_LAYERS
from desktop.models.header import MemoryKind, ModelHeader, Purpose
from tests.models.headers import (
    ARRAY,
    BOOL,
    F32,
    Q8_0,
    STRING,
    UINT8,
    Header,
    array,
    flags,
    key,
    model_keys,
    number,
    numbers,
    string,
    tensor,
    text,
)
from tests.tiny_models import CHATML, Family, TinyModel, write_embedding_model

F16, Q4_K, Q6_K = 1, 12, 14
DENSE, WINDOW, RECURRENT, HYBRID = MemoryKind.DENSE, MemoryKind.WINDOW, MemoryKind.RECURRENT, MemoryKind.HYBRID
EVERY_SECOND = (True, False, True, False)

# Parameters, cache and states as llama.cpp itself counts and allocates them for these files.
SEEN = {
    Family.DENSE: (657_280, DENSE, (2, 2, 2, 2), (), 0),
    Family.DENSE_QWEN: (657_792, DENSE, (2, 2, 2, 2), (), 0),
    Family.EXPERTS: (1_249_664, DENSE, (2, 2, 2, 2), (), 0),
    Family.WINDOW: (658_816, WINDOW, (2, 2, 2, 2), EVERY_SECOND, 0),
    Family.SINKS: (1_257_888, WINDOW, (2, 2, 2, 2), EVERY_SECOND, 0),
    Family.RECURRENT: (532_864, RECURRENT, (0, 0, 0, 0), (), 77_824),
    Family.HYBRID: (527_232, HYBRID, (0, 2, 0, 2), (), 2_048),
    Family.HYBRID_GRANITE: (670_960, HYBRID, (0, 2, 0, 2), (), 39_680),
    Family.HYBRID_QWEN: (661_712, HYBRID, (0, 2, 0, 2), (), 38_912),
    Family.INDEXED: (1_579_088, HYBRID, (0, 2, 0, 2), (), 38_912),
    Family.COMPRESSED: (1_590_717, WINDOW, (1, 1, 1, 1), (True, True, True, True), 0),
}


def header_of(path: Path, keys: list[bytes], tensors: list[bytes] | None = None, data: int = 32) -> ModelHeader:
    return read_model_file(Header(keys=keys, tensors=tensors or [tensor()], data=bytes(data)).write(path / "m.gguf")).header


@pytest.mark.parametrize("family", Family)
def test_every_family_tells_its_shape(tmp_path, family):
    path = TinyModel(family=family).write(tmp_path / "model.gguf")
    header = read_model_file(path).header
    shape = header.shape
    assert (header.parameters, header.memory, shape.kv_heads, shape.window_layers, shape.state_bytes) == SEEN[family]
    assert (header.architecture, header.context_tokens, header.quantisation, header.template) == (family, 8192, "F32", CHATML)
    assert (shape.layers, shape.width, shape.vocabulary_size, shape.feed_forward) == (4, 128, 259, 128)
    assert shape.window == (128 if header.memory is WINDOW else 0)
    data = sum(shape.layer_bytes) + shape.input_bytes + shape.output_bytes
    assert shape.input_bytes == 259 * 128 * 4
    assert 0.9 * path.stat().st_size < data < path.stat().st_size
    assert header.purpose is Purpose.CHAT


def test_a_name_licence_and_maker_are_told(tmp_path):
    keys = [
        *model_keys("llama", 2),
        text("general.name", "River 8B"),
        text("general.license", "other"),
        text("general.license.name", "river-licence"),
        text("general.organization", "The Maker\n"),
        text("general.base_model.0.name", "Brook"),
        number("llama.context_length", 131_072),
    ]
    header = header_of(tmp_path, keys)
    assert (header.name, header.licence, header.context_tokens) == ("River 8B", "river-licence", 131_072)
    assert header.extra == {"maker": "The Maker", "base": "Brook"}
    assert header.template is None
    assert header_of(tmp_path, [text("general.license", "apache-2.0")]).licence == "apache-2.0"


@pytest.mark.parametrize(("number_of_type", "name"), [(0, "F32"), (7, "Q8_0"), (15, "Q4_K_M"), (30, "IQ4_XS"), (38, "MXFP4")])
def test_a_quantisation_has_the_name_that_people_know(tmp_path, number_of_type, name):
    assert header_of(tmp_path, [number("general.file_type", number_of_type)]).quantisation == name


@pytest.mark.parametrize("keys", [[], [number("general.file_type", 999)], [text("general.file_type", "Q4")]])
def test_a_quantisation_that_is_not_said_is_that_of_most_bytes(tmp_path, keys):
    tensors = [
        tensor("token_embd.weight", (256, 4), Q6_K),
        tensor("blk.0.a.weight", (256, 40), Q4_K, offset=1024),
        tensor("blk.0.norm", (256,), F32, offset=8192),
    ]
    header = header_of(tmp_path, keys, tensors, 16_384)
    assert header.quantisation == "Q4_K"
    assert header.parameters == 256 * 45


def test_bytes_are_told_apart_by_where_they_are_used(tmp_path):
    tensors = [
        tensor("token_embd.weight", (32, 4), F32),
        tensor("per_layer_token_embd.weight", (32, 1), F32, offset=512),
        tensor("blk.0.a.weight", (32, 2), Q8_0, offset=1024),
        tensor("blk.1.a.weight", (32, 1), F16, offset=2048),
        tensor("blk.9.a.weight", (32, 1), F16, offset=2112),  # no layer of this model
        tensor("output.weight", (32, 2), F32, offset=3072),
    ]
    shape = header_of(tmp_path, model_keys("llama", 2), tensors, 4096).shape
    assert (shape.layer_bytes, shape.input_bytes, shape.output_bytes) == ((68, 64), 640, 320)


W, N = True, False  # a window, none
WINDOWS = {
    "gemma2": (model_keys("gemma2", 4), 4096, (W, N, W, N)),
    "gemma3": (model_keys("gemma3", 7, number("gemma3.attention.sliding_window", 512)), 512, (W, W, W, W, W, N, W)),
    "gemma3 without": (model_keys("gemma3", 7), 0, ()),
    "gemma3 with a number": (
        model_keys("gemma3", 4, number("gemma3.attention.sliding_window", 512), number("gemma3.attention.sliding_window_pattern", 2)),
        512,
        (W, N, W, N),
    ),
    "gemma4": (
        model_keys("gemma4", 3, number("gemma4.attention.sliding_window", 512), flags("gemma4.attention.sliding_window_pattern", W, W, N)),
        512,
        (W, W, N),
    ),
    "a list that is too short": (
        model_keys("gemma4", 3, number("gemma4.attention.sliding_window", 512), flags("gemma4.attention.sliding_window_pattern", W)),
        512,
        (W, N, N),
    ),
    "gpt-oss": (model_keys("gpt-oss", 3, number("gpt-oss.attention.sliding_window", 128)), 128, (W, N, W)),
    "cohere2": (model_keys("cohere2", 4, number("cohere2.attention.sliding_window", 4096)), 4096, (W, W, W, N)),
    "the first is whole": (model_keys("cohere2moe", 5, number("cohere2moe.attention.sliding_window", 64)), 64, (N, W, W, W, N)),
    "exaone4 of 32 B": (model_keys("exaone4", 64, number("exaone4.attention.sliding_window", 4096)), 4096, (W, W, W, N) * 16),
    "exaone4 of 1 B": (model_keys("exaone4", 30, number("exaone4.attention.sliding_window", 4096)), 0, ()),
    "llama4": (model_keys("llama4", 4), 8192, (W, W, W, N)),
    "llama4 without": (model_keys("llama4", 4, number("llama4.attention.sliding_window", 0)), 0, ()),
    "phi3": (model_keys("phi3", 4, number("phi3.attention.sliding_window", 2047)), 0, ()),
    "qwen2": (model_keys("qwen2", 4, number("qwen2.attention.sliding_window", 32_768)), 0, ()),
    "one that is not known": (
        model_keys("new", 4, number("new.attention.sliding_window", 512), number("new.attention.sliding_window_pattern", 2)),
        0,
        (),
    ),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_windows_are_those_that_llama_cpp_would_keep(tmp_path, name):
    keys, window, layers = WINDOWS[name]
    header = header_of(tmp_path, keys)
    assert (header.shape.window, header.shape.window_layers) == (window, layers)
    assert header.memory is (WINDOW if window else DENSE)


CACHES = {
    "a length of its own": (model_keys("qwen3", 2, number("qwen3.attention.key_length", 128)), (2, 2), 128, 8, 0),
    "the usual length": (model_keys("llama", 2), (2, 2), 8, 8, 0),
    "no heads of keys said": (model_keys("llama", 2)[:-1], (8, 8), 8, 8, 0),
    "no heads": (model_keys("llama", 2, heads=0, kv_heads=0), (0, 0), 0, 0, 0),
    "heads by layer": (
        [*model_keys("deci", 3)[:-1], numbers("deci.attention.head_count_kv", 8, 0, 4)],
        (8, 0, 4),
        8,
        8,
        0,
    ),
    "shared caches": (model_keys("gemma4", 3, number("gemma4.attention.shared_kv_layers", 2)), (2, 0, 0), 8, 8, 0),
    "more shared than there are": (model_keys("gemma4", 2, number("gemma4.attention.shared_kv_layers", 9)), (0, 0), 8, 8, 0),
    "layers that guess ahead": (model_keys("glm4moe", 3, number("glm4moe.nextn_predict_layers", 1)), (2, 2, 0), 8, 8, 0),
    "values within keys": (
        model_keys(
            "deepseek2",
            1,
            number("deepseek2.attention.key_length", 576),
            number("deepseek2.attention.value_length", 512),
            number("deepseek2.attention.key_length_mla", 192),
            number("deepseek2.attention.value_length_mla", 128),
            kv_heads=1,
        ),
        (1,),
        576,
        0,
        0,
    ),
    "every fourth has a cache": (
        model_keys("qwen35", 8, number("qwen35.ssm.inner_size", 4), number("qwen35.ssm.state_size", 2)),
        (0, 0, 0, 2) * 2,
        8,
        8,
        6 * 4 * 8,
    ),
    "both in each layer": (
        model_keys("falcon-h1", 2, number("falcon-h1.ssm.inner_size", 4), number("falcon-h1.ssm.state_size", 2)),
        (2, 2),
        8,
        8,
        2 * 4 * 8,
    ),
    "layers of neither": (
        [
            *model_keys("nemotron_h", 3)[:-1],
            numbers("nemotron_h.attention.head_count_kv", 0, 0, 2),
            numbers("nemotron_h.feed_forward_length", 0, 64, 0),
            number("nemotron_h.ssm.inner_size", 4),
            number("nemotron_h.ssm.state_size", 2),
        ],
        (0, 0, 2),
        8,
        8,
        4 * 8,
    ),
    "rwkv": (model_keys("rwkv7", 2, number("rwkv7.wkv.head_size", 16)), (0, 0), 8, 8, 2 * 4 * 64 * (2 + 16)),
}


@pytest.mark.parametrize("name", CACHES)
def test_caches_and_states_are_those_that_llama_cpp_would_keep(tmp_path, name):
    keys, kv_heads, key_length, value_length, state_bytes = CACHES[name]
    shape = header_of(tmp_path, keys).shape
    assert (shape.kv_heads, shape.key_length, shape.value_length, shape.state_bytes) == (kv_heads, key_length, value_length, state_bytes)


def test_heads_may_have_another_length_where_a_window_is_kept(tmp_path):
    more = [number("gemma4.attention.key_length", 512), number("gemma4.attention.key_length_swa", 256)]
    shape = header_of(tmp_path, model_keys("gemma4", 2, *more)).shape
    assert (shape.key_length, shape.window_key_length, shape.window_value_length) == (512, 256, 0)


NONSENSE = {
    "nothing": [],
    "numbers that are texts": [text(f"llama.{name}", "4") for name in ("block_count", "embedding_length", "context_length")],
    "lists in place of numbers": [
        text("general.architecture", "llama"),
        numbers("llama.block_count", 4),
        numbers("llama.embedding_length", 4),
        numbers("llama.context_length", 4),
    ],
    "texts in place of lists": [*model_keys("llama", 2)[:-1], text("llama.attention.head_count_kv", "8")],
    "list of texts": [*model_keys("llama", 2)[:-1], key("llama.attention.head_count_kv", ARRAY, array(STRING, 1, string("8")))],
    "list of floats": [*model_keys("llama", 2)[:-1], key("llama.attention.head_count_kv", ARRAY, array(6, 1, struct.pack("<f", 8.0)))],
    "negative": [*model_keys("llama", 2)[:-1], key("llama.attention.head_count_kv", 5, struct.pack("<i", -8))],
    "no text": [text("general.architecture", b"\xff\xfe\x00"), text("general.license", b"\xff")],
    "interval 0": model_keys("qwen35", 4, number("qwen35.full_attention_interval", 0)),
    "pattern 0": model_keys("gemma2", 4, number("gemma2.attention.sliding_window_pattern", 0)),
    "kernel 0": model_keys("mamba", 4, number("mamba.ssm.conv_kernel", 0), number("mamba.ssm.inner_size", 8)),
    "template that is no text": [key("tokenizer.chat_template", UINT8, b"\x01")],
}


@pytest.mark.parametrize("name", NONSENSE)
def test_a_header_that_makes_no_sense_tells_little_and_raises_nothing(tmp_path, name):
    header = header_of(tmp_path, NONSENSE[name])
    assert header.parameters == 8
    assert len(header.shape.kv_heads) == header.shape.layers <= 4
    assert all(0 <= heads <= 8 for heads in header.shape.kv_heads)


@pytest.mark.parametrize(("layers", "is_read"), [(MOST_LAYERS, True), (MOST_LAYERS + 1, False), (1 << 31, False)])
def test_more_layers_than_llama_cpp_takes_are_refused(tmp_path, layers, is_read):
    path = Header(keys=[text("general.architecture", "llama"), number("llama.block_count", layers)]).write(tmp_path / "m.gguf")
    if is_read:
        assert read_model_file(path).header.shape.layers == layers
    else:
        with pytest.raises(ModelFileError, match="damaged header"):
            read_model_file(path)


@pytest.mark.parametrize(
    ("name", "longest"),
    [("tokenizer.chat_template", LONGEST_TEMPLATE), ("tokenizer.chat_template.tools", LONGEST_TEMPLATE), ("general.name", LONGEST_STRING)],
)
def test_only_templates_may_be_long(tmp_path, name, longest):
    header = header_of(tmp_path, [text(name, "x" * longest)])
    assert len(header.template or "") == (longest if name == "tokenizer.chat_template" else 0)
    with pytest.raises(ModelFileError, match="damaged header"):
        header_of(tmp_path, [text(name, "x" * (longest + 1))])


def test_what_is_kept_of_a_header_is_bounded(tmp_path):
    keys = [text(f"a{place}", "x" * LONGEST_KEPT) for place in range(513)]
    with pytest.raises(ModelFileError, match="damaged header"):
        header_of(tmp_path, keys)
    assert header_of(tmp_path, keys[:500])


def test_what_a_file_is_for(tmp_path):
    assert read_model_file(write_embedding_model(tmp_path / "e.gguf")).header.purpose is Purpose.EMBEDDING
    assert header_of(tmp_path, [text("general.architecture", "clip")]).purpose is Purpose.COMPANION
    assert header_of(tmp_path, [*model_keys("llama", 1), text("general.type", "adapter")]).purpose is Purpose.COMPANION
    assert header_of(tmp_path, model_keys("qwen3", 1, number("qwen3.pooling_type", 3))).purpose is Purpose.EMBEDDING
    assert header_of(tmp_path, model_keys("bert", 1, key("bert.attention.causal", BOOL, b"\0"))).purpose is Purpose.EMBEDDING
    assert header_of(tmp_path, model_keys("qwen3", 1, number("qwen3.pooling_type", 0))).purpose is Purpose.CHAT


def test_the_begin_of_a_file_is_enough_for_its_header(tmp_path, tiny_model):
    whole = tiny_model.read_bytes()
    file = read_model_file(tiny_model)
    header = read_header(io.BytesIO(whole[:20_000]), len(whole), "tiny.gguf")
    assert header == file.header
    with pytest.raises(ModelFileError, match=r"tiny\.gguf is cut short"):
        read_header(io.BytesIO(whole[:2_000]), len(whole), "tiny.gguf")
    with pytest.raises(ModelFileError, match="is cut short"):
        read_header(io.BytesIO(whole[:20_000]), len(whole) - 1, "tiny.gguf")
