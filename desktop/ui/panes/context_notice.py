"""The line that says once that a chat comes near the end of what the model can read at once."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop.ui.controls.buttons import IconButton, LinkButton
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.panes.context_text import nearly_full_sentence
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, translated


class ContextNotice(QWidget):
    """Say it, and lead to what can be done; hidden until then.

    Signals: ways_requested.
    """

    ways_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("contextNotice")
        sentence = QLabel(translated(nearly_full_sentence()))
        sentence.setObjectName("contextNoticeSentence")
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        sentence.setWordWrap(True)
        sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(sentence.text())
        ways = LinkButton(tr("What can be done"))
        ways.setObjectName("contextWaysButton")
        ways.clicked.connect(self.ways_requested)
        close = IconButton(theme, "close", tr("Close"))
        close.setObjectName("closeContextNoticeButton")
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 2, 8, 2)
        row.setSpacing(6)
        row.addWidget(IconLabel(theme, "alert", "branch_b"))
        row.addWidget(sentence, 1)
        row.addWidget(ways)
        row.addWidget(close)
        self.hide()
