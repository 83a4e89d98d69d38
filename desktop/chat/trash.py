"""Taking chats out of the list, bringing them back, and deleting them for good."""

from desktop.chat.chat_state import ChatState
from desktop.chat.chat_table import ChatTable
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import ConversationAdded, ConversationChanged, ConversationRemoved
from desktop.chat.keeping import Keeping
from desktop.chat.session import Clock, Sessions
from desktop.conversations.message import ConversationId
from desktop.conversations.store import ConversationStore


class Trash:
    """Remove chats, and the saved states that no other chat shares. For the event loop's thread."""

    def __init__(
        self, store: ConversationStore, table: ChatTable, sessions: Sessions, keeping: Keeping, events: EventBuffer, clock: Clock
    ) -> None:
        """Use the store; events tell the window what happens."""
        self._store, self._table, self._sessions, self._keeping = store, table, sessions, keeping
        self._events, self._clock = events, clock

    async def move(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        await self._store.conversation(conversation_id)
        chat = self._table.chat(conversation_id)
        async with chat.lock:  # so that nothing begins in it before it is gone
            await self._leave(chat)
            await self._store.move_to_trash(conversation_id, self._clock())
        self._events.put(ConversationRemoved(conversation_id))
        await self._keeping.sweep()

    async def restore(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        self._events.put(ConversationAdded(await self._store.restore_from_trash(conversation_id)))

    async def delete(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        forks = await self._store.forks(conversation_id)
        chat = self._table.chat(conversation_id)
        async with chat.lock:
            await self._leave(chat)
            await self._store.delete_conversation(conversation_id)
        self._table.states.pop(conversation_id, None)
        self._events.put(ConversationRemoved(conversation_id))
        for fork in forks:  # they came from nowhere now
            if fork.trashed_at is None:
                self._events.put(ConversationChanged(await self._store.conversation(fork.id)))
        await self._keeping.sweep()
        await self._store.purge_index()

    async def _leave(self, chat: ChatState) -> None:
        await self._table.leave(chat)
        self._sessions.close(chat.id)
