"""The menu key and Shift+F10 open the menu of what has the focus."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.main_window import MainWindow
from desktop.ui.panes.pane_tabs import PaneTab
from desktop.ui.shortcuts.shortcut import Shortcut
from desktop.ui.transcript.message_actions import TEXTS, WAYS, MessageAction
from desktop.ui.transcript.text_view import TextView
from tests.ui.conftest import OpenWindow, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import Dialogue

KEYS = [(Qt.Key.Key_Menu, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)]


@pytest.fixture
def window(open_window: OpenWindow, dialogue: Dialogue, chats: FakeChats, qtbot: QtBot) -> Iterator[MainWindow]:
    chats.reply(dialogue[0], "See [there](https://example.org/a).")
    window = open_window(chats.chats[dialogue[0].id], chats.add_chat("Beside"))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    while (menu := QApplication.activePopupWidget()) is not None:
        menu.close()


def asked_for(qtbot: QtBot, widget: QWidget, key: tuple[Qt.Key, Qt.KeyboardModifier] = KEYS[0]) -> QMenu:
    qtbot.keyClick(widget, *key)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def words(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def trigger(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text().startswith(text)).trigger()
    menu.close()
    settle()


@pytest.mark.parametrize("key", KEYS, ids=["Menu", "Shift+F10"])
def test_of_a_message(
    qtbot: QtBot, window: MainWindow, chats: FakeChats, dialogue: Dialogue, key: tuple[Qt.Key, Qt.KeyboardModifier]
) -> None:
    pane = panes(window)[0]
    view = pane.transcript.view(dialogue[1][1].id)
    assert view is not None
    view.setFocus(Qt.FocusReason.ShortcutFocusReason)
    menu = asked_for(qtbot, view, key)
    assert words(menu) == [
        "Copy\tC",
        "Edit\tE",
        "Regenerate\tR",
        "Fork from here\tF",
        "Try 2 ways\t2",
        "Try 3 ways\t3",
        "Try 4 ways\t4",
        "Rewind to here\tW",
        "Delete from here on\tShift+Del",
    ]
    trigger(menu, "Rewind")
    assert ("rewind", dialogue[0].id, dialogue[1][1].id) in chats.calls


def test_of_a_persons_message_without_what_it_does_not_offer(qtbot: QtBot, window: MainWindow, dialogue: Dialogue) -> None:
    view = panes(window)[0].transcript.view(dialogue[1][0].id)
    assert view is not None
    view.setFocus(Qt.FocusReason.ShortcutFocusReason)
    assert not [text for text in words(asked_for(qtbot, view)) if text.startswith("Regenerate")]


def test_a_messages_keys_are_those_of_the_table() -> None:
    told = {TEXTS[action].told_key() for action in MessageAction}
    shortcuts = (Shortcut.COPY, Shortcut.EDIT, Shortcut.REGENERATE, Shortcut.FORK_HERE, Shortcut.WAYS, Shortcut.REWIND, Shortcut.DELETE)
    assert told == {key for shortcut in (*shortcuts, Shortcut.VERSIONS) for key in shortcut.all_told()}
    assert [TEXTS[action].told_key() for action in WAYS] == Shortcut.WAYS.all_told()


def test_of_a_link(qtbot: QtBot, window: MainWindow) -> None:
    text = next(view for view in window.findChildren(TextView) if view.links())
    text.setFocus(Qt.FocusReason.TabFocusReason)
    menu = asked_for(qtbot, text)
    assert words(menu) == ["This link leads to example.org", "Open in the browser", "Copy address"]
    trigger(menu, "Copy address")
    assert QGuiApplication.clipboard().text() == "https://example.org/a"


def test_of_a_tab(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(480, 700)
    settle()
    tab = next(tab for tab in window.findChildren(PaneTab) if tab.isVisible())
    tab.setFocus(Qt.FocusReason.TabFocusReason)
    menu = asked_for(qtbot, tab)
    assert [(action.text(), action.isEnabled()) for action in menu.actions() if not action.isSeparator()] == [
        ("Show", True),
        ("Close", True),
        ("Move left", False),
        ("Move right", True),
    ]
    before = window._area.panes()
    trigger(menu, "Move right")
    assert window._area.panes() == before[::-1]
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    tab.setFocus(Qt.FocusReason.TabFocusReason)
    trigger(asked_for(qtbot, tab), "Close")
    assert window._area.panes() == before[:1]


def test_of_a_row_in_the_list(qtbot: QtBot, window: MainWindow) -> None:
    rows = only(window, "chatList")
    rows.setFocus(Qt.FocusReason.TabFocusReason)
    assert "Open beside\tCtrl+Enter" in words(asked_for(qtbot, rows))


def test_of_the_tree(qtbot: QtBot, window: MainWindow) -> None:
    panes(window)[0].toggle_tree()
    settle()
    tree = only(window, "tree")
    tree.setFocus()
    assert [text.partition("\t")[0] for text in words(asked_for(qtbot, tree))] == ["Go here", "Fork from here", "Open beside"]


def test_a_menu_that_is_open_is_not_opened_twice(qtbot: QtBot, window: MainWindow, dialogue: Dialogue) -> None:
    view = panes(window)[0].transcript.view(dialogue[1][1].id)
    assert view is not None
    view.setFocus(Qt.FocusReason.ShortcutFocusReason)
    menu = asked_for(qtbot, view)
    qtbot.keyClick(view, Qt.Key.Key_Menu)
    assert QApplication.activePopupWidget() is menu


def test_the_sidebars_width_by_keys(qtbot: QtBot, window: MainWindow) -> None:
    sidebar, (handle,) = only(window, "sidebar"), window._sidebar_place.handles()
    before = sidebar.width()
    handle.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(handle, Qt.Key.Key_Right)
    settle()
    assert sidebar.width() > before
    assert window.settings_state().sidebar_width == sidebar.width()
    qtbot.keyClick(handle, Qt.Key.Key_Return)
    settle()
    assert sidebar.width() == before
