"""From which message on the model reads a chat, and chats that begin with what another one came to."""

from collections.abc import Sequence
from dataclasses import asdict

from desktop.conversations import transcript
from desktop.conversations.database import Connection
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId, Role
from desktop.conversations.temporary import TemporaryDatabase
from desktop.conversations.tree import on_path


class ContextStore:
    """Keep where contexts begin, on the database's thread. Coroutines raise as those of ConversationStore do."""

    def __init__(self, of: TemporaryDatabase) -> None:
        self._of = of

    async def set_start(self, conversation_id: ConversationId, message_id: MessageId | None) -> Conversation:
        """Let the model read a chat from a message of its path on; None: from the first."""
        return await self._of(conversation_id).run(lambda connection: _set_start(connection, conversation_id, message_id))

    async def begin_anew(self, conversation_id: ConversationId, title: str, texts: Sequence[str]) -> Conversation:
        """Make a chat under another one that begins with a person's messages of its own; prompts are made of it as of that one."""
        return await self._of(conversation_id).run(lambda connection: _begin_anew(connection, conversation_id, title, texts))


def start_of(path: Sequence[Message], conversation: Conversation) -> MessageId | None:
    """Return the message with which a chat's context begins; None: its first, also where the chosen one is not on the path."""
    wanted = conversation.context_start_id
    return next((message.id for message in path if message.id == wanted and message.role is Role.USER), None)


def read_part(path: Sequence[Message], start_id: MessageId | None) -> Sequence[Message]:
    """Return what of a path the model reads."""
    return path if start_id is None else path[path.index(on_path(path, start_id)) :]


def _set_start(connection: Connection, conversation_id: ConversationId, message_id: MessageId | None) -> Conversation:
    chat = transcript.conversation(connection, conversation_id)
    if message_id is not None:
        on_path(transcript.path(connection, chat.head_id), message_id)
    return transcript.update(connection, conversation_id, context_start_id=message_id)


def _begin_anew(connection: Connection, conversation_id: ConversationId, title: str, texts: Sequence[str]) -> Conversation:
    source = transcript.conversation(connection, conversation_id)
    made = transcript.create(connection, title, source.began_on, source.system_prompt, is_plain=source.is_plain)
    for text in texts:
        transcript.add_user_message(connection, made.id, text)
    return transcript.update(
        connection,
        made.id,
        forked_from_id=source.id,
        thinking=source.thinking,
        keeps_reasoning=source.keeps_reasoning,
        model=source.model,
        preset_id=source.preset_id,
        **asdict(source.sampling),
    )
