"""What a streaming reply lays out, and plain text of any length: which views are touched, not how long it takes."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Message, Status
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import DARK
from desktop.ui.transcript.bubble import Bubble
from desktop.ui.transcript.code_view import CodeView
from desktop.ui.transcript.plain_text import PlainText, parts_of
from desktop.ui.transcript.reply_body import ReplyBody
from desktop.ui.transcript.text_view import TextView
from tests.ui.conftest import settle
from tests.ui.fake_chats import FakeChats

PARAGRAPH = "A sentence of a reply that goes on for a while. " * 10
MEGABYTE = 1 << 20


@pytest.fixture
def message(chats: FakeChats) -> Message:
    return chats.reply(chats.add_chat("Chat"), "", Status.STREAMING)


@pytest.fixture
def shown(qapp: QApplication) -> Iterator[list[QWidget]]:
    """Return a list for widgets that are deleted at the end."""
    widgets: list[QWidget] = []
    yield widgets
    for widget in widgets:
        widget.hide()
        widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def body(theme: Theme, message: Message, shown: list[QWidget]) -> ReplyBody:
    body = ReplyBody(theme, message)
    shown.append(body)
    body.resize(600, 400)
    body.show()
    return body


def grow(body: ReplyBody, text: str) -> None:
    assert body.append(len(body.text()), text)
    body.place()


def prose(body: ReplyBody) -> list[TextView]:
    return [view for view in body._views if isinstance(view, TextView)]


class Touched:
    """Which views were laid out or measured."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.views: set[QWidget] = set()
        for kind, name in [
            (TextView, "set_markdown"),
            (TextView, "heightForWidth"),
            (TextView, "append_plain"),
            (TextView, "set_plain"),
            (TextView, "resizeEvent"),
            (CodeView, "set_code"),
            (CodeView, "sizeHint"),
        ]:
            self._note(monkeypatch, kind, name)

    def _note(self, monkeypatch: pytest.MonkeyPatch, kind: type[QWidget], name: str) -> None:
        original = getattr(kind, name)

        def noting(view: QWidget, *arguments: object, **more: object) -> object:
            self.views.add(view)
            return original(view, *arguments, **more)

        monkeypatch.setattr(kind, name, noting)


def test_a_frame_touches_the_last_block_alone(body: ReplyBody, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(body, (PARAGRAPH + "\n\n```py\nx = 1\n```\n\n") * 5 + PARAGRAPH + "\n\n- one\n- tw")
    before = body._views[:-1]
    touched = Touched(monkeypatch)
    grow(body, "o\n- thr")
    grow(body, "ee")
    assert touched.views == {body._views[-1]}
    assert body._views[:-1] == before


def test_only_what_came_is_put_into_code_and_reasoning(theme: Theme, message: Message, shown: list[QWidget], qtbot: QtBot) -> None:
    body = ReplyBody(theme, message)
    shown.append(body)
    body.append_reasoning(0, "line of thought\n" * 1001)
    (fold,) = body.findChildren(PlainText)
    qtbot.waitUntil(lambda: not fold._idle.isActive())
    first, *_, last = fold.selectables()
    changed: list[object] = []
    first.view.document().contentsChanged.connect(lambda: changed.append(first))
    count = last.view.document().characterCount()
    body.append_reasoning(len(body.reasoning()), "more")
    assert changed == []
    assert last.view.document().characterCount() == count + 4
    grow(body, "```\n" + "x = 1\n" * 100 + "y")
    (code,) = body.findChildren(CodeView)
    added: list[tuple[int, int, int]] = []
    code.text_views()[0].document().contentsChange.connect(lambda at, removed, more: added.append((at, removed, more)))
    grow(body, "z\n")
    assert added == [(601, 0, 1)]


def test_a_long_reply_is_cut_and_looks_as_it_would_in_one(body: ReplyBody, theme: Theme, message: Message, shown: list[QWidget]) -> None:
    grow(
        body,
        "\n\n".join([PARAGRAPH + PARAGRAPH, "## Head", PARAGRAPH + PARAGRAPH, "- one " + PARAGRAPH, "- two " + PARAGRAPH]) + "\n- three\n",
    )
    streamed = body.heightForWidth(600)
    assert len(prose(body)) > 3
    whole = ReplyBody(theme, replace(message, text=body.text(), status=Status.COMPLETE))
    shown.append(whole)
    assert len(prose(whole)) < len(prose(body))
    assert whole.heightForWidth(600) == streamed
    body.finish(replace(message, text=body.text(), status=Status.COMPLETE))
    assert body.heightForWidth(600) == streamed


def test_a_large_table_is_laid_out_less_often_but_never_left_behind(body: ReplyBody, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(body, "| a | b |\n|---|---|\n" + "| word | word |\n" * 60 + "| c | ")
    (view,) = prose(body)
    drawn: list[str] = []
    original = TextView.set_markdown
    monkeypatch.setattr(TextView, "set_markdown", lambda it, text, **more: (drawn.append(text), original(it, text, **more)))
    grow(body, "d1 |")
    grow(body, "\n| e | f1 |")
    assert drawn == []
    with qtbot.waitSignal(body.height_changed):
        pass
    assert drawn[-1].endswith("| e | f1 |")
    grow(body, "\n| g | h1 |")
    body.finish(replace(body_message(body), text=body.text(), status=Status.COMPLETE))
    assert "h1" in view.document().toPlainText()
    assert not body._rested.isActive()


def test_what_follows_a_large_table_does_not_wait_for_it(body: ReplyBody) -> None:
    grow(body, "| a | b |\n|---|---|\n" + "| word | word |\n" * 60)
    assert body._rested.isActive()
    grow(body, "\nAnd ")
    grow(body, "text")
    assert [view.document().toPlainText()[-8:] for view in prose(body)][1:] == ["And text"]


def body_message(body: ReplyBody) -> Message:
    chats = FakeChats()
    return chats.reply(chats.add_chat("Chat"), body.text())


def test_a_formula_that_is_still_written_stays_one_in_another_theme(body: ReplyBody, theme: Theme) -> None:
    grow(body, "So \\[ a_1 * b_2 * c")
    shown = prose(body)[-1].toPlainText()
    assert shown == "So \\[ a_1 * b_2 * c"
    theme.choose("dark")
    body.redraw()
    assert prose(body)[-1].toPlainText() == shown
    assert formula_ground(prose(body)[-1]) == DARK.code


def formula_ground(view: TextView) -> str:
    end = QTextCursor(view.document())
    end.movePosition(QTextCursor.MoveOperation.End)
    return end.charFormat().background().color().name().upper()


def test_links_by_label_lead_somewhere_once_the_reply_is_done(body: ReplyBody, message: Message) -> None:
    text = f"See [it][label].\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n\n[label]: https://example.org"
    grow(body, text)
    first = prose(body)[0]
    assert first.document().toPlainText().startswith("See [it][label].")
    body.finish(replace(message, text=text, status=Status.COMPLETE))
    assert prose(body)[0] is first
    assert first.document().toPlainText().startswith("See it.")
    assert first.document().find("it").charFormat().anchorHref() == "https://example.org"


def test_parts_are_cut_at_lines_then_at_blanks_and_never_change() -> None:
    text = "line one\nline two is long\n" + "x" * 50 + " end"
    parts = parts_of(text, 20)
    assert "".join(parts) == text
    assert all(len(part) <= 20 for part in parts)
    assert parts[:2] == ["line one\n", "line two is long\n"]
    for length in range(len(text)):
        before = parts_of(text[:length], 20)
        assert before[:-1] == parts[: len(before) - 1]


def bubble_in_sight(theme: Theme, shown: list[QWidget], text: str) -> Bubble:
    area = QScrollArea()
    shown.append(area)
    area.resize(600, 400)
    bubble = Bubble(theme, text)
    area.setWidget(bubble)
    bubble.resize(bubble.width_within(500), bubble.heightForWidth(bubble.width_within(500)))
    area.show()
    settle()
    return bubble


def built(bubble: Bubble) -> int:
    return len(bubble.findChildren(TextView))


def test_a_megabyte_shows_its_first_lines_until_all_is_asked_for(theme: Theme, shown: list[QWidget], qtbot: QtBot) -> None:
    text = ("word " * 20 + "\n") * (MEGABYTE // 101)
    bubble = bubble_in_sight(theme, shown, text)
    button = bubble.findChild(QWidget, "showAllButton")
    assert (built(bubble), button.property("text")) == (1, f"Show all ({len(text):,} characters)")
    few = bubble.heightForWidth(500)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert built(bubble) == 2  # the rest comes while nothing else is to do
    qtbot.waitUntil(lambda: not bubble._text._idle.isActive(), timeout=60_000)
    assert "".join(it.view.document().toPlainText() + "\n" for it in bubble._text.selectables()) == text + "\n"
    assert bubble.heightForWidth(500) > 1000 * 20 > few
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert bubble.heightForWidth(500) == few


def test_another_width_lays_out_what_is_in_sight_and_estimates_the_rest(
    theme: Theme, shown: list[QWidget], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bubble = bubble_in_sight(theme, shown, "word " * 60_000)
    bubble.findChild(QWidget, "showAllButton").click()  # type: ignore[attr-defined]
    bubble.resize(500, bubble.heightForWidth(500))
    qtbot.waitUntil(lambda: not bubble._text._idle.isActive(), timeout=60_000)
    bubble.resize(500, bubble.heightForWidth(500))
    count = built(bubble)
    touched = Touched(monkeypatch)
    estimated = bubble.heightForWidth(400)
    bubble.resize(400, estimated)
    assert len(touched.views) <= 3 < count
    qtbot.waitUntil(lambda: not bubble._text._idle.isActive(), timeout=60_000)
    assert len(touched.views) == count
    assert abs(bubble.heightForWidth(400) - estimated) < 0.1 * estimated


def test_tabs_blanks_and_signs_are_shown_as_they_were_typed(theme: Theme, shown: list[QWidget]) -> None:
    typed = "  <b>&amp;\n\n\t**x**\n# y\n\n"
    bubble = bubble_in_sight(theme, shown, typed)
    (view,) = bubble.findChildren(TextView)
    assert view.document().toPlainText() == typed


def test_text_follows_the_size_that_the_person_wants(theme: Theme, shown: list[QWidget]) -> None:
    bubble = bubble_in_sight(theme, shown, "one\ntwo\nthree")
    before = bubble.heightForWidth(500), bubble.width_within(500)
    theme.set_zoom(200)
    assert bubble.heightForWidth(500) > 1.5 * before[0]
    assert bubble.width_within(500) > before[1]
