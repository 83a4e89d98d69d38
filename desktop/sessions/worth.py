"""What is to go first where room is needed. Pure.

Leaves go, and states at inner nodes, which serve those only that go back there: least worth first. Where a leaf went, the
edge before it may have become one.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from desktop.sessions.keys import ContextKey, NodeKey
from desktop.sessions.tree import Edge

WEEK = 7 * 24 * 3600.0
UNKNOWN_SECONDS = 0.005  # a token; a guess for edges that do not know


@dataclass(frozen=True, slots=True, eq=False)
class Evictable:
    """The edges of one context key."""

    context: ContextKey
    edges: Collection[Edge]
    kept: Collection[Edge]  # of these, those that may not go
    is_stale: bool  # all of it goes before anything of other contexts
    lasting: Collection[Edge] = ()  # those that go after all others


@dataclass(frozen=True, slots=True, eq=False)
class Victim:
    """An edge that goes, or its state alone."""

    context: ContextKey
    edge: Edge  # as it was at first; its state may have gone before
    is_state_alone: bool


def least_worth(evictables: Iterable[Evictable], now: float) -> Iterator[Victim]:
    """Yield what is to go, the least worth first, as long as whoever asks lets each of them go."""
    order = count()
    queue: list[tuple[int, float, int, _Grove, Edge, bool]] = []
    for evictable in evictables:
        grove = _Grove(evictable)
        queue += [(grove.rank(edge), value, next(order), grove, edge, alone) for value, edge, alone in grove.candidates(now)]
    heapq.heapify(queue)
    while queue:
        _, _, _, grove, edge, is_state_alone = heapq.heappop(queue)
        if not grove.remove(edge, is_state_alone=is_state_alone):
            continue
        yield Victim(grove.context, edge, is_state_alone)
        for before in grove.edges_to(edge.start):
            for value, _, alone in grove.candidates_of(before, now):
                heapq.heappush(queue, (grove.rank(before), value, next(order), grove, before, alone))


def worth(seconds: float, size: int, used_at: float, now: float) -> float:
    """Return the seconds saved per byte, halved for each week since the last use."""
    return seconds / max(size, 1) * math.exp2(-max(0.0, now - used_at) / WEEK)


class _Grove:
    """What is left of a context's edges while some go."""

    def __init__(self, evictable: Evictable) -> None:
        self.context = evictable.context
        self._kept = evictable.kept
        self._edges = evictable.edges
        self._is_stale = evictable.is_stale
        self._lasting = evictable.lasting
        self._to: defaultdict[NodeKey, list[Edge]] = defaultdict(list)
        self._from: defaultdict[NodeKey, set[Edge]] = defaultdict(set)
        self._gone: set[Edge] = set()
        self._without_state: set[Edge] = set()
        for edge in evictable.edges:
            self._to[edge.end].append(edge)
            self._from[edge.start].add(edge)

    def rank(self, edge: Edge) -> int:
        """Return when an edge's turn comes: what is stale first, what lasts at the end."""
        return 0 if self._is_stale else 2 if edge in self._lasting else 1

    def edges_to(self, node: NodeKey) -> list[Edge]:
        return [edge for edge in self._to.get(node, ()) if edge not in self._gone]

    def candidates(self, now: float) -> Iterator[tuple[float, Edge, bool]]:
        for edge in self._edges:
            yield from self.candidates_of(edge, now)

    def candidates_of(self, edge: Edge, now: float) -> Iterator[tuple[float, Edge, bool]]:
        if edge in self._kept:
            return
        seconds = edge.seconds or len(edge.ids) * UNKNOWN_SECONDS
        if not self._from.get(edge.end):
            size = edge.file_bytes - (edge.state_file_bytes if edge in self._without_state else 0)
            yield worth(seconds, size, max(edge.used_at, edge.state_used_at), now), edge, False
        elif self._is_state_spare(edge):
            yield worth(seconds, edge.state_file_bytes, edge.state_used_at, now), edge, True

    def remove(self, edge: Edge, *, is_state_alone: bool) -> bool:
        """Let an edge or its state go, if that is still possible."""
        if edge in self._gone:
            return False
        if is_state_alone:
            if not self._from.get(edge.end) or not self._is_state_spare(edge):
                return False
            self._without_state.add(edge)
        else:
            self._gone.add(edge)
            self._from[edge.start].discard(edge)
        return True

    def _is_state_spare(self, edge: Edge) -> bool:
        """Tell whether an edge has a state on the disk that no node behind it needs."""
        return bool(edge.state_file_bytes) and edge not in self._without_state and not self._is_needed(edge.end)

    def _is_needed(self, node: NodeKey) -> bool:
        followers = (edge for edge in self._from.get(node, ()) if edge.state_bytes and edge not in self._without_state)
        return any(len(edge.ids) < edge.window for edge in followers)
