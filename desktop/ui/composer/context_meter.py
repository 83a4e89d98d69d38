"""The ring that shows how much of the context a chat takes."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop.chat.context_ways import NEARLY_FULL, fills
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr

_RING = 14  # pixels
_STROKE = 2.6
_GAP = 7
_MARGIN = 5
_HOVER_MS = 350
_BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class ContextMeter(QPushButton):
    """Show a share as a ring and a percentage; hidden without a model.

    Signals: looked_at when the pointer rests on it or the focus comes to it by keys; left when the pointer is gone,
    focus_left when the focus is. A click is clicked.
    """

    looked_at = Signal()
    left = Signal()
    focus_left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("contextMeter")
        self._theme = theme
        self._used = self._total = 0
        self._hover = QTimer(self)
        self._hover.setSingleShot(True)
        self._hover.setInterval(_HOVER_MS)
        self._hover.timeout.connect(self.looked_at)
        self.setAutoDefault(False)
        self.setFlat(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._fit)
        self._fit()
        self.set_tokens(0, 0)

    def set_tokens(self, used: int, total: int) -> None:
        """Show tokens used of all."""
        self._used, self._total = used, total
        name = tr("Context: {used} of {total} tokens of the context", used=used, total=total) if total else tr("Context")
        if total and self._share() >= NEARLY_FULL:
            name = tr("Context, nearly full: {used} of {total} tokens of the context", used=used, total=total)
        self.setAccessibleName(name)
        self.setVisible(total > 0)
        self._fit()

    def text(self) -> str:
        """Return the percentage as it is shown; from where it is nearly full, in words."""
        if not self._total:
            return ""
        percent = round(100 * self._share())
        if fills(self._used, self._total):
            return tr("{percent}%, full", percent=percent)
        return tr("{percent}%, nearly full", percent=percent) if self._share() >= NEARLY_FULL else tr("{percent}%", percent=percent)

    def sizeHint(self) -> QSize:
        widest = max(self.fontMetrics().horizontalAdvance(text) for text in (self.text(), "100%"))
        return QSize(_RING + 2 + _GAP + widest + 2 * _MARGIN, 28)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._hover.start()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover.stop()
        self.left.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _BY_KEYS:
            self.looked_at.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self.rect().adjusted(_MARGIN, 0, -_MARGIN, 0)
        left = place.right() + 1 - self.fontMetrics().horizontalAdvance(self.text()) - _GAP - _RING
        ring = QRectF(left + _STROKE / 2, (self.height() - _RING + _STROKE) / 2, _RING - _STROKE, _RING - _STROKE)
        painter.setPen(QPen(QColor(tokens.trunk), _STROKE))
        painter.drawEllipse(ring)
        filled = tokens.branch_b if self._share() >= NEARLY_FULL else tokens.accent
        painter.setPen(_arc_pen(filled))
        painter.drawArc(ring, 90 * 16, -round(360 * 16 * self._share()))
        painter.setPen(QColor(tokens.text if self.underMouse() else tokens.mute))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self.text())
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)

    def _fit(self) -> None:
        self.setFont(self._theme.text_font(12))
        self.setFixedSize(self.sizeHint())
        self.update()

    def _share(self) -> float:
        return min(1.0, self._used / self._total) if self._total else 0.0


def _arc_pen(colour: str) -> QPen:
    pen = QPen(QColor(colour), _STROKE)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
