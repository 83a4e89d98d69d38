"""The process that waits: whatever the others do, there is a result of every check, and nothing is left."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.app.self_test import running
from desktop.app.self_test.report import Check, Report
from desktop.app.self_test.running import Command, try_everything

Acting = Callable[..., Command]

pytestmark = pytest.mark.usefixtures("temporary")


def problems(report: Report) -> dict[str, str]:
    assert [result.name for result in report.results] == list(Check), "each is told, in order"
    return {result.name.value: result.problem for result in report.results if not result.passed}


def test_what_passes_is_told_line_by_line(acting: Acting) -> None:
    said: list[str] = []
    report = try_everything(acting(), said.append)
    assert report.passed
    assert said == [f"{name}: passed, 0.0 s" for name in Check]


def test_a_restart_that_fails_is_told_and_what_can_still_run_does(acting: Acting) -> None:
    report = try_everything(acting("if name == 'restart': sys.exit(3)"), print)
    assert not report.passed
    assert problems(report) == {"restart": "Its process ended with code 3."}


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_a_crash_is_told_by_its_name(acting: Acting) -> None:
    report = try_everything(acting("if name == 'devices': os.kill(os.getpid(), 11)"), print)
    assert problems(report) == {"devices": "Its process was ended by SIGSEGV."}


def test_a_bad_end_after_the_last_check_is_no_pass(acting: Acting) -> None:
    report = try_everything(acting(after="sys.exit(7 if name == 'reply' else 0)"), print)
    assert problems(report) == {"reply": "Afterwards, at its end: Its process ended with code 7."}


def test_a_process_that_tells_nothing_passes_nothing() -> None:
    report = try_everything(lambda *_: (sys.executable, "-c", "pass"), print)
    assert set(problems(report).values()) == {"Not run: its process ended before it."}
    assert len(problems(report)) == len(Check)


def test_where_rivulet_cannot_be_started_each_check_says_so(tmp_path: Path) -> None:
    report = try_everything(lambda *_: (str(tmp_path / "rivulet"),), print)
    assert set(problems(report).values()) == {"Not run: Rivulet cannot be started (No such file or directory)."}


def test_what_hangs_is_ended_and_named(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "GRACE", 0.1)
    began = time.monotonic()
    report = try_everything(acting("time.sleep(60 if name == 'guide' else 0)"), print, seconds=1.5)
    assert time.monotonic() - began < 10
    told = problems(report)
    assert told["guide"] == "It did not come to its end in time; what it was doing stands in the error output."
    assert {told[name] for name in ("reply", "restart", "fork", "pane")} == {"Not run: no time was left."}
    assert len(told) == 5


def test_its_temporary_files_and_its_log_do_not_outlive_it_but_the_log_is_told(acting: Acting, temporary: Path) -> None:
    write = "; ".join(
        (
            "import tempfile, pathlib",
            "pathlib.Path(tempfile.gettempdir(), 'left').touch()",
            "logs = told._path.parent / 'data' / 'logs'",
            "logs.mkdir(parents=True, exist_ok=True)",
            "(logs / 'rivulet.log').write_text('the guide sank')",
            "name == 'guide' and sys.exit(1)",
        )
    )
    said: list[str] = []
    assert not try_everything(acting(write), said.append).passed
    assert said[-1] == "rivulet.log:\nthe guide sank"


def test_without_a_place_for_temporary_files_nothing_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, acting: Acting) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    said: list[str] = []
    report = try_everything(acting(), said.append)
    assert set(problems(report).values()) == {"Not run: no temporary folder can be made (Not a directory)."}
    assert said == ["Nothing was run: no temporary folder can be made (Not a directory)."]


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")
def test_who_ends_it_leaves_no_file_and_no_process(temporary: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(temporary)}
    command = [sys.executable, "-m", "desktop.app", "--self-test"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        while not (begun := list(temporary.glob("*/told.jsonl"))):  # a process runs checks in there
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, output) == (1, "")
    assert not [one for one in Path("/proc").glob("[0-9]*") if str(begun[0].parent).encode() in _command_line(one)]


def _command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:  # it has ended
        return b""
