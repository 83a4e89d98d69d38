"""Marks over what was looked for in a text; the text itself, and what is copied of it, stay as they are."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from desktop.conversations.folding import places
from desktop.ui.theme.theme import Theme


class FoundMarks:
    """Mark each place in a view where a folded text stands."""

    def __init__(self, theme: Theme, view: QTextEdit) -> None:
        self._theme = theme
        self._view = view
        self._sought = ""
        self._here: int | None = None
        self._cursors: list[QTextCursor] = []
        self._marked: tuple[str, int] | None = None  # what was looked for, in which state of the document

    def look_for(self, sought: str) -> int:
        """Find a folded text in the view, nothing with an empty one; return in how many places it stands."""
        self._sought = sought
        document = self._view.document()
        if self._marked != (sought, document.revision()):
            self._marked = sought, document.revision()
            self._cursors = self._find() if sought else []
            self._draw()
        return len(self._cursors)

    def set_here(self, number: int | None) -> None:
        """Let one of the places, from 0, stand out as the one that the person is at."""
        if number != self._here:
            self._here = number
            self._draw()

    def refresh(self) -> None:
        """Mark anew what the view shows now."""
        if self._sought:
            self._marked = None
            self.look_for(self._sought)

    def place(self, number: int) -> QRect:
        """Return where one of the places begins in the view, and scroll sideways to it."""
        cursor = QTextCursor(self._cursors[number])
        cursor.setPosition(cursor.selectionStart())
        bar, place = self._view.horizontalScrollBar(), self._view.cursorRect(cursor)
        if not 0 <= place.x() < self._view.viewport().width():
            bar.setValue(bar.value() + place.x() - self._view.viewport().width() // 3)
        return place

    def _find(self) -> list[QTextCursor]:
        document = self._view.document()
        text = document.toPlainText().replace("\n", " ")
        is_beyond = max(text, default="") > "\uffff"  # Qt counts some characters twice
        cursors = []
        for start, end in places(text, [self._sought]):
            cursor = QTextCursor(document)
            cursor.setPosition(_units(text[:start]) if is_beyond else start)
            cursor.setPosition(_units(text[:end]) if is_beyond else end, QTextCursor.MoveMode.KeepAnchor)
            cursors.append(cursor)
        return cursors

    def _draw(self) -> None:
        selections = []
        for number, cursor in enumerate(self._cursors):
            selection = QTextEdit.ExtraSelection()
            form = QTextCharFormat()
            form.setBackground(QColor(self._theme.tokens.found_here if number == self._here else self._theme.tokens.found))
            form.setForeground(QColor(self._theme.tokens.text))
            selection.cursor, selection.format = cursor, form
            selections.append(selection)
        self._view.setExtraSelections(selections)


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
