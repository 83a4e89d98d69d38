"""A chat's tokens in the context."""

import time
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from desktop.sessions.tokens import TokenIds, common_length, token_ids


@dataclass(slots=True, eq=False)
class Resident:
    """A chat's tokens in the context."""

    owner: Hashable
    sequence: int
    ids: TokenIds = field(default_factory=token_ids)  # decoded or restored, in order
    saved: int = 0  # tokens up to the last node of the prefix tree on this path
    used_at: float = field(default_factory=time.monotonic)
    has_unwritten_state: bool = False  # a recurrent state in memory only


def cells_of(paths: Iterable[TokenIds]) -> int:
    """Return how many cells paths take together if they share what they have in common; they may take more."""
    seen: list[TokenIds] = []
    taken = 0
    for ids in paths:
        taken += len(ids) - max((common_length(ids, other) for other in seen), default=0)
        seen.append(ids)
    return taken
