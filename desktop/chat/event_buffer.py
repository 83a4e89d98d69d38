"""The crossing from the worker's thread to the window's: a locked list that is drained in one go."""

import threading
from collections.abc import Callable

from desktop.chat.events import Event


class EventBuffer:
    """Collect events from any thread until the window takes them.

    Tokens never travel one by one through an event loop: a queued signal or call costs 4 to 26 µs each, a list
    append nothing, and the window cannot draw more often than about 30 times a second anyway.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: list[Event] = []
        self._wake: Callable[[], None] | None = None
        self._listeners: tuple[Callable[[Event], None], ...] = ()

    def on_first(self, wake: Callable[[], None] | None) -> None:
        """Have wake called, in the thread that puts, whenever the buffer ceases to be empty. None: no more."""
        with self._lock:
            self._wake = wake
            pending = bool(self._events)
        if wake is not None and pending:
            wake()

    def listen(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Have every event told to somebody else too, at once and in the thread that puts it; return what ends that."""
        with self._lock:
            self._listeners += (listener,)

        def end() -> None:
            with self._lock:
                self._listeners = tuple(other for other in self._listeners if other is not listener)

        return end

    def put(self, event: Event) -> None:
        """Add an event; may be called from any thread."""
        with self._lock:
            self._events.append(event)
            wake = self._wake if len(self._events) == 1 else None
            listeners = self._listeners
        for listener in listeners:
            listener(event)
        if wake is not None:
            wake()

    def drain(self) -> list[Event]:
        """Take all events, oldest first."""
        with self._lock:
            events, self._events = self._events, []
        return events
