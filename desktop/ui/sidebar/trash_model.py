"""The chats in the trash as a Qt model."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.conversations.message import Conversation
from desktop.ui.controls.tooltips import plain
from desktop.ui.titles import said_title

_Index = QModelIndex | QPersistentModelIndex


class TrashModel(QAbstractListModel):
    """List chats, the last that went first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chats: Sequence[Conversation] = ()

    def show_chats(self, chats: Sequence[Conversation]) -> None:
        """List these chats."""
        if list(chats) != list(self._chats):
            self.beginResetModel()
            self._chats = chats
            self.endResetModel()

    def chat(self, index: _Index) -> Conversation | None:
        """Return the chat at an index, None where there is none."""
        return self._chats[index.row()] if index.isValid() else None

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._chats)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        chat = self._chats[index.row()]
        title = said_title(chat.title)
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(title)
        return None
