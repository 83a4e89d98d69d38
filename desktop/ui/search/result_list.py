"""What a search found, as a list."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.conversations.folding import Span
from desktop.conversations.search import SearchHit
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.search.found_dates import told_date
from desktop.ui.theme.theme import Theme
from desktop.ui.titles import drawn_line
from desktop.ui.translation import tr

HIT_ROLE = Qt.ItemDataRole.UserRole
_TITLE_ROW = 40  # pixels
_INSET = 8
_DOT_LEFT = 16
_TEXT_LEFT = 30
_RIGHT = 12
_DATE = 84
_MOST_LINES = 2

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class ResultModel(QAbstractListModel):
    """The hits, the best first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hits: Sequence[SearchHit] = ()

    def set_hits(self, hits: Sequence[SearchHit]) -> None:
        """Show other hits."""
        self.beginResetModel()
        self._hits = hits
        self.endResetModel()

    def hits(self) -> Sequence[SearchHit]:
        """Return what is shown."""
        return self._hits

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        hit = self._hits[index.row()]
        if role == HIT_ROLE:
            return hit
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{hit.title}: {hit.excerpt}" if hit.excerpt else hit.title
        return None


class ResultDelegate(QStyledItemDelegate):
    """Draw a chat's title with its branch and date, and below it what was said, the words marked."""

    def __init__(self, theme: Theme, directory: ChatDirectory, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme
        self._directory = directory

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        hit: SearchHit = index.data(HIT_ROLE)
        height = self._theme.scaled(_TITLE_ROW)
        if hit.message_id is not None:
            metrics = QFontMetrics(self._theme.text_font(12))
            room = self._view.viewport().width() - 2 * _INSET - _TEXT_LEFT - _RIGHT
            lines = 1 if metrics.horizontalAdvance(hit.excerpt) <= room else _MOST_LINES
            height += lines * metrics.lineSpacing()
        return QSize(120, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        hit: SearchHit = index.data(HIT_ROLE)
        tokens, theme, place = self._theme.tokens, self._theme, QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_current or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_bg if is_current else tokens.hover))
            painter.drawRoundedRect(QRectF(place).adjusted(_INSET, 1, -_INSET, -1), 7, 7)
        head = QRect(place.left() + _INSET, place.top() + theme.scaled(1), place.width() - 2 * _INSET, theme.scaled(_TITLE_ROW) - 4)
        painter.setPen(QPen(QColor(tokens.branch(self._directory.branch(hit.conversation_id))), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(head.left() + _DOT_LEFT, head.center().y() + 0.5), 3.4, 3.4)
        now = datetime.now().astimezone()
        painter.setFont(theme.text_font(12))
        painter.setPen(QColor(tokens.text if is_current else tokens.mute))
        painter.drawText(
            head.adjusted(0, 0, -_RIGHT, 0),
            int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
            told_date(hit.at.astimezone(), now),
        )
        left, width = head.left() + _TEXT_LEFT, head.width() - _TEXT_LEFT - theme.scaled(_DATE)
        font = theme.text_font(13, QFont.Weight.Medium)
        marks = hit.marks if hit.message_id is None else ()
        self._draw(painter, hit.title or tr("New chat"), marks, font, "text", QRect(left, head.top(), width, head.height()), lines=1)
        if hit.message_id is not None:
            below = QRect(left, head.bottom() - theme.scaled(6), head.width() - _TEXT_LEFT - _RIGHT, place.bottom() - head.bottom())
            self._draw(painter, hit.excerpt, hit.marks, theme.text_font(12), "text" if is_current else "mute", below, lines=_MOST_LINES)
        painter.restore()

    def _draw(self, painter: QPainter, text: str, marks: Sequence[Span], font: QFont, token: str, place: QRect, *, lines: int) -> None:
        """Draw some lines of a text, with its marks; what has no room is left out."""
        tokens = self._theme.tokens
        layout = QTextLayout(drawn_line(text), font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        form = QTextCharFormat()
        form.setBackground(QColor(tokens.found))
        form.setForeground(QColor(tokens.text))
        ranges = []
        for start, end in marks:
            span = QTextLayout.FormatRange()
            span.start, span.length, span.format = _units(text[:start]), _units(text[start:end]), form
            ranges.append(span)
        layout.setFormats(ranges)
        layout.beginLayout()
        height = 0.0
        for _ in range(lines):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(place.width())
            line.setPosition(QPointF(0, height))
            height += line.height()
        layout.endLayout()
        painter.setPen(QColor(getattr(tokens, token)))
        top = place.top() + ((place.height() - height) / 2 if lines == 1 else 0)
        layout.draw(painter, QPointF(place.left(), top))


def _units(text: str) -> int:
    """Return how many of Qt's characters a text has."""
    return len(text) + sum(character > "\uffff" for character in text)
