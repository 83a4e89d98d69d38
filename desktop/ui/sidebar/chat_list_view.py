"""The list of chats as a person handles it: keys, clicks, drags."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QLineEdit, QListView, QWidget

from desktop.ui.chat_drag import dragged_chat, dragged_folder
from desktop.ui.keyboard import keeps_key
from desktop.ui.shortcuts.shortcut import Shortcut
from desktop.ui.sidebar.chat_list_model import ChatListRole
from desktop.ui.sidebar.chat_rows import FolderRow
from desktop.ui.sidebar.row_marks import RowMark, mark_at, mark_place, marks_of
from desktop.ui.translation import tr

_Index = QModelIndex | QPersistentModelIndex


class ChatListView(QListView):
    """Enter and a click open a chat, with Ctrl beside the others; F2 and a double click rename what is current.

    Left and Right fold; the Menu key, Shift+F10, a right click and the mark at a row's end ask for its menu.

    Signals: row_chosen and beside_chosen with an index; fold_requested with an index and whether, None to change what is;
    menu_requested with an index and the place for the menu on the screen; drag_began with the index of a row that is dragged;
    chat_dropped with a chat's id and an index, invalid below all rows, folder_dropped with a folder's; step_requested with an index
    and -1 to move it up, 1 down.
    """

    row_chosen = Signal(QModelIndex)
    beside_chosen = Signal(QModelIndex)
    fold_requested = Signal(QModelIndex, object)
    menu_requested = Signal(QModelIndex, QPoint)
    drag_began = Signal(QModelIndex)
    chat_dropped = Signal(object, QModelIndex)
    folder_dropped = Signal(object, QModelIndex)
    step_requested = Signal(QModelIndex, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chatList")
        self.setAccessibleName(tr("Chats"))
        self.setAccessibleDescription(tr("Left and Right fold and unfold. The Menu key shows what can be done with a chat or folder."))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(False)
        self._drop = QPersistentModelIndex()
        self._is_on_mark = False  # the button was pressed on one
        self.clicked.connect(lambda index: self._choose(index, QGuiApplication.keyboardModifiers()))

    def drop_row(self) -> int:
        """Return the row that a dragged chat is over, -1 for none."""
        return self._drop.row() if self._drop.isValid() else -1

    def is_editing(self) -> bool:
        """Return whether a name is being written; the view's own state forgets it when rows move."""
        return any(not editor.isHidden() for editor in self.viewport().findChildren(QLineEdit))

    def dataChanged(self, top_left: _Index, bottom_right: _Index, roles: Sequence[int] = ()) -> None:
        # QListView's own lays out all rows again, in case that one has another size now: none ever has.
        QAbstractItemView.dataChanged(self, top_left, bottom_right, roles)

    def event(self, event: QEvent) -> bool:
        if keeps_key(event, Qt.Key.Key_F2):  # here F2 renames the current row, whatever it does in the window
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._folder_steps(event):
            event.accept()  # where the window has the same keys for messages
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if self.is_editing():
            return  # an Enter that ended the editing does nothing else
        if not index.isValid():
            super().keyPressEvent(event)
            return
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._choose(index, event.modifiers())
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self.fold_requested.emit(index, event.key() == Qt.Key.Key_Left)
            case _ if steps := self._folder_steps(event):
                self.step_requested.emit(index, steps)
            case Qt.Key.Key_Menu:
                self._ask_for_menu(index)
            case Qt.Key.Key_F10 if shift:
                self._ask_for_menu(index)
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self._ask_for_menu(self.currentIndex())
        elif (index := self.indexAt(event.pos())).isValid():
            self.menu_requested.emit(index, event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index, mark = self._mark(event)
        self._is_on_mark = mark is not None
        match mark:
            case RowMark.MENU:
                self._ask_for_menu(index)
            case RowMark.FOLD:
                self.fold_requested.emit(index, None)
            case None:
                super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._is_on_mark:
            super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._is_on_mark or not event.buttons():
            super().mouseMoveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._mark(event)[1] is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)

    def startDrag(self, supported_actions: Qt.DropAction) -> None:
        if self.currentIndex().isValid():
            self.drag_began.emit(self.currentIndex())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _is_taken(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if _is_taken(event.mimeData()):
            super().dragMoveEvent(event)  # which scrolls near the edges
            self._show_drop(self.indexAt(event.position().toPoint()))
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._show_drop(QModelIndex())

    def dropEvent(self, event: QDropEvent) -> None:
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        self._show_drop(QModelIndex())
        if (chat_id := dragged_chat(event.mimeData())) is not None:
            event.acceptProposedAction()
            self.chat_dropped.emit(chat_id, self.indexAt(event.position().toPoint()))
        elif (folder_id := dragged_folder(event.mimeData())) is not None:
            event.acceptProposedAction()
            self.folder_dropped.emit(folder_id, self.indexAt(event.position().toPoint()))

    def _mark(self, event: QMouseEvent) -> tuple[QModelIndex, RowMark | None]:
        position = event.position().toPoint()
        index = self.indexAt(position)
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return index, None
        return index, mark_at(index.data(ChatListRole.ROW), self.visualRect(index), position)

    def _folder_steps(self, event: QKeyEvent) -> int:
        """Return how far down a key moves the folder that is current; 0 where it is none, or another key."""
        if isinstance(self.currentIndex().data(ChatListRole.ROW), FolderRow):
            keys = QKeySequence(event.keyCombination())
            return (keys in Shortcut.FOLDER_DOWN.sequences()) - (keys in Shortcut.FOLDER_UP.sequences())
        return 0

    def _choose(self, index: QModelIndex, modifiers: Qt.KeyboardModifier) -> None:
        (self.beside_chosen if modifiers & Qt.KeyboardModifier.ControlModifier else self.row_chosen).emit(index)

    def _ask_for_menu(self, index: QModelIndex) -> None:
        """Ask for a menu at a row's end, once: a key may come as a key and as the wish for a menu."""
        row = index.data(ChatListRole.ROW) if index.isValid() else None
        if row is not None and RowMark.MENU in marks_of(row) and QApplication.activePopupWidget() is None:
            place = mark_place(row, RowMark.MENU, self.visualRect(index))
            self.menu_requested.emit(index, self.viewport().mapToGlobal(place.bottomLeft()))

    def _show_drop(self, index: QModelIndex) -> None:
        self._drop = QPersistentModelIndex(index)
        self.viewport().update()


def _is_taken(data: QMimeData) -> bool:
    return dragged_chat(data) is not None or dragged_folder(data) is not None
