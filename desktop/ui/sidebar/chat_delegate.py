"""How a row of the sidebar is drawn."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.chat_status import STATUS_WIDTH, ChatStatus, draw_status
from desktop.ui.sidebar.chat_list_model import ChatListRole
from desktop.ui.sidebar.chat_list_view import ChatListView
from desktop.ui.sidebar.chat_rows import ChatRow, FolderRow, GroupRow, MoreRow
from desktop.ui.sidebar.row_marks import MARK, RowMark, mark_place, marks_of
from desktop.ui.theme.theme import Theme
from desktop.ui.titles import drawn_title
from desktop.ui.translation import tr, tr_counted, translated

_ROW = 34
_LEFT = 22  # the middle of the first level's dots
_INDENT = 16
_DOT = 4.0  # radius
_ELBOW = 8
_TEXT_GAP = 12
_INSET = 8
_STATUS_RIGHT = 9
_ICON = 16

_Index = QModelIndex | QPersistentModelIndex


class ChatDelegate(QStyledItemDelegate):
    """Draw captions, folders, chats with their place in the river, and what they are doing."""

    def __init__(self, theme: Theme, directory: ChatDirectory, view: ChatListView) -> None:
        super().__init__(view)
        self._theme = theme
        self._directory = directory
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, self._theme.scaled(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rectangle: QRect = option.rect
        state: QStyle.StateFlag = option.state
        row = index.data(ChatListRole.ROW)
        match row:
            case GroupRow(label):
                self._draw_text(
                    painter,
                    rectangle.adjusted(20, 8, -_INSET, 0),
                    translated(label),
                    "mute",
                    self._theme.text_font(11, QFont.Weight.DemiBold),
                )
            case MoreRow():
                self._draw_ground(painter, rectangle, state)
                left = _middle(row) + _TEXT_GAP
                self._draw_text(
                    painter,
                    rectangle.adjusted(left, 0, -_INSET, 0),
                    tr_counted("+{count} forks", "+1 fork", row.count),
                    "mute",
                    self._theme.text_font(12),
                )
            case FolderRow():
                self._draw_folder(painter, rectangle, state, row, is_drop=index.row() == self._view.drop_row())
            case ChatRow():
                self._draw_chat(painter, rectangle, state, row)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setObjectName("titleEdit")
        editor.setAccessibleName(tr("Name of the folder") if isinstance(index.data(ChatListRole.ROW), FolderRow) else tr("Title"))
        return editor

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        if isinstance(editor, QLineEdit) and not editor.isModified():  # what happens in a chat does not undo what is typed
            super().setEditorData(editor, index)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        rectangle: QRect = option.rect
        row = index.data(ChatListRole.ROW)
        left = _LEFT if isinstance(row, FolderRow) else _middle(row)
        editor.setGeometry(rectangle.adjusted(left + 4, 2, -_INSET, -2))

    def _draw_chat(self, painter: QPainter, rectangle: QRect, state: QStyle.StateFlag, row: ChatRow) -> None:
        directory, tokens = self._directory, self._theme.tokens
        chat_id = row.chat.id
        is_open, is_active = directory.is_open(chat_id), directory.active == chat_id
        colour = tokens.branch(directory.branch(chat_id))
        self._draw_ground(painter, rectangle, state, is_active, is_open)
        if is_active:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(2, rectangle.top() + 7, 3, rectangle.height() - 14), 1.5, 1.5)
        self._draw_river(painter, rectangle, row, colour)
        middle = QPointF(_middle(row), rectangle.center().y() + 0.5)
        # A chat by itself has no colour while it is closed: colours tell branches apart.
        ring = colour if is_open or row.level else tokens.mute
        painter.setPen(QPen(QColor(ring), 1.6))
        painter.setBrush(QColor(ring) if is_open else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, _DOT - 0.6, _DOT - 0.6)
        status = directory.status(chat_id)
        right = self._draw_marks(painter, rectangle, state, row)
        if status is not ChatStatus.CALM:
            right = right or _STATUS_RIGHT
            draw_status(painter, status, rectangle.right() - _INSET - right, rectangle.center().y() + 0.5, tokens)
            right += STATUS_WIDTH
        place = rectangle.adjusted(int(middle.x()) + _TEXT_GAP, 0, -_INSET - max(6, right), 0)
        weight = QFont.Weight.Medium if is_open or status is ChatStatus.UNSEEN else QFont.Weight.Normal
        self._draw_text(painter, place, directory.title(chat_id), "text", self._theme.text_font(13, weight))

    def _draw_folder(self, painter: QPainter, rectangle: QRect, state: QStyle.StateFlag, row: FolderRow, *, is_drop: bool) -> None:
        self._draw_ground(painter, rectangle, state, is_active=is_drop)
        self._draw_icon(painter, QRect(_LEFT - 8, rectangle.top(), 16, rectangle.height()), "folder")
        right = self._draw_marks(painter, rectangle, state, row)
        place = rectangle.adjusted(_LEFT + _TEXT_GAP, 0, -_INSET - max(6, right), 0)
        self._draw_text(painter, place, drawn_title(row.folder.name), "text", self._theme.text_font(13, QFont.Weight.Medium))

    def _draw_marks(self, painter: QPainter, rectangle: QRect, state: QStyle.StateFlag, row: ChatRow | FolderRow) -> int:
        """Draw what can be clicked at a row's end; return the pixels that it takes there."""
        is_near = bool(state & QStyle.StateFlag.State_MouseOver) or _is_ringed(state)
        is_folder = isinstance(row, FolderRow)
        hidden = row.hidden_forks if isinstance(row, ChatRow) else row.count if row.folder.is_folded else 0
        is_folded = row.folder.is_folded if isinstance(row, FolderRow) else bool(hidden)
        taken = 0
        for mark in marks_of(row):
            if is_near or (mark is RowMark.FOLD and is_folded):
                icon = "more" if mark is RowMark.MENU else "chevron_right" if is_folded else "chevron"
                self._draw_icon(painter, mark_place(row, mark, rectangle), icon)
                taken += MARK
        if hidden:
            told, font = tr("{count}", count=hidden) if is_folder else tr("+{count}", count=hidden), self._theme.text_font(12)
            width = QFontMetrics(font).horizontalAdvance(told) + 2
            place = QRect(rectangle.right() - _INSET - taken - width, rectangle.top(), width, rectangle.height())
            self._draw_text(painter, place, told, "mute", font)
            taken += width + 4
        return taken

    def _draw_icon(self, painter: QPainter, place: QRect, name: str) -> None:
        size = self._theme.scaled(_ICON)
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        icon = self._theme.icons.pixmap(name, self._theme.tokens.mute, size, ratio)
        painter.drawPixmap(place.center() - QPoint(size // 2 - 1, size // 2 - 1), icon)

    def _draw_ground(
        self, painter: QPainter, rectangle: QRect, state: QStyle.StateFlag, is_active: bool = False, is_open: bool = False
    ) -> None:
        tokens = self._theme.tokens
        ground = QRectF(rectangle).adjusted(_INSET, 1, -_INSET, -1)
        if is_active or is_open or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_bg if is_active else tokens.hover))
            painter.drawRoundedRect(ground, 7, 7)
        if _is_ringed(state):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.drawRoundedRect(ground.adjusted(0.75, 0.75, -0.75, -0.75), 7, 7)

    def _draw_river(self, painter: QPainter, rectangle: QRect, row: ChatRow, colour: str) -> None:
        left = _middle(row) - _INDENT * row.level
        top, bottom, middle = float(rectangle.top()), float(rectangle.bottom() + 1), rectangle.center().y() + 0.5
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.tokens.trunk), 1.5))
        for level, goes_on in enumerate(row.trunks):
            if goes_on:
                x = left + _INDENT * level
                painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        if row.has_forks:
            x = left + _INDENT * row.level
            painter.drawLine(QPointF(x, middle + _DOT + 2), QPointF(x, bottom))
        if row.level:
            x = left + _INDENT * (row.level - 1)
            elbow = QPainterPath(QPointF(x, top))
            elbow.lineTo(x, middle - _ELBOW)
            elbow.quadTo(x, middle, x + _ELBOW, middle)
            elbow.lineTo(x + _INDENT - _DOT, middle)
            trunk_end = middle - _ELBOW - 4
            painter.drawLine(QPointF(x, top), QPointF(x, trunk_end))
            painter.setPen(QPen(QColor(colour), 1.6))
            painter.setClipRect(QRectF(x - 2, trunk_end, _INDENT + 2, bottom - trunk_end))
            painter.drawPath(elbow)
            painter.setClipping(False)

    def _draw_text(self, painter: QPainter, place: QRect, text: str, token: str, font: QFont) -> None:
        painter.setFont(font)
        painter.setPen(QColor(getattr(self._theme.tokens, token)))
        shown = painter.fontMetrics().elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)


def _middle(row: ChatRow | MoreRow) -> int:
    """Return where the middle of a row's dot is."""
    return _LEFT + _INDENT * (row.level + row.is_in_folder)


def _is_ringed(state: QStyle.StateFlag) -> bool:
    """Return whether a row has the focus by the keyboard."""
    return bool(state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange)
