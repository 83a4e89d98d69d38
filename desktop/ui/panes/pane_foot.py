"""What stands below the messages of a pane: what failed, what was moved, how soon the next reply comes, and the composer."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.composer.composer import Composer
from desktop.ui.composer.session_line import SessionLine
from desktop.ui.panes.error_card import ErrorCard
from desktop.ui.panes.other_model_card import OtherModelCard
from desktop.ui.panes.turn_notice import TurnNotice
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.transcript import READABLE_WIDTH

_SIDE_MARGIN = 20
_BOTTOM_MARGIN = 18


class PaneFoot(QWidget):
    """Hold these in a column as wide as the messages; each is hidden while it has nothing to say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.error = ErrorCard()
        self.notice = ErrorCard()
        self.turn_notice = TurnNotice(theme)
        self.session_line = SessionLine(theme)
        self.other_model = OtherModelCard(theme)
        self.composer = Composer(theme)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.error, self.notice, self.turn_notice, self.session_line, self.other_model, self.composer):
            column.addWidget(widget)
        holder = QWidget()
        holder.setLayout(column)
        holder.setMaximumWidth(READABLE_WIDTH + 8)
        centred = QHBoxLayout(self)
        centred.setContentsMargins(_SIDE_MARGIN, 4, _SIDE_MARGIN, _BOTTOM_MARGIN)
        centred.addStretch()
        centred.addWidget(holder, 1000)
        centred.addStretch()
