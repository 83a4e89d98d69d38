"""The writer thread: all that changes files in the segments' folder, in order, while the worker goes on decoding."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from desktop.sessions.segment import SegmentPart, write_part

log = logging.getLogger(__name__)

QUEUE_BYTES = 512 << 20


class SegmentWriter:
    """Write and remove files in the order they come; what waits to be written can be read back."""

    def __init__(self, folder: Path, on_written: Callable[[], None], on_failed: Callable[[Path, SegmentPart, Exception], None]) -> None:
        """Start the thread, which calls on_written and on_failed. Folders that become empty are removed, but not folder."""
        self._folder = folder
        self._on_written = on_written
        self._on_failed = on_failed
        self._changed = threading.Condition()
        self._pending: dict[Path, SegmentPart | None] = {}  # None: to be removed
        self._pending_bytes = 0
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="segment-writer")
        self._thread.start()

    def put(self, path: Path, part: SegmentPart) -> None:
        """Queue a part for its file; never waits, may be called from any thread."""
        self._queue(path, part)

    def remove(self, path: Path) -> None:
        """Queue a file or an empty folder for removal; never waits, may be called from any thread."""
        self._queue(path, None)

    def wait_for_room(self) -> None:
        """Wait while more than QUEUE_BYTES are pending, so a slow disk slows the worker down instead of filling memory."""
        with self._changed:
            self._changed.wait_for(lambda: self._pending_bytes <= QUEUE_BYTES or self._closing)

    def pending(self, path: Path) -> SegmentPart | None:
        """Return the part that is still to be written to path."""
        with self._changed:
            return self._pending.get(path)

    def is_pending(self, path: Path) -> bool:
        """Tell whether a file is still to be written or removed."""
        with self._changed:
            return path in self._pending

    def flush(self, timeout: float) -> bool:
        """Wait until everything is done, at most timeout seconds; return whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._pending, timeout)

    def close(self, timeout: float) -> bool:
        """Do what is pending and end the thread, within timeout seconds; return whether it ended."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _queue(self, path: Path, part: SegmentPart | None) -> None:
        with self._changed:
            self._pending_bytes += _size(part) - _size(self._pending.get(path))
            self._pending[path] = part
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending or self._closing)
                if not self._pending:
                    return
                path, part = next(iter(self._pending.items()))
            self._do(path, part)
            with self._changed:
                if self._pending[path] is part:  # else it was put again meanwhile
                    del self._pending[path]
                    self._pending_bytes -= _size(part)
                self._changed.notify_all()

    def _do(self, path: Path, part: SegmentPart | None) -> None:
        if part is None:
            self._remove(path)
            return
        try:
            write_part(path, part)
        except Exception as error:  # noqa: BLE001  an error that ends the thread would make the worker wait for it
            log.warning("segment not written: %s", error)
            self._on_failed(path, part, error)
        else:
            self._on_written()

    def _remove(self, path: Path) -> None:
        with suppress(OSError):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink(missing_ok=True)
        with suppress(OSError):  # not empty
            for folder in path.parents:
                if folder == self._folder:
                    break
                folder.rmdir()


def _size(part: SegmentPart | None) -> int:
    return len(part.kv) if part is not None else 0
