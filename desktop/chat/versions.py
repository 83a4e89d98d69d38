"""Other versions of messages: as the person edits them, or as the model writes them again. What was there stays beside them."""

from desktop.chat.chat_state import ChatState
from desktop.chat.chat_table import ChatTable
from desktop.chat.errors import NothingToAnswerError
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import ConversationChanged, HeadMoved, MessageAdded, Move
from desktop.chat.naming import name_by_message
from desktop.chat.replying import Replying
from desktop.conversations.message import ConversationId, Message, MessageId, Role
from desktop.conversations.store import ConversationStore
from desktop.conversations.tree import on_path
from desktop.inference.job import Purpose


class Versions:
    """Edit messages and write replies again. For the event loop's thread."""

    def __init__(self, store: ConversationStore, table: ChatTable, replying: Replying, events: EventBuffer) -> None:
        """Use the store; events tell the window what happens."""
        self._store, self._table, self._replying, self._events = store, table, replying, events

    async def edit(self, conversation_id: ConversationId, message_id: MessageId, text: str) -> None:
        """See Chats."""
        chat = self._table.chat(conversation_id)
        async with chat.lock:
            before = on_path(await self._store.path(conversation_id), message_id)
            await self._make_way(chat)
            conversation = await self._store.conversation(conversation_id)
            self._events.put(MessageAdded(conversation_id, await self._store.add_version(conversation_id, message_id, text)))
            if before.role is Role.USER:
                self._events.put(ConversationChanged(await name_by_message(self._store, conversation, text)))
                await self._replying.begin([chat])
                return
            self._events.put(ConversationChanged(await self._store.conversation(conversation_id)))
        if chat.is_open:
            await self._table.bring_in(conversation_id, Purpose.RESTORE)

    async def regenerate(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """See Chats. Raises NothingToAnswerError."""
        chat = self._table.chat(conversation_id)
        async with chat.lock:
            path = await self._store.path(conversation_id)
            asked = _answered(path, on_path(path, message_id))
            await self._make_way(chat)
            before = await self._store.conversation(conversation_id)
            await self._store.move_head(conversation_id, asked.id)
            await self._replying.begin([chat])
            conversation = await self._store.conversation(conversation_id)
            if conversation_id in self._table.awaiting_model:  # the reply comes later
                shown = tuple(await self._store.path(conversation_id))
                self._events.put(HeadMoved(conversation, shown, 0, Move.ELSEWHERE, before.head_id))
            elif conversation.head_id == asked.id:  # it could not begin
                await self._store.stand_again(before)
                self._table.join(chat, await self._store.path(conversation_id))

    async def _make_way(self, chat: ChatState) -> None:
        """End what a chat does, keeping what it has."""
        await self._table.turn_away(chat)
        chat.is_writing = False
        chat.continues_from = 0


def _answered(path: list[Message], reply: Message) -> Message:
    asked = next((message for message in path if message.id == reply.parent_id), None)
    if reply.role is not Role.ASSISTANT or asked is None or asked.role is not Role.USER:
        raise NothingToAnswerError
    return asked
