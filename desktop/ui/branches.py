"""The colour and letter that a chat has among its forks."""

from enum import Enum


class Branch(Enum):
    """A chat's place among the chats of its tree; given in turn, repeated after four."""

    A = 0
    B = 1
    C = 2
    D = 3

    @classmethod
    def nth(cls, index: int) -> "Branch":
        """Return the branch of the chat that came into being as number index (from 0) of its tree."""
        return cls(index % len(cls))
