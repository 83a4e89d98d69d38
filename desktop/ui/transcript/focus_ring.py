"""The ring around the message that the keys act on."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.ui.theme.theme import Theme

_AROUND = 8  # pixels beside the message
_ABOVE = 5  # pixels above and below: less than half of what is between messages
_STROKE = 2
_RADIUS = 10


class FocusRing(QWidget):
    """Frame a sibling without covering it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        theme.changed.connect(self.update)

    def frame(self, widget: QWidget | None) -> None:
        """Stand around a widget, or with None nowhere."""
        if widget is not None:
            self.setGeometry(widget.geometry().adjusted(-_AROUND, -_ABOVE, _AROUND, _ABOVE))
            self.lower()
        self.setVisible(widget is not None)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.tokens.accent), _STROKE))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
