"""The catalogue: chat models that are known to run, from resources/catalogue.json, and which of them suits this computer."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from desktop.models.fit import Fit, FitWord
from desktop.models.header import ModelShape
from desktop.models.offer import CatalogueModel
from desktop.system.words import Words, say

SUMMARIES: Mapping[str, Words] = {
    "tiny": say("Runs on almost any computer; for short and simple questions."),
    "small_languages": say("Small and quick; understands many languages."),
    "small_thinking": say("Small, and can think before it answers."),
    "open": say("Small and open: its makers tell how it was trained."),
    "european": say("Answers to the point; good in European languages."),
    "reasoning": say("Good at mathematics and logic for its size."),
    "languages": say("Writes well, in more than a hundred languages."),
    "everyday": say("A quick helper for everyday questions and texts."),
    "thinking": say("Can think before it answers; good at code and mathematics."),
    "quick": say("Quick, even without a graphics card."),
    "quick_thinking": say("Thinks before it answers, and is quick for its size."),
    "quick_languages": say("Writes well in more than a hundred languages, and is quick for its size."),
    "quick_large": say("Knows much, and is quick for its size."),
}
"""What a model is good at, by the key in the catalogue."""

PROCESSOR_BANDWIDTH = 25e9  # bytes a second that an ordinary computer's memory gives to all cores together
LARGEST_FIRST = 6_500_000_000  # bytes: about a quarter of an hour at 50 Mbit/s; who has patience finds the larger ones below
READING_SPEED = 8.0  # tokens a second: slower is slower than reading

_EMBEDDING_BITS = {"Q8_0": (8.5, 8.5), "Q4_K_M": (4.5, 6.5625), "MXFP4": (8.5, 8.5)}  # a weight, of the input and the output


def read_catalogue(path: Path) -> tuple[CatalogueModel, ...]:
    """Return the models of a catalogue file, which comes with Rivulet and is right: anything else raises KeyError or ValueError."""
    return tuple(_model(entry) for entry in json.loads(path.read_bytes()))


def by_fit(models: Sequence[CatalogueModel], fit: Callable[[CatalogueModel], Fit]) -> list[tuple[CatalogueModel, Fit]]:
    """Return models with how they fit: first what fits, then what may be slow, of each the most capable first."""
    order = list(FitWord)
    fitted = [(model, fit(model)) for model in models]
    return sorted(fitted, key=lambda it: (order.index(it[1].word), -quality(it[0])))


def recommended(fitted: Sequence[tuple[CatalogueModel, Fit]]) -> CatalogueModel | None:
    """Return the most capable model that fits, answers faster than one reads and is soon here; None: none is small enough.

    Where none is that fast, the fastest of those that fit; where none fits, the smallest that loads at all.
    """
    fitting = [it for it in fitted if it[1].word is FitWord.FITS]
    quick = [it for it in fitting if speed(*it) >= READING_SPEED]
    if quick:
        soon = [it for it in quick if it[0].size <= LARGEST_FIRST] or quick
        return max(soon, key=lambda it: quality(it[0]))[0]
    if fitting:
        return max(fitting, key=lambda it: speed(*it))[0]
    loading = [it[0] for it in fitted if it[1].word is FitWord.SLOW]
    return min(loading, key=lambda model: model.size, default=None)


def quality(model: CatalogueModel) -> float:
    """Return how capable a model is, as the parameters of a dense one: a mixture of experts lies between its all and those at work."""
    return math.sqrt(model.parameters * model.active_parameters)


def speed(model: CatalogueModel, fit: Fit) -> float:
    """Return about how many tokens a second it writes; each takes one look at all weights at work. Infinite where all lie on a GPU."""
    if fit.gpu_layers >= fit.layers:
        return math.inf
    return PROCESSOR_BANDWIDTH / (model.size * model.active_parameters / model.parameters)


def _model(entry: Mapping[str, Any]) -> CatalogueModel:
    rest = {key: value for key, value in entry.items() if key not in ("summary", "shape")}
    shape = _shape(entry["shape"], entry["size"], entry["quantisation"])
    return CatalogueModel(**rest, summary=SUMMARIES[entry["summary"]], shape=shape)


def _shape(entry: Mapping[str, Any], size: int, quantisation: str) -> ModelShape:
    """Return a shape from its short form.

    There `cached_layers` are those with a cache of tokens and `full_layers` those without a window, by number; absent: all. The latter
    may have heads of their own.
    """
    layers, kv_heads = entry["layers"], entry["kv_heads"]
    cached = set(entry.get("cached_layers", range(layers)))
    full = set(entry.get("full_layers", range(layers)))
    full_kv_heads = entry.get("full_kv_heads", kv_heads)
    full_length = entry.get("full_head_length", entry["head_length"])
    window_length = entry["head_length"] if full_length != entry["head_length"] else 0
    weights = entry["vocabulary_size"] * entry["width"]
    input_bits, output_bits = _EMBEDDING_BITS[quantisation]
    is_tied = entry["is_tied"]  # then one table serves at both ends, in the finer form
    input_bytes = entry.get("input_bytes") or int(weights * (output_bits if is_tied else input_bits) / 8)
    output_bytes = 0 if is_tied else int(weights * output_bits / 8)
    return ModelShape(
        layers=layers,
        width=entry["width"],
        heads=entry["heads"],
        kv_heads=tuple((full_kv_heads if layer in full else kv_heads) if layer in cached else 0 for layer in range(layers)),
        key_length=full_length,
        value_length=full_length,
        feed_forward=entry["feed_forward"],
        vocabulary_size=entry["vocabulary_size"],
        window=entry.get("window", 0),
        window_key_length=window_length,
        window_value_length=window_length,
        window_layers=tuple(layer not in full for layer in range(layers)) if "window" in entry else (),
        state_bytes=entry.get("state_bytes", 0),
        layer_bytes=((size - input_bytes - output_bytes) // layers,) * layers,
        input_bytes=input_bytes,
        output_bytes=output_bytes,
    )
