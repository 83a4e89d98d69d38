"""One start of the application, watched from inside: python -m tests.benchmarks.window_child MODE DATA-DIR BEGUN [ARGUMENT ...].

Prints what it measured as JSON. BEGUN is the monotonic clock's time, in seconds, at which the process was started.
Nothing is imported before the application that it does not import itself.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QListView, QPlainTextEdit, QScrollArea, QWidget

from desktop.app import build
from desktop.app.application import Application
from desktop.chat.events import ModelPhase

POLL_MS = 1
REST_MS = 20  # the event loop rests where a timer of so many milliseconds is on time
ON_TIME = 0.004  # seconds late at most
RESTS = 10  # in a row


class PaintWatch(QObject):
    """Tell whenever a widget was painted, or one that is in it or put into it from now on, until it is stopped."""

    def __init__(self, widget: QWidget, painted: Callable[[QWidget], None]) -> None:
        super().__init__(widget)
        self._painted: Callable[[QWidget], None] | None = painted
        for watched in (widget, *(child for child in widget.children() if isinstance(child, QWidget))):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ChildAdded and isinstance(child := event.child(), QWidget):
            child.installEventFilter(self)
        elif event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            QTimer.singleShot(0, lambda: self._tell(watched))  # what is painted with it is on the screen by then
        return False

    def stop(self) -> None:
        self._painted = None
        self.deleteLater()

    def _tell(self, widget: QWidget) -> None:
        if self._painted is not None:
            self._painted(widget)


class Child:
    """The running application, and how it is found and driven from outside."""

    def __init__(self, data: str) -> None:
        self.application: Application = build(["--data-dir", data, "--offline"])
        self.window = self.application.main_window

    def run(self, script: Iterator[object]) -> None:
        """Run the application; advance the script whenever the event loop comes round, and quit at its end."""
        timer = QTimer(self.window, interval=POLL_MS)

        def step() -> None:
            if next(script, self) is self:
                timer.stop()
                self.application.request_quit()

        timer.timeout.connect(step)
        timer.start()
        self.application.run()

    def panes(self) -> list[QWidget]:
        return [pane for pane in self.window.findChildren(QWidget, "pane") if pane.isVisible()]

    def composer(self, pane: int = 0) -> QPlainTextEdit:
        return self.panes()[pane].findChild(QPlainTextEdit, "composer")

    def canvas(self, pane: int = 0) -> QWidget:
        return self.panes()[pane].findChild(QScrollArea, "transcript").widget()

    def chat_list(self) -> QListView:
        return self.window.findChild(QListView, "chatList")

    def messages(self, pane: int = 0) -> int:
        return len(self.panes()[pane].transcript.messages())

    def press(self, key: Qt.Key, text: str = "") -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.postEvent(self.composer(), QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))

    def click(self, title: str) -> None:
        """Press and release the button on a chat's row, which is brought into sight before."""
        view = self.chat_list()
        model = view.model()
        index = next(index for row in range(model.rowCount()) if (index := model.index(row, 0)).data() == title)
        view.scrollTo(index)
        place = QPointF(view.visualRect(index).center())
        for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            button, held = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
            where = QPointF(view.viewport().mapToGlobal(place))
            QApplication.postEvent(view.viewport(), QMouseEvent(kind, place, where, button, held, Qt.KeyboardModifier.NoModifier))

    def rest(self) -> Iterator[None]:
        """Wait until the event loop has nothing to do."""
        on_time = 0
        while on_time < RESTS:
            due = time.monotonic() + REST_MS / 1000
            while time.monotonic() < due:
                yield
            on_time = on_time + 1 if time.monotonic() - due < ON_TIME else 0


def measure_start(child: Child, begun: float) -> dict[str, float]:
    """Type as soon as the window is painted, send as soon as its chat is there, and wait for the reply."""
    figures: dict[str, float] = {}

    def note(name: str) -> None:
        figures.setdefault(name, time.monotonic() - begun)

    def script() -> Iterator[None]:
        windows = PaintWatch(child.window, lambda _: note("window"))
        while "window" not in figures:
            yield
        windows.stop()
        child.press(Qt.Key.Key_A, "a")
        edit = child.composer()
        keys = PaintWatch(edit, lambda _: note("keystroke") if edit.toPlainText() else None)
        while "keystroke" not in figures:
            yield
        keys.stop()
        while child.messages() == 0:  # what is sent before would stay in the composer
            yield
        before, canvas = child.messages(), child.canvas()
        replies = PaintWatch(canvas, lambda view: note("first_token") if child.messages() == before + 2 and _has_text(view) else None)
        child.press(Qt.Key.Key_Return)
        while "first_token" not in figures:
            yield
        replies.stop()

    child.run(script())
    assert child.application.stats.tokens_restored > 0, "the chat came from the disk"
    return figures


def _has_text(view: QWidget) -> bool:
    message = getattr(view, "message", None)
    return message is not None and message.role == "assistant" and message.status == "streaming" and bool(view.text())


def measure_open(child: Child, sizes: dict[str, int], rounds: int) -> dict[str, list[float]]:
    """Click on rows by their titles, in turn; each takes from the press to its last message being painted."""
    figures: dict[str, list[float]] = {title: [] for title in sizes}

    def script() -> Iterator[None]:
        for _ in range(rounds):
            for title, size in sizes.items():
                yield from child.rest()
                done: list[float] = []

                def painted(view: QWidget, size: int = size, done: list[float] = done) -> None:
                    messages = child.panes()[0].transcript.messages()
                    if len(messages) == size and getattr(view, "message", None) is messages[-1]:
                        done.append(time.monotonic())

                watch = PaintWatch(child.canvas(), painted)
                begun = time.monotonic()
                child.click(title)
                while not done:
                    yield
                figures[title].append(done[0] - begun)
                watch.stop()
        yield from child.rest()

    child.run(script())
    return figures


def measure_guide(child: Child, begun: float, questions: Sequence[str]) -> dict[str, Any]:
    """Ask the guide of a first start; each question takes from Enter to the first words of its reply being painted."""
    figures: dict[str, Any] = {"first_token": []}

    def script() -> Iterator[None]:
        while child.application._chats.model.phase is not ModelPhase.READY:
            yield
        figures["ready"] = time.monotonic() - begun
        assert child.application._chats.model.is_guide
        for question in questions:
            yield from child.rest()
            child.composer().insertPlainText(question)
            yield from child.rest()
            before, done = child.messages(), list[float]()

            def painted(view: QWidget, before: int = before, done: list[float] = done) -> None:
                message = getattr(view, "message", None)
                if child.messages() == before + 2 and message is not None and message.role == "assistant" and view.text():
                    is_last = message.id == child.panes()[0].transcript.messages()[-1].id
                    done.extend([time.monotonic()] if is_last else [])

            watch = PaintWatch(child.canvas(), painted)
            asked = time.monotonic()
            child.press(Qt.Key.Key_Return)
            while not done:
                yield
            figures["first_token"].append(done[0] - asked)
            watch.stop()
            while child.panes()[0].is_busy():
                yield

    child.run(script())
    return figures


def measure_memory(child: Child) -> float:
    """Return the megabytes that are resident once the window is there and rests."""
    figures: list[float] = []

    def script() -> Iterator[None]:
        while child.messages() == 0:
            yield
        yield from child.rest()
        figures.append(_resident_bytes() / 1e6)

    child.run(script())
    return figures[0]


def _resident_bytes() -> int:
    import resource

    try:
        with open("/proc/self/statm", encoding="ascii") as pages:
            return int(pages.read().split()[1]) * resource.getpagesize()
    except OSError:  # elsewhere the most that it ever was
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    mode, data, begun, *rest = sys.argv[1:]
    child = Child(data)
    figures: object
    match mode:
        case "start":
            figures = measure_start(child, float(begun))
        case "open":
            figures = measure_open(child, json.loads(rest[0]), int(rest[1]))
        case "guide":
            figures = measure_guide(child, float(begun), json.loads(rest[0]))
        case "memory":
            figures = measure_memory(child)
        case _:
            from tests.benchmarks.window_stalls import measure_stalls

            figures = measure_stalls(child, float(rest[0]), rest[1] if len(rest) > 1 else "")
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
