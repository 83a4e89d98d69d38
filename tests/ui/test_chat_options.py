"""What is chosen for one chat, and its numbers."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.events import NotReady, Readiness, ReadyAtOnce, RereadReason
from desktop.chat.numbers import SessionNumbers, SessionState
from desktop.conversations.message import ReplyStats
from desktop.ui.panes.details_panel import DetailsPanel
from desktop.ui.panes.details_text import LABELS, ChatNumbers, details
from desktop.ui.panes.model_picker import ModelPicker
from desktop.ui.panes.pane import MINIMUM_WIDTH, Pane
from desktop.ui.panes.reading_time import reading_seconds
from tests.ui.conftest import OpenWindow, named, only, panes
from tests.ui.fake_chats import MODEL, NOW, FakeChats
from tests.ui.window_driver import Dialogue, drain

LAST = ReplyStats(1200, 84, 0.7, 100, 8.0)
NUMBERS = SessionNumbers(UUID(int=1), SessionState.ACTIVE, "Qwen3 4B", NOW, None, None, 3, 1284, 3912, 34.3, 131_000_000, 64_000_000)


def action(pane: Pane, words: str) -> QAction:
    return next(action for action in pane.menu().actions() if words in action.text())


def test_a_model_that_can_be_told_offers_whether_to_think(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    assert not named(pane, "thinkingChoice")
    chats.set_model(replace(MODEL, can_toggle_thinking=True))
    drain(window)
    chip = only(pane, "thinkingChoice")
    assert chip is pane.composer.thinking
    assert chip.property("text") == "Thinking: auto"
    for words, value, shown in [("Answer directly", False, "off"), ("Think first", True, "on"), ("As the model does", None, "auto")]:
        next(action for action in pane.composer.thinking.fill_menu().actions() if action.text() == words).trigger()
        drain(window)
        assert chats.calls[-1] == ("set_thinking", dialogue[0].id, value)
        assert chip.property("text") == f"Thinking: {shown}"
        assert chip.accessibleName() == f"Thinking: {words}"


def test_each_pane_shows_what_its_chat_chose(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.loaded = replace(MODEL, can_toggle_thinking=True)
    other = chats.add_chat("Other")
    chats.chats[other.id] = replace(other, thinking=False)
    window = open_window(dialogue[0], other)
    assert [only(pane, "thinkingChoice").property("text") for pane in panes(window)] == ["Thinking: auto", "Thinking: off"]


def test_the_menu_keeps_reasoning_and_the_chat_ready(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    for words, field, call in [
        ("Always keep ready", "is_kept_ready", "set_kept_ready"),
        ("Keep thoughts in the context", "keeps_reasoning", "set_keeps_reasoning"),
    ]:
        for wanted in (True, False):
            assert action(pane, words).isChecked() is not wanted
            action(pane, words).trigger()
            drain(window)
            assert chats.calls[-1] == (call, dialogue[0].id, wanted)
            assert getattr(chats.chats[dialogue[0].id], field) is wanted


def test_a_chat_that_was_not_kept_ready_offers_to_be(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    chats.set_readiness(dialogue[0].id, NotReady(3912, 34.3, RereadReason.REMOVED))
    drain(window)
    qtbot.mouseClick(only(pane, "keepReadyButton"), Qt.MouseButton.LeftButton)
    drain(window)
    assert ("set_kept_ready", dialogue[0].id, True) in chats.calls
    assert not named(pane, "keepReadyButton")
    only(pane, "sessionSentence")


def test_a_model_that_saves_whole_states_says_so(open_window: OpenWindow, chats: FakeChats) -> None:
    window = open_window()
    picker = window.findChild(ModelPicker)
    assert picker is not None
    assert "more room" not in picker.toolTip()
    chats.set_model(replace(MODEL, has_whole_states_only=True))
    drain(window)
    assert "Forks and quick resume take more room with this model" in picker.toolTip()


def test_the_details_show_the_chats_numbers(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    chat = dialogue[0]
    chats.sessions[chat.id] = NUMBERS
    chats.contexts[chat.id] = (1556, 4096)
    chats.readinesses[chat.id] = ReadyAtOnce(3912, 34.3, 0.041)
    window = open_window(chat)
    (pane,) = panes(window)
    panel = pane.details
    assert panel.isHidden()
    qtbot.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert panel.isVisible()
    assert only(panel, "detailsReadiness").property("text") == "Ready at once, about 34 s saved"
    assert (panel.values()["Replies"], panel.values()["Context"]) == ("3", "1,556 of 4,096 tokens")
    chats.sessions[chat.id] = replace(NUMBERS, rounds=4)
    qtbot.waitUntil(lambda: panel.values()["Replies"] == "4")
    action(pane, "Hide chat details").trigger()
    assert panel.isHidden()
    action(pane, "Chat details").trigger()
    assert panel.isVisible()
    qtbot.mouseClick(only(panel, "closeDetailsButton"), Qt.MouseButton.LeftButton)
    assert panel.isHidden()


def test_escape_closes_the_details_only_from_within(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    pane.toggle_details()
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Escape)
    assert pane.details.isVisible()
    assert ("stop", dialogue[0].id) in chats.calls
    chats.calls.clear()
    close = only(pane.details, "closeDetailsButton")
    close.setFocus()
    qtbot.keyClick(close, Qt.Key.Key_Escape)
    assert pane.details.isHidden()
    assert chats.calls == []


@pytest.mark.parametrize("width", [MINIMUM_WIDTH, 800])
def test_the_details_stay_within_their_pane(theme: object, qtbot: QtBot, width: int) -> None:
    pane = QWidget()
    pane.resize(width, 600)
    panel = DetailsPanel(theme, pane)  # type: ignore[arg-type]
    panel.set_numbers(ChatNumbers(NUMBERS, 1556, 4096))
    assert pane.rect().contains(panel.geometry())
    assert not named(panel, "detailsReadiness")
    pane.deleteLater()


def test_numbers_in_words() -> None:
    now = NOW + timedelta(hours=1)
    assert details(ChatNumbers(NUMBERS, 1556, 4096, last=LAST), now) == {
        "State": "Open, since 12:00",
        "Model": "Qwen3 4B",
        "Replies": "3",
        "Computed": "1,284 tokens",
        "Restored": "3,912 tokens",
        "Time saved": "About 34 s",
        "Last reply": "1,200 tokens were there, 84 tokens read",
        "Speed": "12.5 tokens a second",
        "Quick resume": "131 MB, 64 MB of it shared with other chats",
        "Context": "1,556 of 4,096 tokens",
    }
    fresh = replace(NUMBERS, state=SessionState.CREATED, model="", tokens_restored=1, seconds_saved=0.2, saved_bytes=0, shared_bytes=0)
    shown = details(ChatNumbers(fresh, 0, 0), now)
    assert [shown.get(label) for label in ("State", "Model", "Restored", "Time saved", "Quick resume", "Context")] == [
        "Open, no reply yet, since 12:00",
        "None yet",
        "1 token",
        "None yet",
        "Nothing saved yet",
        None,
    ]
    expired = replace(NUMBERS, state=SessionState.EXPIRED, closed_at=NOW, expired_at=NOW + timedelta(minutes=5))
    assert details(ChatNumbers(expired, 0, 0), now)["State"] == "Not kept ready any more, since 12:05"
    assert details(ChatNumbers(None, 7, 4096), now) == {"State": "Not open", "Context": "7 of 4,096 tokens"}
    assert set(details(ChatNumbers(NUMBERS, 1, 2, last=LAST), now)) == set(LABELS)


@pytest.mark.parametrize(
    ("readiness", "seconds"),
    [
        (ReadyAtOnce(3912, 34.3, 0.04), 34.3),
        (NotReady(3912, 21.0, RereadReason.REMOVED), 21.0),
        (None, 20.0),
        (ReadyAtOnce(12, 0.0, 0.0), 20.0),
    ],
)
def test_the_time_of_a_reading_is_what_is_known_of_it(chats: FakeChats, readiness: Readiness, seconds: float) -> None:
    chat = chats.add_chat("Measured")
    short, long = chats.reply(chat, "a"), chats.reply(chat, "b")
    measured = [
        replace(short, stats=ReplyStats(0, 8, 8.0, 1, 1.0)),
        replace(short, stats=ReplyStats(0, 100, 5.0, 1, 1.0)),
        replace(long, stats=ReplyStats(0, 400, 4.0, 1, 1.0)),
    ]
    assert reading_seconds(readiness, 2000, measured) == pytest.approx(seconds)
    assert reading_seconds(None, 2000, measured[:1]) is None
    assert reading_seconds(None, 0, measured) is None
