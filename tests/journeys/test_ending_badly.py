"""A run ends badly: the next start says so and offers a report; one that was only killed is not spoken of."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guide_off import leave_guide_out
from tests.journeys.conftest import Start
from tests.journeys.driver import PATIENCE

CRASHED = "Rivulet did not end properly last time. Your chats are kept."
DEFECT = "Something went wrong in Rivulet last time. Your chats are kept."
SECRET = "my secret sentence"


def ended(data: Path, model: Path, how: str) -> int:
    """Let a new process have a chat about the secret, and then end as it is told to; return its exit code."""
    leave_guide_out(data)
    command = [sys.executable, "-m", "tests.journeys.child", "ended_badly", str(data), str(model), f"{how} {SECRET}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"replied\n"
        if how == "kill":
            os.kill(process.pid, signal.SIGKILL)
        return process.wait(PATIENCE)


def reports(data: Path) -> list[Path]:
    return list((data / "logs" / "reports").glob("*"))


@pytest.mark.parametrize(
    ("how", "said", "told"),
    [
        ("segfault", CRASHED, "Segmentation fault"),
        ("abort", CRASHED, "Fatal Python error: Aborted"),
        ("assertion", CRASHED, "llama.cpp ended the process: /src/ggml.c:12: GGML_ASSERT(a == b) failed"),
        ("raise", DEFECT, "builtins.ZeroDivisionError"),
    ],
)
def test_the_next_start_tells_it_once(start: Start, brief: Path, tmp_path: Path, how: str, said: str, told: str) -> None:
    code = ended(tmp_path / "data", brief, how)
    assert (code == 0) == (how == "raise")
    driver = start()
    [(asked,), (replied,)] = driver.rows("SELECT text FROM message ORDER BY id")
    assert asked == SECRET
    assert driver.application.main_window.notices.sentences() == [said]
    [report] = reports(driver.data)
    text = report.read_text()
    assert told in text
    assert SECRET not in text
    assert replied[:20] not in text
    assert report.stat().st_mode & 0o777 == 0o600
    driver.quit()
    again = start()
    assert again.application.main_window.notices.sentences() == []
    assert reports(again.data) == [report], "until the person deletes it"


@pytest.mark.parametrize("how", ["kill", "quit"])
def test_a_run_that_did_nothing_wrong_is_not_spoken_of(start: Start, brief: Path, tmp_path: Path, how: str) -> None:
    code = ended(tmp_path / "data", brief, how)
    assert code == (0 if how == "quit" else -signal.SIGKILL)
    assert (tmp_path / "data" / "logs" / "crash.log").exists() == (how == "kill")
    driver = start()
    assert len(driver.rows("SELECT text FROM message")) == 2
    assert driver.application.main_window.notices.sentences() == []
    assert reports(driver.data) == []
    assert not (driver.data / "logs" / "crash.log").exists()


def test_another_data_directory_hears_nothing(start: Start, brief: Path, tmp_path: Path) -> None:
    ended(tmp_path / "other", brief, "segfault")
    driver = start()
    assert driver.application.main_window.notices.sentences() == []
    assert (tmp_path / "other" / "logs" / "crash.log").exists()
