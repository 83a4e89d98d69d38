"""Selecting across the blocks of a message, and what is copied."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Status
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.bubble import Bubble
from desktop.ui.transcript.reply_body import ReplyBody
from desktop.ui.transcript.reply_selection import SelectableView
from desktop.ui.transcript.transcript import Transcript
from tests.ui.conftest import named, settle
from tests.ui.fake_chats import FakeChats, run

REPLY = "First paragraph here.\n\nSecond *one*.\n\n```py\nx = 1\n\nif x:\n    y = 2\n```\n\n- one\n- two\n  1. inner\n\nThe end."
PLAIN = "First paragraph here.\n\nSecond one.\n\nx = 1\n\nif x:\n    y = 2\n\n- one\n- two\n  1. inner\n\nThe end."
LEFT, NONE, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def transcript(theme: Theme, qapp: QApplication) -> Iterator[Transcript]:
    transcript = Transcript(theme, ChatDirectory())
    transcript.resize(600, 700)
    transcript.show()
    transcript.activateWindow()
    yield transcript
    transcript.hide()
    transcript.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def reply(transcript: Transcript, chats: FakeChats) -> ReplyBody:
    return show(transcript, chats, REPLY)


def show(transcript: Transcript, chats: FakeChats, text: str, *, reasoning: str = "", status: Status = Status.COMPLETE) -> ReplyBody:
    chat = chats.add_chat("Chat")
    chats.person(chat, "What a person wrote.")
    message = chats.reply(chat, text, status)
    chats.messages[message.id] = replace(message, reasoning=reasoning)
    transcript.show_messages(chats.chats[chat.id], run(chats.open(chat.id)))
    settle()
    (body,) = transcript.findChildren(ReplyBody)
    return body


def views(body: ReplyBody) -> list[SelectableView]:
    return [it.view for it in body._selectables()]


def place(view: SelectableView, word: str, *, behind: bool = False) -> QPoint:
    """Return where a word begins or ends in a view."""
    cursor = view.document().find(word)
    assert not cursor.isNull()
    cursor.setPosition(cursor.selectionEnd() if behind else cursor.selectionStart())
    return view.cursorRect(cursor).center()  # type: ignore[attr-defined, no-any-return]


def drag(qtbot: QtBot, start: tuple[SelectableView, QPoint], end: tuple[SelectableView, QPoint], *, let_go: bool = True) -> None:
    (view, from_point), (other, to_point) = start, end
    qtbot.mousePress(view.viewport(), LEFT, pos=from_point)
    to_point = view.viewport().mapFromGlobal(other.viewport().mapToGlobal(to_point))
    qtbot.mouseMove(view.viewport(), from_point + QPoint(3, 0))
    move(view.viewport(), to_point)
    if let_go:
        qtbot.mouseRelease(view.viewport(), LEFT, pos=to_point)


def move(widget: QWidget, point: QPoint) -> None:
    """Move the pointer with the button held, which qtbot cannot."""
    send(widget, QEvent.Type.MouseMove, point)


def send(widget: QWidget, kind: QEvent.Type, point: QPoint) -> None:
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else LEFT
    QApplication.sendEvent(widget, QMouseEvent(kind, QPointF(point), QPointF(widget.mapToGlobal(point)), button, LEFT, NONE))


def copied(qtbot: QtBot, view: SelectableView) -> str:
    QGuiApplication.clipboard().setText("nothing")
    assert isinstance(view, QWidget)
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    return QGuiApplication.clipboard().text()


def test_the_whole_reply_is_copied_as_plain_text(reply: ReplyBody, qtbot: QtBot) -> None:
    first = views(reply)[0]
    assert isinstance(first, QWidget)
    qtbot.keyClick(first, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert copied(qtbot, first) == PLAIN


@pytest.mark.parametrize("is_upwards", [False, True])
def test_a_drag_from_prose_over_code_selects_all_between(reply: ReplyBody, qtbot: QtBot, is_upwards: bool) -> None:
    before, _, after = views(reply)
    start, end = (before, place(before, "one")), (after, place(after, "two", behind=True))
    drag(qtbot, *((end, start) if is_upwards else (start, end)))
    assert copied(qtbot, before) == "one.\n\nx = 1\n\nif x:\n    y = 2\n\n- one\n- two"
    drag(qtbot, (before, place(before, "First")), (before, place(before, "First", behind=True)))
    assert copied(qtbot, before) == "First"
    assert not views(reply)[2].textCursor().hasSelection()


def test_a_drag_into_code_ends_in_the_middle_of_a_line(reply: ReplyBody, qtbot: QtBot) -> None:
    before, code, _ = views(reply)
    drag(qtbot, (before, place(before, "Second")), (code, place(code, "if", behind=True)))
    assert reply.selection.text() == "Second one.\n\nx = 1\n\nif"
    assert code.horizontalScrollBar().value() == 0


def test_an_open_thought_is_part_of_the_reply_and_a_folded_one_is_not(transcript: Transcript, chats: FakeChats, qtbot: QtBot) -> None:
    body = show(transcript, chats, "Answer.", reasoning="Long *thought*\nof two lines")
    body.selection.select_all()
    assert body.selection.text() == "Answer."
    qtbot.mouseClick(body.findChild(QWidget, "thoughtButton"), LEFT)
    body.selection.select_all()
    assert body.selection.text() == "Long *thought*\nof two lines\n\nAnswer."


def test_two_clicks_select_a_word_and_three_a_paragraph(reply: ReplyBody, qtbot: QtBot) -> None:
    view = views(reply)[0]
    point = place(view, "paragraph") + QPoint(4, 0)
    qtbot.mouseClick(view.viewport(), LEFT, pos=point)
    qtbot.mouseDClick(view.viewport(), LEFT, pos=point)
    assert reply.selection.text() == "paragraph"
    qtbot.mouseClick(view.viewport(), LEFT, pos=point)
    assert reply.selection.text() == "First paragraph here."


def test_words_are_selected_whole_after_two_clicks(reply: ReplyBody, qtbot: QtBot) -> None:
    before, code, _ = views(reply)
    point = place(before, "Second") + QPoint(6, 0)
    qtbot.mouseDClick(before.viewport(), LEFT, pos=point)
    move(before.viewport(), before.viewport().mapFromGlobal(code.viewport().mapToGlobal(place(code, "if"))))
    qtbot.mouseRelease(before.viewport(), LEFT)
    assert reply.selection.text() == "Second one.\n\nx = 1\n\nif"


def test_shift_and_a_click_extend(reply: ReplyBody, qtbot: QtBot) -> None:
    before, _, after = views(reply)
    qtbot.mouseClick(before.viewport(), LEFT, pos=place(before, "one"))
    qtbot.mouseClick(after.viewport(), LEFT, SHIFT, pos=place(after, "two"))
    assert reply.selection.text() == "one.\n\nx = 1\n\nif x:\n    y = 2\n\n- one"
    qtbot.mouseClick(before.viewport(), LEFT, SHIFT, pos=place(before, "First"))
    assert reply.selection.text() == "First paragraph here.\n\nSecond "


def test_a_click_elsewhere_clears_and_one_message_has_a_selection_at_a_time(reply: ReplyBody, transcript: Transcript, qtbot: QtBot) -> None:
    (bubble,) = transcript.findChildren(Bubble)
    reply.selection.select_all()
    bubble.selection.select_all()
    assert reply.selection.is_empty()
    assert bubble.selection.text() == "What a person wrote."
    view = views(reply)[0]
    drag(qtbot, (view, place(view, "First")), (view, place(view, "here")))
    assert bubble.selection.is_empty()
    assert not reply.selection.is_empty()
    send(transcript.viewport(), QEvent.Type.MouseButtonPress, QPoint(5, 690))
    assert reply.selection.is_empty()


def test_a_selection_stays_while_text_streams_in_below(transcript: Transcript, chats: FakeChats, qtbot: QtBot) -> None:
    body = show(transcript, chats, "Before.\n\n```py\nx\n```\nThis par", status=Status.STREAMING)
    first, _, last = views(body)
    drag(qtbot, (first, place(first, "fore")), (last, place(last, "par")))
    assert body.append(len(body.text()), "agraph goes on.\n\nAnd another")
    assert body.selection.text() == "fore.\n\nx\n\nThis "
    assert views(body)[2].document().toPlainText().endswith("And another")


def test_a_drag_beyond_the_edge_scrolls(transcript: Transcript, chats: FakeChats, qtbot: QtBot) -> None:
    body = show(transcript, chats, "\n\n".join(f"```\n{number} line\n```\nText {number}." for number in range(40)))
    bar = transcript.verticalScrollBar()
    bar.setValue(0)
    view = views(body)[1]
    beyond = transcript.viewport().mapToGlobal(QPoint(300, transcript.viewport().height() + 40))
    drag(qtbot, (view, QPoint(0, 2)), (view, view.viewport().mapFromGlobal(beyond)), let_go=False)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    qtbot.mouseRelease(view.viewport(), LEFT)
    qtbot.waitUntil(lambda: not body.selection._scroll.isActive())
    text = body.selection.text()
    assert text.startswith("Text 0.\n\n1 line\n\nText 1.")
    assert "20 line" in text


def test_the_menu_copies_and_selects(reply: ReplyBody, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _place: opened.append(menu))
    viewport = views(reply)[0].viewport()

    def choose(name: str) -> None:
        point = QPoint(5, 5)
        QApplication.sendEvent(viewport, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, viewport.mapToGlobal(point)))
        menu = opened.pop()
        assert menu.actions()[0].isEnabled() is not reply.selection.is_empty()
        next(action for action in menu.actions() if action.text() == name).trigger()
        menu.deleteLater()

    QGuiApplication.clipboard().setText("")
    choose("Copy")
    assert QGuiApplication.clipboard().text() == ""
    choose("Copy as Markdown")
    assert QGuiApplication.clipboard().text() == REPLY
    choose("Select all")
    choose("Copy")
    assert QGuiApplication.clipboard().text() == PLAIN


def test_cells_are_copied_between_tabs(transcript: Transcript, chats: FakeChats) -> None:
    body = show(transcript, chats, "Table:\n\n| a | b |\n|---|---|\n| 1 | |\n| 3 | 4 |\n\nAfter.\n\n- [x] done\n- [ ] not")
    body.selection.select_all()
    assert body.selection.text() == "Table:\n\na\tb\n1\t\n3\t4\n\nAfter.\n\n- [x] done\n- [ ] not"
    (view,) = views(body)
    cursor = view.document().find("1")
    cursor.setPosition(cursor.selectionStart())
    cursor.setPosition(view.document().find("4").selectionEnd(), QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    assert body.selection.text() == "1\t\n3\t4"


def test_items_of_a_list_that_is_cut_are_copied_as_one(transcript: Transcript, chats: FakeChats) -> None:
    items = [f"{number}. item {number} " + "word " * 40 for number in range(1, 30)]
    body = show(transcript, chats, "\n".join(items))
    assert len(views(body)) > 1
    body.selection.select_all()
    assert body.selection.text() == "\n".join(item.strip() for item in items)


def test_what_a_person_wrote_is_copied_as_it_was_typed(transcript: Transcript, chats: FakeChats) -> None:
    typed = "  leading\tand tab\n\n<b>&amp; **not bold**\nnon\u00a0breaking\n" + "line with blanks  \n" * 2000 + "end"
    chat = chats.add_chat("Chat")
    chats.person(chat, typed)
    transcript.show_messages(chats.chats[chat.id], run(chats.open(chat.id)))
    (bubble,) = transcript.findChildren(Bubble)
    assert named(bubble, "showAllButton")
    bubble.selection.select_all()
    assert bubble.selection.text() == typed
