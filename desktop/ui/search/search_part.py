"""What the window needs for a search in all chats: its key, the overlay, and the way to what was chosen."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from desktop.conversations.search import SearchHit
from desktop.system.settings import ScrollPosition
from desktop.ui.controls.scrim import Scrim
from desktop.ui.panes.pane_area import PaneArea
from desktop.ui.search.search_overlay import SearchOverlay
from desktop.ui.window_context import WindowContext

_ABOVE = -24  # pixels that are left above the message


class SearchPart(QObject):
    """Open the search with Ctrl+K over a window, and show there what was chosen."""

    def __init__(self, context: WindowContext, area: PaneArea, window: QWidget, before_opening: Callable[[], None]) -> None:
        super().__init__(window)
        self._context = context
        self._area = area
        self._before_opening = before_opening
        self._window = window
        self._focused: QWidget | None = None  # before the search was opened
        self._scrim = Scrim(window)
        self._scrim.hide()
        self.overlay = SearchOverlay(context, window)
        self.overlay.chosen.connect(lambda hit, beside: context.spawn(self._open(hit, beside=beside)))
        self.overlay.closed.connect(self._on_overlay_closed)
        self._scrim.pressed.connect(self.overlay.close)
        QShortcut(QKeySequence("Ctrl+K"), window).activated.connect(self.open)
        QApplication.instance().focusChanged.connect(self._on_application_focus_changed)  # type: ignore[union-attr]
        window.installEventFilter(self)

    def open(self) -> None:
        """Open the search, or go to its field."""
        if self.overlay.isHidden():
            self._focused = QApplication.focusWidget()
            self._scrim.show()
            self._scrim.raise_()
            self._place()
        self.overlay.open()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and not self.overlay.isHidden():
            self._place()
        return False

    async def _open(self, hit: SearchHit, *, beside: bool) -> None:
        """Show a hit's chat at its message, going to the version that has it."""
        chats, directory = self._context.chats, self._context.directory
        if hit.message_id is not None:
            await chats.show_version(hit.conversation_id, hit.message_id)
            self._context.bridge.drain()
        chat = directory.find(hit.conversation_id)
        if chat is None:  # gone meanwhile
            return
        self._before_opening()
        position = ScrollPosition(hit.message_id, _ABOVE) if hit.message_id is not None else None
        if beside:
            self._area.open_beside(chat, position=position)
        else:
            self._area.open_chat(chat, position)

    def _place(self) -> None:
        self._scrim.setGeometry(self._window.rect())
        self.overlay.place()

    def _on_overlay_closed(self) -> None:
        self._scrim.hide()
        focused, self._focused = self._focused, None
        if focused is not None and focused.isVisible():
            focused.setFocus()

    def _on_application_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        is_elsewhere = now is not None and now.window() is self.overlay.window() and not self.overlay.isAncestorOf(now)
        if is_elsewhere and not self.overlay.isHidden():
            self._focused = None  # the person went there
            self.overlay.hide()
