"""Reasoning: shown while it is written, folded away once the answer begins."""

from dataclasses import replace

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import ReplyExtended
from desktop.conversations.message import ConversationId, MessageId, ReplyStats, Status
from desktop.ui.bridge import Bridge
from desktop.ui.controls.buttons import IconButton
from desktop.ui.main_window import MainWindow
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.reply_view import ReplyView
from desktop.ui.transcript.thought_fold import ThoughtFold
from tests.ui.conftest import OpenWindow, only, panes
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import drain, texts


def fold(window: MainWindow) -> ThoughtFold:
    (found,) = window.findChildren(ThoughtFold)
    return found


def word(window: MainWindow) -> object:
    return only(fold(window), "thoughtButton").property("text")


def test_a_thought_streams_and_folds_when_the_answer_begins(open_window: OpenWindow, chats: FakeChats) -> None:
    chat = chats.add_chat("Thinking")
    window = open_window(chats.chats[chat.id])
    reply = chats.begin_reply(chat.id)
    drain(window)
    assert not window.findChildren(ThoughtFold)
    chats.extend_reasoning(chat.id, reply, "Two *ways*")
    chats.extend_reasoning(chat.id, reply, ", one <b>short</b>")
    drain(window)
    assert (fold(window).text(), fold(window).is_open(), word(window)) == ("Two *ways*, one <b>short</b>", True, "Thinking")
    height = fold(window).height()
    chats.extend_reasoning(chat.id, reply, "\nand a line")
    drain(window)
    assert fold(window).height() > height
    chats.extend_reply(chat.id, reply, "The short one.")
    drain(window)
    assert (fold(window).is_open(), word(window), texts(panes(window)[0])) == (False, "Thought", ["The short one."])
    chats.finish_reply(chat.id, reply)
    drain(window)
    assert (fold(window).text(), fold(window).is_open()) == ("Two *ways*, one <b>short</b>\nand a line", False)


def test_what_the_person_opened_stays_open(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chat = chats.add_chat("Thinking")
    reply = chats.reply(chat, "Answer.")
    chats.messages[reply.id] = replace(reply, reasoning="Thought\n" * 5)
    window = open_window(chats.chats[chat.id])
    assert not fold(window).is_open()
    before = fold(window).height()
    qtbot.mouseClick(only(window, "thoughtButton"), Qt.MouseButton.LeftButton)
    assert fold(window).is_open()
    assert fold(window).height() > before + 5 * 15
    (view,) = window.findChildren(ReplyView)
    assert view.height() == view.heightForWidth(view.width())
    qtbot.mouseClick(only(window, "thoughtButton"), Qt.MouseButton.LeftButton)
    assert fold(window).height() == before


def test_what_the_person_folded_stays_folded(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chat = chats.add_chat("Thinking")
    window = open_window(chats.chats[chat.id])
    reply = chats.begin_reply(chat.id)
    chats.extend_reasoning(chat.id, reply, "Long")
    drain(window)
    qtbot.mouseClick(only(window, "thoughtButton"), Qt.MouseButton.LeftButton)
    chats.extend_reasoning(chat.id, reply, " and longer")
    drain(window)
    assert (fold(window).is_open(), fold(window).text()) == (False, "Long and longer")


def test_a_reply_that_never_came_to_its_answer_shows_its_thought(open_window: OpenWindow, chats: FakeChats) -> None:
    chat = chats.add_chat("Thinking")
    reply = chats.reply(chat, "", Status.STOPPED)
    chats.messages[reply.id] = replace(reply, reasoning="Half a")
    window = open_window(chats.chats[chat.id])
    assert (fold(window).is_open(), word(window)) == (True, "Thought")


def test_what_is_shown_of_a_thought_already_is_not_shown_twice(open_window: OpenWindow, chats: FakeChats) -> None:
    chat = chats.add_chat("Thinking")
    reply = chats.begin_reply(chat.id)
    chats.extend_reasoning(chat.id, reply, "once ")
    window = open_window(chats.chats[chat.id])
    chats.events.put(ReplyExtended(chat.id, reply.id, 0, "once m", is_reasoning=True))
    chats.events.put(ReplyExtended(chat.id, reply.id, 7, "re", is_reasoning=True))  # a part is missing before it
    chats.events.put(ReplyExtended(chat.id, reply.id, 6, "ore", is_reasoning=True))
    for event in chats.events.drain():
        window._bridge._signals[type(event)].emit(event)
    assert fold(window).text() == "once more"


def test_thought_and_answer_of_one_frame_stay_apart(qtbot: QtBot) -> None:
    chat, reply, buffer = ConversationId(1), MessageId(1), EventBuffer()
    bridge = Bridge(buffer)
    seen: list[object] = []
    bridge.reply_extended.connect(seen.append)
    for start, text, is_reasoning in [(0, "a", True), (1, "b", True), (0, "c", False), (1, "d", False)]:
        buffer.put(ReplyExtended(chat, reply, start, text, is_reasoning))
    bridge.drain()
    assert seen == [ReplyExtended(chat, reply, 0, "ab", True), ReplyExtended(chat, reply, 0, "cd", False)]
    bridge.close()


def test_it_says_how_long_the_model_thought(theme: Theme) -> None:
    now = [100.0]
    thought = ThoughtFold(theme, clock=lambda: now[0])
    button = thought.findChild(IconButton, "thoughtButton")
    assert button is not None
    thought.append("Two ways")
    thought.set_state(thinking=True, answered=False)
    assert (button.text(), button.accessibleName()) == ("Thinking", "Thinking, shown")
    now[0] = 112.4
    thought.set_state(thinking=False, answered=True)
    assert (button.text(), button.accessibleName()) == ("Thought for 12 s", "Thought for 12 s, hidden")
    now[0] = 500.0
    thought.set_state(thinking=False, answered=True)
    assert button.text() == "Thought for 12 s"
    thought.set_state(thinking=False, answered=True, seconds=125.2)  # as it was measured where the model ran
    assert button.text() == "Thought for 2 min 5 s"
    thought.deleteLater()


def test_a_reply_of_earlier_says_it_too(open_window: OpenWindow, chats: FakeChats) -> None:
    chat = chats.add_chat("Thinking")
    for seconds in (3.0, 0.0):
        reply = chats.reply(chat, "Answer.")
        chats.messages[reply.id] = replace(reply, reasoning="Hm", stats=ReplyStats(0, 10, 1.0, 20, 8.0, seconds))
    window = open_window(chats.chats[chat.id])
    buttons = [button for it in window.findChildren(ThoughtFold) for button in it.findChildren(IconButton, "thoughtButton")]
    assert sorted(button.text() for button in buttons) == ["Thought", "Thought for 3 s"]
