"""Defects: whatever nobody caught goes to the log with its traceback, from wherever it was raised."""

import asyncio
import faulthandler
import logging
import os
import platform
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any

from desktop import __version__
from desktop.system.crash_file import CrashFile
from desktop.system.program import is_frozen

_logger = logging.getLogger(__name__)


class CrashHooks:
    """Catches what slots, threads and callbacks raise, and lets native crashes write their stacks to a file.

    Only main() installs them: they are the process's, not the application's.

    Args:
        logs: the folder of the crash file; it must exist.
        on_defect: called after a defect was logged, in the thread where it was raised. It must not touch widgets.
    """

    def __init__(self, logs: Path, on_defect: Callable[[], None]) -> None:
        self._on_defect = on_defect
        self._logs = logs
        self._file: CrashFile | None = None
        self.open_file()
        self._old_hooks = sys.excepthook, threading.excepthook
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Catch what a loop's callbacks raise too."""
        loop.set_exception_handler(self._on_loop_exception)

    def open_file(self) -> None:
        """Open the crash file, also after close_file(). Where it cannot be made, a run that ends badly leaves no report."""
        try:
            self._file = CrashFile(self._logs, _facts())
        except OSError as error:
            _logger.warning("there is no crash file: %s", error)
            self._file = None
        else:
            faulthandler.enable(self._file)

    def close_file(self) -> None:
        """Let go of the crash file, so that it can be moved; the other hooks stay."""
        faulthandler.disable()
        if self._file is not None:
            self._file.close()

    def note_abort(self, message: str) -> None:
        """Write down why llama.cpp is about to end the process. May be called in any thread."""
        if self._file is not None:
            self._file.add_abort(message)

    def close(self) -> None:
        """Restore the former hooks: the run has ended in order."""
        sys.excepthook, threading.excepthook = self._old_hooks
        faulthandler.disable()
        if self._file is not None:
            with suppress(OSError):  # the next start looks at it again
                self._file.end()

    def _on_exception(self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        if issubclass(kind, Exception):
            self._report("the window's thread", "", error)
        else:  # KeyboardInterrupt
            self._old_hooks[0](kind, error, traceback)

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        name = arguments.thread.name if arguments.thread else "?"
        self._report(f"thread {name}", "", arguments.exc_value)

    def _on_loop_exception(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # The message has what a callback was called with, which belongs into no report.
        self._report("the event loop", f" ({context.get('message', '')})", context.get("exception"))

    def _report(self, where: str, message: str, error: BaseException | None) -> None:
        _logger.critical("Unexpected error in %s%s", where, message, exc_info=error)
        if self._file is not None:
            with suppress(OSError):  # a full disk; the log tried too
                self._file.add_defect(where, error)
        try:
            self._on_defect()
        except Exception:
            _logger.exception("A defect could not be shown")


def _facts() -> Mapping[str, str]:
    """Return what a report tells of this run."""
    from PySide6.QtCore import qVersion

    return {
        "Rivulet": f"{__version__}{', packaged' if is_frozen() else ''}",
        "Started": f"{datetime.now():%Y-%m-%d %H:%M}",
        "Process": str(os.getpid()),
        "System": platform.platform(),
        "Python": platform.python_version(),
        "Qt": qVersion(),
        "llama-cpp-python": _version("llama-cpp-python"),
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:  # packaged without
        return "?"
