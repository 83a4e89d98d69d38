"""Text completion: plain text is decoded as it is, and the model writes on."""

from desktop.chat.chat_table import ChatTable
from desktop.chat.errors import NotPlainError
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import MessageAdded
from desktop.chat.turns import Opening, Turns
from desktop.conversations.message import ConversationId, Message
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine
from desktop.inference.errors import ModelClosedError
from desktop.inference.job import Purpose


class Feeding:
    """Feed plain chats. For the event loop's thread."""

    def __init__(self, store: ConversationStore, engine: Engine, turns: Turns, table: ChatTable, events: EventBuffer) -> None:
        """Use the store and the engine; events tell the window what happens."""
        self._store, self._engine, self._turns, self._table, self._events = store, engine, turns, table, events

    async def feed(self, conversation_id: ConversationId, text: str, max_tokens: int) -> str:
        """Add text to a plain chat and decode it; return up to max_tokens tokens that the model writes after it, as text.

        Ends what the chat was doing. Raises NotPlainError, ModelClosedError, ContextOverflowError.
        """
        chat = self._table.chat(conversation_id)
        written: list[Message] = []

        def begin(opening: Opening) -> None:
            written.append(opening.reply)
            self._events.put(MessageAdded(conversation_id, opening.reply))

        async with chat.lock:
            conversation = await self._store.conversation(conversation_id)
            if not conversation.is_plain:
                raise NotPlainError
            if self._engine.loaded is None:
                raise ModelClosedError
            await self._table.halt(chat)
            self._events.put(MessageAdded(conversation_id, await self._store.add_user_message(conversation_id, text)))
            if max_tokens:
                self._turns.start([await self._turns.prepare_reply(chat, conversation, most_tokens=max_tokens)], begin)
            else:
                await self._turns.begin_restoring(chat, conversation, Purpose.READ)
        await self._turns.ended(chat)
        return (await self._store.path_to(written[0].id))[-1].text if written else ""
