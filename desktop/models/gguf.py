"""A bounded look into a GGUF file before llama.cpp opens it: whether it is one, whether it is whole, and which.

GGUF is hostile input, and llama.cpp's own reader has had memory faults. So a file is read here first, by a parser that
cannot be made to allocate or loop beyond its limits, and one that is cut short never gets further. The format is that of
the GGUF specification, versions 2 and 3.
"""

import os
import stat
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from desktop.models.tensor_types import tensor_bytes
from desktop.system.errors import RivuletError

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MOST_KEYS = 1 << 16
MOST_TENSORS = 1 << 16
MOST_ARRAY_ITEMS = 1 << 22
MOST_STRINGS = 1 << 21  # in all; the largest vocabularies have 300,000 tokens and twice as many merges
LONGEST_STRING = 1 << 24  # bytes; chat templates are the longest
LONGEST_NAME = 256  # bytes of a key's or tensor's name
LARGEST_HEADER = 1 << 29  # bytes
MOST_DIMENSIONS = 4
LARGEST_ALIGNMENT = 1 << 20
SAMPLES, SAMPLE_BYTES = 64, 4096  # blocks of tensor data that stand for the whole in the identity

_NAME, _ARCHITECTURE, _ALIGNMENT = b"general.name", b"general.architecture", b"general.alignment"
_DAMAGED = "has a damaged header"
_CUT = "is cut short: it was perhaps not downloaded to its end"


class ModelFileError(RivuletError):
    """A file is missing, unreadable, cut or no GGUF."""


class _Kind(IntEnum):
    UINT8, INT8, UINT16, INT16, UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY, UINT64, INT64, FLOAT64 = range(13)


_SCALARS = {
    _Kind.UINT8: "B",
    _Kind.INT8: "b",
    _Kind.UINT16: "H",
    _Kind.INT16: "h",
    _Kind.UINT32: "I",
    _Kind.INT32: "i",
    _Kind.FLOAT32: "f",
    _Kind.BOOL: "?",
    _Kind.UINT64: "Q",
    _Kind.INT64: "q",
    _Kind.FLOAT64: "d",
}


@dataclass(frozen=True, slots=True)
class ModelFile:
    """What a model file says of itself."""

    path: Path
    name: str
    architecture: str
    size: int  # bytes
    identity: bytes  # of header, size and sampled tensor data: which numbers come out of it
    vocabulary: str  # of the tokenizer's keys: what its token ids mean


class _BrokenError(Exception):
    pass


def read_model_file(path: Path) -> ModelFile:
    """Return what a GGUF file is, reading its header and samples of its data.

    Takes up to half a second for a large vocabulary; not for the window's thread. Raises ModelFileError with a sentence.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for somebody to write
            raise _BrokenError("is not a file")
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if not size:
                raise _BrokenError("is empty")
            return _Reader(file, size, path).read()
    except FileNotFoundError as error:
        raise ModelFileError(f"{path.name} is not there any more. Your chats are kept; find it or choose another model file.") from error
    except OSError as error:
        raise ModelFileError(f"{path.name} cannot be read ({error.strerror}). Your chats are kept; choose another model file.") from error
    except _BrokenError as error:
        raise ModelFileError(f"{path.name} {error}. Your chats are kept; choose another model file.") from error


class _Reader:
    def __init__(self, file: BinaryIO, size: int, path: Path) -> None:
        self._file, self._size, self._path = file, size, path
        self._header = blake2b(digest_size=16)
        self._vocabulary = blake2b(digest_size=16)
        self._is_tokenizer_key = False
        self._kept: dict[bytes, tuple[_Kind, object]] = {}
        self._strings = 0
        self._at = 0

    def read(self) -> ModelFile:
        if self._bytes(4) != MAGIC:
            raise _BrokenError("is not a GGUF model")
        version = self._number("I")
        if version and not version & 0xFFFF:
            raise _BrokenError("was made for machines of another byte order")
        if version not in VERSIONS:
            raise _BrokenError(f"is a GGUF of version {version}, which is not known here")
        tensors, keys = self._number("Q"), self._number("Q")
        if tensors > MOST_TENSORS or keys > MOST_KEYS or not tensors:
            raise _BrokenError(_DAMAGED)
        self._all_differ([self._key() for _ in range(keys)])
        names, ends = zip(*[self._tensor() for _ in range(tensors)], strict=True)
        self._all_differ(names)
        alignment = self._alignment()
        data = -(-self._at // alignment) * alignment
        if data + max(ends) > self._size:
            raise _BrokenError(_CUT)
        return ModelFile(
            self._path,
            self._text(_NAME) or self._path.stem,
            self._text(_ARCHITECTURE),
            self._size,
            self._identity(data),
            self._vocabulary.hexdigest(),
        )

    def _identity(self, data: int) -> bytes:
        digest = self._header.copy()
        digest.update(struct.pack("<Q", self._size))
        for index in range(SAMPLES):
            self._file.seek(data + (self._size - data - 1) * index // SAMPLES)
            digest.update(self._file.read(SAMPLE_BYTES))
        return digest.digest()

    def _alignment(self) -> int:
        kind, value = self._kept.get(_ALIGNMENT, (_Kind.UINT32, 32))
        # llama.cpp aborts the process where the type is another.
        if kind is not _Kind.UINT32 or not isinstance(value, int) or value.bit_count() != 1 or value > LARGEST_ALIGNMENT:
            raise _BrokenError(_DAMAGED)
        return value

    def _text(self, key: bytes) -> str:
        _, value = self._kept.get(key, (_Kind.STRING, b""))
        text = value[:LONGEST_NAME].decode("utf-8", "replace") if isinstance(value, bytes) else ""
        return " ".join("".join(character if character.isprintable() else " " for character in text).split())

    def _key(self) -> bytes:
        name = self._name()
        self._is_tokenizer_key = name.startswith(b"tokenizer.ggml.")
        kind = self._kind()
        value = self._value(kind)
        self._is_tokenizer_key = False
        if name in (_NAME, _ARCHITECTURE, _ALIGNMENT):
            self._kept[name] = kind, value
        return name

    def _value(self, kind: _Kind) -> object:
        if kind is _Kind.STRING:
            return self._string(LONGEST_STRING)
        if kind is not _Kind.ARRAY:
            return self._number(_SCALARS[kind])
        of, count = self._kind(), self._number("Q")
        if of is _Kind.ARRAY or count > MOST_ARRAY_ITEMS:
            raise _BrokenError(_DAMAGED)
        if of is _Kind.STRING:
            for _ in range(count):
                self._string(LONGEST_STRING)
        else:
            self._bytes(count * struct.calcsize(_SCALARS[of]))
        return None  # no array is needed here

    def _tensor(self) -> tuple[bytes, int]:
        """Return a tensor's name and where its data ends, counted from where that of all begins."""
        name = self._name()
        dimensions = self._number("I")
        if dimensions > MOST_DIMENSIONS:
            raise _BrokenError(_DAMAGED)
        shape = [self._number("Q") for _ in range(dimensions)]
        kind, offset = self._number("I"), self._number("Q")
        try:
            return name, offset + tensor_bytes(kind, shape)
        except ValueError as error:
            raise _BrokenError(_DAMAGED) from error

    def _kind(self) -> _Kind:
        try:
            return _Kind(self._number("I"))
        except ValueError as error:
            raise _BrokenError(_DAMAGED) from error

    def _name(self) -> bytes:
        return self._string(LONGEST_NAME)

    def _string(self, longest: int) -> bytes:
        self._strings += 1
        length = self._number("Q")
        if length > longest or self._strings > MOST_STRINGS:
            raise _BrokenError(_DAMAGED)
        return self._bytes(length)

    def _number(self, form: str) -> int:
        (value,) = struct.unpack(f"<{form}", self._bytes(struct.calcsize(f"<{form}")))
        return value  # type: ignore[no-any-return]  # floats too, which nobody here asks for

    def _bytes(self, count: int) -> bytes:
        if self._at + count > min(self._size, LARGEST_HEADER):
            raise _BrokenError(_CUT)
        data = self._file.read(count)
        if len(data) != count:
            raise _BrokenError(_CUT)
        self._at += count
        self._header.update(data)
        if self._is_tokenizer_key:
            self._vocabulary.update(data)
        return data

    @staticmethod
    def _all_differ(names: Sequence[bytes]) -> None:
        if len(set(names)) != len(names):
            raise _BrokenError(_DAMAGED)
