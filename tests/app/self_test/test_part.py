"""Checks one after the other: what fails is told in a sentence, and the others run."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop.app.self_test.bench import Bench
from desktop.app.self_test.failure import CheckFailedError, need
from desktop.app.self_test.part import Found, Run, part_arguments, run_checks, run_part, told_in
from desktop.app.self_test.report import Check, Result
from desktop.system.errors import RivuletError


def results(folder: Path, *names: Check, bench: Any = None, **runs: Run) -> dict[str, Result]:
    """Run checks that pass unless a function is given for them."""

    def passes(bench: Bench, found: Found) -> None:
        found["seen"] = True

    run_checks(folder, names, bench or Bench(folder / "data"), {name: runs.get(name.value, passes) for name in Check})
    return {result.name.value: result for result in told_in(folder).read()[0]}


def fails(error: BaseException) -> Run:
    def run(bench: Bench, found: Found) -> None:
        found["so_far"] = 1
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (CheckFailedError("The keyring is open."), "The keyring is open."),
        (RivuletError("Nothing is kept."), "Nothing is kept."),
        (FileNotFoundError(2, "No such file or directory", "fork.svg"), "fork.svg cannot be used (No such file or directory)."),
        (ZeroDivisionError("by nothing"), "ZeroDivisionError: by nothing"),
    ],
)
def test_what_fails_is_told_with_what_was_found_so_far(tmp_path: Path, error: BaseException, problem: str) -> None:
    told = results(tmp_path, Check.KEYRING, Check.DEVICES, keyring=fails(error))
    assert (told["keyring"].passed, told["keyring"].problem, told["keyring"].found) == (False, problem, {"so_far": 1})
    assert (told["devices"].passed, told["devices"].found) == (True, {"seen": True})


def test_what_stands_on_a_failed_check_is_not_run_in_another_process_neither(tmp_path: Path) -> None:
    told = results(tmp_path, Check.GUIDE, Check.REPLY, guide=fails(CheckFailedError("There is none.")))
    assert told["reply"].problem == "Not run: it needs guide, which did not pass."
    told = results(tmp_path, Check.RESTART, Check.FORK, Check.PANE)
    assert [told[name].passed for name in ("restart", "fork", "pane")] == [False] * 3
    assert told["pane"].problem == "Not run: it needs reply, which did not pass."


def test_the_last_check_passes_only_if_rivulet_could_quit(tmp_path: Path) -> None:
    def close() -> None:
        closed.append(True)
        need(len(closed) > 1, "It hangs.")

    closed: list[bool] = []
    bench = SimpleNamespace(close=close, raise_defects=lambda: None)
    told = results(tmp_path, Check.KEYRING, Check.DEVICES, bench=bench)
    assert (told["keyring"].problem, told["devices"].problem, told["devices"].passed) == ("", "It hangs.", False)


def test_a_defect_in_the_window_is_the_check_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "__excepthook__", lambda *_: None)
    bench = Bench(tmp_path / "data")

    def slot_raises(bench: Bench, found: Found) -> None:
        bench._on_exception(ValueError, ValueError("in a slot"), None)

    told = results(tmp_path, Check.KEYRING, Check.DEVICES, bench=bench, keyring=slot_raises)
    assert told["keyring"].problem == "Something went wrong in the window: ValueError: in a slot"
    assert told["devices"].passed


def test_half_a_line_is_not_read(tmp_path: Path) -> None:
    results(tmp_path, Check.KEYRING)
    with (tmp_path / "told.jsonl").open("a") as file:
        file.write('{"begins": "devices"}\n{"name": "dev')
    told, running = told_in(tmp_path).read()
    assert ([result.name for result in told], running) == ([Check.KEYRING], Check.DEVICES)


@pytest.mark.parametrize("arguments", [["x"], ["x", "soon", "imports"], ["x", "1", "nothing"]])
def test_nobody_else_starts_it(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_part(arguments) == 2
    assert "--self-test-part" in capsys.readouterr().err


def in_a_process(folder: Path, seconds: float, check: str) -> subprocess.CompletedProcess[str]:
    """Run a check, written as an expression, in place of the guide's, in a process of its own."""
    program = (
        "import sys, threading, time; from desktop.app.self_test import checks, part; from desktop.app.self_test.report import Check;"
        f"checks.CHECKS = {{Check.GUIDE: lambda bench, found: {check}}}; sys.exit(part.run_part(sys.argv[2:]))"
    )
    command = [sys.executable, "-c", program, *part_arguments(folder, seconds, [Check.GUIDE])]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_what_hangs_says_where(tmp_path: Path) -> None:
    done = in_a_process(tmp_path, 0.5, "time.sleep(60)")
    assert done.returncode == 1
    assert "Timeout" in done.stderr
    assert "in run_checks" in done.stderr
    assert told_in(tmp_path).read() == ([], Check.GUIDE)


def test_what_a_failed_check_left_running_holds_nobody_up(tmp_path: Path) -> None:
    done = in_a_process(tmp_path, 30, "(threading.Thread(target=time.sleep, args=[60]).start(), 1 / 0)")
    assert done.returncode == 0, done.stderr
    [result] = told_in(tmp_path).read()[0]
    assert result.problem == "ZeroDivisionError: division by zero"


def test_what_hangs_at_the_end_is_ended_too(tmp_path: Path) -> None:
    done = in_a_process(tmp_path, 1.0, "threading.Thread(target=time.sleep, args=[60]).start()")
    assert (done.returncode, told_in(tmp_path).read()[0][0].passed) == (1, True)
