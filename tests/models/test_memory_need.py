"""What models are said to take, beside what llama.cpp allocates."""

import logging
import re
from pathlib import Path

import pytest

from desktop.inference.binding import Abort, Context, ContextOptions, DecodeCounters, Library, Model
from desktop.models.gguf import read_model_file
from desktop.models.memory_need import ContextShape, compute_buffer, layer_caches, memory_need
from desktop.system.cache_type import CacheType
from desktop.system.flash_attention import FlashAttention
from tests.tiny_models import Family, Shape, TinyModel

MIB = 1 << 20
BUFFERS = re.compile(r"CPU (KV|RS|compute) buffer size = +([\d.]+) MiB")
SEQUENCES, BATCH = 6, 512
WIDE = Shape(layers=4, width=256, feed_forward=1024)
CASES = [
    (2048, CacheType.F16, FlashAttention.AUTOMATIC),
    (32_768, CacheType.F16, FlashAttention.AUTOMATIC),
    (8192, CacheType.Q8_0, FlashAttention.AUTOMATIC),
    (8192, CacheType.Q4_0, FlashAttention.ON),
    (8192, CacheType.F16, FlashAttention.OFF),
]


@pytest.mark.parametrize("family", [Family.DENSE, Family.WINDOW, Family.HYBRID, Family.RECURRENT])
def test_caches_and_buffers_are_those_of_llama(tmp_path: Path, caplog: pytest.LogCaptureFixture, family: Family) -> None:
    path = TinyModel(family=family, shape=WIDE, context_length=32_768).write(tmp_path / "a.gguf")
    file = read_model_file(path)
    caplog.set_level(logging.DEBUG, "desktop.inference.binding")
    library = Library()
    model = Model(library, path, lambda progress: True)
    for tokens, cache_type, flash in CASES:
        if family is Family.RECURRENT and cache_type is not CacheType.F16:
            continue  # it has none
        caplog.clear()
        options = ContextOptions(tokens, SEQUENCES, BATCH, 1, cache_type, flash, outputs=SEQUENCES)
        context = Context(model, options, DecodeCounters(), Abort())
        has_flash = flash is not FlashAttention.OFF
        assert family is Family.RECURRENT or context.has_flash_attention is has_flash
        context.close()
        sizes = {"KV": 0.0, "RS": 0.0, "compute": 0.0}
        for kind, size in BUFFERS.findall(caplog.text):
            sizes[kind] += float(size)
        shape = ContextShape(tokens, SEQUENCES, BATCH, cache_type, has_flash)
        told = sum(layer_caches(file.header.shape, shape)) / MIB
        assert told == pytest.approx(sizes["KV"] + sizes["RS"], rel=0.01, abs=0.02), (tokens, cache_type, flash)
        if family is not Family.RECURRENT:  # whose buffers are small beside their weights
            assert compute_buffer(file.header.shape, shape) / MIB == pytest.approx(sizes["compute"], rel=0.1), (tokens, flash)
    model.close()
    library.close()


def test_the_parts_make_the_whole(tmp_path: Path) -> None:
    file = read_model_file(TinyModel().write(tmp_path / "a.gguf"))
    short, long = (memory_need(file.header.shape, file.size, ContextShape(tokens, SEQUENCES, BATCH)) for tokens in (1024, 4096))
    assert short.weights == long.weights == file.size
    assert long.cache == 4 * short.cache
    assert long.total == long.weights + long.cache + long.buffers
    assert long.buffers > short.buffers > 0
