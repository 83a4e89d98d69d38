"""Which chats stand in the context, and how they enter, are saved and leave."""

import time
from collections.abc import Collection, Hashable, Iterable

from desktop.inference.entering import Entrance, NodeEntrance, TokenEntrance, take_from_disk
from desktop.inference.kv_cache import KvCache
from desktop.inference.resident import Resident, cells_of
from desktop.sessions.keys import ContextKey, NodeKey, node_key
from desktop.sessions.segment import SEGMENT_BYTES, SEGMENT_TOKENS, Segment
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import TokenIds, common_length, token_ids

REPACK_CELLS = 1024  # below so many wasted cells re-packing is not worth its milliseconds


class Residents:
    """The chats in the context. The worker's own."""

    def __init__(self, cache: KvCache, store: SegmentStore, context: ContextKey, sequences: Iterable[int]) -> None:
        """Give chats the sequences, one each; chats are told apart by their owner. The cache's KV belongs to a context key."""
        self._cache = cache
        self._store = store
        self._context = context
        self._entrance: Entrance = TokenEntrance(cache, store) if cache.can_cut else NodeEntrance(cache, store)
        self._free = list(sequences)
        self.capacity = len(self._free)  # chats that can be in the context at once
        self._residents: dict[Hashable, Resident] = {}
        self._left: list[Resident] = []  # whose states are still to be written
        self._high = 0  # cells: about the highest used since the last re-packing
        self._token_bytes = max(1, int(cache.memory.token_bytes))  # of KV, at most
        self.segment_tokens = max(1, min(SEGMENT_TOKENS, SEGMENT_BYTES // self._token_bytes))  # that a segment holds at most

    def find(self, owner: Hashable) -> Resident | None:
        """Return a chat's resident, if it has one."""
        return self._residents.get(owner)

    def of(self, owner: Hashable) -> Resident:
        """Return the resident of a chat that is in the context."""
        return self._residents[owner]

    def known_tokens(self, owner: Hashable, ids: TokenIds) -> int:
        """Return how many of ids need not be decoded."""
        resident = self._residents.get(owner)
        return self._entrance.known_tokens(ids, resident.ids if resident else token_ids(), self._others(owner))

    def enter(self, owner: Hashable, ids: TokenIds, busy: Collection[Hashable], *, alone: bool) -> tuple[Resident, int, bool]:
        """Bring the longest known prefix of ids into the context as the chat's.

        alone: chats that are not busy leave the context, because each of their cells would cost time with every token;
        otherwise they leave if their cells are needed. Returns the resident, the tokens that came from disk, and whether
        a stored segment was damaged.
        """
        resident = self._residents.get(owner) or self._new(owner, ids, busy)
        resident.used_at = time.monotonic()
        was_damaged = self._entrance.take_from_memory(resident, ids, self._others(owner), self._free)
        if alone or self._lacks_room(ids):
            for idle in self._stored({*busy, owner}):
                self._take_out(idle)
        if self._lacks_room(ids):  # for what is restored now: who is not stored is read again
            for idle in [other for other in self._others(owner) if other.owner not in busy]:
                self._take_out(idle)
        from_disk, is_damaged = take_from_disk(self._entrance, resident, ids)
        resident.saved = self._store.lookup(resident.ids).node_tokens
        self._write_left()  # not before: of their states not all stay
        self._high = max(self._high, cells_of(r.ids for r in self._residents.values()))
        return resident, from_disk, was_damaged or is_damaged

    def has_room_beside(self, ids: TokenIds) -> bool:
        """Tell whether tokens fit into the context without anybody leaving it."""
        return bool(self._free) and not self._lacks_room(ids)

    def take_from_memory(self, resident: Resident, ids: TokenIds) -> bool:
        """Give a resident what another has of its ids by now; return whether that is more than it had."""
        before = len(resident.ids)
        if self._entrance.known_tokens(ids, resident.ids, self._others(resident.owner)) > before:
            self._entrance.take_from_memory(resident, ids, self._others(resident.owner), self._free)
            if len(resident.ids) <= before:  # whoever had it has left meanwhile, or it cannot be shared
                take_from_disk(self._entrance, resident, ids)
            resident.saved = self._store.lookup(resident.ids).node_tokens
        return len(resident.ids) != before

    def node_at(self, resident: Resident, position: int) -> NodeKey | None:
        """Return the node at a position, where one is stored."""
        if position > resident.saved:
            return None
        key = node_key(self._context, resident.ids[:position])
        return key if self._store.holds_node(key) else None

    def advance(self, resident: Resident, ids: TokenIds) -> None:
        """Take note that ids were decoded at a resident's end."""
        resident.ids.extend(ids)
        self._high += len(ids)

    def next_cut(self, resident: Resident, boundaries: Iterable[int]) -> int:
        """Return the token count at which a slice must end, because a state can only be saved there and then."""
        length = len(resident.ids)
        cut = resident.saved + self.segment_tokens
        return min([cut if cut > length else length + self.segment_tokens, *(boundary for boundary in boundaries if boundary > length)])

    def save(self, resident: Resident, boundary: int, tokens_per_second: float) -> NodeKey | None:
        """Save the tokens up to a boundary as segments; return the node they lead to, None where that is not possible.

        tokens_per_second: of prefill, so that a segment's worth is known; 0: it is not. Raises StateError, MemoryError.
        """
        is_end = boundary == len(resident.ids)
        if not (self._cache.can_cut or is_end):
            return None
        context = self._context
        start_key = node_key(context, resident.ids[: resident.saved])
        while resident.saved < boundary:
            start, end = resident.saved, boundary
            if self._cache.can_cut:
                end = min(start + self.segment_tokens, boundary)
            end_key = node_key(context, resident.ids[:end])
            stored = self._store.find(start_key, end_key)
            if stored is None or (self._cache.memory.has_states and not stored.state_bytes):
                if stored is None and not self._store.has_room((end - start) * self._token_bytes):  # this is tried after every token
                    return None
                base, state = self._cache.save(resident.sequence, start, end)
                seconds = (end - start) / tokens_per_second if tokens_per_second else 0.0
                segment = Segment(context, start_key, end_key, resident.ids[start:end], base, state, seconds)
                defers = self._cache.memory.keeps_snapshots
                if not (self._store.save_state(stored, state, defers=defers) if stored else self._store.save(segment, defers_state=defers)):
                    return None
                resident.has_unwritten_state |= defers
            resident.saved, start_key = end, end_key
        return start_key

    def write_states(self, resident: Resident) -> None:
        """Have the recurrent states on a chat's path written that are worth keeping: it is idle, or leaves."""
        if resident.has_unwritten_state:
            resident.has_unwritten_state = False
            others = (other for other in self._residents.values() if common_length(other.ids, resident.ids) >= other.saved)
            self._store.write_states(resident.ids, {other.saved for other in others})

    def write_idle_states(self, busy: Collection[Hashable], seconds: float) -> None:
        """Do that for all chats that are not busy and have not been for so long; if that is all, off their paths too."""
        for resident in self._residents.values():
            if resident.owner not in busy and time.monotonic() - resident.used_at >= seconds:
                self.write_states(resident)
        if self._cache.memory.keeps_snapshots and not busy and not self.has_unwritten_states:  # turns that were taken back, other versions
            self._store.write_all_states()

    @property
    def has_unwritten_states(self) -> bool:
        """Tell whether a chat has a recurrent state in memory only."""
        return any(resident.has_unwritten_state for resident in self._residents.values())

    def cut(self, resident: Resident, length: int) -> None:
        """Drop what a resident has beyond length tokens, where its kind of memory can."""
        if self._cache.can_cut and length < len(resident.ids):
            self._cache.cut(resident.sequence, length)
            resident.ids = resident.ids[:length]

    def recover(self, resident: Resident, ids: TokenIds) -> None:
        """After an aborted decode, keep or bring back what can be had of ids."""
        if self._cache.memory.keeps_snapshots:  # a recurrent state has moved on and cannot go back
            self._cache.drop(resident.sequence)
            resident.ids, resident.saved = token_ids(), 0
            take_from_disk(self._entrance, resident, ids)
            resident.saved = self._store.lookup(resident.ids).node_tokens
        else:
            self._cache.cut(resident.sequence, len(resident.ids))

    def leave(self, owner: Hashable) -> None:
        """Take a chat out of the context."""
        if (resident := self._residents.get(owner)) is not None:
            self._take_out(resident)
            self._write_left()

    def leave_idle(self, busy: Collection[Hashable], *, even_unsaved: bool = False) -> bool:
        """Take out who is not busy and is stored to its end; return whether anybody left."""
        idle = [r for r in self._residents.values() if r.owner not in busy] if even_unsaved else self._stored(busy)
        for resident in idle:
            self._take_out(resident)
        self._write_left()
        return bool(idle)

    def repack_if_scattered(self) -> None:
        """Move all to the lowest cells where many below the highest used one are free."""
        if not self._cache.can_cut and len(self._residents) > 1:  # it cannot move those
            return
        taken = cells_of(r.ids for r in self._residents.values())
        if self._high - taken > max(taken, REPACK_CELLS):
            self._cache.repack({r.sequence: r.ids for r in self._residents.values()})
            self._high = taken

    def _lacks_room(self, ids: TokenIds) -> bool:
        return cells_of([*(r.ids for r in self._residents.values()), ids]) > self._cache.size

    def _take_out(self, resident: Resident) -> None:
        del self._residents[resident.owner]
        self._left.append(resident)
        self._cache.drop(resident.sequence)
        self._free.append(resident.sequence)
        if not self._residents:
            self._high = 0

    def _write_left(self) -> None:
        while self._left:
            self.write_states(self._left.pop())

    def _stored(self, busy: Collection[Hashable]) -> list[Resident]:
        """Return who is not busy and is stored to its end."""
        return [resident for resident in self._residents.values() if resident.owner not in busy and self._is_stored(resident)]

    def _is_stored(self, resident: Resident) -> bool:
        stored = self._store.lookup(resident.ids)
        return resident.saved == len(resident.ids) == (stored.node_tokens if self._cache.can_cut else stored.whole_tokens)

    def _others(self, owner: Hashable) -> list[Resident]:
        return [resident for resident in self._residents.values() if resident.owner != owner]

    def _new(self, owner: Hashable, ids: TokenIds, busy: Collection[Hashable]) -> Resident:
        if not self._free:
            idle = [r for r in self._residents.values() if r.owner not in busy]
            self._take_out(min(idle, key=lambda r: (common_length(r.ids, ids), r.used_at)))
        resident = self._residents[owner] = Resident(owner, self._free.pop(0))
        return resident
