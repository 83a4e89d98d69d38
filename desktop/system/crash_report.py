"""What is told of a run that ended badly: a text that lies on this computer until the person deletes it, and is sent nowhere."""

import contextlib
import json
import logging
import os
import stat
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from pathlib import Path

from desktop.system.crash_file import ABORT, DEFECT, FILE_NAME
from desktop.system.files import write_private
from desktop.system.gpus import find_gpus
from desktop.system.hardware import physical_cores

FOLDER = "reports"  # in the folder of the logs
KEPT = 5
LONGEST = 64_000  # characters of a report

_LONGEST_FILE = 4_000_000  # bytes that are read of what a run left
_NATIVE = ("Fatal Python error:", "Windows fatal exception:", ABORT)

log = logging.getLogger(__name__)


class Ending(Enum):
    """How a run ended that did not end well."""

    CRASHED = auto()  # the process ended in the middle of something
    DEFECT = auto()  # something went wrong, and Rivulet went on


@dataclass(frozen=True, slots=True)
class CrashReport:
    """A report and the file it lies in."""

    path: Path
    ending: Ending
    text: str

    def delete(self) -> None:
        """Remove the file. Raises OSError."""
        self.path.unlink(missing_ok=True)


def take_report(logs: Path, home: str = "~") -> CrashReport | None:
    """Return a report on the last run where that ended badly, and keep it; None: it ended well, or was ended from outside.

    Whoever takes it has the data directory's lock: the file of a run that goes on would be taken too. A process that was killed, or lost
    its power, did nothing wrong and left nothing to tell.

    Args:
        logs: the folder of the logs.
        home: the person's own folder, which a report calls "~" as it is done here.
    """
    left = logs / FILE_NAME
    try:
        if not stat.S_ISREG(left.lstat().st_mode):
            log.warning("what lies in place of %s is no file", FILE_NAME)
            return None
        with open(left, "rb") as file:
            content = file.read(_LONGEST_FILE).decode(errors="replace")
        left.unlink()
    except FileNotFoundError:
        return None
    except OSError as error:
        log.warning("what the last run left could not be read: %s", error)
        return None
    header, _, rest = content.partition("\n")
    if (facts := _facts(header)) is None:
        facts, rest = {}, content
    if (ending := _ending(rest)) is None:
        if content.strip():
            log.info("the last run was ended from outside")
        return None
    text = _told(facts, ending, rest.strip(), os.path.expanduser(home))
    report = CrashReport(logs / FOLDER / f"{datetime.now():%Y-%m-%d-%H%M%S-%f}.txt", ending, text)
    _keep(report)
    return report


def _ending(rest: str) -> Ending | None:
    lines = rest.splitlines()
    if any(line.startswith(_NATIVE) for line in lines):
        return Ending.CRASHED
    return Ending.DEFECT if any(line.startswith(DEFECT) for line in lines) else None


def _facts(header: str) -> dict[str, str] | None:
    """Return what a run told of itself; None: it found no room on the disk for that."""
    try:
        facts = json.loads(header)
    except ValueError:
        return None
    return {str(name): str(value) for name, value in facts.items()} if isinstance(facts, dict) else None


def _told(facts: dict[str, str], ending: Ending, rest: str, home: str) -> str:
    cards = ", ".join(gpu.name for gpu in find_gpus()) or "none"
    what = "The process ended in the middle of something." if ending is Ending.CRASHED else "Something went wrong, and Rivulet went on."
    lines = [
        f"{name}: {value}"
        for name, value in {**facts, "Processor cores": str(physical_cores()), "Graphics": cards, "What happened": what}.items()
    ]
    text = "\n".join(lines) + f"\n\n{rest}\n"
    if folder := home.rstrip(os.sep):
        text = text.replace(f"{folder}{os.sep}", f"~{os.sep}")
    return text if len(text) <= LONGEST else text[:LONGEST] + "\n(shortened)\n"


def _keep(report: CrashReport) -> None:
    """Write a report, and remove those that are too many. One that cannot be written can be shown all the same."""
    folder = report.path.parent
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        write_private(report.path, report.text.encode())
    except OSError as error:
        log.warning("the report on the last run could not be kept: %s", error)
    with contextlib.suppress(OSError):
        for old in sorted(folder.glob("*.txt"))[:-KEPT]:
            old.unlink()
