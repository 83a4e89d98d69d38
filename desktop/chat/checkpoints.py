"""Going back and forth in a chat: undo, redo, rewind. Nothing is lost, and what is stored need not be read again."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from desktop.chat.chat_table import ChatTable
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import HeadMoved
from desktop.conversations.message import Conversation, ConversationId, MessageId
from desktop.conversations.store import ConversationStore
from desktop.conversations.tree import count_turns
from desktop.inference.job import Purpose

Spawn = Callable[[Coroutine[Any, Any, None]], None]


class Checkpoints:
    """Move the head of a chat along its path. For the event loop's thread."""

    def __init__(self, store: ConversationStore, table: ChatTable, events: EventBuffer, spawn: Spawn) -> None:
        """Use the store; events tell the window what happens, spawn runs a coroutine beside."""
        self._store, self._table, self._events, self._spawn = store, table, events, spawn

    async def undo(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        await self._move(conversation_id, self._store.undo)

    async def redo(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        await self._move(conversation_id, self._store.redo)

    async def rewind(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """See Chats."""
        await self._move(conversation_id, lambda conversation_id: self._store.rewind(conversation_id, message_id))

    async def _move(self, conversation_id: ConversationId, move: Callable[[ConversationId], Awaitable[Conversation]]) -> None:
        chat = self._table.chat(conversation_id)
        async with chat.lock:
            await self._table.turn_away(chat)
            before = await self._store.path(conversation_id)
            try:
                conversation = await move(conversation_id)
            finally:
                after = await self._store.path(conversation_id)
                self._table.join(chat, after)
            if len(after) == len(before):
                return
            chat.is_writing = False
            chat.continues_from = 0
            turns = count_turns(before[len(after) :]) - count_turns(after[len(before) :])
            self._events.put(HeadMoved(conversation, tuple(after), turns))
            if not after:
                self._table.set_empty(chat)
        if chat.is_open:
            self._spawn(self._table.bring_in(conversation_id, Purpose.RESTORE))
