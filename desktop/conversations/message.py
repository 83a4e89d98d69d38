"""The data of conversations: immutable messages in a tree, and chats that each name one leaf of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from desktop.conversations.preset import PresetId
from desktop.conversations.setup import USUAL, Sampling, Setup

ConversationId = NewType("ConversationId", int)
MessageId = NewType("MessageId", int)
FolderId = NewType("FolderId", int)

FIRST_TEMPORARY = 1 << 52  # chats and messages that are never stored are numbered from here


def is_temporary(own_id: ConversationId | MessageId) -> bool:
    """Tell by its number whether a chat or a message is kept in memory only."""
    return own_id >= FIRST_TEMPORARY


class Role(StrEnum):
    """Who wrote a message. System prompts belong to the conversation, not to the tree."""

    USER = "user"
    ASSISTANT = "assistant"


class Status(StrEnum):
    """How far a message came. All but STREAMING are final."""

    COMPLETE = "complete"
    STREAMING = "streaming"
    STOPPED = "stopped"  # by the person
    INTERRUPTED = "interrupted"  # the application ended while the reply was streaming
    CUT = "cut"  # the context was full
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReplyStats:
    """What a reply cost. Tokens are counts, durations are seconds."""

    tokens_restored: int  # prompt tokens that came from the KV cache, in memory or on disk
    tokens_read: int  # prompt tokens that were decoded
    reading_seconds: float
    tokens_written: int
    writing_seconds: float
    thinking_seconds: float = 0.0  # before the answer began, those of a reply that it continues included


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the tree; the same object may stand in many chats."""

    id: MessageId
    parent_id: MessageId | None
    role: Role
    text: str
    status: Status
    created_at: datetime  # UTC
    reasoning: str = ""
    model: str = ""  # name of the model that wrote it; empty for a person's
    seed: int | None = None
    stats: ReplyStats | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A chat: a title and the leaf of the message tree at which it stands."""

    id: ConversationId
    title: str
    head_id: MessageId | None
    began_on: date  # the date its prompts show; forks inherit it
    created_at: datetime  # UTC
    updated_at: datetime  # UTC, last message
    system_prompt: str = ""
    draft: str = ""
    forked_from_id: ConversationId | None = None
    forked_at_id: MessageId | None = None  # the last message shared with the chat it was forked from
    redo_id: MessageId | None = None  # where it stood before turns were taken back
    thinking: bool | None = None  # whether the model is told to reason; None: as its template does by itself
    keeps_reasoning: bool = False  # reasoning stays in the context, so that nothing is computed again
    is_plain: bool = False  # text is fed as it is, without a chat template
    is_kept_ready: bool = False  # its saved states are never removed to make room
    trashed_at: datetime | None = None  # UTC
    model: str = ""  # name of the model that wrote last in it, or that the person chose to go on with; empty: none yet
    sampling: Sampling = USUAL  # of its replies
    is_title_chosen: bool = False  # by the person
    is_pinned: bool = False  # stands before all others in the list
    folder_id: FolderId | None = None
    is_folded: bool = False  # its forks are not listed
    context_start_id: MessageId | None = None  # from where the model reads it, while that is on the way to the head; None: the first
    preset_id: PresetId | None = None  # what it was given, as long as nothing of it was changed by hand

    @property
    def is_temporary(self) -> bool:
        """Tell whether it is kept in memory only, and gone once it is closed."""
        return is_temporary(self.id)

    @property
    def setup(self) -> Setup:
        """Return how its replies are asked for and written."""
        return Setup(self.system_prompt, self.sampling, self.thinking)
