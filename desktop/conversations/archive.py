"""Chats as they leave this computer and come from another: whole trees of messages, and the chats that stand in them.

A tree holds all that some chats have made or visited. Messages are numbered from 0 in the order in which they were made, so that
a parent comes before its children, and nothing of the database's own numbers leaves it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from desktop.conversations.kv_records import KvContext, TokenForm
from desktop.conversations.message import ReplyStats, Role, Status
from desktop.conversations.setup import USUAL, Sampling
from desktop.system.errors import RivuletError
from desktop.system.words import say


class DamagedArchiveError(RivuletError):
    """What should be imported is no exported chat, or damaged; nothing was imported."""

    def __init__(self, why: str) -> None:
        super().__init__(say("This is no chat that can be imported: {why}. Nothing was imported.", why=why))


class TooLargeToExportError(RivuletError):
    """A chat is larger than an import would accept."""

    def __init__(self) -> None:
        super().__init__(say("This chat is too large to be exported. It is kept as it is."))


class ChangedWhileExportedError(RivuletError):
    """A chat was deleted while it was being exported."""

    def __init__(self) -> None:
        super().__init__(say("A chat was deleted while it was being exported, so no file was written. Export again."))


@dataclass(frozen=True, slots=True)
class ArchivedMessage:
    """One message, its parent named by number."""

    parent: int | None
    role: Role
    text: str
    status: Status
    created_at: datetime  # UTC
    reasoning: str = ""
    model: str = ""
    seed: int | None = None
    stats: ReplyStats | None = None


@dataclass(frozen=True, slots=True)
class ArchivedEdit:
    """What was being written in place of a message."""

    message: int
    text: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class ArchivedChat:
    """A chat and which messages of its tree it has: its ends and all that leads to them."""

    title: str
    system_prompt: str
    began_on: date
    created_at: datetime  # UTC
    updated_at: datetime  # UTC
    thinking: bool | None
    keeps_reasoning: bool
    is_plain: bool
    head: int | None  # the message at which it stands
    ends: tuple[int, ...] = ()  # those of its messages that no other one of them follows
    model: str = ""
    sampling: Sampling = USUAL
    redo: int | None = None
    forked_from: int | None = None  # a chat of the tree that comes before it, counted from 0
    forked_at: int | None = None
    visited: tuple[int, ...] = ()  # which it did not make
    draft: str = ""
    edits: tuple[ArchivedEdit, ...] = ()
    is_kept_ready: bool = False
    trashed_at: datetime | None = None  # UTC
    context_start: int | None = None  # the message from which the model reads it
    is_title_chosen: bool = False
    is_pinned: bool = False
    folder: str | None = None  # the name of the one that it was put into


@dataclass(frozen=True, slots=True)
class ArchivedTree:
    """Messages, and the chats that have them; every message belongs to one at least."""

    messages: tuple[ArchivedMessage, ...]
    chats: tuple[ArchivedChat, ...]


@dataclass(frozen=True, slots=True)
class ArchivedTokens:
    """The exact tokens of a reply."""

    message: int
    vocabulary: str
    form: TokenForm
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ArchivedNode:
    """The newest node of the KV cache on the path to a message."""

    message: int
    context_key: bytes
    form: TokenForm
    end_key: bytes
    start: int | None = None  # the message with which the path begins; None: the first


@dataclass(frozen=True, slots=True)
class ArchivedRecords:
    """What the database knows of a chat's KV cache."""

    tokens: tuple[ArchivedTokens, ...] = ()
    nodes: tuple[ArchivedNode, ...] = ()
    contexts: tuple[KvContext, ...] = ()


def members(ends: Iterable[int], messages: Sequence[ArchivedMessage]) -> set[int]:
    """Return the numbers of some messages and of all that lead to them."""
    found = set[int]()
    for end in ends:
        number: int | None = end
        while number is not None and number not in found:
            found.add(number)
            number = messages[number].parent
    return found


def leaves(messages: Sequence[ArchivedMessage]) -> tuple[int, ...]:
    """Return the numbers of the messages that none follows."""
    followed = {message.parent for message in messages}
    return tuple(number for number in range(len(messages)) if number not in followed)
