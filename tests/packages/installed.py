"""The .deb in a clean root, and its program as a desktop starts it: from its entry, with a home of its own."""

import ctypes
import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.conversations.message import ReplyStats
from desktop.system.program import APPLICATION_ID
from tests.packages.clean_root import CleanRoot
from tests.packages.display import Display, JourneyError, until

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as the database has it."""

    text: str
    status: str
    stats: ReplyStats


@dataclass(frozen=True, slots=True)
class Installed:
    """The program in a root, and the home that it is used with."""

    root: Path
    home: Path

    @classmethod
    def install(cls, deb: Path, folder: Path) -> "Installed":
        """Install a package into a clean root under the folder."""
        root, home = CleanRoot.make(folder), folder / "home"
        (home / "run").mkdir(parents=True)
        (home / "run").chmod(0o700)
        try:
            root.dpkg("--install", str(deb))
        except subprocess.CalledProcessError as error:
            raise JourneyError(f"The package cannot be installed:\n{error.stdout}") from error
        return cls(root.path, home)

    @property
    def entry(self) -> Path:
        """Return the menu entry."""
        return self.root / f"usr/share/applications/{APPLICATION_ID}.desktop"

    @property
    def window_class(self) -> str:
        """Return what the menu entry says of the program's windows, by which a desktop knows whose they are."""
        lines = self.entry.read_text("utf-8").splitlines()
        return next((line.partition("=")[2] for line in lines if line.startswith("StartupWMClass=")), "")

    @property
    def data(self) -> Path:
        """Return where the program keeps what is a person's."""
        return self.home / "data/rivulet"

    @property
    def log(self) -> Path:
        """Return the file with what the program writes to its output."""
        return self.home / "output.log"

    @contextmanager
    def started(self, display: Display, *files: Path) -> Iterator[float]:
        """Start the program from its menu entry, as a desktop does, and give the moment; what still runs afterwards is ended."""
        environment = {
            "PATH": f"{self.root / 'usr/bin'}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "DISPLAY": display.name,
            "LANG": "C.UTF-8",
            "XDG_DATA_HOME": str(self.data.parent),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "XDG_RUNTIME_DIR": str(self.home / "run"),
            "XDG_DATA_DIRS": f"{self.root / 'usr/share'}:/usr/local/share:/usr/share",
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.home / 'no-bus'}",  # not the one of whoever runs this
        }
        began = time.monotonic()
        with self.log.open("ab") as log:
            command = ["gio", "launch", str(self.entry), *map(str, files)]
            launcher = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            if launcher.wait(30):
                raise JourneyError(f"The desktop could not start the program from its entry:\n{self.log.read_text('utf-8')}")
            yield began
        finally:
            with suppress(ProcessLookupError):
                os.killpg(launcher.pid, signal.SIGKILL)

    def replies(self) -> list[Reply]:
        """Return the replies that are finished, the oldest first."""
        return [
            Reply(text, status, ReplyStats(**json.loads(stats)))
            for text, status, stats in self._rows("SELECT text, status, stats FROM message WHERE role = 'assistant' ORDER BY id")
            if status != "streaming" and stats
        ]

    def questions(self) -> list[str]:
        """Return what was sent, the oldest first."""
        return [text for (text,) in self._rows("SELECT text FROM message WHERE role = 'user' ORDER BY id")]

    def wait_for_reply(self, count: int, within: float) -> Reply:
        """Wait until there are so many replies, and return the last."""
        until(lambda: len(self.replies()) >= count, within, f"Reply {count} was not finished")
        return self.replies()[count - 1]

    def _rows(self, query: str) -> list[tuple[str, ...]]:
        database = self.data / "conversations.sqlite3"
        if not database.exists():
            return []
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(query).fetchall()


@contextmanager
def adopting() -> Iterator[None]:
    """Let what the desktop's launcher starts and leaves become this process's children, so that it can be told how they ended."""
    prctl = ctypes.CDLL(None).prctl
    prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def wait_for_end(process: int, within: float) -> int:
    """Wait for an adopted process to end and return its exit code."""
    found, status = until(lambda: _ended(process), within, "The program did not end")
    assert found == process
    return os.waitstatus_to_exitcode(status)


def _ended(process: int) -> tuple[int, int] | None:
    found, status = os.waitpid(process, os.WNOHANG)
    return (found, status) if found else None
