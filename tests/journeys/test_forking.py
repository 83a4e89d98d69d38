"""Forks: at any message, beside, at once, after a restart; nothing read again, nothing copied."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.journeys.conftest import Start
from tests.journeys.driver import Driver, wait_until

FIRST, SECOND, THIRD = "What is a river?", "And a rivulet?", "And a brook?"


def three_turns(start: Start, model: Path) -> Driver:
    driver = start(model)
    for text in (FIRST, SECOND, THIRD):
        driver.send_and_wait(text)
    return driver


def written(driver: Driver) -> int:
    """Return the tokens that all replies took to write."""
    return driver.rows("SELECT coalesce(sum(stats ->> 'tokens_written'), 0) FROM message")[0][0]


def read(driver: Driver) -> int:
    """Return the tokens that were decoded for prompts, as all replies tell."""
    return driver.rows("SELECT coalesce(sum(stats ->> 'tokens_read'), 0) FROM message")[0][0]


@pytest.mark.parametrize("reply", [1, 3, 5], ids=["first", "middle", "last"])
def test_a_fork_at_a_reply_costs_nothing_and_both_chats_go_on(start: Start, brief: Path, reply: int) -> None:
    driver = three_turns(start, brief)
    before, files, messages = driver.stats, driver.segments(), driver.rows("SELECT * FROM message")
    shared = driver.texts()[: reply + 1]
    driver.fork(reply)
    driver.settle()
    assert driver.stats == before, "a fork decodes nothing and reads nothing from disk"
    assert driver.segments() == files
    assert driver.rows("SELECT * FROM message") == messages
    assert driver.texts(1) == shared
    assert driver.chat_titles().count(f"Fork of {FIRST}") == 1
    read_before = read(driver)
    driver.send_and_wait("Something else", pane=1)
    text = "\n<|im_start|>user\nSomething else<|im_end|>\n<|im_start|>assistant\n"
    assert read(driver) - read_before <= tokens_of(text), "only the new message is read, and what the template writes around it"
    assert driver.texts(1)[:-2] == shared
    driver.send_and_wait("Back here", pane=0)
    assert len(driver.messages(0)) == 8
    assert len(driver.messages(1)) == len(shared) + 2
    assert set(driver.segments()) > set(files)
    assert all(driver.segments()[name] == size for name, size in files.items())


def tokens_of(text: str) -> int:
    """Return what the tiny models' vocabulary makes of a text: a token for every byte and for every control token."""
    for token in ("<|im_start|>", "<|im_end|>"):
        text = text.replace(token, "\0")
    return len(text.encode())


def test_a_fork_at_a_persons_message_is_answered_at_once(start: Start, brief: Path) -> None:
    driver = three_turns(start, brief)
    before, read_before = driver.stats, read(driver)
    driver.fork(2)
    wait_until(lambda: len(driver.messages(1)) == 4 and driver.is_idle(1))
    driver.settle()
    assert driver.texts(1)[:3] == driver.texts(0)[:3]
    assert driver.statuses(1) == ["complete"] * 4
    assert read(driver) - read_before <= tokens_of("<|im_start|>assistant\n"), "the generation prompt alone"
    assert driver.stats.tokens_restored == before.tokens_restored
    [(siblings,)] = driver.rows("SELECT count(*) FROM message WHERE parent_id = (SELECT id FROM message WHERE text = 'And a rivulet?')")
    assert siblings == 2
    driver.send_and_wait("Go on", pane=1)
    assert "Go on" in driver.chat_titles(), "a fork is named by the first message of its own"


def test_two_chats_stream_at_once_in_shared_batches(start: Start, endless: Path) -> None:
    driver = start(endless)
    driver.send("Tell me a story")
    driver.wait_for_text()
    driver.stop()
    driver.fork(1)
    driver.settle()
    before, written_before = driver.stats, written(driver)
    for pane in (0, 1):
        driver.type("More of it", pane)
    for pane in (0, 1):
        driver.press(Qt.Key.Key_Return, pane=pane)
    wait_until(lambda: all(driver.statuses(pane)[-1:] == ["streaming"] and len(driver.last_text(pane)) > 150 for pane in (0, 1)))
    driver.stop(0)
    driver.stop(1)
    new = written(driver) - written_before
    calls = driver.stats.decode_calls - before.decode_calls
    assert calls < 0.8 * new, f"{new} tokens were written in {calls} calls: each call should carry both chats"
    assert driver.last_text(0)[:150] != driver.last_text(1)[:150], "each reply has a seed of its own"


def test_a_fork_of_a_streaming_reply_shows_it_whole_and_its_stop_button_stops_it(start: Start, endless: Path) -> None:
    driver = start(endless)
    driver.send("Tell me a story")
    driver.wait_for_text()
    driver.fork(1)
    wait_until(lambda: len(driver.messages(1)) == 2 and len(driver.last_text(1)) > 50)
    shown = driver.last_text(1)
    assert not driver.is_idle(1)
    driver.stop(1)
    wait_until(lambda: driver.is_idle(0))
    assert driver.texts(0) == driver.texts(1)
    assert driver.last_text(1).startswith(shown), "no gap between what was stored and what streamed since"
    assert driver.statuses(1) == ["complete", "stopped"]
    assert driver.rows("SELECT count(*) FROM message") == [(2,)]
    driver.send("On my own", pane=1)
    driver.wait_for_text(pane=1)
    driver.stop(1)
    assert len(driver.messages(0)) == 2
    assert len(driver.messages(1)) == 4


def test_a_fork_after_a_restart_reads_nothing_of_the_shared_part(start: Start, brief: Path) -> None:
    three_turns(start, brief).quit()
    driver = start(brief)
    files, before = driver.segments(), read(driver)
    driver.fork(3)
    driver.settle()
    assert driver.stats.tokens_decoded == 0
    assert driver.segments() == files
    driver.send_and_wait("Something else", pane=1)
    text = "\n<|im_start|>user\nSomething else<|im_end|>\n<|im_start|>assistant\n"
    assert read(driver) - before <= tokens_of(text)
    assert driver.stats.tokens_restored > 0


def test_forks_stand_beside_after_a_restart(start: Start, brief: Path) -> None:
    first = three_turns(start, brief)
    first.fork(3)
    first.settle()
    texts = [first.texts(0), first.texts(1)]
    first.quit()
    driver = start(brief)
    wait_until(lambda: len(driver.panes()) == 2 and len(driver.messages(0)) == 6 and len(driver.messages(1)) == 4)
    assert [driver.texts(0), driver.texts(1)] == texts
