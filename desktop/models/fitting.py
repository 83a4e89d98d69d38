"""Whether a model fits: its layers spread over the memory there is, and a word for the outcome."""

from dataclasses import replace

from desktop.models.fit import Fit, FitWord, MemoryRoom
from desktop.models.header import ModelShape
from desktop.models.memory_need import ContextShape, compute_buffer, layer_caches, memory_need

MOST_OF_MEMORY = 0.85  # of what is free; beyond, the system would begin to write programs to disk
COMFORTABLE = 0.7  # of what is free
GPU_RESERVE = 512 << 20  # bytes of a card that drivers and the other programs on the screen want
LEAST_TOKENS = 512  # a shorter context is of no use
_STEP = 256


def fit(shape: ModelShape, weights: int, context: ContextShape, room: MemoryRoom, gpu_layers: int | None = None) -> Fit:
    """Return how a model with so many bytes of weights would lie in memory; gpu_layers: that must be on the GPU, None: as many as fit."""
    need = memory_need(shape, weights, context)
    gpu_room = max(0, room.gpu - GPU_RESERVE)
    sizes = _gpu_sizes(shape, weights, context)
    if not room.gpu:
        layers = 0
    elif gpu_layers is not None:
        layers = min(gpu_layers, shape.layers)
    else:
        layers = next((count for count in range(shape.layers, 0, -1) if sizes[count] <= gpu_room), 0)
    found = Fit(FitWord.FITS, need, room, layers, shape.layers, min(sizes[layers], need.total))
    return replace(found, word=_word(found, gpu_room))


def longest_context(
    shape: ModelShape, weights: int, context: ContextShape, room: MemoryRoom, most: int, gpu_layers: int | None = None
) -> int | None:
    """Return how many tokens of context, most at most, do not make a model too large; None: it is too large with any."""

    def fits(tokens: int) -> bool:
        return fit(shape, weights, replace(context, tokens=tokens), room, gpu_layers).word is not FitWord.TOO_LARGE

    if not fits(min(most, LEAST_TOKENS)):
        return None
    if fits(most):
        return most
    low, high = LEAST_TOKENS // _STEP, most // _STEP  # fits, and perhaps does not
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle * _STEP) else (low, middle)
    return low * _STEP


def _word(found: Fit, gpu_room: int) -> FitWord:
    system = found.room.system
    if system is not None and found.on_system > MOST_OF_MEMORY * system:
        return FitWord.TOO_LARGE
    if found.on_gpu > gpu_room:  # more layers were chosen than have room
        return FitWord.TOO_LARGE
    is_partial = bool(found.room.gpu) and found.gpu_layers < found.layers
    is_tight = system is not None and found.on_system > COMFORTABLE * system
    return FitWord.SLOW if is_partial or is_tight else FitWord.FITS


def _gpu_sizes(shape: ModelShape, weights: int, context: ContextShape) -> list[int]:
    """Return the bytes that the GPU must hold for no layer, the last, the last two, and so on: the output comes along with the first."""
    caches = layer_caches(shape, context)
    known = len(shape.layer_bytes) == shape.layers
    layers = shape.layer_bytes if known else (max(0, weights - shape.input_bytes) // max(1, shape.layers),) * shape.layers
    is_tied = shape.output_bytes < shape.input_bytes // 2  # the output is the embedding, and then lies in both memories
    sizes, taken = [0], shape.output_bytes + (shape.input_bytes if is_tied else 0) + compute_buffer(shape, context)
    for size, cache in zip(reversed(layers), reversed(caches), strict=True):
        taken += size + cache
        sizes.append(taken)
    return sizes
