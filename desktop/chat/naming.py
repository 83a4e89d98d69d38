"""Which chats are still named by the application."""

import re

from desktop.chat.titles import NEW_CHAT, is_fork_title, title_from
from desktop.conversations.message import Conversation, Role
from desktop.conversations.store import ConversationStore

_FILE_NAME = re.compile(r"^`([^`]+)`$")  # as it stands above a file, where the message is nothing else


async def name_by_message(store: ConversationStore, conversation: Conversation, text: str) -> Conversation:
    """Name a chat by the first message of its own, which was just stored, unless the person named it; return the chat.

    conversation is the chat before that message.
    """
    if await _is_automatic(store, conversation) and (title := message_title(text)):
        return await store.suggest_title(conversation.id, title)
    return await store.conversation(conversation.id)


def message_title(text: str) -> str:
    """Return a title made of a message; empty where nothing in it is said."""
    return _FILE_NAME.sub(r"\1", title_from(text))


async def _is_automatic(store: ConversationStore, conversation: Conversation) -> bool:
    is_automatic = conversation.title == NEW_CHAT
    if conversation.forked_from_id is not None and conversation.forked_at_id is not None:
        parent = await store.conversation(conversation.forked_from_id)
        is_automatic = is_fork_title(conversation.title, parent.title)
    if is_automatic and conversation.forked_at_id is not None:
        path = await store.path(conversation.id)
        own = [m for m in path if m.id > conversation.forked_at_id and m.role is Role.USER]
        is_automatic = len(own) == 1
    return is_automatic
