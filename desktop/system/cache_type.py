"""How exactly a KV cache keeps its numbers."""

from enum import StrEnum


class CacheType(StrEnum):
    """The type of the K and V tensors; saved states of one type do not restore into another."""

    F16 = "f16"
    Q8_0 = "q8_0"
    Q4_0 = "q4_0"
