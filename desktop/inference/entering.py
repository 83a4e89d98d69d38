"""How a chat's tokens get into the context without being decoded: from another sequence, or from disk.

Dense memory can be entered at any token. All other kinds can be entered at nodes of the prefix tree alone, where the state
that belongs to the end of a sequence was kept.
"""

import logging
from collections.abc import Collection
from typing import Protocol

from desktop.inference.errors import StateError
from desktop.inference.kv_cache import KvCache
from desktop.inference.resident import Resident
from desktop.sessions.segment import DamagedSegmentError, MissingSegmentError
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import TokenIds, common_length, token_ids
from desktop.sessions.tree import Edge

log = logging.getLogger(__name__)


class Entrance(Protocol):
    """The way into the context, for one kind of memory. Afterwards a resident's ids are a prefix of those wanted."""

    def known_tokens(self, ids: TokenIds, own: TokenIds, others: Collection[Resident]) -> int:
        """Return how many of ids need not be decoded by a resident that has its own tokens already."""
        ...

    def take_from_memory(self, resident: Resident, ids: TokenIds, others: Collection[Resident], spare: list[int]) -> bool:
        """Give a resident what it or another has of ids; return whether a stored state that this takes proved damaged.

        spare are sequences that nobody uses, to be exchanged with its own.
        """
        ...

    def restore(self, resident: Resident, ids: TokenIds) -> int:
        """Restore what memory lacks; return how many tokens came from disk.

        Raises DamagedSegmentError where a segment proved damaged and the rest must be looked up anew.
        """
        ...


def take_from_disk(entrance: Entrance, resident: Resident, ids: TokenIds) -> tuple[int, bool]:
    """Restore what memory lacks; return how many tokens came from disk, and whether a segment proved damaged."""
    from_disk, is_damaged = 0, False
    while True:
        before = len(resident.ids)
        try:
            return from_disk + entrance.restore(resident, ids), is_damaged
        except DamagedSegmentError as error:  # a missing one was removed to make room
            from_disk = max(0, from_disk + len(resident.ids) - before)  # what was restored before it stays
            is_damaged |= not isinstance(error, MissingSegmentError)


class TokenEntrance:
    """Dense memory: entered at any token."""

    def __init__(self, cache: KvCache, store: SegmentStore) -> None:
        self._cache, self._store = cache, store

    def known_tokens(self, ids: TokenIds, own: TokenIds, others: Collection[Resident]) -> int:
        """See Entrance."""
        in_memory = max((common_length(known, ids) for known in (own, *(other.ids for other in others))), default=0)
        return max(in_memory, self._store.lookup(ids).tokens)

    def take_from_memory(self, resident: Resident, ids: TokenIds, others: Collection[Resident], spare: list[int]) -> bool:
        """See Entrance."""
        own = common_length(resident.ids, ids)
        best = max((resident, *others), key=lambda other: common_length(other.ids, ids))
        if (common := common_length(best.ids, ids)) > own:
            self._cache.share(best.sequence, resident.sequence, common)
            resident.ids = ids[:common]
        elif own < len(resident.ids):
            self._cut(resident, own)
        return False

    def restore(self, resident: Resident, ids: TokenIds) -> int:
        """See Entrance."""
        stored, in_memory = self._store.lookup(ids), len(resident.ids)
        if stored.tokens <= in_memory:
            return 0
        begin, missing = 0, list[tuple[int, Edge]]()
        for edge in (*stored.edges, *([stored.partial] if stored.partial else [])):
            if begin + len(edge.ids) > len(resident.ids) or missing:
                missing.append((begin, edge))
            begin += len(edge.ids)
        self._cut(resident, missing[0][0])
        for start, edge in missing:
            try:
                self._cache.restore(resident.sequence, self._store.load(edge).blob)
            except StateError:  # not enough cells
                log.warning("a verified segment was not restored; its tokens are read again")
                break
            if self._cache.length(resident.sequence) != start + len(edge.ids):
                self._cache.cut(resident.sequence, start)
                _reject(self._store, edge)
            resident.ids.extend(edge.ids)
        self._cut(resident, stored.tokens)
        return max(0, len(resident.ids) - in_memory)

    def _cut(self, resident: Resident, length: int) -> None:
        if length < len(resident.ids):
            self._cache.cut(resident.sequence, length)
            resident.ids = resident.ids[:length]


class NodeEntrance:
    """Memory with windows or recurrent states: entered where one was kept, or gone on with where it stands."""

    def __init__(self, cache: KvCache, store: SegmentStore) -> None:
        self._cache, self._store = cache, store

    def known_tokens(self, ids: TokenIds, own: TokenIds, others: Collection[Resident]) -> int:
        """See Entrance."""
        return max(self._store.lookup(ids).whole_tokens, len(own) if ids[: len(own)] == own else 0)

    def take_from_memory(self, resident: Resident, ids: TokenIds, others: Collection[Resident], spare: list[int]) -> bool:
        """See Entrance."""
        stored = self._store.lookup(ids)
        length = stored.whole_tokens
        own = common_length(resident.ids, ids)
        if own == len(resident.ids) and own >= length:
            return False
        donor = next((other for other in others if common_length(other.ids, ids) >= length), None)
        is_forked = is_damaged = False
        try:
            if length and donor is not None:
                is_forked = self._fork(donor.sequence, resident, ids, stored.edges)
            elif length and own >= length and spare:
                before, resident.sequence = resident.sequence, spare.pop()
                try:
                    is_forked = self._fork(before, resident, ids, stored.edges)
                finally:
                    self._cache.drop(before)
                    spare.append(before)
        except DamagedSegmentError as error:
            is_damaged = not isinstance(error, MissingSegmentError)
        if not is_forked:
            self._reset(resident)
        return is_damaged

    def restore(self, resident: Resident, ids: TokenIds) -> int:
        """See Entrance."""
        stored = self._store.lookup(ids)
        if stored.whole_tokens <= len(resident.ids):
            return 0
        self._reset(resident)
        try:
            for edge, needs_state in zip(stored.edges, self._needed(stored.edges), strict=True):
                if needs_state or not self._has_whole_states:
                    tail = None if needs_state and not self._cache.memory.has_state_in_base else self._cache.no_state
                    self._cache.restore(resident.sequence, self._store.load(edge, tail=tail).blob)
        except DamagedSegmentError:
            self._reset(resident)
            raise
        except StateError:
            log.warning("a verified segment was not restored; its tokens are read again")
            self._reset(resident)
            return 0
        if not self._arrived(resident, ids, stored.whole_tokens):
            _reject(self._store, stored.edges[-1])
        return stored.whole_tokens

    @property
    def _has_whole_states(self) -> bool:
        return self._cache.memory.has_whole_states

    def _fork(self, source: int, resident: Resident, ids: TokenIds, edges: tuple[Edge, ...]) -> bool:
        """Make a resident the prefix of a sequence that edges cover; return whether that worked. Raises DamagedSegmentError."""
        if self._has_whole_states:  # nothing can be shared; their states come from the store's memory or from disk
            return False
        length = sum(len(edge.ids) for edge in edges)
        self._cache.share(source, resident.sequence, length)
        is_first = True
        try:
            for edge, needs_state in zip(edges, self._needed(edges), strict=True):
                if needs_state:
                    self._cache.enter_state(resident.sequence, self._store.load_state(edge), is_first=is_first)
                    is_first = False
        except StateError as error:
            log.info("not forked in memory: %s", error)
            return False
        return self._arrived(resident, ids, length)

    def _needed(self, edges: tuple[Edge, ...]) -> list[bool]:
        """Tell which edges' states a sequence needs that ends with the last of them."""
        needed, after = list[bool](), 0
        for edge in reversed(edges):
            needed.append(after < max(self._cache.memory.window, 1))
            after += len(edge.ids)
        return needed[::-1]

    def _arrived(self, resident: Resident, ids: TokenIds, length: int) -> bool:
        if self._cache.length(resident.sequence) != length:
            self._reset(resident)
            return False
        resident.ids = ids[:length]
        return True

    def _reset(self, resident: Resident) -> None:
        self._cache.drop(resident.sequence)
        resident.ids, resident.saved = token_ids(), 0


def _reject(store: SegmentStore, edge: Edge) -> None:
    reason = "its KV has other tokens than its ids"
    store.reject(edge, reason)
    raise DamagedSegmentError(reason)
