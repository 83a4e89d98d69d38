"""The prefix tree of KV segments: which token ranges are stored, and how far a path can be entered. Pure.

A segment is an edge from one node to the next. Nodes are never split, so two edges that leave a node may begin with the
same ids, and a path can be covered in several ways; lookup considers all of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from desktop.sessions.keys import NodeKey
from desktop.sessions.segment import base_file_bytes, state_file_bytes
from desktop.sessions.tokens import TokenIds, common_length


@dataclass(frozen=True, slots=True)
class EntryRule:
    """Where a model can enter a stored path, which its kind of memory decides.

    window None: at any token. Else at a node, if each edge of the way to it that ends less than max(window, 1) tokens before
    the node has a state: with 0 the last edge alone.
    """

    ANYWHERE: ClassVar["EntryRule"]

    window: int | None

    def needs_state(self, tokens_before: int) -> bool:
        """Tell whether an edge that ends so many tokens before a node must have a state for the node to be entered."""
        return self.window is not None and tokens_before < max(self.window, 1)


EntryRule.ANYWHERE = EntryRule(None)


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """One stored token range."""

    start: NodeKey
    end: NodeKey
    ids: TokenIds
    base_bytes: int = 0
    state_bytes: int = 0  # 0: no state is kept
    seconds: float = 0.0  # that reading its tokens takes; 0: unknown
    window: int = 0  # tokens that states up to its end must cover, for the end to be entered
    is_base_held: bool = False  # the base is in memory only: the disk is full
    is_state_recent: bool = False  # the state is in memory only, so far
    used_at: float = 0.0  # seconds since 1970
    state_used_at: float = 0.0
    number: int = 0  # saved later than those with smaller ones; 0: by an earlier process

    @property
    def size(self) -> int:
        """Return the bytes of KV."""
        return self.base_bytes + self.state_bytes

    @property
    def state_file_bytes(self) -> int:
        """Return what its state takes of the disk."""
        return state_file_bytes(self.state_bytes) if self.state_bytes and not self.is_state_recent else 0

    @property
    def file_bytes(self) -> int:
        """Return what it takes of the disk."""
        base = 0 if self.is_base_held else base_file_bytes(len(self.ids), self.base_bytes)
        return base + self.state_file_bytes

    def without_state(self) -> "Edge":
        """Return the edge as it is once its state is gone."""
        return replace(self, state_bytes=0, window=0, is_state_recent=False, state_used_at=0.0)


@dataclass(frozen=True, slots=True)
class StoredPrefix:
    """How far a path is stored: whole edges, then perhaps the beginning of one more."""

    edges: tuple[Edge, ...] = ()  # the way to the furthest node that can be entered
    partial: Edge | None = None  # only where any token can be entered
    partial_tokens: int = 0  # how many of the partial edge's ids agree
    node_tokens: int = 0  # where the last node on the path is, entered or not; the way to it may be another than edges

    @property
    def whole_tokens(self) -> int:
        """Return the tokens that whole edges cover."""
        return sum(len(edge.ids) for edge in self.edges)

    @property
    def tokens(self) -> int:
        """Return all tokens covered."""
        return self.whole_tokens + self.partial_tokens


@dataclass(frozen=True, slots=True)
class PlacedEdge:
    """An edge that lies on a path."""

    start: int  # tokens from the root
    edge: Edge

    @property
    def end(self) -> int:
        """Return where it ends, in tokens from the root."""
        return self.start + len(self.edge.ids)


class PrefixTree:
    """The edges of one context key. Not thread-safe."""

    def __init__(self, root: NodeKey) -> None:
        self._root = root
        self._from: defaultdict[NodeKey, dict[NodeKey, Edge]] = defaultdict(dict)
        self._to: defaultdict[NodeKey, dict[NodeKey, Edge]] = defaultdict(dict)
        self._count = 0
        self._file_bytes = 0

    def __iter__(self) -> Iterator[Edge]:
        return (edge for edges in self._from.values() for edge in edges.values())

    def __len__(self) -> int:
        return self._count

    @property
    def file_bytes(self) -> int:
        """Return what its edges take of the disk."""
        return self._file_bytes

    def find(self, start: NodeKey, end: NodeKey) -> Edge | None:
        """Return the edge between two nodes, if it is stored."""
        return self._from[start].get(end) if start in self._from else None

    def holds_node(self, node: NodeKey) -> bool:
        """Tell whether any edge leads to a node."""
        return node in self._to

    def edges_from(self, node: NodeKey) -> Collection[Edge]:
        """Return the edges that leave a node."""
        return self._from[node].values() if node in self._from else ()

    def add(self, edge: Edge) -> None:
        """Add an edge, or put it in the place of what was known of it; its start need not be reachable yet."""
        self.remove(edge)
        self._from[edge.start][edge.end] = edge
        self._to[edge.end][edge.start] = edge
        self._count += 1
        self._file_bytes += edge.file_bytes

    def remove(self, edge: Edge) -> None:
        """Remove an edge. What follows it stays and is reachable again once the edge comes back."""
        if (known := self.find(edge.start, edge.end)) is None:
            return
        for index, near, far in ((self._from, edge.start, edge.end), (self._to, edge.end, edge.start)):
            del index[near][far]
            if not index[near]:
                del index[near]
        self._count -= 1
        self._file_bytes -= known.file_bytes

    def branches_at(self, node: NodeKey) -> bool:
        """Tell whether paths part at a node; edges that only end at different places of one path are no branches."""
        edges = sorted(self.edges_from(node), key=lambda edge: len(edge.ids))
        return any(common_length(edge.ids, edges[-1].ids) < len(edge.ids) for edge in edges[:-1])

    def way_through(self, edge: Edge) -> list[PlacedEdge]:
        """Return a way from the root, or from wherever an edge is reached, through it to where its newest descendants lead."""
        back, seen = [edge], {edge.start}
        while before := [other for other in self._to.get(back[-1].start, {}).values() if other.start not in seen]:
            back.append(before[0])
            seen.add(before[0].start)
        way = back[::-1]
        while after := [other for other in self.edges_from(way[-1].end) if other.end not in seen]:
            way.append(max(after, key=lambda other: other.number))
            seen.add(way[-1].end)
        placed, position = [], 0
        for each in way:
            placed.append(PlacedEdge(position, each))
            position += len(each.ids)
        return placed

    def ways_to(self, nodes: Iterable[NodeKey]) -> set[Edge]:
        """Return every edge that lies on a way to one of the nodes, from wherever it comes."""
        found: set[Edge] = set()
        pending = list(nodes)
        while pending:
            for edge in self._to[node].values() if (node := pending.pop()) in self._to else ():
                if edge not in found:
                    found.add(edge)
                    pending.append(edge.start)
        return found

    def way_to(self, node: NodeKey) -> list[Edge] | None:
        """Return a way from the root to a node; None where there is none."""
        ahead: dict[NodeKey, Edge | None] = {node: None}  # for each node found, the edge that leads on from it
        pending = [node]
        while pending and self._root not in ahead:
            for edge in self._to.get(pending.pop(), {}).values():
                if edge.start not in ahead:
                    ahead[edge.start] = edge
                    pending.append(edge.start)
        if self._root not in ahead:
            return None
        way: list[Edge] = []
        while (following := ahead[way[-1].end if way else self._root]) is not None:
            way.append(following)
        return way

    def along(self, path: TokenIds) -> list[PlacedEdge]:
        """Return every edge that lies on a path as a whole and can be reached from the root, ascending by end."""
        return sorted((placed for edges in self._search(path)[0].values() for placed in edges), key=lambda placed: placed.end)

    def lookup(self, path: TokenIds, entry: EntryRule = EntryRule.ANYWHERE) -> StoredPrefix:
        """Return the furthest place of a path that can be entered."""
        into, partial = self._search(path)
        furthest = max(into, default=0)
        if entry.window is not None:
            return StoredPrefix(_entered_way(into, entry), node_tokens=furthest)
        if partial is not None and (end := partial.start + common_length(path[partial.start : partial.end], partial.edge.ids)) > furthest:
            return StoredPrefix(_any_way(partial.start, into), partial.edge, end - partial.start, furthest)
        return StoredPrefix(_any_way(furthest, into), node_tokens=furthest)

    def _search(self, path: TokenIds) -> tuple[dict[int, list[PlacedEdge]], PlacedEdge | None]:
        """Return the edges on a path by where they end, and the one whose beginning alone lies on it and reaches furthest."""
        into: dict[int, list[PlacedEdge]] = {}
        partial: PlacedEdge | None = None
        reached = 0  # by that one
        pending = [(0, self._root)]
        while pending:
            position, node = pending.pop()
            for edge in self.edges_from(node):
                placed = PlacedEdge(position, edge)
                if path[position : placed.end] == edge.ids:
                    if placed.end not in into:
                        into[placed.end] = []
                        pending.append((placed.end, edge.end))
                    into[placed.end].append(placed)
                elif (agreeing := common_length(path[position : placed.end], edge.ids)) and position + agreeing > reached:
                    partial, reached = placed, position + agreeing
        return into, partial


def _any_way(position: int, into: dict[int, list[PlacedEdge]]) -> tuple[Edge, ...]:
    way: list[Edge] = []
    while position:
        placed = into[position][0]
        way.append(placed.edge)
        position = placed.start
    return tuple(reversed(way))


def _entered_way(into: dict[int, list[PlacedEdge]], entry: EntryRule) -> tuple[Edge, ...]:
    back = {0: 0}  # for each place, the furthest one before it from where states cover all up to it
    for position in sorted(into):
        back[position] = min((back[placed.start] for placed in into[position] if placed.edge.state_bytes), default=position)
    entered = max(at for at, covered in back.items() if not covered or not entry.needs_state(at - covered))
    way: list[Edge] = []
    position = entered
    while position and entry.needs_state(entered - position):
        placed = min((placed for placed in into[position] if placed.edge.state_bytes), key=lambda placed: back[placed.start])
        way.append(placed.edge)
        position = placed.start
    return (*_any_way(position, into), *reversed(way))
