"""Stalls of the event loop while two chats stream, in a window that is otherwise the application's own.

A stall is what an event would have to wait that comes at some moment: the time until the event loop comes round next. It is
taken for every millisecond of the run, from the ticks of a timer of 1 ms, so a long block weighs as much as it lasts: where
20 ms in every 100 are spent in one go, 20 in 100 moments wait, the first of them for 20 ms.
"""

import cProfile
import pstats
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer

from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ActivityChanged, ContextChanged, ConversationChanged, MessageAdded, ReplyExtended, ReplyFinished
from desktop.conversations.message import Conversation, Message, MessageId, Role, Status
from tests.benchmarks.window_child import Child
from tests.benchmarks.window_data import mixed_text

TOKENS_PER_SECOND = 100  # in each chat
TOKEN = 4  # characters
TOLD_EVERY = 16  # tokens, of what the chat takes of the context
FIRST_ID = 1 << 40  # of messages that only the window knows


class ScriptedReply:
    """A reply that grows token by token, told as a chat that a model writes in tells it."""

    def __init__(self, events: EventBuffer, chat: Conversation, parent: MessageId | None, number: int) -> None:
        self._events, self._chat = events, chat
        now = datetime.now(UTC)
        asked = Message(MessageId(FIRST_ID + 2 * number), parent, Role.USER, "Go on, at length.", Status.COMPLETE, now)
        self._reply = Message(MessageId(asked.id + 1), asked.id, Role.ASSISTANT, "", Status.STREAMING, now)
        self._told, self._tokens = "", 0
        self._text = mixed_text(400, number)
        for event in (
            MessageAdded(chat.id, asked),
            ConversationChanged(replace(chat, updated_at=now)),
            ActivityChanged(chat.id, Activity.REPLYING),
            MessageAdded(chat.id, self._reply),
        ):
            events.put(event)

    def grow(self) -> None:
        """Write one token more."""
        start = self._tokens * TOKEN
        self._events.put(ReplyExtended(self._chat.id, self._reply.id, start, self._text[start : start + TOKEN]))
        self._tokens += 1
        if self._tokens % TOLD_EVERY == 0:
            self._events.put(ContextChanged(self._chat.id, 1000 + self._tokens, 8192))

    def finish(self) -> None:
        """Tell the reply's end."""
        self._events.put(
            ReplyFinished(self._chat.id, replace(self._reply, text=self._text[: self._tokens * TOKEN], status=Status.COMPLETE))
        )
        self._events.put(ActivityChanged(self._chat.id, Activity.IDLE))


def measure_stalls(child: Child, seconds: float, profile: str = "") -> list[float]:
    """Let the chats that are shown stream for a while; return the stall at each millisecond of it, in milliseconds.

    profile: where to print a profile of the window's thread, which slows it: "stderr", or nowhere.
    """
    ticks: list[float] = []
    profiler = cProfile.Profile() if profile else None

    def script() -> Iterator[None]:
        while len(child.panes()) < 2 or not all(child.messages(pane) for pane in range(2)):
            yield
        yield from child.rest()
        source = threading.Thread(target=_stream, args=(child.application._events, _shown_chats(child), seconds), name="scripted replies")
        timer = QTimer(child.window, interval=1, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
        if profiler is not None:
            profiler.enable()
        timer.start()
        source.start()
        while source.is_alive():
            yield
        yield from child.rest()
        timer.stop()
        if profiler is not None:
            profiler.disable()

    child.run(script())
    if profiler is not None:
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(45)
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("cumulative").print_stats(70)
    return stalls(ticks)


def stalls(ticks: list[float]) -> list[float]:
    """Return, for each millisecond between the first tick and the last, how long it is until the next tick; milliseconds."""
    waits = []
    for before, after in pairwise(ticks):
        left = (after - before) * 1000
        while left > 0.5:
            waits.append(left)
            left -= 1
    return waits


def _shown_chats(child: Child) -> list[tuple[Conversation, MessageId]]:
    """Return the chats that are shown, with their last messages."""
    found = ((child.window._directory.find(pane.chat_id), pane.transcript.messages()[-1].id) for pane in child.panes())
    return [(chat, last) for chat, last in found if chat is not None]


def _stream(events: EventBuffer, chats: list[tuple[Conversation, MessageId]], seconds: float) -> None:
    """Put events into the application's own buffer, as the worker does, from a thread of its own."""
    replies = [ScriptedReply(events, chat, last, number) for number, (chat, last) in enumerate(chats)]
    begun, count = time.monotonic(), 0
    while (passed := time.monotonic() - begun) < seconds:
        while count < passed * TOKENS_PER_SECOND:
            for reply in replies:
                reply.grow()
            count += 1
        time.sleep(1 / TOKENS_PER_SECOND)
    for reply in replies:
        reply.finish()
