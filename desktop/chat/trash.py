"""Taking chats out of the list, bringing them back, and deleting them for good."""

from collections.abc import Sequence
from datetime import timedelta

from desktop.chat.chat_state import ChatState
from desktop.chat.chat_table import ChatTable
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import ConversationAdded, ConversationChanged, ConversationRemoved
from desktop.chat.keeping import Keeping
from desktop.chat.numbers import TRASH_DAYS
from desktop.chat.session import Clock, Sessions
from desktop.conversations.message import Conversation, ConversationId
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
        self._events.put(ConversationRemoved(conversation_id, is_deleted=False))
        await self._tell(await self._store.forks(conversation_id))
        await self._keeping.sweep()

    async def restore(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        self._events.put(ConversationAdded(await self._store.restore_from_trash(conversation_id)))

    async def delete(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        await self._delete([conversation_id])

    async def empty(self) -> None:
        """See Chats."""
        await self._delete([chat.id for chat in await self._store.trashed()])

    async def expire(self) -> None:
        """Delete the chats that have been in the trash for TRASH_DAYS."""
        before = self._clock() - timedelta(days=TRASH_DAYS)
        await self._delete([chat.id for chat in await self._store.trashed() if chat.trashed_at is not None and chat.trashed_at < before])

    async def forget(self, conversation_id: ConversationId) -> None:
        """Delete a chat that is kept in memory only."""
        await self._delete_text(conversation_id)

    async def _delete(self, conversation_ids: Sequence[ConversationId]) -> None:
        """Delete chats, and then from the disk what only they had."""
        if not conversation_ids:
            return
        try:
            for conversation_id in conversation_ids:
                await self._delete_text(conversation_id)
        finally:  # of those before one that could not be deleted
            await self._store.purge_index()
            await self._store.forget_deleted()
            await self._keeping.sweep()

    async def _delete_text(self, conversation_id: ConversationId) -> None:
        forks = await self._store.forks(conversation_id)
        chat = self._table.chat(conversation_id)
        async with chat.lock:
            await self._leave(chat)
            await self._store.delete_conversation(conversation_id)
        self._table.states.pop(conversation_id, None)
        self._events.put(ConversationRemoved(conversation_id, is_deleted=True))
        await self._tell(forks)

    async def _tell(self, forks: Sequence[Conversation]) -> None:
        """Tell of the forks of a chat that went: they stand by themselves, and if it was deleted they came from nowhere."""
        for fork in forks:
            if fork.trashed_at is None:
                self._events.put(ConversationChanged(await self._store.conversation(fork.id)))

    async def _leave(self, chat: ChatState) -> None:
        await self._table.leave(chat)
        self._sessions.close(chat.id)
