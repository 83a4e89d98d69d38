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
        self._unsaved: set[tuple[ConversationId, MessageId]] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_MS)
        self._timer.timeout.connect(self.save_soon)
        context.directory.edit_changed.connect(self._on_directory_edit_changed)

    async def save(self) -> None:
        """Store what was not stored yet."""
        self._timer.stop()
        while self._unsaved:
            chat_id, message_id = place = self._unsaved.pop()
            try:
                # As the directory knows it now, so that writes that overtake each other do no harm.
                await self._context.chats.save_edit(chat_id, message_id, self._context.directory.edits(chat_id).get(message_id))
            except BaseException:  # cancelled too
                self._unsaved.add(place)
                raise

    def save_soon(self) -> None:
        """Store in the background what was not stored yet."""
        self._context.spawn(self.save())

    def _on_directory_edit_changed(self, chat_id: ConversationId, message_id: MessageId, edit: Edit | None) -> None:
        self._unsaved.add((chat_id, message_id))
        if edit is not None and edit.is_open:
            self._timer.start()
        else:
            self.save_soon()
