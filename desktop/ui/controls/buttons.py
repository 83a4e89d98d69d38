"""Buttons whose icons follow the theme."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from desktop.ui.theme.theme import Theme

_ICON = 16  # pixels
_LEAST = 28  # pixels of a target


class IconButton(QToolButton):
    """A flat button with an icon and, if it has room for one, a text."""

    def __init__(self, theme: Theme, icon: str, name: str, *, text: str = "", token: str = "mute", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self._token = token
        self._side = -1  # pixels of a button without words, unless whoever made it gave it a size of its own
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if text:
            self.setText(text)
            self.setProperty("worded", True)
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._draw()
        theme.changed.connect(self._draw)

    def set_icon(self, icon: str, token: str | None = None) -> None:
        """Change the icon, and the token that colours it if one is given."""
        self._icon = icon
        self._token = token or self._token
        self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._token == "on_accent" and self.hasFocus():
            draw_inner_ring(self, self._theme, self.width() / 2)

    def _draw(self) -> None:
        size = self._theme.scaled(_ICON)
        self.setIconSize(QSize(size, size))
        self.setIcon(self._theme.icon(self._icon, self._token, size))
        if not self.property("worded") and (self._side < 0 or self.minimumWidth() == self._side):
            self._side = max(_LEAST, size + 12)
            self.setFixedSize(self._side, self._side)


class LinkButton(QPushButton):
    """A button that looks like a link."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setFlat(True)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)


class SecondaryButton(QPushButton):
    """A button beside the way that leads on."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)


class PrimaryButton(QPushButton):
    """The one button of a region that leads on."""

    def __init__(self, theme: Theme, text: str, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self._icon = icon
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if icon:
            self._draw()
            theme.changed.connect(self._draw)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            draw_inner_ring(self, self._theme, 9)

    def _draw(self) -> None:
        self.setIcon(self._theme.icon(self._icon, "on_accent"))


def draw_inner_ring(button: QWidget, theme: Theme, radius: float) -> None:
    """Draw the focus ring of a button whose ground is the accent: around it, the ring would not be told from it."""
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.tokens.on_accent), 1.5))
    painter.drawRoundedRect(QRectF(button.rect()).adjusted(3, 3, -3, -3), radius - 3, radius - 3)
