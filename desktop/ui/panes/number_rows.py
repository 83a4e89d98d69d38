"""A chat's numbers as rows of a caption and a value, below how soon it is ready."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop.system.words import say
from desktop.ui.translation import translated

_TOOLTIPS = {
    "Computed": say("What the model had to read and write since this chat was opened"),
    "Restored": say("What came from memory or from the disk and did not have to be read again"),
    "Quick resume": say("What is saved so that this chat is ready at once. Deleting it loses time, never messages."),
}


class NumberRows(QWidget):
    """Show values by their labels; rows without one are hidden."""

    def __init__(self, labels: Sequence[str], readiness_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._readiness = QLabel()
        self._readiness.setObjectName(readiness_name)
        self._readiness.setTextFormat(Qt.TextFormat.PlainText)
        self._readiness.setWordWrap(True)
        self._captions = {label: QLabel(translated(label)) for label in labels}
        self._values = {label: QLabel() for label in labels}
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
                part.setToolTip(translated(_TOOLTIPS.get(label, "")))
            grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._readiness)
        column.addLayout(grid)

    def set_readiness(self, sentence: str, *, is_good: bool) -> None:
        """Say how soon the chat is ready; an empty sentence says nothing."""
        self._readiness.setVisible(bool(sentence))
        self._readiness.setText(translated(sentence))
        if self._readiness.property("good") != is_good:
            self._readiness.setProperty("good", is_good)
            self._readiness.style().polish(self._readiness)

    def set_values(self, shown: Mapping[str, str]) -> None:
        """Show these values."""
        for label, value in self._values.items():
            value.setText(translated(shown.get(label, "")))
            value.setAccessibleName(f"{self._captions[label].text()}: {value.text()}")
            value.setVisible(label in shown)
            self._captions[label].setVisible(label in shown)

    def values(self) -> dict[str, str]:
        """Return what is shown, by its label."""
        return {label: value.text() for label, value in self._values.items() if not value.isHidden()}
