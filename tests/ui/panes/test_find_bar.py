"""Finding a text in one chat: all of its messages are searched, few of them are drawn."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QTextEdit
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Conversation, Status
from desktop.ui.controls.search_field import SearchField
from desktop.ui.main_window import MainWindow
from desktop.ui.panes.pane import Pane
from desktop.ui.transcript.code_view import CodeText
from desktop.ui.transcript.message_view import MessageView
from desktop.ui.transcript.text_view import TextView
from tests.ui.conftest import OpenWindow, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.test_access import assert_accessible
from tests.ui.transcript_bench import LONG
from tests.ui.window_driver import Dialogue, texts

CODE = "🌙 The **Moon** pulls, naïvely:\n\n```python\nmoon = pull(mOOn)\n```\n\nAnd `the moon` again."


@pytest.fixture
def long(chats: FakeChats) -> Conversation:
    """A chat of many messages, of which number 7 of each hundred speaks of the moon."""
    chat = chats.add_chat("Long")
    for number in range(300):
        chats.person(chat, f"Question {number}" + (" about the moon" if number % 100 == 7 else ""))
        chats.reply(chat, f"Answer {number}. {LONG}")
    return chats.chats[chat.id]


def find(qtbot: QtBot, window: MainWindow, text: str) -> SearchField:
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    field = only(window, "findField")
    assert isinstance(field, SearchField)
    field.clear()
    qtbot.keyClicks(field, text)
    settle()
    return field


def count(window: MainWindow) -> str:
    label = only(window, "findCount")
    assert isinstance(label, QLabel)
    return label.text()


def marked(pane: Pane) -> list[str]:
    """Return what is marked in what is drawn, from the top of each message."""
    views = [view for message in pane.transcript.built_widgets() if isinstance(message, MessageView) for view in message.text_views()]
    return [it.cursor.selectedText() for view in views for it in view.extraSelections()]


def here(pane: Pane) -> tuple[QTextEdit, str] | None:
    """Return where the person is, if it is in sight."""
    colour = pane._context.theme.tokens.found_here.lower()
    for view in [*pane.findChildren(TextView), *pane.findChildren(CodeText)]:
        for it in view.extraSelections():
            y = view.mapTo(pane.transcript, QPoint(0, view.cursorRect(it.cursor).y())).y()
            if it.format.background().color().name() == colour and 0 <= y < pane.transcript.height():
                return view, it.cursor.selectedText()
    return None


def test_all_that_is_drawn_of_it_is_marked_and_stays_as_it_is(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chat = chats.add_chat("Tides")
    chats.person(chat, "MOON?")
    chats.reply(chat, CODE)
    window = open_window(chats.chats[chat.id])
    pane = panes(window)[0]
    reply = pane.transcript.built_widgets()[1]
    assert isinstance(reply, MessageView)
    before = [view.document().toHtml() for view in reply.text_views()]
    find(qtbot, window, "moon")
    assert marked(pane) == ["MOON", "Moon", "moon", "mOOn", "moon"]
    assert count(window) == "1 of 5"
    assert [view.document().toHtml() for view in reply.text_views()] == before
    reply.text_views()[0].selectAll()
    reply.text_views()[0].copy()
    assert "Moon pulls" in QGuiApplication.clipboard().text()
    find(qtbot, window, "NAIVELY")
    assert marked(pane) == ["naïvely"]


@pytest.mark.parametrize(
    ("sought", "found"), [("moon pulls", ["Moon pulls"]), ("the moon again", ["the moon again"]), ("**moon**", []), (".", ["."])]
)
def test_what_is_drawn_is_found_and_nothing_is_syntax(
    open_window: OpenWindow, chats: FakeChats, qtbot: QtBot, sought: str, found: list[str]
) -> None:
    chat = chats.add_chat("Tides")
    chats.reply(chat, CODE)
    window = open_window(chats.chats[chat.id])
    find(qtbot, window, sought)
    assert marked(panes(window)[0]) == found


def test_keys_lead_around_through_messages_that_are_not_built(open_window: OpenWindow, long: Conversation, qtbot: QtBot) -> None:
    window = open_window(long)
    pane = panes(window)[0]
    field = find(qtbot, window, "the Moon")
    seen = []
    for _ in range(4):
        qtbot.keyClick(field, Qt.Key.Key_Return)
        settle()
        spot = here(pane)
        assert spot is not None
        assert spot[1] == "the moon"
        seen.append(count(window))
    assert seen == ["2 of 3", "3 of 3", "1 of 3", "2 of 3"]
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert count(window) == "1 of 3"
    qtbot.keyClick(window, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert count(window) == "3 of 3"
    qtbot.keyClick(window, Qt.Key.Key_F3)
    assert count(window) == "1 of 3"
    assert len(pane.transcript.built_widgets()) < 60
    only(window, "findNextButton").click()  # type: ignore[attr-defined]
    only(window, "findPreviousButton").click()  # type: ignore[attr-defined]
    assert count(window) == "1 of 3"


def test_it_begins_with_what_is_read(open_window: OpenWindow, chats: FakeChats, long: Conversation, qtbot: QtBot) -> None:
    window = open_window(long)
    pane = panes(window)[0]
    bar = pane.transcript.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    settle()
    find(qtbot, window, "moon")
    assert count(window) == "3 of 3"
    assert here(pane) is not None


def test_a_place_within_a_tall_message_comes_into_sight(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chat = chats.add_chat("Tall")
    chats.person(chat, "Go on")
    chats.reply(chat, "\n\n".join(f"Paragraph {number}. {LONG}" for number in range(60)))
    chats.person(chat, "x" * 13_000)
    window = open_window(chats.chats[chat.id])
    pane = panes(window)[0]
    for number in (30, 2, 59):
        find(qtbot, window, f"paragraph {number}.")
        assert here(pane) is not None, number


def test_what_comes_into_sight_by_scrolling_is_marked_too(open_window: OpenWindow, long: Conversation, qtbot: QtBot) -> None:
    window = open_window(long)
    pane = panes(window)[0]
    find(qtbot, window, "sentence")
    qtbot.waitUntil(lambda: count(window).endswith("3,600"))
    bar = pane.transcript.verticalScrollBar()
    bar.setValue(bar.maximum() // 3)
    shown = [view for view in pane.transcript.built_widgets() if isinstance(view, MessageView) and "sentence" in view.text()]
    assert shown
    assert all(text.extraSelections() for view in shown for text in view.text_views())


def test_wide_code_is_scrolled_sideways(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chat = chats.add_chat("Wide")
    chats.reply(chat, f"```\nsun {'a' * 2000} moon\n```")
    window = open_window(chats.chats[chat.id])
    code = panes(window)[0].findChild(CodeText)
    assert code is not None
    bar = code.horizontalScrollBar()
    for sought, before in (("moon", 0), ("sun", bar.maximum())):
        bar.setValue(before)
        find(qtbot, window, sought)
        assert abs(bar.value() - before) > 1000


def test_what_a_very_long_message_leaves_out_is_shown(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chat = chats.add_chat("Pasted")
    chats.person(chat, "word " * 10_000 + "moon")
    chats.reply(chat, "Well.")
    window = open_window(chats.chats[chat.id])
    pane = panes(window)[0]
    find(qtbot, window, "moon")
    qtbot.waitUntil(lambda: marked(pane) == ["moon"])
    qtbot.waitUntil(lambda: here(pane) is not None)
    assert not pane.body.find_bar._finder._follow.isActive()


def test_in_a_fork_the_shared_history_is_searched_and_unfolded(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    chat, messages = dialogue
    fork = chats.add_chat("Fork", parent=chat, at=messages[3])
    chats.person(fork, "Onwards")
    window = open_window(chats.chats[fork.id])
    assert "Why a lifetime?" not in texts(panes(window)[0])
    find(qtbot, window, "why a")
    assert "Why a lifetime?" in texts(panes(window)[0])
    assert marked(panes(window)[0]) == ["Why a"]


def test_it_follows_a_reply_while_it_streams(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    chat, _ = dialogue
    window = open_window(chat)
    pane = panes(window)[0]
    find(qtbot, window, "tide")
    assert count(window) == "Not found"
    reply = chats.begin_reply(chat.id, "The tide")
    window._bridge.drain()
    qtbot.waitUntil(lambda: count(window) == "1 of 1")
    chats.extend_reply(chat.id, reply, " and another tide")
    window._bridge.drain()
    assert marked(pane) == ["tide", "tide"], "in the frame that drew it"
    qtbot.waitUntil(lambda: count(window) == "1 of 2")
    chats.messages[reply.id] = replace(chats.messages[reply.id], text="The tide, a tide and a tide")
    chats.finish_reply(chat.id, reply, Status.COMPLETE)
    window._bridge.drain()
    qtbot.waitUntil(lambda: count(window) == "1 of 3")
    assert marked(pane) == ["tide"] * 3


def test_other_versions_are_counted_anew(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    chat, messages = dialogue
    window = open_window(chat)
    find(qtbot, window, "owns")
    assert count(window) == "1 of 1"
    chats.move_head(chat.id, messages[1].id, messages[3].id)
    window._bridge.drain()
    qtbot.waitUntil(lambda: count(window) == "Not found")
    chats.move_head(chat.id, messages[3].id, None)
    window._bridge.drain()
    qtbot.waitUntil(lambda: count(window) == "1 of 1")


def test_escape_closes_it_takes_the_marks_away_and_stops_nothing(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    window = open_window(dialogue[0])
    pane = panes(window)[0]
    field = find(qtbot, window, "lifetime")
    assert marked(pane)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert marked(pane) == []
    assert pane.composer.edit.hasFocus()
    assert not [call for call in chats.calls if call[0] == "stop"]
    qtbot.keyClick(window, Qt.Key.Key_F3)
    assert field.selectedText() == "lifetime"
    assert marked(pane) == ["lifetime"]


def test_an_empty_chat_says_so_and_the_tree_makes_way(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0], chats.add_chat(""))
    first, empty = panes(window)
    empty.composer.edit.setFocus()
    find(qtbot, window, "moon")
    assert count(window) == "No messages yet"
    empty.body.find_bar.leave()
    first.composer.edit.setFocus()
    first.toggle_tree()
    settle()
    assert first.body.shows_tree()
    find(qtbot, window, "lifetime")
    assert not first.body.shows_tree()
    assert count(window) == "1 of 1"
    first.toggle_tree()
    settle()
    assert first.body.find_bar.isHidden()


def test_all_of_it_has_a_name(open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    field = find(qtbot, window, "lifetime")
    assert_accessible(window)
    assert field.accessibleDescription() == "1 of 1"


def test_a_changed_theme_changes_the_marks(open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    find(qtbot, window, "lifetime")
    window._theme.choose("dark")
    settle()
    assert here(panes(window)[0]) is not None
    window._theme.choose("light")
