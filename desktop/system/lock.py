"""One instance a data directory: two would overwrite each other's chats."""

import os
import sys
from pathlib import Path
from types import TracebackType

from desktop.system.errors import StartError
from desktop.system.files import private_opener
from desktop.system.paths import AppPaths

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class AlreadyRunningError(StartError):
    """Another instance holds the data directory."""


class DataLock:
    """The right to use a data directory, held until release() or the end of the process, however that comes.

    Raises:
        AlreadyRunningError: another instance holds it.
        StartError: the directory's file system has no locks, or something else lies where the lock's file should.
    """

    def __init__(self, paths: AppPaths) -> None:
        try:
            self._file = open(paths.lock, "ab", opener=private_opener)  # noqa: SIM115  it is held open, that is the lock
        except OSError as error:
            raise StartError(_no_file(paths.lock, error)) from error
        try:
            _lock(self._file.fileno())
        except (BlockingIOError, PermissionError) as error:
            self._file.close()
            raise AlreadyRunningError(
                f"Rivulet is already running with the data directory {paths.data}. "
                "Use that window, or start with --data-dir and another directory."
            ) from error
        except OSError as error:
            self._file.close()
            raise StartError(_no_locks(paths.data, error)) from error

    def release(self) -> None:
        """Let others use the directory. The file stays: deleting it would let two instances lock two files of one name."""
        self._file.close()

    def __enter__(self) -> "DataLock":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.release()


def _no_file(file: Path, error: OSError) -> str:
    return f"Rivulet cannot use its file {file} ({error.strerror or error}). Nothing is in it; delete it, or what lies in its place."


def _no_locks(folder: Path, error: OSError) -> str:
    reason = os.strerror(error.errno) if error.errno else str(error)
    return f"Rivulet cannot lock its data directory {folder} ({reason}). Start with --data-dir and a directory on a local disk."
