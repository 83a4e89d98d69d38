"""The picture of a whole conversation: all messages of chats that were forked from each other, and where each chat stands."""

from dataclasses import dataclass

from desktop.conversations.message import Conversation, ConversationId, MessageId, Role, Status

EXCERPT = 120  # characters


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One message of the picture."""

    id: MessageId
    parent_id: MessageId | None
    role: Role
    status: Status
    excerpt: str  # the beginning of its text, in one line
    chat_id: ConversationId  # the first chat that had it: its branch colours the node


@dataclass(frozen=True, slots=True)
class ChatTree:
    """All messages that the chats of one family have made or visited."""

    nodes: tuple[TreeNode, ...]  # parents before their children, ids ascending
    chats: tuple[Conversation, ...]  # the chats of the family that are not in the trash, oldest first; each stands at its head
