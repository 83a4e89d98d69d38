"""What the window may ask of chats: the Protocol between ui/ and chat/."""

from pathlib import Path
from typing import Protocol

from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ModelState, Readiness
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId


class Chats(Protocol):
    """The use cases. Coroutines run on the application's event loop; what they change is told as events.

    They raise RivuletError with a sentence for the person; nothing that was typed is lost then.
    """

    events: EventBuffer

    @property
    def model(self) -> ModelState:
        """Return the loaded model's state."""
        ...

    async def conversations(self) -> list[Conversation]:
        """Return all chats, the last used first."""
        ...

    async def new(self) -> Conversation:
        """Return an empty chat: the one that is still empty, or a new one."""
        ...

    async def open(self, conversation_id: ConversationId) -> list[Message]:
        """Return a chat's messages, root first, and begin to restore its KV cache."""
        ...

    async def close(self, conversation_id: ConversationId) -> None:
        """Forget that a chat is shown. A reply that streams goes on."""
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

    async def rename(self, conversation_id: ConversationId, title: str) -> None:
        """Give a chat another title."""
        ...

    async def save_draft(self, conversation_id: ConversationId, text: str) -> None:
        """Keep what stands in a chat's composer."""
        ...

    async def load_model(self, path: Path) -> None:
        """Load a GGUF file in place of the loaded model. Its failure is told by ModelChanged, not raised."""
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
