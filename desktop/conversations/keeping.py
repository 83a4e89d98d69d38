"""Which chats keep their saved states: the trash, and chats that nobody uses. Every function is one job for the database thread."""

import json
from collections.abc import Collection
from datetime import datetime

from desktop.conversations import transcript
from desktop.conversations.database import Connection
from desktop.conversations.message import Conversation, ConversationId, MessageId


def move_to_trash(connection: Connection, conversation_id: ConversationId, at: datetime) -> Conversation:
    """Take a chat out of the list, not its forks; saved nodes that only chats in the trash have are forgotten."""
    transcript.leave_forks(connection, conversation_id)
    trashed = transcript.update(connection, conversation_id, trashed_at=_stored(at))
    _forget_nodes_of(connection, [conversation_id])
    return trashed


def restore_from_trash(connection: Connection, conversation_id: ConversationId) -> Conversation:
    """Bring a chat back into the list."""
    return transcript.update(connection, conversation_id, trashed_at=None)


def touch(connection: Connection, conversation_ids: Collection[ConversationId], at: datetime) -> None:
    """Take note that chats were used."""
    connection.execute(
        "UPDATE conversation SET used_at = ? WHERE id IN (SELECT value FROM json_each(?))",
        [_stored(at), json.dumps(list(conversation_ids))],
    )


def expire(connection: Connection, unused_since: datetime, spared: Collection[ConversationId]) -> list[ConversationId]:
    """Forget the saved nodes that only chats unused since then have; return these chats.

    Those always kept ready, those in the trash, and the spared are not among them.
    """
    rows = connection.execute(
        """
        SELECT id FROM conversation WHERE max(updated_at, coalesce(used_at, '')) < ? AND NOT is_kept_ready AND trashed_at IS NULL
        AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY id
        """,
        [_stored(unused_since), json.dumps(list(spared))],
    )
    unused = [ConversationId(row[0]) for row in rows]
    _forget_nodes_of(connection, unused)
    return unused


def shared_messages(connection: Connection, conversation_id: ConversationId) -> set[MessageId]:
    """Return which of a chat's messages other chats have too, those in the trash not counted."""
    rows = connection.execute(
        """
        SELECT message_id FROM conversation_message AS own WHERE conversation_id = ?1 AND EXISTS (
            SELECT 1 FROM conversation_message AS other JOIN conversation ON conversation.id = other.conversation_id
            WHERE other.message_id = own.message_id AND other.conversation_id <> ?1 AND trashed_at IS NULL
        )
        """,
        [conversation_id],
    )
    return {MessageId(row[0]) for row in rows}


def _forget_nodes_of(connection: Connection, conversation_ids: Collection[ConversationId]) -> None:
    """Forget the nodes of messages that no other chat has, but for chats in the trash.

    A row stays, without its key: it tells that the message was saved once, and so why it must be read again.
    """
    connection.execute(
        """
        WITH given AS (SELECT value AS id FROM json_each(?))
        UPDATE message_node SET end_key = x''
        WHERE message_id IN (SELECT message_id FROM conversation_message WHERE conversation_id IN given)
        AND message_id NOT IN (
            SELECT message_id FROM conversation_message JOIN conversation ON conversation.id = conversation_id
            WHERE trashed_at IS NULL AND conversation_id NOT IN given
        )
        """,
        [json.dumps(list(conversation_ids))],
    )


def _stored(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
