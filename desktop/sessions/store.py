"""The segments of all models: found, saved and loaded by the worker, kept within bounds.

The trees are rebuilt from the files' headers, so no index can disagree with the files. Deleting any file, or all of them,
loses time and never content.
"""

import time
from collections.abc import Callable, Collection, Mapping
from errno import ENOSPC
from pathlib import Path

from desktop.sessions import exchange
from desktop.sessions.catalog import Catalog
from desktop.sessions.exchange import Verified
from desktop.sessions.folder import SegmentFolder
from desktop.sessions.housekeeping import Housekeeping, Usage
from desktop.sessions.keys import ContextKey, NodeKey
from desktop.sessions.reader import SegmentReader
from desktop.sessions.segment import KvBytes, LoadedSegment, Segment, SegmentPart
from desktop.sessions.tokens import TokenIds
from desktop.sessions.tree import Edge, EntryRule, StoredPrefix
from desktop.sessions.writer import SegmentWriter
from desktop.system.words import say

SPARE_BYTES = 1 << 16  # of the read buffer, for what follows a base in place of its state


class SegmentStore:
    """Save, find and load segments. May be used from any thread, but for load() and load_state(), which are the worker's.

    One context key at a time is selected; lookup, find, load and what they return belong to it.
    """

    def __init__(self, folder: Path, on_fault: Callable[[str], None], *, clock: Callable[[], float] = time.time) -> None:
        """Use a folder; on_fault gets a sentence for the person, from any thread. The clock gives seconds since 1970."""
        self._on_fault = on_fault
        self._writer = SegmentWriter(folder, self._on_written, self._on_failed)
        self._catalog = Catalog(SegmentFolder(folder), self._writer, clock)
        self._reader = SegmentReader(self._catalog)
        self._context = ContextKey(b"")
        self._housekeeping = Housekeeping(self._catalog, on_fault)

    def select(self, context: ContextKey, entry: EntryRule = EntryRule.ANYWHERE) -> None:
        """Turn to a context key, whose model enters paths by a rule. Reads its headers, if that was not done yet."""
        if context != self._context:
            self._catalog.write_recent(self._context)
        self._catalog.read(context)
        with self._catalog.lock:
            self._context = context
            self._catalog.set_rule(context, entry)
            largest = max((edge.size for edge in self._catalog.tree(context)), default=0)
        self._reader.reserve(largest + SPARE_BYTES)

    @property
    def context(self) -> ContextKey:
        """Return the context key turned to."""
        return self._context

    @property
    def folder(self) -> Path:
        """Return the folder in which all lies."""
        return self._catalog.folder.root

    def lookup(self, path: TokenIds) -> StoredPrefix:
        """Return how far a path is stored and can be entered."""
        with self._catalog.lock:
            return self._catalog.tree(self._context).lookup(path, self._catalog.rule(self._context))

    def find(self, start: NodeKey, end: NodeKey) -> Edge | None:
        """Return what is stored between two nodes."""
        with self._catalog.lock:
            return self._catalog.tree(self._context).find(start, end)

    def holds_node(self, node: NodeKey) -> bool:
        """Tell whether any stored segment leads to a node."""
        with self._catalog.lock:
            return self._catalog.tree(self._context).holds_node(node)

    @property
    def is_saving(self) -> bool:
        """Tell whether what is saved goes to the disk; else it is held in memory, as far as there is room."""
        with self._catalog.lock:
            return self._catalog.saving.is_on

    def has_room(self, size: int) -> bool:
        """Tell whether save() takes a segment with a base of so many bytes now."""
        return self._catalog.has_room(size)

    def save(self, segment: Segment, *, defers_state: bool = False) -> bool:
        """Store a segment: found at once, written soon. May wait for the disk.

        defers_state: its state stays in memory until write_states(). Where nothing can be written now, because the disk is
        full or the budget spent, the segment is held in memory and written once there is room; returns False where it
        cannot be held either.
        """
        is_taken = self._catalog.add(segment, defers_state=defers_state)
        self._catalog.wait_for_room()
        return is_taken

    def save_state(self, edge: Edge, state: KvBytes, *, defers: bool = False) -> bool:
        """Store the state of an edge that has none, as save() does; return whether the edge is still there."""
        with self._catalog.lock:
            if self.find(edge.start, edge.end) is None:
                return False
            part = self._catalog.state_part((self._context, edge.start, edge.end), state)
            self._catalog.add_state(part, defers=defers)
        self._catalog.wait_for_room()
        return True

    def load(self, edge: Edge, *, tail: bytes | None = None) -> LoadedSegment:
        """Return an edge's base followed by its state, or by tail instead, in one piece; valid until the next call.

        Every byte was verified. Raises DamagedSegmentError: the damaged file is set aside, and the edge, or only its state,
        is gone; MissingSegmentError where it was removed meanwhile.
        """
        return self._reader.read(self._context, edge, tail)

    def load_state(self, edge: Edge) -> KvBytes:
        """Return an edge's state alone, verified; valid until the next call. Raises as load() does."""
        return self._reader.read_state(self._context, edge)

    def write_states(self, path: TokenIds, standing: Collection[int] = ()) -> None:
        """Write the states of a chat that goes idle, closes or leaves the context, as far as they are worth keeping.

        Superseded ones that are in memory only are forgotten, and older ones on the disk thinned, but not at the places of
        the path where other chats stand just now. May wait for the disk.
        """
        self._catalog.write_states(self._context, path, standing)
        self._catalog.wait_for_room()

    def write_all_states(self) -> None:
        """Do that for all chats of the context, whatever their paths are now; nothing while saving is off. May wait for the disk."""
        if self.is_saving:
            self._catalog.write_recent(self._context)
            self._catalog.wait_for_room()

    def reject(self, edge: Edge, reason: str) -> None:
        """Set a segment aside that proved wrong."""
        self._catalog.folder.set_aside(self._catalog.folder.base_path(self._context, edge.start, edge.end), reason)
        self._catalog.drop(self._context, edge, keeps_file=True)

    def reject_all(self, context: ContextKey, reason: str) -> None:
        """Set all that is saved under a context key aside, of which the newest files are kept. May take a while."""
        self._catalog.read(context)
        with self._catalog.lock:
            edges = list(self._catalog.tree(context))
        for edge in edges:
            self._catalog.folder.set_aside(self._catalog.folder.base_path(context, edge.start, edge.end), reason)
            self._catalog.drop(context, edge, keeps_file=True)

    # -- bounds, of all context keys

    def set_budget(self, budget: int | None) -> None:
        """Limit what is stored, in bytes; None: by default. What is beyond goes soon, what is worth least first.

        Before the first call nothing goes.
        """
        self._housekeeping.set_budget(budget)

    @property
    def budget(self) -> int:
        """Return how much may be stored, in bytes."""
        return self._housekeeping.budget

    def default_budget(self) -> int:
        """Return how much may be stored where no budget is set, in bytes: at most 20 GB, or a tenth of the space there is."""
        return self._housekeeping.default_budget()

    def set_pins(self, nodes: Mapping[ContextKey, Collection[NodeKey]]) -> None:
        """Say which nodes belong to open chats and those always kept ready: the ways to them are never removed.

        What is saved after this belongs to open chats too, until the next call.
        """
        self._housekeeping.set_pins(nodes)

    def set_lasting(self, nodes: Mapping[ContextKey, Collection[NodeKey]]) -> None:
        """Say which nodes the ways to go after all others where room is needed, until the next call."""
        self._housekeeping.set_lasting(nodes)

    def set_heads(self, nodes: Mapping[ContextKey, Collection[NodeKey]]) -> None:
        """Say at which nodes chats stand: their states are not thinned, though they may go to make room."""
        with self._catalog.lock:
            self._catalog.heads = {context: frozenset(keys) for context, keys in nodes.items()}

    def set_stale(self, contexts: Collection[ContextKey]) -> None:
        """Say which context keys are of no use any more, as after an update: what they have goes first."""
        self._housekeeping.set_stale(contexts)

    def usage(self) -> Usage:
        """Return what is stored, as far as it was read."""
        return self._housekeeping.usage()

    def wait_until_indexed(self, timeout: float | None = None) -> bool:
        """Wait until all folders were read, at most timeout seconds; return whether they were."""
        return self._housekeeping.wait_until_read(timeout)

    def clean(self, target: int) -> int:
        """Remove what is worth least until target bytes are left, or only what is pinned; return the bytes freed.

        Waits until all folders were read; the files are gone after flush().
        """
        return self._housekeeping.clean(target)

    def mark(self) -> int:
        """Return a mark that tells what was saved before from what is saved later."""
        return self._catalog.next_number()

    def sweep(self, context: ContextKey, owned: Collection[NodeKey], before: int) -> int:
        """Remove what was saved before a mark and lies on no way to an owned node; return the bytes freed.

        What is pinned stays, and what something newer builds on.
        """
        return self._housekeeping.sweep(context, owned, before)

    def path_bytes(self, context: ContextKey, nodes: Collection[NodeKey]) -> int:
        """Return what the ways to some nodes take of the disk together, in bytes."""
        self._catalog.read(context)
        with self._catalog.lock:
            return sum(edge.file_bytes for edge in self._catalog.tree(context).ways_to(nodes))

    def verify(self, on_progress: Callable[[int, int], None]) -> Verified:
        """Read every file again and set aside what is damaged; on_progress gets how many segments are done, of how many."""
        self._housekeeping.wait_until_read()
        return exchange.verify(self._catalog, on_progress, lambda: self._housekeeping.is_closing)

    def segment_files(self, context: ContextKey, node: NodeKey) -> list[Path]:
        """Return the files of the way from the root to a node, ascending, each base followed by its state; none without a way.

        What is in memory only is not among them: write_states() and flush() come first.
        """
        return exchange.segment_files(self._catalog, context, node)

    def adopt(self, file: Path, context: ContextKey, ids: TokenIds) -> bool:
        """Take a foreign segment file in, if it belongs to a context key and lies on a path; return whether it does.

        ids: all of the path, from the root. Every byte is verified, and its nodes are computed anew from the ids. Files are
        given ascending, a state after its base. What is there already stays as it is. Raises OSError.
        """
        is_taken = exchange.adopt(self._catalog, file, context, ids)
        self._catalog.wait_for_room()
        return is_taken

    def flush(self, timeout: float) -> bool:
        """Wait until all is written and the budget kept, at most timeout seconds; return whether it is.

        What is deferred or held in memory stays so.
        """
        deadline = time.monotonic() + timeout
        is_done = self._writer.flush(timeout) and self._housekeeping.wait_until_idle(max(0.0, deadline - time.monotonic()))
        return is_done and self._writer.flush(max(0.0, deadline - time.monotonic()))

    def close(self, timeout: float) -> bool:
        """Write what is pending and end the threads; return whether they ended within timeout seconds."""
        deadline = time.monotonic() + timeout
        self._catalog.write_recent()
        self._catalog.release()
        is_ended = self._housekeeping.close(timeout)
        return self._writer.close(max(0.0, deadline - time.monotonic())) and is_ended

    def _on_written(self) -> None:
        with self._catalog.lock:
            if self._catalog.saving.succeed():
                self._catalog.release()
        self._housekeeping.note_written()

    def _on_failed(self, path: Path, part: SegmentPart, error: Exception) -> None:
        with self._catalog.lock:
            is_news = self._catalog.saving.fail()
            if self._writer.pending(path) is part:  # else it was put again meanwhile
                self._catalog.hold(part)
        if is_news:
            code, detail = (error.errno, error.strerror) if isinstance(error, OSError) else (None, error)
            why = say("The disk is full") if code == ENOSPC else say("The disk could not be written ({reason})", reason=str(detail))
            self._on_fault(
                say("{why}: your messages are kept, but chats are not kept ready until there is room. Free some space.", why=why)
            )
