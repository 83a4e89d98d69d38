"""How a model's makers would have its replies written, as the file says."""

import math
from dataclasses import dataclass

from desktop.models.metadata import Metadata


@dataclass(frozen=True, slots=True)
class RecommendedSampling:
    """What the header recommends; None: it does not say, or something that cannot be meant."""

    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    repeat_tokens: int | None = None


def recommended_sampling(metadata: Metadata) -> RecommendedSampling:
    """Return what the keys of a header recommend, named as llama.cpp's converters write them."""
    return RecommendedSampling(
        _number(metadata, "temp", 2),
        _whole(metadata, "top_k", 1000),
        _number(metadata, "top_p", 1),
        _number(metadata, "min_p", 1),
        _number(metadata, "penalty_repeat", 2, least=1),
        _whole(metadata, "penalty_last_n", 4096),
    )


def _number(metadata: Metadata, name: str, most: float, least: float = 0) -> float | None:
    value = metadata.value(f"general.sampling.{name}")
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value) or not least <= value <= most:
        return None
    return round(float(value), 6)  # in the file it has 4 bytes: 0.1 is not quite that


def _whole(metadata: Metadata, name: str, most: int) -> int | None:
    value = metadata.value(f"general.sampling.{name}")
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most else None
