"""The line under a reply that did not come to its own end."""

from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.conversations.message import Status
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.theme.theme import Theme


@dataclass(frozen=True, slots=True)
class Ending:
    """How a reply ended, in words."""

    sentence: str
    can_continue: bool


ENDINGS = {
    Status.STOPPED: Ending("Stopped.", can_continue=True),
    Status.INTERRUPTED: Ending("Interrupted. Kept up to here.", can_continue=True),
    Status.CUT: Ending("The context is full. Kept up to here.", can_continue=False),
    Status.FAILED: Ending("The reply failed. Kept up to here.", can_continue=False),
}


class EndingLine(QWidget):
    """Say how a reply ended; the last one of a chat may go on."""

    def __init__(self, theme: Theme, status: Status, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("endingLine")
        self._ending = ENDINGS[status]
        self._label = QLabel(self._ending.sentence)
        self.continue_button = LinkButton("Continue")
        self.continue_button.setObjectName("continueButton")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(IconLabel(theme, "stop" if self._ending.can_continue else "alert", "mute"))
        row.addWidget(self._label)
        row.addStretch()
        row.addWidget(self.continue_button)
        self.setFixedHeight(28)
        self.offer_continue(False)

    def text(self) -> str:
        """Return the sentence."""
        return self._label.text()

    def offer_continue(self, offered: bool) -> None:
        """Show or hide the way on."""
        self.continue_button.setVisible(offered and self._ending.can_continue)
