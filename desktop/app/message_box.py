"""What a program without a console has to say before its window is there: in a box of the system's own, for it may be Qt that fails.

On Windows a program that opens windows has no standard streams, unless somebody redirects them.
"""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_MOST = 4000  # characters that a box has room for
_FOREGROUND = 0x10000  # MB_SETFOREGROUND: no window of this program is there to come before others


@contextmanager
def shown_in_a_box(show: Callable[[str], None] | None = None) -> Iterator[None]:
    """Collect what is written to standard streams that this process does not have, and show it at the end; return once it is read."""
    streams = sys.stdout, sys.stderr
    written = io.StringIO()
    sys.stdout, sys.stderr = (written if stream is None else stream for stream in streams)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams
        if text := written.getvalue().strip():
            (show or _show)(text[:_MOST])


def _show(text: str) -> None:
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, text, "Rivulet", _FOREGROUND)
