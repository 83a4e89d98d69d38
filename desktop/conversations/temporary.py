"""Where chats live that are never stored: a database in memory, opened with the first of them."""

from desktop.conversations.database import DatabaseThread
from desktop.conversations.message import ConversationId, MessageId, is_temporary
from desktop.conversations.migrations import open_temporary, schema_steps


class TemporaryDatabase:
    """Tell by a number which database has a chat or a message: the stored one, or the one in memory."""

    def __init__(self, stored: DatabaseThread) -> None:
        self._stored = stored
        self._in_memory: DatabaseThread | None = None

    def __call__(self, *own_ids: ConversationId | MessageId | None) -> DatabaseThread:
        """Return the database that has the first of these; without any, the stored one. May be called from any thread."""
        own_id = own_ids[0] if own_ids else None
        if self._in_memory is not None and own_id is not None and is_temporary(own_id):
            return self._in_memory
        return self._stored

    def opened(self) -> DatabaseThread:
        """Return the database in memory. For one thread."""
        if self._in_memory is None:
            steps = schema_steps()
            self._in_memory = DatabaseThread(lambda: open_temporary(steps), self._stored.on_error)
        return self._in_memory

    def close(self) -> None:
        """Forget all that is in memory."""
        if self._in_memory is not None:
            self._in_memory.close(1.0)
