"""The card that asks which model goes on with a chat that another one wrote."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.chat.other_model import OtherModel
from desktop.system.words import say
from desktop.ui.panes.other_model_text import other_model_text
from desktop.ui.panes.way_button import WayButton
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import translated

_CALM = say("Nothing switches by itself.")
_WAITS = say("Your message waits in the box until you choose.")


class OtherModelCard(QFrame):
    """Offer to load the model that wrote the chat, or to continue with the loaded one.

    Signals: load_requested; continue_requested; models_wanted for all others.
    """

    load_requested = Signal()
    continue_requested = Signal()
    models_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("otherModelCard")
        self._sentence = QLabel()
        self._sentence.setObjectName("otherModelSentence")
        self._calm = QLabel(translated(_CALM))
        self._calm.setObjectName("otherModelCalm")
        for label in (self._sentence, self._calm):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._load = WayButton(theme)
        self._load.setObjectName("loadOtherModelButton")
        self._load.clicked.connect(self.load_requested)
        self._continue = WayButton(theme)
        self._continue.setObjectName("continueWithLoadedButton")
        self._continue.clicked.connect(self.continue_requested)
        self._get = WayButton(theme)
        self._get.setObjectName("getModelInsteadButton")
        self._get.clicked.connect(self.models_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 12)
        column.setSpacing(8)
        for widget in (self._sentence, self._load, self._get, self._continue, self._calm):
            column.addWidget(widget)
        self.hide()

    def set_other(self, other: OtherModel) -> None:
        """Say what each way on costs."""
        text = other_model_text(other)
        self._sentence.setText(text.sentence)
        self.setAccessibleName(text.sentence)
        self._load.set_way(text.load)
        self._continue.setVisible(text.go_on is not None)
        if text.go_on is not None:
            self._continue.set_way(text.go_on)
        self._get.setVisible(text.get is not None)
        if text.get is not None:
            self._get.set_way(text.get)

    def set_waits(self, waits: bool) -> None:
        """Say that a message waits for the choice, or not."""
        self._calm.setText(translated(_WAITS if waits else _CALM))

    def focus_choice(self) -> None:
        """Put the focus on the first way on."""
        self._load.setFocus(Qt.FocusReason.TabFocusReason)
