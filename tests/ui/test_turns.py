"""Turns taken back and brought back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.chat.events import HeadMoved
from desktop.conversations.message import Role, Status
from desktop.ui.main_window import MainWindow
from desktop.ui.panes.pane import Pane
from desktop.ui.panes.turn_notice import TurnNotice, moved_sentence
from desktop.ui.transcript.message_editor import MessageEditor
from desktop.ui.transcript.message_view import MessageView
from tests.ui.conftest import OpenWindow, named, only, panes
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import Dialogue, click_row, drain, texts, write

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
WORDS = ["Why a lifetime?", "Because it *borrows*.", "And if it owns?", "Then none is needed."]


def undo(qtbot: QtBot, window: MainWindow, pane: Pane) -> None:
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Z, CONTROL)
    drain(window)


def redo(qtbot: QtBot, window: MainWindow, pane: Pane) -> None:
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Z, CONTROL | SHIFT)
    drain(window)


def notice(pane: Pane) -> str:
    line = pane.findChild(TurnNotice)
    assert line is not None
    return "" if line.isHidden() else line.text()


def menu_action(pane: Pane, words: str) -> QAction:
    return next(action for action in pane.menu().actions() if action.text().startswith(words))


def test_turns_go_and_come_back_by_the_keys(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    undo(qtbot, window, pane)
    assert (texts(pane), pane.composer.text(), notice(pane)) == (WORDS[:2], WORDS[2], "Turn taken back")
    undo(qtbot, window, pane)  # what was returned is nothing that the person typed
    assert (texts(pane), pane.composer.text()) == ([], WORDS[0])
    only(pane, "emptyState")
    undo(qtbot, window, pane)
    assert pane.composer.text() == WORDS[0]
    redo(qtbot, window, pane)
    assert (texts(pane), pane.composer.text(), notice(pane)) == (WORDS[:2], "", "Turn brought back")
    only(pane, "undoTurnButton")
    redo(qtbot, window, pane)
    assert texts(pane) == WORDS
    assert not named(pane, "redoTurnButton")
    assert chats.chats[dialogue[0].id].head_id == dialogue[1][3].id


def test_the_keys_edit_text_while_there_is_something_typed(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    qtbot.keyClicks(pane.composer.edit, "abc")
    undo(qtbot, window, pane)
    assert pane.composer.text() == ""
    redo(qtbot, window, pane)
    assert pane.composer.text() == "abc"
    pane.composer.edit.selectAll()
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Delete)
    undo(qtbot, window, pane)  # empty, but what was deleted can come back
    assert pane.composer.text() == "abc"
    undo(qtbot, window, pane)
    redo(qtbot, window, pane)
    assert not [call for call in chats.calls if call[0] in ("undo", "redo")]
    undo(qtbot, window, pane)
    undo(qtbot, window, pane)
    assert [call for call in chats.calls if call[0] == "undo"] == [("undo", dialogue[0].id)]


def test_a_key_held_down_ends_with_the_text(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    edit = panes(window)[0].composer.edit
    held = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Z, CONTROL, "", autorep=True)
    QApplication.sendEvent(edit, held)
    assert not [call for call in chats.calls if call[0] == "undo"]


def test_what_was_typed_is_not_replaced(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    qtbot.keyClicks(pane.composer.edit, "mine")
    menu_action(pane, "Undo last turn").trigger()
    drain(window)
    assert (texts(pane), pane.composer.text()) == (WORDS[:2], "mine")
    qtbot.mouseClick(only(pane, "redoTurnButton"), Qt.MouseButton.LeftButton)
    drain(window)
    assert (texts(pane), pane.composer.text()) == (WORDS, "mine")


def test_what_came_back_and_was_edited_stays(open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    undo(qtbot, window, pane)
    qtbot.keyClicks(pane.composer.edit, " Really")
    qtbot.mouseClick(only(pane, "redoTurnButton"), Qt.MouseButton.LeftButton)
    drain(window)
    assert pane.composer.text() == f"{WORDS[2]} Really"


def test_what_came_back_is_kept_as_a_draft(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    chats.add_chat("Other")
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    undo(qtbot, window, pane)
    assert chats.chats[dialogue[0].id].draft == WORDS[2]
    click_row(qtbot, window, "Other")
    assert (pane.composer.text(), notice(pane)) == ("", "")
    click_row(qtbot, window, dialogue[0].title)
    assert pane.composer.text() == WORDS[2]


def test_the_notice_goes_when_the_chat_goes_on(open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    undo(qtbot, window, pane)
    write(qtbot, pane, " Again")
    drain(window)
    assert notice(pane) == ""
    assert texts(pane) == [*WORDS[:2], f"{WORDS[2]} Again", ""]


def test_every_message_but_the_last_can_be_rewound_to(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    views = [view for view in pane.findChildren(MessageView) if view.isVisible()]
    assert [len(named(view, "rewindButton")) for view in views] == [1, 1, 1, 0]
    qtbot.mouseClick(only(views[0], "rewindButton"), Qt.MouseButton.LeftButton)
    drain(window)
    assert ("rewind", dialogue[0].id, dialogue[1][0].id) in chats.calls
    assert (texts(pane), notice(pane), pane.composer.text()) == (WORDS[:1], "2 turns taken back", "")
    assert not named(pane, "rewindButton")
    only(pane, "continueButton")  # it offers a reply


def test_the_menu_offers_what_there_is(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0], chats.add_chat("Empty"))
    full, empty = panes(window)
    assert menu_action(full, "Undo").isEnabled()
    assert not menu_action(full, "Redo").isEnabled()
    assert not menu_action(empty, "Undo").isEnabled()
    menu_action(full, "Undo").trigger()
    drain(window)
    assert menu_action(full, "Redo").isEnabled()


def test_a_streaming_reply_is_taken_back_with_its_turn(open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    write(qtbot, pane, "More")
    drain(window)
    assert texts(pane) == [*WORDS, "More", ""]
    undo(qtbot, window, pane)
    assert (texts(pane), pane.composer.text()) == (WORDS, "More")
    only(pane, "sendButton")


def test_the_end_is_in_sight_after_going_back(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chat = chats.add_chat("Long")
    for number in range(12):
        chats.person(chat, f"Question {number}")
        chats.reply(chat, "word " * 200)
    window = open_window(chats.chats[chat.id])
    (pane,) = panes(window)
    bar = pane.transcript.verticalScrollBar()
    bar.setValue(40)
    kept = pane.findChildren(MessageView)[0]
    undo(qtbot, window, pane)
    assert bar.value() == bar.maximum() > 0
    assert kept in pane.findChildren(MessageView)
    assert len(pane.transcript.messages()) == 22


def test_a_fork_taken_back_into_what_it_shares_shows_that(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    chat, messages = dialogue
    fork = chats.add_chat("Fork", parent=chats.chats[chat.id], at=messages[3])
    chats.person(fork, "Own")
    chats.reply(fork, "Words")
    window = open_window(chats.chats[fork.id])
    (pane,) = panes(window)
    assert texts(pane) == ["Own", "Words"]
    undo(qtbot, window, pane)
    assert texts(pane) == []
    only(pane, "sharedHistory")
    undo(qtbot, window, pane)
    assert texts(pane) == WORDS[:2]
    assert not named(pane, "sharedHistory")
    redo(qtbot, window, pane)
    redo(qtbot, window, pane)
    assert texts(pane) == ["Own", "Words"]
    only(pane, "sharedHistory")


def test_another_chats_move_changes_nothing_here(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    other = chats.add_chat("Other")
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    chats.events.put(HeadMoved(chats.chats[other.id], (), 1))
    drain(window)
    assert (texts(pane), notice(pane)) == (WORDS, "")


@pytest.mark.parametrize(
    ("turns", "words"),
    [(1, "Turn taken back"), (3, "3 turns taken back"), (-1, "Turn brought back"), (-2, "2 turns brought back")],
)
def test_moves_in_words(turns: int, words: str) -> None:
    assert moved_sentence(turns) == words


def test_a_chat_that_is_gone_leaves_its_pane(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    other = chats.add_chat("Other")
    chats.say(other, Role.USER, "There", Status.COMPLETE)
    window = open_window(dialogue[0], chats.chats[other.id])
    chats.remove(other.id)
    drain(window)
    assert [pane.chat_id for pane in panes(window)] == [dialogue[0].id]
    chats.remove(dialogue[0].id)
    drain(window)
    (pane,) = panes(window)
    assert pane.chat_id is not None
    assert chats.chats[pane.chat_id].head_id is None
    assert not [call for call in chats.calls if call[0] == "close"]


def test_up_in_an_empty_composer_edits_the_last_message_in_its_place(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Up)
    (editor,) = [it for it in pane.findChildren(MessageEditor) if it.isVisible()]
    assert editor.text() == WORDS[2]
    assert editor.edit.hasFocus()
    qtbot.keyClick(editor.edit, Qt.Key.Key_Escape)
    assert chats.messages[dialogue[1][2].id].text == WORDS[2]
    pane.composer.edit.setFocus()
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Up)
    (editor,) = [it for it in pane.findChildren(MessageEditor) if it.isVisible()]
    editor.edit.selectAll()
    qtbot.keyClicks(editor.edit, "And if it lends?")
    qtbot.keyClick(editor.edit, Qt.Key.Key_Return)
    assert ("edit", dialogue[0].id, dialogue[1][2].id, "And if it lends?") in chats.calls


def test_up_does_nothing_where_the_person_said_nothing(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    (pane,) = panes(open_window(chats.add_chat("New")))
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Up)
    assert pane.composer.edit.hasFocus()
