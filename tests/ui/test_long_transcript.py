"""Chats of thousands of messages: few of them exist as widgets, and what is read stays where it is."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QTextCursor, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Message, MessageId, Status
from desktop.system.settings import ScrollPosition
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.transcript.code_view import CodeText
from desktop.ui.transcript.end_button import EndButton
from desktop.ui.transcript.fork_lines import ForkLine, MoreForks
from desktop.ui.transcript.message_actions import MessageAction
from desktop.ui.transcript.message_view import MessageView
from desktop.ui.transcript.row_heights import Anchor
from desktop.ui.transcript.rows import Row, RowKind, message_row
from desktop.ui.transcript.text_view import TextView
from desktop.ui.transcript.transcript import Transcript
from tests.ui.conftest import settle
from tests.ui.fake_chats import FakeChats
from tests.ui.transcript_bench import LONG, long_chat, show, top, views

ROUNDS = 1_000
MOST_BUILT = 60


@pytest.fixture
def messages(transcript: Transcript, directory: ChatDirectory, chats: FakeChats) -> list[Message]:
    """Show a long chat at its end."""
    show(transcript, directory, chats, long_chat(chats, ROUNDS))
    rest(transcript)
    return transcript.messages()


def rest(transcript: Transcript) -> None:
    """Let all be built and deleted that is."""
    for _ in range(80):
        settle()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def built(transcript: Transcript) -> int:
    return len(transcript.findChildren(MessageView))


def in_sight(transcript: Transcript) -> list[MessageView]:
    return [view for view in views(transcript) if -view.height() < top(transcript, view) < transcript.height()]


def scroll(transcript: Transcript, pixels: int) -> None:
    at = QPointF(50, 50)
    none = Qt.KeyboardModifier.NoModifier
    by = QPoint(0, pixels)
    wheel = QWheelEvent(at, at, by, by, Qt.MouseButton.NoButton, none, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(transcript.viewport(), wheel)


def test_only_what_is_near_is_built(transcript: Transcript, messages: list[Message]) -> None:
    assert len(messages) == 2 * ROUNDS
    assert views(transcript)[-1].message == messages[-1]
    bar = transcript.verticalScrollBar()
    for part in (0.5, 0.2, 0.8, 0.0, 1.0):
        bar.setValue(round(bar.maximum() * part))
        shown = in_sight(transcript)
        covered = [top(transcript, view) for view in shown]
        assert covered[0] <= 40, "a gap at the top"
        assert covered[-1] + shown[-1].height() >= transcript.viewport().height() - 40, "a gap at the bottom"
        rest(transcript)
        assert built(transcript) < MOST_BUILT
    assert bar.value() == bar.maximum()


def test_the_handle_reaches_the_first_message(transcript: Transcript, messages: list[Message]) -> None:
    transcript.verticalScrollBar().setValue(0)
    rest(transcript)
    assert views(transcript)[0].message == messages[0]
    assert transcript.verticalScrollBar().value() == 0


def test_what_is_read_does_not_jump_when_what_is_above_is_built(transcript: Transcript, messages: list[Message]) -> None:
    bar = transcript.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    reading = in_sight(transcript)[0]
    for _ in range(60):
        before = top(transcript, reading)
        settle()  # what is near is built
        assert top(transcript, reading) == before
    for _ in range(40):
        reading = in_sight(transcript)[0]
        before, value = top(transcript, reading), bar.value()
        scroll(transcript, 40)
        assert top(transcript, reading) - before == 60 or value - bar.value() != 60
        moved = top(transcript, reading) - before
        assert 0 < moved < 200
        settle()
        assert top(transcript, reading) - before == moved


def test_the_first_message_in_sight_stays_while_a_reply_grows_far_below(
    transcript: Transcript, chats: FakeChats, messages: list[Message]
) -> None:
    reply = chats.reply(chats.chats[next(iter(chats.chats))], "", Status.STREAMING)
    transcript.add_message(reply)
    transcript.verticalScrollBar().setValue(20_000)
    rest(transcript)
    reading = in_sight(transcript)[0]
    before = top(transcript, reading)
    for number in range(5):
        transcript.extend_reply(reply.id, number * len(LONG), LONG)
        settle()
        assert top(transcript, reading) == before
    transcript.verticalScrollBar().setValue(transcript.verticalScrollBar().maximum())
    assert views(transcript)[-1].text() == LONG * 5


def test_a_growing_reply_touches_no_other_message(
    transcript: Transcript, chats: FakeChats, messages: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = chats.reply(chats.chats[next(iter(chats.chats))], "", Status.STREAMING)
    transcript.add_message(reply)
    rest(transcript)
    asked: set[MessageId] = set()
    original = MessageView.heightForWidth
    monkeypatch.setattr(MessageView, "heightForWidth", lambda self, width: (asked.add(self.message.id), original(self, width))[1])
    transcript.extend_reply(reply.id, 0, LONG)
    assert asked <= {reply.id}
    bar = transcript.verticalScrollBar()
    assert bar.value() == bar.maximum()


def test_a_selection_keeps_its_message_built(transcript: Transcript, messages: list[Message]) -> None:
    chosen, left = views(transcript)[-1], views(transcript)[-3]
    text = chosen.findChildren(TextView)[0]
    cursor = text.textCursor()
    cursor.select(QTextCursor.SelectionType.Document)
    text.setTextCursor(cursor)
    left_id = left.message.id
    transcript.setFocus()
    transcript.verticalScrollBar().setValue(0)
    rest(transcript)
    shown = {view.message.id for view in transcript.findChildren(MessageView)}
    assert chosen.message.id in shown
    assert left_id not in shown
    assert text.textCursor().hasSelection()


def test_an_edit_is_there_again_after_scrolling_far_away(transcript: Transcript, messages: list[Message]) -> None:
    last = views(transcript)[-1]
    last.act(MessageAction.EDIT)
    assert last._editor is not None
    last._editor.edit.setPlainText("A better answer")
    transcript.verticalScrollBar().setValue(0)
    rest(transcript)
    transcript.go_to(None)
    rest(transcript)
    assert views(transcript)[-1] is last
    assert last._editor.text() == "A better answer"


def test_the_round_button_leads_to_the_end_and_tells_of_new_text(
    transcript: Transcript, chats: FakeChats, messages: list[Message], qtbot: QtBot
) -> None:
    button = transcript.findChild(EndButton)
    assert button is not None
    assert button.isHidden()
    reply = chats.reply(chats.chats[next(iter(chats.chats))], "", Status.STREAMING)
    transcript.add_message(reply)
    scroll(transcript, 400)
    assert button.isVisible()
    assert not button.has_news()
    transcript.extend_reply(reply.id, 0, LONG)
    assert button.has_news()
    assert button.toolTip() == "New text at the end (End)"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.isHidden()
    bar = transcript.verticalScrollBar()
    assert bar.value() == bar.maximum()
    scroll(transcript, 400)
    assert not button.has_news()


def test_home_and_end_go_to_the_ends(transcript: Transcript, messages: list[Message], qtbot: QtBot) -> None:
    bar = transcript.verticalScrollBar()
    qtbot.keyClick(transcript, Qt.Key.Key_Home)
    assert bar.value() == 0
    qtbot.keyClick(transcript, Qt.Key.Key_PageDown)
    assert bar.value() >= transcript.viewport().height() // 2
    qtbot.keyClick(transcript, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()


def test_a_scroll_position_comes_back(transcript: Transcript, directory: ChatDirectory, chats: FakeChats) -> None:
    chat = long_chat(chats, 40)
    show(transcript, directory, chats, chat, ScrollPosition(31, 7))
    rest(transcript)
    assert transcript.scroll_position() == ScrollPosition(31, 7)
    reading = next(view for view in views(transcript) if view.message.id == 31)
    assert top(transcript, reading) - transcript.viewport().y() == -7
    show(transcript, directory, chats, chat, ScrollPosition(4_711, 7))
    assert transcript.scroll_position() is None


def test_messages_are_walked_from_the_root_whatever_was_built_first(transcript: Transcript, messages: list[Message]) -> None:
    bar = transcript.verticalScrollBar()
    bar.setValue(bar.maximum() - 3_000)
    rest(transcript)
    ids = [view.message.id for view in transcript.widget().children() if isinstance(view, MessageView) and view.isVisible()]
    assert len(ids) > 3
    assert ids == sorted(ids)


def test_many_forks_at_a_message_unfold(transcript: Transcript, directory: ChatDirectory, chats: FakeChats, qtbot: QtBot) -> None:
    chat = long_chat(chats, 2)
    asked = chats.messages[MessageId(2)]
    for number in range(12):
        chats.add_chat(f"Fork {number}", parent=chat, at=asked)
    show(transcript, directory, chats, chat)
    transcript.verticalScrollBar().setValue(0)
    rest(transcript)
    assert [line.text() for line in transcript.findChildren(ForkLine)] == ["Fork 0", "Fork 1", "Fork 2"]
    (more,) = transcript.findChildren(MoreForks)
    assert more.text() == "+9 forks"
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    rest(transcript)
    assert len(transcript.findChildren(ForkLine)) == 12
    assert not transcript.findChildren(MoreForks)


def test_a_selection_in_code_keeps_its_message_built(transcript: Transcript, directory: ChatDirectory, chats: FakeChats) -> None:
    chat = chats.add_chat("Code")
    chats.person(chat, "Show me.")
    reply = chats.reply(chat, "```py\nprint(1)\n```")
    for number in range(40):
        chats.person(chat, f"Question {number}")
        chats.reply(chat, LONG)
    show(transcript, directory, chats, chat)
    transcript.verticalScrollBar().setValue(0)
    settle()
    code = transcript.findChild(CodeText)
    assert code is not None
    code.selectAll()
    transcript.go_to(None)
    settle()
    assert message_row(reply.id) in transcript._built
    assert code.textCursor().selectedText() == "print(1)"


def test_a_version_stands_where_the_one_before_ended(transcript: Transcript, directory: ChatDirectory, chats: FakeChats) -> None:
    chat = long_chat(chats, 20)
    path = chats.path(chats.chats[chat.id].head_id)
    left = path[9]
    version = replace(left, id=MessageId(1000), text="Another answer.")
    follows = [replace(it, id=MessageId(it.id + 1000), parent_id=MessageId((it.parent_id or 0) + 1000)) for it in path[10:]]
    show(transcript, directory, chats, chat)
    transcript.go_to(Anchor(message_row(left.id), -60))
    settle()
    old = next(view for view in views(transcript) if view.message.id == left.id)
    end = top(transcript, old) + old.height()
    transcript.show_path(chats.chats[chat.id], [*path[:9], version, *follows])
    settle()
    new = next(view for view in views(transcript) if view.message.id == version.id)
    assert top(transcript, new) + new.height() == end
    transcript.show_path(chats.chats[chat.id], path[:5])
    assert transcript.anchor() is None  # where nothing takes its place the end is shown


def test_a_line_that_goes_takes_nothing_with_it(transcript: Transcript, directory: ChatDirectory, chats: FakeChats) -> None:
    chat = long_chat(chats, 20)
    follows = chats.path(chats.chats[chat.id].head_id)[11]
    fork = chats.add_chat("Fork", parent=chat, at=chats.messages[MessageId(follows.id - 1)])
    show(transcript, directory, chats, chat)
    transcript.go_to(Anchor(Row(RowKind.FORK, fork.id), 3))
    settle()
    line = transcript.widget_of(Row(RowKind.FORK, fork.id))
    assert line is not None
    before = top(transcript, line)
    directory.remove(fork.id, is_deleted=True)
    settle()
    view = transcript.widget_of(message_row(follows.id))
    assert view is not None
    assert abs(top(transcript, view) - before) < 12  # it came up to where the line was


def test_the_fold_says_what_it_shows(transcript: Transcript, directory: ChatDirectory, chats: FakeChats, qtbot: QtBot) -> None:
    parent = long_chat(chats, 1)
    fork = chats.add_chat("Fork", parent=parent, at=chats.path(chats.chats[parent.id].head_id)[1])
    show(transcript, directory, chats, fork)
    button = transcript.findChild(QPushButton, "showSharedButton")
    assert button is not None
    assert button.accessibleName() == "Show 2 messages shared with Long"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.accessibleName() == "Hide 2 messages shared with Long"
