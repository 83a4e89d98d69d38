"""What a person writes in a pane: kept as the chat's draft, sent or queued, and put back where it could not be sent."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.chat.events import Activity
from desktop.conversations.message import Conversation, ConversationId
from desktop.conversations.written import Written
from desktop.ui.panes.attaching import Attaching
from desktop.ui.panes.model_question import ModelQuestion
from desktop.ui.panes.pane_foot import PaneFoot
from desktop.ui.panes.pane_notices import KeptBack
from desktop.ui.panes.size_watch import SizeWatch
from desktop.ui.window_context import WindowContext


class Outbox(QObject):
    """Pass what a pane's composer asks to send on to be sent, and keep the rest as a draft; nothing that was written is lost.

    Signals: began when something is sent to the chat that is shown; sending_changed after
    it began or ended to be sent to; refused with why something could not be attached.
    """

    began = Signal()
    sending_changed = Signal()
    refused = Signal(object)

    def __init__(
        self,
        context: WindowContext,
        chat_id: Callable[[], ConversationId | None],
        foot: PaneFoot,
        question: ModelQuestion,
        pane: QWidget,
    ) -> None:
        super().__init__(pane)
        self._context = context
        self._unsent = context.unsent
        self._chat_id = chat_id
        self._composer = composer = foot.composer
        self._queued = foot.queued
        self._question = question
        self._sizes = SizeWatch(context, chat_id, composer, foot.fit_notice, self)
        Attaching(context, chat_id, composer, pane).refused.connect(self.refused)
        composer.send_requested.connect(self._on_composer_send_requested)
        composer.queue_requested.connect(self._on_composer_queue_requested)
        composer.draft_changed.connect(self._on_composer_draft_changed)
        question.passed.connect(self._on_question_passed)
        self._queued.edit_requested.connect(self._on_queued_edit_requested)
        self._queued.remove_requested.connect(self._on_queued_remove_requested)
        self._unsent.queue_changed.connect(self._on_unsent_queue_changed)
        self._unsent.files_loaded.connect(self._on_unsent_files_loaded)
        self._unsent.sending_changed.connect(self._on_unsent_sending_changed)
        self._unsent.returned.connect(self._on_unsent_returned)

    def show_chat(self) -> None:
        """Show the files and the waiting messages of the chat that is shown now."""
        chat_id = self._chat_id()
        self._sizes.forget()
        self._queued.set_messages(() if chat_id is None else self._unsent.queue(chat_id))
        if chat_id is not None:
            self._composer.set_attachments(self._unsent.files(chat_id))
            self._context.spawn(self._unsent.load(chat_id))

    def send_beside_others(self, written: Written, *, is_own: bool) -> KeptBack | None:
        """Send what goes to every pane, or keep it in the box and return why; is_own: it stands there already.

        What else was typed stays.
        """
        chat_id = self._chat_id()
        if self._question.is_open():
            kept_back = KeptBack.ASKS_MODEL
        elif chat_id is None or self._context.directory.activity(chat_id) is not Activity.IDLE or self._unsent.must_wait(chat_id):
            kept_back = KeptBack.BUSY
        else:
            if is_own:
                self._take()
            self._send(chat_id, written)
            return None
        if not is_own:
            self._composer.put_back(written.text, written.attachments)
        return kept_back

    def keep_draft(self) -> None:
        """Note what stands in the composer and store it in the background."""
        if (chat_id := self._chat_id()) is not None:
            self.note_draft()
            self._context.spawn(self._unsent.store(chat_id))

    def note_draft(self) -> None:
        """Note what stands in the composer; Unsent stores it."""
        if (chat_id := self._chat_id()) is not None:
            self._context.directory.set_draft(chat_id, self._composer.text())
            self._unsent.set_files(chat_id, self._composer.attachments())

    def hand_over(self, fork: Conversation) -> None:
        """Let what has no room in the chat that is shown stand in the composer of one that begins with its summary."""
        if not self._sizes.has_room():
            self._context.directory.set_draft(fork.id, self._composer.text())
            self._unsent.set_files(fork.id, self._composer.attachments())
            self._composer.clear()
            self.keep_draft()
            self._context.spawn(self._unsent.store(fork.id))

    def _take(self) -> None:
        self._composer.clear()
        self.note_draft()

    def _send(self, chat_id: ConversationId, written: Written) -> None:
        self.began.emit()
        self._unsent.send(chat_id, written)

    def _on_composer_send_requested(self, written: Written) -> None:
        chat_id = self._chat_id()
        if self._question.is_open():
            self._question.hold(written)
        elif chat_id is not None and not self._sizes.refuses(written):
            self._take()
            self._send(chat_id, written)

    def _on_composer_queue_requested(self, written: Written) -> None:
        chat_id = self._chat_id()
        if chat_id is not None and not self._sizes.refuses(written):
            self._take()
            self._unsent.send(chat_id, written)

    def _on_composer_draft_changed(self) -> None:
        self.keep_draft()

    def _on_question_passed(self, written: Written) -> None:
        if self._composer.written() == written:  # else it was changed meanwhile, and may not be finished
            self._composer.send()

    def _on_queued_edit_requested(self, place: int) -> None:
        if (chat_id := self._chat_id()) is not None:
            written = self._unsent.take(chat_id, place)
            self._composer.put_back(written.text, written.attachments)
            self._composer.edit.setFocus()
            self.keep_draft()

    def _on_queued_remove_requested(self, place: int) -> None:
        if (chat_id := self._chat_id()) is not None:
            self._unsent.take(chat_id, place)
            if not self._unsent.queue(chat_id):
                self._composer.edit.setFocus()
            self.keep_draft()

    def _on_unsent_queue_changed(self, chat_id: ConversationId) -> None:
        if chat_id == self._chat_id():
            self._queued.set_messages(self._unsent.queue(chat_id))

    def _on_unsent_files_loaded(self, chat_id: ConversationId) -> None:
        if chat_id == self._chat_id():
            self._composer.set_attachments(self._unsent.files(chat_id))

    def _on_unsent_sending_changed(self, chat_id: ConversationId) -> None:
        if chat_id == self._chat_id():  # else the pane may be gone
            self.sending_changed.emit()

    def _on_unsent_returned(self, chat_id: ConversationId, written: Written) -> None:
        if chat_id == self._chat_id():
            self._composer.put_back(written.text, written.attachments)
            self.note_draft()
