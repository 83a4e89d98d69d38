"""Which chats stand in the context, and how a chat's tokens get there: from memory first, then from disk."""

import logging
import time
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, field

from desktop.inference.errors import StateError
from desktop.inference.kv_cache import KvCache
from desktop.sessions.keys import ContextKey, NodeKey, node_key
from desktop.sessions.segment import SEGMENT_BYTES, SEGMENT_TOKENS, DamagedSegmentError, Segment
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import TokenIds, common_length, token_ids
from desktop.sessions.tree import Edge

log = logging.getLogger(__name__)

REPACK_CELLS = 1024  # below so many wasted cells re-packing is not worth its milliseconds


@dataclass(slots=True, eq=False)
class Resident:
    """A chat's tokens in the context."""

    owner: Hashable
    sequence: int
    ids: TokenIds = field(default_factory=token_ids)  # decoded or restored, in order
    saved: int = 0  # tokens up to the last node of the prefix tree on this path
    used_at: float = field(default_factory=time.monotonic)


def cells_of(paths: Iterable[TokenIds]) -> int:
    """Return how many cells paths take together if they share what they have in common; they may take more."""
    seen: list[TokenIds] = []
    taken = 0
    for ids in paths:
        taken += len(ids) - max((common_length(ids, other) for other in seen), default=0)
        seen.append(ids)
    return taken


class Residents:
    """The chats in the context. The worker's own."""

    def __init__(self, cache: KvCache, store: SegmentStore, context: ContextKey, sequences: Iterable[int]) -> None:
        """Give chats the sequences, one each; chats are told apart by their owner. The cache's KV belongs to a context key."""
        self._cache = cache
        self._store = store
        self._context = context
        self._free = list(sequences)
        self.capacity = len(self._free)  # chats that can be in the context at once
        self._residents: dict[Hashable, Resident] = {}
        self._high = 0  # cells: about the highest used since the last re-packing
        self._token_bytes = 0  # of KV; known after the first save

    def find(self, owner: Hashable) -> Resident | None:
        """Return a chat's resident, if it has one."""
        return self._residents.get(owner)

    def known_tokens(self, owner: Hashable, ids: TokenIds) -> int:
        """Return how many of ids need not be decoded."""
        if not self._cache.can_cut:
            resident = self._residents.get(owner)
            return len(resident.ids) if resident and ids[: len(resident.ids)] == resident.ids else 0
        in_memory = max((common_length(r.ids, ids) for r in self._residents.values()), default=0)
        return max(in_memory, self._store.lookup(ids).tokens)

    def enter(self, owner: Hashable, ids: TokenIds, busy: Collection[Hashable], *, alone: bool) -> tuple[Resident, int, bool]:
        """Bring the longest known prefix of ids into the context as the chat's.

        alone: chats that are not busy leave the context, because each of their cells would cost time with every token;
        otherwise they leave if their cells are needed. Returns the resident, the tokens that came from disk, and whether
        a stored segment was damaged.
        """
        resident = self._residents.get(owner) or self._new(owner, ids, busy)
        resident.used_at = time.monotonic()
        self._take_from_memory(resident, ids)
        if alone or cells_of([*(r.ids for r in self._residents.values()), ids]) > self._cache.size:
            self.leave_idle({*busy, owner})
        in_memory, is_damaged = len(resident.ids), False
        if self._cache.can_cut:
            while not self._take_from_disk(resident, ids):
                is_damaged = True
            resident.saved = self._store.lookup(resident.ids).node_tokens
        self._high = max(self._high, cells_of(r.ids for r in self._residents.values()))
        return resident, max(0, len(resident.ids) - in_memory), is_damaged

    def take_from_memory(self, resident: Resident, ids: TokenIds) -> bool:
        """Give a resident what another has of its ids by now; return whether that is more than it had."""
        before = len(resident.ids)
        if self._cache.can_cut:
            self._take_from_memory(resident, ids)
            resident.saved = self._store.lookup(resident.ids).node_tokens
        return len(resident.ids) > before

    def node_at(self, resident: Resident, position: int) -> NodeKey | None:
        """Return the node at a position, where one is stored."""
        if not self._cache.can_cut or position > resident.saved:
            return None
        key = node_key(self._context, resident.ids[:position])
        return key if self._store.holds_node(key) else None

    def advance(self, resident: Resident, ids: TokenIds) -> None:
        """Take note that ids were decoded at a resident's end."""
        resident.ids.extend(ids)
        self._high += len(ids)

    def save(self, resident: Resident, boundary: int) -> NodeKey | None:
        """Save the tokens up to a boundary as segments; return the node they lead to, None where that is not possible."""
        if not self._cache.can_cut or not self._store.is_saving:
            return None
        context = self._context
        start_key = node_key(context, resident.ids[: resident.saved])
        while resident.saved < boundary:
            start, end = resident.saved, min(resident.saved + self._largest_segment(), boundary)
            end_key = node_key(context, resident.ids[:end])
            if not self._store.holds(start_key, end_key):
                base, partial = self._cache.save(resident.sequence, start, end)
                self._token_bytes = len(base) // (end - start)
                if not self._store.save(Segment(context, start_key, end_key, resident.ids[start:end], base, partial)):
                    return None
            resident.saved, start_key = end, end_key
        return start_key

    def cut(self, resident: Resident, length: int) -> None:
        """Drop what a resident has beyond length tokens, where its kind of memory can."""
        if self._cache.can_cut and length < len(resident.ids):
            self._cache.cut(resident.sequence, length)
            resident.ids = resident.ids[:length]

    def resync(self, resident: Resident) -> bool:
        """After an aborted decode, keep what was decoded before it; return False where nothing could be kept."""
        if self._cache.can_cut:
            self._cache.cut(resident.sequence, len(resident.ids))
        else:  # a recurrent state has moved on and cannot go back
            self._reset(resident)
        return self._cache.can_cut

    def leave(self, owner: Hashable) -> None:
        """Take a chat out of the context."""
        if (resident := self._residents.pop(owner, None)) is not None:
            self._cache.drop(resident.sequence)
            self._free.append(resident.sequence)
            if not self._residents:
                self._high = 0

    def leave_idle(self, busy: Collection[Hashable], *, even_unsaved: bool = False) -> bool:
        """Take out who is not busy and is stored to its end; return whether anybody left."""
        idle = [r for r in self._residents.values() if r.owner not in busy and (even_unsaved or self._is_stored(r))]
        for resident in idle:
            self.leave(resident.owner)
        return bool(idle)

    def _is_stored(self, resident: Resident) -> bool:
        return resident.saved == len(resident.ids) == self._store.lookup(resident.ids).node_tokens

    def repack_if_scattered(self) -> None:
        """Move all to the lowest cells where many below the highest used one are free."""
        taken = cells_of(r.ids for r in self._residents.values())
        if self._cache.can_cut and self._high - taken > max(taken, REPACK_CELLS):
            self._cache.repack({r.sequence: r.ids for r in self._residents.values()})
            self._high = taken

    def _new(self, owner: Hashable, ids: TokenIds, busy: Collection[Hashable]) -> Resident:
        if not self._free:
            idle = [r for r in self._residents.values() if r.owner not in busy]
            self.leave(min(idle, key=lambda r: (common_length(r.ids, ids), r.used_at)).owner)
        resident = self._residents[owner] = Resident(owner, self._free.pop(0))
        return resident

    def _take_from_memory(self, resident: Resident, ids: TokenIds) -> None:
        own = common_length(resident.ids, ids)
        if not self._cache.can_cut:
            if own < len(resident.ids):
                self._reset(resident)
            return
        best = max(self._residents.values(), key=lambda r: common_length(r.ids, ids))
        if (common := common_length(best.ids, ids)) > own:
            self._cache.share(best.sequence, resident.sequence, common)
            resident.ids = ids[:common]
        elif own < len(resident.ids):
            self._cache.cut(resident.sequence, own)
            resident.ids = ids[:own]

    def _take_from_disk(self, resident: Resident, ids: TokenIds) -> bool:
        """Restore what memory lacks; return False where a segment proved damaged and the rest must be looked up anew."""
        stored = self._store.lookup(ids)
        if stored.tokens <= len(resident.ids):
            return True
        begin, missing = 0, list[tuple[int, Edge]]()
        for edge in (*stored.edges, *([stored.partial] if stored.partial else [])):
            if begin + len(edge.ids) > len(resident.ids) or missing:
                missing.append((begin, edge))
            begin += len(edge.ids)
        self.cut(resident, missing[0][0])
        for start, edge in missing:
            try:
                segment = self._store.load(edge)
                self._cache.restore(resident.sequence, segment.base)
            except DamagedSegmentError:
                return False
            except StateError:  # not enough cells
                log.warning("a verified segment was not restored; its tokens are read again")
                return True
            if self._cache.length(resident.sequence) != start + len(edge.ids):
                self._cache.cut(resident.sequence, start)
                self._store.reject(edge, "its KV has other tokens than its ids")
                return False
            resident.ids.extend(edge.ids)
        self.cut(resident, stored.tokens)
        return True

    def _reset(self, resident: Resident) -> None:
        self._cache.drop(resident.sequence)
        resident.ids, resident.saved = token_ids(), 0

    def _largest_segment(self) -> int:
        return min(SEGMENT_TOKENS, max(1, SEGMENT_BYTES // self._token_bytes)) if self._token_bytes else SEGMENT_TOKENS
