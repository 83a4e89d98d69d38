"""The trash in the sidebar: what goes there, comes back, or is deleted for good."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QListView
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Conversation
from desktop.ui.main_window import MainWindow
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import NOW, FakeChats
from tests.ui.test_sidebar_order import choose
from tests.ui.window_driver import Dialogue, click_row, drain, rows


def click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    qtbot.mouseClick(only(window, name), Qt.MouseButton.LeftButton)
    drain(window)


def trash(window: MainWindow) -> list[str]:
    shown = only(window, "trashList")
    assert isinstance(shown, QListView)
    return [shown.model().index(number, 0).data() for number in range(shown.model().rowCount())]


def choose_trashed(window: MainWindow, row: int) -> None:
    shown = only(window, "trashList")
    assert isinstance(shown, QListView)
    shown.setCurrentIndex(shown.model().index(row, 0))


@pytest.fixture
def gone(chats: FakeChats) -> list[Conversation]:
    for title in ("Gone before", "Gone"):
        chats.in_trash.insert(0, replace(chats.chats.pop(chats.add_chat(title).id), trashed_at=NOW))
    return list(chats.in_trash)


def test_what_goes_to_the_trash_comes_back_by_undo(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    chats.add_chat("Other")
    window = open_window(dialogue[0])
    choose(window, "Other", "Move to trash")
    assert rows(window)[1:] == ["Rust lifetimes, gently"]
    words = only(window, "trashNoticeWords")
    assert isinstance(words, QLabel)
    assert words.text() == "In the trash: Other"
    click(qtbot, window, "undoTrashButton")
    assert rows(window)[1:] == ["Rust lifetimes, gently", "Other"]
    assert not named(window, "trashNotice")


def test_a_pane_whose_chat_goes_to_the_trash_shows_a_new_one(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    choose(window, "Rust lifetimes, gently", "Move to trash")
    assert panes(window)[0].head.title() == "New chat"


def test_chats_are_restored(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, gone: list[Conversation], qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    click(qtbot, window, "trashButton")
    assert trash(window) == ["Gone", "Gone before"]
    choose_trashed(window, 1)
    click(qtbot, window, "restoreChatButton")
    assert trash(window) == ["Gone"]
    click(qtbot, window, "restoreChatButton")
    assert trash(window) == [], "the next was current"
    click(qtbot, window, "leaveTrashButton")
    assert {"Gone", "Gone before"} <= set(rows(window))
    assert named(window, "chatList")


def test_delete_now_asks_once_and_says_what_goes(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, gone: list[Conversation], qtbot: QtBot
) -> None:
    window = open_window(dialogue[0])
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    click(qtbot, window, "trashButton")
    choose_trashed(window, 0)
    click(qtbot, window, "deleteChatButton")
    assert only(window, "trashQuestion").accessibleName() == "Its text and what was kept ready are deleted. Forks stay."
    assert only(window, "keepChatButton").hasFocus(), "Enter keeps"
    qtbot.keyClick(only(window, "keepChatButton"), Qt.Key.Key_Return)
    settle()
    assert not named(window, "trashQuestion")
    click(qtbot, window, "deleteChatButton")
    qtbot.keyClick(only(window, "keepChatButton"), Qt.Key.Key_Escape)
    assert not [call for call in chats.calls if call[0] == "delete"]
    click(qtbot, window, "deleteChatButton")
    click(qtbot, window, "confirmDeleteButton")
    assert [call for call in chats.calls if call[0] == "delete"] == [("delete", gone[0].id)]
    assert trash(window) == ["Gone before"]


def test_the_trash_is_emptied_after_one_question(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, gone: list[Conversation], qtbot: QtBot
) -> None:
    window = open_window(dialogue[0])
    click(qtbot, window, "trashButton")
    click(qtbot, window, "emptyTrashButton")
    assert only(window, "trashQuestion").accessibleName().startswith("All 2 chats are deleted")
    click(qtbot, window, "confirmDeleteButton")
    assert trash(window) == []
    assert ("empty_trash",) in chats.calls
    words = only(window, "trashWords")
    assert isinstance(words, QLabel)
    assert words.text() == "Nothing is in the trash."
    assert not named(window, "emptyTrashButton")
    click(qtbot, window, "trashButton")
    assert named(window, "chatList")


def test_what_goes_meanwhile_appears(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, gone: list[Conversation], qtbot: QtBot
) -> None:
    other = chats.add_chat("Other")
    window = open_window(dialogue[0])
    click(qtbot, window, "trashButton")
    chats.in_trash.insert(0, other)
    chats.remove(other.id)
    drain(window)
    assert trash(window) == ["Other", "Gone", "Gone before"]


def test_the_notice_of_another_chat_takes_the_place_of_the_last(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    chats.add_chat("Other")
    chats.add_chat("<b>Third</b>")
    window = open_window(dialogue[0])
    choose(window, "Other", "Move to trash")
    choose(window, "<b>Third</b>", "Move to trash")
    click(qtbot, window, "undoTrashButton")
    assert "<b>Third</b>" in rows(window)
    assert "Other" not in rows(window)
    click_row(qtbot, window, "<b>Third</b>")
