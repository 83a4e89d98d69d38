from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QListView, QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.events import Activity, ConversationAdded, ModelPhase, ModelState
from desktop.system.errors import RivuletError
from desktop.ui.sidebar.sidebar import Sidebar, device_line
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import MODEL, NOW, FakeChats
from tests.ui.window_driver import Dialogue, click_row, drain, index, rows


def test_the_sidebar_lists_chats_with_their_forks(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.add_chat("With an arena", parent=dialogue[0], at=dialogue[1][1])
    window = open_window(dialogue[0])
    assert rows(window)[1:] == ["Rust lifetimes, gently", "With an arena"]
    told = index(window, "With an arena").data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "With an arena, branch B"


def test_working_and_unseen_replies_are_told(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    other = chats.add_chat("Other")
    window = open_window(dialogue[0])
    chats.set_activity(other.id, Activity.REPLYING)
    drain(window)
    role = Qt.ItemDataRole.AccessibleTextRole
    assert index(window, "Other").data(role) == "Other, branch A, working"
    chats.set_activity(other.id, Activity.IDLE)
    drain(window)
    assert index(window, "Other").data(role) == "Other, branch A, a new reply"
    click_row(qtbot, window, "Other")
    assert index(window, "Other").data(role) == "Other, branch A"


def test_a_chat_is_renamed_in_place(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    chat_list = window.findChild(QListView, "chatList")
    assert chat_list is not None
    sidebar = window.findChild(Sidebar)
    assert sidebar is not None
    menu = sidebar.row_menu(index(window, "Rust lifetimes, gently"))
    assert menu is not None
    next(action for action in menu.findChildren(QAction) if action.text().startswith("Rename")).trigger()
    menu.deleteLater()
    editor = chat_list.findChild(QLineEdit, "titleEdit")
    assert editor is not None
    editor.setText("Lifetimes")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settle()
    drain(window)
    assert ("rename", dialogue[0].id, "Lifetimes") in chats.calls
    assert "Lifetimes" in rows(window)
    assert panes(window)[0].head.title() == "Lifetimes"


def test_the_foot_names_the_device() -> None:
    assert device_line(MODEL) == "Qwen3 4B on the CPU, 2 threads"
    assert device_line(replace(MODEL, device="NVIDIA H200")) == "Qwen3 4B on NVIDIA H200"
    assert device_line(replace(MODEL, phase=ModelPhase.UNLOADED)) == "Qwen3 4B, sleeping"
    assert device_line(ModelState(ModelPhase.NONE)) == "No model loaded"


def test_the_sidebar_hides_and_comes_back(open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(window, Qt.Key.Key_B, control)
    assert not named(window, "sidebar")
    assert [button for button in window.findChildren(QWidget) if button.isVisible() and button.accessibleName() == "Show the sidebar"]
    qtbot.keyClick(window, Qt.Key.Key_B, control)
    assert named(window, "sidebar")


def test_a_narrow_window_has_its_sidebar_over_the_panes(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    chats.add_chat("Other")
    window = open_window(dialogue[0], width=800)
    (pane,) = panes(window)
    assert not named(window, "sidebar")
    width = pane.width()
    window.toggle_sidebar()
    qtbot.waitUntil(lambda: only(window, "sidebar").x() == 0)
    assert pane.width() == width
    click_row(qtbot, window, "Other")
    assert not named(window, "sidebar")
    window.resize(1300, 800)
    settle()
    assert only(window, "sidebar").width() + pane.width() <= 1300


@pytest.mark.parametrize("way", ["new chat", "focus", "click"])
def test_the_overlaid_sidebar_hides_when_the_person_goes_elsewhere(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot, way: str
) -> None:
    window = open_window(dialogue[0], width=800)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    opener = next(button for button in window.findChildren(QWidget) if button.accessibleName() == "Show the sidebar")
    opener.setFocus()
    qtbot.keyClick(opener, Qt.Key.Key_Space)
    settle()
    only(window, "sidebar")
    if way == "new chat":
        chats.failure = RivuletError("The disk is full.")  # what is told of it must not lie under the sidebar
        qtbot.mouseClick(only(window, "newChatButton"), Qt.MouseButton.LeftButton)
    elif way == "focus":
        panes(window)[0].composer.edit.setFocus()
    else:
        place = QPoint(700, 300)
        beside = window.childAt(place)
        qtbot.mouseClick(beside, Qt.MouseButton.LeftButton, pos=beside.mapFrom(window, place))
    settle()
    assert not named(window, "sidebar")
    assert panes(window)[0].composer.edit.hasFocus()
    assert window.childAt(QPoint(700, 300)).window() is window
    assert panes(window)[0].isAncestorOf(window.childAt(QPoint(700, 300)))


@pytest.mark.parametrize("width", [1300, 800])
def test_the_active_chat_is_renamed_from_anywhere(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot, width: int
) -> None:
    chats.add_chat("Other")
    window = open_window(dialogue[0], width=width)
    if named(window, "sidebar"):
        window.toggle_sidebar()
    qtbot.keyClick(panes(window)[0].composer.edit, Qt.Key.Key_F2)
    settle()
    editor = only(window, "titleEdit")
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "Rust lifetimes, gently"
    qtbot.keyClick(editor, Qt.Key.Key_F2)
    editor.setText("Lifetimes")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settle()
    assert ("rename", dialogue[0].id, "Lifetimes") in chats.calls


def test_in_the_list_the_current_row_is_renamed(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    chats.add_chat("Other")
    window = open_window(dialogue[0])
    chat_list = window.findChild(QListView, "chatList")
    assert chat_list is not None
    chat_list.setFocus()
    chat_list.setCurrentIndex(index(window, "Other"))
    qtbot.keyClick(chat_list, Qt.Key.Key_F2)
    editor = only(window, "titleEdit")
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "Other"


def test_a_chat_that_is_folded_away_can_be_renamed(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    chat = dialogue[0]
    for number in range(5):
        chat = chats.add_chat(f"Fork {number}", parent=chat, at=dialogue[1][1])
    window = open_window(chat)
    assert "Fork 4" not in rows(window)
    qtbot.keyClick(panes(window)[0].composer.edit, Qt.Key.Key_F2)
    editor = only(window, "titleEdit")
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "Fork 4"


def test_a_title_cannot_garble_what_is_drawn_beside_it(open_window: OpenWindow, chats: FakeChats) -> None:
    title = "a\u202ecod.exe\u2066 b\x07\nc \u05d0\U0001f469\u200d\U0001f4bb"
    chat = chats.add_chat(title)
    window = open_window(chat)
    shown = "acod.exe b c \u05d0\U0001f469\u200d\U0001f4bb"
    assert panes(window)[0].head.title() == shown
    assert rows(window)[1:] == [shown]
    assert window.windowTitle() == f"{shown} · Rivulet"
    assert index(window, shown).data(Qt.ItemDataRole.EditRole) == title


def test_the_windows_title_follows_the_chat(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    assert window.windowTitle() == "Rust lifetimes, gently · Rivulet"
    chats.change(dialogue[0].id, title="Owned strings")
    drain(window)
    assert window.windowTitle() == "Owned strings · Rivulet"


def test_who_walks_the_list_stays_where_they_are_when_it_changes(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    chats.add_chat("Other")
    window = open_window(dialogue[0])
    chat_list = window.findChild(QListView, "chatList")
    assert chat_list is not None
    chat_list.setFocus()
    qtbot.keyClick(chat_list, Qt.Key.Key_Down)
    assert chat_list.currentIndex().data() == "Other"
    chats.events.put(ConversationAdded(chats.add_chat("From elsewhere")))
    drain(window)
    assert len(rows(window)) == 4
    assert chat_list.currentIndex().data() == "Other"


def test_what_is_typed_into_a_title_outlives_what_happens_in_the_chats(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    chats.add_chat("Other")
    window = open_window(dialogue[0])
    qtbot.keyClick(panes(window)[0].composer.edit, Qt.Key.Key_F2)
    editor = only(window, "titleEdit")
    qtbot.keyClicks(editor, "Half a ti")
    chats.set_activity(dialogue[0].id, Activity.REPLYING)
    chats.change(dialogue[0].id, updated_at=NOW - timedelta(days=3))  # it goes to another place of the list
    chats.events.put(ConversationAdded(chats.add_chat("From elsewhere")))
    drain(window)
    assert rows(window)[1:] == ["Other", "From elsewhere", "Rust lifetimes, gently"]
    qtbot.keyClicks(editor, "tle")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settle()
    assert ("rename", dialogue[0].id, "Half a title") in chats.calls


def test_the_list_stays_where_it_was_scrolled_to(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    for number in range(60):
        chats.add_chat(f"Chat {number}", days_ago=1)
    window = open_window(dialogue[0])
    chat_list = window.findChild(QListView, "chatList")
    assert chat_list is not None
    chat_list.verticalScrollBar().setValue(700)
    chats.events.put(ConversationAdded(chats.add_chat("From elsewhere")))
    chats.change(dialogue[0].id, title="Owned strings")
    drain(window)
    assert chat_list.verticalScrollBar().value() == 700


def test_rows_grow_with_the_text(open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    chat_list = window.findChild(QListView, "chatList")
    assert chat_list is not None
    before = chat_list.visualRect(index(window, dialogue[0].title)).height()
    window._theme.set_zoom(200)
    settle()
    assert chat_list.visualRect(index(window, dialogue[0].title)).height() == 2 * before
