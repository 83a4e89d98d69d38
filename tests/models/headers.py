"""GGUF headers written byte by byte, as no writer of models would write them."""

import struct
from dataclasses import dataclass, field
from pathlib import Path

UINT8, UINT32, BOOL, STRING, ARRAY = 0, 4, 7, 8, 9
F32, Q8_0 = 0, 8
ALIGNMENT = 32


def string(text: str | bytes) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    return struct.pack("<Q", len(data)) + data


def key(name: str | bytes, kind: int, value: bytes) -> bytes:
    return string(name) + struct.pack("<I", kind) + value


def array(kind: int, count: int, items: bytes = b"") -> bytes:
    return struct.pack("<IQ", kind, count) + items


def tensor(name: str = "one", shape: tuple[int, ...] = (8,), kind: int = F32, offset: int = 0) -> bytes:
    return string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


@dataclass
class Header:
    """A file that is read without complaint as it stands."""

    keys: list[bytes] = field(default_factory=list)
    tensors: list[bytes] = field(default_factory=lambda: [tensor()])
    data: bytes = bytes(32)
    version: int = 3
    counts: tuple[int, int] | None = None  # of tensors and keys, where they are not what is there
    order: str = "<"

    def write(self, path: Path) -> Path:
        """Write the file and return its path."""
        tensors, keys = self.counts or (len(self.tensors), len(self.keys))
        head = b"GGUF" + struct.pack(f"{self.order}IQQ", self.version, tensors, keys) + b"".join([*self.keys, *self.tensors])
        path.write_bytes(head + bytes(-len(head) % ALIGNMENT) + self.data)
        return path


def number(name: str, value: int) -> bytes:
    return key(name, UINT32, struct.pack("<I", value))


def text(name: str, value: str | bytes) -> bytes:
    return key(name, STRING, string(value))


def numbers(name: str, *values: int) -> bytes:
    return key(name, ARRAY, array(UINT32, len(values), struct.pack(f"<{len(values)}I", *values)))


def flags(name: str, *values: bool) -> bytes:
    return key(name, ARRAY, array(BOOL, len(values), bytes(values)))


def model_keys(architecture: str, layers: int, *more: bytes, heads: int = 8, kv_heads: int = 2, width: int = 64) -> list[bytes]:
    """Return the keys that every model has, and more of its own, whose names lack the architecture's."""
    return [
        text("general.architecture", architecture),
        number(f"{architecture}.block_count", layers),
        number(f"{architecture}.embedding_length", width),
        number(f"{architecture}.attention.head_count", heads),
        number(f"{architecture}.attention.head_count_kv", kv_heads),
        *more,
    ]
