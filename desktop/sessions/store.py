"""The segments on disk: one folder a context key, one file a segment, and the prefix tree that tells what is there.

The tree is rebuilt from the files' headers when a model is loaded, so no index can disagree with the files. Deleting any
file, or all of them, loses time and never content.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from errno import ENOSPC
from pathlib import Path

from desktop.sessions.keys import ContextKey, NodeKey, node_key
from desktop.sessions.segment import DamagedSegmentError, ReadBuffer, Segment, read_header, read_segment
from desktop.sessions.tokens import TokenIds, token_ids
from desktop.sessions.tree import Edge, PrefixTree, StoredPrefix
from desktop.sessions.writer import SegmentWriter

log = logging.getLogger(__name__)

SET_ASIDE = "set-aside"
KEPT_ASIDE = 16  # files; the newest, for whoever looks into the fault


class SegmentStore:
    """Save, find and load the segments of one context key at a time. May be used from any thread, but for load()."""

    def __init__(self, folder: Path, on_fault: Callable[[str], None]) -> None:
        """Use a folder; on_fault gets a sentence for the person, from any thread."""
        self._folder = folder
        self._on_fault = on_fault
        self._lock = threading.Lock()
        self._context = ContextKey(b"")
        self._tree = PrefixTree(NodeKey(b""))
        self._is_saving = True
        self._swept: set[ContextKey] = set()
        self._buffer = ReadBuffer()
        self._writer = SegmentWriter(self._on_writer_failed)

    def select(self, context: ContextKey) -> None:
        """Turn to a context key and read what is stored for it: milliseconds for a thousand files."""
        tree = PrefixTree(node_key(context, token_ids()))
        pending = self._writer.all_pending()  # asked for first: what gets written meanwhile is found in either place
        try:
            self._read_folder(context, tree)
        except OSError as error:
            log.warning("segments not read: %s", error)
        for segment in pending:
            if segment.context == context:
                tree.add(Edge(segment.start, segment.end, segment.ids, segment.size))
        self._buffer.reserve(max((edge.size for edge in tree), default=0))
        with self._lock:
            self._context, self._tree = context, tree

    @property
    def context(self) -> ContextKey:
        """Return the context key turned to."""
        return self._context

    def lookup(self, path: TokenIds) -> StoredPrefix:
        """Return the longest stored prefix of a path."""
        with self._lock:
            return self._tree.lookup(path)

    def holds(self, start: NodeKey, end: NodeKey) -> bool:
        """Tell whether the segment between two nodes is stored."""
        with self._lock:
            return self._tree.find(start, end) is not None

    def holds_node(self, node: NodeKey) -> bool:
        """Tell whether any stored segment leads to a node."""
        with self._lock:
            return any(edge.end == node for edge in self._tree)

    @property
    def is_saving(self) -> bool:
        """Tell whether segments are stored; a full disk ends it."""
        return self._is_saving

    def save(self, segment: Segment) -> bool:
        """Store a segment: found at once, written soon. Return whether it is stored, which a full disk prevents."""
        with self._lock:
            if not self._is_saving:
                return False
            if segment.context == self._context:
                self._tree.add(Edge(segment.start, segment.end, segment.ids, segment.size))
        self._writer.put(self._path(segment.context, segment.start, segment.end), segment)
        return True

    def load(self, edge: Edge) -> Segment:
        """Return a segment with every byte verified; its KV is valid until the next call. For one thread at a time.

        Raises DamagedSegmentError; the edge is gone from the tree then, and the file is set aside if it could be read.
        """
        path = self._path(self._context, edge.start, edge.end)
        if (segment := self._writer.pending(path)) is not None:
            return segment
        try:
            segment = read_segment(path, self._buffer)
            if (segment.context, segment.start, segment.end, segment.ids) != (self._context, edge.start, edge.end, edge.ids):
                raise DamagedSegmentError("it belongs to another model or place")
        except DamagedSegmentError as error:
            self.reject(edge, str(error))
            raise
        except OSError as error:
            self._forget(edge)
            raise DamagedSegmentError(str(error)) from error
        return segment

    def reject(self, edge: Edge, reason: str) -> None:
        """Set a segment aside that proved wrong."""
        self._forget(edge)
        self._set_aside(self._path(self._context, edge.start, edge.end), reason)

    def flush(self, timeout: float) -> bool:
        """Wait until all is written, at most timeout seconds; return whether it is."""
        return self._writer.flush(timeout)

    def close(self, timeout: float) -> bool:
        """Write what is pending and end the writer thread; return whether it ended within timeout seconds."""
        return self._writer.close(timeout)

    def _read_folder(self, context: ContextKey, tree: PrefixTree) -> None:
        folder = self._folder / context.hex()
        if context not in self._swept:  # later ones may be in the writer's hands
            self._swept.add(context)
            for leftover in folder.glob("*/.*.tmp"):
                with suppress(OSError):
                    leftover.unlink()
        for path in folder.glob("*/*.kv"):
            try:
                header = read_header(path)
                if header.context != context or self._path(context, header.start, header.end) != path:
                    raise DamagedSegmentError("it belongs to another model or place")
            except DamagedSegmentError as error:
                self._set_aside(path, str(error))
            except OSError as error:  # may be better next time
                log.info("segment not read: %s", error)
            else:
                tree.add(Edge(header.start, header.end, header.ids, header.size))

    def _forget(self, edge: Edge) -> None:
        with self._lock:
            self._tree.remove(edge)

    def _path(self, context: ContextKey, start: NodeKey, end: NodeKey) -> Path:
        name = end.hex()
        return self._folder / context.hex() / name[:2] / f"{name}-{start.hex()[:8]}.kv"

    def _set_aside(self, path: Path, reason: str) -> None:
        log.info("segment set aside: %s", reason)
        aside = self._folder / SET_ASIDE
        try:
            aside.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.replace(aside / path.name)
            kept = sorted(aside.glob("*.kv"), key=lambda file: file.stat().st_mtime, reverse=True)
            for old in kept[KEPT_ASIDE:]:
                old.unlink(missing_ok=True)
        except OSError as error:
            log.info("could not be moved: %s", error)

    def _on_writer_failed(self, segment: Segment, error: Exception) -> None:
        self._forget(Edge(segment.start, segment.end, segment.ids, segment.size))
        with self._lock:
            told, self._is_saving = not self._is_saving, False
        if not told:
            code, detail = (error.errno, error.strerror) if isinstance(error, OSError) else (None, error)
            why = "The disk is full" if code == ENOSPC else f"The disk could not be written ({detail})"
            self._on_fault(f"{why}: your messages are kept, but chats are not kept ready until the next start. Free some space.")
