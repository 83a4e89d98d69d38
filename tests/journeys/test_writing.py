"""Writing to a real model: files, messages that wait, and what is kept when the program is killed."""

import os
import signal
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.ui.composer.queued_messages import QueuedMessages
from tests.journeys.conftest import Start
from tests.journeys.driver import Driver, wait_until
from tests.journeys.test_restarting import begun
from tests.tiny_models import TinyModel

TYPED = "This waits\nThis is being written"
WRITTEN = f"SELECT 1 FROM conversation JOIN attachment ON conversation_id = id WHERE draft = '{TYPED}'"


def queued(driver: Driver) -> list[str]:
    rows = driver.part("queuedMessages")
    assert isinstance(rows, QueuedMessages)
    return rows.texts()


def attach(driver: Driver, *paths: Path) -> None:
    pane = driver.panes()[0]
    count = len(pane.composer.attachments())
    pane.composer.files_pasted.emit(list(paths))
    wait_until(lambda: len(pane.composer.attachments()) == count + len(paths))


def test_a_file_goes_with_the_message_and_the_model_reads_it(start: Start, brief: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("The river is wide.\n")
    driver = start(brief)
    attach(driver, notes)
    sent = "What is wide?\n\n`notes.txt`\n```txt\nThe river is wide.\n```"
    driver.type("What is wide?")
    driver.press(Qt.Key.Key_Return)
    wait_until(lambda: len(driver.texts()) == 2 and driver.is_idle())
    assert driver.texts()[0] == sent
    assert "What is wide?" in driver.chat_titles()
    driver.settle()
    assert driver.rows("SELECT count(*) FROM attachment") == [(0,)]


def test_what_is_written_meanwhile_is_sent_when_the_reply_has_ended(start: Start, brief: Path) -> None:
    driver = start(brief)
    with driver.model_thread_busy():
        driver.send("Tell me about rivers")
        for text in ("And brooks?", "And lakes?"):
            driver.type(text)
            driver.press(Qt.Key.Key_Return)
        assert queued(driver) == ["And brooks?", "And lakes?"]
    wait_until(lambda: len(driver.texts()) == 6 and driver.is_idle())
    assert driver.texts()[::2] == ["Tell me about rivers", "And brooks?", "And lakes?"]
    assert driver.statuses() == ["complete"] * 6
    driver.settle()
    assert driver.rows("SELECT draft FROM conversation") == [("",)]


def test_what_waits_comes_back_when_the_reply_is_stopped(start: Start, endless: Path) -> None:
    driver = start(endless)
    driver.send("Tell me about rivers")
    driver.wait_for_text()
    driver.type("And brooks?")
    driver.press(Qt.Key.Key_Return)
    assert queued(driver) == ["And brooks?"]
    driver.stop()
    wait_until(lambda: driver.composer().toPlainText() == "And brooks?")
    assert len(driver.texts()) == 2


def test_what_was_written_is_there_after_the_program_was_killed(start: Start, endless: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("The river is wide.\n")
    process = begun("written", tmp_path / "data", endless, str(notes), WRITTEN)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    driver = start(endless)
    driver.choose_chat("Tell me a story")
    pane = driver.panes()[0]
    wait_until(lambda: pane.composer.attachments())
    assert driver.composer().toPlainText() == TYPED
    assert [(file.name, file.text) for file in pane.composer.attachments()] == [("notes.txt", "The river is wide.\n")]
    wait_until(lambda: driver.statuses() == ["complete", "interrupted"])


def test_what_does_not_fit_is_refused_before_it_is_stored(start: Start, tmp_path: Path) -> None:
    driver = start(TinyModel(ends=1.6, context_length=512).write(tmp_path / "small.gguf"))
    driver.send_and_wait("Hello")
    driver.paste("word " * 200 + "end")
    driver.click(driver.part("sendButton"))  # before it was counted
    wait_until(lambda: "It was not sent and is kept" in driver.sentences())
    assert driver.composer().toPlainText() == "word " * 200 + "end"
    assert len(driver.texts()) == 2
    notice = driver.part("fitNotice")
    assert isinstance(notice, QWidget)
    wait_until(lambda: "or send it in parts" in driver.sentences())
    driver.click(driver.part("sendButton"))
    assert notice.property("marked") is True
    assert len(driver.texts()) == 2
