"""What was kept of a GGUF header while it was read: its keys and tensors, told leniently."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    """The types of values."""

    UINT8, INT8, UINT16, INT16, UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY, UINT64, INT64, FLOAT64 = range(13)


SCALARS = {
    Kind.UINT8: "B",
    Kind.INT8: "b",
    Kind.UINT16: "H",
    Kind.INT16: "h",
    Kind.UINT32: "I",
    Kind.INT32: "i",
    Kind.FLOAT32: "f",
    Kind.BOOL: "?",
    Kind.UINT64: "Q",
    Kind.INT64: "q",
    Kind.FLOAT64: "d",
}
"""How struct names the types of numbers."""

LONGEST_TEXT = 256  # characters


@dataclass(frozen=True, slots=True)
class Array:
    """A list of values of one type."""

    kind: Kind
    count: int
    data: bytes | None = None  # None: not kept


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where a tensor's data is, and what shape it has."""

    name: bytes
    kind: int  # its type's number
    shape: Sequence[int]
    offset: int  # from where all data begins
    size: int  # bytes; 1 where the type is not known


Value = int | float | bytes | Array


@dataclass(frozen=True, slots=True)
class Metadata:
    """Keys and tensors. What is missing or of another type than asked for is empty: nothing here raises."""

    values: Mapping[bytes, tuple[Kind, Value]]
    tensors: Sequence[Tensor]

    def value(self, key: str) -> Value | None:
        """Return a key's value."""
        return self.values.get(key.encode(), (None, None))[1]

    def text(self, key: str) -> str:
        """Return a text as one line of bounded length, without what cannot be printed."""
        value = self.value(key)
        text = value[: 4 * LONGEST_TEXT].decode("utf-8", "replace") if isinstance(value, bytes) else ""
        return " ".join("".join(character if character.isprintable() else " " for character in text).split())[:LONGEST_TEXT]

    def number(self, key: str, otherwise: int = 0) -> int:
        """Return a whole number that is not negative."""
        value = self.value(key)
        return value if isinstance(value, int) and value >= 0 else otherwise

    def numbers(self, key: str, count: int, otherwise: int = 0) -> list[int]:
        """Return a number for each of some layers: those of a list, or the same for all."""
        kept = self.values_of(key)
        if kept is None:
            return [self.number(key, otherwise)] * count
        return [max(0, int(value)) for value in kept[:count]] + [otherwise] * (count - len(kept))

    def values_of(self, key: str) -> tuple[int | float, ...] | None:
        """Return the numbers of a list; None where it is none, or a long one."""
        array = self.value(key)
        if not isinstance(array, Array) or array.data is None or Kind.FLOAT32 is array.kind or Kind.FLOAT64 is array.kind:
            return None
        return struct.unpack(f"<{array.count}{SCALARS[array.kind]}", array.data)

    def count(self, key: str) -> int:
        """Return how many values a list has."""
        array = self.value(key)
        return array.count if isinstance(array, Array) else 0
