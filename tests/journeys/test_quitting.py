"""Quitting at any moment keeps what there is; the next start brings it back."""

import threading
import time
from pathlib import Path

from PySide6.QtCore import Qt

from tests.journeys.conftest import Start
from tests.journeys.driver import Driver, rows, segments, wait_until


def streaming(start: Start, model: Path) -> Driver:
    driver = start(model)
    driver.send("Tell me a story")
    driver.wait_for_text(60)
    return driver


def check_kept_and_continued(start: Start, model: Path, shown: str) -> None:
    driver = start(model)
    wait_until(lambda: len(driver.messages()) == 2)
    assert driver.statuses() == ["complete", "interrupted"]
    kept = driver.last_text()
    assert kept.startswith(shown)
    assert driver.stats.tokens_decoded == 0
    driver.go_on()
    wait_until(lambda: driver.statuses()[-1:] == ["streaming"] and len(driver.last_text()) > len(kept) + 20)
    driver.stop()
    assert driver.last_text().startswith(kept)
    [(read,)] = driver.rows("SELECT stats ->> 'tokens_read' FROM message ORDER BY id DESC LIMIT 1")
    assert read <= 1, "all but the last token was stored"


def test_quitting_while_a_reply_streams_keeps_it(start: Start, endless: Path) -> None:
    driver = streaming(start, endless)
    shown = driver.last_text()
    driver.quit()
    assert driver.application.ended_in_time
    [(text, status)] = rows(driver.data, "SELECT text, status FROM message WHERE role = 'assistant'")
    assert text.startswith(shown)
    assert status == "interrupted"
    assert segments(driver.data)
    check_kept_and_continued(start, endless, shown)


def test_closing_the_window_while_a_reply_streams_keeps_it(start: Start, endless: Path) -> None:
    driver = streaming(start, endless)
    shown = driver.last_text()
    driver.application.main_window.close()
    wait_until(lambda: driver.application._is_quitting and driver.application._loop.is_closed())
    assert rows(driver.data, "SELECT status FROM message WHERE role = 'assistant'") == [("interrupted",)]
    check_kept_and_continued(start, endless, shown)


def test_what_was_sent_the_moment_before_is_not_lost(start: Start, brief: Path) -> None:
    driver = start(brief)
    driver.type("Do not lose me")
    driver.press(Qt.Key.Key_Return)
    driver.quit()
    assert rows(driver.data, "SELECT text FROM message WHERE role = 'user'") == [("Do not lose me",)]


def test_quitting_while_a_model_loads(start: Start, slow: Path) -> None:
    driver = start(slow, waits=False)
    wait_until(lambda: "Loading" in driver.sentences())
    driver.quit()
    assert driver.application.ended_in_time


def test_drafts_panes_and_scroll_positions_come_back(start: Start, brief: Path) -> None:
    first = start(brief)
    for number in range(6):
        first.send_and_wait(f"Message number {number}")
    first.application.main_window.resize(1000, 500)
    first.fork(5)
    first.settle()
    first.type("left unfinished", pane=0)
    first.type("right unfinished", pane=1)
    bar = first.part("transcript", 0).verticalScrollBar()
    assert bar.maximum() > 200, "there is something to scroll"
    bar.setValue(120)
    first.quit()
    driver = start(brief)
    wait_until(lambda: len(driver.panes()) == 2 and len(driver.messages(0)) == 12 and len(driver.messages(1)) == 6)
    wait_until(lambda: driver.part("transcript", 0).verticalScrollBar().value() == 120)
    assert driver.composer(0).toPlainText() == "left unfinished"
    assert driver.composer(1).toPlainText() == "right unfinished"


def test_quit_returns_in_time_though_the_worker_hangs(start: Start, endless: Path, expect_log) -> None:
    driver = streaming(start, endless)
    [turn] = driver.application._chats._turns._running.values()
    wrote, hung = turn.wrote, []

    def hang(text: str) -> None:
        if not hung:
            hung.append(text)
            time.sleep(7)  # more than quit waits for the worker
        wrote(text)

    wait_until(lambda: driver.rows("SELECT length(text) FROM message WHERE role = 'assistant'")[0][0] > 0)
    turn.wrote = hang
    wait_until(lambda: bool(hung))
    expect_log("the worker did not end in time")
    expect_log("A job was posted after the database was closed")
    began = time.monotonic()
    driver.quit()
    assert time.monotonic() - began < 10
    assert not driver.application.ended_in_time
    assert not (driver.data / "conversations.sqlite3-wal").exists(), "closed, not abandoned"
    [(text, status)] = rows(driver.data, "SELECT text, status FROM message WHERE role = 'assistant'")
    assert text, "what was stored every second is there"
    assert status == "streaming", "the next start marks it as interrupted"
    [worker] = [thread for thread in threading.enumerate() if thread.name == "inference"]
    worker.join(20)
