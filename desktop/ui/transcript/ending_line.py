"""The line under a message that something is missing behind."""

from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.conversations.message import Status
from desktop.system.words import say
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, translated


@dataclass(frozen=True, slots=True)
class Ending:
    """How a reply ended, in words, and what leads on from there."""

    sentence: str
    action: str = ""  # empty: nothing
    icon: str = "stop"
    again: str = ""  # empty: not offered


ENDINGS = {
    Status.STOPPED: Ending(say("Stopped."), say("Continue"), again=say("Again")),
    Status.INTERRUPTED: Ending(say("Interrupted. Kept up to here."), say("Continue"), again=say("Again")),
    Status.CUT: Ending(say("Cut short at the limit that was set. Kept up to here."), say("Continue"), "alert"),
    Status.FAILED: Ending(say("The reply failed. Kept up to here."), say("Continue"), "alert", say("Again")),
}
CONTEXT_FULL = Ending(say("The context is full. Kept up to here."), icon="alert")
REPEATED = Ending(say("The temperature is 0, so the reply is the same."), icon="reread")
NO_REPLY = Ending(say("No reply yet."), say("Reply"), "clock")


class EndingLine(QWidget):
    """Say how a reply ended, or that there is none; at the end of a chat it may go on."""

    def __init__(self, theme: Theme, ending: Ending, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("endingLine")
        self._ending = ending
        self._label = ElidedLabel(translated(ending.sentence))
        self.continue_button = LinkButton(translated(ending.action))
        self.continue_button.setObjectName("continueButton")
        self.again_button = LinkButton(translated(ending.again))
        self.again_button.setObjectName("againButton")
        self.again_button.setToolTip(tr("Write the reply anew. This one is kept as a version."))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel(theme, ending.icon, "mute"))
        row.addWidget(self._label, 1)
        row.addWidget(self.continue_button)
        row.addWidget(self.again_button)
        self._theme = theme
        self.offer_continue(False)

    def line_height(self) -> int:
        """Return the height of the line at the present size of text."""
        return max(28, self._theme.scaled(24))

    def text(self) -> str:
        """Return the sentence."""
        return self._label.text()

    def set_ending(self, ending: Ending) -> None:
        """Change what the line says."""
        self._ending = ending
        self._label.set_text(translated(ending.sentence))
        self.continue_button.setText(translated(ending.action))
        self.again_button.setText(translated(ending.again))

    def offer_continue(self, offered: bool) -> None:
        """Show or hide the ways on."""
        self.continue_button.setVisible(offered and bool(self._ending.action))
        self.again_button.setVisible(offered and bool(self._ending.again))
