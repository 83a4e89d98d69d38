from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.chat.events import Activity
from desktop.conversations.written import Written
from desktop.ui.composer.composer import Composer
from desktop.ui.composer.context_meter import ContextMeter
from desktop.ui.composer.long_lines import MOST
from desktop.ui.composer.session_line import SessionLine
from desktop.ui.composer.session_text import SessionText
from desktop.ui.theme.theme import Theme
from tests.ui.conftest import named, settle


@pytest.fixture
def composer(theme: Theme, qtbot: QtBot) -> Iterator[Composer]:
    composer = Composer(theme)
    composer.resize(400, 100)
    composer.show()
    composer.activateWindow()
    composer.edit.setFocus()
    qtbot.waitUntil(composer.edit.hasFocus)
    yield composer
    composer.stop_timer()
    composer.hide()
    composer.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_enter_sends_and_shift_enter_breaks_the_line(composer: Composer, qtbot: QtBot) -> None:
    sent: list[Written] = []
    composer.send_requested.connect(sent.append)
    qtbot.keyClicks(composer.edit, "one")
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(composer.edit, "two")
    assert sent == []
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert sent == [Written("one\ntwo")]
    assert composer.text() == "one\ntwo"  # until it is taken


def test_the_first_line_keeps_its_indentation(composer: Composer) -> None:
    sent: list[Written] = []
    composer.send_requested.connect(sent.append)
    composer.set_text("\n\n    indented\n  less \n\n")
    composer.send()
    assert sent == [Written("    indented\n  less")]


def test_nothing_is_sent_without_text_or_while_the_chat_is_busy(composer: Composer, qtbot: QtBot) -> None:
    sent: list[Written] = []
    composer.send_requested.connect(sent.append)
    qtbot.keyClicks(composer.edit, "  ")
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    composer.set_activity(Activity.REPLYING)
    composer.set_text("next")
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert sent == []
    assert composer.text() == "next"


def test_enter_belongs_to_an_input_method_that_composes(composer: Composer, qtbot: QtBot) -> None:
    sent: list[Written] = []
    composer.send_requested.connect(sent.append)
    qtbot.keyClicks(composer.edit, "a")
    QApplication.sendEvent(composer.edit, QInputMethodEvent("ni", []))
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert sent == []
    done = QInputMethodEvent()
    done.setCommitString("你")
    QApplication.sendEvent(composer.edit, done)
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert len(sent) == 1
    assert "你" in sent[0].text


def test_no_key_of_an_input_method_that_composes_is_taken(composer: Composer, qtbot: QtBot) -> None:
    asked: list[str] = []
    for name in ("send_requested", "queue_requested", "edit_last_requested"):
        getattr(composer, name).connect(lambda *_, name=name: asked.append(name))
    QApplication.sendEvent(composer.edit, QInputMethodEvent("ni", []))
    for activity in Activity:
        composer.set_activity(activity)
        for key in (Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            qtbot.keyClick(composer.edit, key)
    assert asked == []


def test_up_in_an_empty_text_asks_for_the_last_message(composer: Composer, qtbot: QtBot) -> None:
    asked: list[None] = []
    composer.edit_last_requested.connect(lambda: asked.append(None))
    qtbot.keyClick(composer.edit, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert asked == []
    qtbot.keyClick(composer.edit, Qt.Key.Key_Up)
    assert len(asked) == 1
    qtbot.keyClicks(composer.edit, "a")
    qtbot.keyClick(composer.edit, Qt.Key.Key_Up)
    assert len(asked) == 1


def test_it_grows_to_ten_lines(composer: Composer) -> None:
    heights = []
    for lines in (1, 2, 10, 11, 40):
        composer.set_text("\n".join("x" * lines))
        settle()
        heights.append(composer.edit.height())
    line = composer.edit.fontMetrics().lineSpacing()
    assert heights == [heights[0], heights[0] + line, heights[0] + 9 * line, heights[0] + 9 * line, heights[0] + 9 * line]
    bar = composer.edit.verticalScrollBar()
    assert bar.isVisible()
    assert bar.value() == bar.maximum() > 0, "the end, where one writes, is in sight"


def test_long_lines_count_as_they_wrap(composer: Composer) -> None:
    composer.set_text("word " * 60)
    settle()
    assert composer.edit.height() > 3 * composer.edit.fontMetrics().lineSpacing()


def test_stop_stands_where_send_was_while_the_chat_is_busy(composer: Composer, qtbot: QtBot) -> None:
    for activity in Activity:
        composer.set_activity(activity)
        shown = named(composer, "sendButton") + named(composer, "stopButton")
        assert [button.objectName() for button in shown] == ["sendButton" if activity is Activity.IDLE else "stopButton"]
    with qtbot.waitSignal(composer.stop_requested):
        qtbot.mouseClick(named(composer, "stopButton")[0], Qt.MouseButton.LeftButton)


def test_writing_begins_once_for_each_message(composer: Composer, qtbot: QtBot) -> None:
    begun: list[None] = []
    composer.writing_began.connect(lambda: begun.append(None))
    composer.set_text("a draft of the last time")
    assert begun == []
    composer.set_text("")
    qtbot.keyClicks(composer.edit, "hello")
    assert len(begun) == 1
    composer.set_text("")  # it was sent
    qtbot.keyClicks(composer.edit, "more")
    assert len(begun) == 2


def test_a_draft_is_saved_a_while_after_typing_stops(composer: Composer, qtbot: QtBot) -> None:
    drafts: list[str] = []
    composer.draft_changed.connect(lambda: drafts.append(composer.text()))
    qtbot.keyClicks(composer.edit, "hel")
    qtbot.keyClicks(composer.edit, "lo")
    assert drafts == []
    qtbot.waitUntil(lambda: bool(drafts))
    assert drafts == ["hello"]


def test_what_could_not_be_sent_stands_before_what_was_typed_since(composer: Composer) -> None:
    composer.set_text("second")
    composer.put_back("first")
    assert composer.text() == "first\nsecond"


def test_the_meter_tells_share_and_tokens(theme: Theme) -> None:
    meter = ContextMeter(theme)
    meter.set_tokens(1556, 4096)
    assert meter.text() == "38%"
    assert "1,556 of 4,096" in meter.accessibleName()
    meter.set_tokens(0, 0)
    assert meter.text() == ""
    assert meter.isHidden()
    meter.deleteLater()


def test_the_session_line_shows_what_there_is_to_say(theme: Theme, qtbot: QtBot) -> None:
    line = SessionLine(theme)
    line.resize(400, 60)
    line.set_text(SessionText("reread", "Reading 1 of 2", progress=0.5, can_stop=True))
    assert (line.text(), line.accessibleName(), line.isVisible()) == ("Reading 1 of 2", "Reading 1 of 2", True)
    stop = line.findChild(QPushButton, "stopReadingButton")
    assert stop is not None
    with qtbot.waitSignal(line.stop_requested):
        qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    line.set_text(SessionText("bolt", "Ready at once", "3 tokens"))
    assert not stop.isVisible()
    assert line.toolTip() == "3 tokens"
    line.set_text(None)
    assert line.isHidden()
    assert line.text() == ""
    line.deleteLater()


def paste(composer: Composer, text: str) -> None:
    copied = QMimeData()
    copied.setText(text)
    composer.edit.insertFromMimeData(copied)


def longest_block(composer: Composer) -> int:
    lengths, block = [], composer.edit.document().begin()
    while block.isValid():
        lengths.append(block.length())
        block = block.next()
    return max(lengths)


def test_a_line_of_any_length_is_laid_out_in_pieces_and_sent_as_it_was_pasted(composer: Composer, qtbot: QtBot) -> None:
    sent: list[Written] = []
    composer.send_requested.connect(sent.append)
    text = "first\n" + "word " * 20_000 + "end\n\nlast\u00a0line" + "x" * 5000
    paste(composer, text)
    assert longest_block(composer) <= MOST + 1
    assert composer.text() == text
    composer.edit.undo()
    assert composer.text() == ""
    assert not composer.edit.document().isUndoAvailable()
    composer.edit.redo()
    qtbot.keyClicks(composer.edit, "typed")
    composer.send()
    assert sent == [Written(text + "typed")]


def test_what_is_copied_in_the_composer_has_no_breaks_of_its_own(composer: Composer) -> None:
    text = "word " * 3000
    paste(composer, text)
    composer.edit.selectAll()
    composer.edit.copy()
    assert QGuiApplication.clipboard().text() == text
    paste(composer, "short")
    assert composer.text() == "short"


def test_keys_find_a_character_at_a_break(composer: Composer, qtbot: QtBot) -> None:
    text = "abcd" * 1000
    paste(composer, text)
    cursor = composer.edit.textCursor()
    for key, rest in [(Qt.Key.Key_Backspace, text[: MOST - 1] + text[MOST:]), (Qt.Key.Key_Delete, text[:MOST] + text[MOST + 1 :])]:
        composer.edit.put(text)
        cursor = composer.edit.textCursor()
        cursor.setPosition(MOST + 1 if key is Qt.Key.Key_Backspace else MOST)
        composer.edit.setTextCursor(cursor)
        qtbot.keyClick(composer.edit, key)
        assert composer.text() == rest


def test_a_newline_behind_a_break_is_one(composer: Composer) -> None:
    composer.edit.put("x" * 3000 + "y")
    paste(composer, "a\nb\r\nc\rd")
    assert composer.text() == "x" * 3000 + "ya\nb\nc\nd"
    composer.put_back("above")
    assert composer.text() == "above\n" + "x" * 3000 + "ya\nb\nc\nd"
