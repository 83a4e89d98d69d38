"""The numbers that panels show: of one session, of the disk, of cache types."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from desktop.system.cache_type import CacheType


class SessionState(StrEnum):
    """Where one opening of a chat stands. The last two are final."""

    CREATED = "created"
    ACTIVE = "active"
    CLOSED = "closed"
    EXPIRED = "expired"  # evicted, or past its time to live


TRASH_DAYS = 30  # that a chat stays in the trash before it is deleted by itself


@dataclass(frozen=True, slots=True)
class SessionNumbers:
    """One opening of a chat, as numbers. Times are UTC, tokens are counts."""

    id: UUID
    state: SessionState
    model: str  # name; empty before one was used
    created_at: datetime
    closed_at: datetime | None
    expired_at: datetime | None
    rounds: int  # replies
    tokens_decoded: int
    tokens_restored: int  # from memory and disk, that need not be decoded
    seconds_saved: float  # by those
    saved_bytes: int  # of the chat's states on the disk, shared ones included
    shared_bytes: int  # of these, that other chats use too


@dataclass(frozen=True, slots=True)
class StorageNumbers:
    """What saved states take of the disk, in bytes."""

    used: int
    budget: int
    default_budget: int
    pinned: int  # of used: by open chats and those always kept ready
    segments: int  # count
    set_aside: int  # files that were damaged or foreign
    is_saving: bool  # False: the disk is full, or all of the budget is held by open chats


@dataclass(frozen=True, slots=True)
class CacheCost:
    """What a cache type costs."""

    cache_type: CacheType
    bytes_per_1000_tokens: int
    is_present: bool


@dataclass(frozen=True, slots=True)
class SetupCost:
    """What a setup takes. Tokens are counts."""

    tokens: int  # of the system prompt
    unread: int  # of the chat, that would have to be read before its next reply
    seconds: float | None  # that this takes; None: not known
    context_tokens: int  # that there are for all of it
