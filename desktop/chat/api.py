"""What the window may ask of chats: the Protocol between ui/ and chat/."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from desktop.chat.context_ways import ContextWays
from desktop.chat.course import Course
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ModelState, Readiness
from desktop.chat.imported import Imported
from desktop.chat.message_size import MessageSize
from desktop.chat.models_api import Loading, Models
from desktop.chat.numbers import CacheCost, SessionNumbers, SetupCost, StorageNumbers
from desktop.chat.other_model import OtherModel
from desktop.conversations.chat_tree import ChatTree
from desktop.conversations.edits import Edit
from desktop.conversations.folder import Folder
from desktop.conversations.message import Conversation, ConversationId, FolderId, Message, MessageId
from desktop.conversations.preset import Preset, PresetId
from desktop.conversations.search import SearchQuery, SearchResults
from desktop.conversations.setup import Sampling, Setup
from desktop.conversations.written import Attachment, Written
from desktop.system.cache_type import CacheType


class Organising(Protocol):
    """How the person orders their chats. What is changed is told as events; coroutines raise RivuletError."""

    async def folders(self) -> list[Folder]:
        """Return all folders from the top."""
        ...

    async def set_pinned(self, conversation_id: ConversationId, is_pinned: bool) -> None:
        """Let a chat, with the forks that stand under it, stand before all others, or not."""
        ...

    async def set_folded(self, conversation_id: ConversationId, is_folded: bool) -> None:
        """Keep a chat's forks out of the list, or not."""
        ...

    async def move(self, conversation_id: ConversationId, folder_id: FolderId | None) -> None:
        """Put a chat, with the forks that stand under it, into a folder; None: back to where it stands by itself."""
        ...

    async def add_folder(self) -> Folder:
        """Make an empty folder, which still wants a name."""
        ...

    async def rename_folder(self, folder_id: FolderId, name: str) -> None:
        """Give a folder another name; an empty one changes nothing."""
        ...

    async def set_folder_folded(self, folder_id: FolderId, is_folded: bool) -> None:
        """Keep a folder's chats out of the list, or not."""
        ...

    async def move_folder(self, folder_id: FolderId, place: int) -> None:
        """Let a folder stand at a place, counted from 0 from the top, among the others."""
        ...

    async def delete_folder(self, folder_id: FolderId) -> None:
        """Delete a folder; its chats go back to the list."""
        ...


class Temporary(Protocol):
    """Chats of which nothing is stored. Closing one is its end; its forks are of this kind too."""

    async def new(self) -> Conversation:
        """Return a new empty chat that is kept in memory only."""
        ...

    async def keep(self, conversation_id: ConversationId) -> Conversation:
        """Return an ordinary chat that has all that this one has, which goes on until it is closed. Not while it is replying."""
        ...


class Finds(Protocol):
    """Finding chats and messages."""

    async def find(self, query: SearchQuery) -> SearchResults:
        """Return the best hits in all chats that are not in the trash."""
        ...


class Composing(Protocol):
    """What a person needs while they write."""

    async def attach(self, path: Path) -> Attachment:
        """Read a text file that is to go with a message. Raises RivuletError with what is wrong with it."""
        ...

    async def attachments(self, conversation_id: ConversationId) -> tuple[Attachment, ...]:
        """Return the files that go with a chat's draft."""
        ...

    async def save_attachments(self, conversation_id: ConversationId, attachments: Sequence[Attachment]) -> None:
        """Keep the files that go with a chat's draft."""
        ...

    async def size(self, conversation_id: ConversationId, written: Written) -> MessageSize | None:
        """Return what a message would take of the context; None where no model can tell."""
        ...


class Archives(Protocol):
    """Taking chats along. How far a command is stands in its course, by which it can be ended too."""

    async def export_json(self, path: Path, course: Course, chat_id: ConversationId | None = None) -> int:
        """Write a chat, or all with what was not sent, as JSON that can be imported; return how many chats were written."""
        ...

    async def export_markdown(
        self, path: Path, course: Course, chat_id: ConversationId | None = None, *, with_thoughts: bool = False
    ) -> int:
        """Write a chat, or all that are not in the trash, as Markdown; return how many chats were written."""
        ...

    async def import_file(self, path: Path, course: Course) -> Imported:
        """Make chats of a file: each chat as a whole or not at all. What was imported before the person stops it stays."""
        ...


class Room(Protocol):
    """What can be done for a chat that fills what the model can read at once. Nothing leaves its transcript."""

    async def ways(self, conversation_id: ConversationId) -> ContextWays | None:
        """Return the ways on and what each costs; None without a model."""
        ...

    async def set_start(self, conversation_id: ConversationId, start_id: MessageId | None) -> None:
        """Let the model read a chat from a message on; None: from its first. A reply that had no room goes on."""
        ...

    async def summarise(self, conversation_id: ConversationId, course: Course) -> Conversation:
        """Have a summary written in idle time and return a new chat under this one that begins with it; what waited is answered there."""
        ...

    async def lengthen(self, conversation_id: ConversationId, tokens: int) -> None:
        """Load the present model again with a context of so many tokens. A reply that had no room goes on."""
        ...


class Setups(Protocol):
    """How a chat's replies are asked for and written. A reply that is under way stays as it is."""

    @property
    def usual(self) -> Sampling:
        """Return what stands for None in a sampling; None there is no seed, and no limit."""
        ...

    async def set_system_prompt(self, conversation_id: ConversationId, system_prompt: str) -> None:
        """Change a chat's system prompt; the chat's line then says what that costs."""
        ...

    async def set_sampling(self, conversation_id: ConversationId, sampling: Sampling) -> None:
        """Change how a chat's replies are written from the next one on."""
        ...

    async def give(self, conversation_id: ConversationId, setup: Setup, preset_id: PresetId | None) -> None:
        """Change all of it; preset_id: it is a preset's."""
        ...

    async def cost(self, conversation_id: ConversationId, setup: Setup) -> SetupCost | None:
        """Return what a chat would cost with another setup; None where that is not known."""
        ...


class Presets(Protocol):
    """Setups with a name. What is changed is told as PresetsChanged; coroutines raise RivuletError."""

    async def all(self) -> list[Preset]:
        """Return all presets by their names."""
        ...

    async def add(self, name: str, setup: Setup) -> Preset:
        """Make a preset; its name is another one than all others', whatever their case."""
        ...

    async def change(self, preset_id: PresetId, name: str, setup: Setup) -> None:
        """Give a preset another name and setup; chats keep what they were given."""
        ...

    async def set_default(self, preset_id: PresetId | None) -> None:
        """Let new chats begin with a preset; None: with none."""
        ...

    async def delete(self, preset_id: PresetId) -> None:
        """Delete a preset; chats keep what they were given."""
        ...

    async def put_back(self, preset: Preset) -> None:
        """Bring back a preset that was deleted."""
        ...


class Chats(Protocol):
    """The use cases. Coroutines run on the application's event loop; what they change is told as events.

    They raise RivuletError with a sentence for the person; nothing that was typed is lost then.
    """

    events: EventBuffer

    @property
    def organising(self) -> Organising:
        """Return what orders chats."""
        ...

    @property
    def composing(self) -> Composing:
        """Return what a person needs while they write."""
        ...

    @property
    def temporary(self) -> Temporary:
        """Return what begins chats that are never stored."""
        ...

    @property
    def archives(self) -> Archives:
        """Return what takes chats along."""
        ...

    @property
    def setups(self) -> Setups:
        """Return what sets chats up."""
        ...

    @property
    def presets(self) -> Presets:
        """Return what keeps presets."""
        ...

    @property
    def model(self) -> ModelState:
        """Return the loaded model's state."""
        ...

    @property
    def loading(self) -> Loading:
        """Return what loads the model, and unloads it."""
        ...

    @property
    def room(self) -> Room:
        """Return what can be done for a chat that fills the context."""
        ...

    @property
    def search(self) -> Finds:
        """Return what finds chats and messages."""
        ...

    @property
    def models(self) -> Models:
        """Return the model files there are and what brings more."""
        ...

    async def conversations(self) -> list[Conversation]:
        """Return all chats, the last used first."""
        ...

    async def new(self, beside: Collection[ConversationId] = ()) -> Conversation:
        """Return an empty chat that is none of these: one that is still empty, or a new one."""
        ...

    async def open(self, conversation_id: ConversationId) -> list[Message]:
        """Return a chat's messages, root first, and begin to restore its KV cache."""
        ...

    async def close(self, conversation_id: ConversationId) -> None:
        """Forget that a chat is shown. A reply that streams goes on; a temporary chat is gone with all it has."""
        ...

    async def prepare(self, conversation_id: ConversationId) -> None:
        """Read what must be read again, because the person begins to write. Does nothing where nothing must."""
        ...

    async def send(self, conversation_id: ConversationId, text: str) -> None:
        """Store a person's message, then generate the reply; returns when both are stored and the reply begins."""
        ...

    async def stop(self, conversation_id: ConversationId) -> None:
        """Stop reading or replying; the partial reply is kept. Does nothing in an idle chat."""
        ...

    async def continue_reply(self, conversation_id: ConversationId) -> None:
        """Go on with the stopped, interrupted or cut reply at the chat's head."""
        ...

    async def fork(self, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
        """Return a new chat that stands at a message of this one; at a person's message the reply begins at once."""
        ...

    async def undo(self, conversation_id: ConversationId) -> None:
        """Take the last turn back, stopping it first; what it said stays reachable. Does nothing in an empty chat."""
        ...

    async def redo(self, conversation_id: ConversationId) -> None:
        """Bring the turn back that was taken back last. Does nothing where there is none."""
        ...

    async def rewind(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """Let a chat stand at an earlier message; redo brings back what followed."""
        ...

    async def edit(self, conversation_id: ConversationId, message_id: MessageId, text: str) -> None:
        """Put a new version beside a message and let the chat stand at it: a person's is answered, a reply stays as it is written.

        What is under way is stopped first, and kept.
        """
        ...

    async def regenerate(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """Put another version beside a reply, written with another seed."""
        ...

    async def delete_from(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """Let a chat stand before a message; go_to brings back what followed."""
        ...

    async def go_to(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """Let a chat stand at any message of its family's tree."""
        ...

    async def show_version(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """Let a chat stand at a version of a message: at the end of what last followed it in this chat."""
        ...

    async def versions(self, conversation_id: ConversationId) -> dict[MessageId, tuple[MessageId, ...]]:
        """Return, for each message of a chat's path that has other versions in this chat, all of them, oldest first."""
        ...

    async def tree(self, conversation_id: ConversationId) -> ChatTree:
        """Return the tree of all chats that were forked from each other, this one among them."""
        ...

    async def try_ways(self, conversation_id: ConversationId, message_id: MessageId, count: int) -> list[Conversation]:
        """Return count forks at a person's message, or at the one a reply answers; their replies begin together, each with its own seed."""
        ...

    async def other_model(self, conversation_id: ConversationId) -> OtherModel | None:
        """Return which other model a chat was written with and what each way on costs; None where the loaded one may go on."""
        ...

    async def continue_with_loaded(self, conversation_id: ConversationId) -> None:
        """Take note that the loaded model may go on with a chat that another one wrote."""
        ...

    async def set_thinking(self, conversation_id: ConversationId, thinking: bool | None) -> None:
        """Tell the model to reason or not; the chat's line then says what that costs."""
        ...

    async def set_keeps_reasoning(self, conversation_id: ConversationId, keeps: bool) -> None:
        """Keep reasoning in the context, or let the template drop it; the chat's line then says what that costs."""
        ...

    async def set_kept_ready(self, conversation_id: ConversationId, is_kept: bool) -> None:
        """Never remove a chat's saved states to make room."""
        ...

    async def move_to_trash(self, conversation_id: ConversationId) -> None:
        """Take a chat out of the list; saved states that no other chat shares are removed, its text is kept."""
        ...

    async def trashed(self) -> list[Conversation]:
        """Return the chats in the trash, the last that went there first."""
        ...

    async def restore_from_trash(self, conversation_id: ConversationId) -> None:
        """Bring a chat back into the list."""
        ...

    async def delete(self, conversation_id: ConversationId) -> None:
        """Delete a chat for good: its text and states, but for what other chats share."""
        ...

    async def empty_trash(self) -> None:
        """Delete all chats that are in the trash, as delete() does."""
        ...

    def session(self, conversation_id: ConversationId) -> SessionNumbers | None:
        """Return the numbers of a chat's present session; None where it is not open."""
        ...

    async def storage(self) -> StorageNumbers:
        """Return what saved states take of the disk."""
        ...

    async def set_budget(self, budget: int | None) -> None:
        """Limit what saved states take of the disk, in bytes; None: the default. What is beyond goes at once."""
        ...

    async def clean(self, target: int = 0) -> int:
        """Remove saved states until they take target bytes, those of open and kept chats excepted; return the bytes freed."""
        ...

    def cache_costs(self) -> tuple[CacheCost, ...]:
        """Return what each cache type costs with the loaded model; empty without one."""
        ...

    async def set_cache_type(self, cache_type: CacheType) -> None:
        """Load the present model again with another cache type; its chats are read again, once."""
        ...

    async def rename(self, conversation_id: ConversationId, title: str) -> None:
        """Give a chat another title."""
        ...

    async def save_draft(self, conversation_id: ConversationId, text: str) -> None:
        """Keep what stands in a chat's composer, also of one in the trash."""
        ...

    async def edits(self, conversation_id: ConversationId) -> dict[MessageId, Edit]:
        """Return what is being written in place of a chat's messages."""
        ...

    async def save_edit(self, conversation_id: ConversationId, message_id: MessageId, edit: Edit | None) -> None:
        """Keep what is being written in place of a message; None: nothing any more. Does nothing where the chat lacks the message."""
        ...

    async def load_model(
        self, path: Path, cache_type: CacheType | None = None, context_tokens: int | None = None, *, anyway: bool = False
    ) -> None:
        """Load a GGUF file in place of the loaded model. Its failure is told by ModelChanged, not raised.

        cache_type and context_tokens: None: what was chosen for this model. anyway: also where the memory seems too little for it.
        """
        ...

    def activity(self, conversation_id: ConversationId) -> Activity:
        """Return what a chat is doing."""
        ...

    def readiness(self, conversation_id: ConversationId) -> Readiness:
        """Return what the line above a chat's composer says."""
        ...

    def context(self, conversation_id: ConversationId) -> tuple[int, int]:
        """Return (tokens used by the chat, tokens of the whole context); (0, 0) without a model."""
        ...
