"""The panel with a chat's numbers, over the transcript's right side."""

from datetime import datetime

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.chat.numbers import SessionNumbers
from desktop.ui.composer.session_text import SessionText
from desktop.ui.controls.buttons import IconButton
from desktop.ui.keyboard import keeps_key
from desktop.ui.panes.details_text import LABELS, details
from desktop.ui.theme.theme import Theme

_REFRESH_MS = 1000
_WIDTH = 312
_TOOLTIPS = {
    "Computed": "What the model had to read and write since this chat was opened",
    "Restored": "What came from memory or from the disk and did not have to be read again",
    "Quick resume": "What is saved so that this chat is ready at once. Deleting it loses time, never messages.",
}


class DetailsPanel(QFrame):
    """Show numbers and ask for fresh ones every second while it is visible.

    Signals: refresh_wanted.
    """

    refresh_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._pane = parent
        self.setObjectName("detailsPanel")
        self.setAccessibleName("Chat details")
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh_wanted)
        self.hide()
        title = QLabel("Chat details")
        title.setObjectName("detailsTitle")
        close = IconButton(theme, "close", "Close the details")
        close.setObjectName("closeDetailsButton")
        close.setToolTip("Close (Ctrl+I)")
        close.clicked.connect(self.hide)
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch()
        head.addWidget(close)
        self._readiness = QLabel()
        self._readiness.setObjectName("detailsReadiness")
        self._readiness.setTextFormat(Qt.TextFormat.PlainText)
        self._readiness.setWordWrap(True)
        self._values = {label: QLabel() for label in LABELS}
        self._captions = {label: QLabel(label) for label in LABELS}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (label, value) in enumerate(self._values.items()):
            caption = self._captions[label]
            caption.setProperty("caption", True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            for part in (caption, value):
                part.setToolTip(_TOOLTIPS.get(label, ""))
            grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 8, 8, 16)
        self._column.setSpacing(10)
        self._column.addLayout(head)
        self._column.addWidget(self._readiness)
        self._column.addLayout(grid)

    def set_numbers(self, numbers: SessionNumbers | None, context: tuple[int, int], readiness: SessionText | None) -> None:
        """Show a chat's numbers, the tokens of its context, and how soon it is ready."""
        self._readiness.setVisible(readiness is not None)
        if readiness is not None:
            self._readiness.setText(readiness.sentence)
            if self._readiness.property("good") != readiness.is_good:
                self._readiness.setProperty("good", readiness.is_good)
                self._readiness.style().polish(self._readiness)
        shown = details(numbers, context, datetime.now().astimezone())
        for label, value in self._values.items():
            value.setText(shown.get(label, ""))
            value.setAccessibleName(f"{label}: {value.text()}")
            value.setVisible(label in shown)
            self._captions[label].setVisible(label in shown)
        self.place()

    def values(self) -> dict[str, str]:
        """Return what is shown, by its label."""
        return {label: value.text() for label, value in self._values.items() if not value.isHidden()}

    def place(self) -> None:
        """Take the place at the right of the pane below its head."""
        width = min(_WIDTH, self._pane.width() - 24)
        self._column.activate()
        self.setGeometry(self._pane.width() - width - 12, 48 + 8, width, self._column.totalHeightForWidth(width))
        self.raise_()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 200)

    def event(self, event: QEvent) -> bool:
        if keeps_key(event, Qt.Key.Key_Escape):  # here Escape closes the panel, whatever it does in the window
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self.refresh_wanted.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
