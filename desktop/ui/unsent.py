"""What was written for chats and is not sent yet: files of drafts, and messages that wait until a reply has ended."""

from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from desktop.chat import events
from desktop.chat.api import Chats
from desktop.chat.events import Activity
from desktop.chat.spawning import Spawn
from desktop.conversations.errors import UnknownConversationError
from desktop.conversations.message import ConversationId, Status
from desktop.conversations.written import Attachment, Written, joined
from desktop.ui.bridge import Bridge
from desktop.ui.chat_directory import ChatDirectory


class Unsent(QObject):
    """Send what was written, one message of a chat after the other, whichever chats are shown; nothing of it is lost.

    A message that waits is sent once the reply before it has ended by itself. Where that was stopped or failed, all that wait
    go back to what is being written. They are stored with the draft, so that after a crash they stand there too.

    Signals: queue_changed, files_loaded and sending_changed with the id of a chat; returned with the id of a chat that is shown and
    what was Written for it, to be put back.
    """

    queue_changed = Signal(object)
    files_loaded = Signal(object)
    sending_changed = Signal(object)
    returned = Signal(object, object)

    def __init__(self, chats: Chats, spawn: Spawn, directory: ChatDirectory, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chats, self._spawn, self._directory = chats, spawn, directory
        self._files: dict[ConversationId, tuple[Attachment, ...]] = {}  # of drafts
        self._stored: dict[ConversationId, tuple[Attachment, ...]] = {}  # as the database has them; of chats that were asked for
        self._queues: dict[ConversationId, list[Written]] = {}
        self._sending: set[ConversationId] = set()
        self._completed: set[ConversationId] = set()  # their last reply ended by itself
        self._idle: set[ConversationId] = set()  # they fell idle while a message was being sent
        bridge.reply_finished.connect(self._on_bridge_reply_finished)
        bridge.activity_changed.connect(self._on_bridge_activity_changed)

    # Drafts

    def files(self, chat_id: ConversationId) -> tuple[Attachment, ...]:
        """Return the files of a chat's draft, as far as they are loaded."""
        return self._files.get(chat_id, ())

    def set_files(self, chat_id: ConversationId, files: tuple[Attachment, ...]) -> None:
        """Note the files of a chat's draft; store() stores them."""
        self._files[chat_id] = files

    async def load(self, chat_id: ConversationId) -> None:
        """Load the files of a chat's draft, before those that were attached meanwhile."""
        if chat_id in self._stored:
            return
        stored = await self._chats.composing.attachments(chat_id)
        if chat_id in self._stored:  # somebody else asked, too, and was answered first
            return
        self._stored[chat_id] = stored
        if stored:
            self._files[chat_id] = (*stored, *self.files(chat_id))
            self.files_loaded.emit(chat_id)

    async def store(self, chat_id: ConversationId) -> None:
        """Store a chat's draft and what waits, as they are now, so that writes that overtake each other do no harm."""
        with suppress(UnknownConversationError):  # it was deleted, and all this with it
            await self.load(chat_id)
            await self._chats.save_draft(chat_id, self._kept(chat_id).text)
            kept = self._kept(chat_id).attachments
            if kept != self._stored[chat_id]:
                await self._chats.composing.save_attachments(chat_id, kept)
                self._stored[chat_id] = kept

    # Sending

    def is_sending(self, chat_id: ConversationId) -> bool:
        """Return whether a message is being sent to a chat: until the reply begins, it may be idle with an unanswered message."""
        return chat_id in self._sending

    def must_wait(self, chat_id: ConversationId) -> bool:
        """Return whether a message would have to wait."""
        is_busy = self._chats.activity(chat_id) is not Activity.IDLE
        return is_busy or self.is_sending(chat_id) or bool(self._queues.get(chat_id))

    def queue(self, chat_id: ConversationId) -> tuple[Written, ...]:
        """Return the messages that wait, in order."""
        return tuple(self._queues.get(chat_id, ()))

    def send(self, chat_id: ConversationId, written: Written) -> None:
        """Send a message, or let it wait for those before it and for the reply that is under way."""
        if self.must_wait(chat_id):
            self._queues.setdefault(chat_id, []).append(written)
            self.queue_changed.emit(chat_id)
            self._spawn(self.store(chat_id))
        else:
            self._begin(chat_id, written)

    def take(self, chat_id: ConversationId, place: int) -> Written:
        """Take a message out of those that wait."""
        written = self._queues[chat_id].pop(place)
        self.queue_changed.emit(chat_id)
        return written

    def _begin(self, chat_id: ConversationId, written: Written) -> None:
        self._sending.add(chat_id)
        self.sending_changed.emit(chat_id)
        self._spawn(self._send(chat_id, written))

    async def _send(self, chat_id: ConversationId, written: Written) -> None:
        try:
            await self._chats.send(chat_id, written.message())
        except Exception:
            self._give_back(chat_id, written)
            await self.store(chat_id)
            raise
        finally:
            self._sending.discard(chat_id)
            self.sending_changed.emit(chat_id)
        if chat_id in self._idle:
            self._go_on(chat_id)
        await self.store(chat_id)

    def _go_on(self, chat_id: ConversationId) -> None:
        """Send what comes next in an idle chat, or give back what waits for a reply that will not end by itself."""
        self._idle.discard(chat_id)
        if not self._queues.get(chat_id) or self._chats.activity(chat_id) is not Activity.IDLE:
            return
        if chat_id in self._completed:
            self._begin(chat_id, self.take(chat_id, 0))
        else:
            self._give_back(chat_id)
            self._spawn(self.store(chat_id))

    def _give_back(self, chat_id: ConversationId, *failed: Written) -> None:
        """Put what could not be sent and what waits before what was written since."""
        back = joined(*failed, *self._queues.pop(chat_id, ()))
        if self._directory.is_open(chat_id):
            self.returned.emit(chat_id, back)
        else:
            draft = joined(back, Written(self._directory.draft(chat_id), self.files(chat_id)))
            self._directory.set_draft(chat_id, draft.text)
            self.set_files(chat_id, draft.attachments)
        self.queue_changed.emit(chat_id)

    def _kept(self, chat_id: ConversationId) -> Written:
        return joined(*self.queue(chat_id), Written(self._directory.draft(chat_id), self.files(chat_id)))

    def _on_bridge_reply_finished(self, event: events.ReplyFinished) -> None:
        if event.message.status is Status.COMPLETE:
            self._completed.add(event.conversation_id)
        else:
            self._completed.discard(event.conversation_id)

    def _on_bridge_activity_changed(self, event: events.ActivityChanged) -> None:
        chat_id = event.conversation_id
        if event.activity is not Activity.IDLE:
            self._completed.discard(chat_id)
        elif self.is_sending(chat_id):
            self._idle.add(chat_id)
        else:
            self._go_on(chat_id)
