"""A bounded look into a GGUF file before llama.cpp opens it: whether it is one, whether it is whole, and which.

GGUF is hostile input, and llama.cpp's own reader has had memory faults. So a file is read here first, by a parser that
cannot be made to allocate or loop beyond its limits, and one that is cut short never gets further. The format is that of
the GGUF specification, versions 2 and 3.
"""

import os
import struct
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from desktop.system.errors import RivuletError

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MOST_KEYS = 1 << 16
MOST_TENSORS = 1 << 16
MOST_ARRAY_ITEMS = 1 << 22
LONGEST_STRING = 1 << 24  # bytes; chat templates are the longest
LARGEST_HEADER = 1 << 29  # bytes
MOST_DIMENSIONS = 4
LARGEST_ALIGNMENT = 1 << 20
SAMPLES, SAMPLE_BYTES = 64, 4096  # blocks of tensor data that stand for the whole in the identity


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
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if not size:
                raise ModelFileError(f"{path.name} is empty. Your chats are kept; choose another model file.")
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
        self._at = 0

    def read(self) -> ModelFile:
        if self._bytes(4) != MAGIC:
            raise _BrokenError("is not a GGUF model")
        version = self._number("I")
        if version not in VERSIONS:
            raise _BrokenError(f"is a GGUF of version {version}, which is not known here")
        tensors, keys = self._number("Q"), self._number("Q")
        if tensors > MOST_TENSORS or keys > MOST_KEYS or not tensors:
            raise _BrokenError("has a damaged header")
        values = dict(self._key() for _ in range(keys))
        ends = [self._tensor() for _ in range(tensors)]
        alignment = values.get("general.alignment", 32)
        if not isinstance(alignment, int) or not 0 < alignment <= LARGEST_ALIGNMENT:
            raise _BrokenError("has a damaged header")
        data = -(-self._at // alignment) * alignment
        if data + max(ends) >= self._size:
            raise _BrokenError("is cut short: it was perhaps not downloaded to its end")
        return ModelFile(
            self._path,
            _text(values.get("general.name")) or self._path.stem,
            _text(values.get("general.architecture")),
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

    def _key(self) -> tuple[str, object]:
        name = self._string()
        self._is_tokenizer_key = name.startswith("tokenizer.ggml.")
        value = self._value(self._kind())
        self._is_tokenizer_key = False
        return name, value

    def _value(self, kind: _Kind) -> object:
        if kind is _Kind.STRING:
            return self._string()
        if kind is not _Kind.ARRAY:
            return self._number(_SCALARS[kind])
        of, count = self._kind(), self._number("Q")
        if of is _Kind.ARRAY or count > MOST_ARRAY_ITEMS:
            raise _BrokenError("has a damaged header")
        if of is _Kind.STRING:
            for _ in range(count):
                self._bytes(self._length())
        else:
            self._bytes(count * struct.calcsize(_SCALARS[of]))
        return None  # no array is needed here

    def _tensor(self) -> int:
        """Return where a tensor's data begins, which is as far as it can be known without its type's block size."""
        self._string()
        dimensions = self._number("I")
        if dimensions > MOST_DIMENSIONS:
            raise _BrokenError("has a damaged header")
        for _ in range(dimensions):
            self._number("Q")
        self._number("I")
        return self._number("Q")

    def _kind(self) -> _Kind:
        number = self._number("I")
        if number not in _Kind.__members__.values():
            raise _BrokenError("has a damaged header")
        return _Kind(number)

    def _string(self) -> str:
        return self._bytes(self._length()).decode("utf-8", "replace")

    def _length(self) -> int:
        length = self._number("Q")
        if length > LONGEST_STRING:
            raise _BrokenError("has a damaged header")
        return length

    def _number(self, form: str) -> int:
        (value,) = struct.unpack(f"<{form}", self._bytes(struct.calcsize(f"<{form}")))
        return value  # type: ignore[no-any-return]  # floats too, which nobody here asks for

    def _bytes(self, count: int) -> bytes:
        if self._at + count > min(self._size, LARGEST_HEADER):
            raise _BrokenError("is cut short: it was perhaps not downloaded to its end")
        data = self._file.read(count)
        if len(data) != count:
            raise _BrokenError("is cut short: it was perhaps not downloaded to its end")
        self._at += count
        self._header.update(data)
        if self._is_tokenizer_key:
            self._vocabulary.update(data)
        return data


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
