"""What stands below the messages of a pane: what failed, what was moved, how soon the next reply comes, and the composer."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.composer.composer import Composer
from desktop.ui.composer.fit_notice import FitNotice
from desktop.ui.composer.queued_messages import QueuedMessages
from desktop.ui.composer.session_line import SessionLine
from desktop.ui.panes.context_card import ContextCard
from desktop.ui.panes.context_notice import ContextNotice
from desktop.ui.panes.error_card import ErrorCard
from desktop.ui.panes.other_model_card import OtherModelCard
from desktop.ui.panes.turn_notice import TurnNotice
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.transcript import READABLE_WIDTH

_SIDE_MARGIN = 20
_BOTTOM_MARGIN = 18
_SHARE = 4  # of a pane's height, at most, for what is being written: one in so many
_SHARE_BELOW_CARD = 8


class PaneFoot(QWidget):
    """Hold these in a column as wide as the messages; each is hidden while it has nothing to say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.error = ErrorCard()
        self.notice = ErrorCard()
        self.turn_notice = TurnNotice(theme)
        self.session_line = SessionLine(theme)
        self.other_model = OtherModelCard(theme)
        self.queued = QueuedMessages(theme)
        self.fit_notice = FitNotice(theme)
        self.context_notice = ContextNotice(theme)
        self.context_card = ContextCard(theme)
        self.composer = Composer(theme)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.setContentsMargins(0, 0, 0, 0)
        notices = (self.error, self.notice, self.turn_notice, self.context_notice)
        above = (self.session_line, self.other_model, self.context_card, self.queued, self.fit_notice)
        for widget in (*notices, *above, self.composer):
            column.addWidget(widget)
        holder = QWidget()
        holder.setLayout(column)
        holder.setMaximumWidth(READABLE_WIDTH + 8)
        centred = QHBoxLayout(self)
        centred.setContentsMargins(_SIDE_MARGIN, 4, _SIDE_MARGIN, _BOTTOM_MARGIN)
        centred.addStretch()
        centred.addWidget(holder, 1000)
        centred.addStretch()
        self._pane_height = 0
        self.context_card.shown.connect(self._share_height)

    def set_pane_height(self, height: int) -> None:
        """Leave room for the messages in a pane of so many pixels."""
        self._pane_height = height
        self._share_height(self.context_card.isVisible())

    def _share_height(self, has_card: bool) -> None:
        self.composer.edit.set_room(self._pane_height // (_SHARE_BELOW_CARD if has_card else _SHARE))
