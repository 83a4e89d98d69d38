"""The bar that tells what nothing else can show: what failed, what is under way, and what came of it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.chat.course import Course
from desktop.conversations.message import Conversation
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.course_row import CourseRow
from desktop.ui.notice import Notice
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, tr_counted, translated

_MOST = 3  # that are in sight
_KEPT = 50


class NoticeBar(QWidget):
    """Show the newest few sentences until they are dismissed, which earlier ones then follow, and what is under way until it ends.

    Signals: chat_requested with the Conversation that a sentence is about.
    """

    chat_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notices: list[Notice] = []
        self._courses: list[CourseRow] = []
        self._earlier = QWidget()
        self._count = QLabel()
        self._count.setObjectName("earlierNotices")
        self._count.setProperty("caption", True)
        dismiss = LinkButton(tr("Dismiss all"))
        dismiss.setObjectName("dismissAllButton")
        dismiss.clicked.connect(self._on_dismiss_all_clicked)
        row = QHBoxLayout(self._earlier)
        row.setContentsMargins(12, 0, 0, 0)
        row.addWidget(self._count, 1)
        row.addWidget(dismiss, 0, Qt.AlignmentFlag.AlignVCenter)
        self._earlier.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 8, 16, 8)
        self._column.setSpacing(4)
        self._column.addWidget(self._earlier)
        self.hide()

    def show_notice(self, sentence: str) -> None:
        """Add a sentence about a failure; one that is there already is not shown twice."""
        self._add(sentence, "alert", "branch_b")

    def offer(self, sentence: str, words: str, act: Callable[[], object], icon: str = "alert", token: str = "mute") -> None:
        """Add a sentence with a button that leads to what it is about; it stays until it is dismissed."""
        notice = self._add(sentence, icon, token)
        if notice is not None:
            notice.offer(words, act)

    def dismiss(self, sentence: str) -> None:
        """Take a sentence away that is no longer true."""
        for notice in [notice for notice in self._notices if notice.sentence == sentence]:
            self._dismiss(notice)

    def show_done(self, sentence: str, chat: Conversation | None = None, *, undo: Callable[[], object] | None = None) -> None:
        """Add a sentence about what was done; the chat can be shown from there, or it can be taken back."""
        notice = self._add(sentence, "check", "accent")
        if notice is None:
            return
        if undo is not None:
            notice.offer(tr("Undo"), undo)
        elif chat is not None:
            notice.offer(tr("Show"), lambda: self.chat_requested.emit(chat))
        notice.show_button.clicked.connect(lambda: self._dismiss(notice))

    def show_course(self, course: Course, words: str, *, can_stop: bool = True) -> None:
        """Show how far something is, above the sentences."""
        row = CourseRow(course, words, can_stop=can_stop)
        self._column.insertWidget(len(self._courses), row)
        self._courses.append(row)
        self.show()

    def end_course(self, course: Course) -> None:
        """Show it no more."""
        for row in [row for row in self._courses if row.course is course]:
            self._courses.remove(row)
            self._remove(row)

    def sentences(self) -> list[str]:
        """Return what was not dismissed, oldest first."""
        return [notice.sentence for notice in self._notices]

    def _add(self, sentence: str, icon: str, token: str) -> Notice | None:
        if sentence in self.sentences():
            return None
        if len(self._notices) >= _KEPT:
            self._remove(self._notices.pop(0))
        notice = Notice(self._theme, sentence, icon, token)
        notice.dismiss_button.clicked.connect(lambda: self._dismiss(notice))
        self._notices.append(notice)
        self._column.addWidget(notice)
        self._show_newest()
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, translated(sentence)))
        return notice

    def _dismiss(self, notice: Notice) -> None:
        if notice not in self._notices:  # clicked twice
            return
        focused = QApplication.focusWidget()
        had_focus = focused is not None and notice.isAncestorOf(focused)
        self._notices.remove(notice)
        self._show_newest()
        if had_focus and self._notices:
            self._notices[-1].dismiss_button.setFocus()
        self._remove(notice)

    def _show_newest(self) -> None:
        for notice in self._notices[:-_MOST]:
            notice.hide()
        for notice in self._notices[-_MOST:]:
            notice.show()
        earlier = len(self._notices) - _MOST
        self._count.setText(tr_counted("{count} earlier notices", "{count} earlier notice", earlier))
        self._earlier.setVisible(earlier > 0)

    def _remove(self, row: QWidget) -> None:
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.setVisible(bool(self._notices or self._courses))

    def _on_dismiss_all_clicked(self) -> None:
        gone, self._notices = self._notices, []
        self._show_newest()
        for notice in gone:
            self._remove(notice)
