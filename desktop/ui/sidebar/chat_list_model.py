"""The sidebar's rows as a Qt model."""

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.conversations.message import ConversationId, FolderId
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.controls.tooltips import plain
from desktop.ui.sidebar.chat_outline import ChatOutline
from desktop.ui.sidebar.chat_rows import PINNED, ChatRow, FolderRow, GroupRow, MoreRow, Place, Row, RowKey, Shelf, folder_key, row_key
from desktop.ui.sidebar.row_changes import differing, runs
from desktop.ui.titles import drawn_title
from desktop.ui.translation import tr, tr_counted, translated

_Index = QModelIndex | QPersistentModelIndex


class ChatListRole(IntEnum):
    """What the delegate asks for besides Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole.value


class ChatListModel(QAbstractListModel):
    """List the directory's chats and folders.

    Signals: rename_requested with a chat's id and its new title; folder_rename_requested with a folder's id and its new name.
    """

    rename_requested = Signal(object, str)
    folder_rename_requested = Signal(object, str)

    def __init__(
        self, directory: ChatDirectory, now: Callable[[], datetime] = lambda: datetime.now().astimezone(), parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._directory = directory
        self._now = now
        self._unfolded: frozenset[ConversationId] = frozenset()
        self._outline = ChatOutline(directory)
        self._rows: list[Row] = []
        self._places: dict[RowKey, int] = {}  # of the rows; empty where they must be counted anew
        directory.changed.connect(self._on_directory_changed)
        directory.folders_changed.connect(lambda: self._on_directory_changed(frozenset()))
        directory.status_changed.connect(self._on_directory_status_changed)
        self._on_directory_changed(frozenset(chat.id for chat in directory.chats()))

    def row(self, index: _Index) -> Row:
        """Return what stands at an index."""
        return self._rows[index.row()]

    def index_of(self, chat_id: ConversationId | None) -> QModelIndex:
        """Return the index of a chat, invalid where it is not listed."""
        return self._index(chat_id) if chat_id is not None else QModelIndex()

    def index_of_folder(self, folder_id: FolderId) -> QModelIndex:
        """Return the index of a folder, invalid where it is not known."""
        return self._index(folder_key(folder_id))

    def index_above(self, index: _Index) -> QModelIndex:
        """Return the index of what a row hangs on: a fork's parent, a chat's folder; invalid where it hangs on nothing."""
        row = self.row(index)
        if isinstance(row, ChatRow | MoreRow):
            for number in range(index.row() - 1, -1, -1):
                above = self._rows[number]
                is_parent = isinstance(above, ChatRow) and (above.level < row.level or isinstance(row, MoreRow))
                if is_parent or isinstance(above, FolderRow):
                    return self.index(number) if is_parent or row.is_in_folder else QModelIndex()
        return QModelIndex()

    def place_of(self, index: _Index) -> Place:
        """Return where what is put at an index stands; an invalid index is below all rows."""
        for number in range(index.row(), -1, -1):
            match self._rows[number]:
                case FolderRow(folder):
                    return folder.id
                case GroupRow(label):
                    return Shelf.PINNED if label == PINNED else Shelf.BY_TIME
        return Shelf.BY_TIME

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
        self._on_directory_changed(frozenset({chat_id}))

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        match self.row(index) if index.isValid() else None:
            case ChatRow() | FolderRow():
                return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled
            case MoreRow():
                return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if role == ChatListRole.ROW:
            return row
        match row:
            case GroupRow(label):
                return translated(label) if role == Qt.ItemDataRole.DisplayRole else None
            case MoreRow():
                return tr_counted("+{count} forks", "+1 fork", row.count) if role == Qt.ItemDataRole.DisplayRole else None
            case FolderRow(folder):
                return _said(role, drawn_title(folder.name), folder.name, _told_of_folder(row))
            case ChatRow(chat):
                title = self._directory.title(chat.id)
                status, forks = self._directory.status(chat.id).told(), _told_of_forks(row.hidden_forks)
                branch = self._directory.branch(chat.id).name
                told = tr("{title}, branch {branch}{status}{forks}", title=title, branch=branch, status=status, forks=forks)
                return _said(role, title, chat.title or title, told)

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        title = str(value).strip()
        match self.row(index):
            case ChatRow(chat) if title and title != chat.title:
                self.rename_requested.emit(chat.id, title)
                return True
            case FolderRow(folder) if title and title != folder.name:
                self.folder_rename_requested.emit(folder.id, title)
                return True
        return False

    def _index(self, key: RowKey) -> QModelIndex:
        if not self._places:
            self._places = {row_key(row): number for number, row in enumerate(self._rows)}
        place = self._places.get(key)
        return self.index(place) if place is not None else QModelIndex()

    def _on_directory_changed(self, changed: frozenset[ConversationId]) -> None:
        self._outline.update(changed, self._now(), self._unfolded)
        self._show(self._outline.rows())
        places = [index.row() for chat_id in changed if (index := self.index_of(chat_id)).isValid()]
        if places:  # a chat may have another branch where its row is the same
            self.dataChanged.emit(self.index(min(places)), self.index(max(places)))

    def _on_directory_status_changed(self, chat_id: ConversationId) -> None:
        index = self.index_of(chat_id)
        if index.isValid():
            self.dataChanged.emit(index, index)

    def _show(self, rows: list[Row]) -> None:
        """Come to these rows so that who holds on to one, by the focus or by renaming it, keeps it."""
        first, end = differing(self._rows, rows)
        before, after = slice(first, len(self._rows) - end), slice(first, len(rows) - end)
        kept = {row_key(row) for row in self._rows[before]} & {row_key(row) for row in rows[after]}
        self._remove(first, [row_key(row) not in kept for row in self._rows[before]])
        self._reorder(first, [row for row in rows[after] if row_key(row) in kept])
        self._insert(first, rows[after], [row_key(row) not in kept for row in rows[after]])
        if kept:
            self.dataChanged.emit(self.index(first), self.index(len(rows) - end - 1))

    def _remove(self, first: int, is_gone: list[bool]) -> None:
        for start, stop in reversed(runs(is_gone)):
            self.beginRemoveRows(QModelIndex(), first + start, first + stop - 1)
            del self._rows[first + start : first + stop]
            self._places = {}
            self.endRemoveRows()

    def _reorder(self, first: int, rows: list[Row]) -> None:
        """Put rows, of which each may say something new, in the place of the same rows in another order."""
        before = self._rows[first : first + len(rows)]
        places = {row_key(row): first + number for number, row in enumerate(rows)}
        if [row_key(row) for row in before] == list(places):
            self._rows[first : first + len(rows)] = rows
            return
        self.layoutAboutToBeChanged.emit()
        held = [index for index in self.persistentIndexList() if first <= index.row() < first + len(rows)]
        self._rows[first : first + len(rows)] = rows
        self._places = {}
        self.changePersistentIndexList(held, [self.index(places[row_key(before[index.row() - first])]) for index in held])
        self.layoutChanged.emit()

    def _insert(self, first: int, rows: list[Row], is_new: list[bool]) -> None:
        for start, stop in runs(is_new):
            self.beginInsertRows(QModelIndex(), first + start, first + stop - 1)
            self._rows[first + start : first + start] = rows[start:stop]
            self._places = {}
            self.endInsertRows()


def _said(role: int, title: str, edited: str, told: str) -> str | None:
    """Return what a row says that has a title."""
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return title
        case Qt.ItemDataRole.EditRole:
            return edited
        case Qt.ItemDataRole.ToolTipRole:
            return plain(told)
        case Qt.ItemDataRole.AccessibleTextRole:
            return told
    return None


def _told_of_folder(row: FolderRow) -> str:
    name = drawn_title(row.folder.name)
    if row.folder.is_folded:
        return tr_counted("{name}, folder, {count} chats, folded", "{name}, folder, {count} chat, folded", row.count, name=name)
    return tr_counted("{name}, folder, {count} chats", "{name}, folder, {count} chat", row.count, name=name)


def _told_of_forks(hidden: int) -> str:
    return tr_counted(", {count} forks folded", ", {count} fork folded", hidden) if hidden else ""
