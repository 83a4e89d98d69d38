"""All chats with their folders: the list, its menus, and what is folded."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, Signal
from PySide6.QtWidgets import QMenu

from desktop.conversations.message import Conversation, ConversationId, FolderId
from desktop.ui.chat_drag import drag_chat, drag_folder
from desktop.ui.sidebar.chat_delegate import ChatDelegate
from desktop.ui.sidebar.chat_list_model import ChatListModel
from desktop.ui.sidebar.chat_list_view import ChatListView
from desktop.ui.sidebar.chat_menu import ChatMenu, FolderMenu
from desktop.ui.sidebar.chat_rows import ChatRow, FolderRow, MoreRow, Shelf
from desktop.ui.sidebar.list_commands import ListCommands
from desktop.ui.titles import drawn_title
from desktop.ui.window_context import WindowContext

_Index = QModelIndex | QPersistentModelIndex


class ChatList(QObject):
    """Join the view with the model and with what is asked of the chats.

    Signals: chat_chosen and beside_requested with a chat's id.
    """

    chat_chosen = Signal(object)
    beside_requested = Signal(object)

    def __init__(self, context: WindowContext, commands: ListCommands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme, self._directory, self._commands = context.theme, context.directory, commands
        self.model = ChatListModel(context.directory, parent=self)
        self.model.rename_requested.connect(commands.rename)
        self.model.folder_rename_requested.connect(commands.rename_folder)
        self.view = ChatListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(ChatDelegate(context.theme, context.directory, self.view))
        self.view.row_chosen.connect(self._on_view_row_chosen)
        self.view.beside_chosen.connect(self._on_view_beside_chosen)
        self.view.fold_requested.connect(self._on_view_fold_requested)
        self.view.menu_requested.connect(self._on_view_menu_requested)
        self.view.drag_began.connect(self._on_view_drag_began)
        self.view.chat_dropped.connect(lambda chat_id, index: commands.put(chat_id, self.model.place_of(index)))
        self.view.folder_dropped.connect(self._on_view_folder_dropped)
        self.view.step_requested.connect(self._on_view_step_requested)
        commands.folder_added.connect(self._on_commands_folder_added)
        context.theme.changed.connect(self.view.scheduleDelayedItemsLayout)

    def show_current(self, chat_id: ConversationId | None) -> None:
        """Make a chat's row the current one."""
        index = self.model.index_of(chat_id)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def chat_from(self, chat_id: ConversationId | None, steps: int) -> ConversationId | None:
        """Return the chat that stands so many below another, around the end; from one that is not listed, the first or last."""
        rows = (self.model.row(self.model.index(number)) for number in range(self.model.rowCount()))
        listed = [row.chat.id for row in rows if isinstance(row, ChatRow)]
        if not listed:
            return None
        start = listed.index(chat_id) if chat_id in listed else (-1 if steps > 0 else 0)
        return listed[(start + steps) % len(listed)]

    def move_to_trash(self, chat_id: ConversationId | None) -> None:
        """Take a chat out of the list, unless it has no messages: nothing of it is worth to be kept."""
        chat = self._directory.find(chat_id)
        if chat is not None and chat.head_id is not None:
            self._commands.move_to_trash(chat.id)

    def begin_rename(self, chat_id: ConversationId | None) -> None:
        """Let the person edit a chat's title in place."""
        if chat_id is not None:
            self._commands.reveal(chat_id)
            self._edit(self.model.reveal(chat_id))

    def menu(self, index: _Index) -> QMenu | None:
        """Return the menu of a row, or None where it has none."""
        match self.model.row(index) if index.isValid() else None:
            case ChatRow(chat):
                return self._chat_menu(chat)
            case FolderRow(folder):
                places = [it.id for it in self._directory.folders()]
                menu = FolderMenu(places.index(folder.id), len(places), self.view)
                menu.step_requested.connect(lambda step: self._commands.step_folder(folder.id, step))
                menu.rename_requested.connect(lambda: self._edit(self.model.index_of_folder(folder.id)))
                menu.delete_requested.connect(lambda: self._commands.delete_folder(folder.id))
                return menu
        return None

    def _chat_menu(self, chat: Conversation) -> QMenu:
        commands = self._commands
        menu = ChatMenu(chat, self._directory.folders(), self.view)
        menu.open_requested.connect(lambda: self.chat_chosen.emit(chat.id))
        menu.beside_requested.connect(lambda: self.beside_requested.emit(chat.id))
        menu.rename_requested.connect(lambda: self.begin_rename(chat.id))
        menu.pin_chosen.connect(lambda is_pinned: commands.set_pinned(chat.id, is_pinned))
        menu.folder_chosen.connect(lambda folder_id: commands.move(chat.id, folder_id))
        menu.new_folder_requested.connect(lambda: commands.add_folder(chat.id))
        menu.fork_requested.connect(lambda: commands.fork(chat))
        menu.export_chosen.connect(lambda form: commands.export(chat.id, form))
        menu.trash_requested.connect(lambda: commands.move_to_trash(chat.id))
        return menu

    def _edit(self, index: QModelIndex) -> None:
        if index.isValid() and not self.view.is_editing():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)
            self.view.edit(index)

    def _go(self, index: QModelIndex) -> None:
        if index.isValid():
            self.view.setCurrentIndex(index)

    def _on_commands_folder_added(self, folder_id: FolderId) -> None:
        self._edit(self.model.index_of_folder(folder_id))

    def _on_view_row_chosen(self, index: QModelIndex) -> None:
        match self.model.row(index):
            case ChatRow(chat):
                self.chat_chosen.emit(chat.id)
            case FolderRow(folder):
                self._commands.set_folder_folded(folder.id, not folder.is_folded)
            case MoreRow(parent_id):
                self.model.unfold(parent_id)

    def _on_view_beside_chosen(self, index: QModelIndex) -> None:
        row = self.model.row(index)
        if isinstance(row, ChatRow):
            self.beside_requested.emit(row.chat.id)
        else:
            self._on_view_row_chosen(index)

    def _on_view_fold_requested(self, index: QModelIndex, wanted: bool | None) -> None:
        """Fold or unfold a row; where it is so already, go to what it hangs on, or into it."""
        match self.model.row(index):
            case FolderRow(folder) if wanted is not folder.is_folded:
                self._commands.set_folder_folded(folder.id, not folder.is_folded)
            case ChatRow(chat) as row if row.hidden_forks and not wanted:
                self._commands.set_folded(chat.id, False)
            case ChatRow(chat) as row if row.has_forks and wanted is not False:
                self._commands.set_folded(chat.id, True)
            case MoreRow(parent_id) if not wanted:
                self.model.unfold(parent_id)
            case ChatRow(has_forks=True) | FolderRow() if not wanted:
                self._go(self.model.index(index.row() + 1))
            case _ if wanted:
                self._go(self.model.index_above(index))

    def _on_view_menu_requested(self, index: QModelIndex, place: QPoint) -> None:
        if (menu := self.menu(index)) is not None:
            menu.popup(place)

    def _on_view_drag_began(self, index: QModelIndex) -> None:
        match self.model.row(index):
            case ChatRow(chat):
                drag_chat(self.view, self._theme, chat.id, self._directory.title(chat.id), self._directory.branch(chat.id))
            case FolderRow(folder):
                drag_folder(self.view, self._theme, folder.id, drawn_title(folder.name))

    def _on_view_folder_dropped(self, folder_id: FolderId, index: QModelIndex) -> None:
        """Let a folder take the place of the one in which it is dropped, or the last place below all of them."""
        match self.model.place_of(index):
            case Shelf.PINNED:
                self._commands.move_folder(folder_id, 0)
            case Shelf.BY_TIME:
                self._commands.move_folder(folder_id, len(self._directory.folders()) - 1)
            case other:
                self._commands.move_folder(folder_id, [folder.id for folder in self._directory.folders()].index(other))

    def _on_view_step_requested(self, index: QModelIndex, step: int) -> None:
        row = self.model.row(index)
        if isinstance(row, FolderRow):
            self._commands.step_folder(row.folder.id, step)
