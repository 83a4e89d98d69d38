"""How chats are ordered, for the window's own tests."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import FoldersChanged
from desktop.conversations.folder import Folder
from desktop.conversations.message import Conversation, ConversationId, FolderId


class Host(Protocol):
    """The chats that are ordered."""

    events: EventBuffer
    chats: dict[ConversationId, Conversation]
    change: Callable[..., None]

    def _note(self, *call: Any) -> None: ...


class FakeOrder:
    """Fulfils desktop.chat.api.Organising; the host notes what it was asked."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.kept: list[Folder] = []

    def add(self, name: str, *, is_folded: bool = False) -> Folder:
        self.kept.append(Folder(FolderId(len(self.kept) + 1), name, is_folded))
        return self.kept[-1]

    async def folders(self) -> list[Folder]:
        return list(self.kept)

    async def set_pinned(self, conversation_id: ConversationId, is_pinned: bool) -> None:
        self._change("set_pinned", conversation_id, is_pinned=is_pinned)

    async def set_folded(self, conversation_id: ConversationId, is_folded: bool) -> None:
        self._change("set_folded", conversation_id, is_folded=is_folded)

    async def move(self, conversation_id: ConversationId, folder_id: FolderId | None) -> None:
        self._change("move", conversation_id, folder_id=folder_id)

    async def add_folder(self) -> Folder:
        self._host._note("add_folder")
        folder = self.add("New folder")
        self._tell()
        return folder

    async def rename_folder(self, folder_id: FolderId, name: str) -> None:
        self._change_folder("rename_folder", folder_id, name=name)

    async def set_folder_folded(self, folder_id: FolderId, is_folded: bool) -> None:
        self._change_folder("set_folder_folded", folder_id, is_folded=is_folded)

    async def move_folder(self, folder_id: FolderId, place: int) -> None:
        self._host._note("move_folder", folder_id, place)
        moved = next(folder for folder in self.kept if folder.id == folder_id)
        self.kept.remove(moved)
        self.kept.insert(place, moved)
        self._host.events.put(FoldersChanged(tuple(self.kept)))

    async def delete_folder(self, folder_id: FolderId) -> None:
        self._host._note("delete_folder", folder_id)
        for chat in list(self._host.chats.values()):
            if chat.folder_id == folder_id:
                self._host.change(chat.id, folder_id=None)
        self.kept = [folder for folder in self.kept if folder.id != folder_id]
        self._tell()

    def _change(self, call: str, conversation_id: ConversationId, **fields: Any) -> None:
        self._host._note(call, conversation_id, *fields.values())
        self._host.change(conversation_id, **fields)

    def _change_folder(self, call: str, folder_id: FolderId, **fields: Any) -> None:
        self._host._note(call, folder_id, *fields.values())
        self.kept = [replace(folder, **fields) if folder.id == folder_id else folder for folder in self.kept]
        self._tell()

    def _tell(self) -> None:
        self._host.events.put(FoldersChanged(tuple(self.kept)))
