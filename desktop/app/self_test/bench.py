"""What checks work with: a folder of their own, and Rivulet's window on it, which is opened where it is first needed."""

import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from desktop.app.self_test.failure import need

if TYPE_CHECKING:
    from desktop.app.self_test.tried_window import TriedWindow


class Bench:
    """One data directory and the window on it. For the window's thread."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._window: TriedWindow | None = None
        self._defects: list[str] = []

    def window(self) -> "TriedWindow":
        """Return the window; opens it the first time. Raises StartError, and CheckFailedError where it does not become usable."""
        if self._window is None:
            from desktop.app.self_test.tried_window import TriedWindow

            sys.excepthook = self._on_exception  # Qt's slots raise to nobody else
            self._window = TriedWindow(self.data)
        return self._window

    def raise_defects(self) -> None:
        """Raise CheckFailedError where something went wrong in the window that nobody caught."""
        defects, self._defects = self._defects, []
        need(not defects, "Something went wrong in the window: " + "; ".join(defects))

    def close(self) -> None:
        """Quit, if the window was opened. Raises CheckFailedError where not everything ended in time."""
        window, self._window = self._window, None
        if window is None:
            return
        ended_in_time = window.quit()
        sys.excepthook = sys.__excepthook__
        need(ended_in_time, "Not everything ended in time when Rivulet quit.")
        self.raise_defects()

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        self._defects.append(f"{kind.__name__}: {error}")
