"""Versions of messages: siblings in the tree. Every function is one job for the database thread."""

from desktop.conversations import transcript
from desktop.conversations.database import Connection
from desktop.conversations.errors import UnknownMessageError
from desktop.conversations.message import Conversation, ConversationId, MessageId


def versions(connection: Connection, conversation_id: ConversationId) -> dict[MessageId, tuple[MessageId, ...]]:
    """Return, for each message of a chat's path that has other versions in this chat, all of them, oldest first."""
    parents = _parents(connection, conversation_id)
    children: dict[MessageId | None, list[MessageId]] = {}
    for message_id, parent_id in parents.items():
        children.setdefault(parent_id, []).append(message_id)
    found = dict[MessageId, tuple[MessageId, ...]]()
    head_id = transcript.conversation(connection, conversation_id).head_id
    while head_id is not None:  # then what it follows, up to the root
        siblings = children[parents[head_id]]
        if len(siblings) > 1:
            found[head_id] = tuple(siblings)
        head_id = parents[head_id]
    return found


def answers(connection: Connection, message_id: MessageId) -> int:
    """Return how many replies a message has, in all chats."""
    return int(connection.execute("SELECT count(*) FROM message WHERE parent_id = ?", [message_id]).fetchone()[0])


def show_version(connection: Connection, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
    """Let a chat stand at the newest of its messages that follow one of them, or at that one. Raises UnknownMessageError."""
    parents = _parents(connection, conversation_id)
    if message_id not in parents:
        transcript.conversation(connection, conversation_id)
        raise UnknownMessageError
    following = {message_id}
    newest = message_id
    for other_id, parent_id in parents.items():  # parents come before what follows them
        if parent_id in following:
            following.add(other_id)
            newest = other_id
    return transcript.move_head(connection, conversation_id, newest)


def _parents(connection: Connection, conversation_id: ConversationId) -> dict[MessageId, MessageId | None]:
    """Return the parents of all messages that a chat has, oldest first."""
    rows = connection.execute(
        "SELECT id, parent_id FROM conversation_message JOIN message ON id = message_id WHERE conversation_id = ? ORDER BY id",
        [conversation_id],
    )
    return dict(rows.fetchall())
