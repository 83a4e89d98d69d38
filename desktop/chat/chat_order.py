"""Ordering chats: pins, folders, and forks that are folded away."""

from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import ConversationChanged, FoldersChanged
from desktop.chat.titles import title_from
from desktop.conversations.folder import Folder
from desktop.conversations.message import ConversationId, FolderId
from desktop.conversations.order import OrderStore

NEW_FOLDER = "New folder"


class ChatOrder:
    """See Organising. For the event loop's thread."""

    def __init__(self, order: OrderStore, events: EventBuffer) -> None:
        """Use the store; events tell the window what happens."""
        self._order, self._events = order, events

    async def folders(self) -> list[Folder]:
        """See Organising."""
        return await self._order.folders()

    async def set_pinned(self, conversation_id: ConversationId, is_pinned: bool) -> None:
        """See Organising."""
        self._events.put(ConversationChanged(await self._order.set_pinned(conversation_id, is_pinned)))

    async def set_folded(self, conversation_id: ConversationId, is_folded: bool) -> None:
        """See Organising."""
        self._events.put(ConversationChanged(await self._order.set_folded(conversation_id, is_folded)))

    async def move(self, conversation_id: ConversationId, folder_id: FolderId | None) -> None:
        """See Organising."""
        self._events.put(ConversationChanged(await self._order.move(conversation_id, folder_id)))

    async def add_folder(self) -> Folder:
        """See Organising."""
        folder = await self._order.add_folder(NEW_FOLDER)
        await self._tell_folders()
        return folder

    async def rename_folder(self, folder_id: FolderId, name: str) -> None:
        """See Organising."""
        if clean := title_from(name):
            await self._order.rename_folder(folder_id, clean)
            await self._tell_folders()

    async def set_folder_folded(self, folder_id: FolderId, is_folded: bool) -> None:
        """See Organising."""
        await self._order.set_folder_folded(folder_id, is_folded)
        await self._tell_folders()

    async def move_folder(self, folder_id: FolderId, place: int) -> None:
        """See Organising."""
        await self._order.move_folder(folder_id, place)
        await self._tell_folders()

    async def delete_folder(self, folder_id: FolderId) -> None:
        """See Organising."""
        for chat in await self._order.delete_folder(folder_id):
            self._events.put(ConversationChanged(chat))
        await self._tell_folders()

    async def _tell_folders(self) -> None:
        self._events.put(FoldersChanged(tuple(await self._order.folders())))
