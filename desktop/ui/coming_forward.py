"""Bringing a window before all others, as the person wants who started Rivulet once more."""

import os

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

TOKEN = "XDG_ACTIVATION_TOKEN"  # from which Qt takes the right to do so, under Wayland


def come_forward(window: QWidget, activation: str) -> None:
    """Show a window in front and activate it, whatever has become of it; activation: what the desktop gave for that, or empty."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    if activation:
        os.environ[TOKEN] = activation
    (QApplication.activeModalWidget() or window).activateWindow()
    os.environ.pop(TOKEN, None)
