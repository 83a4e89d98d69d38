"""The page that lists all keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.controls.search_field import SearchField
from desktop.ui.main_window import MainWindow
from desktop.ui.shortcuts.shortcut import Shortcut
from desktop.ui.shortcuts.shortcut_page import ShortcutPage
from tests.ui.conftest import OpenWindow, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.test_access import assert_accessible
from tests.ui.window_driver import Dialogue


@pytest.fixture
def window(open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot) -> MainWindow:
    window = open_window(dialogue[0])
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def open_page(qtbot: QtBot, window: MainWindow) -> ShortcutPage:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    settle()
    page = window.findChild(ShortcutPage)
    assert page is not None
    assert page.isVisible()
    return page


def field(window: MainWindow) -> SearchField:
    found = only(window, "shortcutField")
    assert isinstance(found, SearchField)
    return found


def test_it_lists_every_key_and_has_names(qtbot: QtBot, window: MainWindow) -> None:
    page = open_page(qtbot, window)
    assert sorted(row.shortcut.name for row in page.rows()) == sorted(shortcut.name for shortcut in Shortcut)
    assert all(row.accessibleName() == row.told for row in page.rows())
    assert "New chat: Ctrl+N" in [row.told for row in page.rows()]
    assert_accessible(window)


@pytest.mark.parametrize("key", [Qt.Key.Key_Slash, Qt.Key.Key_F1])
def test_both_keys_open_it_and_the_focus_comes_back(qtbot: QtBot, window: MainWindow, chats: FakeChats, key: Qt.Key) -> None:
    only(window, "chatList").setFocus()
    qtbot.keyClick(window, key, Qt.KeyboardModifier.NoModifier if key == Qt.Key.Key_F1 else Qt.KeyboardModifier.ControlModifier)
    assert field(window).hasFocus()
    qtbot.keyClick(field(window), Qt.Key.Key_Escape)
    assert only(window, "chatList").hasFocus()
    assert not [call for call in chats.calls if call[0] == "stop"]


def test_a_menu_leads_to_it(window: MainWindow) -> None:
    menu = window._sidebar.window_menu()
    action = next(action for action in menu.actions() if isinstance(action, QAction) and action.text().startswith("All keys"))
    assert action.text().endswith(Shortcut.SHORTCUTS.told())
    action.trigger()
    menu.deleteLater()
    assert field(window).hasFocus()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("TREE fork", {Shortcut.FORK_IN_TREE}),
        ("ctrl+shift+backspace", {Shortcut.TRASH}),
        ("rename", {Shortcut.RENAME, Shortcut.RENAME_ROW}),
        ("xyzzy", set()),
    ],
)
def test_typing_leaves_what_is_looked_for(qtbot: QtBot, window: MainWindow, typed: str, found: set[Shortcut]) -> None:
    page = open_page(qtbot, window)
    qtbot.keyClicks(field(window), typed)
    assert {row.shortcut for row in page.rows()} == found
    assert only(window, "shortcutCount").property("text") == (f"{len(found)} found" if found else "Nothing found")
    field(window).clear()
    assert len(page.rows()) == len(Shortcut)


def test_the_arrow_keys_read_it_row_by_row(qtbot: QtBot, window: MainWindow) -> None:
    page = open_page(qtbot, window)
    bar = page._scrolled.verticalScrollBar()
    for _ in range(3):
        qtbot.keyClick(field(window), Qt.Key.Key_Down)
    qtbot.keyClick(field(window), Qt.Key.Key_Up)
    current = [row for row in page.rows() if row.property("current")]
    assert current == [page.rows()[1]]
    for _ in range(20):
        qtbot.keyClick(field(window), Qt.Key.Key_PageDown)
    last = page.rows()[-1]
    assert [row for row in page.rows() if row.property("current")] == [last]
    assert bar.value() > 0
    assert page._scrolled.viewport().rect().contains(last.mapTo(page._scrolled.viewport(), last.rect().center()))


def test_two_columns_where_there_is_room_and_one_where_not(qtbot: QtBot, window: MainWindow) -> None:
    page = open_page(qtbot, window)
    assert len({group.x() for group in page._groups}) == 2
    window.resize(480, 700)
    settle()
    assert len({group.x() for group in page._groups}) == 1
    assert window.rect().contains(page.geometry())
    for row in page.rows():  # nothing is cut
        for part in row.findChildren(QWidget):
            assert row.rect().contains(part.geometry()), row.told
            assert part.width() >= part.minimumSizeHint().width()


def test_it_closes_when_the_person_goes_elsewhere(qtbot: QtBot, window: MainWindow) -> None:
    page = open_page(qtbot, window)
    panes(window)[0].composer.edit.setFocus()
    assert page.isHidden()
    assert QApplication.focusWidget() is panes(window)[0].composer.edit


def test_tab_stays_in_it(qtbot: QtBot, window: MainWindow) -> None:
    page = open_page(qtbot, window)
    for _ in range(3):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        assert page.isAncestorOf(QApplication.focusWidget())  # type: ignore[arg-type]
