"""What can be done with a chat or a folder of the list."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.conversations.folder import Folder
from desktop.conversations.message import Conversation, FolderId
from desktop.ui.export_menu import ExportMenu
from desktop.ui.shortcuts.shortcut import Shortcut
from desktop.ui.taking_along import Form
from desktop.ui.titles import drawn_title
from desktop.ui.translation import tr


class ChatMenu(QMenu):
    """Offer what a chat allows; deletes itself once it is closed.

    Signals: open_requested; beside_requested; rename_requested; pin_chosen with whether; folder_chosen with a folder's id, or None for
    no folder; new_folder_requested; fork_requested; export_chosen with a Form; trash_requested.
    """

    open_requested = Signal()
    beside_requested = Signal()
    rename_requested = Signal()
    pin_chosen = Signal(bool)
    folder_chosen = Signal(object)
    new_folder_requested = Signal()
    fork_requested = Signal()
    export_chosen = Signal(Form)
    trash_requested = Signal()

    def __init__(self, chat: Conversation, folders: Sequence[Folder], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chatMenu")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setToolTipsVisible(True)
        self.addAction(tr("Open")).triggered.connect(self.open_requested)
        self.addAction(Shortcut.OPEN_ROW_BESIDE.beside(tr("Open beside"))).triggered.connect(self.beside_requested)
        self.addSeparator()
        self.addAction(Shortcut.RENAME_ROW.beside(tr("Rename"))).triggered.connect(self.rename_requested)
        pin = self.addAction(tr("Unpin") if chat.is_pinned else tr("Pin"))
        pin.setToolTip("" if chat.is_pinned else tr("It stands before all other chats."))
        pin.triggered.connect(lambda: self.pin_chosen.emit(not chat.is_pinned))
        self.addMenu(self._folders(chat.folder_id, folders))
        fork = self.addAction(tr("Fork"))
        fork.setEnabled(chat.head_id is not None)
        fork.setToolTip(tr("Continue in a second chat. This one stays as it is."))
        fork.triggered.connect(self.fork_requested)
        export = ExportMenu(self, offered=chat.head_id is not None)
        export.chosen.connect(self.export_chosen)
        self.addMenu(export)
        self.addSeparator()
        trash = self.addAction(tr("Move to trash"))
        trash.setToolTip(tr("Its text is kept there for 30 days. Forks stay."))
        trash.triggered.connect(self.trash_requested)

    def _folders(self, chosen: FolderId | None, folders: Sequence[Folder]) -> QMenu:
        menu = QMenu(tr("Move to folder"), self)
        menu.setObjectName("folderMenu")
        for folder in folders:
            self._offer(menu, drawn_title(folder.name).replace("&", "&&"), folder.id, is_chosen=folder.id == chosen)
        if folders:
            self._offer(menu, tr("No folder"), None, is_chosen=chosen is None)
            menu.addSeparator()
        menu.addAction(tr("New folder…")).triggered.connect(self.new_folder_requested)
        return menu

    def _offer(self, menu: QMenu, name: str, folder_id: FolderId | None, *, is_chosen: bool) -> None:
        action: QAction = menu.addAction(name)
        action.setCheckable(True)
        action.setChecked(is_chosen)
        action.triggered.connect(partial(self.folder_chosen.emit, folder_id))


class FolderMenu(QMenu):
    """Offer what a folder allows; deletes itself once it is closed.

    Signals: rename_requested; step_requested with -1 to move it up, 1 down; delete_requested.
    """

    rename_requested = Signal()
    step_requested = Signal(int)
    delete_requested = Signal()

    def __init__(self, place: int, count: int, parent: QWidget) -> None:
        """Offer what a folder allows that stands at a place, from 0, of so many."""
        super().__init__(parent)
        self.setObjectName("chatMenu")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setToolTipsVisible(True)
        self.addAction(Shortcut.RENAME_ROW.beside(tr("Rename"))).triggered.connect(self.rename_requested)
        if count > 1:
            up = self.addAction(Shortcut.FOLDER_UP.beside(tr("Move up")))
            up.setEnabled(place > 0)
            up.triggered.connect(lambda: self.step_requested.emit(-1))
            down = self.addAction(Shortcut.FOLDER_DOWN.beside(tr("Move down")))
            down.setEnabled(place < count - 1)
            down.triggered.connect(lambda: self.step_requested.emit(1))
        delete = self.addAction(tr("Delete folder"))
        delete.setToolTip(tr("Its chats go back to the list."))
        delete.triggered.connect(self.delete_requested)
