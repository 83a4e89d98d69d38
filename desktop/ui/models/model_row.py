"""A model in a list: its name, what it is, whether it fits, and what can be done with it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.models.fit import Fit
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.models.fit_label import FitLabel
from desktop.ui.settings.section import caption
from desktop.ui.theme.theme import Theme

_WIDE = 520  # pixels from which fit and size stand beside the name, where text has its usual size

_SIZE = 52  # pixels at least of the size, where it stands in a column


class ModelRow(QFrame):
    """Lay a model out; who fills the row adds its buttons, and below it what unfolds."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelRow")
        self._theme = theme
        self.name = ElidedLabel()
        self.name.setObjectName("modelName")
        self._mark = ElidedLabel()
        self._mark.setObjectName("modelMark")
        self._mark.hide()
        self.caption = ElidedLabel()
        self.caption.setProperty("caption", True)
        self.fit = FitLabel()
        self.size_label = QLabel()
        self.size_label.setObjectName("modelSize")
        self.size_label.hide()
        self.problem = caption()
        self.problem.setObjectName("modelProblem")
        self.problem.hide()
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(4)
        self.below = QVBoxLayout()
        self.below.setSpacing(4)
        self._numbers = QWidget()
        self._numbers.hide()
        self._is_wide = True
        self._lay_out()

    def set_mark(self, words: str) -> None:
        """Say beside the name what is special about it; nothing: empty words."""
        self._mark.set_text(words)
        self._mark.setVisible(bool(words))

    def show_numbers(self, fit: Fit | None, size: str = "") -> None:
        """Show whether it fits, and its size unless a button says it."""
        self.fit.set_fit(fit)
        self.size_label.setText(size)
        self.size_label.setVisible(bool(size))
        self._numbers.setVisible(fit is not None or bool(size))

    def tell(self, sentence: str, *, is_problem: bool = True) -> None:
        """Say below the row what came of something; nothing: an empty sentence."""
        self.problem.setText(sentence)
        self.problem.setProperty("alert", is_problem)
        self.problem.style().unpolish(self.problem)
        self.problem.style().polish(self.problem)
        self.problem.setVisible(bool(sentence))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= self._theme.scaled(_WIDE)
        if is_wide is not self._is_wide:
            self._is_wide = is_wide
            self._place_numbers()

    def _lay_out(self) -> None:
        numbers = QHBoxLayout(self._numbers)
        numbers.setContentsMargins(0, 0, 0, 0)
        numbers.setSpacing(10)
        numbers.addWidget(self.fit)
        numbers.addWidget(self.size_label)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.name)
        first.addWidget(self._mark)
        first.addStretch(1)
        self._second = QHBoxLayout()
        self._second.setSpacing(8)
        self._second.addWidget(self.caption, 1)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addLayout(first)
        texts.addLayout(self._second)
        self._head = QHBoxLayout()
        self._head.setSpacing(12)
        self._head.addLayout(texts, 1)
        self._head.addLayout(self.buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(6)
        column.addLayout(self._head)
        column.addLayout(self.below)
        column.addWidget(self.problem)
        self._place_numbers()

    def _place_numbers(self) -> None:
        for layout in (self._head, self._second):
            layout.removeWidget(self._numbers)
        self.size_label.setMinimumWidth(_SIZE if self._is_wide else 0)
        side = Qt.AlignmentFlag.AlignRight if self._is_wide else Qt.AlignmentFlag.AlignLeft
        self.size_label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        if self._is_wide:
            self._head.insertWidget(1, self._numbers, 0, Qt.AlignmentFlag.AlignVCenter)
        else:
            self._second.insertWidget(0, self._numbers)
