"""The process that runs checks, one after the other, and tells each before the next begins."""

import faulthandler
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from desktop.app.command_line import SELF_TEST, SELF_TEST_PART
from desktop.app.self_test.failure import CheckFailedError
from desktop.app.self_test.report import NEEDS, Check, Result, Told, not_run
from desktop.system.errors import RivuletError

if TYPE_CHECKING:
    from desktop.app.self_test.bench import Bench

Found = dict[str, object]
Run = Callable[["Bench", Found], None]
"""Runs a check and notes what it finds; what it raises is why it did not pass."""


def run_part(arguments: Sequence[str]) -> int:
    """Run the checks that the arguments name, and return the exit code; see part_arguments()."""
    try:
        folder, seconds, names = Path(arguments[0]), float(arguments[1]), [Check(name) for name in arguments[2:]]
    except (ValueError, IndexError):
        sys.stderr.write(f"rivulet: {SELF_TEST_PART} is what rivulet {SELF_TEST} starts itself with\n")
        return 2
    if sys.__stderr__ is not None:  # a program without a console has none
        faulthandler.enable(sys.__stderr__)
        faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__)
    if sys.platform == "linux" and not any(os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from desktop.app.self_test.bench import Bench
    from desktop.app.self_test.checks import CHECKS

    run_checks(folder, names, Bench(folder / "data"), CHECKS)
    if not all(result.passed for result in told_in(folder).read()[0]):
        os._exit(0)  # whatever it left running is of no interest any more, and may never end
    return 0


def part_arguments(folder: Path, seconds: float, names: Sequence[Check]) -> tuple[str, ...]:
    """Return what has Rivulet run checks: in a folder of the self-test, ending with the stacks of its threads after so many seconds."""
    return (SELF_TEST_PART, str(folder), f"{seconds:.1f}", *names)


def told_in(folder: Path) -> Told:
    """Return what is told in a folder of the self-test."""
    return Told(folder / "told.jsonl")


def run_checks(folder: Path, names: Sequence[Check], bench: "Bench", checks: Mapping[Check, Run]) -> None:
    """Run checks on a bench and tell what came of each; the last one passes only if what they opened could be closed."""
    told = told_in(folder)
    try:
        for name in names:
            told.begin(name)
            passed = {result.name for result in told.read()[0] if result.passed}
            needed = NEEDS.get(name)
            if needed is None or needed in passed:
                result = _run(name, checks[name], bench)
            else:
                result = not_run(name, f"it needs {needed}, which did not pass.")
            if name == names[-1] and (problem := _problem(bench.close)) and not result.problem:
                result = replace(result, passed=False, problem=problem)
            told.end(result)
    finally:
        bench.close()


def _run(name: Check, check: Run, bench: "Bench") -> Result:
    began, found = perf_counter(), Found()
    problem = _problem(lambda: check(bench, found)) or _problem(bench.raise_defects)
    return Result(name, not problem, round(perf_counter() - began, 3), found, problem)


def _problem(act: Callable[[], None]) -> str:
    """Return why something did not go well; empty where it did."""
    try:
        act()
    except CheckFailedError as error:
        return str(error)
    except RivuletError as error:
        return str(error.sentence)
    except OSError as error:
        return f"{error.filename or 'A file'} cannot be used ({error.strerror or error})."
    except Exception as error:  # noqa: BLE001 - whatever it is, the other checks go on
        traceback.print_exc()
        return f"{type(error).__name__}: {error}"
    return ""
