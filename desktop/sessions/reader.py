"""Segments as they are read into one piece of memory, every byte verified."""

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from desktop.sessions.catalog import Catalog
from desktop.sessions.keys import ContextKey
from desktop.sessions.segment import (
    BaseHeader,
    DamagedSegmentError,
    KvBytes,
    LoadedSegment,
    MissingSegmentError,
    PartKey,
    ReadBuffer,
    StateHeader,
    read_base,
    read_state,
)
from desktop.sessions.tree import Edge

log = logging.getLogger(__name__)

TOUCH_SECONDS = 3600.0  # how exactly the last use of a file is known

Header = TypeVar("Header", BaseHeader, StateHeader)


class SegmentReader:
    """Read segments into a buffer of its own. For one thread at a time."""

    def __init__(self, catalog: Catalog, *, notes_use: bool = True) -> None:
        """Read what a catalog knows; notes_use: reading is a use, which makes a segment worth more."""
        self._catalog = catalog
        self._notes_use = notes_use
        self._buffer = ReadBuffer()

    def reserve(self, size: int) -> None:
        """Have the memory for a segment of so many bytes at hand."""
        self._buffer.reserve(size)

    def read(self, context: ContextKey, edge: Edge, tail: bytes | None) -> LoadedSegment:
        """Return an edge's base followed by its state, or by tail instead; valid until the next call.

        Raises DamagedSegmentError: the damaged file is set aside, and the edge, or only its state, is gone.
        """
        key = (context, edge.start, edge.end)
        base, state = self._catalog.in_memory(key)
        known = self._known(key, needs_state=tail is None and edge.state_bytes > 0)
        count, more = known.base_bytes, known.state_bytes if tail is None else len(tail)
        if base is not None and not more:
            view = memoryview(base)
            return LoadedSegment(view, view, view[:0])
        view = self._buffer.view(count + more)
        if base is not None:
            view[:count] = base
        else:
            self._read_base(key, known, view[:count])
        if tail is not None:
            view[count:] = tail
        elif state is not None:
            view[count:] = state
        elif more:
            self._read_state(key, known, view[count:])
        return LoadedSegment(view, view[:count], view[count:] if tail is None else view[:0])

    def read_state(self, context: ContextKey, edge: Edge) -> KvBytes:
        """Return an edge's state alone; valid until the next call. Raises as read() does."""
        key = (context, edge.start, edge.end)
        _, state = self._catalog.in_memory(key)
        known = self._known(key, needs_state=True)
        if state is not None:
            return state
        view = self._buffer.view(known.state_bytes)
        self._read_state(key, known, view)
        return view

    def _known(self, key: PartKey, *, needs_state: bool) -> Edge:
        context, start, end = key
        with self._catalog.lock:
            known = self._catalog.tree(context).find(start, end)
        if known is None or (needs_state and not known.state_bytes):
            raise MissingSegmentError("it was removed meanwhile")
        return known

    def _read_base(self, key: PartKey, edge: Edge, target: memoryview) -> None:
        path = self._catalog.folder.base_path(*key)
        header = self._read(read_base, path, key, target, lambda: self._catalog.drop(key[0], edge, keeps_file=True))
        if header.ids != edge.ids:
            self._catalog.folder.set_aside(path, "it has other tokens than before")
            self._catalog.drop(key[0], edge, keeps_file=True)
            raise DamagedSegmentError("it has other tokens than before")
        self._touch(path, edge.used_at, lambda now: self._catalog.change(key, lambda known: replace(known, used_at=now)))

    def _read_state(self, key: PartKey, edge: Edge, target: memoryview) -> None:
        path = self._catalog.folder.state_path(*key)
        self._read(read_state, path, key, target, lambda: self._catalog.change(key, Edge.without_state))
        self._touch(path, edge.state_used_at, lambda now: self._catalog.change(key, lambda known: replace(known, state_used_at=now)))

    def _read(
        self, read: Callable[[Path, memoryview], Header], path: Path, key: PartKey, target: memoryview, forget: Callable[[], None]
    ) -> Header:
        try:
            header = read(path, target)
            if (header.context, header.start, header.end) != key:
                raise DamagedSegmentError("it belongs to another model or place")
        except DamagedSegmentError as error:
            self._catalog.folder.set_aside(path, str(error))
            forget()
            raise
        except OSError as error:
            forget()
            raise MissingSegmentError(str(error)) from error
        return header

    def _touch(self, path: Path, used_at: float, note: Callable[[float], None]) -> None:
        now = self._catalog.clock()
        if self._notes_use and now - used_at > TOUCH_SECONDS:
            with suppress(OSError):
                os.utime(path, (now, now))
            note(now)
