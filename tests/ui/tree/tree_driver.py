"""What tests of the tree do and look at."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Message
from desktop.ui.main_window import MainWindow
from desktop.ui.panes.pane import Pane
from desktop.ui.tree.tree_page import TreePage
from desktop.ui.tree.tree_view import TreeView
from tests.ui.conftest import panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import drain

_KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def open_tree(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_T, _KEYS)
    settle()


def pane_of(window: MainWindow) -> Pane:
    return panes(window)[0]


def tree_of(window: MainWindow) -> TreePage:
    tree = pane_of(window).findChild(TreePage)
    assert tree is not None
    return tree


def view_of(window: MainWindow) -> TreeView:
    return tree_of(window).view


def message(chats: FakeChats, text: str) -> Message:
    return next(it for it in chats.messages.values() if it.text == text)


def click(qtbot: QtBot, window: MainWindow, at: Message) -> None:
    view = view_of(window)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.place_of(at.id))
    drain(window)


def press(qtbot: QtBot, window: MainWindow, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(view_of(window), key)
    drain(window)


def selected_text(chats: FakeChats, window: MainWindow) -> str:
    node = view_of(window).selected()
    assert node is not None
    return chats.messages[node.id].text


def reloaded(qtbot: QtBot, chats: FakeChats, window: MainWindow) -> None:
    """Wait until the tree was read again."""
    before = sum(call[0] == "tree" for call in chats.calls)
    drain(window)
    qtbot.waitUntil(lambda: sum(call[0] == "tree" for call in chats.calls) > before)
