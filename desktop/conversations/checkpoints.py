"""Going back and forth in a chat, turn by turn: every function is one job for the database thread."""

from desktop.conversations import transcript
from desktop.conversations.database import Connection
from desktop.conversations.errors import UnknownMessageError
from desktop.conversations.message import Conversation, ConversationId, MessageId
from desktop.conversations.tree import before_last_turn, end_of_next_turn


def undo(connection: Connection, conversation_id: ConversationId) -> Conversation:
    """Let a chat stand before its last turn; redo finds the way back. An empty chat stays as it is."""
    chat = transcript.conversation(connection, conversation_id)
    if chat.head_id is None:
        return chat
    return _go_back(connection, chat, before_last_turn(transcript.path(connection, chat.head_id)))


def rewind(connection: Connection, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
    """Let a chat stand at an earlier message of its path; redo finds the way back. Raises UnknownMessageError."""
    chat = transcript.conversation(connection, conversation_id)
    if message_id == chat.head_id:
        return chat
    if all(message.id != message_id for message in transcript.path(connection, chat.head_id)):
        raise UnknownMessageError
    return _go_back(connection, chat, message_id)


def redo(connection: Connection, conversation_id: ConversationId) -> Conversation:
    """Let a chat stand one turn nearer to where it stood before turns were taken back. Without any it stays as it is."""
    chat = transcript.conversation(connection, conversation_id)
    if chat.redo_id is None:
        return chat
    head_id = end_of_next_turn(transcript.path(connection, chat.redo_id), chat.head_id)
    return transcript.update(
        connection, conversation_id, head_message_id=head_id, redo_message_id=None if head_id == chat.redo_id else chat.redo_id
    )


def _go_back(connection: Connection, chat: Conversation, head_id: MessageId | None) -> Conversation:
    return transcript.update(connection, chat.id, head_message_id=head_id, redo_message_id=chat.redo_id or chat.head_id)
