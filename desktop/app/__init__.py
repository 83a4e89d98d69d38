"""The composition root: the only place that knows concrete classes. Start, quit, signals, the command line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.app.application import Application
    from desktop.app.command_line import Options
    from desktop.system.lock import DataLock


def build(arguments: Sequence[str]) -> "Application":
    """Build and show the application without entering the event loop; uses a QApplication that exists.

    arguments come without the program's name. Raises StartError, with nothing left behind.
    """
    from desktop.app.command_line import parse

    return build_with(parse(arguments))


def build_with(options: "Options", lock: "DataLock | None" = None) -> "Application":
    """Build the application with options that were parsed; a command in them is not carried out. See build().

    lock: the data directory's, if this process holds it already.
    """
    from desktop.app.display import ensure_display

    ensure_display()
    from desktop.app.application import Application

    return Application(options, lock)
