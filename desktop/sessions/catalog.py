"""What is stored, of all context keys: the trees, what is in memory only, and the files behind them."""

import threading
from collections.abc import Callable, Collection
from dataclasses import replace

from desktop.sessions.folder import SegmentFolder
from desktop.sessions.keys import ContextKey, NodeKey, node_key
from desktop.sessions.saving import Saving
from desktop.sessions.segment import BasePart, KvBytes, PartKey, Segment, SegmentPart, StatePart
from desktop.sessions.states import RECENT_BYTES, PartsInMemory, kept_positions
from desktop.sessions.tokens import TokenIds, token_ids
from desktop.sessions.tree import Edge, EntryRule, PlacedEdge, PrefixTree
from desktop.sessions.writer import SegmentWriter

HELD_BYTES = 512 << 20  # of bases that the disk has no room for


class Catalog:
    """Keep trees, memory and files in step. From any thread; whoever needs several calls to be one holds the lock."""

    def __init__(self, folder: SegmentFolder, writer: SegmentWriter, clock: Callable[[], float]) -> None:
        """Use a folder whose files the writer alone changes; the clock gives seconds since 1970."""
        self.lock = threading.RLock()
        self.clock = clock
        self.folder = folder
        self.saving = Saving(clock)
        self.pins: dict[ContextKey, frozenset[NodeKey]] = {}
        self.heads: dict[ContextKey, frozenset[NodeKey]] = {}  # where chats stand
        self._writer = writer
        self._trees: dict[ContextKey, PrefixTree] = {}
        self._rules: dict[ContextKey, EntryRule] = {}
        self._recent = PartsInMemory[StatePart]()
        self._held = PartsInMemory[BasePart]()
        self._number = 0
        self._is_read: set[ContextKey] = set()
        self._reading: set[ContextKey] = set()
        self._was_read = threading.Condition(self.lock)

    def contexts(self) -> list[ContextKey]:
        """Return the context keys known so far."""
        with self.lock:
            return list(self._trees)

    def tree(self, context: ContextKey) -> PrefixTree:
        """Return a context's tree, to be used while the lock is held; what is not read yet is not in it."""
        with self.lock:
            if context not in self._trees:
                self._trees[context] = PrefixTree(node_key(context, token_ids()))
            return self._trees[context]

    def rule(self, context: ContextKey) -> EntryRule:
        """Return how a context's paths are entered, as far as that was told."""
        return self._rules.get(context, EntryRule.ANYWHERE)

    def set_rule(self, context: ContextKey, entry: EntryRule) -> None:
        """Tell how a context's paths are entered."""
        with self.lock:
            self._rules[context] = entry

    def next_number(self) -> int:
        """Return a number that is larger than those of all edges saved before."""
        with self.lock:
            self._number += 1
            return self._number

    def used_bytes(self) -> int:
        """Return what all contexts take of the disk, or soon will."""
        with self.lock:
            return sum(tree.file_bytes for tree in self._trees.values())

    def read(self, context: ContextKey, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Read the headers of a context's files, unless that was done; wait while another thread does."""
        with self.lock:
            self._was_read.wait_for(lambda: context not in self._reading)
            if context in self._is_read:
                return
            self._reading.add(context)
        try:
            content = self.folder.read(context, is_stopped)
            with self.lock:
                tree = self.tree(context)
                for edge in content.edges:
                    if tree.find(edge.start, edge.end) is None:  # else it was saved meanwhile
                        tree.add(edge)
                for path in content.leftovers:
                    if not self._writer.is_pending(path):
                        self._writer.remove(path)  # the writer has no temporary file of its own while it does that
                if content.is_complete:
                    self._is_read.add(context)
        finally:
            with self.lock:
                self._reading.discard(context)
                self._was_read.notify_all()

    # -- adding

    def has_room(self, size: int) -> bool:
        """Tell whether add() takes a base of so many bytes now."""
        with self.lock:
            return self.saving.is_on or self._held.size + size <= HELD_BYTES

    def add(self, segment: Segment, *, defers_state: bool) -> bool:
        """Take a segment in; return False where it can neither be written nor held now."""
        base = BasePart(segment.context, segment.start, segment.end, segment.ids, segment.seconds, segment.base)
        with self.lock:
            is_held = not self.saving.is_on
            if not self.has_room(len(base.kv)):
                return False
            tree = self.tree(segment.context)
            known = tree.find(segment.start, segment.end) or Edge(segment.start, segment.end, segment.ids)
            number = self.next_number()
            edge = replace(known, base_bytes=len(base.kv), seconds=segment.seconds, used_at=self.clock(), number=number)
            tree.add(edge)
            self._write(base) if not is_held else self._hold(base, edge)
            if segment.state:
                self.add_state(self.state_part(base.key, segment.state), defers=defers_state)
        return True

    def state_part(self, key: PartKey, state: KvBytes) -> StatePart:
        """Return a new state as a part, which says how its context is entered."""
        return StatePart(*key, self.rule(key[0]).window or 0, state)

    def add_state(self, part: StatePart, *, defers: bool) -> None:
        """Take the state of a known edge in; what cannot be written now stays in memory."""
        with self.lock:
            if defers or not self.saving.is_on:
                self._keep_recent(part)
            else:
                self._recent.pop(part.key)
                self._set_state(part, is_recent=False)
                self._write(part)

    def change(self, key: PartKey, change: Callable[[Edge], Edge]) -> None:
        """Change what is known of an edge, if it is still there."""
        context, start, end = key
        with self.lock:
            if (known := self.tree(context).find(start, end)) is not None:
                self.tree(context).add(change(known))

    def wait_for_room(self) -> None:
        """Wait while too much is pending; not while holding the lock."""
        self._writer.wait_for_room()

    # -- in memory

    def in_memory(self, key: PartKey) -> tuple[KvBytes | None, KvBytes | None]:
        """Return the base and the state of an edge, as far as they are not on the disk yet."""
        with self.lock:
            base = self._held.get(key) or self._writer.pending(self.folder.base_path(*key))
            state = self._recent.get(key) or self._writer.pending(self.folder.state_path(*key))
            return base.kv if base is not None else None, state.kv if state is not None else None

    def hold(self, part: SegmentPart) -> None:
        """Keep a part in memory that could not be written, as far as there is room."""
        with self.lock:
            edge = self.tree(part.context).find(part.start, part.end)
            if edge is None:
                return
            if isinstance(part, StatePart):
                if not edge.is_state_recent:  # else another came meanwhile
                    self._keep_recent(part)
            elif self._held.size + len(part.kv) <= HELD_BYTES:
                self._hold(part, edge)
            else:
                self.drop(part.context, edge)

    def release(self) -> None:
        """Write the bases that were held, because there is room again."""
        with self.lock:
            for key in self._held.keys() if self.saving.is_on else ():
                if (part := self._held.pop(key)) is not None:
                    self.change(key, lambda known: replace(known, is_base_held=False))
                    self._write(part)

    def write_states(self, context: ContextKey, path: TokenIds, standing: Collection[int]) -> None:
        """Write the states on a path that are worth keeping or where chats stand, and drop the others."""
        with self.lock:
            placed = [placed for placed in self.tree(context).along(path) if placed.edge.state_bytes]
            self._thin(context, placed, len(path), standing)

    def write_recent(self, context: ContextKey | None = None) -> None:
        """Write the states that are in memory only, of one context or all, each if it is worth keeping."""
        with self.lock:
            for key in self._recent.keys(context):
                self._write_or_drop(key)

    # -- removing

    def drop_state(self, context: ContextKey, edge: Edge) -> None:
        """Remove an edge's state, wherever it is."""
        key = (context, edge.start, edge.end)
        with self.lock:
            self._recent.pop(key)
            if edge.state_bytes and not edge.is_state_recent:
                self._writer.remove(self.folder.state_path(*key))
            self.change(key, Edge.without_state)

    def drop(self, context: ContextKey, edge: Edge, *, keeps_file: bool = False) -> None:
        """Remove an edge with its state; keeps_file: its base's file is gone, or set aside."""
        key = (context, edge.start, edge.end)
        with self.lock:
            if (known := self.tree(context).find(edge.start, edge.end)) is None:
                return
            self.drop_state(context, known)
            self._held.pop(key)
            self.tree(context).remove(known)
            path = self.folder.base_path(*key)
            if self._writer.is_pending(path) or not (keeps_file or known.is_base_held):
                self._writer.remove(path)

    # -- all that follows is called with the lock held

    def _write(self, part: SegmentPart) -> None:
        place = self.folder.base_path if isinstance(part, BasePart) else self.folder.state_path
        self._writer.put(place(*part.key), part)

    def _hold(self, part: BasePart, edge: Edge) -> None:
        self._held.add(part)
        self.tree(part.context).add(replace(edge, is_base_held=True))

    def _keep_recent(self, part: StatePart) -> None:
        self._set_state(part, is_recent=True)
        self._recent.add(part)
        while self._recent.size > RECENT_BYTES:
            self._write_or_drop(self._recent.oldest)

    def _set_state(self, part: StatePart, *, is_recent: bool) -> None:
        size, now = len(part.kv), self.clock()
        self.change(
            part.key, lambda known: replace(known, state_bytes=size, window=part.window, is_state_recent=is_recent, state_used_at=now)
        )

    def _write_or_drop(self, key: PartKey) -> None:
        """Write a state that is in memory only, if it is worth it by where it stands on a path through it; else drop it."""
        context, start, end = key
        tree = self.tree(context)
        if (edge := tree.find(start, end)) is not None:
            way = tree.way_through(edge)
            self._thin(context, [placed for placed in way if placed.edge.state_bytes], way[-1].end, only=edge)
        if self._recent.pop(key) is not None:  # nothing can be written just now
            self.change(key, Edge.without_state)

    def _thin(
        self, context: ContextKey, placed: list[PlacedEdge], end: int, standing: Collection[int] = (), only: Edge | None = None
    ) -> None:
        tree = self.tree(context)
        places = self.pins.get(context, frozenset()) | self.heads.get(context, frozenset())
        forced = {*standing, *(at.end for at in placed if at.edge.end in places or tree.branches_at(at.edge.end))}
        window = max((at.edge.window for at in placed), default=0)
        kept = kept_positions(sorted({at.end for at in placed}), forced, window, end)
        for at in placed:
            if only is not None and at.edge is not only:
                continue
            if at.end not in kept:
                self.drop_state(context, at.edge)
            elif at.edge.is_state_recent and self.saving.is_on:
                self._write_recent((context, at.edge.start, at.edge.end))

    def _write_recent(self, key: PartKey) -> None:
        if (part := self._recent.pop(key)) is not None:
            self.change(key, lambda known: replace(known, is_state_recent=False))
            self._write(part)
