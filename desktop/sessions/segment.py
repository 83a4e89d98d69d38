"""One segment: the KV of a token range as bytes, and its file.

The file is one header, the token ids, a checksum over both, then the KV in two parts:

    8 bytes  magic            4  format version    4  flags (0; room for a cipher)
    4        token count      8  bytes of base     8  bytes of partial
    16       context key     16  start node       16  end node      16  xxh3-128 of base ‖ partial
    4 each   token ids, little-endian             16  xxh3-128 of all before
    base, partial

Nothing of the KV may reach llama.cpp before its checksum agreed: it checks almost nothing itself, and a NaN in one state
can spoil every other sequence of the context.
"""

import os
import struct
import sys
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from xxhash import xxh3_128, xxh3_128_digest

from desktop.sessions.keys import ContextKey, NodeKey
from desktop.sessions.tokens import TokenIds
from desktop.system.files import write_private

MAGIC = b"RIVULET\x01"
FORMAT = 1
SEGMENT_TOKENS = 1024  # a segment holds at most so many tokens
SEGMENT_BYTES = 128 << 20  # and about so many bytes, where a token is large
_HEADER = struct.Struct("<8sIIIQQ16s16s16s16s")
_CHECKSUM_BYTES = 16
PAGE_BYTES = 4096


KvBytes = bytearray | memoryview


class DamagedSegmentError(Exception):
    """A segment file is cut, flipped, foreign or of another format; its message says which."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """The KV of the tokens between two nodes."""

    context: ContextKey
    start: NodeKey
    end: NodeKey
    ids: TokenIds
    base: KvBytes  # what any later segment builds on
    partial: KvBytes  # the window or recurrent state at its end; empty for dense models

    @property
    def size(self) -> int:
        """Return the bytes of KV."""
        return len(self.base) + len(self.partial)


@dataclass(frozen=True, slots=True, eq=False)
class SegmentHeader:
    """What a segment file says of itself, verified against its own checksum."""

    context: ContextKey
    start: NodeKey
    end: NodeKey
    ids: TokenIds
    base_bytes: int
    partial_bytes: int
    checksum: bytes

    @property
    def size(self) -> int:
        """Return the bytes of KV."""
        return self.base_bytes + self.partial_bytes


class ReadBuffer:
    """Memory that segments are read into, one after the other: the system takes longer to give fresh memory than to read."""

    def __init__(self) -> None:
        self._memory = bytearray()

    def reserve(self, size: int) -> None:
        """Have so many bytes at hand."""
        if len(self._memory) < size:
            self._memory = bytearray(size)
            self._memory[::PAGE_BYTES] = bytes(len(range(0, size, PAGE_BYTES)))  # memory is given when it is first touched

    def view(self, size: int) -> memoryview:
        """Return so many bytes, valid until the next call."""
        self.reserve(size)
        return memoryview(self._memory)[:size]


def write_segment(path: Path, segment: Segment) -> None:
    """Write a segment; no half file ever has its name. Raises OSError.

    Not synced: after a loss of power a file may be cut, which its checksums tell.
    """
    checksum = _checksum(segment.base, segment.partial)
    header = _HEADER.pack(
        MAGIC,
        FORMAT,
        0,
        len(segment.ids),
        len(segment.base),
        len(segment.partial),
        segment.context,
        segment.start,
        segment.end,
        checksum,
    )
    head = header + _little_endian(segment.ids).tobytes()
    _make_folder(path.parent)
    write_private(path, head, xxh3_128_digest(head), segment.base, segment.partial, durable=False)


def read_header(path: Path) -> SegmentHeader:
    """Return a file's verified header. Raises DamagedSegmentError or OSError."""
    with path.open("rb", buffering=0) as file:
        return _read_header(file)


def read_segment(path: Path, buffer: ReadBuffer) -> Segment:
    """Return a file's segment with every byte verified; its KV is valid until the buffer is used again.

    Raises DamagedSegmentError or OSError.
    """
    with path.open("rb", buffering=0) as file:
        header = _read_header(file)
        data = buffer.view(header.size)
        _read_into(file, data)
    base, partial = data[: header.base_bytes], data[header.base_bytes :]
    if _checksum(base, partial) != header.checksum:
        raise DamagedSegmentError("its KV does not have the checksum it was saved with")
    return Segment(header.context, header.start, header.end, header.ids, base, partial)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)  # mkdir's own way to make parents opens them to others
        folder.mkdir(mode=0o700, exist_ok=True)


def _read_header(file: BinaryIO) -> SegmentHeader:
    fixed = bytearray(_HEADER.size)
    _read_into(file, fixed)
    magic, version, flags, count, base_bytes, partial_bytes, context, start, end, checksum = _HEADER.unpack(fixed)
    if magic != MAGIC:
        raise DamagedSegmentError("it is no segment file")
    if version != FORMAT:
        raise DamagedSegmentError(f"it has format {version}, this version knows {FORMAT}")
    if flags:
        raise DamagedSegmentError("it was saved in a way that this version does not know")
    if _HEADER.size + 4 * count + _CHECKSUM_BYTES + base_bytes + partial_bytes != os.fstat(file.fileno()).st_size:
        raise DamagedSegmentError("its length is not what its header says")
    data, expected = bytearray(4 * count), bytearray(_CHECKSUM_BYTES)
    _read_into(file, data)
    _read_into(file, expected)
    if xxh3_128_digest(fixed + data) != expected:
        raise DamagedSegmentError("its header does not have the checksum it was saved with")
    ids = array("i", bytes(data))
    return SegmentHeader(ContextKey(context), NodeKey(start), NodeKey(end), _little_endian(ids), base_bytes, partial_bytes, checksum)


def _read_into(file: BinaryIO, target: KvBytes) -> None:
    view, at = memoryview(target), 0
    while at < len(view):
        count = file.readinto(view[at:])  # type: ignore[attr-defined]  # FileIO has it, BinaryIO does not say so
        if not count:
            raise DamagedSegmentError("it is cut short")
        at += count


def _checksum(base: KvBytes, partial: KvBytes) -> bytes:
    digest = xxh3_128(base)
    digest.update(partial)
    return digest.digest()


def _little_endian(ids: TokenIds) -> TokenIds:
    if sys.byteorder == "little":
        return ids
    swapped = ids[:]
    swapped.byteswap()
    return swapped
