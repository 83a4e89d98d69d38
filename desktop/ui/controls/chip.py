"""A button with words and an arrow that opens a menu."""

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QApplication, QMenu, QSizePolicy, QToolButton, QWidget

from desktop.ui.theme.theme import Theme


class Chip(QToolButton):
    """Show what is chosen; its menu, filled anew each time, offers the rest."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._menu = QMenu(self)
        reading = QApplication.layoutDirection()
        self._menu.setLayoutDirection(reading)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        left, right = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
        self.setLayoutDirection(right if reading is left else left)  # puts the arrow behind the words
        self.setIconSize(QSize(12, 12))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)
        theme.changed.connect(self._draw)
        self._draw()

    def fill_menu(self) -> QMenu:
        """Return the menu as it would be shown now."""
        raise NotImplementedError

    def _on_clicked(self) -> None:
        menu = self.fill_menu()
        below = self.mapToGlobal(QPoint(0, self.height() + 4))
        if below.y() + menu.sizeHint().height() > self.screen().availableGeometry().bottom():
            below = self.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4))
        menu.popup(below)

    def _draw(self) -> None:
        self.setIcon(self._theme.icon("chevron", "mute", 12))
