"""How far a long command is, and the button that ends it."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from desktop.chat.course import Course
from desktop.ui.controls.buttons import SecondaryButton
from desktop.ui.translation import tr, translated

_POLL_MS = 100
_STEPS = 1000


class CourseRow(QFrame):
    """Follow a course until the row is removed."""

    def __init__(self, course: Course, words: str, parent: QWidget | None = None, *, can_stop: bool = True) -> None:
        super().__init__(parent)
        self.course = course
        self._words = translated(words)
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _STEPS)
        self._bar.setFixedHeight(4)
        self._bar.setAccessibleName(self._words)
        self._stop = SecondaryButton(tr("Stop"))
        self._stop.setObjectName("stopCourseButton")
        self._stop.setAccessibleName(tr("Stop: {what}", what=self._words))
        if not can_stop:
            self._stop.hide()
        self._stop.clicked.connect(self._on_stop_clicked)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(self._label)
        column.addWidget(self._bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 6, 4)
        row.setSpacing(12)
        row.addLayout(column, 1)
        row.addWidget(self._stop, 0, Qt.AlignmentFlag.AlignVCenter)
        self._timer = QTimer(self, interval=_POLL_MS)
        self._timer.timeout.connect(self._show)
        self._timer.start()
        self._show()

    def words(self) -> str:
        """Return what is shown."""
        return self._label.text()

    def _show(self) -> None:
        done, total = self.course.done, self.course.total
        share = min(1.0, done / total) if total else 0.0
        self._bar.setValue(round(_STEPS * share))
        if self.course.is_stopped:
            self._label.setText(tr("Stopping…"))
        elif total:
            self._label.setText(tr("{what}, {percent}%", what=self._words, percent=round(100 * share)))
        else:
            self._label.setText(tr("{what}…", what=self._words))

    def _on_stop_clicked(self) -> None:
        self.course.stop()
        self._show()
