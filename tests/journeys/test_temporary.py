"""What is said in a temporary chat is nowhere on the disk: while it is open, once it is closed, after quitting, and after a kill."""

import json
import subprocess
import sys
from pathlib import Path

from desktop.conversations.message import is_temporary
from tests.journeys.conftest import Start
from tests.journeys.driver import Driver, rows, segments, wait_until

MARK = "xylophonquark is what i never said"
LEAST = 12  # characters


def on_disk(data: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(data.rglob("*")) if file.is_file())


def assert_absent(data: Path, *texts: str) -> None:
    """Look for texts on the disk; a reply, which is random, may be so short that it stands there by chance."""
    found = on_disk(data)
    for text in (text for text in texts if len(text) > LEAST):
        for piece in (text, text.upper(), json.dumps(text)[1:-1]):
            assert piece.encode() not in found


def begin(driver: Driver) -> None:
    driver.click(driver.widget("newTemporaryChatButton"))
    wait_until(lambda: is_temporary(driver.chat_id(driver.active_pane())))


def close(driver: Driver, pane: int = 0) -> None:
    chat_id = driver.chat_id(pane)
    driver.click(driver.part("closePaneButton", pane))
    driver.click(driver.part("confirmDeleteButton", pane))
    wait_until(lambda: chat_id not in [driver.chat_id(number) for number in range(len(driver.panes()))])
    driver.settle()


def test_nothing_of_it_is_stored(start: Start, tmp_path: Path, brief: Path) -> None:
    data = tmp_path / "data"
    driver = start(brief)
    driver.send_and_wait("Where do rivers come from?")
    kept = driver.segments()
    begin(driver)
    reply = max((driver.send_and_wait(MARK) for _ in range(3)), key=len)
    driver.type(MARK[::-1])
    driver.run(driver.application.main_window.save_drafts())
    assert driver.segments() == kept
    assert_absent(data, MARK, reply, MARK[::-1])
    close(driver)
    assert_absent(data, MARK, reply, MARK[::-1])
    assert driver.segments() == kept
    driver.choose_chat("Where do rivers come from?")
    wait_until(lambda: len(driver.messages()) == 2)
    driver.settle()
    driver.send_and_wait("And brooks?")
    assert len(driver.segments()) > len(kept)
    begin(driver)
    reply = driver.send_and_wait(MARK)
    driver.quit()
    assert_absent(data, MARK, reply)
    assert rows(data, "SELECT count(*) FROM message") == [(4,)]
    again = start(brief)
    assert "Temporary chat" not in again.chat_titles()
    again.choose_chat("Where do rivers come from?")
    wait_until(lambda: len(again.messages()) == 4)
    assert not is_temporary(again.chat_id())


def test_a_kill_leaves_nothing_of_it(tmp_path: Path, brief: Path) -> None:
    data, text = tmp_path / "data", "Where do rivers come from?"
    command = [sys.executable, "-m", "tests.journeys.child", "temporary", str(data), str(brief), text]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = process.stdout.readline()
    process.kill()
    _, errors = process.communicate(timeout=15)
    assert told, errors
    assert_absent(data, text[::-1], json.loads(told)["reply"])
    assert text.encode() in on_disk(data)
    assert segments(data)


def test_a_kept_one_is_there_after_a_restart(start: Start, tmp_path: Path, brief: Path) -> None:
    driver = start(brief)
    begin(driver)
    reply = driver.send_and_wait(MARK)
    assert not driver.segments()
    decoded = driver.stats.tokens_decoded
    driver.click(driver.part("keepTemporaryButton"))
    wait_until(lambda: not is_temporary(driver.chat_id()) and len(driver.messages()) == 2)
    driver.settle()
    assert driver.texts() == [MARK, reply]
    assert driver.stats.tokens_decoded == decoded  # taken from the context
    assert driver.segments()
    driver.quit()
    again = start(brief)
    assert again.texts() == [MARK, reply]
    assert again.stats.tokens_decoded == 0
    assert MARK in again.chat_titles()
