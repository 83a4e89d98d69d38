"""How far a long command is, and the button that ends it."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from desktop.chat.course import Course
from desktop.ui.controls.buttons import SecondaryButton

_POLL_MS = 100
_STEPS = 1000


class CourseRow(QFrame):
    """Follow a course until the row is removed."""

    def __init__(self, course: Course, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.course = course
        self._words = words
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _STEPS)
        self._bar.setFixedHeight(4)
        self._bar.setAccessibleName(words)
        self._stop = SecondaryButton("Stop")
        self._stop.setObjectName("stopCourseButton")
        self._stop.setAccessibleName(f"Stop: {words}")
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
        self._label.setText("Stopping…" if self.course.is_stopped else f"{self._words}, {share:.0%}" if total else f"{self._words}…")

    def _on_stop_clicked(self) -> None:
        self.course.stop()
        self._show()
