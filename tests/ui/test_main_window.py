from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLineEdit, QListView, QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.events import Activity, MessageAdded, ModelPhase, ModelState, NoticeRaised, Reading, ReadyAtOnce, RereadReason
from desktop.conversations.message import Conversation, ConversationId, Message, Role, Status
from desktop.system.errors import RivuletError
from desktop.system.settings import PaneState, Settings
from desktop.ui.composer.context_meter import ContextMeter
from desktop.ui.composer.session_line import SessionLine
from desktop.ui.main_window import MainWindow
from desktop.ui.notice_bar import NoticeBar
from desktop.ui.panes.error_card import ErrorCard
from desktop.ui.panes.model_picker import ModelPicker
from desktop.ui.panes.pane import MINIMUM_WIDTH, Pane
from desktop.ui.panes.pane_area import PaneArea
from desktop.ui.panes.pane_tabs import PaneTab
from desktop.ui.sidebar.chat_list_model import ChatListModel
from desktop.ui.sidebar.sidebar import Sidebar, device_line
from desktop.ui.transcript.ending_line import EndingLine
from desktop.ui.transcript.message_view import MessageView
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import MODEL, FakeChats, Spawner, run

Dialogue = tuple[Conversation, list[Message]]


def texts(pane: Pane) -> list[str]:
    return [view.text() for view in pane.findChildren(MessageView) if not view.isHidden()]


def write(qtbot: QtBot, pane: Pane, text: str) -> None:
    qtbot.keyClicks(pane.composer.edit, text)
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)


def drain(window: MainWindow) -> None:
    window._bridge.drain()
    settle()


def rows(window: MainWindow) -> list[str]:
    model = window.findChild(ChatListModel)
    assert model is not None
    return [model.index(number).data() for number in range(model.rowCount())]


def index(window: MainWindow, title: str) -> QModelIndex:
    model = window.findChild(ChatListModel)
    assert model is not None
    return model.index(rows(window).index(title))


def click_row(qtbot: QtBot, window: MainWindow, title: str) -> None:
    chat_list = window.findChild(QListView, "chatList")
    assert chat_list is not None
    place = chat_list.visualRect(index(window, title)).center()
    qtbot.mouseClick(chat_list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle()


def notices(window: MainWindow) -> list[str]:
    bar = window.findChild(NoticeBar)
    assert bar is not None
    return bar.sentences()


# Names and starts


def test_everything_has_the_name_it_is_found_by(open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    for name in ("sidebar", "newChatButton", "chatList", "pane"):
        only(window, name)
    pane = only(window, "pane")
    for name in ("transcript", "composer", "sendButton", "contextMeter", "modelPicker"):
        only(pane, name)
    for name in ("sessionLine", "stopButton"):
        assert pane.findChild(QWidget, name) is not None
    for message in named(pane, "message"):
        only(message, "forkButton")
        only(message, "copyButton")
    assert len(named(pane, "message")) == 4


def test_every_button_says_what_it_is(open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    buttons = [button for button in window.findChildren(QAbstractButton) if button.isVisible()]
    assert len(buttons) > 10
    for button in buttons:
        assert button.accessibleName() or button.text(), button.objectName()


def test_a_first_start_offers_to_open_a_model(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chats.loaded = ModelState(ModelPhase.NONE)
    window = open_window()
    only(window, "emptyState")
    assert only(window, "modelPicker").property("text") == "Choose a model"
    qtbot.mouseClick(only(window, "openModelButton"), Qt.MouseButton.LeftButton)
    (dialog,) = window.findChildren(QFileDialog)
    assert dialog.isVisible()
    dialog.fileSelected.emit("/models/a.gguf")
    dialog.close()
    assert ("load_model", Path("/models/a.gguf")) in chats.calls


def test_an_empty_chat_with_a_model_only_invites(open_window: OpenWindow) -> None:
    window = open_window()
    only(window, "emptyHeading")
    assert not named(window, "openModelButton")


def test_the_window_is_usable_before_its_chats_are_read(chats: FakeChats, open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    (pane,) = panes(window)
    assert pane.chat_id is not None
    typed = MainWindow(chats, lambda coroutine: coroutine.close(), Settings(theme="light"), window._theme._read_resource)
    (unbound,) = typed.findChildren(Pane)
    write(qtbot, unbound, "Early")
    assert unbound.composer.text() == "Early"
    run(typed._restore())
    assert unbound.chat_id is not None
    assert unbound.composer.text() == "Early"
    unbound.composer.stop_timer()
    typed.shut()
    typed.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_panes_scroll_positions_and_drafts_come_back(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    first = dialogue[0]
    for number in range(12):
        chats.person(first, f"Question {number}")
        chats.reply(first, "word " * 100)
    second = chats.add_chat("Second")
    run(chats.save_draft(second.id, "half a"))
    states = (PaneState(first.id, 600, 321), PaneState(second.id, 400, -1, draft_focus=True))
    window = open_window(settings=Settings(theme="dark", sidebar_width=300, panes=states), width=1301)
    left, right = panes(window)
    assert right.composer.text() == "half a"
    assert left.transcript.verticalScrollBar().value() == 321
    state = window.settings_state()
    assert state.theme == "dark"
    assert state.sidebar_width == 300
    assert [(pane.conversation_id, pane.scroll, pane.draft_focus) for pane in state.panes] == [
        (first.id, 321, False),
        (second.id, -1, True),
    ]
    assert [pane.width for pane in state.panes] == pytest.approx([600, 400], abs=2)


def test_chats_that_are_gone_are_not_restored(open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(settings=Settings(theme="light", panes=(PaneState(99), PaneState(dialogue[0].id))))
    assert [pane.chat_id for pane in panes(window)] == [dialogue[0].id]


# Writing and replying


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
    assert notices(window) == ["Out of sight."]


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


# Panes


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
    assert [pane.chat_id for pane in area.panes()] == [opened[0].id, opened[4].id, opened[2].id, opened[3].id]
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


# Sidebar


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
    next(action for action in menu.findChildren(QAction) if action.text() == "Rename").trigger()
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
    settle()
    assert (pane.width(), only(window, "sidebar").x()) == (width, 0)
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


# Model


def test_the_picker_offers_recent_models_and_a_file(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    recent = (Path("/models/older.gguf"), Path("models/qwen3-4b.gguf"))
    window = open_window(settings=Settings(theme="light", recent_models=recent, panes=(PaneState(dialogue[0].id),)))
    picker = window.findChild(ModelPicker)
    assert picker is not None
    assert picker.text() == "Qwen3 4B"
    actions = [action for action in picker.fill_menu().actions() if not action.isSeparator()]
    assert [action.text() for action in actions] == ["qwen3-4b", "older", "Open a GGUF file…"]
    actions[1].trigger()
    assert ("load_model", recent[0]) in chats.calls
    assert window.settings_state().recent_models[0] == MODEL.path
    assert window.settings_state().model_path == MODEL.path


def test_a_model_that_does_not_load_is_told_in_place(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    assert not named(window, "errorCard")
    chats.set_model(ModelState(ModelPhase.FAILED, Path("/models/a.gguf"), error="a.gguf is empty."))
    drain(window)
    card = only(window, "errorCard")
    assert isinstance(card, ErrorCard)
    assert card.text() == "a.gguf is empty."
    chats.set_model(MODEL)
    drain(window)
    assert card.isHidden()


def test_a_model_that_does_not_load_is_told_once(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0], chats.add_chat("Other"))
    left, right = panes(window)
    chats.set_model(ModelState(ModelPhase.FAILED, Path("/models/a.gguf"), error="a.gguf is empty."))
    drain(window)
    assert (len(named(left, "errorCard")), len(named(right, "errorCard"))) == (1, 0)
    right.composer.edit.setFocus()
    settle()
    assert (len(named(left, "errorCard")), len(named(right, "errorCard"))) == (0, 1)


def test_a_model_file_dropped_on_the_window_is_loaded(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    for name, wanted in (("notes.txt", False), ("a.GGUF", True)):
        dropped = QMimeData()
        dropped.setUrls([QUrl.fromLocalFile(f"/models/{name}")])
        event = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        window.dropEvent(event)
        assert (("load_model", Path(f"/models/{name}")) in chats.calls) is wanted


# The window itself


def test_closing_only_asks(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    with qtbot.waitSignal(window.close_requested):
        window.close()
    assert window.isVisible()
    with qtbot.waitSignal(window.close_requested):
        qtbot.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)


def test_drafts_are_saved_at_the_end(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    qtbot.keyClicks(panes(window)[0].composer.edit, "unsent")
    run(window.save_drafts())
    assert chats.calls[-1] == ("save_draft", dialogue[0].id, "unsent")


def test_shortcuts_make_and_fork_chats(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_F, control | shift)
    drain(window)
    assert ("fork", dialogue[0].id, dialogue[1][3].id) in chats.calls
    qtbot.keyClick(window, Qt.Key.Key_N, control)
    drain(window)
    chat_ids = [pane.chat_id for pane in panes(window)]
    assert chats.chats[chat_ids[1]].head_id is None  # type: ignore[index]


def test_notices_are_shown_once_and_can_be_dismissed(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window()
    chats.events.put(NoticeRaised("The disk is full."))
    chats.events.put(NoticeRaised("The disk is full."))
    drain(window)
    window.show_notice("And a second one.")
    assert notices(window) == ["The disk is full.", "And a second one."]
    dismiss = next(button for button in window.findChildren(QWidget) if button.accessibleName() == "Dismiss")
    qtbot.mouseClick(dismiss, Qt.MouseButton.LeftButton)
    assert notices(window) == ["And a second one."]


def test_a_change_of_theme_reaches_what_is_shown(open_window: OpenWindow, chats: FakeChats) -> None:
    chat = chats.add_chat("Colours")
    chats.say(chat, Role.ASSISTANT, "A `span` and\n\n```py\nx = 1\n```")
    window = open_window(chats.chats[chat.id])
    before = panes(window)[0].grab().toImage().pixelColor(4, 100)
    sidebar = window.findChild(Sidebar)
    assert sidebar is not None
    menu = sidebar.theme_menu()
    next(action for action in menu.actions() if action.text() == "Dark").trigger()
    menu.deleteLater()
    settle()
    after = panes(window)[0].grab().toImage().pixelColor(4, 100)
    assert before.lightness() > 200
    assert after.lightness() < 60
    assert window.settings_state().theme == "dark"
