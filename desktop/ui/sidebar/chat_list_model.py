"""The sidebar's rows as a Qt model."""

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.chat.events import Activity
from desktop.conversations.message import ConversationId
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.sidebar.chat_rows import ChatRow, GroupRow, MoreRow, Row, chat_rows

_Index = QModelIndex | QPersistentModelIndex


class ChatListRole(IntEnum):
    """What the delegate asks for besides Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole.value


class ChatListModel(QAbstractListModel):
    """List the directory's chats.

    Signals: rename_requested with a chat's id and its new title.
    """

    rename_requested = Signal(object, str)

    def __init__(
        self, directory: ChatDirectory, now: Callable[[], datetime] = lambda: datetime.now().astimezone(), parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._directory = directory
        self._now = now
        self._unfolded: frozenset[ConversationId] = frozenset()
        self._rows: list[Row] = []
        directory.changed.connect(self._on_directory_changed)
        directory.status_changed.connect(self._on_directory_status_changed)
        self._on_directory_changed()

    def row(self, index: _Index) -> Row:
        """Return what stands at an index."""
        return self._rows[index.row()]

    def index_of(self, chat_id: ConversationId | None) -> QModelIndex:
        """Return the index of a chat, invalid where it is not listed."""
        for number, row in enumerate(self._rows):
            if isinstance(row, ChatRow) and row.chat.id == chat_id:
                return self.index(number)
        return QModelIndex()

    def reveal(self, chat_id: ConversationId | None) -> QModelIndex:
        """Return the index of a chat, unfolding what hides it; invalid where it is not known."""
        if not self.index_of(chat_id).isValid():
            for row in self._rows:
                if isinstance(row, MoreRow):
                    self.unfold(row.parent_id)
        return self.index_of(chat_id)

    def unfold(self, chat_id: ConversationId) -> None:
        """List the deeper forks below a chat."""
        self._unfolded |= {chat_id}
        self._on_directory_changed()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        match self.row(index):
            case ChatRow():
                return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
            case MoreRow():
                return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if role == ChatListRole.ROW:
            return row
        match row:
            case GroupRow(label):
                return label if role == Qt.ItemDataRole.DisplayRole else None
            case MoreRow():
                return f"+{row.count} forks" if role == Qt.ItemDataRole.DisplayRole else None
            case ChatRow(chat):
                title = self._directory.title(chat.id)
                if role == Qt.ItemDataRole.DisplayRole:
                    return title
                if role == Qt.ItemDataRole.EditRole:
                    return chat.title or title
                if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
                    return f"{title}, branch {self._directory.branch(chat.id).name}{self._status(chat.id)}"
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.row(index)
        title = str(value).strip()
        if not isinstance(row, ChatRow) or not title or title == row.chat.title:
            return False
        self.rename_requested.emit(row.chat.id, title)
        return True

    def _status(self, chat_id: ConversationId) -> str:
        if self._directory.activity(chat_id) is not Activity.IDLE:
            return ", working"
        return ", a new reply" if self._directory.is_unseen(chat_id) else ""

    def _on_directory_changed(self) -> None:
        rows = chat_rows(self._directory.chats(), self._now(), self._unfolded)
        if rows == self._rows:
            return
        if [_identity(row) for row in rows] == [_identity(row) for row in self._rows]:
            # Only titles or times changed: a reset would end renaming and lose the scroll position.
            self._rows = rows
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _on_directory_status_changed(self, chat_id: ConversationId) -> None:
        index = self.index_of(chat_id)
        if index.isValid():
            self.dataChanged.emit(index, index)


def _identity(row: Row) -> tuple[object, ...]:
    match row:
        case ChatRow():
            return (row.chat.id, row.trunks, row.has_forks)
        case MoreRow():
            return (row.parent_id, row.count)
    return (row.label,)
