"""What lies between an overlay and what it covers."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget


class Scrim(QWidget):
    """Take the clicks that land beside an overlay.

    Signals: pressed.
    """

    pressed = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.pressed.emit()
