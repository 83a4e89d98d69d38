"""The bounds of what is stored: a budget, what may never go, what nobody owns."""

import logging
import shutil
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.sessions.catalog import Catalog
from desktop.sessions.keys import ContextKey, NodeKey
from desktop.sessions.tree import Edge
from desktop.sessions.worth import Evictable, Victim, least_worth
from desktop.system.words import say

log = logging.getLogger(__name__)

MOST_DEFAULT_BYTES = 20 * 10**9
DEFAULT_SHARE = 0.1  # of the free space
ROOM_SHARE = 0.05  # of the budget, that is made free once it is spent, so that not every segment evicts another


@dataclass(frozen=True, slots=True)
class Usage:
    """What is stored on the disk, of all models."""

    used: int  # bytes
    pinned: int  # bytes of these that are never removed
    segments: int
    set_aside: int  # files that were damaged, foreign or of another version
    by_context: Mapping[ContextKey, int]  # bytes
    is_complete: bool  # False: the folders are still being read


def default_budget(folder: Path, used: int = 0) -> int:
    """Return the budget in bytes where none is set: at most 20 GB, or a tenth of the space that is free but for the store's own.

    Where that cannot be found out: 20 GB.
    """
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        log.info("free space not known: %s", error)
        return MOST_DEFAULT_BYTES
    return min(MOST_DEFAULT_BYTES, int((free + used) * DEFAULT_SHARE))


class Housekeeping:
    """Read all folders, then remove what is worth least whenever the budget is spent, in a thread of its own."""

    def __init__(self, catalog: Catalog, on_fault: Callable[[str], None]) -> None:
        """Start the thread; on_fault gets a sentence for the person, in it."""
        self._catalog = catalog
        self._on_fault = on_fault
        self._is_bounded = False  # nothing goes before a budget was set, which may be larger than the default
        self._budget: int | None = None  # by default
        self._default_budget: int | None = None  # found once, when all that is stored is known
        self._pinned_from: int | None = None  # edges with this number and later ones belong to open chats
        self._pins_set = 0
        self._stale: frozenset[ContextKey] = frozenset()
        self._lasting: Mapping[ContextKey, Collection[NodeKey]] = {}
        self._changed = threading.Condition(catalog.lock)
        self._has_read_all = False
        self._is_room_wanted = False
        self._is_making_room = False
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="segment-index")
        self._thread.start()

    def set_budget(self, budget: int | None) -> None:
        """Limit what is stored, in bytes; None: by default. What is beyond goes soon."""
        with self._changed:
            self._budget, self._is_bounded = budget, True
            self.want_room()

    @property
    def budget(self) -> int:
        """Return how much may be stored, in bytes."""
        budget = self._budget
        return budget if budget is not None else self.default_budget()

    def default_budget(self) -> int:
        """Return how much may be stored where no budget is set, in bytes. Stays the same once all folders were read."""
        with self._changed:
            if self._default_budget is not None:
                return self._default_budget
            found = default_budget(self._catalog.folder.root, self._catalog.used_bytes())
            if self._has_read_all:
                self._default_budget = found
            return found

    def set_pins(self, nodes: Mapping[ContextKey, Collection[NodeKey]]) -> None:
        """Say which nodes the ways to are never removed, until the next call, nor what is saved from now on."""
        with self._changed:
            self._catalog.pins = {context: frozenset(keys) for context, keys in nodes.items()}
            self._pinned_from = self._catalog.next_number()
            self._pins_set += 1
            if self._catalog.saving.is_over_budget:
                self.want_room()

    def set_stale(self, contexts: Collection[ContextKey]) -> None:
        """Say which contexts are of no use any more and go first."""
        with self._changed:
            self._stale = frozenset(contexts)

    def set_lasting(self, nodes: Mapping[ContextKey, Collection[NodeKey]]) -> None:
        """Say which nodes the ways to go after all others, until the next call."""
        with self._changed:
            self._lasting = {context: frozenset(keys) for context, keys in nodes.items()}

    def want_room(self) -> None:
        """Have the budget checked soon."""
        with self._changed:
            self._is_room_wanted = True
            self._changed.notify_all()

    def note_written(self) -> None:
        """Have the budget checked soon, if it is spent."""
        with self._changed:
            if self._is_bounded and self._catalog.used_bytes() > self.budget:
                self.want_room()

    def usage(self) -> Usage:
        """Return what is stored."""
        with self._changed:
            contexts = self._catalog.contexts()
            trees = {context: self._catalog.tree(context) for context in contexts}
            pinned = sum(edge.file_bytes for context in contexts for edge in self._kept(context))
            return Usage(
                sum(tree.file_bytes for tree in trees.values()),
                pinned,
                sum(len(tree) for tree in trees.values()),
                self._catalog.folder.set_aside_files,
                {context: tree.file_bytes for context, tree in trees.items() if len(tree)},
                self._has_read_all,
            )

    def clean(self, target: int) -> int:
        """Remove what is worth least until target bytes are left, or only what is pinned; return the bytes freed."""
        self.wait_until_read()
        freed = self._remove_beyond(target)
        self._go_on()
        return freed

    def sweep(self, context: ContextKey, owned: Collection[NodeKey], before: int) -> int:
        """Remove what was saved before a mark and leads to no owned or pinned node; return the bytes freed.

        What leads to something newer stays too.
        """
        self._catalog.read(context)
        with self._changed:
            tree = self._catalog.tree(context)
            newer = [edge for edge in tree if edge.number >= before]
            kept = tree.ways_to([*owned, *self._catalog.pins.get(context, ()), *(edge.start for edge in newer)])
            kept.update(newer)
            had = tree.file_bytes
            for edge in [edge for edge in tree if edge not in kept]:
                self._catalog.drop(context, edge)
            freed = had - tree.file_bytes
        self._go_on()
        return freed

    def wait_until_read(self, timeout: float | None = None) -> bool:
        """Wait until all folders were read; return whether they were."""
        with self._changed:
            self._changed.wait_for(lambda: self._has_read_all or self._is_closing, timeout)
            return self._has_read_all

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait until all folders were read and room was made, at most timeout seconds; return whether that is so."""
        with self._changed:
            return self._changed.wait_for(self._is_idle, timeout)

    @property
    def is_closing(self) -> bool:
        """Tell whether long work is to end."""
        return self._is_closing

    def close(self, timeout: float) -> bool:
        """End the thread; return whether it ended within timeout seconds."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _is_idle(self) -> bool:
        return self._is_closing or (self._has_read_all and not (self._is_room_wanted or self._is_making_room))

    def _run(self) -> None:
        try:
            for context in self._catalog.folder.contexts():
                self._catalog.read(context, lambda: self._is_closing)
        except OSError as error:
            log.warning("segments not read: %s", error)
        finally:  # who waits for it must not wait for ever
            with self._changed:
                self._has_read_all = True
                self._changed.notify_all()
        while True:
            with self._changed:
                self._is_making_room = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._is_room_wanted or self._is_closing)
                if self._is_closing:
                    return
                self._is_room_wanted, self._is_making_room = False, True
            self._keep_within_budget()

    def _keep_within_budget(self) -> None:
        if self._catalog.used_bytes() > (budget := self.budget):
            freed = self._remove_beyond(int(budget * (1 - ROOM_SHARE)))
            log.info("budget of %d bytes spent, %d freed", budget, freed)
        with self._changed:
            is_over = self._catalog.used_bytes() > budget
            is_news = self._catalog.saving.set_over_budget(is_over=is_over)
            self._catalog.release()
        if is_news:
            self._on_fault(
                say(
                    "Open chats and those always kept ready fill the space for saved states: your messages are kept, but nothing "
                    "more is saved to be ready later. Allow more space in the settings, or close some chats."
                )
            )

    def _go_on(self) -> None:
        """Save again after something was removed, where a full disk or budget prevented it."""
        with self._changed:
            self._catalog.saving.retry()
            self._catalog.release()
            if self._catalog.saving.is_over_budget:
                self.want_room()

    def _remove_beyond(self, target: int) -> int:
        freed = 0
        while True:
            with self._changed:
                pins_set = self._pins_set
                evictables = [self._evictable(context) for context in self._catalog.contexts()]
            for victim in least_worth(evictables, self._catalog.clock()):
                with self._changed:
                    if self._catalog.used_bytes() <= target or self._pins_set != pins_set or self._is_closing:
                        break
                    freed += self._remove(victim)
            if self._pins_set == pins_set or self._is_closing:
                return freed

    def _remove(self, victim: Victim) -> int:
        tree = self._catalog.tree(victim.context)
        edge = tree.find(victim.edge.start, victim.edge.end)
        if edge is None or edge.number != victim.edge.number or (not victim.is_state_alone and tree.edges_from(edge.end)):
            return 0  # it changed, or something was saved behind it meanwhile
        had = tree.file_bytes
        if victim.is_state_alone:
            self._catalog.drop_state(victim.context, edge)
        else:
            self._catalog.drop(victim.context, edge)
        return had - tree.file_bytes

    def _evictable(self, context: ContextKey) -> Evictable:
        edges = list(self._catalog.tree(context))
        kept = self._kept(context) | {edge for edge in edges if edge.is_base_held}
        lasting = self._catalog.tree(context).ways_to(self._lasting.get(context, ()))
        return Evictable(context, edges, kept, context in self._stale, lasting)

    def _kept(self, context: ContextKey) -> set[Edge]:
        tree = self._catalog.tree(context)
        pinned_from = self._pinned_from
        newer = [edge.end for edge in tree if edge.number > pinned_from] if pinned_from is not None else []
        return tree.ways_to([*self._catalog.pins.get(context, ()), *newer])
