"""Random-weight models of real shapes, for speed: Q8_0, written once and cached outside the repository."""

from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
import platformdirs

from tests.tiny_models import CHATML, byte_alphabet

BLOCK = np.dtype([("scale", "<f2"), ("values", "i1", 32)])  # ggml's Q8_0
DEVIATION = 73.6  # of integers drawn evenly from -127 to 127


@dataclass(frozen=True, slots=True)
class BenchmarkShape:
    """The sizes of a model of the llama family with tied embeddings."""

    name: str
    layers: int
    width: int
    heads: int
    kv_heads: int
    head: int
    feed_forward: int
    vocabulary: int

    @property
    def kv_token_bytes(self) -> int:
        """Return the bytes of keys and values of one token at 16 bits."""
        return self.layers * 2 * self.kv_heads * self.head * 2


SHAPES = {
    "1b": BenchmarkShape("1b", 16, 2048, 32, 8, 64, 8192, 128_256),  # Llama-3.2-1B's
    "small": BenchmarkShape("small", 4, 256, 8, 4, 32, 512, 2_048),  # to try the benchmark itself
}


def cached_model(shape: BenchmarkShape) -> Path:
    """Return the file of a shape, written now if it is not there yet: about a minute for 1b."""
    path = platformdirs.user_cache_path("rivulet-benchmarks") / f"{shape.name}-q8_0.gguf"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".tmp")
        _write(unfinished, shape)
        unfinished.rename(path)
    return path


def _write(path: Path, shape: BenchmarkShape) -> None:
    writer = gguf.GGUFWriter(path, "llama")
    special = ["<|im_start|>", "<|im_end|>"]
    ordinary = [*byte_alphabet(), *(f"w{number}" for number in range(shape.vocabulary - 256 - len(special)))]
    writer.add_name(f"Benchmark {shape.name}")
    writer.add_context_length(8192)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_rope_dimension_count(shape.head)
    writer.add_rope_freq_base(500_000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([*ordinary, *special])
    writer.add_token_types([gguf.TokenType.NORMAL] * len(ordinary) + [gguf.TokenType.CONTROL] * len(special))
    writer.add_token_merges(["! !"])  # the key must be there; "!!" is no token, so the merge never applies
    writer.add_eos_token_id(shape.vocabulary - 1)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHATML)
    generator = np.random.default_rng(0)

    def matrix(name: str, rows: int, columns: int, words: slice = slice(None)) -> None:
        blocks = np.empty((rows, columns // 32), BLOCK)
        blocks["scale"] = 0
        blocks["scale"][words] = columns**-0.5 / DEVIATION
        blocks["values"] = np.frombuffer(generator.bytes(rows * columns), "i1").reshape(rows, columns // 32, 32)
        np.maximum(blocks["values"], -127, out=blocks["values"])
        writer.add_tensor(name, blocks.view(np.uint8).reshape(rows, -1), raw_dtype=gguf.GGMLQuantizationType.Q8_0)

    def ones(name: str) -> None:
        writer.add_tensor(name, np.ones(shape.width, np.float32))

    matrix("token_embd.weight", shape.vocabulary, shape.width, slice(256, -len(special)))  # so replies are words, and never end
    ones("output_norm.weight")
    kv_width = shape.kv_heads * shape.head
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        ones(block + "attn_norm.weight")
        ones(block + "ffn_norm.weight")
        matrix(block + "attn_q.weight", shape.heads * shape.head, shape.width)
        matrix(block + "attn_k.weight", kv_width, shape.width)
        matrix(block + "attn_v.weight", kv_width, shape.width)
        matrix(block + "attn_output.weight", shape.width, shape.heads * shape.head)
        matrix(block + "ffn_gate.weight", shape.feed_forward, shape.width)
        matrix(block + "ffn_up.weight", shape.feed_forward, shape.width)
        matrix(block + "ffn_down.weight", shape.width, shape.feed_forward)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
