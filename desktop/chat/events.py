"""What happens in chats, as data: the window draws from these alone."""

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from desktop.conversations.folder import Folder
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId
from desktop.system.cache_type import CacheType


class Activity(Enum):
    """What a chat is doing. Everything but IDLE can be stopped."""

    IDLE = auto()
    WAITING = auto()  # for the model to load, or for room in the context
    READING = auto()  # prefill
    REPLYING = auto()


class RereadReason(Enum):
    """Why tokens of a chat must be decoded that might have come from the KV cache."""

    FIRST_TIME = auto()
    OTHER_MODEL = auto()
    MODEL_FILE_CHANGED = auto()
    SETTING_CHANGED = auto()  # the cache type
    THINKING_CHANGED = auto()  # whether the chat reasons, or keeps its reasoning
    REMOVED = auto()  # to make room, or by hand
    DAMAGED = auto()
    EARLIER_MESSAGE_CHANGED = auto()
    STATE_NOT_KEPT = auto()  # a hybrid model's state was kept at an earlier message only
    UPDATED = auto()  # states saved by an earlier version do not restore any more


@dataclass(frozen=True, slots=True)
class ReadyAtOnce:
    """The whole chat is in the KV cache or was restored into it."""

    tokens: int
    seconds_saved: float
    restore_seconds: float


@dataclass(frozen=True, slots=True)
class ContinuesFrom:
    """A fork whose shared history is in the KV cache."""

    message_number: int  # from 1


@dataclass(frozen=True, slots=True)
class Reading:
    """Prefill is under way."""

    done: int  # tokens
    total: int  # tokens
    seconds_left: float | None
    reason: RereadReason | None  # None where only the new message is read


@dataclass(frozen=True, slots=True)
class NotReady:
    """Part of the chat must be read before the next reply; that starts when the person begins to write."""

    tokens: int
    seconds: float | None
    reason: RereadReason


@dataclass(frozen=True, slots=True)
class WaitingForRoom:
    """Other chats fill the context; this one goes on by itself."""


@dataclass(frozen=True, slots=True)
class GettingReady:
    """What the next message would have to wait for is being read in idle time."""

    seconds: float | None  # that it takes


Readiness = ReadyAtOnce | ContinuesFrom | Reading | NotReady | WaitingForRoom | GettingReady | None


class ModelPhase(Enum):
    """Where the one loaded model stands."""

    NONE = auto()
    LOADING = auto()
    READY = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class ModelState:
    """The model as the window shows it."""

    phase: ModelPhase
    path: Path | None = None
    name: str = ""
    device: str = ""  # "CPU, 2 threads", or the name of the GPU
    context_tokens: int = 0
    progress: float = 0.0  # 0 to 1 while loading
    can_toggle_thinking: bool = False  # its template can be told whether to reason
    has_whole_states_only: bool = False  # forks and saved chats cost a whole state each
    cache_type: CacheType = CacheType.F16
    error: str = ""  # a sentence, where phase is FAILED


@dataclass(frozen=True, slots=True)
class ConversationAdded:
    """A chat came into being."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class ConversationsAdded:
    """Many chats came into being at once."""

    conversations: tuple[Conversation, ...]


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """A chat's title, head or time changed."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class ConversationRemoved:
    """A chat went to the trash or was deleted."""

    conversation_id: ConversationId
    is_deleted: bool  # else it may come back


@dataclass(frozen=True, slots=True)
class FoldersChanged:
    """Folders came, went, or changed."""

    folders: tuple[Folder, ...]  # all, from the top


class Move(Enum):
    """Why a chat stands at another message."""

    TURNS = auto()  # turns were taken back or brought back, or it was rewound
    DELETED = auto()  # messages were deleted from one on
    ELSEWHERE = auto()  # another version was chosen, or another place in the tree


@dataclass(frozen=True, slots=True)
class HeadMoved:
    """A chat stands at another message; nothing is lost by that."""

    conversation: Conversation
    messages: tuple[Message, ...]  # the whole path, root first
    turns_taken_back: int  # by a command about turns; negative: brought back
    move: Move = Move.TURNS
    left_id: MessageId | None = None  # where it stood before


@dataclass(frozen=True, slots=True)
class MessageAdded:
    """A message was added at a chat's head; replies come with status STREAMING."""

    conversation_id: ConversationId
    message: Message


@dataclass(frozen=True, slots=True)
class ReplyExtended:
    """A streaming reply grew."""

    conversation_id: ConversationId
    message_id: MessageId
    start: int  # characters before it; who has more of the reply already shows only what is beyond that
    text: str  # what was appended; never half a character
    is_reasoning: bool = False  # it belongs to the reply's reasoning, not to its text; start counts that field's characters


@dataclass(frozen=True, slots=True)
class ReplyFinished:
    """A reply reached its final status."""

    conversation_id: ConversationId
    message: Message


@dataclass(frozen=True, slots=True)
class ActivityChanged:
    """A chat began or ended to do something."""

    conversation_id: ConversationId
    activity: Activity


@dataclass(frozen=True, slots=True)
class ReadinessChanged:
    """The line above a chat's composer changed."""

    conversation_id: ConversationId
    readiness: Readiness


@dataclass(frozen=True, slots=True)
class ContextChanged:
    """The tokens that a chat takes of the context changed."""

    conversation_id: ConversationId
    used: int  # tokens
    total: int  # tokens


@dataclass(frozen=True, slots=True)
class ModelChanged:
    """The loaded model changed, or its loading went on."""

    model: ModelState


@dataclass(frozen=True, slots=True)
class NoticeRaised:
    """Something failed that no message can show: a sentence for the window's notice bar."""

    sentence: str
    conversation_id: ConversationId | None = None


Event = (
    ConversationAdded
    | ConversationsAdded
    | ConversationChanged
    | ConversationRemoved
    | FoldersChanged
    | HeadMoved
    | MessageAdded
    | ReplyExtended
    | ReplyFinished
    | ActivityChanged
    | ReadinessChanged
    | ContextChanged
    | ModelChanged
    | NoticeRaised
)
