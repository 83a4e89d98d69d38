"""What the window needs for a search in all chats: its key, the overlay, and the way to what was chosen."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.conversations.search import SearchHit
from desktop.system.settings import ScrollPosition
from desktop.ui.controls.overlay import OverlayHost
from desktop.ui.panes.pane_area import PaneArea
from desktop.ui.search.search_overlay import SearchOverlay
from desktop.ui.shortcuts.shortcut import Shortcut, add_shortcuts
from desktop.ui.window_context import WindowContext

_ABOVE = -24  # pixels that are left above the message


class SearchPart(QObject):
    """Open the search with Ctrl+K over a window, and show there what was chosen."""

    def __init__(self, context: WindowContext, area: PaneArea, window: QWidget, before_opening: Callable[[], None]) -> None:
        super().__init__(window)
        self._context = context
        self._area = area
        self._before_opening = before_opening
        self.overlay = SearchOverlay(context, window)
        self.overlay.chosen.connect(lambda hit, beside: context.spawn(self._open(hit, beside=beside)))
        self._host = OverlayHost(self.overlay, window)
        add_shortcuts({Shortcut.SEARCH: self.open}, window)

    def open(self) -> None:
        """Open the search, or go to its field."""
        self._host.show()
        self.overlay.open()

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
