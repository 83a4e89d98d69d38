"""The program as a person starts it from a terminal: a process each time."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import desktop

ROOT = Path(desktop.__file__).parents[1]
PATIENCE = 60.0  # seconds


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class CommandLine:
    """The program on one data directory, as a process each."""

    data: Path

    def start(self, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "desktop.app", "--data-dir", str(self.data), *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            **options,
        )

    def __call__(self, *arguments: str, stdin: str | None = None) -> Ended:
        process = self.start(*arguments, stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL)
        out, err = finished(process, stdin)
        return Ended(process.returncode, out, err)

    def done(self, *arguments: str) -> Any:
        """Return the JSON that a command printed, which must end well."""
        ended = self(*arguments, "--json")
        assert (ended.code, ended.err) == (0, "")
        return ended.json

    def run(self, model: Path, *arguments: str) -> Any:
        return self.done("--model", str(model), "run", *arguments)

    @contextmanager
    def application(self, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
        """The window's process, which listens when this begins."""
        process = self.start(*arguments)
        try:
            wait_until(self.socket.exists, process)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            finished(process)

    @property
    def socket(self) -> Path:
        return self.data / "socket"


def finished(process: "subprocess.Popen[str]", stdin: str | None = None) -> tuple[str, str]:
    """Return what a process printed once it has ended; one that does not end is killed."""
    try:
        return process.communicate(stdin, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise


def wait_until(condition: Callable[[], object], process: "subprocess.Popen[str] | None" = None) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert process is None or process.poll() is None, "the process ended"
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.02)
