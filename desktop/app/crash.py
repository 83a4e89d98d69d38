"""Defects: whatever nobody caught goes to the log with its traceback, from wherever it was raised."""

import asyncio
import faulthandler
import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from desktop.system.files import private_opener

FILE_NAME = "crash.log"

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
        self._path = logs / FILE_NAME
        self.open_file()
        self._old_hooks = sys.excepthook, threading.excepthook
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Catch what a loop's callbacks raise too."""
        loop.set_exception_handler(self._on_loop_exception)

    def open_file(self) -> None:
        """Open the crash file, also after close_file()."""
        self._file = open(self._path, "ab", opener=private_opener)  # noqa: SIM115  a crash finds no time to open it
        faulthandler.enable(self._file)

    def close_file(self) -> None:
        """Let go of the crash file, so that it can be moved; the other hooks stay."""
        faulthandler.disable()
        self._file.close()

    def close(self) -> None:
        """Restore the former hooks."""
        sys.excepthook, threading.excepthook = self._old_hooks
        self.close_file()

    def _on_exception(self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        if issubclass(kind, Exception):
            self._report("the window's thread", error)
        else:  # KeyboardInterrupt
            self._old_hooks[0](kind, error, traceback)

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        name = arguments.thread.name if arguments.thread else "?"
        self._report(f"thread {name}", arguments.exc_value)

    def _on_loop_exception(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._report(f"the event loop ({context.get('message', '')})", context.get("exception"))

    def _report(self, where: str, error: BaseException | None) -> None:
        _logger.critical("Unexpected error in %s", where, exc_info=error)
        try:
            self._on_defect()
        except Exception:
            _logger.exception("A defect could not be shown")
