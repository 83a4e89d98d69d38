"""What a person writes in a pane: kept as the chat's draft, sent, and put back where it could not be sent."""

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from desktop.chat.events import Activity
from desktop.conversations.errors import UnknownConversationError
from desktop.conversations.message import ConversationId
from desktop.ui.composer.composer import Composer
from desktop.ui.panes.model_question import ModelQuestion
from desktop.ui.panes.pane_notices import KeptBack
from desktop.ui.window_context import WindowContext


class Outbox(QObject):
    """Send what a pane's composer asks to send, and keep the rest as a draft; nothing that was written is lost.

    Signals: began when a text is sent to the chat that is shown; sending_changed after
    it began or ended to be sent to.
    """

    began = Signal()
    sending_changed = Signal()

    def __init__(
        self,
        context: WindowContext,
        chat_id: Callable[[], ConversationId | None],
        composer: Composer,
        question: ModelQuestion,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._chat_id = chat_id
        self._composer = composer
        self._question = question
        self._sending: set[ConversationId] = set()
        composer.send_requested.connect(self._on_composer_send_requested)
        composer.draft_changed.connect(self._on_composer_draft_changed)
        question.passed.connect(self._on_question_passed)
        context.directory.text_returned.connect(self._on_directory_text_returned)

    def is_sending(self, chat_id: ConversationId) -> bool:
        """Return whether a text is being sent to a chat: until the reply begins, it may be idle with an unanswered message."""
        return chat_id in self._sending

    def send_beside_others(self, text: str, *, is_own: bool) -> KeptBack | None:
        """Send a text that goes to every pane, or keep it in the box and return why; is_own: it stands there already.

        What else was typed stays.
        """
        chat_id = self._chat_id()
        if self._question.is_open():
            kept_back = KeptBack.ASKS_MODEL
        elif chat_id is None or self._context.directory.activity(chat_id) is not Activity.IDLE:
            kept_back = KeptBack.BUSY
        else:
            if is_own:
                self._composer.set_text("")
            self._begin(chat_id, text)
            return None
        if not is_own:
            self._composer.put_back(text)
        return kept_back

    def note_draft(self) -> None:
        """Note what stands in the composer; it is stored by store_draft."""
        if (chat_id := self._chat_id()) is not None:
            self._context.directory.set_draft(chat_id, self._composer.text())

    def keep_draft(self) -> None:
        """Note what stands in the composer and store it in the background."""
        if (chat_id := self._chat_id()) is not None:
            self.note_draft()
            self._context.spawn(self.store_draft(chat_id))

    async def store_draft(self, chat_id: ConversationId) -> None:
        """Store a draft as the directory knows it, so that writes that overtake each other do no harm."""
        with suppress(UnknownConversationError):  # it was deleted, and its draft with it
            await self._context.chats.save_draft(chat_id, self._context.directory.draft(chat_id))

    def _begin(self, chat_id: ConversationId, text: str) -> None:
        self.began.emit()
        self._context.spawn(self._send(chat_id, text))

    async def _send(self, chat_id: ConversationId, text: str) -> None:
        self._set_sending(chat_id, True)
        try:
            await self._context.chats.send(chat_id, text)
        except Exception:
            self._context.directory.return_text(chat_id, text)
            await self.store_draft(chat_id)
            raise
        finally:
            self._set_sending(chat_id, False)
        if self._chat_id() == chat_id:
            self.note_draft()
        await self.store_draft(chat_id)

    def _set_sending(self, chat_id: ConversationId, sending: bool) -> None:
        (self._sending.add if sending else self._sending.discard)(chat_id)
        if self._chat_id() == chat_id:  # else the pane may be gone
            self.sending_changed.emit()

    def _on_composer_send_requested(self, text: str) -> None:
        chat_id = self._chat_id()
        if self._question.is_open():
            self._question.hold(text)
        elif chat_id is not None:
            self._composer.set_text("")
            self._begin(chat_id, text)

    def _on_composer_draft_changed(self) -> None:
        self.keep_draft()

    def _on_question_passed(self, text: str) -> None:
        if self._composer.message() == text:  # else it was changed meanwhile, and may not be finished
            self._composer.send()

    def _on_directory_text_returned(self, chat_id: ConversationId, text: str) -> None:
        if chat_id == self._chat_id():
            self._composer.put_back(text)
            self.note_draft()
