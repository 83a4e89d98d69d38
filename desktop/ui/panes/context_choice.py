"""What becomes of a pane's chat that fills what the model can read at once: asked where it stands, and answered by the person alone."""

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.chat import events
from desktop.chat.context_ways import NEARLY_FULL, ContextWays, fills
from desktop.chat.course import Course
from desktop.chat.events import Activity, ModelPhase
from desktop.conversations.message import ConversationId, MessageId
from desktop.ui.panes.context_card import ContextCard
from desktop.ui.panes.context_notice import ContextNotice
from desktop.ui.panes.model_question import ModelQuestion
from desktop.ui.translation import tr
from desktop.ui.window_context import WindowContext


class ContextChoice(QObject):
    """Keep a pane's card and notice up to date, and have done what is chosen.

    The card opens by itself once a chat has no room for a reply, and where the person asks for it. Signals: opened;
    fork_opened with the Conversation that begins with a summary.
    """

    opened = Signal()
    fork_opened = Signal(object)

    def __init__(
        self, context: WindowContext, card: ContextCard, notice: ContextNotice, question: ModelQuestion, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._card, self._notice, self._question = context, card, notice, question
        self._chat_id: ConversationId | None = None
        self._ways: ContextWays | None = None
        self._course: Course | None = None  # of the summary that is being written
        self._was_full = False
        self._is_idle = True
        self._idle_share = self._share = 0.0  # of the context: what the chat took when it last did nothing, and what it takes
        self._asked = 0
        card.leave_out_requested.connect(self._on_card_leave_out_requested)
        card.take_in_requested.connect(self._on_card_take_in_requested)
        card.summary_requested.connect(self._on_card_summary_requested)
        card.longer_requested.connect(self._on_card_longer_requested)
        card.dismissed.connect(self.close)
        notice.ways_requested.connect(self.open)
        question.changed.connect(self._look)
        bridge = context.bridge
        bridge.message_added.connect(self._on_bridge_message_added)
        bridge.activity_changed.connect(self._on_bridge_activity_changed)
        bridge.context_changed.connect(self._on_bridge_context_changed)
        bridge.model_changed.connect(self._look)

    def show_chat(self, chat_id: ConversationId | None) -> None:
        """Look after another chat; how far a summary is that is being written for the one before stands above the panes from now on."""
        if self._course is not None:
            title = self._context.directory.title(self._chat_id)
            self._context.taking_along.begun.emit(self._course, tr("Writing the summary of “{title}”", title=title))
            self._course = None
        self._chat_id, self._was_full, self._is_idle = chat_id, False, True
        if chat_id is not None:
            self._is_idle = self._context.chats.activity(chat_id) is Activity.IDLE
            self._idle_share = self._share = _share(*self._context.chats.context(chat_id))
        self._notice.hide()
        self.close()
        self._look()

    def open(self) -> None:
        """Show what can be done, and lead there who asked for it."""
        if self._chat_id is not None and self._course is None:  # else how far the summary is stands there
            self._context.spawn(self._open(self._chat_id, is_asked=True))

    def close(self) -> None:
        """Show nothing, until there is a new reason."""
        self._asked += 1
        self._ways = None
        self._card.end_course()
        self._card.hide()

    def ways_matter(self) -> bool:
        """Return whether there is something to choose: the chat takes much of the context, or leaves out a part."""
        chat = self._context.directory.find(self._chat_id)
        return self._share >= NEARLY_FULL or (chat is not None and chat.context_start_id is not None)

    def _look(self) -> None:
        """Open where the chat has no room any more and does nothing; close where that is over."""
        chats, chat_id = self._context.chats, self._chat_id
        if chat_id is None or self._course is not None:
            return
        is_ready = chats.model.phase is ModelPhase.READY and chats.activity(chat_id) is Activity.IDLE and not self._question.is_open()
        is_full = is_ready and fills(*chats.context(chat_id))
        if is_full != self._was_full:
            self._was_full = is_full
            if is_full:
                self._notice.hide()
                self._context.spawn(self._open(chat_id, is_asked=False))
            else:
                self.close()

    async def _open(self, chat_id: ConversationId, *, is_asked: bool) -> None:
        self._asked += 1
        number = self._asked
        ways = await self._context.chats.room.ways(chat_id)
        if number != self._asked or ways is None:
            return
        self._ways = ways
        self._card.set_ways(ways)
        self._card.show()
        self._notice.hide()
        self.opened.emit()
        if is_asked:
            self._card.focus_choice()

    async def _set_start(self, chat_id: ConversationId, start_id: MessageId | None) -> None:
        await self._context.chats.room.set_start(chat_id, start_id)

    async def _summarise(self, chat_id: ConversationId, course: Course) -> None:
        try:
            fork = await self._context.chats.room.summarise(chat_id, course)
        finally:
            self._context.taking_along.ended.emit(course)
            if self._course is course:
                self._course, self._was_full = None, False
                self.close()
                self._look()
        self._context.directory.put(fork)
        if self._chat_id == chat_id:
            self.fork_opened.emit(fork)
        else:  # the pane may be gone
            title = self._context.directory.title(chat_id)
            self._context.taking_along.told.emit(tr("The summary of “{title}” is written.", title=title), fork)

    def _do(self, command: Callable[..., Coroutine[Any, Any, None]], *arguments: object) -> None:
        if self._chat_id is not None:
            self.close()
            self._context.spawn(command(self._chat_id, *arguments))

    def _on_card_leave_out_requested(self) -> None:
        if self._ways is not None and self._ways.leave_out is not None:
            self._do(self._set_start, self._ways.leave_out.start_id)

    def _on_card_take_in_requested(self) -> None:
        self._do(self._set_start, None)

    def _on_card_longer_requested(self) -> None:
        if self._ways is not None and self._ways.longer is not None:
            self._do(self._context.chats.room.lengthen, self._ways.longer.tokens)

    def _on_card_summary_requested(self) -> None:
        if self._chat_id is not None and self._course is None:
            self._course = course = Course()
            self._card.show_course(course)
            self._context.spawn(self._summarise(self._chat_id, course))

    def _on_bridge_message_added(self, event: events.MessageAdded) -> None:
        if event.conversation_id == self._chat_id:
            self._notice.hide()

    def _on_bridge_activity_changed(self, event: events.ActivityChanged) -> None:
        if event.conversation_id != self._chat_id:
            return
        self._is_idle = event.activity is Activity.IDLE
        if self._is_idle:
            if self._idle_share < NEARLY_FULL <= self._share and not fills(*self._context.chats.context(event.conversation_id)):
                self._notice.show()
            self._idle_share = self._share
        self._look()

    def _on_bridge_context_changed(self, event: events.ContextChanged) -> None:
        if event.conversation_id == self._chat_id:
            self._share = _share(event.used, event.total)
            if self._is_idle:
                self._idle_share = self._share
            self._look()


def _share(used: int, total: int) -> float:
    return used / total if total else 0.0
