"""The writer thread: segments go to disk while the worker goes on decoding."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from desktop.sessions.segment import Segment, write_segment

log = logging.getLogger(__name__)

QUEUE_BYTES = 512 << 20


class SegmentWriter:
    """Write segments in the order they come; what waits can be read back.

    put() waits while more than QUEUE_BYTES are pending, so a slow disk slows the worker down instead of filling memory.
    """

    def __init__(self, on_failed: Callable[[Segment, Exception], None]) -> None:
        """Start the thread; on_failed is called in it."""
        self._on_failed = on_failed
        self._changed = threading.Condition()
        self._pending: dict[Path, Segment] = {}
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="segment-writer")
        self._thread.start()

    def put(self, path: Path, segment: Segment) -> None:
        """Queue a segment; may be called from any thread."""
        with self._changed:
            self._changed.wait_for(lambda: self._pending_bytes() <= QUEUE_BYTES or self._closing)
            self._pending[path] = segment
            self._changed.notify_all()

    def pending(self, path: Path) -> Segment | None:
        """Return the segment that is still to be written to path."""
        with self._changed:
            return self._pending.get(path)

    def all_pending(self) -> list[Segment]:
        """Return the segments that are still to be written."""
        with self._changed:
            return list(self._pending.values())

    def flush(self, timeout: float) -> bool:
        """Wait until everything is written, at most timeout seconds; return whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._pending, timeout)

    def close(self, timeout: float) -> bool:
        """Write what is pending and end the thread, within timeout seconds; return whether it ended."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending or self._closing)
                if not self._pending:
                    return
                path, segment = next(iter(self._pending.items()))
            try:
                write_segment(path, segment)
            except Exception as error:  # noqa: BLE001  an error that ends the thread would make the worker wait for it
                log.warning("segment not written: %s", error)
                self._on_failed(segment, error)
            with self._changed:
                if self._pending[path] is segment:  # else it was put again meanwhile
                    del self._pending[path]
                self._changed.notify_all()

    def _pending_bytes(self) -> int:
        return sum(segment.size for segment in self._pending.values())
