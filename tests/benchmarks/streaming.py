"""What a frame of a streaming reply costs the window, and how long a paste of a megabyte keeps it from answering.

A frame is what came in 33 ms. It is taken up by a transcript that is shown at the width of its readable column, laid out and painted;
its cost is the processor time of the window's thread, so that other programs do not count. Stalls are real time.
"""

import math
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from statistics import median
from typing import Any

FRAMES = 120
FRAME_SECONDS = 0.033
NOTHING_MS = 0.2  # that a turn of the event loop takes without anything to do
TOKENS = (1_000, 8_000, 32_000)
TOKEN = 4  # characters
FRAME = 14  # characters: three or four tokens
MEGABYTE = 1 << 20
LINES = 20_000  # of a paste that has lines

_WORDS = ["a", "chat", "opened", "again", "answers", "at", "once", "because", "its", "cache", "was", "written", "to", "disk", "before"]


def measure() -> dict[str, Any]:
    """Return the figures."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with _stage() as stage:
        return {
            "frame_ms": {name: {str(tokens): stage.frames(text, tokens) for tokens in TOKENS} for name, text in _REPLIES.items()},
            "paste_bubble_ms": stage.paste_bubble(),
            "paste_composer_ms": stage.paste_composer(),
        }


def table(figures: dict[str, Any]) -> str:
    """Return the figures as text."""
    lines = [f"{'ms a frame':<12} {'tokens':>8} {'median':>8} {'p99':>8} {'longest':>8}"]
    for name, by_tokens in figures["frame_ms"].items():
        lines += [
            f"{name:<12} {tokens:>8} {cost['median']:>8.2f} {cost['p99']:>8.2f} {cost['max']:>8.2f}" for tokens, cost in by_tokens.items()
        ]
    lines.append(f"{'longest stall in ms with 1 MB':<38} {'a line':>8} {'lines':>8}")
    stalls = {"paste_bubble_ms": "message: open, show all, scroll, resize", "paste_composer_ms": "composer: paste, type, undo, send"}
    for key, name in stalls.items():
        lines.append(f"{name:<38} {figures[key]['line']:>8.0f} {figures[key]['lines']:>8.0f}")
    return "\n".join(lines) + "\n"


def _sentences(seed: int) -> Iterator[str]:
    source = random.Random(seed)
    while True:
        yield " ".join(source.choices(_WORDS, k=source.randint(6, 16))).capitalize() + ". "


def _prose_and_code(size: int) -> str:
    parts, sentence = [], _sentences(1)
    for number in count():
        parts.append(f"## Part {number}\n\n" + "".join(next(sentence) for _ in range(5)) + "\n\n")
        parts.append("Some **strong** and `inline` words.\n\n- one item\n- another item\n\n")
        parts.append("".join(next(sentence) for _ in range(4)) + "\n\n")
        parts.append("```python\n" + "".join(f"value_{line} = compute({line}, 'text')  # why\n" for line in range(12)) + "```\n\n")
        if sum(map(len, parts)) > size:
            return "".join(parts)
    raise AssertionError


def _code(size: int) -> str:
    return "```python\n" + "".join(f"value_{line} = compute({line}, 'text')  # why\n" for line in range(size // 30))


def _list(size: int) -> str:
    sentence = _sentences(2)
    return "".join(f"- **item** {number}: {next(sentence)}\n" for number in range(size // 60))


def _table(size: int) -> str:
    return "| a | b | c |\n|---|---|---|\n" + "".join(f"| {number} | word word | `code` |\n" for number in range(size // 24))


def _reasoning(size: int) -> str:
    sentence = _sentences(3)
    return "".join("".join(next(sentence) for _ in range(4)) + "\n\n" for _ in range(size // 200))


_REPLIES: dict[str, Callable[[int], str]] = {
    "prose+code": _prose_and_code,
    "code": _code,
    "list": _list,
    "table": _table,
    "reasoning": _reasoning,
}


@contextmanager
def _stage() -> Iterator["_Stage"]:
    from PySide6.QtWidgets import QApplication

    from desktop.system.resources import resource
    from desktop.ui.theme.theme import Theme

    application = QApplication.instance() or QApplication([])
    theme = Theme("light", lambda name: resource(name).read_bytes())
    theme.dress()
    yield _Stage(theme)
    application.processEvents()


class _Stage:
    """The widgets that are measured, shown."""

    def __init__(self, theme: Any) -> None:
        self._theme = theme

    def frames(self, text_of: Callable[[int], str], tokens: int) -> dict[str, float]:
        """Return what a frame costs once so many tokens are there."""
        from PySide6.QtWidgets import QApplication

        is_reasoning = text_of is _reasoning
        text = text_of(tokens * TOKEN + 2 * FRAMES * FRAME)
        shown = tokens * TOKEN - FRAMES * FRAME // 2
        costs = []
        with self._transcript("", streaming=True) as (transcript, reply):
            transcript.extend_reply(reply.id, 0, text[:shown], is_reasoning=is_reasoning)
            _settle()
            for number in range(FRAMES):
                start = shown + number * FRAME
                until, began = time.perf_counter() + FRAME_SECONDS, time.thread_time()
                transcript.extend_reply(reply.id, start, text[start : start + FRAME], is_reasoning=is_reasoning)
                QApplication.processEvents()
                costs.append((time.thread_time() - began) * 1e3 + _later(until))
        return {"median": median(costs), "p99": sorted(costs)[math.ceil(0.99 * len(costs)) - 1], "max": max(costs)}

    def paste_bubble(self) -> dict[str, float]:
        """Return the longest stall while a message of a megabyte is opened, shown whole, scrolled and resized."""
        return {name: self._bubble_stall(text) for name, text in _megabytes().items()}

    def paste_composer(self) -> dict[str, float]:
        """Return the longest stall while a megabyte is pasted, typed behind, taken back, pasted again and sent."""
        return {name: self._composer_stall(text) for name, text in _megabytes().items()}

    def _bubble_stall(self, text: str) -> float:
        from PySide6.QtWidgets import QAbstractButton

        from desktop.conversations.message import Role

        stalls = [0.0]
        began = time.perf_counter()
        with self._transcript(text, role=Role.USER) as (transcript, _):
            stalls.append((time.perf_counter() - began) * 1e3)
            button = transcript.findChild(QAbstractButton, "showAllButton")
            bar = transcript.verticalScrollBar()
            stalls.append(_settle())
            stalls.append(_stall(button.click if button is not None else lambda: None))
            stalls += [_stall(lambda share=share: bar.setValue(round(share * bar.maximum()))) for share in (0.0, 0.5, 1.0)]
            stalls += [_stall(lambda width=width: transcript.resize(width, 700)) for width in (500, 640)]
        return max(stalls)

    def _composer_stall(self, text: str) -> float:
        from PySide6.QtCore import Qt
        from PySide6.QtGui import QGuiApplication
        from PySide6.QtTest import QTest

        from desktop.ui.composer.composer import Composer

        composer = Composer(self._theme)
        composer.resize(720, 120)
        composer.show()
        _settle()
        QGuiApplication.clipboard().setText(text)
        steps: list[Callable[[], object]] = [
            composer.edit.paste,
            *[lambda: QTest.keyClick(composer.edit, Qt.Key.Key_X)] * 5,
            *[composer.edit.undo] * 2,
            composer.edit.paste,
            lambda: composer.resize(600, 120),
            composer.send,
        ]
        stalls = [_stall(step) for step in steps]
        composer.stop_timer()
        composer.hide()
        composer.deleteLater()
        _settle()
        return max(stalls)

    @contextmanager
    def _transcript(self, text: str, *, role: Any = None, streaming: bool = False) -> Iterator[tuple[Any, Any]]:
        from desktop.conversations.message import Role, Status
        from desktop.ui.chat_directory import ChatDirectory
        from desktop.ui.transcript.transcript import READABLE_WIDTH, Transcript
        from tests.ui.fake_chats import FakeChats

        chats, directory = FakeChats(), ChatDirectory()
        chat = chats.add_chat("Chat")
        asked = chats.person(chat, text if role is Role.USER else "Go on.")
        message = chats.reply(chat, text, Status.STREAMING) if streaming else asked
        transcript = Transcript(self._theme, directory)
        transcript.resize(READABLE_WIDTH + 60, 700)
        transcript.show()
        directory.fill(chats.chats.values())
        transcript.show_messages(chats.chats[chat.id], [asked, message] if streaming else [asked])
        yield transcript, message
        transcript.hide()
        transcript.deleteLater()
        _settle()


def _megabytes() -> dict[str, str]:
    sentence = _sentences(4)
    line = ""
    while len(line) < MEGABYTE:
        line += "".join(next(sentence) for _ in range(1000))
    line = line[:MEGABYTE]
    step = MEGABYTE // LINES
    return {"line": line, "lines": "\n".join(line[start : start + step - 1] for start in range(0, MEGABYTE, step))}


def _later(until: float) -> float:
    """Wait; return the milliseconds that went into what was put off, such as a large table."""
    from PySide6.QtWidgets import QApplication

    spent = 0.0
    while time.perf_counter() < until:
        began = time.thread_time()
        QApplication.processEvents()
        took = (time.thread_time() - began) * 1e3
        spent += took if took > NOTHING_MS else 0.0
    return spent


def _stall(action: Callable[[], object]) -> float:
    """Do something and return the milliseconds that the event loop stood still at most, until it rests."""
    began = time.perf_counter()
    action()
    return max((time.perf_counter() - began) * 1e3, _settle())


def _settle() -> float:
    """Work off what is waiting; return the milliseconds of the longest turn."""
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    longest, rested = 0.0, 0
    while rested < 20:
        began = time.perf_counter()
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        took = (time.perf_counter() - began) * 1e3
        longest, rested = max(longest, took), rested + 1 if took < NOTHING_MS else 0
        time.sleep(0.001)
    return longest
