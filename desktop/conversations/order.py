"""How the person orders their chats: pins, folders, and what is folded away."""

from collections.abc import Sequence
from typing import Any

from desktop.conversations import transcript
from desktop.conversations.database import Connection, DatabaseThread, storable
from desktop.conversations.errors import UnknownFolderError
from desktop.conversations.folder import Folder
from desktop.conversations.message import Conversation, ConversationId, FolderId


class OrderStore:
    """Keep the order of chats, on the database's thread. Coroutines raise as those of ConversationStore do, and UnknownFolderError."""

    def __init__(self, database: DatabaseThread) -> None:
        self._database = database

    async def set_pinned(self, conversation_id: ConversationId, is_pinned: bool) -> Conversation:
        """Let a chat stand before all others, or not."""
        return await self._database.run(lambda connection: transcript.update(connection, conversation_id, is_pinned=is_pinned))

    async def set_folded(self, conversation_id: ConversationId, is_folded: bool) -> Conversation:
        """List a chat's forks, or not."""
        return await self._database.run(lambda connection: transcript.update(connection, conversation_id, is_folded=is_folded))

    async def move(self, conversation_id: ConversationId, folder_id: FolderId | None) -> Conversation:
        """Put a chat into a folder; None: into none."""
        return await self._database.run(lambda connection: _move(connection, conversation_id, folder_id))

    async def folders(self) -> list[Folder]:
        """Return all folders from the top."""
        return await self._database.run(_folders)

    async def add_folder(self, name: str) -> Folder:
        """Make an empty folder below the others."""
        return await self._database.run(lambda connection: _add_folder(connection, name))

    async def rename_folder(self, folder_id: FolderId, name: str) -> None:
        """Give a folder another name."""
        await self._database.run(lambda connection: _update(connection, folder_id, "name", storable(name)))

    async def set_folder_folded(self, folder_id: FolderId, is_folded: bool) -> None:
        """List a folder's chats, or not."""
        await self._database.run(lambda connection: _update(connection, folder_id, "is_folded", is_folded))

    async def delete_folder(self, folder_id: FolderId) -> list[Conversation]:
        """Delete a folder; return its chats, those in the trash not among them, which are in none now."""
        return await self._database.run(lambda connection: _delete_folder(connection, folder_id))


def _move(connection: Connection, conversation_id: ConversationId, folder_id: FolderId | None) -> Conversation:
    if folder_id is not None:
        _require(connection, folder_id)
    return transcript.update(connection, conversation_id, folder_id=folder_id)


def _folders(connection: Connection) -> list[Folder]:
    return [_folder(row) for row in connection.execute("SELECT id, name, is_folded FROM folder ORDER BY position, id")]


def _add_folder(connection: Connection, name: str) -> Folder:
    row = connection.execute(
        "INSERT INTO folder (name, position) SELECT ?, coalesce(max(position) + 1, 0) FROM folder RETURNING id, name, is_folded",
        [storable(name)],
    ).fetchone()
    return _folder(row)


def _update(connection: Connection, folder_id: FolderId, column: str, value: object) -> None:
    _require(connection, folder_id)
    connection.execute(f"UPDATE folder SET {column} = ? WHERE id = ?", [value, folder_id])


def _delete_folder(connection: Connection, folder_id: FolderId) -> list[Conversation]:
    _require(connection, folder_id)
    held = connection.execute("SELECT id FROM conversation WHERE folder_id = ? AND trashed_at IS NULL", [folder_id]).fetchall()
    connection.execute("DELETE FROM folder WHERE id = ?", [folder_id])
    return [transcript.conversation(connection, ConversationId(row[0])) for row in held]


def _require(connection: Connection, folder_id: FolderId) -> None:
    if connection.execute("SELECT 1 FROM folder WHERE id = ?", [folder_id]).fetchone() is None:
        raise UnknownFolderError


def _folder(row: Sequence[Any]) -> Folder:
    folder_id, name, is_folded = row
    return Folder(folder_id, name, bool(is_folded))
