"""A restart, in a new process too: the first turn reads nothing of what was there; where it must, the window says why."""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.chat.events import NotReady, Readiness, Reading, ReadyAtOnce, RereadReason
from desktop.conversations.message import Status
from desktop.conversations.store import ConversationStore
from tests.journeys.conftest import Start
from tests.journeys.driver import PATIENCE, Driver, rows, segments, wait_until
from tests.tiny_models import TinyModel

QUESTIONS = ("Tell me about rivers and their banks", "And where do the small ones go in summer?")


def child(task: str, data: Path, model: Path, text: str) -> dict:
    command = [sys.executable, "-m", "tests.journeys.child", task, str(data), str(model), text]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def chatted(start: Start, model: Path, questions: Sequence[str] = QUESTIONS) -> list[str]:
    """Have a short chat, quit, and return its texts."""
    driver = start(model)
    for question in questions:
        driver.send_and_wait(question)
    texts = driver.texts()
    driver.quit()
    return texts


def test_the_first_turn_in_a_new_process_decodes_nothing_of_the_history(start: Start, brief: Path, tmp_path: Path) -> None:
    chatted(start, brief)
    shutil.copytree(tmp_path / "data" / "sessions", tmp_path / "before" / "sessions")
    facts = child("one_turn", tmp_path / "data", brief, "And then?")
    history, prompt = len(facts["history"]), len(facts["prompt"])
    assert history > 100
    assert facts["prompt"][:history] == facts["history"], "what was decoded before is what the next prompt begins with"
    assert facts["decoded_at_opening"] == 0
    assert facts["restored"] == history
    assert facts["status"] == "complete"
    end_of_turn = 1
    assert facts["decoded"] == prompt - history + facts["written"] + end_of_turn
    compared = child("logits", tmp_path / "before", brief, json.dumps(facts))
    assert compared["restored"] == history
    assert compared["compared"] == prompt - history
    assert compared["spread"] > 10
    assert compared["difference"] <= 0.02


def test_versions_and_what_was_deleted_come_back_in_a_new_process(start: Start, brief: Path, tmp_path: Path) -> None:
    driver = start(brief)
    for question in QUESTIONS:
        driver.send_and_wait(question)
    chats, chat = driver.application._chats, driver.chat_id()
    path, texts = driver.run(chats.messages(chat)), driver.texts()
    driver.run(chats.edit(chat, path[2].id, "And the large ones?"))
    wait_until(lambda: driver.is_idle())
    driver.settle()
    edited, edited_texts = driver.run(chats.messages(chat)), driver.texts()
    driver.run(chats.delete_from(chat, edited[2].id))
    driver.settle()
    assert driver.texts() == texts[:2]
    driver.quit()
    facts = child("places", tmp_path / "data", brief, json.dumps([edited[-1].id, path[-1].id]))
    assert facts["shown"] == [texts[:2], edited_texts, texts]
    assert facts["versions"] == [[[path[2].id, edited[2].id]]] * 2
    assert facts["decoded"] == 0, "their states were kept"


def test_the_context_holds_after_each_turn_what_the_whole_rendering_has(start: Start, brief: Path) -> None:
    driver = start(brief)
    for question in (*QUESTIONS, "And then?"):
        driver.send_and_wait(question)
        whole = driver.prompt(is_history=True).ids
        resident = driver.application._engine._running.worker._residents.find(driver.chat_id())
        assert resident.ids == whole
        assert driver.application._services.segments.lookup(whole).whole_tokens == len(whole), "and so do the files"


def test_stop_then_continue_meets_the_nodes_of_an_uninterrupted_run(start: Start, endless: Path, tmp_path: Path) -> None:
    driver = start(endless)
    driver.send(QUESTIONS[0])
    for _ in range(2):
        driver.wait_for_text(len(driver.last_text()) + 40)
        driver.stop()
        driver.go_on()
        wait_until(lambda: driver.statuses()[-1:] == ["streaming"])
    driver.wait_for_text(len(driver.last_text()) + 40)
    driver.stop()
    driver.send("And then?")
    driver.wait_for_text()
    driver.stop()
    asked, answered, asked_again, _ = driver.messages()
    vocabulary = driver.application._engine.loaded.source.vocabulary
    ids = driver.run(driver.application._services.store.reply_tokens([answered.id], vocabulary))[answered.id]
    driver.quit()
    # Of a reply that a message follows, the form that history has.
    nodes = dict(rows(driver.data, "SELECT message_id, end_key FROM message_node ORDER BY form"))
    ends = {name.split("-")[0] for name in segments(driver.data)}

    other = tmp_path / "uninterrupted"
    said = write_chat(other, [asked.text, answered.text], vocabulary, ids)
    shutil.copy(driver.data / "settings.json", other)
    straight = Driver.start(other, "--model", str(endless))
    straight.run(straight.application._chats.send(straight.chat_id(), asked_again.text))
    straight.wait_for_text()
    straight.stop()
    said.append(straight.messages()[2].id)
    straight.quit()
    expected = dict(rows(other, "SELECT message_id, end_key FROM message_node ORDER BY form"))
    assert [nodes[message.id] for message in (asked, answered, asked_again)] == [expected[message_id] for message_id in said]
    assert {expected[message_id].hex() for message_id in said} <= ends & {name.split("-")[0] for name in segments(other)}


def test_reading_a_chat_saves_a_node_at_every_message(start: Start, brief: Path, tmp_path: Path) -> None:
    chatted(start, brief)
    shutil.rmtree(tmp_path / "data" / "sessions")
    with closing(sqlite3.connect(tmp_path / "data" / "conversations.sqlite3")) as connection, connection:
        connection.execute("DELETE FROM message_node")
    driver = start(brief)
    ready(driver)
    driver.type("x")
    wait_until(lambda: driver.stats.tokens_decoded > 0)
    driver.settle()
    assert driver.rows("SELECT count(*) FROM message_node") == [(4,)]


def write_chat(folder: Path, texts: Sequence[str], vocabulary: str, ids: Sequence[int]) -> list[int]:
    """Write the database of one chat with a message and its reply, without any KV; return the messages' ids."""
    folder.mkdir()
    store = ConversationStore.open(folder / "conversations.sqlite3", lambda error: pytest.fail(error.sentence))

    async def write() -> list[int]:
        chat = await store.create(texts[0], date.today())
        asked = await store.add_user_message(chat.id, texts[0])
        reply = await store.begin_reply(chat.id, "endless", 0)
        store.finish_reply(reply.id, texts[1], Status.COMPLETE, None, vocabulary, ids)
        return [asked.id, reply.id]

    said = asyncio.run(write())
    assert store.close(5)
    return said


def segment_files(folder: Path) -> list[Path]:
    """Return the KV files, those written first in front."""
    return sorted((folder / "data" / "sessions").glob("*/*/*.kv"), key=lambda path: path.stat().st_mtime_ns)


def ready(driver: Driver) -> NotReady | ReadyAtOnce:
    wait_until(lambda: isinstance(driver.readiness(), NotReady | ReadyAtOnce))
    readiness = driver.readiness()
    assert isinstance(readiness, NotReady | ReadyAtOnce)
    return readiness


def check_answers(driver: Driver, texts: Sequence[str], reason: RereadReason) -> None:
    readiness = ready(driver)
    assert isinstance(readiness, NotReady)
    assert readiness.reason is reason
    assert driver.texts() == texts
    driver.send_and_wait("Go on")
    assert driver.texts()[:-2] == texts
    assert driver.statuses()[-1] == "complete"


def test_a_chat_is_ready_at_once(start: Start, brief: Path) -> None:
    texts = chatted(start, brief)
    driver = start(brief)
    readiness = ready(driver)
    assert isinstance(readiness, ReadyAtOnce)
    assert readiness.tokens == len(driver.prompt(is_history=True).ids)
    assert driver.texts() == texts
    assert driver.stats.tokens_decoded == 0


def test_a_chat_of_another_model_asks_which_one_goes_on_and_is_ready_again_with_its_own(start: Start, brief: Path, models: Path) -> None:
    other = TinyModel(name="other", ends=1.6, seed=1).write(models / "other.gguf")
    texts = chatted(start, brief)
    driver = start(other)
    assert ready(driver).reason is RereadReason.OTHER_MODEL  # type: ignore[union-attr]
    wait_until(lambda: "This chat was written with brief. other is loaded." in driver.sentences())
    decoded = driver.stats.tokens_decoded
    driver.type("Go on")
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert (driver.texts(), driver.composer().toPlainText()) == (texts, "Go on")  # held, and nothing read
    assert driver.stats.tokens_decoded == decoded
    driver.click(driver.part("loadOtherModelButton"))
    wait_until(lambda: driver.texts()[:-1] == [*texts, "Go on"] and driver.is_idle())
    driver.settle()
    ((reply,),) = driver.rows("SELECT ids FROM message_tokens WHERE form = 'generated' ORDER BY message_id DESC LIMIT 1")
    read = driver.stats.tokens_decoded - decoded - len(reply) // 4
    assert read < 30, "more than the new message was read: the chat's own state is ready again"
    texts = driver.texts()
    driver.load(other)
    wait_until(lambda: not driver.part("otherModelCard").isHidden())
    driver.click(driver.part("continueWithLoadedButton"))
    wait_until(lambda: driver.part("otherModelCard").isHidden())
    driver.send_and_wait("And on")
    assert driver.texts()[:-2] == texts
    assert driver.rows("SELECT model FROM message WHERE role = 'assistant'") == [("brief",)] * 3 + [("other",)]


def test_a_model_file_that_was_replaced_is_not_taken_for_the_old_one(start: Start, tmp_path: Path) -> None:
    model = TinyModel(ends=1.6).write(tmp_path / "model.gguf")
    texts = chatted(start, model)
    TinyModel(ends=1.6, seed=1).write(model)
    check_answers(start(model), texts, RereadReason.MODEL_FILE_CHANGED)


def test_an_edit_is_there_after_a_restart_as_it_was_left(start: Start, brief: Path) -> None:
    chatted(start, brief)
    driver = start(brief)
    for message, text in ((0, "Tell me about the tides"), (2, "And where do the large ones go?")):
        driver.click(driver.view(message).findChild(QWidget, "editButton"))
        driver.view(message).findChild(QPlainTextEdit, "messageEdit").setPlainText(text)
    driver.click(driver.view(0).findChild(QWidget, "cancelEditButton"))
    driver.quit()  # within the second that typing has to end
    driver = start(brief)
    assert [bool(driver.view(message).findChild(QWidget, "messageEdit")) for message in range(4)] == [False, False, True, False]
    driver.click(driver.view(0).findChild(QWidget, "editButton"))
    written = [driver.view(message).findChild(QPlainTextEdit, "messageEdit").toPlainText() for message in (0, 2)]
    assert written == ["Tell me about the tides", "And where do the large ones go?"]
    driver.click(driver.view(2).findChild(QWidget, "sendEditButton"))
    wait_until(lambda: driver.texts()[2:3] == ["And where do the large ones go?"] and driver.is_idle())
    assert driver.rows("SELECT text, is_open FROM edit") == [("Tell me about the tides", 1)]


def test_without_the_session_files_a_chat_is_read_again(start: Start, brief: Path, tmp_path: Path) -> None:
    texts = chatted(start, brief)
    shutil.rmtree(tmp_path / "data" / "sessions")
    check_answers(start(brief), texts, RereadReason.REMOVED)


def test_without_its_first_segment_a_chat_is_read_again(start: Start, brief: Path, tmp_path: Path) -> None:
    texts = chatted(start, brief)
    segment_files(tmp_path)[0].unlink()
    check_answers(start(brief), texts, RereadReason.REMOVED)


def test_flipped_session_files_are_set_aside_and_the_chat_is_read_again(start: Start, brief: Path, tmp_path: Path) -> None:
    texts = chatted(start, brief)
    path = segment_files(tmp_path)[1]
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)
    driver = start(brief)
    check_answers(driver, texts, RereadReason.DAMAGED)
    driver.quit()
    assert list((tmp_path / "data" / "sessions" / "set-aside").iterdir())
    assert isinstance(ready(start(brief)), ReadyAtOnce), "what was read again is stored again"


def test_a_damaged_chat_is_read_for_that_reason_when_the_person_begins_to_write(start: Start, brief: Path, tmp_path: Path) -> None:
    chatted(start, brief, ["A long question." * 8, "Another long question." * 8])
    path = segment_files(tmp_path)[0]
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    driver = start(brief)
    ready(driver)
    told: list[Readiness] = []
    driver.application.main_window._bridge.readiness_changed.connect(lambda event: told.append(event.readiness))
    driver.type("x")
    wait_until(lambda: driver.stats.tokens_decoded > 0)
    driver.settle()
    readings = [readiness for readiness in told if isinstance(readiness, Reading)]
    assert {reading.reason for reading in readings} == {RereadReason.DAMAGED}


# The real main(), ended from outside


def mid_reply(data: Path, model: Path) -> tuple[subprocess.Popen, str]:
    """Start the program, have a message typed, and return the process once part of its reply is stored."""
    process = begun("typed", data, model, "Tell me a story", REPLY)
    return process, rows(data, REPLY)[0][0]


REPLY = "SELECT text FROM message WHERE role = 'assistant' AND length(text) > 0"


def begun(task: str, data: Path, model: Path, text: str, query: str) -> subprocess.Popen:
    """Start the program with a task, and return it once a query finds something in the database."""
    command = [sys.executable, "-m", "tests.journeys.child", task, str(data), str(model), text]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 3 * PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if (data / "conversations.sqlite3").exists():
            try:
                found = rows(data, query)
            except Exception:  # noqa: BLE001  the tables are not made yet
                found = []
            if found:
                return process
        time.sleep(0.05)
    process.kill()
    pytest.fail(f"nothing came of it: {process.communicate()}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_program_in_good_order(endless: Path, tmp_path: Path, number: int) -> None:
    process, seen = mid_reply(tmp_path / "data", endless)
    began = time.monotonic()
    process.send_signal(number)
    output, errors = process.communicate(timeout=15)
    assert time.monotonic() - began < 10
    assert (process.returncode, output) == (0, "")
    assert "Traceback" not in errors
    [(text, status)] = rows(tmp_path / "data", "SELECT text, status FROM message WHERE role = 'assistant'")
    assert text.startswith(seen)
    assert status == "interrupted"
    assert segments(tmp_path / "data")


def test_a_killed_program_loses_a_second_at_most(start: Start, endless: Path, tmp_path: Path) -> None:
    process, seen = mid_reply(tmp_path / "data", endless)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    driver = start(endless)
    driver.choose_chat("Tell me a story")
    wait_until(lambda: len(driver.messages()) == 2)
    assert driver.texts()[0] == "Tell me a story"
    assert driver.last_text().startswith(seen)
    assert driver.statuses() == ["complete", "interrupted"]
    driver.go_on()
    driver.wait_for_text(len(seen) + 20)
    driver.stop()
    assert driver.last_text().startswith(seen)
