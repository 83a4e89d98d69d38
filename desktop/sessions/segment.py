"""One segment: the KV of a token range as bytes, and its two files.

The base is what later segments build on; the state (a window, or a recurrent snapshot) serves those only that go on at its
end. They lie apart, because states are written later, read where they are needed, and thinned. Numbers are little-endian.

    NAME.kv                                           NAME.state
    8   magic                                         8   magic
    4   format version                                4   format version
    4   flags (0; room for a cipher)                  4   flags (0)
    4   token count                                   4   window: how many tokens the states up to an end must cover
    8   bytes of base                                 8   bytes of state
    8   seconds that reading its tokens takes         16  context key, 16 start node, 16 end node
    16  context key, 16 start node, 16 end node       16  xxh3-128 of the state
    16  xxh3-128 of the base                          16  xxh3-128 of all before
    4   each token id                                 state
    16  xxh3-128 of all before
    base

Nothing of the KV may reach llama.cpp before its checksum agreed: it checks almost nothing itself, and a NaN in one state
can spoil every other sequence of the context.
"""

import math
import os
import struct
import sys
from array import array
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from xxhash import xxh3_128, xxh3_128_digest

from desktop.sessions.keys import ContextKey, NodeKey
from desktop.sessions.tokens import TokenIds
from desktop.system.files import write_private

BASE_MAGIC, STATE_MAGIC = b"RIVULET\x01", b"RIVULET\x02"
FORMAT = 2
SEGMENT_TOKENS = 1024  # a segment holds at most so many tokens
SEGMENT_BYTES = 128 << 20  # and about so many bytes, where a token is large
BASE_HEADER = struct.Struct("<8sIIIQd16s16s16s16s")
STATE_HEADER = struct.Struct("<8sIIIQ16s16s16s16s")
CHECKSUM_BYTES = 16
PAGE_BYTES = 4096
PIECE_BYTES = 1 << 20  # read and checked at once, while the processor still has it at hand


KvBytes = bytearray | memoryview
PartKey = tuple[ContextKey, NodeKey, NodeKey]  # its context, start and end


class DamagedSegmentError(Exception):
    """A segment file is cut, flipped, foreign or of another format; its message says which."""


class MissingSegmentError(DamagedSegmentError):
    """A segment, or its state, was removed meanwhile. Nothing was damaged."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """The KV of the tokens between two nodes."""

    context: ContextKey
    start: NodeKey
    end: NodeKey
    ids: TokenIds
    base: KvBytes  # what any later segment builds on; empty where a model has whole states only
    state: KvBytes  # the window or recurrent state at its end; empty for dense models
    seconds: float = 0.0  # that reading its tokens takes; 0: unknown

    @property
    def size(self) -> int:
        """Return the bytes of KV."""
        return len(self.base) + len(self.state)


@dataclass(frozen=True, slots=True, eq=False)
class LoadedSegment:
    """A segment's KV, every byte of it verified, in one piece of memory."""

    blob: memoryview  # the base and what follows it
    base: memoryview
    state: memoryview  # empty where it was not asked for


@dataclass(frozen=True, slots=True, eq=False)
class BasePart:
    """What a .kv file holds."""

    context: ContextKey
    start: NodeKey
    end: NodeKey
    ids: TokenIds
    seconds: float
    kv: KvBytes

    @property
    def key(self) -> PartKey:
        """Return which segment it belongs to."""
        return self.context, self.start, self.end

    def head(self) -> bytes:
        """Return all that stands before the KV. Reads all of it for its checksum."""
        ids, checksum = _little_endian(self.ids).tobytes(), xxh3_128_digest(self.kv)
        fields = (BASE_MAGIC, FORMAT, 0, len(self.ids), len(self.kv), self.seconds, self.context, self.start, self.end, checksum)
        return BASE_HEADER.pack(*fields) + ids


@dataclass(frozen=True, slots=True, eq=False)
class StatePart:
    """What a .state file holds."""

    context: ContextKey
    start: NodeKey
    end: NodeKey
    window: int  # tokens; 0: the state at the end is enough
    kv: KvBytes

    @property
    def key(self) -> PartKey:
        """Return which segment it belongs to."""
        return self.context, self.start, self.end

    def head(self) -> bytes:
        """Return all that stands before the KV. Reads all of it for its checksum."""
        checksum = xxh3_128_digest(self.kv)
        return STATE_HEADER.pack(STATE_MAGIC, FORMAT, 0, self.window, len(self.kv), self.context, self.start, self.end, checksum)


SegmentPart = BasePart | StatePart


@dataclass(frozen=True, slots=True, eq=False)
class BaseHeader:
    """What a .kv file says of itself, verified against its own checksum."""

    context: ContextKey
    start: NodeKey
    end: NodeKey
    ids: TokenIds
    seconds: float
    kv_bytes: int
    checksum: bytes
    changed_at: float  # the file's modification time, which says when it was used last


@dataclass(frozen=True, slots=True, eq=False)
class StateHeader:
    """What a .state file says of itself, verified against its own checksum."""

    context: ContextKey
    start: NodeKey
    end: NodeKey
    window: int
    kv_bytes: int
    checksum: bytes
    changed_at: float


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


def base_file_bytes(tokens: int, kv_bytes: int) -> int:
    """Return how large a .kv file is."""
    return BASE_HEADER.size + 4 * tokens + CHECKSUM_BYTES + kv_bytes


def state_file_bytes(kv_bytes: int) -> int:
    """Return how large a .state file is."""
    return STATE_HEADER.size + CHECKSUM_BYTES + kv_bytes


def write_part(path: Path, part: SegmentPart) -> None:
    """Write a part of a segment; no half file ever has its name. Raises OSError.

    Not synced: after a loss of power a file may be cut, which its checksums tell.
    """
    head = part.head()
    make_private_folder(path.parent)
    write_private(path, head, xxh3_128_digest(head), part.kv, durable=False)


def make_private_folder(folder: Path) -> None:
    """Make a folder and those above it, for the person alone. Raises OSError."""
    if not folder.is_dir():
        make_private_folder(folder.parent)  # mkdir's own way to make parents opens them to others
        folder.mkdir(mode=0o700, exist_ok=True)


def read_base_header(path: Path) -> BaseHeader:
    """Return a .kv file's verified header. Raises DamagedSegmentError or OSError."""
    with FileIO(path) as file:
        return _read_base_header(file)


def read_state_header(path: Path) -> StateHeader:
    """Return a .state file's verified header. Raises DamagedSegmentError or OSError."""
    with FileIO(path) as file:
        return _read_state_header(file)


def read_base(path: Path, target: memoryview) -> BaseHeader:
    """Read a .kv file's KV, which must have target's length, and verify it. Raises DamagedSegmentError or OSError."""
    with FileIO(path) as file:
        header = _read_base_header(file)
        _read_kv(file, target, header.kv_bytes, header.checksum)
    return header


def read_state(path: Path, target: memoryview) -> StateHeader:
    """Read a .state file's KV, which must have target's length, and verify it. Raises DamagedSegmentError or OSError."""
    with FileIO(path) as file:
        header = _read_state_header(file)
        _read_kv(file, target, header.kv_bytes, header.checksum)
    return header


def _read_base_header(file: FileIO) -> BaseHeader:
    fixed = bytearray(BASE_HEADER.size)
    _read_into(file, fixed)
    magic, version, flags, count, kv_bytes, seconds, context, start, end, checksum = BASE_HEADER.unpack(fixed)
    _check_kind(magic, BASE_MAGIC, version, flags)
    if not count:
        raise DamagedSegmentError("it has no tokens")
    if not 0 <= seconds < math.inf:
        raise DamagedSegmentError("the time that it says it took is none")
    stat = os.fstat(file.fileno())
    _check_length(base_file_bytes(count, kv_bytes), stat.st_size)
    ids = bytearray(4 * count)
    _read_into(file, ids)
    _check_head(file, fixed + ids)
    known = _little_endian(array("i", bytes(ids)))
    return BaseHeader(ContextKey(context), NodeKey(start), NodeKey(end), known, seconds, kv_bytes, checksum, stat.st_mtime)


def _read_state_header(file: FileIO) -> StateHeader:
    fixed = bytearray(STATE_HEADER.size)
    _read_into(file, fixed)
    magic, version, flags, window, kv_bytes, context, start, end, checksum = STATE_HEADER.unpack(fixed)
    _check_kind(magic, STATE_MAGIC, version, flags)
    stat = os.fstat(file.fileno())
    _check_length(state_file_bytes(kv_bytes), stat.st_size)
    _check_head(file, fixed)
    return StateHeader(ContextKey(context), NodeKey(start), NodeKey(end), window, kv_bytes, checksum, stat.st_mtime)


def _check_kind(magic: bytes, expected: bytes, version: int, flags: int) -> None:
    if magic != expected:
        raise DamagedSegmentError("it is no segment file")
    if version != FORMAT:
        raise DamagedSegmentError(f"it has format {version}, this version knows {FORMAT}")
    if flags:
        raise DamagedSegmentError("it was saved in a way that this version does not know")


def _check_length(expected: int, size: int) -> None:
    if expected != size:
        raise DamagedSegmentError("its length is not what its header says")


def _check_head(file: FileIO, head: bytearray) -> None:
    expected = bytearray(CHECKSUM_BYTES)
    _read_into(file, expected)
    if xxh3_128_digest(head) != expected:
        raise DamagedSegmentError("its header does not have the checksum it was saved with")


def _read_kv(file: FileIO, target: memoryview, kv_bytes: int, checksum: bytes) -> None:
    if kv_bytes != len(target):
        raise DamagedSegmentError("its KV has another length than before")
    digest = xxh3_128()
    for at in range(0, len(target), PIECE_BYTES):
        piece = target[at : at + PIECE_BYTES]
        _read_into(file, piece)
        digest.update(piece)
    if digest.digest() != checksum:
        raise DamagedSegmentError("its KV does not have the checksum it was saved with")


def _read_into(file: FileIO, target: KvBytes) -> None:
    view, at = memoryview(target), 0
    while at < len(view):
        count = file.readinto(view[at:])
        if not count:
            raise DamagedSegmentError("it is cut short")
        at += count


def _little_endian(ids: TokenIds) -> TokenIds:
    if sys.byteorder == "little":
        return ids
    swapped = ids[:]
    swapped.byteswap()
    return swapped
