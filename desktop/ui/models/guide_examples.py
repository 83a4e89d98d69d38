"""A few things that one may say to the guide, to be clicked: in English, which it speaks."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QPushButton, QWidget

_QUESTIONS = ("What can you do?", "How do I fork a chat?")
_BEGINNING = "My name is "
_GAP = 6


class GuideExamples(QWidget):
    """Show them in a row, or below each other where that is too narrow.

    Signals: asked with a question; begun with the beginning of a sentence that the person ends.
    """

    asked = Signal(str)
    begun = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("guideExamples")
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(_GAP)
        self._row.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        for question in _QUESTIONS:
            self._add(question).clicked.connect(lambda _=False, question=question: self.asked.emit(question))
        self._add(f"{_BEGINNING}…").clicked.connect(lambda: self.begun.emit(_BEGINNING))

    def fit(self, width: int) -> None:
        """Lay them out for so many pixels."""
        needed = sum(button.sizeHint().width() + _GAP for button in self.findChildren(QPushButton))
        wanted = QBoxLayout.Direction.TopToBottom if needed > width else QBoxLayout.Direction.LeftToRight
        if self._row.direction() != wanted:
            self._row.setDirection(wanted)

    def _add(self, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName("guideExample")
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        return button
