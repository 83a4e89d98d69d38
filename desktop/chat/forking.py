"""Forks: a chat that goes on from a message of another one, or several that answer it, each in its own way."""

from contextlib import AsyncExitStack

from desktop.chat.chat_table import ChatTable
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import ConversationAdded
from desktop.chat.replying import Replying
from desktop.chat.titles import fork_title, way_title
from desktop.chat.turns import Turns
from desktop.conversations.errors import UnknownMessageError
from desktop.conversations.message import Conversation, ConversationId, MessageId, Role
from desktop.conversations.store import ConversationStore


class Forking:
    """Fork chats; those that they are forked from go on undisturbed. For the event loop's thread."""

    def __init__(self, store: ConversationStore, turns: Turns, table: ChatTable, replying: Replying, events: EventBuffer) -> None:
        """Use the store; events tell the window what happens."""
        self._store, self._turns, self._table, self._replying, self._events = store, turns, table, replying, events

    async def fork(self, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
        """See Chats."""
        parent = await self._store.conversation(conversation_id)
        taken = [parent.title, *(fork.title for fork in await self._store.forks(conversation_id))]
        fork = await self._fork(conversation_id, message_id, fork_title(parent.title, taken))
        path = await self._store.path(fork.id)
        if path[-1].role is Role.USER:
            await self._answer([fork])
        return fork

    async def try_ways(self, conversation_id: ConversationId, message_id: MessageId, count: int) -> list[Conversation]:
        """See Chats."""
        parent = await self._store.conversation(conversation_id)
        path = await self._store.path_to(message_id)
        answered = next((message.id for message in reversed(path) if message.role is Role.USER), None)
        if answered is None:
            raise UnknownMessageError
        forks = [await self._fork(conversation_id, answered, way_title(parent.title, number)) for number in range(1, count + 1)]
        await self._answer(forks)
        return forks

    async def _fork(self, conversation_id: ConversationId, message_id: MessageId, title: str) -> Conversation:
        fork = await self._store.fork(conversation_id, message_id, title)
        chat = self._table.chat(fork.id)
        chat.continues_from = len(await self._store.path(fork.id))
        if (turn := self._turns.streaming(message_id)) is not None:
            turn.listen(chat)
        self._events.put(ConversationAdded(fork))
        return fork

    async def _answer(self, forks: list[Conversation]) -> None:
        chats = [self._table.chat(fork.id) for fork in forks]
        async with AsyncExitStack() as stack:
            for chat in chats:
                await stack.enter_async_context(chat.lock)
            await self._replying.begin(chats)
