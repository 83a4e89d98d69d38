"""The catalogue: each entry is plausible, and what is recommended suits the computer."""

import math
import re
from itertools import pairwise

import pytest

from desktop.models import fitting
from desktop.models.catalogue import by_fit, quality, read_catalogue, recommended, speed
from desktop.models.fit import Fit, FitWord, MemoryRoom
from desktop.models.memory_need import ContextShape
from desktop.models.offer import CatalogueModel
from desktop.system.resources import resource
from desktop.system.words import Words

MODELS = read_catalogue(resource("catalogue.json"))
GB = 10**9
BITS = {"Q8_0": (8.4, 8.8), "Q4_K_M": (4.6, 6.6), "MXFP4": (4.2, 4.8)}


def fit(free: int, gpu: int = 0):
    """Return how models fit into a computer with so many bytes free."""

    def fit(model: CatalogueModel) -> Fit:
        return fitting.fit(model.shape, model.size, ContextShape(8192, 6, 512), MemoryRoom(free, gpu))

    return fit


def recommend(free: int, gpu: int = 0) -> CatalogueModel | None:
    return recommended(by_fit(MODELS, fit(free, gpu)))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_an_entry_is_plausible(model: CatalogueModel) -> None:
    least, most = BITS[model.quantisation]
    assert least <= model.size * 8 / model.parameters <= most
    assert 5e8 <= model.parameters <= 3.1e10
    assert 0 < model.active_parameters <= model.parameters
    assert re.fullmatch(r"[\w.-]+/[\w.-]+-GGUF", model.repository)
    assert re.fullmatch(r"[\w.-]+\.gguf", model.file)
    assert model.quantisation.lower() in model.file.lower()
    assert model.context_tokens >= 32768
    assert model.licence in {"apache-2.0", "mit", "gemma"}
    assert isinstance(model.summary, Words)
    assert model.summary.endswith(".")
    assert model.name
    assert model.maker


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_a_shape_agrees_with_itself(model: CatalogueModel) -> None:
    shape = model.shape
    assert len(shape.kv_heads) == len(shape.layer_bytes) == shape.layers
    assert sum(shape.layer_bytes) + shape.input_bytes + shape.output_bytes == pytest.approx(model.size, rel=1e-6)
    assert all(part > 0 for part in shape.layer_bytes)
    assert any(shape.kv_heads)
    assert all(shape.heads % kv_heads == 0 for kv_heads in shape.kv_heads if kv_heads)
    assert bool(shape.window) == bool(shape.window_layers)
    if shape.window:
        assert len(shape.window_layers) == shape.layers
        assert 0 < sum(shape.window_layers) < shape.layers
    without = shape.kv_heads.count(0)
    assert bool(shape.state_bytes) == (without > 0 and not shape.window), "a layer without a cache has a state, or borrows another's cache"
    dense = shape.layers * (2 * shape.width * shape.heads * shape.key_length + 3 * shape.width * shape.feed_forward)
    assert dense < 1.35 * model.parameters


def test_there_is_something_for_each_computer() -> None:
    assert 10 <= len(MODELS) <= 20
    assert len({model.name for model in MODELS}) == len({(model.repository, model.file) for model in MODELS}) == len(MODELS)
    sizes = sorted(model.size for model in MODELS)
    assert sizes[0] < GB
    assert all(larger / smaller < 1.8 for smaller, larger in pairwise(sizes)), "no gap in between"
    assert sum(model.active_parameters < model.parameters for model in MODELS) >= 2, "mixtures of experts"


def test_what_fits_comes_first_and_the_most_capable_of_it() -> None:
    fitted = by_fit(MODELS, fit(8 * GB))
    words = [list(FitWord).index(it.word) for _, it in fitted]
    assert words == sorted(words)
    assert set(words) == {0, 1, 2}
    for word in FitWord:
        capable = [quality(model) for model, it in fitted if it.word is word]
        assert capable == sorted(capable, reverse=True)


@pytest.mark.parametrize(("free", "active"), [(2, 4e9), (4, 4e9), (6, 4.3e9), (12, 5e9), (32, 5e9)])
def test_a_processor_alone_gets_what_is_quick_on_it(free: int, active: float) -> None:
    model = recommend(free * GB)
    assert model is not None
    assert model.active_parameters <= active
    assert fit(free * GB)(model).word is FitWord.FITS
    assert speed(model, fit(free * GB)(model)) >= 8
    better = [it for it in MODELS if quality(it) > quality(model) and it.size <= 6.5 * 1e9 and fit(free * GB)(it).word is FitWord.FITS]
    assert model.size <= 6.5 * 1e9, "a first model is there in a quarter of an hour"
    assert all(speed(it, fit(free * GB)(it)) < 8 for it in better)


def test_more_memory_never_means_less() -> None:
    capable = [quality(model) for free in range(2, 40) if (model := recommend(free * GB)) is not None]
    assert capable == sorted(capable)
    assert len(set(capable)) >= 5


def test_a_gpu_takes_what_would_be_slow_on_the_processor() -> None:
    alone, with_gpu = recommend(12 * GB), recommend(12 * GB, 12 * GB)
    assert alone is not None
    assert with_gpu is not None
    assert quality(with_gpu) > quality(alone)
    assert speed(with_gpu, fit(12 * GB, 12 * GB)(with_gpu)) == math.inf


def test_a_small_computer_gets_the_smallest_that_loads_and_a_tiny_one_nothing() -> None:
    tight = [free for free in range(GB // 2, 2 * GB, GB // 20) if not any(fit(free)(it).word is FitWord.FITS for it in MODELS)]
    loading = {free: [it for it in MODELS if fit(free)(it).word is FitWord.SLOW] for free in tight}
    assert any(loading.values())
    for free, models in loading.items():
        assert recommend(free) == min(models, key=lambda it: it.size, default=None)
    assert recommend(GB // 2) is None
