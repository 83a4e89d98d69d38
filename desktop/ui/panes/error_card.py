"""An error, shown where it happened."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.controls.buttons import LinkButton


class ErrorCard(QFrame):
    """Say what failed and offer the way on.

    Signals: action_requested.
    """

    action_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("errorCard")
        self._title = QLabel()
        self._title.setObjectName("errorTitle")
        self._sentence = QLabel()
        self._sentence.setObjectName("errorSentence")
        self._action = LinkButton("")
        self._action.clicked.connect(self.action_requested)
        for label in (self._title, self._sentence):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 8)
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._sentence)
        column.addWidget(self._action, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def show_error(self, sentence: str, title: str = "", action: str = "") -> None:
        """Show an error, and what can be done if there is something."""
        self._title.setText(title)
        self._sentence.setText(sentence)
        self._action.setText(action)
        self._title.setVisible(bool(title))
        self._action.setVisible(bool(action))
        self.setAccessibleName(f"{title}. {sentence}" if title else sentence)
        self.show()

    def text(self) -> str:
        """Return the sentence that is shown."""
        return self._sentence.text()
