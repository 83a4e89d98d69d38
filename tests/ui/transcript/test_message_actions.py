"""What each message offers, in whatever room it has."""

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Message, MessageId, Role, Status
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.panes.pane import MINIMUM_WIDTH, Pane
from desktop.ui.transcript.ending_line import EndingLine
from desktop.ui.transcript.message_actions import REPEATS
from desktop.ui.transcript.transcript import READABLE_WIDTH, Transcript
from tests.ui.conftest import named, only, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.transcript.message_driver import BUTTONS, click, window_of
from tests.ui.transcript_bench import show, views
from tests.ui.window_driver import Dialogue, drain


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
        worded = only(view, "forkButton").property("worded")
        assert bool(worded) is (view.message.role is Role.ASSISTANT and width > 360)


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


@pytest.mark.parametrize("width", [MINIMUM_WIDTH, READABLE_WIDTH])
def test_a_long_message_of_a_persons_offers_all_with_one_click_too(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats, width: int
) -> None:
    chat = chats.add_chat("Long")
    chats.person(chat, "Why do I have to write a lifetime here, and what does it mean? " * 3)
    chats.reply(chat, "Because it borrows.")
    transcript.resize(width, 500)
    show(transcript, directory, chats, chat)
    view = views(transcript)[0]
    shown = {button.objectName() for button in view.action_row._buttons() if button.isVisible()}
    assert shown == BUTTONS - {"regenerateButton"}
    assert view.action_row.geometry().top() > only(view, "bubble").geometry().bottom()


def test_actions_grow_with_the_text_and_still_fit(pane: Pane) -> None:
    window_of(pane)._theme.set_zoom(200)
    settle()
    for view in views(pane.transcript):
        shown = [it for it in view.action_row._buttons() if it.isVisible()]
        assert all(it.height() > 28 and view.action_row.rect().contains(it.geometry()) for it in shown)
        assert view.action_row.geometry().bottom() < view.height()
