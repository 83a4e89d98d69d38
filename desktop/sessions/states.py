"""Which states are worth their bytes, and what is in memory only. Pure.

A recurrent snapshot has 10 to 160 MB whatever its segment's length, so a chat cannot keep one for every message.
"""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from typing import Generic, TypeVar

from desktop.sessions.keys import ContextKey
from desktop.sessions.segment import BasePart, PartKey, StatePart

RECENT_BYTES = 1 << 30
NEWEST_KEPT = 2
DISTANCE_PER_GAP = 4  # an older state stays if the gap to the next newer one is at least its distance to the end over this

Part = TypeVar("Part", BasePart, StatePart)


def kept_positions(positions: Sequence[int], forced: Collection[int], window: int, end: int) -> set[int]:
    """Return at which positions of a path states are to be kept, of the ascending ones that have a state.

    Those are the newest two, the first (where a system prompt ends, which other chats begin with too), the forced ones, and
    older ones whose distances to the path's end grow geometrically. With each of them stay the states that entering there
    needs too: those at most window tokens before.
    """
    kept: list[int] = []
    for position in reversed(positions):
        is_forced = position in forced or position == positions[0] or len(kept) < NEWEST_KEPT
        if is_forced or (kept[-1] - position) * DISTANCE_PER_GAP >= end - position:
            kept.append(position)
    return {position for position in positions if any(0 <= at - position < max(window, 1) for at in kept)}


class PartsInMemory(Generic[Part]):
    """Parts of segments that have no file yet, oldest first. Not thread-safe."""

    def __init__(self) -> None:
        self._parts: OrderedDict[PartKey, Part] = OrderedDict()
        self._size = 0

    @property
    def size(self) -> int:
        """Return their bytes."""
        return self._size

    @property
    def oldest(self) -> PartKey:
        """Return the key of the one that was added first."""
        return next(iter(self._parts))

    def keys(self, context: ContextKey | None = None) -> list[PartKey]:
        """Return the keys, of one context or all, oldest first."""
        return [key for key in self._parts if context is None or key[0] == context]

    def get(self, key: PartKey) -> Part | None:
        """Return a part."""
        return self._parts.get(key)

    def add(self, part: Part) -> None:
        """Keep a part, as the newest."""
        self.pop(part.key)
        self._parts[part.key] = part
        self._size += len(part.kv)

    def pop(self, key: PartKey) -> Part | None:
        """Return a part and keep it no longer."""
        if (part := self._parts.pop(key, None)) is not None:
            self._size -= len(part.kv)
        return part
