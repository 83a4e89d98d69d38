"""What the suite runs on: a model of each family, and some with smaller caches."""

from dataclasses import dataclass

import pytest

from desktop.inference.memory_plan import MemoryPlan
from desktop.system.cache_type import CacheType
from tests.tiny_models import WINDOW_TOKENS, Family, Shape, TinyModel

SNAPSHOTS = {Family.RECURRENT, Family.HYBRID, Family.HYBRID_GRANITE, Family.HYBRID_QWEN, Family.INDEXED, Family.COMPRESSED}
WITH_EXPERTS = {Family.EXPERTS, Family.SINKS, Family.INDEXED, Family.COMPRESSED}
SLOW = {Family.INDEXED, Family.COMPRESSED}
WITH_WINDOW = {Family.WINDOW, Family.SINKS}
PLANS = {
    Family.DENSE: MemoryPlan.DENSE,
    Family.DENSE_QWEN: MemoryPlan.DENSE,
    Family.EXPERTS: MemoryPlan.DENSE,
    Family.WINDOW: MemoryPlan.SPLIT,
    Family.SINKS: MemoryPlan.SPLIT,
    Family.RECURRENT: MemoryPlan.SNAPSHOT,
    Family.HYBRID: MemoryPlan.SPLIT,
    Family.HYBRID_GRANITE: MemoryPlan.SPLIT,
    Family.HYBRID_QWEN: MemoryPlan.SPLIT,
    Family.INDEXED: MemoryPlan.APART,
    Family.COMPRESSED: MemoryPlan.SEQUENCES,
}


@dataclass(frozen=True, slots=True)
class Setup:
    """A family with a type of cache."""

    family: Family
    cache_type: CacheType = CacheType.F16
    window: int = WINDOW_TOKENS

    def __str__(self) -> str:
        return self.family if self.cache_type is CacheType.F16 else f"{self.family}-{self.cache_type}"

    @property
    def model(self) -> TinyModel:
        return TinyModel(name=f"tiny {self.family}", family=self.family, ends=0.0, shape=Shape(window=self.window))

    @property
    def streams(self) -> int:
        """Return how many token streams a check takes the median of: experts are chosen anew where cells lie differently."""
        if self.family in SLOW:
            return 3
        return 9 if self.family in WITH_EXPERTS else 1

    @property
    def thins(self) -> bool:
        """Tell whether not every state is kept."""
        return self.family in SNAPSHOTS

    @property
    def has_whole_states(self) -> bool:
        return PLANS[self.family] in (MemoryPlan.SNAPSHOT, MemoryPlan.SEQUENCES)


FAMILIES = [Setup(family) for family in Family]
WITH_SHORT_WINDOWS = [Setup(family, window=48) if family in WITH_WINDOW else Setup(family) for family in Family]  # they are full sooner
SMALLER_CACHES = [
    Setup(Family.DENSE, CacheType.Q8_0),
    Setup(Family.DENSE, CacheType.Q4_0),
    Setup(Family.WINDOW, CacheType.Q8_0),
    Setup(Family.WINDOW, CacheType.Q4_0),
    Setup(Family.HYBRID, CacheType.Q8_0),
    Setup(Family.HYBRID_QWEN, CacheType.Q4_0),
]

on_all_families = pytest.mark.parametrize("setup", FAMILIES, ids=str, indirect=True, scope="session")
on_all_families_with_short_windows = pytest.mark.parametrize("setup", WITH_SHORT_WINDOWS, ids=str, indirect=True, scope="session")
on_all_families_and_caches = pytest.mark.parametrize("setup", [*FAMILIES, *SMALLER_CACHES], ids=str, indirect=True, scope="session")
