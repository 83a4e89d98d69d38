"""What a program that nobody sees a terminal of has to say before its window is there, or in place of it: in a box.

On Windows a program that opens windows has no standard streams, unless somebody redirects them. On Linux a menu sends them to a log.
"""

import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from desktop.app.command_line import SELF_TEST

_MOST = 4000  # characters that a box has room for
_FOREGROUND = 0x10000  # MB_SETFOREGROUND: no window of this program is there to come before others
_BY_DESKTOP = ("GIO_LAUNCHED_DESKTOP_FILE", "XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")  # what a menu tells whom it starts


@contextmanager
def shown_in_a_box(arguments: Sequence[str], show: Callable[[str], None] | None = None) -> Iterator[None]:
    """Show in the end what was written to standard streams that this process does not have; return once it is read.

    Where a menu started it with these arguments, what it said when it failed is shown, and written to its log.
    """
    streams, by_desktop = (sys.stdout, sys.stderr), _is_started_by_desktop(arguments)
    written = io.StringIO()
    sys.stdout = written if sys.stdout is None else sys.stdout
    sys.stderr = written if sys.stderr is None else _Copied(sys.stderr, written) if by_desktop else sys.stderr
    has_failed = False
    try:
        yield
    except SystemExit as end:
        has_failed = end.code not in (None, 0)
        raise
    finally:
        sys.stdout, sys.stderr = streams
        if (text := written.getvalue().strip()) and (has_failed or not by_desktop):
            (show or _show)(text[:_MOST])


class _Copied(io.TextIOBase):
    """A stream of which a copy is kept."""

    def __init__(self, stream: TextIO, copy: io.StringIO) -> None:
        self._stream, self._copy = stream, copy

    def write(self, text: str, /) -> int:
        self._copy.write(text)
        return self._stream.write(text)

    def flush(self) -> None:
        self._stream.flush()


def _is_started_by_desktop(arguments: Sequence[str]) -> bool:
    if any(word.startswith(SELF_TEST) or not (word.startswith("-") or "/" in word) for word in arguments):
        return False  # a menu names files by their whole paths; a command comes from a terminal that a menu started, or from a script there
    if sys.platform != "linux" or not any(map(os.environ.get, _BY_DESKTOP)):
        return False
    return sys.stderr is not None and not sys.stderr.isatty()  # a terminal that a menu started tells its own


def _show(text: str) -> None:
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, text, "Rivulet", _FOREGROUND)
    elif sys.platform == "linux":
        _show_by_qt(text)


def _show_by_qt(text: str) -> None:
    """Show a box, unless it is the display that fails."""
    from desktop.app.display import ensure_display
    from desktop.system.errors import StartError

    try:
        ensure_display()
    except StartError:
        return
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QMessageBox

    application = QApplication.instance() or QApplication(["rivulet"])
    box = QMessageBox(QMessageBox.Icon.Critical, "Rivulet", text.removeprefix("rivulet: "), QMessageBox.StandardButton.Close)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()
    del application
