"""Bringing a window before all others, as the person wants who started Rivulet once more."""

import os

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

TOKEN = "XDG_ACTIVATION_TOKEN"  # from which Qt takes the right to come forward, under Wayland
AGAIN_MS = 150  # in which a window manager has answered


def come_forward(window: QWidget, activation: str) -> None:
    """Show a window in front and activate it, whatever has become of it; activation: what the desktop gave for that, or empty."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    if activation:
        os.environ[TOKEN] = activation
    _activate(window)
    os.environ.pop(TOKEN, None)
    if QApplication.platformName() == "xcb":
        # Qt asks with the time of the last event that it saw, so that what the person did elsewhere meanwhile counts as newer, and
        # window managers refuse. An alert has them change a property, of which Qt hears with the present time; and where they refuse
        # all the same it stays.
        QApplication.alert(window)
        QTimer.singleShot(AGAIN_MS, window, lambda: _insist(window))


def _insist(window: QWidget) -> None:
    handle = window.windowHandle()
    if handle is not None and not handle.isExposed():  # on another desktop, from which Qt does not ask; shown anew it is on this one
        window.hide()
        window.show()
    _activate(window)


def _activate(window: QWidget) -> None:
    (QApplication.activeModalWidget() or window).activateWindow()
