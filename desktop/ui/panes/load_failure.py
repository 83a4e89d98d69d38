"""Why a model was not loaded, told where the person is, with the ways on."""

from PySide6.QtCore import QObject, Signal

from desktop.chat.events import ModelPhase, RefusedModel
from desktop.ui.panes.error_card import ErrorCard
from desktop.ui.translation import tr
from desktop.ui.window_context import WindowContext


class LoadFailure(QObject):
    """Show it on a pane's card; what is only too large can be loaded all the same, or with a shorter context.

    Signals: file_wanted to choose another file.
    """

    file_wanted = Signal()

    def __init__(self, context: WindowContext, card: ErrorCard, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._card = context, card
        self._dismissed: RefusedModel | None = None
        card.action_requested.connect(self._on_card_action_requested)
        card.other_requested.connect(lambda: self._load(None))
        card.shorter_requested.connect(self._on_card_shorter_requested)

    def show(self, *, is_active: bool) -> None:
        """Say what there is to say, in the pane that the person is in."""
        model = self._context.chats.model
        refused, has_failed = model.refused, model.phase is ModelPhase.FAILED
        if not is_active or not (has_failed or (refused is not None and refused is not self._dismissed)):
            self._card.hide()
            return
        tokens = refused.fitting_tokens if refused is not None else None
        self._card.show_error(
            refused.error if refused is not None else model.error,
            tr("The model was not loaded"),
            tr("Choose another file") if has_failed else tr("Not now"),
            tr("Load anyway") if refused is not None else "",
            tr("Load with {count} tokens", count=tokens) if tokens is not None else "",
        )

    def _load(self, tokens: int | None) -> None:
        self._context.spawn(self._context.chats.loading.load_refused(tokens))

    def _on_card_action_requested(self) -> None:
        if self._context.chats.model.phase is ModelPhase.FAILED:
            self.file_wanted.emit()
        else:
            self._dismissed = self._context.chats.model.refused
            self._card.hide()

    def _on_card_shorter_requested(self) -> None:
        refused = self._context.chats.model.refused
        if refused is not None:
            self._load(refused.fitting_tokens)
