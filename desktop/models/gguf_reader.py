"""A parser of GGUF headers that cannot be made to allocate or loop beyond its limits.

GGUF is hostile input, and llama.cpp's own reader has had memory faults. The format is that of the GGUF specification, versions 2 and 3.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import BinaryIO

from desktop.models.metadata import SCALARS, Array, Kind, Metadata, Tensor, Value
from desktop.models.tensor_types import tensor_bytes
from desktop.system.words import Words, say

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MOST_KEYS = 1 << 16
MOST_TENSORS = 1 << 16
MOST_ARRAY_ITEMS = 1 << 22
MOST_STRINGS = 1 << 21  # in all; the largest vocabularies have 300,000 tokens and twice as many merges
MOST_LAYERS = 512  # llama.cpp ends the process beyond that
LONGEST_STRING = 1 << 20  # bytes
LONGEST_TEMPLATE = 1 << 24  # bytes, of a chat template, and of a tokenizer that other programs wrote along
LONGEST_NAME = 256  # bytes of a key's or tensor's name
LARGEST_HEADER = 1 << 29  # bytes
MOST_KEPT = 1 << 25  # bytes
LONGEST_KEPT = 1 << 16  # bytes of a value that is kept, but for the template
MOST_DIMENSIONS = 4
LARGEST_ALIGNMENT = 1 << 20
CHUNK = 1 << 18  # bytes that are read at once

TEMPLATE = b"tokenizer.chat_template"
_LONG = (TEMPLATE, b"tokenizer.huggingface.json")  # what their names begin with
_ALIGNMENT, _ARCHITECTURE, _PARTS = b"general.alignment", b"general.architecture", b"split.count"
_LENGTH = struct.Struct("<Q")
_DAMAGED = say("has a damaged header")
_CUT = say("is cut short: it was perhaps not downloaded to its end")


class BrokenFileError(Exception):
    """A file cannot be a model; fault says why, to stand after its name."""

    def __init__(self, fault: Words) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Gguf:
    """What was read of a file."""

    metadata: Metadata
    data_offset: int  # bytes before the tensors' data
    header: blake2b  # the hash of everything before it
    vocabulary_digest: str  # of the tokenizer's keys


def read_gguf(file: BinaryIO, size: int) -> Gguf:
    """Read a header from a file of a size in bytes, of which no more than the header need be there. Raises BrokenFileError, OSError."""
    return _Reader(file, size).read()


class _Reader:
    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size = file, size
        self._header = blake2b(digest_size=16)
        self._vocabulary = blake2b(digest_size=16)
        self._is_tokenizer_key = False
        self._kept: dict[bytes, tuple[Kind, Value]] = {}
        self._kept_bytes = 0
        self._strings = 0
        self._buffer = b""
        self._before = 0  # bytes of the file before the buffer
        self._at = 0  # how far the buffer is read
        self._hashed = 0  # how far it is in the hashes

    def read(self) -> Gguf:
        if self._bytes(4) != MAGIC:
            raise BrokenFileError(say("is not a GGUF model"))
        version = self._number("I")
        if version and not version & 0xFFFF:
            raise BrokenFileError(say("was made for machines of another byte order"))
        if version not in VERSIONS:
            raise BrokenFileError(say("is a GGUF of version {version}, which is not known here", version=str(version)))
        tensor_count, keys = self._number("Q"), self._number("Q")
        if tensor_count > MOST_TENSORS or keys > MOST_KEYS:
            raise BrokenFileError(_DAMAGED)
        self._all_differ([self._key() for _ in range(keys)])
        tensors = [self._tensor() for _ in range(tensor_count)]
        self._all_differ([tensor.name for tensor in tensors])
        metadata = Metadata(self._kept, tensors)
        if not tensors and metadata.number(_PARTS.decode()) <= 1:
            raise BrokenFileError(_DAMAGED)
        if metadata.number(f"{metadata.text(_ARCHITECTURE.decode())}.block_count") > MOST_LAYERS:
            raise BrokenFileError(_DAMAGED)
        alignment = self._alignment()
        self._hash()
        data = -(-(self._before + self._at) // alignment) * alignment
        if data + max((tensor.offset + tensor.size for tensor in tensors), default=0) > self._size:
            raise BrokenFileError(_CUT)
        return Gguf(metadata, data, self._header, self._vocabulary.hexdigest())

    def _alignment(self) -> int:
        kind, value = self._kept.get(_ALIGNMENT, (Kind.UINT32, 32))
        # llama.cpp aborts the process where the type is another.
        if kind is not Kind.UINT32 or not isinstance(value, int) or value.bit_count() != 1 or value > LARGEST_ALIGNMENT:
            raise BrokenFileError(_DAMAGED)
        return value

    def _key(self) -> bytes:
        name = self._name()
        self._hash()
        self._is_tokenizer_key = name.startswith(b"tokenizer.ggml.")
        kind = self._kind()
        value = self._value(kind, LONGEST_TEMPLATE if name.startswith(_LONG) else LONGEST_STRING)
        self._hash()
        self._is_tokenizer_key = False
        length = len(value) if isinstance(value, bytes) else len(value.data or b"") if isinstance(value, Array) else 8
        if length <= LONGEST_KEPT or name == TEMPLATE:
            self._kept[name] = kind, value
            self._kept_bytes += len(name) + length
            if self._kept_bytes > MOST_KEPT:
                raise BrokenFileError(_DAMAGED)
        return name

    def _value(self, kind: Kind, longest: int) -> Value:
        if kind is Kind.STRING:
            return self._string(longest)
        if kind is not Kind.ARRAY:
            return self._number(SCALARS[kind])
        of, count = self._kind(), self._number("Q")
        if of is Kind.ARRAY or count > MOST_ARRAY_ITEMS:
            raise BrokenFileError(_DAMAGED)
        if of is Kind.STRING:
            self._pass_strings(count)
            return Array(of, count)
        data = self._bytes(count * struct.calcsize(SCALARS[of]))
        return Array(of, count, data if count <= MOST_LAYERS else None)

    def _tensor(self) -> Tensor:
        name = self._name()
        dimensions = self._number("I")
        if dimensions > MOST_DIMENSIONS:
            raise BrokenFileError(_DAMAGED)
        shape = [self._number("Q") for _ in range(dimensions)]
        kind, offset = self._number("I"), self._number("Q")
        try:
            return Tensor(name, kind, shape, offset, tensor_bytes(kind, shape))
        except ValueError as error:
            raise BrokenFileError(_DAMAGED) from error

    def _kind(self) -> Kind:
        try:
            return Kind(self._number("I"))
        except ValueError as error:
            raise BrokenFileError(_DAMAGED) from error

    def _name(self) -> bytes:
        return self._string(LONGEST_NAME)

    def _string(self, longest: int) -> bytes:
        self._strings += 1
        length = self._number("Q")
        if length > longest or self._strings > MOST_STRINGS:
            raise BrokenFileError(_DAMAGED)
        return self._bytes(length)

    def _number(self, form: str) -> int:
        (value,) = struct.unpack(f"<{form}", self._bytes(struct.calcsize(f"<{form}")))
        return value  # type: ignore[no-any-return]  # floats too, which are asked for as such nowhere

    def _pass_strings(self, count: int) -> None:
        """Read over the strings of a list: a vocabulary has a million, so each takes as little as can be."""
        if self._before + self._at + count * _LENGTH.size > self._size:
            raise BrokenFileError(_CUT)
        self._strings += count
        if self._strings > MOST_STRINGS:
            raise BrokenFileError(_DAMAGED)
        unpack, header = _LENGTH.unpack_from, _LENGTH.size
        at, end = self._at, len(self._buffer)
        for _ in range(count):
            if at + header > end:
                self._at = at
                self._fill(header)
                at, end = self._at, len(self._buffer)
            (length,) = unpack(self._buffer, at)
            if length > LONGEST_STRING:
                raise BrokenFileError(_DAMAGED)
            at += header + length
            if at > end:
                self._at = at - length
                self._fill(length)
                at, end = self._at + length, len(self._buffer)
        self._at = at

    def _bytes(self, count: int) -> bytes:
        if self._at + count > len(self._buffer):
            self._fill(count)
        self._at += count
        return self._buffer[self._at - count : self._at]

    def _fill(self, count: int) -> None:
        """Have at least so many bytes in the buffer that were not read yet."""
        if self._before + self._at + count > min(self._size, LARGEST_HEADER):
            raise BrokenFileError(_CUT)
        self._hash()
        rest = self._buffer[self._at :]
        self._buffer = rest + self._file.read(max(CHUNK, count - len(rest)))
        self._before += self._at
        self._at = self._hashed = 0
        if len(self._buffer) < count:
            raise BrokenFileError(_CUT)

    def _hash(self) -> None:
        """Bring what was read into the hashes."""
        data = memoryview(self._buffer)[self._hashed : self._at]
        self._header.update(data)
        if self._is_tokenizer_key:
            self._vocabulary.update(data)
        self._hashed = self._at

    @staticmethod
    def _all_differ(names: Sequence[bytes]) -> None:
        if len(set(names)) != len(names):
            raise BrokenFileError(_DAMAGED)
