"""What tests of messages do and look at."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.main_window import MainWindow
from desktop.ui.panes.pane import Pane
from desktop.ui.transcript.message_editor import MessageEditor
from desktop.ui.transcript.message_view import MessageView
from tests.ui.conftest import only, settle

BUTTONS = {"copyButton", "editButton", "regenerateButton", "forkButton", "waysButton", "rewindButton", "deleteButton"}


def window_of(pane: Pane) -> MainWindow:
    window = pane.window()
    assert isinstance(window, MainWindow)
    return window


def click(qtbot: QtBot, parent: QWidget, name: str) -> None:
    qtbot.mouseClick(only(parent, name), Qt.MouseButton.LeftButton)


def press(qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, key, modifier)
    settle()


def go_up(qtbot: QtBot, pane: Pane, times: int = 1) -> MessageView:
    """Go up from the composer and return the message that has the focus."""
    pane.composer.edit.setFocus()
    for _ in range(times):
        press(qtbot, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    focused = QApplication.focusWidget()
    assert isinstance(focused, MessageView)
    return focused


def editor(view: MessageView) -> MessageEditor:
    (found,) = [it for it in view.findChildren(MessageEditor) if it.isVisible()]
    return found
