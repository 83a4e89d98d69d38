"""What the window needs for temporary chats: their key, and what begins, keeps and ends them."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.conversations.message import ConversationId
from desktop.ui.panes.pane_area import PaneArea
from desktop.ui.shortcuts.shortcut import Shortcut, add_shortcuts
from desktop.ui.sidebar.sidebar import Sidebar
from desktop.ui.window_context import WindowContext


class TemporaryPart(QObject):
    """Carry out what is asked of temporary chats in an area's panes."""

    def __init__(
        self, context: WindowContext, area: PaneArea, sidebar: Sidebar, before_opening: Callable[[], None], window: QWidget
    ) -> None:
        super().__init__(window)
        self._context, self._area, self._before_opening = context, area, before_opening
        sidebar.temporary_requested.connect(self.begin)
        area.temporary_requested.connect(self.begin)
        area.keep_requested.connect(lambda chat_id: context.spawn(self._keep(chat_id)))
        area.forget_requested.connect(lambda chat_id: context.spawn(context.chats.close(chat_id)))
        add_shortcuts({Shortcut.NEW_TEMPORARY: self.begin}, window)

    def begin(self) -> None:
        """Open a new temporary chat."""
        self._before_opening()
        self._context.spawn(self._begin())

    async def _begin(self) -> None:
        chat = await self._context.chats.temporary.new()
        self._context.directory.put(chat)
        self._area.open_chat(chat)

    async def _keep(self, chat_id: ConversationId) -> None:
        """Let the ordinary chat take the place of the temporary one, which is forgotten by that."""
        pane = self._area.pane_of(chat_id)
        if pane is not None:
            await pane.save_draft()
        kept = await self._context.chats.temporary.keep(chat_id)
        self._context.directory.put(kept)
        if (pane := self._area.pane_of(chat_id)) is not None:  # else it was closed meanwhile
            self._context.directory.set_draft(kept.id, pane.composer.text())  # it may have been written on meanwhile
            pane.show_chat(kept)
            self._area.open_chat(kept)
