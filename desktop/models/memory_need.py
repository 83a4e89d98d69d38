"""What a model takes in memory, from the numbers in its header.

The formulas are those of llama.cpp's caches and of the largest step of its graph, checked against what it allocates: see
tests.benchmarks.fit. What an architecture does otherwise is small beside its weights.
"""

from dataclasses import dataclass

from desktop.models.fit import MemoryNeed
from desktop.models.header import ModelShape
from desktop.system.cache_type import CacheType

ELEMENT_BYTES = {CacheType.F16: 2.0, CacheType.Q8_0: 34 / 32, CacheType.Q4_0: 18 / 32}
CELLS_STEP = 256  # llama.cpp makes a cache as many cells larger
TOKEN_BYTES = 200  # of a vocabulary in memory: its text, its place in tables, merges
_FLOAT, _HALF = 4, 2


@dataclass(frozen=True, slots=True)
class ContextShape:
    """How a context is made."""

    tokens: int
    sequences: int
    batch_tokens: int
    cache_type: CacheType = CacheType.F16
    has_flash_attention: bool = True


def memory_need(shape: ModelShape, weights: int, context: ContextShape) -> MemoryNeed:
    """Return what a model with so many bytes of weights takes with a context."""
    return MemoryNeed(weights, sum(layer_caches(shape, context)), fixed_buffers(shape, context) + compute_buffer(shape, context))


def layer_caches(shape: ModelShape, context: ContextShape) -> list[int]:
    """Return the bytes of each layer's keys and values, or of its states."""
    size = ELEMENT_BYTES[context.cache_type]
    without_cache = [layer for layer in range(shape.layers) if not _heads(shape, layer)]
    state = shape.state_bytes * context.sequences // max(1, len(without_cache))
    caches = []
    for layer in range(shape.layers):
        is_window = _is_window(shape, layer)
        key = (shape.window_key_length if is_window else 0) or shape.key_length
        value = (shape.window_value_length if is_window else 0) or shape.value_length
        cells = _window_cells(shape, context) if is_window else _cells(context.tokens)
        caches.append(round(cells * _heads(shape, layer) * (key + value) * size) if _heads(shape, layer) else state)
    if shape.state_bytes and not without_cache and caches:  # each layer has both
        caches = [cache + shape.state_bytes * context.sequences // shape.layers for cache in caches]
    return caches


def compute_buffer(shape: ModelShape, context: ContextShape) -> int:
    """Return the bytes of what llama.cpp computes a batch in."""
    tokens = -(-context.batch_tokens // context.sequences) * context.sequences
    query = shape.heads * shape.key_length
    step = 3 * shape.feed_forward + 3 * shape.width + query
    cells = _cells(context.tokens) + (_window_cells(shape, context) if any(shape.window_layers) else 0)
    if context.has_flash_attention:
        return tokens * (_FLOAT * step + _HALF * cells)
    scores = shape.heads * _cells(context.tokens) + 5 * shape.width + 2 * query
    return tokens * _FLOAT * (max(step, scores) + cells)


def fixed_buffers(shape: ModelShape, context: ContextShape) -> int:
    """Return the bytes of the vocabulary and of the logits, which lie in the processor's memory."""
    return shape.vocabulary_size * (TOKEN_BYTES + _FLOAT * context.sequences)


def _heads(shape: ModelShape, layer: int) -> int:
    return shape.kv_heads[layer] if layer < len(shape.kv_heads) else 0


def _is_window(shape: ModelShape, layer: int) -> bool:
    return bool(shape.window) and layer < len(shape.window_layers) and shape.window_layers[layer]


def _window_cells(shape: ModelShape, context: ContextShape) -> int:
    return min(_cells(context.tokens), _cells(shape.window * context.sequences + context.batch_tokens))


def _cells(tokens: int) -> int:
    return -(-tokens // CELLS_STEP) * CELLS_STEP
