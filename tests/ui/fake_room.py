"""What can be done where a chat fills the context, for the window's own tests."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from desktop.chat import events
from desktop.chat.context_ways import ContextWays
from desktop.chat.course import Course
from desktop.conversations.message import Conversation, ConversationId, MessageId


class FakeRoom:
    """Fulfils desktop.chat.api.Room; offers the ways that a test put there, and notes what was chosen in calls."""

    def __init__(self, chats: Any) -> None:
        self._chats = chats
        self.offered: dict[ConversationId, ContextWays] = {}
        self.during: Callable[[Course], None] = lambda course: None  # what happens while a summary is written

    async def ways(self, conversation_id: ConversationId) -> ContextWays | None:
        return self.offered.get(conversation_id, ContextWays(*self._chats.context(conversation_id)))

    async def set_start(self, conversation_id: ConversationId, start_id: MessageId | None) -> None:
        self._chats._note("set_start", conversation_id, start_id)
        self._chats.change(conversation_id, context_start_id=start_id)

    async def summarise(self, conversation_id: ConversationId, course: Course) -> Conversation:
        self._chats._note("summarise", conversation_id)
        self.during(course)
        parent = self._chats.chats[conversation_id]
        fork = replace(self._chats.add_chat(f"Fork of {parent.title}", parent=parent), forked_from_id=parent.id)
        self._chats.chats[fork.id] = fork
        self._chats.person(fork, f"Summary of “{parent.title}”:\n\nAll of it.")
        self._chats.events.put(events.ConversationAdded(self._chats.chats[fork.id]))
        return self._chats.chats[fork.id]

    async def lengthen(self, conversation_id: ConversationId, tokens: int) -> None:
        self._chats._note("lengthen", conversation_id, tokens)
        self._chats.set_model(replace(self._chats.loaded, context_tokens=tokens, chosen_tokens=tokens))
