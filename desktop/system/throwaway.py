"""A process that is made for one look at something that may end it."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from typing import IO

from desktop.system.threads import in_thread

POLL_SECONDS = 0.02
MOST_OUTPUT = 1 << 16  # bytes that are read of it
_CARDS = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "GGML_VK_VISIBLE_DEVICES")
_SECRET = re.compile(r"TOKEN|KEY|SECRET|PASS|CREDENTIAL", re.IGNORECASE)


if sys.platform == "win32":

    def _start(command: tuple[str, ...], environment: dict[str, str], output: IO[bytes], errors: IO[bytes]) -> "subprocess.Popen[bytes]":
        flags = subprocess.CREATE_NO_WINDOW
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=errors, env=environment, creationflags=flags)

    def _kill(process: "subprocess.Popen[bytes]") -> None:
        process.kill()
else:

    def _start(command: tuple[str, ...], environment: dict[str, str], output: IO[bytes], errors: IO[bytes]) -> "subprocess.Popen[bytes]":
        # A process group of its own: Ctrl+C is not for it.
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=errors, env=environment, process_group=0)

    def _kill(process: "subprocess.Popen[bytes]") -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started too


@dataclass(frozen=True, slots=True)
class Ended:
    """How such a process ended."""

    code: int | None  # None: it took too long
    output: str
    errors: str


class Throwaway:
    """A Python module run in a process of its own, in a thread that waits for it; stop() may come from any."""

    def __init__(self, module: str, *arguments: str, sees_cards: bool = False) -> None:
        """Name what is to run; sees_cards: it may use graphics cards."""
        self._command = (sys.executable, "-m", module, *arguments)
        self._environment = _environment(sees_cards=sees_cards)
        self._is_stopped = Event()

    def stop(self) -> None:
        """Kill the process."""
        self._is_stopped.set()

    async def ended(self, thread: str, seconds: float) -> Ended:
        """Run it in a thread of this name; see run(). Cancelled, it ends at once."""
        running = asyncio.ensure_future(in_thread(thread, lambda: self.run(seconds)))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            self.stop()
            await asyncio.wait([running])
            raise

    def run(self, seconds: float) -> Ended:
        """Wait until it ended by itself, was stopped, or so many seconds passed. Raises OSError where it cannot begin."""
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            # Its standard input stays open as long as this process lives.
            with _start(self._command, self._environment, output, errors) as process:
                deadline = time.monotonic() + seconds
                try:
                    while process.poll() is None and time.monotonic() < deadline and not self._is_stopped.wait(POLL_SECONDS):
                        pass
                finally:  # also where Ctrl+C ends the wait
                    if (code := process.poll()) is None:
                        _kill(process)
            return Ended(code, *(_text(file.fileno()) for file in (output, errors)))


def _environment(*, sees_cards: bool) -> dict[str, str]:
    # No backtrace: llama.cpp starts a debugger for one where it finds any, which takes minutes.
    own = {"GGML_NO_BACKTRACE": "1"} | ({} if sees_cards else dict.fromkeys(_CARDS, ""))
    return {name: value for name, value in os.environ.items() if not _SECRET.search(name)} | own


def _text(descriptor: int) -> str:
    size = os.fstat(descriptor).st_size
    os.lseek(descriptor, max(0, size - MOST_OUTPUT), os.SEEK_SET)
    return os.read(descriptor, MOST_OUTPUT).decode("utf-8", "replace")
