import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.chat.events import Activity, MessageAdded, ModelPhase, ModelState, NoticeRaised, Reading, ReadyAtOnce, RereadReason
from desktop.conversations.message import ConversationId, Status
from desktop.system.errors import RivuletError
from desktop.ui.composer.context_meter import ContextMeter
from desktop.ui.composer.session_line import SessionLine
from desktop.ui.panes.error_card import ErrorCard
from desktop.ui.panes.pane import MINIMUM_WIDTH
from desktop.ui.panes.pane_area import PaneArea
from desktop.ui.panes.pane_tabs import PaneTab
from desktop.ui.transcript.ending_line import EndingLine
from desktop.ui.transcript.message_view import MessageView
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import MODEL, FakeChats, Spawner
from tests.ui.window_driver import Dialogue, click_row, drain, index, notices, texts, write


def test_a_message_is_sent_and_its_reply_streams_in(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window()
    (pane,) = panes(window)
    write(qtbot, pane, "Hello")
    drain(window)
    assert pane.chat_id is not None
    assert texts(pane) == ["Hello", ""]
    only(pane, "stopButton")
    reply = chats.messages[chats.chats[pane.chat_id].head_id]  # type: ignore[index]
    chats.extend_reply(pane.chat_id, reply, "Hi ")
    chats.extend_reply(pane.chat_id, reply, "there")
    drain(window)
    assert texts(pane) == ["Hello", "Hi there"]
    chats.finish_reply(pane.chat_id, reply)
    drain(window)
    only(pane, "sendButton")
    assert ("save_draft", pane.chat_id, "") in chats.calls


def test_what_could_not_be_sent_comes_back(open_window: OpenWindow, chats: FakeChats, spawner: Spawner, qtbot: QtBot) -> None:
    window = open_window()
    (pane,) = panes(window)
    qtbot.keyClicks(pane.composer.edit, "Hello")
    chats.failure = RivuletError("The disk is full.")
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert pane.composer.text() == "Hello"
    assert spawner.sentences == ["The disk is full."]


def test_typing_prepares_the_chat(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    qtbot.keyClicks(panes(window)[0].composer.edit, "abc")
    assert chats.calls.count(("prepare", dialogue[0].id)) == 1


def test_escape_stops_the_pane_the_person_is_in(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    other = chats.add_chat("Other")
    window = open_window(dialogue[0], other)
    panes(window)[1].composer.edit.setFocus()
    qtbot.keyClick(panes(window)[1].composer.edit, Qt.Key.Key_Escape)
    assert [call for call in chats.calls if call[0] == "stop"] == [("stop", other.id)]


def test_a_stopped_reply_goes_on(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chat = chats.add_chat("Cut")
    chats.person(chat, "Go")
    chats.reply(chat, "Half a", Status.INTERRUPTED)
    window = open_window(chats.chats[chat.id])
    qtbot.mouseClick(only(window, "continueButton"), Qt.MouseButton.LeftButton)
    drain(window)
    (pane,) = panes(window)
    assert texts(pane) == ["Go", "Half a"]
    assert not named(pane, "endingLine")


def test_the_line_and_the_meter_follow_the_chat(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    chat = dialogue[0]
    window = open_window(chat)
    line, meter = window.findChild(SessionLine), window.findChild(ContextMeter)
    assert line is not None
    assert meter is not None
    assert line.isHidden()
    chats.set_readiness(chat.id, ReadyAtOnce(3912, 34.0, 0.04))
    chats.set_context(chat.id, 2048, 4096)
    drain(window)
    assert line.text() == "Ready at once, about 34 s saved"
    assert meter.text() == "50%"
    chats.set_activity(chat.id, Activity.READING)
    chats.set_readiness(chat.id, Reading(1, 2, None, RereadReason.REMOVED))
    drain(window)
    qtbot.mouseClick(only(window, "stopReadingButton"), Qt.MouseButton.LeftButton)
    assert ("stop", chat.id) in chats.calls


def test_what_happened_before_a_chat_was_read_is_not_shown_twice(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    chat = chats.add_chat("Streaming")
    reply = chats.begin_reply(chat.id)
    chats.extend_reply(chat.id, reply, "once ")
    area = window.findChild(PaneArea)
    assert area is not None
    area.open_chat(chats.chats[chat.id])
    chats.extend_reply(chat.id, reply, "more")
    drain(window)
    assert texts(panes(window)[0]) == ["once more"]


def test_a_reading_for_who_writes_can_be_sent_over_and_stopped(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    chat = dialogue[0]
    window = open_window(chat)
    (pane,) = panes(window)
    chats.set_readiness(chat.id, Reading(1, 2, None, RereadReason.REMOVED))  # its activity stays IDLE
    drain(window)
    only(pane, "sendButton")
    qtbot.mouseClick(only(pane, "stopReadingButton"), Qt.MouseButton.LeftButton)
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Escape)
    assert chats.calls.count(("stop", chat.id)) == 2
    write(qtbot, pane, "Now")
    assert ("send", chat.id, "Now") in chats.calls


def test_a_message_without_a_reply_offers_one(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chat = chats.add_chat("Unanswered")
    chats.person(chat, "Anybody?")
    window = open_window(chats.chats[chat.id])
    (pane,) = panes(window)
    line = only(pane, "endingLine")
    assert isinstance(line, EndingLine)
    assert line.text() == "No reply yet."
    (view,) = pane.findChildren(MessageView)
    bubble = only(view, "bubble")
    assert bubble.geometry().bottom() < line.geometry().top()
    assert line.geometry().bottom() < view.height() <= bubble.height() + 40
    chats.set_activity(chat.id, Activity.WAITING)
    drain(window)
    assert not named(pane, "endingLine")
    assert view.height() == bubble.height()
    chats.set_activity(chat.id, Activity.IDLE)
    drain(window)
    button = only(pane, "continueButton")
    assert isinstance(button, QAbstractButton)
    assert button.text() == "Reply"
    chats.calls.clear()
    chats.continue_reply = lambda chat_id: chats.send(chat_id, "asked")  # type: ignore[method-assign]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    drain(window)
    assert [call[:2] for call in chats.calls] == [("send", chat.id)]
    assert not named(pane, "endingLine")


def test_a_message_on_its_way_to_a_reply_offers_none(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window()
    (pane,) = panes(window)
    told: list[int] = []

    async def send(chat_id: ConversationId, text: str) -> None:
        chats.events.put(MessageAdded(chat_id, chats.person(chats.chats[chat_id], text)))
        drain(window)  # a frame between the message and the first sign of its reply
        told.append(len(named(pane, "endingLine")))

    chats.send = send  # type: ignore[method-assign]
    write(qtbot, pane, "Hello")
    drain(window)
    assert told == [0]
    assert len(named(pane, "endingLine")) == 1


def test_what_failed_in_a_chat_is_told_there(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    other, hidden = chats.add_chat("Other"), chats.add_chat("Hidden")
    window = open_window(dialogue[0], other)
    left, right = panes(window)
    chats.events.put(NoticeRaised("The context is full.", other.id))
    drain(window)
    assert notices(window) == []
    assert not named(left, "errorCard")
    card = only(right, "errorCard")
    assert isinstance(card, ErrorCard)
    assert card.text() == "The context is full."
    write(qtbot, right, "Again")
    assert not named(right, "errorCard")
    chats.events.put(NoticeRaised("Once more.", other.id))
    drain(window)
    area = window.findChild(PaneArea)
    assert area is not None
    area._enter(right)
    area.open_chat(hidden)
    assert not named(right, "errorCard")
    chats.events.put(NoticeRaised("Out of sight.", other.id))
    drain(window)
    assert notices(window) == ["“Other”: Out of sight."]


def test_who_waits_without_a_model_is_offered_to_open_one(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    chats.loaded = ModelState(ModelPhase.NONE)
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    assert not named(pane, "openFileButton")
    chats.set_activity(dialogue[0].id, Activity.WAITING)
    drain(window)
    with qtbot.waitSignal(pane.file_wanted):
        qtbot.mouseClick(only(pane, "openFileButton"), Qt.MouseButton.LeftButton)
    for dialog in window.findChildren(QFileDialog):
        dialog.close()
    chats.set_model(MODEL)
    drain(window)
    assert not named(pane, "openFileButton")


def test_a_fork_opens_beside(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    chat, messages = dialogue
    window = open_window(chat)
    fork_buttons = [only(view, "forkButton") for view in named(window, "message")]
    qtbot.mouseClick(fork_buttons[1], Qt.MouseButton.LeftButton)
    drain(window)
    left, right = panes(window)
    assert ("fork", chat.id, messages[1].id) in chats.calls
    assert (left.chat_id, right.head.title()) == (chat.id, "Fork of Rust lifetimes, gently")
    assert right is window.findChild(PaneArea).active()  # type: ignore[union-attr]
    assert right.width() == pytest.approx(left.width(), abs=2)
    assert named(left, "forkLine")
    assert named(right, "sharedHistory")


def test_a_fork_at_a_persons_message_shows_its_reply(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    panes(window)[0].transcript.fork_requested.emit(dialogue[1][2])
    drain(window)
    right = panes(window)[1]
    only(right, "stopButton")
    assert right.chat_id is not None
    reply = next(message for message in chats.messages.values() if message.status is Status.STREAMING)
    chats.extend_reply(right.chat_id, reply, "Another way.")
    drain(window)
    assert texts(right) == ["Another way."]


def test_the_sidebar_opens_in_the_active_pane_or_goes_to_the_open_one(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    second, third = chats.add_chat("Second"), chats.add_chat("Third")
    window = open_window(dialogue[0], second)
    area = window.findChild(PaneArea)
    assert area is not None
    click_row(qtbot, window, "Third")
    assert [pane.chat_id for pane in panes(window)] == [third.id, second.id]
    assert ("close", dialogue[0].id) in chats.calls
    click_row(qtbot, window, "Second")
    assert [pane.chat_id for pane in panes(window)] == [third.id, second.id]
    assert area.active().chat_id == second.id


def test_a_fifth_chat_takes_the_pane_used_longest_ago_that_is_idle(open_window: OpenWindow, chats: FakeChats) -> None:
    opened = [chats.add_chat(f"Chat {number}") for number in range(5)]
    window = open_window(*opened[:4], width=1800)
    area = window.findChild(PaneArea)
    assert area is not None
    for pane in area.panes():
        area.open_chat(chats.chats[pane.chat_id])  # type: ignore[index]
    chats.set_activity(opened[0].id, Activity.REPLYING)
    drain(window)
    area.open_beside(opened[4])
    assert [pane.chat_id for pane in area.panes()] == [opened[0].id, opened[2].id, opened[3].id, opened[4].id]
    assert notices(window) == ["Four chats are open, so “Chat 1” made room. It is still in the sidebar."]


def test_closing_a_pane_stops_nothing_and_the_last_one_stays(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    second = chats.add_chat("Second")
    window = open_window(dialogue[0], second)
    panes(window)[1].composer.edit.setFocus()
    panes(window)[1].composer.set_text("unsent")
    qtbot.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    settle()
    (left,) = panes(window)
    assert left.chat_id == dialogue[0].id
    assert ("save_draft", second.id, "unsent") in chats.calls
    assert ("close", second.id) in chats.calls
    assert not [call for call in chats.calls if call[0] == "stop"]
    assert not named(window, "closePaneButton")
    qtbot.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert panes(window) == [left]


def test_an_empty_chat_opens_beside_one_that_is_still_empty(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window()
    (first,) = panes(window)
    qtbot.keyClick(window, Qt.Key.Key_Backslash, Qt.KeyboardModifier.ControlModifier)
    left, right = panes(window)
    assert left is first
    assert right.chat_id not in (None, left.chat_id)
    assert window._area.active() is right
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert len(chats.chats) == 2  # this one is used again


def test_panes_that_do_not_fit_wait_in_tabs(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    second = chats.add_chat("Second")
    window = open_window(dialogue[0], second)
    assert not named(window, "paneTabs")
    assert all(pane.width() >= MINIMUM_WIDTH for pane in panes(window))
    window.resize(700, 700)
    settle()
    tabs = [tab for tab in window.findChildren(PaneTab) if tab.isVisible()]
    assert [tab.text() for tab in tabs] == ["Rust lifetimes, gently", "Second"]
    assert [pane.chat_id for pane in panes(window)] == [dialogue[0].id]
    qtbot.mouseClick(tabs[1], Qt.MouseButton.LeftButton)
    assert [pane.chat_id for pane in panes(window)] == [second.id]
    window.resize(1300, 700)
    settle()
    assert len(panes(window)) == 2


def test_a_tab_has_the_signs_that_its_chat_has_in_the_sidebar(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    second = chats.add_chat("Second")
    window = open_window(dialogue[0], second, width=700)
    tab = [tab for tab in window.findChildren(PaneTab) if tab.isVisible()][1]
    calm = tab.grab().toImage()
    row = index(window, "Second")
    for activity, told in ((Activity.REPLYING, ", working"), (Activity.IDLE, ", a new reply")):
        chats.set_activity(second.id, activity)
        drain(window)
        assert tab.accessibleName() == row.data(Qt.ItemDataRole.AccessibleTextRole) == f"Second, branch A{told}"
        assert f"Second{told}\n" in tab.toolTip()
        sign = changed(calm, tab.grab().toImage())
        assert tab.width() - 30 < sign.left()
        assert sign.right() < tab.width() - 8
    qtbot.mouseClick(tab, Qt.MouseButton.LeftButton)
    assert tab.accessibleName() == row.data(Qt.ItemDataRole.AccessibleTextRole) == "Second, branch A"


def changed(before: QImage, after: QImage) -> QRect:
    """Return where two pictures differ."""
    points = [(x, y) for x in range(before.width()) for y in range(before.height()) if before.pixel(x, y) != after.pixel(x, y)]
    assert points
    xs, ys = zip(*points, strict=True)
    return QRect(QPoint(min(xs), min(ys)), QPoint(max(xs), max(ys)))


def test_a_reply_that_was_cut_is_gone_on_with_unless_the_context_is_full(open_window: OpenWindow, chats: FakeChats) -> None:
    chat = chats.add_chat("Cut")
    chats.person(chat, "Go")
    chats.reply(chat, "Half a", Status.CUT)
    window = open_window(chats.chats[chat.id])
    (pane,) = panes(window)
    chats.set_context(chat.id, 200, 4096)
    drain(window)
    only(pane, "continueButton")
    chats.set_context(chat.id, 4095, 4096)
    drain(window)
    assert not named(pane, "continueButton")
    line = only(pane, "endingLine")
    assert isinstance(line, EndingLine)
    assert line.text() == "The context is full. Kept up to here."


def test_a_fork_of_a_chat_that_is_gone_does_not_take_another_name_for_it(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue
) -> None:
    fork = chats.add_chat("Fork", parent=dialogue[0], at=dialogue[1][3])
    window = open_window(fork)
    title = only(panes(window)[0], "sharedTitle")
    assert title.property("text") == "Rust lifetimes, gently"
    chats.remove(dialogue[0].id)
    drain(window)
    assert title.property("text") == "a chat that is gone"
