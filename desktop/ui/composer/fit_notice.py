"""What is said before sending of a message that does not fit."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.chat.message_size import MessageSize
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr


class FitNotice(QFrame):
    """Say why a message cannot be sent and what can be done; hidden while it fits.

    Signals: ways_requested, where the chat's other messages take the room.
    """

    ways_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fitNotice")
        self._is_needed = self._is_covered = False
        self._sentence = QLabel()
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(IconLabel(theme, "alert", "branch_b"), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self._sentence)
        row.addLayout(column, 1)
        self._ways = LinkButton(tr("What can be done"))
        self._ways.setObjectName("fitWaysButton")
        self._ways.clicked.connect(self.ways_requested)
        column.addWidget(self._ways, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def set_size(self, size: MessageSize | None) -> None:
        """Say it of a message of this size, or nothing of one that fits."""
        does_not_fit = self._is_needed = size is not None and not size.fits
        if size is not None and does_not_fit:
            self._sentence.setText(fit_sentence(size))
            self._ways.setVisible(size.message <= size.most)
            self.setAccessibleName(self._sentence.text())
        elif not self.isHidden():
            self._mark(marked=False)
        self.setVisible(does_not_fit and not self._is_covered)

    def set_covered(self, covered: bool) -> None:
        """Make room for something that leads further."""
        self._is_covered = covered
        self.setVisible(self._is_needed and not covered)

    def point(self) -> None:
        """Lead the person to what is said: they wanted to send all the same."""
        self._mark(marked=True)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self._sentence.text()))

    def text(self) -> str:
        """Return what is said; empty where the message fits."""
        return self._sentence.text() if self._is_needed else ""

    def _mark(self, *, marked: bool) -> None:
        self.setProperty("marked", marked)
        self.style().polish(self)


def fit_sentence(size: MessageSize) -> str:
    """Return what does not fit, and what can be done."""
    if size.message > size.most:  # in an empty chat neither
        if size.files:
            return tr(
                "This message has {message} tokens, more than the model can read at once and answer: {most}. Shorten it or remove a file.",
                message=size.message,
                most=size.most,
            )
        return tr(
            "This message has {message} tokens, more than the model can read at once and answer: {most}. Shorten it or send it in parts.",
            message=size.message,
            most=size.most,
        )
    if size.files:
        return tr(
            "With this message the chat has {total} tokens, and {most} leave room for a reply. "
            "Shorten it, remove a file, or send it in a new chat.",
            total=size.total,
            most=size.most,
        )
    return tr(
        "With this message the chat has {total} tokens, and {most} leave room for a reply. Shorten it or send it in a new chat.",
        total=size.total,
        most=size.most,
    )
