"""The card with what can be done where a chat fills what the model can read at once."""

from PySide6.QtCore import QEvent, Qt, Signal, SignalInstance
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.chat.context_ways import ContextWays, fills
from desktop.chat.course import Course
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.course_row import CourseRow
from desktop.ui.keyboard import keeps_key
from desktop.ui.panes.context_text import CALM, NO_WAY, leave_out_way, longer_way, room_sentence, summary_way, take_in_way
from desktop.ui.panes.other_model_text import WayOn
from desktop.ui.panes.way_button import WayButton
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, translated


class ContextCard(QFrame):
    """Offer the ways that there are, with what each costs.

    Signals: leave_out_requested; take_in_requested; summary_requested; longer_requested; dismissed; shown with whether it is.
    """

    leave_out_requested = Signal()
    take_in_requested = Signal()
    summary_requested = Signal()
    longer_requested = Signal()
    dismissed = Signal()
    shown = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("contextCard")
        self._theme = theme
        self._course: CourseRow | None = None
        self._sentence = QLabel()
        self._sentence.setObjectName("contextSentence")
        self._calm = QLabel()
        self._calm.setObjectName("contextCalm")
        for label in (self._sentence, self._calm):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._leave_out = self._way("leaveOutButton", self.leave_out_requested)
        self._summary = self._way("summaryButton", self.summary_requested)
        self._longer = self._way("longerContextButton", self.longer_requested)
        self._take_in = self._way("takeInButton", self.take_in_requested)
        self._ways = (self._leave_out, self._summary, self._longer, self._take_in)
        self._close = LinkButton(tr("Not now"))
        self._close.setObjectName("closeContextCardButton")
        self._close.clicked.connect(self.dismissed)
        foot = QHBoxLayout()
        foot.addWidget(self._calm, 1)
        foot.addWidget(self._close)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 4, 4, 12)
        self._column.setSpacing(8)
        for widget in (self._sentence, *self._ways):
            self._column.addWidget(widget)
        self._column.addLayout(foot)
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.shown.emit(False)

    def set_ways(self, ways: ContextWays) -> None:
        """Say how things stand, and what each way on costs."""
        sentence = translated(room_sentence(ways))
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self._offer(self._leave_out, None if ways.leave_out is None else leave_out_way(ways.leave_out))
        self._offer(self._summary, None if ways.summary is None else summary_way(ways.summary))
        self._offer(self._longer, None if ways.longer is None else longer_way(ways.longer))
        self._offer(self._take_in, None if ways.take_in is None else take_in_way(ways.take_in))
        has_way = any(not way.isHidden() for way in self._ways)
        self._calm.setText(translated(CALM if has_way or not fills(ways.used, ways.total) else NO_WAY))

    def show_course(self, course: Course) -> None:
        """Show how far a summary is, in place of the ways."""
        for way in self._ways:
            way.hide()
        self._close.hide()
        self._course = CourseRow(course, tr("Writing the summary"))
        self._column.insertWidget(1, self._course)
        self._course.show()

    def end_course(self) -> None:
        """Show no summary any more."""
        if self._course is not None:
            self._course.hide()
            self._course.deleteLater()
            self._course = None
        self._close.show()

    def focus_choice(self) -> None:
        """Put the focus on the first way on."""
        first = next((way for way in self._ways if not way.isHidden()), self._close)
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def event(self, event: QEvent) -> bool:
        if not self._close.isHidden() and keeps_key(
            event, Qt.Key.Key_Escape
        ):  # here Escape closes the card, whatever it does in the window
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)

    def _way(self, name: str, chosen: SignalInstance) -> WayButton:
        button = WayButton(self._theme)
        button.setObjectName(name)
        button.clicked.connect(chosen)
        return button

    def _offer(self, button: WayButton, way: WayOn | None) -> None:
        button.setVisible(way is not None)
        if way is not None:
            button.set_way(way)
