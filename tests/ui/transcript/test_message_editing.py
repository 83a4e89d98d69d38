"""A message that is written anew in its place."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.system.errors import RivuletError
from desktop.ui.panes.pane import Pane
from desktop.ui.transcript.message_view import MessageView
from tests.ui.conftest import named, only, settle
from tests.ui.fake_chats import FakeChats, Spawner
from tests.ui.transcript.message_driver import click, editor, go_up, press, window_of
from tests.ui.transcript_bench import views
from tests.ui.window_driver import Dialogue, drain


def test_a_persons_message_is_edited_and_sent(pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    view = views(pane.transcript)[2]
    click(qtbot, view, "editButton")
    assert editor(view).edit.hasFocus()
    assert not named(view, "bubble")
    assert only(view, "editHint").isVisible()
    editor(view).edit.setPlainText("And if it borrows?")
    press(qtbot, Qt.Key.Key_Return)
    assert ("edit", dialogue[0].id, dialogue[1][2].id, "And if it borrows?") in chats.calls
    drain(window_of(pane))
    assert [message.text for message in pane.transcript.messages()][2:] == ["And if it borrows?", ""]
    assert not window_of(pane)._directory.edits(dialogue[0].id)  # nothing opens where that version is shown again
    assert not named(pane.transcript, "messageEditor")


def test_a_reply_is_edited_and_saved(pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    view = views(pane.transcript)[3]
    click(qtbot, view, "editButton")
    press(qtbot, Qt.Key.Key_Return)  # breaks the line
    qtbot.keyClicks(editor(view).edit, "Really")
    assert "edit" not in [call[0] for call in chats.calls]
    press(qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert ("edit", dialogue[0].id, dialogue[1][3].id, "Then none is needed.\nReally") in chats.calls


def test_what_is_not_changed_or_empty_is_not_sent(pane: Pane, chats: FakeChats, qtbot: QtBot) -> None:
    view = views(pane.transcript)[2]
    click(qtbot, view, "editButton")
    editor(view).edit.setPlainText("  ")
    assert not only(view, "sendEditButton").isEnabled()
    press(qtbot, Qt.Key.Key_Return)
    assert editor(view).isVisible()
    editor(view).edit.setPlainText("And if it owns?")
    press(qtbot, Qt.Key.Key_Return)
    assert not named(view, "messageEditor")
    assert not [call for call in chats.calls if call[0] in ("edit", "stop")]
    click(qtbot, view, "editButton")
    assert editor(view).text() == "And if it owns?"


@pytest.mark.parametrize("leave", ["Esc", "Cancel"])
def test_an_edit_that_was_left_is_gone_on_with_by_the_next(pane: Pane, chats: FakeChats, qtbot: QtBot, leave: str) -> None:
    view = views(pane.transcript)[2]
    click(qtbot, view, "editButton")
    assert "last edit" not in only_label(view).text()
    editor(view).edit.setPlainText("Never mind\nthe owner")
    if leave == "Esc":
        press(qtbot, Qt.Key.Key_Escape)
    else:
        click(qtbot, view, "cancelEditButton")
    assert not named(view, "messageEditor")
    assert not [call for call in chats.calls if call[0] in ("edit", "stop")]
    click(qtbot, view, "editButton")
    assert editor(view).text() == "Never mind\nthe owner"
    assert "last edit" in only_label(view).text()
    press(qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor(view).text() == "And if it owns?"
    press(qtbot, Qt.Key.Key_Escape)  # what is not another text is not kept
    click(qtbot, view, "editButton")
    assert editor(view).text() == "And if it owns?"


def only_label(view: MessageView) -> QLabel:
    label = only(view, "editHint")
    assert isinstance(label, QLabel)
    return label


def test_an_edit_stays_while_other_chats_are_shown(pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    view = views(pane.transcript)[0]
    click(qtbot, view, "editButton")
    editor(view).edit.setPlainText("Why lifetimes?")
    pane.resize(500, 600)
    window_of(pane)._theme.choose("dark")
    assert editor(view).text() == "Why lifetimes?"
    pane.show_chat(chats.add_chat("Other"))
    settle()
    pane.show_chat(dialogue[0])
    settle()
    assert editor(views(pane.transcript)[0]).text() == "Why lifetimes?"


def test_an_edit_that_could_not_be_sent_stays(pane: Pane, chats: FakeChats, spawner: Spawner, qtbot: QtBot) -> None:
    view = views(pane.transcript)[2]
    click(qtbot, view, "editButton")
    editor(view).edit.setPlainText("And if not?")
    chats.failure = RivuletError("The disk is full.")
    press(qtbot, Qt.Key.Key_Return)
    assert spawner.sentences == ["The disk is full."]
    assert editor(view).text() == "And if not?"
    assert editor(view).edit.isEnabled()
    editor(view).edit.setFocus()
    press(qtbot, Qt.Key.Key_Return)
    assert [call[0] for call in chats.calls].count("edit") == 2


def test_a_reply_that_is_being_written_cannot_be_edited(pane: Pane, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.begin_reply(dialogue[0].id, "Wait")
    drain(window_of(pane))
    button = only(views(pane.transcript)[-1], "editButton")
    assert not button.isEnabled()
    assert button.toolTip() == "A reply can be edited once it is finished."


def test_the_focus_waits_at_the_message_whose_new_text_is_sent(pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    go_up(qtbot, pane, 4)
    press(qtbot, Qt.Key.Key_E)
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClicks(focused, " Really")
    press(qtbot, Qt.Key.Key_Return)
    drain(window_of(pane))
    focused = QApplication.focusWidget()
    assert isinstance(focused, MessageView)
    assert focused.text() == "Why a lifetime? Really"


def test_who_could_not_send_a_new_text_goes_on_writing_it(pane: Pane, chats: FakeChats, qtbot: QtBot) -> None:
    go_up(qtbot, pane, 4)
    press(qtbot, Qt.Key.Key_E)
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClicks(focused, " Really")
    chats.failure = RivuletError("The disk is full.")
    press(qtbot, Qt.Key.Key_Return)
    press(qtbot, Qt.Key.Key_X)
    assert only(pane, "messageEdit").toPlainText() == "Why a lifetime? Reallyx"  # type: ignore[attr-defined]
