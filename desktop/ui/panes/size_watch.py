"""How much of the context what is being written in a pane takes, counted while the person pauses."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from desktop.chat.message_size import MessageSize
from desktop.conversations.message import ConversationId
from desktop.conversations.written import Written
from desktop.ui.composer.composer import Composer
from desktop.ui.composer.fit_notice import FitNotice
from desktop.ui.window_context import WindowContext

_PAUSE_MS = 300


class SizeWatch(QObject):
    """Count what stands in a composer, show it there, and say above it what does not fit."""

    def __init__(
        self,
        context: WindowContext,
        chat_id: Callable[[], ConversationId | None],
        composer: Composer,
        notice: FitNotice,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._chat_id = chat_id
        self._composer = composer
        self._notice = notice
        self._is_counting = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        composer.written_changed.connect(self._on_composer_written_changed)
        bridge = context.bridge
        for changed in (bridge.model_changed, bridge.head_moved, bridge.activity_changed):
            changed.connect(self._on_composer_written_changed)
        bridge.context_changed.connect(self._on_bridge_context_changed)
        self._counted: tuple[ConversationId, Written] | None = None

    def has_room(self) -> bool:
        """Return whether what stands in the composer fits, as far as is known."""
        return not self._notice.text()

    def refuses(self, written: Written) -> bool:
        """Return whether what is to be sent is known not to fit, and lead the person to what is said of it."""
        if not self.has_room() and self._counted == (self._chat_id(), written):
            self._notice.point()
            return True
        return False

    def forget(self) -> None:
        """Begin with another chat."""
        self._show(None)
        self._timer.start()

    async def _count(self, chat_id: ConversationId, written: Written) -> None:
        self._is_counting = True
        size = None
        try:
            size = await self._context.chats.composing.size(chat_id, written)
        finally:
            self._is_counting = False
            if chat_id == self._chat_id() and written == self._composer.written():
                self._counted = (chat_id, written)
                self._show(size)
            elif self._chat_id() is not None:  # else the pane may be gone
                self._timer.start()

    def _show(self, size: MessageSize | None) -> None:
        self._composer.set_size(size)
        self._notice.set_size(size)

    def _on_composer_written_changed(self) -> None:
        if self._composer.is_empty():
            self._show(None)
            self._timer.stop()
        else:
            self._timer.start()

    def _on_bridge_context_changed(self) -> None:
        if not self._composer.is_empty() and not self._timer.isActive():  # it changes with every token of a reply
            self._timer.start()

    def _on_timer_timeout(self) -> None:
        chat_id, written = self._chat_id(), self._composer.written()
        if chat_id is None or not written.message():
            self._show(None)
        elif self._is_counting:
            self._timer.start()
        else:
            self._context.spawn(self._count(chat_id, written))
