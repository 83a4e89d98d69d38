"""All that a pane shows of its chat's context: numbers at the meter and in the details, and what can be done where it is full."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.conversations.message import ConversationId
from desktop.ui.composer.session_text import session_text
from desktop.ui.panes.context_choice import ContextChoice
from desktop.ui.panes.context_panel import ContextPanel
from desktop.ui.panes.details_panel import DetailsPanel
from desktop.ui.panes.details_text import ChatNumbers
from desktop.ui.panes.model_question import ModelQuestion
from desktop.ui.panes.pane_foot import PaneFoot
from desktop.ui.transcript.transcript import Transcript
from desktop.ui.window_context import WindowContext


class ContextPart(QObject):
    """Connect meter, panels, card and line of one pane."""

    def __init__(
        self,
        context: WindowContext,
        pane: QWidget,
        foot: PaneFoot,
        transcript: Transcript,
        details: DetailsPanel,
        question: ModelQuestion,
        chat_id: Callable[[], ConversationId | None],
    ) -> None:
        super().__init__(pane)
        self._context, self._meter, self._transcript, self._details = context, foot.composer.meter, transcript, details
        self._chat_id = chat_id
        self.panel = ContextPanel(self._meter, pane)
        self.choice = ContextChoice(context, foot.context_card, foot.context_notice, question, self)
        self.panel.numbers_wanted.connect(self.show_numbers)
        self.panel.ways_requested.connect(self.choice.open)
        foot.context_card.shown.connect(foot.fit_notice.set_covered)
        foot.fit_notice.ways_requested.connect(self.choice.open)
        details.refresh_wanted.connect(self.show_numbers)
        transcript.room_requested.connect(self.choice.open)

    def show_chat(self, chat_id: ConversationId | None) -> None:
        """Look after another chat."""
        self.panel.close_panel()
        self.choice.show_chat(chat_id)

    def show_numbers(self) -> None:
        """Draw meter and panels after what the chats say now."""
        chat_id = self._chat_id()
        if chat_id is None:
            return
        chats = self._context.chats
        used, total = chats.context(chat_id)
        self._meter.set_tokens(used, total)
        readiness = session_text(chats.readiness(chat_id), chats.activity(chat_id), chats.model)
        last = next((message.stats for message in reversed(self._transcript.messages()) if message.stats is not None), None)
        numbers = ChatNumbers(chats.session(chat_id), used, total, readiness, last)
        if not self._details.isHidden():
            self._details.set_numbers(numbers)
        self.panel.set_numbers(numbers, has_ways=self.choice.ways_matter())
