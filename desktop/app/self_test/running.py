"""The process that waits: it has others run the checks, so that a crash or a hang is a result like any other."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import NoReturn

from desktop.app.self_test.part import part_arguments, told_in
from desktop.app.self_test.report import Check, Report, Result, not_run
from desktop.system.paths import AppPaths
from desktop.system.program import program_command

SECONDS = 120.0  # for everything, which takes about ten
GRACE = 3.0  # seconds in which a process that took too long tells what it was doing
POLL = 0.05
MOST_LOG = 20_000  # characters

Command = Callable[[Path, float, Sequence[Check]], Sequence[str]]
"""What starts a process that runs checks, in a folder and for so many seconds at most."""

Tell = Callable[[str], None]
"""Takes a line for whoever watches."""


def run_self_test() -> int:
    """Try whether everything works, print what came of it as JSON on standard output, and return 0 where all passed, else 1."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            signal.signal(number, _leave)  # what is temporary goes then, too
    report = try_everything(_rivulet, _write)
    sys.stdout.write(report.encode() + "\n")
    sys.stdout.flush()
    return 0 if report.passed else 1


def try_everything(command: Command, tell: Tell, seconds: float = SECONDS) -> Report:
    """Have all checks run by processes of the command's and return what came of them; nothing is left of it afterwards."""
    began = monotonic()
    try:
        folder = Path(tempfile.mkdtemp(prefix="rivulet-self-test-"))
    except OSError as error:
        why = f"no temporary folder can be made ({error.strerror or error})."
        tell(f"Nothing was run: {why}")
        return Report([not_run(name, why) for name in Check], monotonic() - began)
    try:
        results = _Course(folder, command, tell, began + seconds).results()
        if not all(result.passed for result in results):
            _tell_log(folder, tell)
    finally:
        _remove(folder)
    return Report(results, monotonic() - began)


class _Course:
    """One process after the other, until something came of every check or no time is left."""

    def __init__(self, folder: Path, command: Command, tell: Tell, deadline: float) -> None:
        self._folder, self._command, self._tell, self._deadline = folder, command, tell, deadline
        self._told = told_in(folder)
        self._results: dict[Check, Result] = {}

    def results(self) -> list[Result]:
        """Run all checks and return what came of each, in order."""
        while left := [name for name in Check if name not in self._results]:
            if monotonic() >= self._deadline:
                for name in left:
                    self._note(not_run(name, "no time was left."))
            else:
                before_restart = left[: left.index(Check.RESTART)] if Check.RESTART in left else []
                self._run(before_restart or left)
        return [self._results[name] for name in Check]

    def _run(self, names: Sequence[Check]) -> None:
        """Have one process run checks. The one at which it ends too early, or badly, did not pass and is not run again."""
        why = self._why_ended(names)
        running = self._take()
        lost = [name for name in names if name not in self._results]
        if running in lost:
            self._note(Result(running, passed=False, problem=why or "Its process ended in its middle."))
        elif lost:
            self._note(not_run(lost[0], why or "its process ended before it."))
        elif why and self._results[names[-1]].passed:
            self._note(replace(self._results[names[-1]], passed=False, problem=f"Afterwards, at its end: {why}"))

    def _why_ended(self, names: Sequence[Check]) -> str:
        """Start a process, wait for its end, and return what was wrong with that; empty where nothing was."""
        seconds = max(1.0, self._deadline - monotonic())
        errors = subprocess.DEVNULL if sys.__stderr__ is None else 2  # a program without a console has none
        try:
            process = subprocess.Popen(
                self._command(self._folder, seconds, names),
                stdin=subprocess.DEVNULL,
                stdout=errors,  # the report stands alone on standard output
                stderr=errors,
                env=_environment(self._folder),
            )
        except OSError as error:
            return f"Rivulet cannot be started ({error.strerror or error})."
        try:
            while (code := process.poll()) is None and monotonic() < self._deadline + GRACE:
                self._take()
                sleep(POLL)
        finally:  # also where somebody ends this one
            process.kill()
            process.wait()
        if monotonic() >= self._deadline:
            return "It did not come to its end in time; what it was doing stands in the error output."
        return "" if code == 0 else _told_code(code)

    def _take(self) -> Check | None:
        """Note what was told since, and return the check that is running."""
        results, running = self._told.read()
        for result in results:
            if result.name not in self._results:
                self._note(result)
        return running

    def _note(self, result: Result) -> None:
        self._results[result.name] = result
        self._tell(f"{result.name}: " + (f"passed, {result.seconds:.1f} s" if result.passed else f"FAILED. {result.problem}"))


def _rivulet(folder: Path, seconds: float, names: Sequence[Check]) -> tuple[str, ...]:
    return program_command(*part_arguments(folder, seconds, names))


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of a process that leaves alone what belongs to the person, and whose temporary files go with the folder."""
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    own = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary)) | {"HF_HUB_CACHE": str(folder / "none")}
    # No backtrace of llama.cpp's: it starts a debugger for one where it finds any, which takes minutes.
    return {**os.environ, **own, "GGML_NO_BACKTRACE": "1"}


def _told_code(code: int | None) -> str:
    if code is None or code >= 0:
        return f"Its process ended with code {code}."
    try:
        return f"Its process was ended by {signal.Signals(-code).name}."
    except ValueError:
        return f"Its process was ended by signal {-code}."


def _tell_log(folder: Path, tell: Tell) -> None:
    """Say what Rivulet's log holds, which is about to go."""
    for file in sorted(AppPaths.under(folder / "data").logs.glob("*.log")):
        text = file.read_text("utf-8", "replace")[-MOST_LOG:].strip()
        if text:
            tell(f"{file.name}:\n{text}")


def _remove(folder: Path) -> None:
    for _ in range(20):  # Windows holds what a process that was just killed had open
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        sleep(0.1)


def _leave(number: int, frame: object) -> NoReturn:
    sys.exit(1)


def _write(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
