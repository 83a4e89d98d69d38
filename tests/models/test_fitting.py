"""Which layers lie where, and the word for it."""

from dataclasses import replace

import pytest

from desktop.models.fit import FitWord, MemoryRoom
from desktop.models.fitting import GPU_RESERVE, MOST_OF_MEMORY, fit, longest_context
from desktop.models.header import ModelShape
from desktop.models.memory_need import ContextShape, compute_buffer, layer_caches, memory_need

MB, GB = 1_000_000, 1_000_000_000
LAYERS = 10
SHAPE = ModelShape(
    LAYERS, 2048, 32, (8,) * LAYERS, 64, 64, 8192, 100_000, layer_bytes=(400 * MB,) * LAYERS, input_bytes=200 * MB, output_bytes=200 * MB
)
WEIGHTS = 4400 * MB
CONTEXT = ContextShape(8192, 6, 512)
NEED = memory_need(SHAPE, WEIGHTS, CONTEXT)


def gpu_for(layers: int, shape: ModelShape = SHAPE) -> int:
    """Return the memory of a card that just holds so many layers, worked out anew."""
    held = sum(layer_caches(shape, CONTEXT)[-layers:]) + sum(shape.layer_bytes[-layers:]) if layers else 0
    return GPU_RESERVE + held + shape.output_bytes + compute_buffer(shape, CONTEXT)


@pytest.mark.parametrize(
    ("share", "word"), [(0.5, FitWord.FITS), (0.8, FitWord.SLOW), (MOST_OF_MEMORY + 0.01, FitWord.TOO_LARGE), (2.0, FitWord.TOO_LARGE)]
)
def test_without_a_card_the_share_of_free_memory_decides(share: float, word: FitWord) -> None:
    found = fit(SHAPE, WEIGHTS, CONTEXT, MemoryRoom(round(NEED.total / share)))
    assert (found.word, found.gpu_layers, found.layers, found.on_gpu) == (word, 0, LAYERS, 0)
    assert found.on_system == found.need.total == NEED.total


def test_where_nothing_is_known_nothing_is_forbidden() -> None:
    assert fit(SHAPE, WEIGHTS, CONTEXT, MemoryRoom(None)).word is FitWord.FITS


@pytest.mark.parametrize("layers", range(1, LAYERS + 1))
def test_as_many_layers_as_fit_lie_on_the_card(layers: int) -> None:
    found = fit(SHAPE, WEIGHTS, CONTEXT, MemoryRoom(64 * GB, gpu_for(layers)))
    assert found.gpu_layers == layers
    assert found.word is (FitWord.FITS if layers == LAYERS else FitWord.SLOW)
    assert found.on_gpu == gpu_for(layers) - GPU_RESERVE
    less = fit(SHAPE, WEIGHTS, CONTEXT, MemoryRoom(64 * GB, gpu_for(layers) - 1))
    assert less.gpu_layers == layers - 1
    assert less.on_system > found.on_system


def test_what_lies_on_the_card_is_not_asked_of_the_processor() -> None:
    assert fit(SHAPE, WEIGHTS, CONTEXT, MemoryRoom(2 * GB, 24 * GB)).word is FitWord.FITS
    assert fit(SHAPE, WEIGHTS, CONTEXT, MemoryRoom(2 * GB, 3 * GB)).word is FitWord.TOO_LARGE
    shared = MemoryRoom(2 * GB, 24 * GB, is_gpu_shared=True)
    assert fit(SHAPE, WEIGHTS, CONTEXT, shared).word is FitWord.TOO_LARGE, "it is the same memory"


def test_an_embedding_that_is_the_output_too_lies_in_both_memories() -> None:
    tied = replace(SHAPE, input_bytes=400 * MB, output_bytes=1000)
    assert fit(tied, WEIGHTS, CONTEXT, MemoryRoom(64 * GB, gpu_for(LAYERS, tied))).gpu_layers < LAYERS
    assert fit(tied, WEIGHTS, CONTEXT, MemoryRoom(64 * GB, gpu_for(LAYERS, tied) + 400 * MB)).gpu_layers == LAYERS


def test_the_person_may_say_how_many_layers() -> None:
    room = MemoryRoom(64 * GB, gpu_for(5))
    assert fit(SHAPE, WEIGHTS, CONTEXT, room, 3).gpu_layers == 3
    assert fit(SHAPE, WEIGHTS, CONTEXT, room, 0).on_gpu == 0
    assert fit(SHAPE, WEIGHTS, CONTEXT, room, 99).gpu_layers == LAYERS
    assert fit(SHAPE, WEIGHTS, CONTEXT, room, 6).word is FitWord.TOO_LARGE
    assert fit(SHAPE, WEIGHTS, CONTEXT, MemoryRoom(64 * GB), 3).gpu_layers == 0, "there is no card"


def test_the_longest_context_just_fits() -> None:
    room = MemoryRoom(NEED.total * 100 // 80)
    tokens = longest_context(SHAPE, WEIGHTS, CONTEXT, room, 131_072)
    assert tokens is not None
    assert 8192 < tokens < 131_072

    def word(count: int) -> FitWord:
        return fit(SHAPE, WEIGHTS, replace(CONTEXT, tokens=count), room).word

    assert word(tokens) is not FitWord.TOO_LARGE
    assert word(tokens + 256) is FitWord.TOO_LARGE
    assert longest_context(SHAPE, WEIGHTS, CONTEXT, MemoryRoom(64 * GB), 131_072) == 131_072
    assert longest_context(SHAPE, WEIGHTS, CONTEXT, MemoryRoom(GB), 131_072) is None


def test_a_header_that_tells_little_is_judged_by_the_size_of_the_file() -> None:
    vague = replace(SHAPE, layer_bytes=(), input_bytes=0, output_bytes=0, kv_heads=())
    found = fit(vague, WEIGHTS, CONTEXT, MemoryRoom(64 * GB, 3 * GB))
    assert 0 < found.gpu_layers < LAYERS
    assert found.need.weights == WEIGHTS
