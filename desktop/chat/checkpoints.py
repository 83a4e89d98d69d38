"""Going to another message: undo, redo, rewind, delete, any place of the tree. Nothing is lost, and what is stored is not read again."""

from collections.abc import Awaitable, Callable

from desktop.chat.chat_table import ChatTable
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import HeadMoved, Move
from desktop.chat.spawning import Spawn
from desktop.conversations.message import Conversation, ConversationId, MessageId
from desktop.conversations.store import ConversationStore
from desktop.conversations.tree import count_turns, on_path
from desktop.inference.job import Purpose


class Checkpoints:
    """Move the head of a chat. For the event loop's thread."""

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

    async def delete_from(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """See Chats."""
        on_path(await self._store.path(conversation_id), message_id)
        await self._move(conversation_id, lambda conversation_id: self._store.delete_from(conversation_id, message_id), Move.DELETED)

    async def go_to(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """See Chats."""
        if (await self._store.conversation(conversation_id)).head_id != message_id:  # what goes on there goes on
            await self._move(conversation_id, lambda conversation_id: self._store.visit(conversation_id, message_id), Move.ELSEWHERE)

    async def show_version(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """See Chats."""
        if all(message.id != message_id for message in await self._store.path(conversation_id)):
            await self._move(conversation_id, lambda conversation_id: self._store.show_version(conversation_id, message_id), Move.ELSEWHERE)

    async def _move(
        self, conversation_id: ConversationId, move: Callable[[ConversationId], Awaitable[Conversation]], kind: Move = Move.TURNS
    ) -> None:
        chat = self._table.chat(conversation_id)
        async with chat.lock:
            await self._table.turn_away(chat)
            before = await self._store.path(conversation_id)
            try:
                conversation = await move(conversation_id)
            finally:
                after = await self._store.path(conversation_id)
                self._table.join(chat, after)
            left_id = before[-1].id if before else None
            if conversation.head_id == left_id:
                return
            chat.is_writing = False
            chat.continues_from = 0
            turns = count_turns(before[len(after) :]) - count_turns(after[len(before) :]) if kind is Move.TURNS else 0
            self._events.put(HeadMoved(conversation, tuple(after), turns, kind, left_id))
            if not after:
                self._table.set_empty(chat)
        if chat.is_open:
            self._spawn(self._table.bring_in(conversation_id, Purpose.RESTORE))
