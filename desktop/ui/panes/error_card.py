"""An error, shown where it happened."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.controls.buttons import LinkButton
from desktop.ui.controls.folded_label import FoldedLabel
from desktop.ui.translation import tr, translated


class ErrorCard(QFrame):
    """Say what failed and offer the way on.

    Signals: action_requested; other_requested and shorter_requested for other ways on.
    """

    action_requested = Signal()
    other_requested = Signal()
    shorter_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("errorCard")
        self._title = QLabel()
        self._title.setObjectName("errorTitle")
        self._sentence = FoldedLabel()
        self._sentence.label.setObjectName("errorSentence")
        self._action = LinkButton("")
        self._action.clicked.connect(self.action_requested)
        self._other = LinkButton("")
        self._other.setObjectName("otherActionButton")
        self._other.clicked.connect(self.other_requested)
        self._shorter = LinkButton("")
        self._shorter.setObjectName("shorterContextButton")
        self._shorter.clicked.connect(self.shorter_requested)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 8)
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._sentence)
        for button in (self._shorter, self._other, self._action):
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def show_error(self, sentence: str, title: str = "", action: str = "", other: str = "", shorter: str = "") -> None:
        """Show an error, and what can be done if there is something."""
        sentence, title, action = translated(sentence), translated(title), translated(action)
        self._title.setText(title)
        is_news = self.isHidden() or sentence != self._sentence.text()
        self._sentence.set_text(sentence)
        self._action.setText(action)
        self._title.setVisible(bool(title))
        self._action.setVisible(bool(action))
        self._other.setText(translated(other))
        self._other.setVisible(bool(other))
        self._shorter.setText(translated(shorter))
        self._shorter.setVisible(bool(shorter))
        self.setAccessibleName(tr("{title}. {sentence}", title=title, sentence=sentence) if title else sentence)
        self.show()
        if is_news:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.accessibleName()))

    def text(self) -> str:
        """Return the sentence that is shown."""
        return self._sentence.text()
