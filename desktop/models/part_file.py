"""A file while it arrives: what there is of it, and the SHA-256 of that."""

import hashlib
import os
import time
from contextlib import ExitStack
from io import FileIO
from pathlib import Path
from types import TracebackType

SYNC_SECONDS = 1.0
HASHED_AT_ONCE = 8 << 20  # bytes


class PartFile:
    """A `.part` file, open from open() until its block ends.

    For one thread at a time; what it does with the disk takes its time and raises OSError.
    """

    _file: FileIO

    def __init__(self, path: Path, size: int) -> None:
        self._path, self._size = path, size
        self._closing = ExitStack()
        self._sha256 = hashlib.sha256()
        self._synced_at = time.monotonic()
        self.hashed = self.length = 0  # bytes

    def __enter__(self) -> "PartFile":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._closing.close()

    def open(self) -> None:
        """Open it, or make it; what is longer than the size in bytes that it shall have is not of this file and dropped."""
        self._file = self._closing.enter_context(FileIO(self._path, "r+", opener=_open_itself))
        self.length = os.fstat(self._file.fileno()).st_size
        if self.length > self._size:
            self.restart()

    def hash_more(self) -> bool:
        """Take some of what was there when it was opened into the digest; return whether there is more. Needed before write()."""
        data = self._file.read(min(HASHED_AT_ONCE, self.length - self.hashed))
        if not data:
            self.length = self.hashed
        self._sha256.update(data)
        self.hashed += len(data)
        return self.hashed < self.length

    def write(self, data: bytes | bytearray) -> None:
        """Append bytes; what was written before an OSError counts. Now and then they are forced to the disk."""
        left = memoryview(data)
        while left:
            count = self._file.write(left) or 0
            self._sha256.update(left[:count])
            self.length += count
            self.hashed += count
            left = left[count:]
        if time.monotonic() - self._synced_at >= SYNC_SECONDS:
            self.sync()

    def sync(self) -> None:
        """Force it to the disk."""
        os.fsync(self._file.fileno())
        self._synced_at = time.monotonic()

    def restart(self) -> None:
        """Begin again with nothing."""
        self._file.seek(0)
        self._file.truncate(0)
        self._sha256 = hashlib.sha256()
        self.length = self.hashed = 0

    @property
    def digest(self) -> str:
        """Return the SHA-256 of all there is, hexadecimal."""
        return self._sha256.hexdigest()


def _open_itself(path: str, flags: int) -> int:
    """Open a file or make it, but not what a link leads to: the models folder may have been somebody else's."""
    return os.open(path, flags | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
