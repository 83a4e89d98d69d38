"""What came of the self-test, check by check."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import desktop
from desktop.system.program import is_frozen


class Check(StrEnum):
    """What is looked at, in this order."""

    IMPORTS = "imports"
    DATABASE = "database"
    KEYRING = "keyring"
    DEVICES = "devices"
    RESOURCES = "resources"
    GUIDE = "guide"
    REPLY = "reply"
    RESTART = "restart"  # this one and those below in a process that began after the others' had ended
    FORK = "fork"
    PANE = "pane"


NEEDS: Mapping[Check, Check] = {Check.REPLY: Check.GUIDE} | dict.fromkeys((Check.RESTART, Check.FORK, Check.PANE), Check.REPLY)
"""The check without which another cannot run."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a check."""

    name: Check
    passed: bool
    seconds: float = 0.0
    found: Mapping[str, object] = field(default_factory=dict)
    problem: str = ""  # why it did not pass

    def fields(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return {"name": self.name, "passed": self.passed, "seconds": self.seconds, "found": self.found, "problem": self.problem}


@dataclass(frozen=True, slots=True)
class Report:
    """What came of all of them."""

    results: Sequence[Result]
    seconds: float

    @property
    def passed(self) -> bool:
        """Tell whether each check was there and passed."""
        return [result.name for result in self.results if result.passed] == list(Check)

    def encode(self) -> str:
        """Return the report as JSON."""
        told = {
            "passed": self.passed,
            "version": desktop.__version__,
            "frozen": is_frozen(),
            "seconds": round(self.seconds, 3),
            "checks": [result.fields() for result in self.results],
        }
        return json.dumps(told, indent=2)


def not_run(name: Check, why: str) -> Result:
    """Return the result of a check that was not begun."""
    return Result(name, passed=False, problem=f"Not run: {why}")


class Told:
    """The file through which the process that runs checks tells the one that waits. It outlives a crash to the last line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self, name: Check) -> None:
        """Tell that a check begins."""
        self._add({"begins": name})

    def end(self, result: Result) -> None:
        """Tell what came of it."""
        self._add(result.fields())

    def read(self) -> tuple[list[Result], Check | None]:
        """Return the results so far, and the check that was begun and has not ended."""
        text = self._path.read_text("utf-8") if self._path.exists() else ""
        results, running = list[Result](), None
        for line in text.rpartition("\n")[0].splitlines():  # the last one may be half written
            fields = json.loads(line)
            if "begins" in fields:
                running = Check(fields["begins"])
            else:
                results.append(Result(**fields | {"name": Check(fields["name"])}))
                running = None
        return results, running

    def _add(self, fields: Mapping[str, object]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(fields) + "\n")
