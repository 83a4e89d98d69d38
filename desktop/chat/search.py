"""Finding chats and messages, and keeping the index that this needs."""

import asyncio

from desktop.conversations.search import SearchQuery, SearchResults
from desktop.conversations.store import ConversationStore

_PAUSE = 0.05  # seconds in which others have the database and the processor


class Search:
    """Find what was said in any chat."""

    def __init__(self, store: ConversationStore) -> None:
        self._store = store

    async def find(self, query: SearchQuery) -> SearchResults:
        """Return the best hits in all chats that are not in the trash."""
        return await self._store.search(query)

    async def keep_up(self) -> None:
        """Bring the index up to date: with what it lacks after an update, and without what was deleted."""
        is_behind = True
        while is_behind:
            is_behind = await self._store.index_some()
            await asyncio.sleep(_PAUSE)
        await self._store.purge_index()
