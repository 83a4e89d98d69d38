"""The desktop session ends while a reply streams: the reply is kept, and Rivulet is gone in time."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import Start
from tests.journeys.driver import rows, segments, wait_until
from tests.journeys.test_restarting import mid_reply

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the signal's name in Qt's library is another one")

REPLIES = "SELECT text, status FROM message WHERE role = 'assistant' ORDER BY id"


def logged_out(data: Path, model: Path, how: str) -> dict:
    """Let a process take part in the end of a session, and return what it told when that was announced."""
    command = [sys.executable, "-m", "tests.journeys.child", "logged_out", str(data), str(model), how]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (result.returncode, "Traceback" in result.stderr) == (0, False), result.stderr
    told = json.loads(result.stdout)
    assert time.time() - told["time"] < 10
    return told


@pytest.mark.parametrize("how", ["close", "exit"])
def test_the_reply_is_there_in_the_next_session(start: Start, endless: Path, tmp_path: Path, how: str) -> None:
    told = logged_out(tmp_path / "data", endless, how)
    [[text, status]] = told["kept"]
    assert text.startswith(told["shown"])
    assert status == "stopped", "before anything has closed"
    assert told["segments"]
    assert told["is_open"], "the session may still go on"
    assert rows(tmp_path / "data", REPLIES) == [(text, status)]
    driver = start(endless)
    wait_until(lambda: len(driver.messages()) == 2)
    assert driver.last_text() == text
    assert driver.stats.tokens_decoded == 0
    assert driver.application.main_window.notices.sentences() == []


def test_a_session_that_goes_on_has_its_window(endless: Path, tmp_path: Path) -> None:
    told = logged_out(tmp_path / "data", endless, "goes on")
    assert [status for _, status in rows(tmp_path / "data", REPLIES)] == ["stopped", "interrupted"]
    assert told["reply"]


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    """An X server, which processes that the test starts have their windows on."""
    if shutil.which("Xvfb") is None:
        pytest.skip("there is no Xvfb")
    with subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-noreset", "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as server:
        assert server.stdout is not None
        monkeypatch.setenv("DISPLAY", f":{server.stdout.readline().decode().strip()}")
        monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
        yield server
        server.terminate()


def test_a_display_that_is_gone_ends_it_in_good_order(display: subprocess.Popen[bytes], endless: Path, tmp_path: Path) -> None:
    process, seen = mid_reply(tmp_path / "data", endless)
    display.terminate()
    _, errors = process.communicate(timeout=15)
    assert "Traceback" not in errors
    [(text, status)] = rows(tmp_path / "data", REPLIES)
    assert text.startswith(seen)
    assert status == "interrupted"
    assert segments(tmp_path / "data")
    assert not os.path.exists(tmp_path / "data" / "logs" / "crash.log"), "nothing is told of it"
