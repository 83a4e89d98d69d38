"""Send and receive, stop and continue, the keyboard, and what is waited for."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from desktop.chat.events import ModelPhase, NotReady, RereadReason
from tests.journeys.conftest import Start
from tests.journeys.driver import segments, wait_until


def test_a_message_is_sent_by_enter_and_answered(start: Start, brief: Path) -> None:
    driver = start(brief)
    driver.type("Hello there")
    driver.press(Qt.Key.Key_Return)
    wait_until(lambda: len(driver.messages()) == 2 and driver.is_idle())
    assert driver.composer().toPlainText() == ""
    assert driver.texts()[0] == "Hello there"
    assert driver.last_text()
    assert driver.statuses() == ["complete", "complete"]
    driver.settle()
    driver.quit()
    stored = driver.rows("SELECT role, status, length(text) > 0 FROM message ORDER BY id")
    assert stored == [("user", "complete", 1), ("assistant", "complete", 1)]
    assert driver.rows("SELECT title FROM conversation") == [("Hello there",)]
    assert driver.rows("SELECT count(*) FROM message_node") == [(2,)]


def test_text_streams(start: Start, endless: Path) -> None:
    driver = start(endless)
    driver.send("Tell me a story")
    lengths: set[int] = set()
    wait_until(lambda: lengths.add(len(driver.last_text())) or len(lengths) > 5)
    assert driver.statuses()[-1] == "streaming"
    driver.stop()


def test_shift_enter_breaks_the_line(start: Start, brief: Path) -> None:
    driver = start(brief)
    driver.type("one")
    driver.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    driver.type("two")
    assert not driver.messages()
    assert driver.composer().toPlainText() == "one\ntwo"
    driver.press(Qt.Key.Key_Enter)
    wait_until(lambda: driver.texts()[:1] == ["one\ntwo"])


def test_the_stop_button_keeps_the_partial_reply_and_continue_goes_on(start: Start, endless: Path) -> None:
    driver = start(endless)
    driver.send("Tell me a story")
    driver.wait_for_text()
    driver.stop()
    kept = driver.last_text()
    assert driver.statuses() == ["complete", "stopped"]
    assert driver.rows("SELECT text, status FROM message WHERE role = 'assistant'") == [(kept, "stopped")]
    before = driver.stats
    driver.go_on()
    wait_until(lambda: driver.statuses()[-1:] == ["streaming"] and len(driver.last_text()) > len(kept) + 20)
    driver.stop()
    assert driver.last_text().startswith(kept)
    assert len(driver.messages()) == 2, "the continued reply takes the place of the cut one"
    [(written,)] = driver.rows("SELECT stats ->> 'tokens_written' FROM message ORDER BY id DESC LIMIT 1")
    # The last token before the first stop is decoded now, and one more may be under way at the second.
    assert driver.stats.tokens_decoded - before.tokens_decoded <= written + 2, "nothing that was there is read again"


def test_escape_stops_a_reply(start: Start, endless: Path) -> None:
    driver = start(endless)
    driver.send("Tell me a story")
    driver.wait_for_text()
    driver.press(Qt.Key.Key_Escape)
    wait_until(driver.is_idle)
    assert driver.statuses()[-1] == "stopped"
    assert len(driver.last_text()) >= 20


def test_stop_in_a_prefill_keeps_the_message_and_what_was_read(start: Start, slow: Path) -> None:
    driver = start(slow)
    text = "a long text to read " * 250
    driver.paste(text.strip())
    driver.press(Qt.Key.Key_Return)
    wait_until(lambda: driver.tokens_shown_as_read() > 0)
    driver.stop()
    assert driver.stats.tokens_decoded < 5000, "stopped within a slice, not at the end"
    assert driver.texts()[0] == text.strip()
    assert driver.statuses() == ["complete", "stopped"]
    assert driver.last_text() == ""
    driver.go_on()
    wait_until(lambda: driver.tokens_shown_as_read() > 0)
    assert "again" not in driver.sentences(), "what was never read is not read again"
    driver.stop()
    driver.quit()
    assert driver.rows("SELECT count(*) FROM message_node") == [(1,)]
    assert segments(driver.data)
    driver = start(slow)
    wait_until(lambda: isinstance(driver.readiness(), NotReady))
    assert driver.readiness().reason is RereadReason.FIRST_TIME
    assert driver.stats.tokens_restored > 0


def test_the_window_is_there_and_readable_before_the_model_and_a_message_waits_for_it(start: Start, brief: Path) -> None:
    first = start(brief)
    reply = first.send_and_wait("Hello there")
    first.quit()
    driver = start(brief, waits=False)
    assert driver.application.main_window.isVisible()
    with driver.model_thread_busy():
        wait_until(lambda: len(driver.messages()) == 2)
        assert driver.texts() == ["Hello there", reply]
        driver.send("And now?")
        wait_until(lambda: "Loading" in driver.sentences() and not driver.is_idle())
        assert driver.model_phase() is ModelPhase.LOADING
    wait_until(lambda: len(driver.messages()) == 4 and driver.is_idle())
    assert driver.statuses() == ["complete"] * 4


def test_a_message_without_any_model_waits_until_one_is_opened(start: Start, brief: Path) -> None:
    driver = start()
    driver.send("Is anybody there?")
    driver.settle()
    assert driver.rows("SELECT text FROM message") == [("Is anybody there?",)]
    driver.load(brief)
    wait_until(lambda: len(driver.messages()) == 2 and driver.is_idle())


def test_a_message_that_waits_for_a_model_can_be_stopped(start: Start, brief: Path) -> None:
    driver = start()
    driver.send("Is anybody there?")
    driver.settle()
    driver.stop()
    driver.load(brief)
    assert driver.texts() == ["Is anybody there?"]
    driver.send_and_wait("Now?")
    assert len(driver.messages()) == 3


def test_a_reply_streams_on_while_the_model_dialog_is_open(start: Start, endless: Path) -> None:
    driver = start(endless)
    driver.send("Tell me a story")
    driver.wait_for_text()
    driver.application.main_window.open_model_file()
    dialog = driver.application.main_window.findChild(QFileDialog, "modelFileDialog")
    assert dialog.isVisible()
    length = len(driver.last_text())
    wait_until(lambda: len(driver.last_text()) > length + 50)
    dialog.reject()
    wait_until(lambda: driver.application.main_window.findChild(QFileDialog, "modelFileDialog") is None)
    driver.stop()


def test_a_reply_streams_on_while_its_chat_is_not_shown_and_is_whole_when_it_is_shown_again(start: Start, endless: Path) -> None:
    driver = start(endless)
    driver.send("Tell me a story")
    driver.wait_for_text()
    driver.new_chat()
    driver.choose_chat("Tell me a story")
    wait_until(lambda: len(driver.messages()) == 2)
    streaming = driver.last_text()
    wait_until(lambda: len(driver.last_text()) > len(streaming) + 50)
    shown = driver.last_text()
    driver.stop()
    assert driver.last_text().startswith(shown), "no gap between what was stored and what streamed since"


def test_what_was_typed_a_moment_before_goes_to_the_trash_with_its_chat(start: Start, brief: Path) -> None:
    driver = start(brief)
    driver.send_and_wait("Hello there")
    chats, chat = driver.application._chats, driver.chat_id()
    driver.type("And then")
    driver.run(chats.move_to_trash(chat))  # within the second that typing has to end
    wait_until(lambda: driver.panes() and driver.chat_id() not in (None, chat))
    driver.settle()
    assert driver.composer().toPlainText() == ""
    assert driver.rows(f"SELECT draft FROM conversation WHERE id = {chat}") == [("And then",)]
    driver.run(chats.restore_from_trash(chat))
    wait_until(lambda: "Hello there" in driver.chat_titles())
    driver.choose_chat("Hello there")
    assert driver.composer().toPlainText() == "And then"
    driver.settle()
    driver.run(chats.delete(chat))
    wait_until(lambda: driver.chat_id() not in (None, chat))
    driver.settle()
    assert "no longer exists" not in driver.sentences()
