"""A display of one's own with a window manager, a keyboard, and eyes: Xvfb, openbox, xdotool, and the pixels that Xvfb shares."""

import mmap
import os
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

WIDTH, HEIGHT = 1600, 1000  # the window at its first start, and room around it
_POLL = 0.02  # seconds

Pixels = NDArray[np.uint32]
Found = TypeVar("Found")


class JourneyError(Exception):
    """What was looked for did not come to be; the sentence says what."""


@dataclass(frozen=True, slots=True)
class Window:
    """A window that can be seen: its X id, and where it is on the display."""

    id: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Display:
    """A display that runs. Times are in seconds."""

    name: str
    _frame: mmap.mmap

    def see(self, window: Window | None = None) -> Pixels:
        """Return what is on the display now, or the part of it where a window is."""
        header = struct.unpack_from(">20I", self._frame)
        start, row = header[0] + header[19] * 12, header[12] // 4
        shared = np.frombuffer(self._frame, np.uint32, HEIGHT * row, start).reshape(HEIGHT, row)
        whole: Pixels = shared[:, :WIDTH] & np.uint32(0xFFFFFF)  # a copy
        if window is None:
            return whole
        return whole[max(0, window.y) : window.y + window.height, max(0, window.x) : window.x + window.width]

    def save(self, path: Path) -> None:
        """Write what is on the display as a picture."""
        pixels = np.ascontiguousarray(self.see())
        QImage(pixels.tobytes(), WIDTH, HEIGHT, WIDTH * 4, QImage.Format.Format_RGB32).save(str(path))

    def window(self, name: str, within: float) -> Window:
        """Wait for a window whose title ends like this to be seen, and return it."""

        def find() -> Window | None:
            found = self.tool("search", "--onlyvisible", "--name", f"{name}$", allowed=(0, 1)).split()
            return self._window(int(found[-1])) if found else None

        return until(find, within, f"A window whose title ends in {name!r} was not seen")

    def _window(self, number: int) -> Window:
        facts = dict(line.split("=") for line in self.tool("getwindowgeometry", "--shell", str(number)).split() if "=" in line)
        return Window(number, *(int(facts[name]) for name in ("X", "Y", "WIDTH", "HEIGHT")))

    def has_class(self, window: Window, name: str) -> bool:
        """Return whether this is the class that a desktop knows the window's application by."""
        return str(window.id) in self.tool("search", "--onlyvisible", "--class", f"^{name}$", allowed=(0, 1)).split()

    def process(self, window: Window) -> int:
        """Return the process that a window belongs to."""
        return int(self.tool("getwindowpid", str(window.id)))

    def type(self, text: str) -> None:
        """Type on the keyboard, into whatever has the focus."""
        self.tool("type", "--delay", "5", text)

    def press(self, key: str) -> None:
        """Press a key, such as Return or ctrl+q."""
        self.tool("key", key)

    def tool(self, *arguments: str, allowed: tuple[int, ...] = (0,)) -> str:
        """Run xdotool and return what it writes."""
        result = subprocess.run(
            ["xdotool", *arguments], env=os.environ | {"DISPLAY": self.name}, capture_output=True, text=True, timeout=60, check=False
        )
        if result.returncode not in allowed:
            raise JourneyError(f"xdotool {arguments[0]} failed: {result.stderr.strip()}")
        return result.stdout


@contextmanager
def display(folder: Path) -> Iterator[Display]:
    """Start a display with a window manager; what it shares and says lies in the folder. Both end with the context."""
    read, write = os.pipe()
    screen = ["-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", str(folder), "-noreset", "-nolisten", "tcp", "-displayfd", str(write)]
    with (folder / "display.log").open("wb") as log:
        server = subprocess.Popen(["Xvfb", *screen], pass_fds=[write], stdout=log, stderr=log)
        os.close(write)
        try:
            with os.fdopen(read) as stream:
                number = stream.readline().strip()
            if not number:
                raise JourneyError(f"Xvfb did not start:\n{(folder / 'display.log').read_text()}")
            environment = os.environ | {"DISPLAY": f":{number}", "HOME": str(folder)}
            manager = subprocess.Popen(["openbox"], env=environment, stdout=log, stderr=log)
            try:
                with (folder / "Xvfb_screen0").open("rb") as frame, mmap.mmap(frame.fileno(), 0, access=mmap.ACCESS_READ) as shared:
                    shown = Display(f":{number}", shared)
                    until(lambda: shown.tool("get_num_desktops", allowed=(0, 1)).strip(), 20, "The window manager did not start")
                    yield shown
            finally:
                _end(manager)
        finally:
            _end(server)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
        return
    process.kill()
    process.wait()


def until(look: Callable[[], Found | None], within: float, failure: str) -> Found:
    """Look until something is found, and return it.

    Raises:
        JourneyError: nothing was found within so many seconds.
    """
    end = time.monotonic() + within
    while not (found := look()):
        if time.monotonic() > end:
            raise JourneyError(f"{failure} within {within:.0f} s.")
        time.sleep(_POLL)
    return found
