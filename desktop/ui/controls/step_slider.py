"""A slider over a few values."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget


class StepSlider(QSlider):
    """Let a person choose one of several values in a row; they stand at equal distances, whatever they are.

    Signals: moved with the value, where the person moved it.
    """

    moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._steps: tuple[int, ...] = ()
        self.setPageStep(1)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(lambda index: self.moved.emit(self._steps[index]))

    def set_steps(self, steps: Sequence[int], value: int) -> None:
        """Offer values in their order, and stand at one of them."""
        self.blockSignals(True)
        self._steps = tuple(steps)
        self.setRange(0, max(0, len(self._steps) - 1))
        self.setValue(self._steps.index(value))
        self.blockSignals(False)

    def chosen(self) -> int:
        """Return the value where it stands."""
        return self._steps[self.value()]

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # whoever scrolls past it wants to change nothing
