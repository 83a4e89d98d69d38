"""Frames that Escape leaves."""

from abc import abstractmethod

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from desktop.ui.keyboard import keeps_key


class EscapableFrame(QFrame):
    """Take the Escape key while the focus is within, whatever it does in the window."""

    @abstractmethod
    def escape(self) -> None:
        """Go away, and lead the focus back."""

    def event(self, event: QEvent) -> bool:
        return keeps_key(event, Qt.Key.Key_Escape) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
        else:
            super().keyPressEvent(event)
