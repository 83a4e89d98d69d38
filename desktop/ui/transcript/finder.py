"""Finding a text in the messages of a transcript, most of which have no widget."""

from collections.abc import Sequence
from itertools import dropwhile, takewhile
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.conversations.folding import fold
from desktop.conversations.message import Message, MessageId, Role, Status
from desktop.ui.transcript.message_view import MessageView
from desktop.ui.transcript.rows import RowKind, message_row
from desktop.ui.transcript.transcript import Transcript

_FOLLOW_MS = 150  # between two looks at what is being written
_SLICE_SECONDS = 0.008
_SIGNS = "*`"  # that a reply is written with and that are not drawn


class Finder(QObject):
    """Count where a text stands, lead from place to place, and mark them in what is drawn.

    Signals: changed after other places were found, or another one was gone to.
    """

    changed = Signal()

    def __init__(self, transcript: Transcript) -> None:
        super().__init__(transcript)
        self._transcript = transcript
        self._sought = ""  # folded
        self._texts: dict[MessageId, str] = {}  # folded
        self._counts: dict[MessageId, int] = {}  # of what is sought now
        self._growing: set[MessageId] = set()  # counted while they were being written
        self._origin: MessageId | None = None  # what was read before
        self._here: tuple[MessageId, int] | None = None  # a message and the number of a place in it
        self._is_early = False  # that place is not drawn yet
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(0)
        self._rest.timeout.connect(self._look)
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(_FOLLOW_MS)
        self._follow.timeout.connect(self._look)
        transcript.texts_changed.connect(self._on_transcript_texts_changed)
        transcript.view_built.connect(self._on_transcript_view_built)

    def seek(self, text: str) -> None:
        """Look for a text as it is written, whatever its case and accents; go to the first place from what is read on."""
        sought = " ".join(fold(text).split())
        if sought == self._sought:
            return
        if _has_signs(sought) is not _has_signs(self._sought):
            self._texts.clear()
        if not self._sought or self._origin is None:
            self._origin = self._read_id()
        self._sought, self._here = sought, None
        self._counts.clear()
        if not sought:
            self._origin = None
        self._look()

    def stop(self) -> None:
        """Look for nothing any more."""
        self.seek("")
        self._texts.clear()
        self._rest.stop()
        self._follow.stop()

    def step(self, *, forward: bool) -> None:
        """Go to the next place, or to the one before, around the end."""
        counts = dict(self._found())
        if not counts:
            return
        ids, (here, number) = list(counts), self._here or (None, 0)
        if here is not None and here in counts and 0 <= number + (1 if forward else -1) < counts[here]:
            self._go_to((here, number + (1 if forward else -1)))
        else:
            at = ids.index(here) if here is not None and here in counts else -1 if forward else 0
            there = ids[(at + (1 if forward else -1)) % len(ids)]
            self._go_to((there, 0 if forward else counts[there] - 1))
        self.changed.emit()

    def count(self) -> int:
        """Return in how many places the text stands."""
        return sum(count for _, count in self._found())

    def number(self) -> int:
        """Return at which of them the person is, counted from 1; 0: at none."""
        if self._here is None or self._here[0] not in self._counts:
            return 0
        before = takewhile(lambda found: found[0] != self._here[0], self._found())  # type: ignore[index]
        return sum(count for _, count in before) + self._here[1] + 1

    def _found(self) -> Sequence[tuple[MessageId, int]]:
        found = ((message.id, self._counts.get(message.id, 0)) for message in self._transcript.messages())
        return [(message_id, count) for message_id, count in found if count]

    def _look(self) -> None:
        """Count where nothing was counted yet, for a few milliseconds; the rest has its turn after what else waits."""
        until = perf_counter() + _SLICE_SECONDS
        messages = self._transcript.messages()
        for message in messages if self._sought else ():
            if message.id not in self._counts or message.id in self._growing:
                (self._growing.add if message.status is Status.STREAMING else self._growing.discard)(message.id)
                self._counts[message.id] = self._text(message).count(self._sought)
                if perf_counter() > until:
                    self._rest.start()
                    return
        was_early = self._is_early
        for view in self._transcript.built_widgets():
            if isinstance(view, MessageView):
                self._mark(view)
        if self._here is None and (found := self._found()):
            below = {message.id for message in dropwhile(lambda message: message.id != self._origin, messages)}
            self._go_to((next((it for it, _ in found if it in below), found[0][0]), 0))
        elif was_early and self._here is not None:
            self._go_to(self._here)
        self.changed.emit()

    def _text(self, message: Message) -> str:
        if message.status is Status.STREAMING:
            view = self._transcript.view(message.id)
            return self._folded(message, view.text() if view is not None else message.text)
        if message.id not in self._texts:
            self._texts[message.id] = self._folded(message, message.text)
        return self._texts[message.id]

    def _folded(self, message: Message, text: str) -> str:
        if message.role is not Role.USER and not _has_signs(self._sought):
            for sign in _SIGNS:
                text = text.replace(sign, "")
        return fold(" ".join(text.split()))

    def _go_to(self, place: tuple[MessageId, int]) -> None:
        before, self._here = self._here, place
        if before is not None and before[0] != place[0] and (left := self._transcript.view(before[0])) is not None:
            self._mark(left)
        view = self._transcript.bring_message_into_sight(place[0])
        if view is None:
            return
        view.show_all()
        marked = self._mark(view)
        if self._is_early:
            self._follow.start()
        if marked is not None:
            self._transcript.bring_stretch_into_sight(message_row(place[0]), *marked)

    def _mark(self, view: MessageView) -> tuple[int, int] | None:
        """Mark what is drawn of a message; return top and height, within the message, of the place that the person is at."""
        number = self._here[1] if self._here is not None and self._here[0] == view.message.id else None
        drawn = [(text, text.found.look_for(self._sought)) for text in view.text_views()]
        if number is not None:  # less may be drawn than was written: where a link leads, for one
            count = sum(count for _, count in drawn)
            self._is_early = number >= count and not view.is_built()
            number = min(number, count - 1)
        place = None
        for text, count in drawn:
            is_here = number is not None and 0 <= number < count
            text.found.set_here(number if is_here else None)
            if is_here and number is not None:
                spot = text.found.place(number)
                place = text.viewport().mapTo(view, spot.topLeft()).y(), spot.height()
            if number is not None:
                number -= count
        return place

    def _read_id(self) -> MessageId | None:
        row = self._transcript.top_row()
        return MessageId(row.id) if row is not None and row.kind is RowKind.MESSAGE else None

    def _on_transcript_texts_changed(self) -> None:
        if self._sought and not self._follow.isActive():
            self._follow.start()

    def _on_transcript_view_built(self, view: MessageView) -> None:
        if self._sought:
            self._mark(view)


def _has_signs(text: str) -> bool:
    return any(sign in text for sign in _SIGNS)
