"""What can be done with a chat or a folder of the list."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.conversations.folder import Folder
from desktop.conversations.message import Conversation, FolderId
from desktop.ui.titles import drawn_title


class ChatMenu(QMenu):
    """Offer what a chat allows; deletes itself once it is closed.

    Signals: open_requested; beside_requested; rename_requested; pin_chosen with whether; folder_chosen with a folder's id, or None for
    no folder; new_folder_requested; fork_requested; trash_requested.
    """

    open_requested = Signal()
    beside_requested = Signal()
    rename_requested = Signal()
    pin_chosen = Signal(bool)
    folder_chosen = Signal(object)
    new_folder_requested = Signal()
    fork_requested = Signal()
    trash_requested = Signal()

    def __init__(self, chat: Conversation, folders: Sequence[Folder], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chatMenu")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setToolTipsVisible(True)
        self.addAction("Open").triggered.connect(self.open_requested)
        self.addAction("Open beside\tCtrl+Enter").triggered.connect(self.beside_requested)
        self.addSeparator()
        self.addAction("Rename\tF2").triggered.connect(self.rename_requested)
        pin = self.addAction("Unpin" if chat.is_pinned else "Pin")
        pin.setToolTip("" if chat.is_pinned else "It stands before all other chats.")
        pin.triggered.connect(lambda: self.pin_chosen.emit(not chat.is_pinned))
        self.addMenu(self._folders(chat.folder_id, folders))
        fork = self.addAction("Fork")
        fork.setEnabled(chat.head_id is not None)
        fork.setToolTip("Continue in a second chat. This one stays as it is.")
        fork.triggered.connect(self.fork_requested)
        self.addSeparator()
        trash = self.addAction("Move to trash")
        trash.setToolTip("Its text is kept there for 30 days. Forks stay.")
        trash.triggered.connect(self.trash_requested)

    def _folders(self, chosen: FolderId | None, folders: Sequence[Folder]) -> QMenu:
        menu = QMenu("Move to folder", self)
        menu.setObjectName("folderMenu")
        for folder in folders:
            self._offer(menu, drawn_title(folder.name).replace("&", "&&"), folder.id, is_chosen=folder.id == chosen)
        if folders:
            self._offer(menu, "No folder", None, is_chosen=chosen is None)
            menu.addSeparator()
        menu.addAction("New folder…").triggered.connect(self.new_folder_requested)
        return menu

    def _offer(self, menu: QMenu, name: str, folder_id: FolderId | None, *, is_chosen: bool) -> None:
        action: QAction = menu.addAction(name)
        action.setCheckable(True)
        action.setChecked(is_chosen)
        action.triggered.connect(partial(self.folder_chosen.emit, folder_id))


class FolderMenu(QMenu):
    """Offer what a folder allows; deletes itself once it is closed.

    Signals: rename_requested; delete_requested.
    """

    rename_requested = Signal()
    delete_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chatMenu")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setToolTipsVisible(True)
        self.addAction("Rename\tF2").triggered.connect(self.rename_requested)
        delete = self.addAction("Delete folder")
        delete.setToolTip("Its chats go back to the list.")
        delete.triggered.connect(self.delete_requested)
