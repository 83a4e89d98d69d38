"""The ring that shows how much of the context a chat takes."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.theme.theme import Theme

_RING = 14  # pixels
_STROKE = 2.6
_GAP = 7
_NEARLY_FULL = 0.85


class ContextMeter(QWidget):
    """Show a share as a ring and a percentage, with the tokens in the tooltip; empty without a model."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("contextMeter")
        self._theme = theme
        self._used = self._total = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._fit)
        self._fit()
        self.set_tokens(0, 0)

    def set_tokens(self, used: int, total: int) -> None:
        """Show tokens used of all."""
        self._used, self._total = used, total
        told = f"{used:,} of {total:,} tokens of the context" if total else ""
        self.setToolTip(told)
        self.setAccessibleName(f"Context: {told}" if told else "Context")
        self.setVisible(total > 0)
        self.update()

    def text(self) -> str:
        """Return the percentage as it is shown."""
        return f"{round(100 * self._share())}%" if self._total else ""

    def sizeHint(self) -> QSize:
        return QSize(_RING + 2 + _GAP + self.fontMetrics().horizontalAdvance("100%"), 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.fontMetrics().horizontalAdvance(self.text())
        left = self.width() - width - _GAP - _RING - 1
        ring = QRectF(left + _STROKE / 2, (self.height() - _RING + _STROKE) / 2, _RING - _STROKE, _RING - _STROKE)
        painter.setPen(QPen(QColor(tokens.trunk), _STROKE))
        painter.drawEllipse(ring)
        filled = tokens.branch_b if self._share() >= _NEARLY_FULL else tokens.accent
        painter.setPen(_arc_pen(filled))
        painter.drawArc(ring, 90 * 16, -round(360 * 16 * self._share()))
        painter.setPen(QColor(tokens.mute))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self.text())

    def _fit(self) -> None:
        self.setFont(self._theme.text_font(12))
        self.updateGeometry()
        self.update()

    def _share(self) -> float:
        return min(1.0, self._used / self._total) if self._total else 0.0


def _arc_pen(colour: str) -> QPen:
    pen = QPen(QColor(colour), _STROKE)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
