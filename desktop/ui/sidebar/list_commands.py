"""What a person asks of the chats in the list."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from desktop.conversations.message import Conversation, ConversationId, FolderId, MessageId
from desktop.ui.sidebar.chat_rows import Place, Shelf
from desktop.ui.taking_along import Form
from desktop.ui.window_context import WindowContext


class ListCommands(QObject):
    """Have the chats carry out what is asked; what is folded is so at once.

    Signals: folder_added with the id of a folder that wants a name; fork_opened with the new Conversation; trashed with the id of
    a chat and its title.
    """

    fork_opened = Signal(object)
    folder_added = Signal(object)
    trashed = Signal(object, object)

    def __init__(self, context: WindowContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chats, self._order, self._directory, self._spawn = context.chats, context.chats.organising, context.directory, context.spawn
        self._taking_along = context.taking_along

    def rename(self, chat_id: ConversationId, title: str) -> None:
        """Give a chat another title."""
        self._spawn(self._chats.rename(chat_id, title))

    def fork(self, chat: Conversation) -> None:
        """Fork a chat at its last message; an empty one has nothing to fork from."""
        if chat.head_id is not None:
            self._spawn(self._fork(chat.id, chat.head_id))

    def set_pinned(self, chat_id: ConversationId, is_pinned: bool) -> None:
        """Let a chat stand before all others, or not."""
        self._spawn(self._order.set_pinned(chat_id, is_pinned))

    def move(self, chat_id: ConversationId, folder_id: FolderId | None) -> None:
        """Put a chat into a folder; None: into none."""
        self._spawn(self._order.move(chat_id, folder_id))

    def put(self, chat_id: ConversationId, place: Place) -> None:
        """Let a chat stand at a place."""
        chat = self._directory.find(chat_id)
        if chat is None:
            return
        if chat.is_pinned is not (place is Shelf.PINNED):
            self.set_pinned(chat_id, place is Shelf.PINNED)
        folder_id = None if isinstance(place, Shelf) else place
        if place is not Shelf.PINNED and chat.folder_id != folder_id:
            self.move(chat_id, folder_id)

    def set_folded(self, chat_id: ConversationId, is_folded: bool) -> None:
        """Keep a chat's forks out of the list, or not."""
        chat = self._directory.find(chat_id)
        if chat is not None and chat.is_folded is not is_folded:
            self._directory.put(replace(chat, is_folded=is_folded))
            self._spawn(self._order.set_folded(chat_id, is_folded))

    def set_folder_folded(self, folder_id: FolderId, is_folded: bool) -> None:
        """Keep a folder's chats out of the list, or not."""
        folders = self._directory.folders()
        if any(folder.id == folder_id and folder.is_folded is not is_folded for folder in folders):
            self._directory.set_folders(replace(it, is_folded=is_folded) if it.id == folder_id else it for it in folders)
            self._spawn(self._order.set_folder_folded(folder_id, is_folded))

    def reveal(self, chat_id: ConversationId) -> None:
        """Unfold all that a chat is folded away in."""
        chat = self._directory.find(chat_id)
        while chat is not None:
            if chat.folder_id is not None:
                self.set_folder_folded(chat.folder_id, False)
            chat = self._directory.find(chat.forked_from_id)
            if chat is not None:
                self.set_folded(chat.id, False)

    def add_folder(self, chat_id: ConversationId | None = None) -> None:
        """Make a folder, and put a chat into it."""
        self._spawn(self._add_folder(chat_id))

    def rename_folder(self, folder_id: FolderId, name: str) -> None:
        """Give a folder another name."""
        self._spawn(self._order.rename_folder(folder_id, name))

    def step_folder(self, folder_id: FolderId, step: int) -> None:
        """Move a folder up with -1, down with 1; at the end it stays."""
        places = [folder.id for folder in self._directory.folders()]
        if folder_id in places:
            self.move_folder(folder_id, places.index(folder_id) + step)

    def move_folder(self, folder_id: FolderId, place: int) -> None:
        """Let a folder stand at a place among the others, from 0; does nothing where there is none, or it is there."""
        folders = list(self._directory.folders())
        moved = next((folder for folder in folders if folder.id == folder_id), None)
        if moved is None or not 0 <= place < len(folders) or folders[place] is moved:
            return
        folders.remove(moved)
        folders.insert(place, moved)
        self._directory.set_folders(folders)
        self._spawn(self._order.move_folder(folder_id, place))

    def delete_folder(self, folder_id: FolderId) -> None:
        """Delete a folder; its chats go back to the list."""
        self._spawn(self._order.delete_folder(folder_id))

    def export(self, chat_id: ConversationId, form: Form) -> None:
        """Write a chat to a file that is asked for."""
        self._taking_along.ask_export(chat_id, form)

    def move_to_trash(self, chat_id: ConversationId) -> None:
        """Take a chat out of the list."""
        self._spawn(self._move_to_trash(chat_id, self._directory.title(chat_id)))

    def restore(self, chat_id: ConversationId) -> None:
        """Bring a chat back into the list."""
        self._spawn(self._chats.restore_from_trash(chat_id))

    async def _fork(self, chat_id: ConversationId, message_id: MessageId) -> None:
        fork = await self._chats.fork(chat_id, message_id)
        self._directory.put(fork)
        self.fork_opened.emit(fork)

    async def _add_folder(self, chat_id: ConversationId | None) -> None:
        folder = await self._order.add_folder()
        if folder not in self._directory.folders():
            self._directory.set_folders([*self._directory.folders(), folder])
        if chat_id is not None:
            await self._order.move(chat_id, folder.id)
        self.folder_added.emit(folder.id)

    async def _move_to_trash(self, chat_id: ConversationId, title: str) -> None:
        await self._chats.move_to_trash(chat_id)
        self.trashed.emit(chat_id, title)
