"""A GGUF file taken apart, so that a test can change any part of it and put it together again."""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from desktop.models.tensor_types import tensor_bytes
from tests.models.headers import ALIGNMENT, ARRAY, STRING, UINT32, array, key, string, tensor

SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}  # bytes of a value, by kind


class Value(NamedTuple):
    """A key's value as it stands in the file."""

    kind: int
    data: bytes


def text(value: str | bytes) -> Value:
    return Value(STRING, string(value))


def number(value: int, kind: int = UINT32) -> Value:
    return Value(kind, struct.pack({4: "<I", 5: "<i", 10: "<Q", 11: "<q"}[kind], value))


def numbers(values: list[int], kind: int = UINT32) -> Value:
    return Value(ARRAY, array(kind, len(values), b"".join(number(value, kind).data for value in values)))


def texts(values: list[bytes]) -> Value:
    return Value(ARRAY, array(STRING, len(values), b"".join(map(string, values))))


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor; shape, kind and offset are what the header says of it, whatever its data is."""

    name: str
    shape: tuple[int, ...]
    kind: int
    data: bytes
    offset: int | None = None  # None: where its data is


@dataclass(frozen=True, slots=True)
class GgufParts:
    """All that is in a file."""

    keys: tuple[tuple[str, Value], ...]
    tensors: tuple[Tensor, ...]

    def value(self, name: str) -> Value:
        return dict(self.keys)[name]

    def with_keys(self, values: Mapping[str, Value | None]) -> "GgufParts":
        """Return parts with other keys; None: without one."""
        wanted = dict(values)
        kept = [(name, wanted.pop(name, value)) for name, value in self.keys]
        return replace(self, keys=tuple((name, value) for name, value in [*kept, *wanted.items()] if value is not None))

    def with_tensors(self, change: Callable[[Tensor], Tensor | None], *names: str) -> "GgufParts":
        """Return parts in which the tensors of these names are changed; None: they are gone."""
        changed = [change(it) if it.name in names else it for it in self.tensors]
        return replace(self, tensors=tuple(it for it in changed if it is not None))

    def packed(self) -> bytes:
        """Return the file."""
        infos, data = [], b""
        for it in self.tensors:
            offset = len(data) if it.offset is None else it.offset
            infos.append(tensor(it.name, it.shape, it.kind, offset))
            data += it.data + bytes(-len(it.data) % ALIGNMENT)
        keys = [key(name, value.kind, value.data) for name, value in self.keys]
        head = b"GGUF" + struct.pack("<IQQ", 3, len(infos), len(keys)) + b"".join([*keys, *infos])
        return head + bytes(-len(head) % ALIGNMENT) + data


def take_apart(path: Path) -> GgufParts:
    """Return the parts of a sound file."""
    source = path.read_bytes()
    at = 4

    def take(form: str) -> int:
        nonlocal at
        (found,) = struct.unpack_from(f"<{form}", source, at)
        at += struct.calcsize(f"<{form}")
        return int(found)

    def take_string() -> str:
        nonlocal at
        length = take("Q")
        at += length
        return source[at - length : at].decode()

    def skip(kind: int) -> None:
        nonlocal at
        if kind == STRING:
            take_string()
        elif kind == ARRAY:
            of, count = take("I"), take("Q")
            for _ in range(count):
                skip(of)
        else:
            at += SIZES[kind]

    take("I")
    tensor_count, key_count = take("Q"), take("Q")
    keys = []
    for _ in range(key_count):
        name, kind = take_string(), take("I")
        start = at
        skip(kind)
        keys.append((name, Value(kind, source[start:at])))
    infos = []
    for _ in range(tensor_count):
        name, dimensions = take_string(), take("I")
        infos.append((name, tuple(take("Q") for _ in range(dimensions)), take("I"), take("Q")))
    data = -(-at // ALIGNMENT) * ALIGNMENT
    tensors = [Tensor(name, shape, kind, source[data + offset :][: tensor_bytes(kind, shape)]) for name, shape, kind, offset in infos]
    return GgufParts(tuple(keys), tuple(tensors))
