"""What the person chose of how a model is loaded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from desktop.system.cache_type import CacheType
from desktop.system.compute_device import AUTOMATIC
from desktop.system.flash_attention import FlashAttention


@dataclass(frozen=True, slots=True)
class ContextChoice:
    """What was chosen for one model."""

    cache_type: CacheType = CacheType.F16
    tokens: int | None = None  # the length of its context; None: the usual
    gpu_layers: int | None = None  # on the graphics card; None: as many as fit


@dataclass(frozen=True, slots=True)
class LoadSettings:
    """What was chosen for all models."""

    device: str = AUTOMATIC  # or PROCESSOR, or a device's name
    flash_attention: FlashAttention = FlashAttention.AUTOMATIC
    unload_after: timedelta | None = None  # of no use; None: never


USUAL = ContextChoice()
Change = Callable[[ContextChoice], ContextChoice]


def with_choice(cache_type: CacheType | None = None, tokens: int | None = None) -> Change:
    """Return what changes the cache type or the length of the context, where one is given."""
    return lambda chosen: replace(chosen, cache_type=cache_type or chosen.cache_type, tokens=tokens or chosen.tokens)


def choices(cache_types: Mapping[Path, CacheType], lengths: Mapping[Path, int], layers: Mapping[Path, int]) -> dict[Path, ContextChoice]:
    """Return the choices by model, of which each mapping has those that are not the usual ones."""
    return {
        path: ContextChoice(cache_types.get(path, CacheType.F16), lengths.get(path), layers.get(path))
        for path in {*cache_types, *lengths, *layers}
    }
