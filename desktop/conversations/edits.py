"""What is being written in place of messages. Every function is one job for the database thread."""

from dataclasses import dataclass

from desktop.conversations.database import Connection, storable
from desktop.conversations.message import ConversationId, MessageId


@dataclass(frozen=True, slots=True)
class Edit:
    """A new text for a message that was not sent."""

    text: str
    is_open: bool  # else the person put it aside


def edits(connection: Connection, conversation_id: ConversationId) -> dict[MessageId, Edit]:
    """Return what is being written in place of a chat's messages."""
    rows = connection.execute("SELECT message_id, text, is_open FROM edit WHERE conversation_id = ?", [conversation_id])
    return {MessageId(message_id): Edit(text, bool(is_open)) for message_id, text, is_open in rows}


def save_edit(connection: Connection, conversation_id: ConversationId, message_id: MessageId, edit: Edit | None) -> None:
    """Keep what is being written in place of a message; None: nothing any more. Does nothing where the chat lacks the message."""
    if edit is None:
        connection.execute("DELETE FROM edit WHERE conversation_id = ? AND message_id = ?", [conversation_id, message_id])
        return
    connection.execute(
        """
        INSERT OR REPLACE INTO edit (conversation_id, message_id, text, is_open)
        SELECT conversation_id, message_id, ?, ? FROM conversation_message WHERE conversation_id = ? AND message_id = ?
        """,
        [storable(edit.text), edit.is_open, conversation_id, message_id],
    )
