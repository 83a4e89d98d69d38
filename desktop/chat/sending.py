"""A chat that goes on: with what a person wrote, or with the reply that was cut."""

from desktop.chat.chat_state import ChatState
from desktop.chat.chat_table import ChatTable
from desktop.chat.counting import Counting
from desktop.chat.errors import StillReplyingError
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ConversationChanged, MessageAdded
from desktop.chat.naming import name_by_message
from desktop.chat.replying import Replying
from desktop.chat.turns import Turns, is_cut
from desktop.conversations.message import ConversationId, Role
from desktop.conversations.store import ConversationStore


class Sending:
    """Send messages and continue replies. For the event loop's thread."""

    def __init__(
        self, store: ConversationStore, turns: Turns, table: ChatTable, replying: Replying, counting: Counting, events: EventBuffer
    ) -> None:
        """Use the store; events tell the window what happens."""
        self._counting = counting
        self._store, self._turns, self._table, self._replying, self._events = store, turns, table, replying, events

    async def send(self, conversation_id: ConversationId, text: str, most_tokens: int) -> None:
        """See Chats. most_tokens: of the reply; 0: as many as fit."""
        chat = self._table.chat(conversation_id)
        async with chat.lock:
            await self._make_idle(chat)
            conversation = await self._store.conversation(conversation_id)
            await self._counting.check(conversation, text)
            chat.is_writing = False
            message = await self._store.add_user_message(conversation_id, text)
            self._events.put(MessageAdded(conversation_id, message))
            chat.continues_from = 0
            self._events.put(ConversationChanged(await name_by_message(self._store, conversation, text)))
            await self._replying.begin([chat], most_tokens=most_tokens)

    async def continue_reply(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        chat = self._table.chat(conversation_id)
        async with chat.lock:
            await self._make_idle(chat)
            messages = await self._store.path(conversation_id)
            if messages and (is_cut(messages[-1]) or messages[-1].role is Role.USER):
                await self._replying.begin([chat])

    async def _make_idle(self, chat: ChatState) -> None:
        """End a reading that nobody waits for any more. Raises StillReplyingError while a reply is on its way."""
        if chat.activity is Activity.REPLYING or chat.id in self._table.awaiting_model:
            raise StillReplyingError
        conversation = await self._store.conversation(chat.id)
        if self._turns.streaming(conversation.head_id) is not None:
            raise StillReplyingError
        await self._turns.stop(chat)
