"""The crossing from the chats' event buffer to Qt signals."""

from collections import deque
from dataclasses import replace
from math import inf
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal, SignalInstance, Slot

from desktop.chat import events
from desktop.chat.event_buffer import EventBuffer

_FRAME_MS = 33
_SLICE_SECONDS = 0.008  # after which other events of the window have their turn


class Bridge(QObject):
    """Drain the event buffer about 30 times a second while there is something in it, much of it in slices.

    Signals: one for each kind of event, with the event; emitted in the window's thread in the order of the buffer.
    """

    conversation_added = Signal(events.ConversationAdded)
    conversations_added = Signal(events.ConversationsAdded)
    conversation_changed = Signal(events.ConversationChanged)
    conversation_removed = Signal(events.ConversationRemoved)
    folders_changed = Signal(events.FoldersChanged)
    presets_changed = Signal(events.PresetsChanged)
    head_moved = Signal(events.HeadMoved)
    message_added = Signal(events.MessageAdded)
    reply_extended = Signal(events.ReplyExtended)
    reply_finished = Signal(events.ReplyFinished)
    activity_changed = Signal(events.ActivityChanged)
    readiness_changed = Signal(events.ReadinessChanged)
    context_changed = Signal(events.ContextChanged)
    model_changed = Signal(events.ModelChanged)
    library_changed = Signal(events.LibraryChanged)
    downloads_changed = Signal(events.DownloadsChanged)
    notice_raised = Signal(events.NoticeRaised)

    _woken = Signal()

    def __init__(self, buffer: EventBuffer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._buffer = buffer
        self._signals: dict[type[events.Event], SignalInstance] = {
            events.ConversationAdded: self.conversation_added,
            events.ConversationsAdded: self.conversations_added,
            events.ConversationChanged: self.conversation_changed,
            events.ConversationRemoved: self.conversation_removed,
            events.FoldersChanged: self.folders_changed,
            events.PresetsChanged: self.presets_changed,
            events.HeadMoved: self.head_moved,
            events.MessageAdded: self.message_added,
            events.ReplyExtended: self.reply_extended,
            events.ReplyFinished: self.reply_finished,
            events.ActivityChanged: self.activity_changed,
            events.ReadinessChanged: self.readiness_changed,
            events.ContextChanged: self.context_changed,
            events.ModelChanged: self.model_changed,
            events.LibraryChanged: self.library_changed,
            events.DownloadsChanged: self.downloads_changed,
            events.NoticeRaised: self.notice_raised,
        }
        self._waiting: deque[events.Event] = deque()  # taken from the buffer, and not told yet
        self._is_closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer_timeout)
        # Queued also where the putting thread is this one: a slot must never run inside put().
        self._woken.connect(self._on_buffer_woken, Qt.ConnectionType.QueuedConnection)
        buffer.on_first(self._woken.emit)

    def drain(self) -> None:
        """Emit all that is in the buffer now."""
        self._waiting.extend(_joined(self._buffer.drain()))
        self._emit(inf)

    def close(self) -> None:
        """Stop listening; what was not told yet stays untold."""
        self._buffer.on_first(None)
        self._is_closed = True
        self._waiting.clear()
        self._timer.stop()

    @Slot()
    def _on_buffer_woken(self) -> None:
        if not self._timer.isActive():
            self._timer.start(_FRAME_MS)

    def _on_timer_timeout(self) -> None:
        is_rest = bool(self._waiting)
        if not is_rest:
            self._waiting.extend(_joined(self._buffer.drain()))
        self._emit(perf_counter() + _SLICE_SECONDS)
        if self._is_closed:
            return
        if self._waiting:
            self._timer.start(0)
        elif is_rest:  # what came meanwhile woke nobody, for the timer ran
            self._timer.start(_FRAME_MS)

    def _emit(self, until: float) -> None:
        """Emit what waits until a time of perf_counter, one event at least."""
        while self._waiting:
            event = self._waiting.popleft()
            self._signals[type(event)].emit(event)
            if perf_counter() > until:
                break


def _joined(drained: list[events.Event]) -> list[events.Event]:
    """Join what each reply grew by since the last frame, so that it is laid out once."""
    result: list[events.Event] = []
    growing: dict[tuple[int, int, bool], int] = {}  # where a reply's growth stands in the result
    for event in drained:
        if not isinstance(event, events.ReplyExtended):
            growing.clear()  # nothing moves past another kind of event
            result.append(event)
            continue
        key = event.conversation_id, event.message_id, event.is_reasoning
        if key in growing:
            before = result[growing[key]]
            assert isinstance(before, events.ReplyExtended)
            result[growing[key]] = replace(before, text=before.text + event.text)
        else:
            growing[key] = len(result)
            result.append(event)
    return result
