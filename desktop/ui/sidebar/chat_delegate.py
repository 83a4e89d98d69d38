"""How a row of the sidebar is drawn."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.chat_status import STATUS_WIDTH, ChatStatus, draw_status
from desktop.ui.sidebar.chat_list_model import ChatListRole
from desktop.ui.sidebar.chat_rows import ChatRow, GroupRow, MoreRow
from desktop.ui.theme.theme import Theme

_ROW = 34
_LEFT = 22  # the middle of the first level's dots
_INDENT = 16
_DOT = 4.0  # radius
_ELBOW = 8
_TEXT_GAP = 12
_INSET = 8
_STATUS_RIGHT = 9

_Index = QModelIndex | QPersistentModelIndex


class ChatDelegate(QStyledItemDelegate):
    """Draw captions, chats with their place in the river, and what they are doing."""

    def __init__(self, theme: Theme, directory: ChatDirectory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._directory = directory

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
                    painter, rectangle.adjusted(20, 8, -_INSET, 0), label, "mute", self._theme.text_font(11, QFont.Weight.DemiBold)
                )
            case MoreRow():
                self._draw_ground(painter, rectangle, state, is_active=False, is_open=False)
                left = _LEFT + _INDENT * row.level + _TEXT_GAP
                self._draw_text(painter, rectangle.adjusted(left, 0, -_INSET, 0), f"+{row.count} forks", "mute", self._theme.text_font(12))
            case ChatRow():
                self._draw_chat(painter, rectangle, state, row)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setObjectName("titleEdit")
        editor.setAccessibleName("Title")
        return editor

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        if isinstance(editor, QLineEdit) and not editor.isModified():  # what happens in a chat does not undo what is typed
            super().setEditorData(editor, index)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        rectangle: QRect = option.rect
        level = index.data(ChatListRole.ROW).level
        editor.setGeometry(rectangle.adjusted(_LEFT + _INDENT * level + 4, 2, -_INSET, -2))

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
        middle = QPointF(_LEFT + _INDENT * row.level, rectangle.center().y() + 0.5)
        # A chat by itself has no colour while it is closed: colours tell branches apart.
        ring = colour if is_open or row.level else tokens.mute
        painter.setPen(QPen(QColor(ring), 1.6))
        painter.setBrush(QColor(ring) if is_open else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, _DOT - 0.6, _DOT - 0.6)
        status = directory.status(chat_id)
        right = _INSET + (6 if status is ChatStatus.CALM else _STATUS_RIGHT + STATUS_WIDTH)
        place = rectangle.adjusted(int(middle.x()) + _TEXT_GAP, 0, -right, 0)
        weight = QFont.Weight.Medium if is_open or status is ChatStatus.UNSEEN else QFont.Weight.Normal
        self._draw_text(painter, place, directory.title(chat_id), "text", self._theme.text_font(13, weight))
        draw_status(painter, status, rectangle.right() - _INSET - _STATUS_RIGHT, rectangle.center().y() + 0.5, tokens)

    def _draw_ground(self, painter: QPainter, rectangle: QRect, state: QStyle.StateFlag, is_active: bool, is_open: bool) -> None:
        tokens = self._theme.tokens
        ground = QRectF(rectangle).adjusted(_INSET, 1, -_INSET, -1)
        if is_active or is_open or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_bg if is_active else tokens.hover))
            painter.drawRoundedRect(ground, 7, 7)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.drawRoundedRect(ground.adjusted(0.75, 0.75, -0.75, -0.75), 7, 7)

    def _draw_river(self, painter: QPainter, rectangle: QRect, row: ChatRow, colour: str) -> None:
        top, bottom, middle = float(rectangle.top()), float(rectangle.bottom() + 1), rectangle.center().y() + 0.5
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.tokens.trunk), 1.5))
        for level, goes_on in enumerate(row.trunks):
            if goes_on:
                x = _LEFT + _INDENT * level
                painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        if row.has_forks:
            x = _LEFT + _INDENT * row.level
            painter.drawLine(QPointF(x, middle + _DOT + 2), QPointF(x, bottom))
        if row.level:
            x = _LEFT + _INDENT * (row.level - 1)
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
