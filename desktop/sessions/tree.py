"""The prefix tree of KV segments: which token ranges are stored, and the longest stored prefix of a path. Pure.

A segment is an edge from one node to the next. Nodes are never split, so two edges that leave a node may begin with the
same ids, and a path can be covered in several ways; lookup considers all of them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from desktop.sessions.keys import NodeKey
from desktop.sessions.tokens import TokenIds, common_length


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """One stored token range."""

    start: NodeKey
    end: NodeKey
    ids: TokenIds
    size: int  # bytes of its KV


@dataclass(frozen=True, slots=True)
class StoredPrefix:
    """How far a path is stored: whole edges, then perhaps the beginning of one more."""

    edges: tuple[Edge, ...] = ()
    partial: Edge | None = None
    partial_tokens: int = 0  # how many of the partial edge's ids agree
    node_tokens: int = 0  # where the last node on the path is; the way to it may be another than edges

    @property
    def whole_tokens(self) -> int:
        """Return the tokens that whole edges cover."""
        return sum(len(edge.ids) for edge in self.edges)

    @property
    def tokens(self) -> int:
        """Return all tokens covered; a model that cannot drop a tail must stop at whole_tokens."""
        return self.whole_tokens + self.partial_tokens


class PrefixTree:
    """The edges of one context key. Not thread-safe."""

    def __init__(self, root: NodeKey) -> None:
        self._root = root
        self._from: defaultdict[NodeKey, dict[NodeKey, Edge]] = defaultdict(dict)

    def __iter__(self) -> Iterator[Edge]:
        return (edge for edges in self._from.values() for edge in edges.values())

    def __contains__(self, edge: Edge) -> bool:
        return self.find(edge.start, edge.end) is not None

    def find(self, start: NodeKey, end: NodeKey) -> Edge | None:
        """Return the edge between two nodes, if it is stored."""
        return self._from[start].get(end) if start in self._from else None

    def add(self, edge: Edge) -> None:
        """Add an edge; its start need not be reachable yet."""
        self._from[edge.start][edge.end] = edge

    def remove(self, edge: Edge) -> None:
        """Remove an edge. What follows it stays and is reachable again once the edge comes back."""
        edges = self._from.get(edge.start)
        if edges is not None and edges.pop(edge.end, None) is not None and not edges:
            del self._from[edge.start]

    def lookup(self, path: TokenIds) -> StoredPrefix:
        """Return the longest stored prefix of a path."""
        arrived: dict[int, tuple[NodeKey, Edge | None]] = {0: (self._root, None)}  # by tokens from the root
        pending = [0]
        longest_partial: tuple[int, int, Edge] | None = None  # tokens in all, where it begins, edge
        while pending:
            position = pending.pop()
            for edge in self._from.get(arrived[position][0], {}).values():
                count = len(edge.ids)
                if path[position : position + count] == edge.ids:
                    if position + count not in arrived:
                        arrived[position + count] = (edge.end, edge)
                        pending.append(position + count)
                else:
                    agreeing = common_length(path[position : position + count], edge.ids)
                    if agreeing and (longest_partial is None or position + agreeing > longest_partial[0]):
                        longest_partial = (position + agreeing, position, edge)
        furthest = max(arrived)
        if longest_partial is not None and longest_partial[0] > furthest:
            total, begin, partial = longest_partial
            return StoredPrefix(_way_to(begin, arrived), partial, total - begin, furthest)
        return StoredPrefix(_way_to(furthest, arrived), node_tokens=furthest)


def _way_to(position: int, arrived: dict[int, tuple[NodeKey, Edge | None]]) -> tuple[Edge, ...]:
    way: list[Edge] = []
    while (edge := arrived[position][1]) is not None:
        way.append(edge)
        position -= len(edge.ids)
    return tuple(reversed(way))
