"""The bar that tells what nothing else can show: what failed, what is under way, and what came of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.chat.course import Course
from desktop.conversations.message import Conversation
from desktop.ui.controls.buttons import IconButton, SecondaryButton
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.course_row import CourseRow
from desktop.ui.theme.theme import Theme

_MOST = 3


class NoticeBar(QWidget):
    """Show the last few sentences until they are dismissed, and what is under way until it ends.

    Signals: chat_requested with the Conversation that a sentence is about.
    """

    chat_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notices: list[Notice] = []
        self._courses: list[CourseRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 8, 16, 8)
        self._column.setSpacing(4)
        self.hide()

    def show_notice(self, sentence: str) -> None:
        """Add a sentence about a failure; one that is shown already is not shown twice."""
        self._add(sentence, "alert", "branch_b")

    def show_done(self, sentence: str, chat: Conversation | None = None) -> None:
        """Add a sentence about what was done; the chat can be shown from there."""
        notice = self._add(sentence, "check", "accent")
        if notice is not None and chat is not None:
            notice.offer_to_show()
            notice.show_button.clicked.connect(lambda: self.chat_requested.emit(chat))
            notice.show_button.clicked.connect(lambda: self._dismiss(notice))

    def show_course(self, course: Course, words: str) -> None:
        """Show how far something is, above the sentences."""
        row = CourseRow(course, words)
        self._column.insertWidget(len(self._courses), row)
        self._courses.append(row)
        self.show()

    def end_course(self, course: Course) -> None:
        """Show it no more."""
        for row in [row for row in self._courses if row.course is course]:
            self._courses.remove(row)
            self._remove(row)

    def sentences(self) -> list[str]:
        """Return what is shown, oldest first."""
        return [notice.sentence for notice in self._notices]

    def _add(self, sentence: str, icon: str, token: str) -> "Notice | None":
        if sentence in self.sentences():
            return None
        while len(self._notices) >= _MOST:
            self._dismiss(self._notices[0])
        notice = Notice(self._theme, sentence, icon, token)
        notice.dismiss_button.clicked.connect(lambda: self._dismiss(notice))
        self._notices.append(notice)
        self._column.addWidget(notice)
        self.show()
        return notice

    def _dismiss(self, notice: "Notice") -> None:
        self._notices.remove(notice)
        self._remove(notice)

    def _remove(self, row: QWidget) -> None:
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.setVisible(bool(self._notices or self._courses))


class Notice(QFrame):
    """One sentence with a button that dismisses it."""

    def __init__(self, theme: Theme, sentence: str, icon: str, token: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = sentence
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 6, 4)
        row.setSpacing(10)
        label = QLabel(sentence)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_button = SecondaryButton("Show")
        self.show_button.setObjectName("showImportedButton")
        self.show_button.hide()
        self.dismiss_button = IconButton(theme, "close", "Dismiss")
        row.addWidget(IconLabel(theme, icon, token), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(label, 1)
        row.addWidget(self.show_button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.dismiss_button, 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(sentence)

    def offer_to_show(self) -> None:
        """Show the button that leads to what the sentence is about."""
        self.show_button.show()
