"""How the person orders their chats: pins, folders, and what is folded away."""

from collections.abc import Sequence
from typing import Any

from desktop.conversations import transcript
from desktop.conversations.database import Connection, DatabaseThread, storable
from desktop.conversations.errors import UnknownFolderError
from desktop.conversations.folder import Folder
from desktop.conversations.message import Conversation, ConversationId, FolderId
from desktop.conversations.temporary import TemporaryDatabase

MOST_MADE = 500  # folders, by what comes from a file


class OrderStore:
    """Keep the order of chats, on the database's thread. Coroutines raise as those of ConversationStore do, and UnknownFolderError."""

    def __init__(self, database: DatabaseThread, of: TemporaryDatabase) -> None:
        self._database, self._of = database, of

    async def set_pinned(self, conversation_id: ConversationId, is_pinned: bool) -> Conversation:
        """Let a chat stand before all others, or not."""
        return await self._of(conversation_id).run(lambda connection: transcript.update(connection, conversation_id, is_pinned=is_pinned))

    async def set_folded(self, conversation_id: ConversationId, is_folded: bool) -> Conversation:
        """List a chat's forks, or not."""
        return await self._of(conversation_id).run(lambda connection: transcript.update(connection, conversation_id, is_folded=is_folded))

    async def move(self, conversation_id: ConversationId, folder_id: FolderId | None) -> Conversation:
        """Put a chat into a folder; None: into none."""
        return await self._of(conversation_id).run(lambda connection: _move(connection, conversation_id, folder_id))

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

    async def move_folder(self, folder_id: FolderId, place: int) -> None:
        """Let a folder stand at a place, counted from 0 from the top, among the others."""
        await self._database.run(lambda connection: _move_folder(connection, folder_id, place))

    async def delete_folder(self, folder_id: FolderId) -> list[Conversation]:
        """Delete a folder; return its chats, those in the trash not among them, which are in none now."""
        return await self._database.run(lambda connection: _delete_folder(connection, folder_id))


def folder_name(connection: Connection, folder_id: FolderId) -> str:
    """Return a folder's name."""
    return str(connection.execute("SELECT name FROM folder WHERE id = ?", [folder_id]).fetchone()[0])


def folder_named(connection: Connection, name: str) -> FolderId | None:
    """Return the first folder of a name, made where there is none; None where there are too many for one more."""
    found = connection.execute("SELECT id FROM folder WHERE name = ? ORDER BY position, id LIMIT 1", [storable(name)]).fetchone()
    if found is not None:
        return FolderId(found[0])
    count: int = connection.execute("SELECT count(*) FROM folder").fetchone()[0]
    return _add_folder(connection, name).id if count < MOST_MADE else None


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


def _move_folder(connection: Connection, folder_id: FolderId, place: int) -> None:
    _require(connection, folder_id)
    others = [folder.id for folder in _folders(connection) if folder.id != folder_id]
    place = max(0, place)
    ordered = enumerate([*others[:place], folder_id, *others[place:]])
    connection.executemany("UPDATE folder SET position = ? WHERE id = ?", ordered)


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
