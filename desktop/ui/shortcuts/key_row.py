"""What a key does, and the key, in one row; and the rows that belong together."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.conversations.folding import fold
from desktop.ui.shortcuts.shortcut import Group, Shortcut
from desktop.ui.translation import tr, translated

_MOST_CAPS = 3


class KeyRow(QFrame):
    """Say what a key does, and which one it is."""

    def __init__(self, shortcut: Shortcut, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words, keys = translated(shortcut.words), shortcut.all_told()
        self.shortcut = shortcut
        self.told = tr("{words}: {keys}", words=words, keys=", ".join(keys))
        self._folded = fold(f"{translated(shortcut.group.value)} {words} {' '.join(keys)}")
        self.setAccessibleName(self.told)
        label = QLabel(words)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(4)
        row.addWidget(label, 1)
        for shown in keys if len(keys) <= _MOST_CAPS else (keys[0], "…", keys[-1]):
            cap = QLabel(shown)
            cap.setTextFormat(Qt.TextFormat.PlainText)
            cap.setObjectName("keysBetween" if shown == "…" else "keyCap")
            cap.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            row.addWidget(cap)

    def matches(self, sought: Sequence[str]) -> bool:
        """Return whether all of some folded words stand in it."""
        return all(word in self._folded for word in sought)

    def set_current(self, current: bool) -> None:
        """Show that the arrow keys stand here."""
        self.setProperty("current", current)
        self.style().polish(self)


class KeyGroup(QWidget):
    """The keys under one heading."""

    def __init__(self, group: Group, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel(translated(group.value))
        heading.setObjectName("keyHeading")
        heading.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName(heading.text())
        self.rows = [KeyRow(shortcut) for shortcut in Shortcut if shortcut.group is group]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 14)
        column.setSpacing(0)
        column.addWidget(heading)
        for row in self.rows:
            column.addWidget(row)

    def show_matching(self, sought: Sequence[str]) -> None:
        """Show the rows in which all of some folded words stand, and itself where there are any."""
        for row in self.rows:
            row.setVisible(row.matches(sought))
        self.setHidden(all(row.isHidden() for row in self.rows))
