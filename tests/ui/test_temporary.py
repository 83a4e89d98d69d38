"""Temporary chats in the window: begun, marked, kept, and forgotten with their pane."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.events import Activity, NotReady, RereadReason
from desktop.conversations.message import Conversation, ConversationId
from desktop.ui.main_window import MainWindow
from desktop.ui.panes.pane import Pane
from desktop.ui.panes.pane_area import MOST_PANES, PaneArea
from desktop.ui.panes.pane_tabs import PaneTab
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import Dialogue, click_row, drain, notices, rows, texts, write

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def begin(qtbot: QtBot, window: MainWindow) -> Pane:
    """Open a temporary chat by its key."""
    qtbot.keyClick(window, Qt.Key.Key_N, CONTROL | ALT)
    drain(window)
    return active(window)


def active(window: MainWindow) -> Pane:
    area = window.findChild(PaneArea)
    assert area is not None
    return area.active()


def say(qtbot: QtBot, chats: FakeChats, window: MainWindow, pane: Pane, text: str) -> None:
    """Say something and have it answered."""
    write(qtbot, pane, text)
    assert pane.chat_id is not None
    chats.finish_reply(pane.chat_id, list(chats.messages.values())[-1])
    chats.change(pane.chat_id)
    drain(window)


def click(qtbot: QtBot, window: MainWindow, within: QWidget, name: str) -> None:
    qtbot.mouseClick(only(within, name), Qt.MouseButton.LeftButton)
    drain(window)


def action(menu: QMenu, words: str) -> QAction:
    return next(action for action in menu.actions() if action.text().startswith(words))


def is_known(chats: FakeChats, chat_id: ConversationId | None) -> bool:
    return chat_id in chats.chats


@pytest.mark.parametrize("way", ["key", "button", "menu"])
def test_it_is_begun_and_marked(qtbot: QtBot, chats: FakeChats, open_window: OpenWindow, dialogue: Dialogue, way: str) -> None:
    empty = chats.add_chat("Empty")
    window = open_window(empty)
    if way == "button":
        click(qtbot, window, window, "newTemporaryChatButton")
    elif way == "menu":
        menu = active(window).menu()
        action(menu, "New temporary chat").trigger()
        menu.close()
        drain(window)
    else:
        begin(qtbot, window)
    pane = active(window)
    assert pane.chat_id is not None
    assert chats.chats[pane.chat_id].is_temporary
    assert [label.text() for label in named(pane, "temporaryWords") if isinstance(label, QLabel)] == ["Temporary: nothing of it is saved"]
    assert pane.composer.edit.placeholderText() == "Write a message that is not saved"
    assert pane.composer.edit.hasFocus()
    assert not named(pane, "keepTemporaryButton")  # there is nothing to keep yet
    assert "Temporary chat" not in rows(window)


def test_an_ordinary_chat_is_not_marked(open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    [pane] = panes(window)
    assert not named(pane, "temporaryStrip")
    assert pane.composer.edit.placeholderText() == "Write a message"
    assert not any(action.text().startswith("New temporary") for action in pane.menu().actions())


def test_its_tab_says_so(qtbot: QtBot, chats: FakeChats, open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0], chats.add_chat("Other"), width=480)
    begin(qtbot, window)
    names = [tab.accessibleName() for tab in window.findChildren(PaneTab)]
    assert sum("not saved" in name for name in names) == 1
    [marked] = [tab for tab in window.findChildren(PaneTab) if "not saved" in tab.accessibleName()]
    assert "the chat is gone then" in marked.toolTip()


def test_an_empty_one_is_closed_without_a_question(qtbot: QtBot, chats: FakeChats, open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    pane = begin(qtbot, window)
    chat_id = pane.chat_id
    qtbot.keyClick(window, Qt.Key.Key_W, CONTROL)  # the only pane
    drain(window)
    assert not is_known(chats, chat_id)
    assert [pane.chat_id for pane in panes(window)] != [chat_id]
    assert active(window).chat_id is not None


@pytest.mark.parametrize("alone", [True, False])
def test_closing_asks_before_messages_are_lost(
    qtbot: QtBot, chats: FakeChats, open_window: OpenWindow, dialogue: Dialogue, alone: bool
) -> None:
    window = open_window(chats.add_chat("Empty")) if alone else open_window(dialogue[0], chats.add_chat("Empty"))
    pane = begin(qtbot, window)
    chat_id = pane.chat_id
    say(qtbot, chats, window, pane, "Only here")
    click(qtbot, window, pane, "closePaneButton")
    assert is_known(chats, chat_id)
    keep = only(pane, "keepChatButton")
    assert keep.hasFocus()
    assert isinstance(keep, QAbstractButton)
    assert keep.text() == "Leave it open"
    qtbot.keyClick(keep, Qt.Key.Key_Escape)
    settle()
    assert not named(pane, "trashQuestion")
    assert texts(pane)[0] == "Only here"
    qtbot.keyClick(window, Qt.Key.Key_W, CONTROL)
    click(qtbot, window, pane, "confirmDeleteButton")
    assert not is_known(chats, chat_id)
    assert chat_id not in [pane.chat_id for pane in panes(window)]
    assert all(pane.chat_id is not None for pane in panes(window))


def test_another_chat_opens_beside_it(qtbot: QtBot, chats: FakeChats, open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(chats.add_chat("Empty"))
    pane = begin(qtbot, window)
    chat_id = pane.chat_id
    say(qtbot, chats, window, pane, "Only here")
    click_row(qtbot, window, dialogue[0].title)
    drain(window)
    assert is_known(chats, chat_id)
    assert [pane.chat_id for pane in panes(window)] == [chat_id, dialogue[0].id]


def test_an_empty_one_gives_its_pane_away(qtbot: QtBot, chats: FakeChats, open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(chats.add_chat("Empty"))
    chat_id = begin(qtbot, window).chat_id
    click_row(qtbot, window, dialogue[0].title)
    drain(window)
    assert not is_known(chats, chat_id)
    assert [pane.chat_id for pane in panes(window)] == [dialogue[0].id]


def test_none_is_closed_to_make_room(qtbot: QtBot, chats: FakeChats, open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(chats.add_chat("Empty"), width=1900)
    for number in range(MOST_PANES):
        say(qtbot, chats, window, begin(qtbot, window), f"Only here {number}")
    before = [pane.chat_id for pane in panes(window)]
    assert len(before) == MOST_PANES
    click_row(qtbot, window, dialogue[0].title)
    drain(window)
    assert [pane.chat_id for pane in panes(window)] == before
    assert notices(window)[-1] == "“Rust lifetimes, gently” was not opened: every pane holds a temporary chat. Close one first."
    extra = begin(qtbot, window)
    assert [pane.chat_id for pane in panes(window)] == before
    assert extra.chat_id in before
    assert len([chat for chat in chats.chats.values() if chat.is_temporary]) == MOST_PANES


def test_it_can_be_kept(qtbot: QtBot, chats: FakeChats, open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(chats.add_chat("Empty"))
    pane = begin(qtbot, window)
    chat_id = pane.chat_id
    say(qtbot, chats, window, pane, "Only here")
    click(qtbot, window, pane, "keepTemporaryButton")
    assert pane.chat_id is not None
    assert not chats.chats[pane.chat_id].is_temporary
    assert texts(pane)[0] == "Only here"
    assert not named(pane, "temporaryStrip")
    assert pane.composer.edit.hasFocus()
    assert not is_known(chats, chat_id)
    assert "Kept" in rows(window)


def test_it_is_not_kept_while_it_replies(qtbot: QtBot, chats: FakeChats, open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(chats.add_chat("Empty"))
    pane = begin(qtbot, window)
    write(qtbot, pane, "Only here")
    assert pane.chat_id is not None
    chats.change(pane.chat_id)
    drain(window)
    assert not only(pane, "keepTemporaryButton").isEnabled()
    chats.set_activity(pane.chat_id, Activity.IDLE)
    drain(window)
    assert only(pane, "keepTemporaryButton").isEnabled()


def test_its_forks_are_temporary_too(qtbot: QtBot, chats: FakeChats, open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(chats.add_chat("Empty"))
    pane = begin(qtbot, window)
    say(qtbot, chats, window, pane, "Only here")
    before = rows(window)
    pane.fork_from_last()
    drain(window)
    assert len(panes(window)) == 2
    assert len(named(window, "temporaryStrip")) == 2
    assert rows(window) == before


def test_it_is_not_brought_back(qtbot: QtBot, chats: FakeChats, open_window: OpenWindow, dialogue: Dialogue) -> None:
    other: Conversation = chats.add_chat("Empty")
    window = open_window(dialogue[0], other)
    begin(qtbot, window)
    assert [state.conversation_id for state in window.settings_state().panes] == [other.id]


def test_it_is_never_offered_to_be_kept_ready(qtbot: QtBot, chats: FakeChats, open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(chats.add_chat("Empty"))
    pane = begin(qtbot, window)
    assert pane.chat_id is not None
    chats.set_readiness(pane.chat_id, NotReady(2000, 12.0, RereadReason.REMOVED))
    drain(window)
    assert not named(pane, "keepReadyButton")
    menu = pane.menu()
    assert not action(menu, "Always keep ready").isVisible()
    menu.close()
