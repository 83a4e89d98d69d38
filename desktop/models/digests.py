"""SHA-256 of model files: at once where somebody waits for it, else in the background."""

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from desktop.models.finding import stamp_of
from desktop.models.model_index import Digests, ModelIndex, Stamps
from desktop.system.threads import give_way

log = logging.getLogger(__name__)

CHUNK = 4 << 20  # bytes
REST = 1.0  # seconds of rest for a second of work in the background


class StoppedError(Exception):
    """The work was given up."""


class ChangedError(Exception):
    """A file was changed while it was read."""


def digests_of(parts: tuple[Path, ...], is_stopped: Callable[[], bool], *, rest: float = 0.0, is_passing: bool = False) -> Digests:
    """Return the SHA-256 of files, reading all of them. is_passing: they shall not stay in the system's memory for it.

    Raises OSError, StoppedError, ChangedError.
    """
    return tuple(_digest(part, is_stopped, rest, is_passing) for part in parts)


def _digest(path: Path, is_stopped: Callable[[], bool], rest: float, is_passing: bool) -> str:
    digest, before = hashlib.sha256(), stamp_of(path)
    with path.open("rb", buffering=0) as file:
        buffer = bytearray(CHUNK)
        at = 0
        while True:
            if is_stopped():
                raise StoppedError
            began = time.monotonic()
            count = file.readinto(buffer)
            if not count:
                break
            digest.update(memoryview(buffer)[:count])
            if is_passing and hasattr(os, "posix_fadvise"):
                os.posix_fadvise(file.fileno(), at, count, os.POSIX_FADV_DONTNEED)
            at += count
            if rest:
                time.sleep(rest * (time.monotonic() - began))
    if stamp_of(path) != before:
        raise ChangedError
    return digest.hexdigest()


class Digesting:
    """Compute the digests that the index lacks, one file at a time, in a thread that is there while there is work."""

    def __init__(self, index: ModelIndex, on_done: Callable[[], None]) -> None:
        """Put digests into an index; on_done is called in the thread after each."""
        self._index, self._on_done = index, on_done
        self._lock = threading.Lock()
        self._wanted: dict[Stamps, tuple[Path, ...]] = {}
        self._first: Stamps | None = None
        self._is_stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def want(self, files: dict[Stamps, tuple[Path, ...]], *, first: Stamps | None = None) -> None:
        """Have the digests of these files computed and of no others any more, the first of all where one is named."""
        with self._lock:
            self._wanted = dict(files)
            self._first = first
            if self._wanted and self._thread is None and not self._is_stopped.is_set():
                self._thread = threading.Thread(target=self._run, name="digests", daemon=True)
                self._thread.start()

    def close(self, timeout: float) -> bool:
        """Give up what is being computed; return whether the thread ended in time."""
        self._is_stopped.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(timeout)
        return thread is None or not thread.is_alive()

    def _run(self) -> None:
        give_way()
        while (task := self._next()) is not None:
            self._compute(*task)

    def _compute(self, stamps: Stamps, parts: tuple[Path, ...]) -> None:
        try:
            digests = digests_of(parts, lambda: self._is_stopped.is_set() or stamps not in self._wanted, rest=REST, is_passing=True)
            if tuple(stamp_of(part) for part in parts) != stamps:
                raise ChangedError
        except StoppedError:
            return
        except (OSError, ChangedError) as error:  # it is looked at again when the folders are
            log.info("no digest: %s", type(error).__name__)
        else:
            self._index.set_digests(stamps, digests)
            self._index.save()
            self._on_done()
        with self._lock:
            self._wanted.pop(stamps, None)

    def _next(self) -> tuple[Stamps, tuple[Path, ...]] | None:
        with self._lock:
            if self._is_stopped.is_set() or not self._wanted:
                self._thread = None
                return None
            stamps = self._first if self._first in self._wanted else next(iter(self._wanted))
            return stamps, self._wanted[stamps]
