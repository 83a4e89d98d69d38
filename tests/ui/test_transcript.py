from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFontInfo, QGuiApplication, QImage, QTextCursor, QTextListFormat, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Conversation, Message, Role, Status
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.code_view import CodeView
from desktop.ui.transcript.ending_line import EndingLine
from desktop.ui.transcript.fork_lines import ForkLine, SharedHistoryFold
from desktop.ui.transcript.message_view import MessageView
from desktop.ui.transcript.person_message_view import PersonMessageView
from desktop.ui.transcript.reply_view import ReplyView
from desktop.ui.transcript.text_view import TextView
from desktop.ui.transcript.transcript import READABLE_WIDTH, Transcript
from tests.ui.conftest import named, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.transcript_bench import LONG, long_chat, show, top, views


def body(view: MessageView) -> str:
    return "\n".join(part.toPlainText() for part in view.findChildren(TextView) if part.isVisible())


def test_a_persons_words_are_plain_text_on_the_right(transcript: Transcript, directory: ChatDirectory, chats: FakeChats) -> None:
    chat = chats.add_chat("Plain")
    chats.person(chat, "Is **this** <b>bold</b>?\nNo.")
    chats.person(chat, "word " * 200)
    show(transcript, directory, chats, chat)
    short, long = (view for view in views(transcript))
    assert body(short) == "Is **this** <b>bold</b>?\nNo."
    for view in (short, long):
        bubble = view.findChild(QWidget, "bubble")
        assert bubble is not None
        assert bubble.geometry().right() == view.width() - 1
        assert bubble.width() <= 0.75 * view.width() + 1


def test_a_reply_is_markdown_without_html(transcript: Transcript, directory: ChatDirectory, chats: FakeChats) -> None:
    chat = chats.add_chat("Markdown")
    chats.reply(chat, "# Title\n\nSome **bold** and `code` <think>kept</think> [link](file:///etc/passwd)\n\n```py\nprint(1)\n```\nEnd.")
    show(transcript, directory, chats, chat)
    (view,) = views(transcript)
    assert body(view) == "Title\nSome bold and code <think>kept</think> link\nEnd."
    (code,) = view.findChildren(CodeView)
    assert code.text() == "print(1)"
    first = view.findChildren(TextView)[0].document().begin()
    assert QFontInfo(first.begin().fragment().charFormat().font()).pixelSize() == 20


def test_a_picture_becomes_its_description_and_no_file_is_read(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats, tmp_path: Path
) -> None:
    picture = tmp_path / "secret.png"
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    assert image.save(str(picture))
    chat = chats.add_chat("Pictures")
    chats.reply(chat, f"Look: ![a cat]({picture}) and ![]({picture.as_uri()})")
    show(transcript, directory, chats, chat)
    (view,) = views(transcript)
    assert body(view).startswith("Look: a cat and ")
    text = view.findChildren(TextView)[0]
    cursor = QTextCursor(text.document())
    cursor.insertImage(str(picture))
    grabbed = text.grab().toImage()
    red = [1 for x in range(grabbed.width()) for y in range(grabbed.height()) if grabbed.pixelColor(x, y).name() == "#ff0000"]
    assert not red


def grow(transcript: Transcript, reply: Message, text: str) -> None:
    view = next(view for view in views(transcript) if view.message.id == reply.id)
    transcript.extend_reply(reply.id, len(view.text()), text)


def test_what_a_reply_shows_already_is_not_shown_twice(transcript: Transcript, directory: ChatDirectory, chats: FakeChats) -> None:
    chat = chats.add_chat("Streaming")
    reply = chats.reply(chat, "once", Status.STREAMING)
    show(transcript, directory, chats, chat)
    for start, text in [(0, "on"), (2, "ce mo"), (7, "re")]:
        transcript.extend_reply(reply.id, start, text)
    assert views(transcript)[0].text() == "once more"


def test_a_streaming_reply_lays_out_its_last_block_only(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = chats.add_chat("Streaming")
    chats.person(chat, "Go")
    reply = chats.reply(chat, "Before.\n\n```py\nx = 1\n```\nAf", Status.STREAMING)
    show(transcript, directory, chats, chat)
    laid_out: list[str] = []
    original = TextView.set_markdown
    monkeypatch.setattr(TextView, "set_markdown", lambda self, text, **more: (laid_out.append(text), original(self, text, **more)))
    grow(transcript, reply, "ter")
    grow(transcript, reply, ".")
    assert laid_out == ["After", "After."]
    transcript.finish_reply(replace(reply, text="Before.\n\n```py\nx = 1\n```\nAfter.", status=Status.COMPLETE))
    view = views(transcript)[1]
    assert body(view) == "Before.\nAfter."
    assert view.text().endswith("After.")


def test_code_grows_line_by_line(transcript: Transcript, directory: ChatDirectory, chats: FakeChats) -> None:
    chat = chats.add_chat("Code")
    reply = chats.reply(chat, "", Status.STREAMING)
    show(transcript, directory, chats, chat)
    for piece in ("`", "``p", "y\nx", " = 1\n", "y = 2\n`", "``\n", "Done"):
        grow(transcript, reply, piece)
    (view,) = views(transcript)
    (code,) = view.findChildren(CodeView)
    assert code.text() == "x = 1\ny = 2"
    assert body(view) == "Done"


def test_the_end_stays_in_sight_only_where_it_was(transcript: Transcript, directory: ChatDirectory, chats: FakeChats) -> None:
    chat = long_chat(chats, 6)
    reply = chats.reply(chat, "Begun. ", Status.STREAMING)
    show(transcript, directory, chats, chat)
    bar = transcript.verticalScrollBar()
    grow(transcript, reply, LONG)
    assert bar.value() == bar.maximum() > 0
    bar.setValue(200)
    grow(transcript, reply, LONG)
    assert bar.value() == 200
    position = transcript.scroll_position()
    assert position is not None
    reading = next(view for view in views(transcript) if view.message.id == position.message_id)
    assert top(transcript, reading) - transcript.viewport().y() == -position.above


def test_who_scrolls_up_near_the_end_is_left_there(transcript: Transcript, directory: ChatDirectory, chats: FakeChats) -> None:
    chat = long_chat(chats, 6)
    reply = chats.reply(chat, "Begun. ", Status.STREAMING)
    show(transcript, directory, chats, chat)
    bar = transcript.verticalScrollBar()
    wheel = QWheelEvent(
        QPointF(50, 50),
        QPointF(50, 50),
        QPoint(0, 10),
        QPoint(0, 10),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(transcript.viewport(), wheel)
    before = bar.value()
    grow(transcript, reply, LONG)
    assert bar.value() == before < bar.maximum()


def test_a_new_width_keeps_what_is_being_read_in_place(transcript: Transcript, directory: ChatDirectory, chats: FakeChats) -> None:
    show(transcript, directory, chats, long_chat(chats, 8))
    transcript.verticalScrollBar().setValue(900)
    first = next(view for view in views(transcript) if top(transcript, view) >= -50)
    before = top(transcript, first)
    transcript.resize(420, 500)
    settle()
    assert abs(top(transcript, first) - before) <= transcript.viewport().height()
    assert first in [view for view in views(transcript) if -view.height() < top(transcript, view) < 500]


def test_actions_are_quiet_until_the_pointer_or_the_focus_is_near(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats, dialogue: tuple[Conversation, list[Message]], qtbot: QtBot
) -> None:
    show(transcript, directory, chats, dialogue[0])
    rows = [view.action_row for view in views(transcript)]
    assert [row.is_quiet() for row in rows] == [True, True, True, False]
    places = [top(transcript, view) for view in views(transcript)]
    QApplication.sendEvent(views(transcript)[1], QEvent(QEvent.Type.Leave))
    rows[1].set_near(True)
    assert not rows[1].is_quiet()
    rows[1].set_near(False)
    transcript.activateWindow()
    qtbot.waitUntil(transcript.isActiveWindow)
    copy_button = rows[0].findChild(QWidget, "copyButton")
    assert copy_button is not None
    copy_button.setFocus(Qt.FocusReason.TabFocusReason)
    assert not rows[0].is_quiet()
    assert [top(transcript, view) for view in views(transcript)] == places


def test_every_message_can_be_copied_and_forked(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats, dialogue: tuple[Conversation, list[Message]], qtbot: QtBot
) -> None:
    chat, messages = dialogue
    show(transcript, directory, chats, chat)
    forked: list[Message] = []
    transcript.fork_requested.connect(forked.append)
    for view in views(transcript):
        copy_button, fork_button = view.findChild(QWidget, "copyButton"), view.findChild(QWidget, "forkButton")
        assert copy_button is not None
        assert fork_button is not None
        assert fork_button.accessibleName() == "Fork from here"
        qtbot.mouseClick(copy_button, Qt.MouseButton.LeftButton)
        assert QGuiApplication.clipboard().text() == view.message.text
        qtbot.mouseClick(fork_button, Qt.MouseButton.LeftButton)
    assert forked == messages


@pytest.mark.parametrize(
    ("status", "words", "can_continue"),
    [
        (Status.INTERRUPTED, "Interrupted. Kept up to here.", True),
        (Status.STOPPED, "Stopped.", True),
        (Status.CUT, "Cut short at the limit that was set. Kept up to here.", True),
        (Status.FAILED, "The reply failed. Kept up to here.", True),
    ],
)
def test_a_reply_that_did_not_end_by_itself_says_so(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats, qtbot: QtBot, status: Status, words: str, can_continue: bool
) -> None:
    chat = chats.add_chat("Cut")
    chats.reply(chat, "Half a", status)
    show(transcript, directory, chats, chat)
    (line,) = transcript.findChildren(EndingLine)
    assert line.text() == words
    asked: list[object] = []
    transcript.continue_requested.connect(asked.append)
    buttons = named(line, "continueButton")
    assert bool(buttons) is can_continue
    for button in buttons:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(asked) == len(buttons)
    transcript.add_message(chats.person(chats.chats[chat.id], "Next"))
    assert not named(line, "continueButton")


def test_a_reply_that_fills_the_context_says_that_instead_of_going_on(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats
) -> None:
    chat = chats.add_chat("Full")
    chats.reply(chat, "Half a", Status.CUT)
    show(transcript, directory, chats, chat)
    (line,) = transcript.findChildren(EndingLine)
    for full in (True, False):
        transcript.set_state(idle=True, full=full)
        assert line.text().startswith("The context is full." if full else "Cut short")
        assert bool(named(line, "continueButton")) is not full


def test_what_a_fork_shares_is_folded(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats, dialogue: tuple[Conversation, list[Message]], qtbot: QtBot
) -> None:
    chat, messages = dialogue
    fork = chats.add_chat("With an arena", parent=chat, at=messages[1])
    chats.person(fork, "With an arena?")
    show(transcript, directory, chats, fork)
    assert [view.message.text for view in views(transcript)] == ["With an arena?"]
    (fold,) = transcript.findChildren(SharedHistoryFold)
    shown = " ".join(label.text() for label in fold.findChildren(QWidget) if hasattr(label, "text"))
    assert "2 messages shared with" in shown
    assert "Rust lifetimes, gently" in shown
    assert [line.text() for line in transcript.findChildren(ForkLine)] == ["Forked here"]
    button = fold.findChild(QWidget, "showSharedButton")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [view.message.id for view in views(transcript)] == [messages[0].id, messages[1].id, chats.chats[fork.id].head_id]
    line = transcript.findChildren(ForkLine)[0]
    ordered = views(transcript)
    assert top(transcript, ordered[1]) < top(transcript, line) < top(transcript, ordered[2])


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.COMPLETE])
def test_a_fork_at_a_reply_that_is_not_complete_shows_it(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats, status: Status
) -> None:
    chat = chats.add_chat("Cut")
    asked = chats.person(chat, "Go")
    cut = chats.reply(chat, "Half a", status)
    fork = chats.add_chat("Fork", parent=chat, at=cut)
    show(transcript, directory, chats, fork)
    assert [view.message for view in views(transcript)] == [cut]
    assert len(transcript.findChildren(SharedHistoryFold)) == 1
    assert bool(named(transcript, "continueButton")) is (status is not Status.STREAMING)
    other = chats.reply(replace(fork, head_id=asked.id), "Half a loaf")
    transcript.add_message(replace(other, parent_id=asked.id))
    assert [view.text() for view in views(transcript)] == ["Half a loaf"]


def test_a_fork_at_a_whole_reply_or_at_the_only_message(transcript: Transcript, directory: ChatDirectory, chats: FakeChats) -> None:
    chat = chats.add_chat("Whole")
    asked = chats.person(chat, "Go")
    whole = chats.reply(chat, "Gone.")
    show(transcript, directory, chats, chats.add_chat("Fork", parent=chat, at=whole))
    assert views(transcript) == []
    show(transcript, directory, chats, chats.add_chat("Fork", parent=chat, at=asked))
    assert [view.message for view in views(transcript)] == [asked]
    assert not named(transcript, "sharedHistory")


def test_bullets_of_a_level_look_alike(transcript: Transcript, directory: ChatDirectory, chats: FakeChats) -> None:
    chat = chats.add_chat("Lists")
    for sign in "-*+":
        chats.reply(chat, f"{sign} one\n  {sign} deeper\n{sign} two\n\n1. number")
    show(transcript, directory, chats, chat)
    for view in views(transcript):
        styles = []
        block = view.findChildren(TextView)[0].document().begin()
        while block.isValid():
            styles.append(block.textList().format().style())
            block = block.next()
        disc, circle, decimal = QTextListFormat.Style.ListDisc, QTextListFormat.Style.ListCircle, QTextListFormat.Style.ListDecimal
        assert styles == [disc, circle, disc, decimal]


def test_indented_code_looks_like_code(transcript: Transcript, directory: ChatDirectory, chats: FakeChats, theme: Theme) -> None:
    chat = chats.add_chat("Indented")
    chats.reply(chat, "Look:\n\n    x = 1\n    y = 2\n\nDone.")
    show(transcript, directory, chats, chat)
    block = views(transcript)[0].findChildren(TextView)[0].document().begin()
    grounds = []
    while block.isValid():
        grounds.append((block.text(), block.blockFormat().background().color() == QColor(theme.tokens.code)))
        block = block.next()
    assert grounds == [("Look:", False), ("x = 1", True), ("y = 2", True), ("Done.", False)]


def test_a_chat_shows_where_its_forks_left(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats, dialogue: tuple[Conversation, list[Message]], qtbot: QtBot
) -> None:
    chat, messages = dialogue
    show(transcript, directory, chats, chat)
    fork = chats.add_chat("With an arena", parent=chat, at=messages[1])
    directory.put(fork)
    (line,) = transcript.findChildren(ForkLine)
    ordered = views(transcript)
    assert top(transcript, ordered[1]) < top(transcript, line) < top(transcript, ordered[2])
    directory.put(replace(fork, title="An arena instead"))
    assert line.text() == "An arena instead"
    with qtbot.waitSignal(transcript.chat_requested) as asked:
        qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert asked.args == [fork.id]


def test_another_version_of_a_reply_takes_its_place(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats, dialogue: tuple[Conversation, list[Message]]
) -> None:
    chat, messages = dialogue
    show(transcript, directory, chats, chat)
    other = chats.reply(replace(chat, head_id=messages[2].id), "Another")
    transcript.add_message(replace(other, parent_id=messages[2].id))
    assert [view.message.text for view in views(transcript)] == ["Why a lifetime?", "Because it *borrows*.", "And if it owns?", "Another"]
    transcript.add_message(other)
    assert len(views(transcript)) == 4


def test_replies_are_no_wider_than_can_be_read(transcript: Transcript, directory: ChatDirectory, chats: FakeChats) -> None:
    chat = long_chat(chats, 1)
    show(transcript, directory, chats, chat)
    transcript.resize(1400, 500)
    settle()
    for view in views(transcript):
        assert view.width() == READABLE_WIDTH
        assert abs(view.mapTo(transcript, QPoint()).x() + view.width() / 2 - 700) <= 1


def test_messages_are_named_for_those_who_listen(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats, dialogue: tuple[Conversation, list[Message]]
) -> None:
    show(transcript, directory, chats, dialogue[0])
    person, reply = views(transcript)[:2]
    assert isinstance(person, PersonMessageView)
    assert isinstance(reply, ReplyView)
    assert person.accessibleName() == "You: Why a lifetime?"
    assert reply.accessibleName() == "Reply: Because it *borrows*."
    assert reply.message.role is Role.ASSISTANT


def test_what_is_read_in_a_long_message_stays_in_sight_at_another_width(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats
) -> None:
    chat = chats.add_chat("Long")
    chats.reply(chat, "\n\n".join(f"{number} " + "word " * 40 for number in range(60)))
    show(transcript, directory, chats, chat)
    bar = transcript.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    share, before = bar.value() / bar.maximum(), bar.maximum()
    transcript.resize(transcript.width() - 200, transcript.height())
    QApplication.processEvents()
    assert bar.maximum() > before * 1.2
    assert bar.value() / bar.maximum() == pytest.approx(share, abs=0.02)


def test_the_messages_show_a_ring_to_who_came_by_the_keys(transcript: Transcript) -> None:
    for reason, is_ringed in [(Qt.FocusReason.TabFocusReason, True), (Qt.FocusReason.MouseFocusReason, False)]:
        QApplication.sendEvent(transcript, QFocusEvent(QEvent.Type.FocusIn, reason))
        assert transcript.property("ringed") is is_ringed
        QApplication.sendEvent(transcript, QFocusEvent(QEvent.Type.FocusOut, reason))
        assert transcript.property("ringed") is False
