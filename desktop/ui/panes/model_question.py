"""Which model goes on with the chat of a pane: asked where another one wrote it, and answered by the person alone."""

from PySide6.QtCore import QObject, Signal

from desktop.chat import events
from desktop.chat.events import ModelPhase
from desktop.chat.other_model import OtherModel
from desktop.conversations.message import ConversationId
from desktop.conversations.written import Written
from desktop.ui.panes.other_model_card import OtherModelCard
from desktop.ui.window_context import WindowContext


class ModelQuestion(QObject):
    """Keep a pane's card up to date, and hold what the person wanted to send until they have chosen.

    Signals: changed after it was opened or closed; chosen after the person chose; passed with what was Written and waited,
    once nothing stands in its way; model_chosen with the path of the model to load; file_wanted where that is not known.
    """

    changed = Signal()
    chosen = Signal()
    passed = Signal(object)
    model_chosen = Signal(object)
    file_wanted = Signal()

    def __init__(self, context: WindowContext, card: OtherModelCard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._card = card
        self._chat_id: ConversationId | None = None
        self._other: OtherModel | None = None
        self._held: Written | None = None
        self._is_answered = False
        self._asked = 0
        card.load_requested.connect(self._on_card_load_requested)
        card.continue_requested.connect(self._on_card_continue_requested)
        bridge = context.bridge
        bridge.model_changed.connect(self._on_bridge_model_changed)
        bridge.conversation_changed.connect(self._on_bridge_chat_changed)
        bridge.head_moved.connect(self._on_bridge_chat_changed)
        bridge.reply_finished.connect(self._on_bridge_reply_finished)

    def show_chat(self, chat_id: ConversationId | None) -> None:
        """Ask for another chat; forget what waited."""
        self._chat_id, self._other, self._held, self._is_answered = chat_id, None, None, False
        self._asked += 1
        self._show()
        if chat_id is not None:
            self._context.spawn(self._ask(chat_id))

    def is_open(self) -> bool:
        """Return whether the person must choose before anything is sent, or it is not known yet whether they must."""
        return self._other is not None or not self._is_answered

    def is_shown(self) -> bool:
        """Return whether the card asks now."""
        return not self._card.isHidden()

    def hold(self, written: Written) -> None:
        """Keep in mind what is to be sent once the person has chosen, and lead them to the choice."""
        self._held = written
        self._show()
        if self.is_shown():
            self._card.focus_choice()

    async def _ask(self, chat_id: ConversationId) -> None:
        self._asked += 1
        number = self._asked
        other = None  # where that cannot be found out, nothing stands in the way
        try:
            other = await self._context.chats.other_model(chat_id)
        finally:
            if number == self._asked and chat_id == self._chat_id:
                self._take(other)

    def _take(self, other: OtherModel | None) -> None:
        self._other, self._is_answered = other, True
        self._show()
        if other is None and self._held is not None:
            held, self._held = self._held, None
            self.passed.emit(held)

    async def _continue(self, chat_id: ConversationId) -> None:
        await self._context.chats.continue_with_loaded(chat_id)
        await self._ask(chat_id)

    def _show(self) -> None:
        is_loading = self._context.chats.model.phase is ModelPhase.LOADING  # the line above the composer tells of that
        if self._other is not None:
            self._card.set_other(self._other)
        self._card.set_waits(self._held is not None)
        self._card.setVisible(self._other is not None and not is_loading)
        self.changed.emit()

    def _on_card_load_requested(self) -> None:
        if self._other is None or self._other.path is None:
            self.file_wanted.emit()
            return
        self.chosen.emit()
        self.model_chosen.emit(self._other.path)

    def _on_card_continue_requested(self) -> None:
        if self._chat_id is not None:
            self.chosen.emit()
            self._context.spawn(self._continue(self._chat_id))

    def _on_bridge_model_changed(self, event: events.ModelChanged) -> None:
        if event.model.phase is ModelPhase.LOADING:
            self._show()
        elif self._chat_id is not None:
            self._context.spawn(self._ask(self._chat_id))

    def _on_bridge_chat_changed(self, event: events.ConversationChanged | events.HeadMoved) -> None:
        if event.conversation.id == self._chat_id:
            self._context.spawn(self._ask(event.conversation.id))

    def _on_bridge_reply_finished(self, event: events.ReplyFinished) -> None:
        if event.conversation_id == self._chat_id:
            self._context.spawn(self._ask(event.conversation_id))
