"""What can be clicked at the right of a row: the mark that folds at its end, and beside it the menu's."""

from enum import Enum, auto

from PySide6.QtCore import QPoint, QRect

from desktop.ui.sidebar.chat_rows import ChatRow, FolderRow, Row

MARK = 26  # pixels of a target's width
_RIGHT = 10


class RowMark(Enum):
    """A mark of a row."""

    FOLD = auto()
    MENU = auto()


def marks_of(row: Row) -> list[RowMark]:
    """Return the marks that a row has, from the right."""
    if isinstance(row, FolderRow) or (isinstance(row, ChatRow) and (row.has_forks or row.hidden_forks)):
        return [RowMark.FOLD, RowMark.MENU]
    return [RowMark.MENU] if isinstance(row, ChatRow) else []


def mark_place(row: Row, mark: RowMark, rectangle: QRect) -> QRect:
    """Return where one of its marks stands in a row."""
    left = rectangle.right() - _RIGHT - MARK * (marks_of(row).index(mark) + 1)
    return QRect(left, rectangle.top() + 2, MARK, rectangle.height() - 4)


def mark_at(row: Row, rectangle: QRect, position: QPoint) -> RowMark | None:
    """Return the mark of a row at a position, or None."""
    return next((mark for mark in marks_of(row) if mark_place(row, mark, rectangle).contains(position)), None)
