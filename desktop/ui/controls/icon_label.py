"""An icon that only shows something."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.theme.theme import Theme


class IconLabel(QWidget):
    """Show an icon in the colour of a token, or in a given one."""

    def __init__(self, theme: Theme, icon: str, token: str = "mute", size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self._token = token
        self._size = size
        theme.changed.connect(self._fit)
        self._fit()

    def set_icon(self, icon: str, token: str) -> None:
        """Change what is shown."""
        self._icon, self._token = icon, token
        self.update()

    def _fit(self) -> None:
        size = self._theme.scaled(self._size)
        self.setFixedSize(size, size)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = getattr(self._theme.tokens, self._token)
        pixmap = self._theme.icons.pixmap(self._icon, colour, self.width(), self.devicePixelRatioF())
        QPainter(self).drawPixmap(0, 0, pixmap)
