"""What can be done with each message, by mouse and by keyboard."""

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QFocusEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Message, MessageId, Role, Status
from desktop.system.errors import RivuletError
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.controls.buttons import IconButton
from desktop.ui.main_window import MainWindow
from desktop.ui.panes.error_card import ErrorCard
from desktop.ui.panes.pane import MINIMUM_WIDTH, Pane
from desktop.ui.transcript.ending_line import EndingLine
from desktop.ui.transcript.focus_ring import FocusRing
from desktop.ui.transcript.message_actions import REPEATS
from desktop.ui.transcript.message_editor import MessageEditor
from desktop.ui.transcript.message_view import MessageView
from desktop.ui.transcript.reply_selection import ReplySelection
from desktop.ui.transcript.transcript import Transcript
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import FakeChats, Spawner
from tests.ui.transcript_bench import long_chat, show, top, views
from tests.ui.window_driver import Dialogue, drain

BUTTONS = {"copyButton", "editButton", "regenerateButton", "forkButton", "waysButton", "rewindButton", "deleteButton"}


@pytest.fixture
def pane(open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot) -> Pane:
    """Show the dialogue in an active window."""
    window = open_window(dialogue[0])
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return panes(window)[0]


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


def test_every_message_offers_what_can_be_done_with_it(pane: Pane) -> None:
    offered = [{button.objectName() for button in view.action_row._buttons() if button.isVisible()} for view in views(pane.transcript)]
    person, reply = BUTTONS - {"regenerateButton"}, BUTTONS
    assert offered == [person, reply, person, reply - {"rewindButton"}]


def test_what_deletes_stands_far_from_what_edits(pane: Pane) -> None:
    for view in views(pane.transcript):
        delete, edit = only(view, "deleteButton"), only(view, "editButton")
        assert abs(delete.mapTo(view, delete.rect().center()).x() - edit.mapTo(view, edit.rect().center()).x()) >= 90


@pytest.mark.parametrize(
    ("button", "call"),
    [("regenerateButton", "regenerate"), ("rewindButton", "rewind"), ("deleteButton", "delete_from"), ("forkButton", "fork")],
)
def test_one_click_does_it(pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot, button: str, call: str) -> None:
    click(qtbot, views(pane.transcript)[1], button)
    assert (call, dialogue[0].id, dialogue[1][1].id) in chats.calls


def test_several_ways_are_offered_in_a_menu(pane: Pane, chats: FakeChats, dialogue: Dialogue) -> None:
    menu = views(pane.transcript)[1].action_row.ways_menu()
    assert [action.text() for action in menu.actions()] == ["Try 2 ways", "Try 3 ways", "Try 4 ways"]
    menu.actions()[1].trigger()
    assert ("try_ways", dialogue[0].id, dialogue[1][1].id, 3) in chats.calls


@pytest.mark.parametrize("width", [360, 480, 900])
def test_all_fits_whatever_the_width(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats, dialogue: Dialogue, width: int
) -> None:
    transcript.resize(width, 700)
    show(transcript, directory, chats, dialogue[0])
    transcript.set_versions({message.id: (MessageId(0), message.id, MessageId(99)) for message in dialogue[1]})
    settle()
    for view in views(transcript):
        row = view.action_row
        shown = sorted((it.geometry() for it in row.children() if isinstance(it, QWidget) and it.isVisible()), key=lambda it: it.left())
        assert row.geometry().left() + shown[0].left() >= -6
        assert row.geometry().left() + shown[-1].right() <= view.width() + 6
        assert all(left.right() < right.left() for left, right in pairwise(shown))
        assert row.geometry().bottom() < view.height()
        worded = any(it.property("worded") for it in named(view, "forkButton"))  # it may have no room at all
        assert worded is (view.message.role is Role.ASSISTANT and width > 360)


def test_what_has_no_room_is_in_a_menu(transcript: Transcript, directory: ChatDirectory, chats: FakeChats, dialogue: Dialogue) -> None:
    transcript.resize(220, 700)
    show(transcript, directory, chats, dialogue[0])
    row = next(view for view in views(transcript) if view.message == dialogue[1][1]).action_row
    assert only(row, "copyButton").isVisible()
    names = [action.text() for action in row.more_menu().actions() if action.text()]
    hidden = BUTTONS - {button.objectName() for button in row._buttons() if button.isVisible()}
    assert {"waysButton", "rewindButton"} <= hidden
    assert len(names) == len(hidden) + 2  # three ways
    asked: list[Message] = []
    transcript.rewind_requested.connect(asked.append)
    next(action for action in row.more_menu().actions() if action.text() == "Rewind to here").trigger()
    assert asked == [dialogue[1][1]]


def test_versions_are_shown_and_changed(pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    click(qtbot, views(pane.transcript)[3], "regenerateButton")
    drain(window_of(pane))
    switch = only(views(pane.transcript)[3], "versionSwitch")
    assert switch.accessibleName() == "Version 2 of 2"
    assert [label.text() for label in switch.findChildren(QLabel)] == ["2 / 2"]
    back, on = (it for it in switch.children() if isinstance(it, QWidget) and it.accessibleName().endswith("version"))
    assert (back.isEnabled(), on.isEnabled()) == (True, False)
    assert back.focusPolicy() & Qt.FocusPolicy.TabFocus
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    drain(window_of(pane))
    assert ("show_version", dialogue[0].id, dialogue[1][3].id) in chats.calls
    assert only(views(pane.transcript)[3], "versionSwitch").accessibleName() == "Version 1 of 2"
    assert not named(views(pane.transcript)[1], "versionSwitch")


def test_a_reply_that_would_be_the_same_says_so(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    show(transcript, directory, chats, dialogue[0])
    view = views(transcript)[3]
    again, ways = only(view, "regenerateButton"), only(view, "waysButton")
    assert REPEATS not in again.toolTip() + ways.toolTip()
    transcript.set_repeats(True)
    assert all(REPEATS in told for button in (again, ways) for told in (button.toolTip(), button.accessibleDescription()))
    assert not view.findChildren(EndingLine)
    click(qtbot, view, "regenerateButton")
    other = replace(chats.reply(dialogue[0], "Then none is needed."), parent_id=dialogue[1][2].id)
    transcript.add_message(other)
    settle()
    shown = views(transcript)
    assert [line.text() for line in shown[3].findChildren(EndingLine)] == ["The temperature is 0, so the reply is the same."]
    assert not shown[1].findChildren(EndingLine)
    transcript.set_repeats(False)
    settle()
    assert not [line for line in shown[3].findChildren(EndingLine) if line.isVisible()]


@pytest.mark.parametrize("status", [Status.STOPPED, Status.INTERRUPTED, Status.FAILED])
def test_a_reply_that_did_not_end_by_itself_can_be_written_again(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats, qtbot: QtBot, status: Status
) -> None:
    chat = chats.add_chat("Cut")
    chats.person(chat, "Go")
    cut = chats.reply(chat, "Half a", status)
    show(transcript, directory, chats, chat)
    asked: list[Message] = []
    transcript.regenerate_requested.connect(asked.append)
    click(qtbot, transcript, "againButton")
    assert asked == [cut]


def test_a_persons_message_in_a_narrow_pane_has_no_empty_row_below(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats
) -> None:
    chat = chats.add_chat("Narrow")
    asked = chats.person(chat, "Why do I have to write a lifetime here, and what does it mean? " * 3)
    chats.reply(chat, "Because it borrows.")
    transcript.resize(MINIMUM_WIDTH, 500)
    show(transcript, directory, chats, chat)
    view = views(transcript)[0]
    bubble, row = only(view, "bubble"), view.action_row
    assert view.height() == bubble.height()
    assert row.geometry().right() < bubble.geometry().left()
    shown = {button.objectName() for button in row._buttons() if button.isVisible()}
    assert shown == {"copyButton", "moreButton"}
    names = {action.text() for action in row.more_menu().actions()}
    assert {"Edit", "Fork from here", "Try 2 ways", "Delete from here on"} <= names
    places = [it.geometry() for it in (bubble, row)]
    row.set_near(True)
    assert [it.geometry() for it in (bubble, row)] == places
    transcript.set_versions({asked.id: (asked.id, MessageId(99))})  # there is no room for these
    settle()
    assert row.geometry().top() > bubble.geometry().bottom()


def test_actions_grow_with_the_text_and_still_fit(pane: Pane) -> None:
    window_of(pane)._theme.set_zoom(200)
    settle()
    for view in views(pane.transcript):
        shown = [it for it in view.action_row._buttons() if it.isVisible()]
        assert all(it.height() > 28 and view.action_row.rect().contains(it.geometry()) for it in shown)
        assert view.action_row.geometry().bottom() < view.height()


# Writing a message anew


def editor(view: MessageView) -> MessageEditor:
    (found,) = [it for it in view.findChildren(MessageEditor) if it.isVisible()]
    return found


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


# The keys


def test_the_keys_walk_the_messages(pane: Pane, dialogue: Dialogue, qtbot: QtBot) -> None:
    _, messages = dialogue
    view = go_up(qtbot, pane)
    assert view.message == messages[3]
    assert view.accessibleName() == "Reply: Then none is needed."
    ring = pane.transcript.findChild(FocusRing)
    assert ring is not None
    assert ring.isVisible()
    assert ring.geometry().contains(view.geometry())
    for key, number in [(Qt.Key.Key_Up, 2), (Qt.Key.Key_Home, 0), (Qt.Key.Key_Down, 1), (Qt.Key.Key_End, 3)]:
        press(qtbot, key)
        focused = QApplication.focusWidget()
        assert isinstance(focused, MessageView)
        assert focused.message == messages[number]
    press(qtbot, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert pane.composer.edit.hasFocus()
    assert not ring.isVisible()


def test_a_message_far_away_comes_into_sight(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window(chats.chats[long_chat(chats, 300).id])
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    (pane,) = panes(window)
    go_up(qtbot, pane)
    press(qtbot, Qt.Key.Key_Home)
    focused = QApplication.focusWidget()
    assert isinstance(focused, MessageView)
    assert focused.message.text == "Question 0"
    assert 0 <= top(pane.transcript, focused) < pane.transcript.height()


@pytest.mark.parametrize(
    ("key", "call"),
    [
        (Qt.Key.Key_R, ("regenerate",)),
        (Qt.Key.Key_F, ("fork",)),
        (Qt.Key.Key_W, ("rewind",)),
        (Qt.Key.Key_2, ("try_ways", 2)),
        (Qt.Key.Key_3, ("try_ways", 3)),
        (Qt.Key.Key_4, ("try_ways", 4)),
    ],
)
def test_a_key_does_what_its_button_does(
    pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot, key: Qt.Key, call: tuple[str, int]
) -> None:
    view = go_up(qtbot, pane, 3)
    press(qtbot, key)
    name, *more = call
    assert (name, dialogue[0].id, view.message.id, *more) in chats.calls


def test_copying_and_editing_by_key(pane: Pane, qtbot: QtBot) -> None:
    view = go_up(qtbot, pane, 3)
    press(qtbot, Qt.Key.Key_C)
    assert QGuiApplication.clipboard().text() == "Because it *borrows*."
    press(qtbot, Qt.Key.Key_E)
    assert editor(view).edit.hasFocus()
    press(qtbot, Qt.Key.Key_Escape)
    assert view.hasFocus()


def test_the_usual_key_copies_what_is_selected_or_the_message(pane: Pane, qtbot: QtBot) -> None:
    view = go_up(qtbot, pane, 3)
    press(qtbot, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Because it *borrows*."
    assert only(view, "copyButton").toolTip() == "Copied"
    (selection,) = view.findChildren(ReplySelection)
    selection.select_all()
    press(qtbot, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == selection.text() == "Because it borrows."
    assert view.hasFocus()


def test_a_copy_is_told_for_a_moment_and_nothing_moves(pane: Pane, qtbot: QtBot) -> None:
    view = go_up(qtbot, pane)
    button = only(view, "copyButton")
    before = picture(button)
    place, told = button.geometry(), (button.toolTip(), button.accessibleName())
    press(qtbot, Qt.Key.Key_C)
    assert (button.toolTip(), button.accessibleName()) == ("Copied", "Copied")
    assert picture(button) != before
    assert button.geometry() == place
    qtbot.wait(1000)
    press(qtbot, Qt.Key.Key_C)
    qtbot.wait(1000)
    assert button.toolTip() == "Copied"  # a second copy is told as long as the first
    qtbot.waitUntil(lambda: (button.toolTip(), button.accessibleName()) == told, timeout=2000)
    assert picture(button) == before


def test_the_sign_of_a_copy_does_not_outlive_what_is_shown(pane: Pane, chats: FakeChats, qtbot: QtBot) -> None:
    view = go_up(qtbot, pane)
    press(qtbot, Qt.Key.Key_C)
    button = only(view, "copyButton")
    press(qtbot, Qt.Key.Key_E)
    assert (button.toolTip(), button.accessibleName()) == ("Copy (C)", "Copy")
    assert not any(timer.isActive() for timer in button.findChildren(QTimer))


def picture(button: QWidget) -> QImage:
    assert isinstance(button, IconButton)
    return button.icon().pixmap(button.iconSize()).toImage()


def test_only_shift_and_delete_deletes(pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    view = go_up(qtbot, pane, 2)
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        press(qtbot, key)
    assert "delete_from" not in [call[0] for call in chats.calls]
    press(qtbot, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert ("delete_from", dialogue[0].id, view.message.id) in chats.calls
    drain(window_of(pane))
    focused = QApplication.focusWidget()
    assert isinstance(focused, MessageView)  # the one before has the focus now
    assert focused.message == dialogue[1][1]


def test_versions_change_by_key_and_the_focus_stays(pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    go_up(qtbot, pane)
    press(qtbot, Qt.Key.Key_R)
    drain(window_of(pane))
    for key, expected in ((Qt.Key.Key_Left, 4), (Qt.Key.Key_Left, 4), (Qt.Key.Key_Right, 5)):
        press(qtbot, key)
        drain(window_of(pane))
        focused = QApplication.focusWidget()
        assert isinstance(focused, MessageView)
        assert focused.message.id == expected


def test_other_letters_go_to_the_composer_with_nothing_lost(pane: Pane, chats: FakeChats, qtbot: QtBot) -> None:
    go_up(qtbot, pane)
    press(qtbot, Qt.Key.Key_H)
    assert pane.composer.edit.hasFocus()
    assert pane.composer.text() == "h"
    go_up(qtbot, pane)
    press(qtbot, Qt.Key.Key_Escape)
    assert pane.composer.edit.hasFocus()
    assert pane.composer.text() == "h"
    assert "stop" not in [call[0] for call in chats.calls]


def test_the_keys_stand_in_the_tooltips(pane: Pane) -> None:
    view = views(pane.transcript)[1]
    keys = [only(view, name).toolTip().rpartition("(")[2] for name in sorted(BUTTONS)]
    assert keys == ["C)", "Shift+Delete)", "E)", "F)", "R)", "W)", "2, 3 or 4)"]


def test_a_finished_reply_is_announced_once(pane: Pane, chats: FakeChats, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: told.append(event.message()))
    reply = chats.begin_reply(dialogue[0].id)
    for word in ("One ", "two."):
        chats.extend_reply(dialogue[0].id, reply, word)
        drain(window_of(pane))
    assert told == []
    chats.finish_reply(dialogue[0].id, reply)
    drain(window_of(pane))
    pane.transcript.finish_reply(chats.messages[reply.id])
    assert told == ["Reply: One two."]


def test_who_clicked_beside_the_text_and_types_writes_a_message(pane: Pane, chats: FakeChats, qtbot: QtBot) -> None:
    view = views(pane.transcript)[1]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(view.width() - 3, 5))
    assert view.hasFocus()
    for letter in "were":
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClicks(focused, letter)
    assert pane.composer.text() == "were"
    assert {call[0] for call in chats.calls}.isdisjoint({"rewind", "edit", "regenerate"})


def test_the_keys_act_again_after_another_window_was_used(pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    view = go_up(qtbot, pane, 2)
    for kind in (QFocusEvent.Type.FocusOut, QFocusEvent.Type.FocusIn):
        QApplication.sendEvent(view, QFocusEvent(kind, Qt.FocusReason.ActiveWindowFocusReason))
    press(qtbot, Qt.Key.Key_W)
    assert ("rewind", dialogue[0].id, view.message.id) in chats.calls


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


@pytest.mark.parametrize("key", [Qt.Key.Key_R, Qt.Key.Key_E])
def test_what_failed_before_is_not_said_of_another_attempt(pane: Pane, chats: FakeChats, qtbot: QtBot, key: Qt.Key) -> None:
    pane.show_notice("The reply failed.")
    go_up(qtbot, pane)
    press(qtbot, key)
    if key is Qt.Key.Key_E:
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClicks(focused, " More")
        press(qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not any(card.isVisible() for card in pane.findChildren(ErrorCard))


def test_the_focus_stays_near_a_button_that_vanished(pane: Pane, chats: FakeChats, qtbot: QtBot) -> None:
    go_up(qtbot, pane, 4)
    press(qtbot, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    drain(window_of(pane))
    undo = only(pane, "undoTurnButton")
    undo.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    drain(window_of(pane))
    assert not undo.isVisible()
    focused = QApplication.focusWidget()
    assert focused is not None
    assert pane.isAncestorOf(focused)
