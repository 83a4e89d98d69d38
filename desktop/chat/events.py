"""What happens in chats, as data: the window draws from these alone."""

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from desktop.chat.context_choice import USUAL, ContextChoice
from desktop.conversations.folder import Folder
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId
from desktop.conversations.preset import Preset
from desktop.models.download import Download
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
    PROMPT_CHANGED = auto()  # the system prompt
    REMOVED = auto()  # to make room, or by hand
    DAMAGED = auto()
    EARLIER_MESSAGE_CHANGED = auto()
    STATE_NOT_KEPT = auto()  # a hybrid model's state was kept at an earlier message only
    TEMPORARY = auto()  # nothing of a temporary chat is stored
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
    UNLOADED = auto()  # its memory is free, and it comes back with the next message


@dataclass(frozen=True, slots=True)
class ModelState:
    """The model as the window shows it."""

    phase: ModelPhase
    path: Path | None = None
    name: str = ""
    device: str = ""  # "CPU, 2 threads", or the name of the GPU
    context_tokens: int = 0
    progress: float = 0.0  # 0 to 1 while loading
    detail: str = ""  # what is done first, before there is any progress
    can_toggle_thinking: bool = False  # its template can be told whether to reason
    trained_tokens: int = 0  # the longest context that the model is made for; 0: its file does not say
    has_whole_states_only: bool = False  # forks and saved chats cost a whole state each
    cache_type: CacheType = CacheType.F16
    chosen_tokens: int | None = None  # the length of context that the person chose; None: the usual
    layers: int = 0
    gpu_layers: int = 0  # of all layers, that lie on the GPU
    chosen_gpu_layers: int | None = None  # that the person chose; None: as many as fit
    is_guide: bool = False  # it is the one that comes with Rivulet
    error: str = ""  # a sentence, where phase is FAILED
    refused: "RefusedModel | None" = None  # where the last one that was asked for seems too large; the phase is that of the one before

    @property
    def can_load_anyway(self) -> bool:
        """Tell whether what was refused may be loaded all the same."""
        return self.refused is not None


@dataclass(frozen=True, slots=True)
class RefusedModel:
    """A model that was not loaded because it seems to take more memory than there is."""

    path: Path
    name: str
    error: str  # a sentence
    fitting_tokens: int | None  # the longest context that would fit; None: not even the shortest
    choice: ContextChoice = USUAL  # as it was asked for


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


@dataclass(frozen=True, slots=True)
class PresetsChanged:
    """Presets came, went, or changed."""

    presets: tuple[Preset, ...]  # all, by their names


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
class LibraryChanged:
    """The model files there are, or what is known of them, changed."""


@dataclass(frozen=True, slots=True)
class DownloadsChanged:
    """Downloads went on, came or ended."""

    downloads: tuple[Download, ...]


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
    | PresetsChanged
    | HeadMoved
    | MessageAdded
    | ReplyExtended
    | ReplyFinished
    | ActivityChanged
    | ReadinessChanged
    | ContextChanged
    | ModelChanged
    | LibraryChanged
    | DownloadsChanged
    | NoticeRaised
)
