"""What is being written in place of messages, kept as drafts are."""

from PySide6.QtCore import QObject, QTimer

from desktop.conversations.edits import Edit
from desktop.conversations.message import ConversationId, MessageId
from desktop.ui.window_context import WindowContext

_MS = 1000


class EditDrafts(QObject):
    """Store what the directory is told of edits, one second after typing stops, or at once where they end."""

    def __init__(self, context: WindowContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._unsaved: dict[tuple[ConversationId, MessageId], Edit | None] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_MS)
        self._timer.timeout.connect(self.save_soon)
        context.directory.edit_changed.connect(self._on_directory_edit_changed)

    async def save(self) -> None:
        """Store what was not stored yet."""
        self._timer.stop()
        while self._unsaved:  # taken one by one, so that writes that overtake each other do no harm
            place, edit = self._unsaved.popitem()
            try:
                await self._context.chats.save_edit(*place, edit)
            except BaseException:  # cancelled too: what was typed since is newer
                self._unsaved.setdefault(place, edit)
                raise

    def save_soon(self) -> None:
        """Store in the background what was not stored yet."""
        self._context.spawn(self.save())

    def _on_directory_edit_changed(self, chat_id: ConversationId, message_id: MessageId, edit: Edit | None) -> None:
        self._unsaved[chat_id, message_id] = edit
        if edit is not None and edit.is_open:
            self._timer.start()
        else:
            self.save_soon()
