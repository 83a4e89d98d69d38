"""What a pane shows of its chat's context, and what can be done where it is full."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.chat.context_ways import ContextWays, LongerContext, OtherStart, SummaryWay
from desktop.chat.course import Course
from desktop.chat.events import Activity, ModelState, NotReady, RereadReason
from desktop.chat.numbers import SessionNumbers
from desktop.conversations.message import Message, MessageId, ReplyStats
from desktop.ui.course_row import CourseRow
from desktop.ui.main_window import MainWindow
from desktop.ui.notice_bar import NoticeBar
from desktop.ui.panes.context_text import leave_out_way, longer_way, room_sentence, summary_way, take_in_way
from desktop.ui.panes.pane import Pane
from desktop.ui.transcript.rows import RowKind
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.test_chat_options import NUMBERS
from tests.ui.window_driver import Dialogue, drain, texts

WAYS = ContextWays(
    4092,
    4096,
    OtherStart(MessageId(3), 2, 1900, 38.0),
    None,
    SummaryWay(80.0),
    LongerContext(8192, 576_000_000, 6.0),
)


@pytest.fixture
def pane(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> Pane:
    chats.room.offered[dialogue[0].id] = WAYS
    (pane,) = panes(open_window(dialogue[0]))
    return pane


def window_of(pane: Pane) -> MainWindow:
    window = pane.window()
    assert isinstance(window, MainWindow)
    return window


def take(pane: Pane, chats: FakeChats, used: int, *, during: Activity = Activity.REPLYING) -> None:
    """Let the chat come to so many tokens while it does something."""
    assert pane.chat_id is not None
    chats.set_activity(pane.chat_id, during)
    chats.set_context(pane.chat_id, used, 4096)
    chats.set_activity(pane.chat_id, Activity.IDLE)
    drain(window_of(pane))


def test_the_words_say_what_each_way_costs() -> None:
    assert room_sentence(WAYS) == "This chat fills all that the model can read at once. Choose how it goes on."
    assert room_sentence(replace(WAYS, used=3482)) == "This chat fills 85 % of what the model can read at once."
    assert room_sentence(replace(WAYS, used=5000)).startswith("This chat has 5,000 tokens, and the model can read 4,096 at once.")
    assert WAYS.leave_out is not None
    way = leave_out_way(WAYS.leave_out)
    assert (way.words, way.cost) == ("Leave out the oldest", "2 messages, reads the rest, about 38 s")
    assert leave_out_way(replace(WAYS.leave_out, seconds=None)).cost == "2 messages, reads 1,900 tokens"
    assert take_in_way(OtherStart(None, 1, 900, 0.0)).cost == "1 message, ready at once"
    assert take_in_way(OtherStart(None, 2, 900, 12.0)).cost == "2 messages, reads them, about 12 s"
    assert summary_way(SummaryWay(80.0)).cost == "the model writes it, about 80 s"
    assert summary_way(SummaryWay(None)).cost == "the model writes it"
    assert WAYS.longer is not None
    assert longer_way(WAYS.longer).cost == "8,192 tokens, 576 MB more of the memory, about 6 s to load"


def test_the_choice_opens_where_a_chat_is_full_and_goes_where_it_is_not(pane: Pane, chats: FakeChats) -> None:
    take(pane, chats, 4092)
    only(pane, "contextCard")
    assert [only(pane, name).isVisible() for name in ("leaveOutButton", "summaryButton", "longerContextButton")] == [True] * 3
    assert not named(pane, "takeInButton")
    assert not named(pane, "contextNotice"), "one thing at a time"
    assert pane.composer.meter.text() == "100%, full"
    take(pane, chats, 1900)
    assert not named(pane, "contextCard")


def test_the_choice_takes_the_place_of_what_failed(pane: Pane, chats: FakeChats) -> None:
    pane.show_notice("This chat needs 5,000 tokens.")
    take(pane, chats, 5000)
    assert named(pane, "contextCard")
    assert not named(pane, "errorCard")


def test_a_full_chat_shows_its_choice_when_it_is_opened(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.contexts[dialogue[0].id] = (4096, 4096)
    chats.room.offered[dialogue[0].id] = WAYS
    window = open_window(dialogue[0])
    drain(window)
    only(window, "contextCard")


@pytest.mark.parametrize(
    ("button", "call"),
    [("leaveOutButton", ("set_start", 3)), ("longerContextButton", ("lengthen", 8192)), ("summaryButton", ("summarise",))],
)
def test_each_way_is_done_by_its_button(pane: Pane, chats: FakeChats, qtbot: QtBot, button: str, call: tuple[object, ...]) -> None:
    take(pane, chats, 4092)
    qtbot.mouseClick(only(pane, button), Qt.MouseButton.LeftButton)
    name, *arguments = call
    assert (name, pane.chat_id, *arguments) in chats.calls


def test_what_was_left_out_is_marked_and_taken_in_again(pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    chat, messages = dialogue
    take(pane, chats, 4092)
    qtbot.mouseClick(only(pane, "leaveOutButton"), Qt.MouseButton.LeftButton)
    drain(window_of(pane))
    kinds = [row.kind for row in pane.transcript.rows()]
    assert kinds == [RowKind.MESSAGE, RowKind.MESSAGE, RowKind.CONTEXT_START, RowKind.MESSAGE, RowKind.MESSAGE]
    assert texts(pane) == [message.text for message in messages], "all of it stays readable"
    chats.room.offered[chat.id] = replace(WAYS, used=1900, leave_out=None, take_in=OtherStart(None, 2, 3000, 12.0))
    line = only(pane, "contextLine")
    assert line.accessibleName() or line.text() == "The model reads from here on"
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert only(pane, "takeInButton").hasFocus() or only(pane, "summaryButton").hasFocus()
    qtbot.mouseClick(only(pane, "takeInButton"), Qt.MouseButton.LeftButton)
    drain(window_of(pane))
    assert ("set_start", chat.id, None) in chats.calls
    assert RowKind.CONTEXT_START not in [row.kind for row in pane.transcript.rows()]


def test_a_start_that_is_not_on_the_way_is_not_marked(pane: Pane, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.change(dialogue[0].id, context_start_id=MessageId(99))
    drain(window_of(pane))
    assert RowKind.CONTEXT_START not in [row.kind for row in pane.transcript.rows()]


def test_at_80_percent_it_is_said_once_for_each_crossing(pane: Pane, chats: FakeChats, qtbot: QtBot) -> None:
    take(pane, chats, 3000)
    assert not named(pane, "contextNotice")
    take(pane, chats, 3300)
    label = only(pane, "contextNoticeSentence")
    assert isinstance(label, QLabel)
    assert label.text() == "This chat fills 80 % of what the model can read at once."
    qtbot.mouseClick(only(pane, "closeContextNoticeButton"), Qt.MouseButton.LeftButton)
    take(pane, chats, 3400)
    assert not named(pane, "contextNotice"), "it was said"
    take(pane, chats, 1000)
    take(pane, chats, 3300)
    qtbot.mouseClick(only(pane, "contextWaysButton"), Qt.MouseButton.LeftButton)
    assert named(pane, "contextCard")
    assert not named(pane, "contextNotice")
    assert only(pane, "leaveOutButton").hasFocus()
    qtbot.keyClick(only(pane, "leaveOutButton"), Qt.Key.Key_Escape)
    assert not named(pane, "contextCard")
    assert not [call for call in chats.calls if call[0] in ("set_start", "stop")]


def test_a_chat_that_is_opened_near_the_end_says_nothing(pane: Pane, chats: FakeChats) -> None:
    assert pane.chat_id is not None
    chats.set_context(pane.chat_id, 3500, 4096)  # it was restored
    drain(window_of(pane))
    take(pane, chats, 3600)
    assert not named(pane, "contextNotice")


def test_a_summary_shows_how_far_it_is_and_its_fork_opens_beside(pane: Pane, chats: FakeChats, qtbot: QtBot) -> None:
    seen = []

    def during(course: Course) -> None:
        course.done, course.total = 1, 2
        seen.append((len(named(pane, "stopCourseButton")), len(named(pane, "summaryButton"))))

    chats.room.during = during
    take(pane, chats, 4092)
    qtbot.mouseClick(only(pane, "summaryButton"), Qt.MouseButton.LeftButton)
    window = window_of(pane)
    drain(window)
    assert seen == [(1, 0)]
    assert [texts(shown)[0] for shown in panes(window)] == ["Why a lifetime?", "Summary of “Rust lifetimes, gently”:\n\nAll of it."]


def test_who_asks_again_while_a_summary_is_written_sees_how_far_it_is(pane: Pane, chats: FakeChats, qtbot: QtBot) -> None:
    seen = []

    def during(course: Course) -> None:
        pane.room.choice.open()
        seen.append((len(named(pane, "stopCourseButton")), len(named(pane, "summaryButton"))))

    chats.room.during = during
    take(pane, chats, 4092)
    qtbot.mouseClick(only(pane, "summaryButton"), Qt.MouseButton.LeftButton)
    drain(window_of(pane))
    assert seen == [(1, 0)]


def test_a_stopped_summary_leaves_the_choice(pane: Pane, chats: FakeChats, qtbot: QtBot) -> None:
    def during(course: Course) -> None:
        qtbot.mouseClick(only(pane, "stopCourseButton"), Qt.MouseButton.LeftButton)
        course.check()

    chats.room.during = during
    take(pane, chats, 4092)
    qtbot.mouseClick(only(pane, "summaryButton"), Qt.MouseButton.LeftButton)
    drain(window_of(pane))
    assert len(panes(window_of(pane))) == 1
    only(pane, "summaryButton")
    assert not named(pane, "stopCourseButton")


def test_a_summary_goes_on_where_the_pane_shows_another_chat(pane: Pane, chats: FakeChats, qtbot: QtBot) -> None:
    other, window = chats.add_chat("Other"), window_of(pane)
    bar = window.findChild(NoticeBar)
    assert bar is not None
    seen: list[list[str]] = []

    def during(course: Course) -> None:
        pane.show_chat(other)
        assert not course.is_stopped
        seen.append([row.words() for row in bar.findChildren(CourseRow)])

    chats.room.during = during
    take(pane, chats, 4092)
    qtbot.mouseClick(only(pane, "summaryButton"), Qt.MouseButton.LeftButton)
    drain(window)
    assert seen == [["Writing the summary of “Rust lifetimes, gently”…"]]
    assert not named(bar, "stopCourseButton")
    assert bar.sentences() == ["The summary of “Rust lifetimes, gently” is written."]
    assert len(panes(window)) == 1
    assert not named(pane, "contextCard")


def show_session(chats: FakeChats, pane: Pane, messages: list[Message]) -> None:
    assert pane.chat_id is not None
    numbers: SessionNumbers = NUMBERS
    chats.sessions[pane.chat_id] = numbers
    stats = ReplyStats(1200, 84, 0.7, 100, 8.0)
    last = chats.messages[messages[-1].id] = replace(messages[-1], stats=stats)
    pane.transcript.finish_reply(last)
    chats.set_context(pane.chat_id, 3500, 4096)
    drain(window_of(pane))


def test_the_meter_opens_a_panel(pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    show_session(chats, pane, dialogue[1])
    meter = pane.composer.meter
    assert meter.text() == "85%, nearly full"
    qtbot.mouseClick(meter, Qt.MouseButton.LeftButton)
    panel = pane.room.panel
    assert panel.isVisible()
    assert panel.values() == {
        "Context": "3,500 of 4,096 tokens",
        "Last reply": "1,200 tokens were there, 84 tokens read",
        "Speed": "12.5 tokens a second",
        "Quick resume": "131 MB, 64 MB of it shared with other chats",
    }
    readiness = only(panel, "contextReadiness")
    assert isinstance(readiness, QLabel)
    assert readiness.text() == "The next reply begins at once"
    chats.set_readiness(dialogue[0].id, NotReady(3000, 34.0, RereadReason.MODEL_FILE_CHANGED))
    drain(window_of(pane))
    assert readiness.text() == "This chat is read again when you begin to write: the model file has changed. About 34 s."
    assert pane.rect().contains(panel.geometry())
    qtbot.mouseClick(only(panel, "contextPanelWaysButton"), Qt.MouseButton.LeftButton)
    assert panel.isHidden()
    assert named(pane, "contextCard")
    qtbot.mouseClick(meter, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(meter, Qt.MouseButton.LeftButton)
    assert panel.isHidden(), "a second click closes it"


def test_the_panel_opens_for_the_keys_and_for_who_rests_on_the_meter(
    pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    show_session(chats, pane, dialogue[1])
    panel, meter = pane.room.panel, pane.composer.meter
    meter.setFocus(Qt.FocusReason.TabFocusReason)
    assert panel.isVisible()
    pane.composer.edit.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(panel.isHidden)
    QApplication.sendEvent(meter, QEnterEvent(QPointF(2, 2), QPointF(2, 2), QPointF(2, 2)))
    qtbot.waitUntil(panel.isVisible)
    QApplication.sendEvent(meter, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(panel.isHidden)
    meter.setFocus(Qt.FocusReason.TabFocusReason)
    button = only(panel, "contextPanelWaysButton")
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Escape)
    assert panel.isHidden()
    assert ("stop", dialogue[0].id) not in chats.calls
    settle()


def test_a_chosen_length_is_remembered_for_its_model(pane: Pane, chats: FakeChats) -> None:
    loaded: ModelState = chats.loaded
    chats.set_model(replace(loaded, context_tokens=8192, chosen_tokens=8192))
    drain(window_of(pane))
    assert window_of(pane).settings_state().context_lengths == {str(loaded.path): 8192}
    chats.set_model(loaded)
    drain(window_of(pane))
    assert window_of(pane).settings_state().context_lengths == {}
