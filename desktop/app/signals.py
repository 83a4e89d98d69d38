"""SIGTERM and SIGINT as a wish to quit."""

import signal
import socket
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Slot

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name))  # SIGHUP: not on Windows


class QuitSignals(QObject):
    """Turns the signals that ask a process to end into a call on Qt's event loop.

    Python runs a signal's handler only between two of its instructions, and Qt's event loop may not come back to Python for
    minutes. So the C half of the handler writes to a socket that Qt watches.

    Args:
        on_quit: called once for every signal, in the main thread. To be made in the main thread.
    """

    def __init__(self, on_quit: Callable[[], None]) -> None:
        super().__init__()
        self._on_quit = on_quit
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_notifier_activated)
        self._old_descriptor = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._old_handlers = {number: signal.signal(number, _leave_it_to_the_socket) for number in SIGNALS}

    def close(self) -> None:
        """Restore what the signals did before."""
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_descriptor)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    @Slot()
    def _on_notifier_activated(self) -> None:
        for number in self._reader.recv(64):
            if number in self._old_handlers:
                self._on_quit()


def _leave_it_to_the_socket(number: int, frame: FrameType | None) -> None:
    """Keep Python from its own answer to a signal."""
