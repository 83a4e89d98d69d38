"""Chats that are exported and imported."""

from collections.abc import Awaitable, Sequence
from typing import Protocol

from desktop.conversations import archive_records
from desktop.conversations.archive import ArchivedMessage, ArchivedNode, ArchivedRecords, ArchivedTokens, ArchivedTree
from desktop.conversations.archive_records import ImportedTree, TreeOutline
from desktop.conversations.database import DatabaseThread, Job, T
from desktop.conversations.kv_records import KvContext
from desktop.conversations.message import ConversationId
from desktop.conversations.temporary import TemporaryDatabase


class Add(Protocol):
    """Runs a job that adds to the tree."""

    def __call__(self, job: Job[T]) -> Awaitable[T]:
        """See ConversationStore."""
        ...


class ArchiveStore:
    """Read chats for files and make chats of files, on the database's thread. Coroutines raise as those of ConversationStore do."""

    def __init__(self, database: DatabaseThread, of: TemporaryDatabase, add: Add) -> None:
        self._database, self._of, self._add = database, of, add

    async def families(self) -> list[tuple[ConversationId, ...]]:
        """Return all chats, in the trash or not, those together that share messages or were forked from each other."""
        return await self._database.run(archive_records.families)

    async def read_outline(self, chat_ids: Sequence[ConversationId], *, is_alone: bool = False) -> TreeOutline:
        """Return chats of one family with all they have; is_alone: what was not sent and where it came from stays at home."""
        return await self._of(*chat_ids[:1]).run(lambda connection: archive_records.read_outline(connection, chat_ids, is_alone=is_alone))

    async def read_messages(self, outline: TreeOutline, begin: int, end: int) -> list[ArchivedMessage]:
        """Return some of the messages of an outline. Raises ChangedWhileExportedError."""
        return await self._of(*outline.message_ids[:1]).run(
            lambda connection: archive_records.read_messages(connection, outline.message_ids, begin, end)
        )

    async def read_archive(self, conversation_id: ConversationId) -> tuple[ArchivedTree, ArchivedRecords]:
        """Return a chat with all it has made or visited, and its records of the KV cache."""
        return await self._of(conversation_id).run(lambda connection: archive_records.read_archive(connection, conversation_id))

    async def add_trees(self, trees: Sequence[ArchivedTree]) -> list[ImportedTree]:
        """Make chats of exported ones, all of them or, if that fails, none."""
        return await self._add(lambda connection: archive_records.write_trees(connection, trees))

    async def add_archive(self, tree: ArchivedTree, tokens: tuple[ArchivedTokens, ...] = ()) -> ImportedTree:
        """Make a chat of an exported one, and keep the exact tokens that came with it."""
        return await self._add(lambda connection: archive_records.write_archive(connection, tree, tokens))

    async def add_nodes(self, imported: ImportedTree, nodes: Sequence[ArchivedNode], contexts: Sequence[KvContext]) -> None:
        """Keep the nodes that came with a chat, and what their contexts stand for where that is not known."""
        await self._database.run(lambda connection: archive_records.write_nodes(connection, imported, nodes, contexts))
