"""Which key sends what is written, as the person chose it for the whole window."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_PROPERTY = "sendKey"


def set_send_key(window: QWidget, key: str) -> None:
    """Let "enter" or "ctrl_enter" send in all of a window."""
    window.setProperty(_PROPERTY, key)


def sends(event: QKeyEvent, widget: QWidget) -> bool:
    """Return whether a key that was pressed in a widget sends; with Shift it always breaks the line."""
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        return False
    return widget.window().property(_PROPERTY) != "ctrl_enter" or bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
