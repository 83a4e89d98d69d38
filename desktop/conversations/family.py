"""All chats that were forked from each other, as one tree. Every function is one job for the database thread."""

import json

from desktop.conversations import transcript
from desktop.conversations.chat_tree import EXCERPT, ChatTree, TreeNode
from desktop.conversations.database import Connection
from desktop.conversations.errors import UnknownMessageError
from desktop.conversations.message import Conversation, ConversationId, MessageId, Role, Status

_LONGER = 2 * EXCERPT  # characters that are looked at for an excerpt, which leaves out empty lines and indents
_MAKERS_FIRST = 1 << 40  # more than there are chats


def tree(connection: Connection, conversation_id: ConversationId) -> ChatTree:
    """Return the tree of all chats that were forked from each other, this one among them; those in the trash only connect others."""
    chats = _living(connection, conversation_id)
    rows = connection.execute(
        f"""
        WITH owner AS (
            SELECT message_id, conversation_id, min(conversation_id + is_visited * {_MAKERS_FIRST}) FROM conversation_message
            WHERE conversation_id IN (SELECT value FROM json_each(?)) GROUP BY message_id
        )
        SELECT id, parent_id, role, status, substr(text, 1, {_LONGER}), conversation_id
        FROM owner JOIN message ON id = message_id ORDER BY id
        """,
        [_ids(chats)],
    )
    nodes = (
        TreeNode(message_id, parent_id, Role(role), Status(status), " ".join(text.split())[:EXCERPT], chat_id)
        for message_id, parent_id, role, status, text, chat_id in rows
    )
    return ChatTree(tuple(nodes), tuple(chats))


def visit(connection: Connection, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
    """Let a chat stand at any message of its tree; what it did not have of the way there it has from now on.

    Raises UnknownMessageError.
    """
    held = "SELECT 1 FROM conversation_message WHERE message_id = ? AND conversation_id IN (SELECT value FROM json_each(?))"
    chats = [*_living(connection, conversation_id), transcript.conversation(connection, conversation_id)]
    if connection.execute(held, [message_id, _ids(chats)]).fetchone() is None:
        raise UnknownMessageError
    connection.execute(
        f"{transcript.ANCESTORS} INSERT OR IGNORE INTO conversation_message (conversation_id, message_id, is_visited)"
        " SELECT ?, id, 1 FROM ancestor",
        [message_id, conversation_id],
    )
    return transcript.move_head(connection, conversation_id, message_id)


def _living(connection: Connection, conversation_id: ConversationId) -> list[Conversation]:
    """Return the chats of a chat's family that are not in the trash, oldest first."""
    return [chat for chat in transcript.family(connection, conversation_id) if chat.trashed_at is None]


def _ids(chats: list[Conversation]) -> str:
    return json.dumps([chat.id for chat in chats])
