"""What the parts of the settings look like."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget


class Section(QWidget):
    """A heading with rows below it."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = QLabel(heading)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setProperty("heading", True)
        self.heading.setIndent(0)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)
        self.column.addWidget(self.heading)
        self.rows = self.column  # where the table's settings go

    def add_row(self, words: str, control: QWidget) -> None:
        """Put a control at the right of what it is for."""
        label = QLabel(words)
        label.setBuddy(control)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addStretch()
        row.addWidget(control)
        self.column.addLayout(row)


def caption(words: str = "") -> QLabel:
    """Return a label for what is secondary."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("caption", True)
    label.setWordWrap(True)
    policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    return label
