"""What the window needs to show its keys."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.ui.controls.overlay import OverlayHost
from desktop.ui.shortcuts.shortcut import Shortcut, add_shortcuts
from desktop.ui.shortcuts.shortcut_page import ShortcutPage
from desktop.ui.theme.theme import Theme


class ShortcutPart(QObject):
    """Show all keys over a window, when a key asks for them or somebody else does; made when they are first shown."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self._shown: tuple[ShortcutPage, OverlayHost] | None = None
        add_shortcuts({Shortcut.SHORTCUTS: self.open}, window)

    def open(self) -> None:
        """Show them, or begin anew."""
        if self._shown is None:
            page = ShortcutPage(self._theme, self._window)
            self._shown = page, OverlayHost(page, self._window)
        page, host = self._shown
        host.show()
        page.open()
