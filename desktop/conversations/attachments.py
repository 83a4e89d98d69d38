"""The files that go with what stands in chats' composers. Every function is one job for the database thread."""

from collections.abc import Sequence

from desktop.conversations.database import Connection, storable
from desktop.conversations.message import ConversationId
from desktop.conversations.written import Attachment


def attachments(connection: Connection, conversation_id: ConversationId) -> tuple[Attachment, ...]:
    """Return the files of a chat's draft, in order."""
    rows = connection.execute("SELECT name, text FROM attachment WHERE conversation_id = ? ORDER BY position", [conversation_id])
    return tuple(Attachment(name, text) for name, text in rows)


def save_attachments(connection: Connection, conversation_id: ConversationId, kept: Sequence[Attachment]) -> None:
    """Put files in place of those that a chat's draft had. Does nothing where the chat is gone."""
    connection.execute("DELETE FROM attachment WHERE conversation_id = ?", [conversation_id])
    for position, attachment in enumerate(kept):
        connection.execute(
            "INSERT INTO attachment (conversation_id, position, name, text) SELECT id, ?, ?, ? FROM conversation WHERE id = ?",
            [position, storable(attachment.name), storable(attachment.text), conversation_id],
        )
