"""The bubble that holds what a person wrote, as they typed it."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.text_view import TextView

_PADDING = QSize(18, 8)
_LEAST = 20  # pixels of text


class Bubble(QFrame):
    """Show plain text, no wider than it needs to be."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bubble")
        self._text = TextView(theme, self)
        self._text.set_plain(text)
        self._natural_width = self._text.natural_width()

    def width_within(self, most: int) -> int:
        """Return the width that the bubble wants where it may have most pixels."""
        inner = max(_LEAST, min(self._natural_width + 1, most - 2 * _PADDING.width()))
        return inner + 2 * _PADDING.width()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._text.heightForWidth(width - 2 * _PADDING.width()) + 2 * _PADDING.height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        left, top = _PADDING.width(), _PADDING.height()
        self._text.setGeometry(left, top, self.width() - 2 * left, self.height() - 2 * top)
