"""Random-weight models of real shapes, for speed: Q8_0, written once and cached outside the repository."""

from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
import platformdirs

from tests.tiny_models import CHATML, byte_alphabet

FORMAT = 2  # of the files here: written anew where it changes
CONTEXT_TOKENS = 32_768  # that the files say they were trained on
BLOCK = np.dtype([("scale", "<f2"), ("values", "i1", 32)])  # ggml's Q8_0
DEVIATION = 73.6  # of integers drawn evenly from -127 to 127
KERNEL = 3  # tokens that a convolution of lfm2 sees


@dataclass(frozen=True, slots=True)
class BenchmarkShape:
    """The sizes of a model with tied embeddings."""

    name: str
    layers: int
    width: int
    heads: int
    kv_heads: int
    head: int
    feed_forward: int
    vocabulary: int
    architecture: str = "llama"  # or gemma3, lfm2
    window: int = 0  # gemma3: tokens that its layers see, but for every sixth, which sees all
    attention: tuple[int, ...] = ()  # lfm2: the layers that attend; the others are convolutions

    @property
    def kv_token_bytes(self) -> int:
        """Return the bytes of keys and values of one token at 16 bits, where every layer attends to all."""
        return self.layers * 2 * self.kv_heads * self.head * 2

    def attends(self, layer: int) -> bool:
        """Tell whether a layer keeps keys and values."""
        return not self.attention or layer in self.attention


SHAPES = {
    "1b": BenchmarkShape("1b", 16, 2048, 32, 8, 64, 8192, 128_256),  # Llama-3.2-1B's
    "small": BenchmarkShape("small", 4, 256, 8, 4, 32, 512, 2_048),  # to try the benchmark itself
}
GEMMA3_1B = BenchmarkShape("gemma3-1b", 26, 1152, 4, 1, 256, 6912, 65_536, "gemma3", window=512)  # the original has 262,144 tokens
LFM2_1B = BenchmarkShape("lfm2-1.2b", 16, 2048, 32, 8, 64, 8192, 65_536, "lfm2", attention=(2, 5, 8, 10, 12, 14))
SMALL_GEMMA3 = BenchmarkShape("small-gemma3", 6, 256, 8, 4, 32, 512, 2_048, "gemma3", window=64)
SMALL_LFM2 = BenchmarkShape("small-lfm2", 4, 256, 8, 4, 32, 512, 2_048, "lfm2", attention=(1, 3))

FAMILIES = {
    "full": {"dense": SHAPES["1b"], "window": GEMMA3_1B, "hybrid": LFM2_1B},
    "tiny": {"dense": SHAPES["small"], "window": SMALL_GEMMA3, "hybrid": SMALL_LFM2},
}


def cached_model(shape: BenchmarkShape) -> Path:
    """Return the file of a shape, written now if it is not there yet: about a minute for 1b."""
    path = platformdirs.user_cache_path("rivulet-benchmarks") / f"{shape.name}-q8_0-{FORMAT}.gguf"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".tmp")
        write_model(unfinished, shape)
        unfinished.rename(path)
    return path


def write_model(path: Path, shape: BenchmarkShape) -> None:
    """Write a model; the same shape gives the same bytes."""
    writer = gguf.GGUFWriter(path, shape.architecture)
    special = ["<|im_start|>", "<|im_end|>"]
    _write_header(writer, shape, special)
    _Weights(writer, shape).all(slice(256, -len(special)))  # so replies are words, and never end
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _write_header(writer: gguf.GGUFWriter, shape: BenchmarkShape, special: list[str]) -> None:
    ordinary = [*byte_alphabet(), *(f"w{number}" for number in range(shape.vocabulary - 256 - len(special)))]
    writer.add_name(f"Benchmark {shape.name}")
    writer.add_context_length(CONTEXT_TOKENS)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_head_count(shape.heads)
    writer.add_key_length(shape.head)
    writer.add_value_length(shape.head)
    writer.add_rope_dimension_count(shape.head)
    writer.add_rope_freq_base(500_000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    if shape.attention:
        writer.add_head_count_kv([shape.kv_heads if shape.attends(layer) else 0 for layer in range(shape.layers)])
        writer.add_shortconv_l_cache(KERNEL)
    else:
        writer.add_head_count_kv(shape.kv_heads)
    if shape.window:
        writer.add_sliding_window(shape.window)
        writer.add_sliding_window_pattern(6)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([*ordinary, *special])
    writer.add_token_types([gguf.TokenType.NORMAL] * len(ordinary) + [gguf.TokenType.CONTROL] * len(special))
    writer.add_token_merges(["! !"])  # the key must be there; "!!" is no token, so the merge never applies
    writer.add_eos_token_id(shape.vocabulary - 1)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHATML)


class _Weights:
    """Random tensors in one fixed order."""

    def __init__(self, writer: gguf.GGUFWriter, shape: BenchmarkShape) -> None:
        self._writer = writer
        self._shape = shape
        self._random = np.random.default_rng(0)

    def all(self, words: slice) -> None:
        shape = self._shape
        self._matrix("token_embd.weight", shape.vocabulary, shape.width, words)
        self._ones("token_embd_norm.weight" if shape.architecture == "lfm2" else "output_norm.weight", shape.width)
        for layer in range(shape.layers):
            block = f"blk.{layer}."
            self._ones(block + "attn_norm.weight", shape.width)
            self._ones(block + "ffn_norm.weight", shape.width)
            if shape.attends(layer):
                self._attention(block)
            else:
                self._convolution(block)
            self._matrix(block + "ffn_gate.weight", shape.feed_forward, shape.width)
            self._matrix(block + "ffn_up.weight", shape.feed_forward, shape.width)
            self._matrix(block + "ffn_down.weight", shape.width, shape.feed_forward)

    def _attention(self, block: str) -> None:
        shape = self._shape
        kv_width = shape.kv_heads * shape.head
        self._matrix(block + "attn_q.weight", shape.heads * shape.head, shape.width)
        self._matrix(block + "attn_k.weight", kv_width, shape.width)
        self._matrix(block + "attn_v.weight", kv_width, shape.width)
        self._matrix(block + "attn_output.weight", shape.width, shape.heads * shape.head)
        if shape.architecture != "llama":
            self._ones(block + "attn_q_norm.weight", shape.head)
            self._ones(block + "attn_k_norm.weight", shape.head)
        if shape.architecture == "gemma3":
            self._ones(block + "post_attention_norm.weight", shape.width)
            self._ones(block + "post_ffw_norm.weight", shape.width)

    def _convolution(self, block: str) -> None:
        width = self._shape.width
        kernel = self._random.standard_normal((width, KERNEL), dtype=np.float32) / np.float32(2)
        self._writer.add_tensor(block + "shortconv.conv.weight", kernel)
        self._matrix(block + "shortconv.in_proj.weight", 3 * width, width)
        self._matrix(block + "shortconv.out_proj.weight", width, width)

    def _matrix(self, name: str, rows: int, columns: int, used: slice = slice(None)) -> None:
        blocks = np.empty((rows, columns // 32), BLOCK)
        blocks["scale"] = 0
        blocks["scale"][used] = columns**-0.5 / DEVIATION
        blocks["values"] = np.frombuffer(self._random.bytes(rows * columns), "i1").reshape(rows, columns // 32, 32)
        np.maximum(blocks["values"], -127, out=blocks["values"])
        self._writer.add_tensor(name, blocks.view(np.uint8).reshape(rows, -1), raw_dtype=gguf.GGMLQuantizationType.Q8_0)

    def _ones(self, name: str, length: int) -> None:
        self._writer.add_tensor(name, np.ones(length, np.float32))
