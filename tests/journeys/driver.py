"""The application as a person drives it: real keys and clicks, widgets found by their object names."""

import re
import sqlite3
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QPlainTextEdit, QWidget

from desktop.app import build
from desktop.app.aio import drive
from desktop.app.application import Application, Stats
from desktop.chat.events import ModelPhase, Readiness
from desktop.chat.turns import prompt_settings
from desktop.conversations.message import ConversationId, Message
from desktop.inference.prompt import Prompt, Role, Turn
from desktop.sessions.tokens import token_ids

T = TypeVar("T")

PATIENCE = 20.0  # seconds; for what takes a fraction of a second on an idle machine


def wait_until(condition: Callable[[], object], what: str = "") -> None:
    """Let the application run until a condition holds."""
    deadline = time.monotonic() + PATIENCE
    loop, tick = QEventLoop(), QTimer()
    tick.start(20)  # so that conditions outside of Qt are looked at too
    while not condition():
        assert time.monotonic() < deadline, what or "what was waited for did not happen"
        loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    tick.stop()


class Driver:
    """One running application and the person before it."""

    def __init__(self, application: Application, data: Path) -> None:
        self.application, self.data = application, data

    @classmethod
    def start(cls, data: Path, *arguments: str, waits: bool = True, is_offline: bool = True) -> "Driver":
        """Start the application; waits: until its chats are shown and, if it has a model, until that is loaded."""
        driver = cls(build(["--data-dir", str(data), *(["--offline"] if is_offline else []), *arguments]), data)
        if waits:
            driver.wait_for_start()
        return driver

    def wait_for_start(self) -> None:
        wait_until(lambda: self.panes() and self.chat_list().model().rowCount() > 0)
        wait_until(lambda: self.model_phase() is not ModelPhase.LOADING)
        self.settle()

    # What is seen

    @property
    def stats(self) -> Stats:
        return self.application.stats

    def model_phase(self) -> ModelPhase:
        return self.application._chats.model.phase

    def panes(self) -> list[QWidget]:
        panes = [pane for pane in self.application.main_window.findChildren(QWidget, "pane") if not pane.isHidden()]
        return sorted(panes, key=lambda pane: pane.mapToGlobal(pane.rect().topLeft()).x())

    def part(self, name: str, pane: int = 0) -> QWidget:
        found = self.panes()[pane].findChild(QWidget, name)
        assert found is not None, f"the pane has no {name}"
        return found

    def widget(self, name: str) -> QWidget:
        found = self.application.main_window.findChild(QWidget, name)
        assert found is not None, f"the window has no {name}"
        return found

    def chat_list(self) -> QAbstractItemView:
        found = self.widget("chatList")
        assert isinstance(found, QAbstractItemView)
        return found

    def active_pane(self) -> int:
        return next((number for number in range(len(self.panes())) if self.composer(number).hasFocus()), 0)

    def chat_id(self, pane: int = 0) -> ConversationId:
        return self.panes()[pane].chat_id

    def readiness(self, pane: int = 0) -> Readiness:
        return self.application._chats.readiness(self.chat_id(pane))

    def composer(self, pane: int = 0) -> QPlainTextEdit:
        found = self.part("composer", pane)
        assert isinstance(found, QPlainTextEdit)
        return found

    def messages(self, pane: int = 0) -> list[Message]:
        """Return the messages of a chat from its root, those included that a fork folds away or that are out of sight."""
        views = {view.message.id: view for view in self.views(pane)}
        messages = self.part("transcript", pane).messages()
        return [replace(views[it.id].message, text=views[it.id].text()) if it.id in views else it for it in messages]

    def views(self, pane: int = 0) -> list[QWidget]:
        """Return the message widgets that are built, from the top."""
        transcript = self.part("transcript", pane)
        found = [widget for widget in transcript.findChildren(QWidget, "message") if widget.parent() is not None]
        return sorted(found, key=lambda widget: widget.message.id)

    def view(self, message: int, pane: int = 0) -> QWidget:
        """Return the widget of a message by its place in the path."""
        message_id = self.messages(pane)[message].id
        return next(view for view in self.views(pane) if view.message.id == message_id)

    def texts(self, pane: int = 0) -> list[str]:
        return [message.text for message in self.messages(pane)]

    def last_text(self, pane: int = 0) -> str:
        return (self.texts(pane) or [""])[-1]

    def statuses(self, pane: int = 0) -> list[str]:
        return [message.status.value for message in self.messages(pane)]

    def is_idle(self, pane: int = 0) -> bool:
        return not self.part("sendButton", pane).isHidden() and "streaming" not in self.statuses(pane) and self.has_drawn_all()

    def has_drawn_all(self) -> bool:
        """Return whether the window has taken in all that the chats told."""
        return not self.application._chats.events._events and not self.application.main_window._bridge._waiting

    def sentences(self) -> str:
        """Return all that the window says just now in labels that are shown."""
        window = self.application.main_window
        return "\n".join(label.text() for label in window.findChildren(QLabel) if label.isVisibleTo(window))

    def tokens_shown_as_read(self) -> int:
        """Return how far the window says that a message was read; 0 while it says nothing of it, or that nothing was yet."""
        found = re.search(r"Reading ([\d,]+) of", self.sentences())
        return int(found[1].replace(",", "")) if found else 0

    # What is done

    def settle(self) -> None:
        """Wait until nothing is under way: no command, no job, no event that the window has not drawn."""
        chats = self.application._chats
        wait_until(
            lambda: (
                not any(True for task in self.application._tasks._tasks if not task.done())
                and all(chat.job_id is None for chat in chats._chats.values())
                and self.has_drawn_all()
            )
        )

    def type(self, text: str, pane: int = 0) -> None:
        self.composer(pane).setFocus()
        QTest.keyClicks(self.composer(pane), text)

    def paste(self, text: str, pane: int = 0) -> None:
        self.composer(pane).insertPlainText(text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, pane: int = 0) -> None:
        QTest.keyClick(self.composer(pane), key, modifier)

    def click(self, button: QWidget) -> None:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def send(self, text: str, pane: int = 0) -> None:
        """Type a message and press Enter; return once it stands in the transcript and its reply is under way."""
        self.type(text, pane)
        self.press(Qt.Key.Key_Return, pane=pane)
        wait_until(lambda: text in self.texts(pane))

    def send_and_wait(self, text: str, pane: int = 0) -> str:
        """Send a message and return the finished reply."""
        self.send(text, pane)
        wait_until(lambda: self.texts(pane)[-1:] != [text] and self.is_idle(pane))
        self.settle()
        return self.last_text(pane)

    def wait_for_text(self, characters: int = 20, pane: int = 0) -> None:
        """Wait until a reply streams."""
        wait_until(lambda: self.statuses(pane)[-1:] == ["streaming"] and len(self.last_text(pane)) >= characters)

    def stop(self, pane: int = 0) -> None:
        self.click(self.part("stopButton", pane))
        wait_until(lambda: self.is_idle(pane))

    @contextmanager
    def model_thread_busy(self) -> Iterator[None]:
        """Let whatever loads models or renders templates wait its turn, as behind a large file."""
        done = threading.Event()
        self.application._engine._executor.submit(done.wait, PATIENCE)
        try:
            yield
        finally:
            done.set()

    def new_chat(self) -> None:
        self.click(self.widget("newChatButton"))
        wait_until(lambda: not self.messages(self.active_pane()))

    def chat_titles(self) -> list[str]:
        model = self.chat_list().model()
        return [model.index(row, 0).data(Qt.ItemDataRole.DisplayRole) for row in range(model.rowCount())]

    def choose_chat(self, title: str) -> None:
        """Click a chat in the sidebar."""
        view = self.chat_list()
        index = view.model().index(self.chat_titles().index(title), 0)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())

    def go_on(self, pane: int = 0) -> None:
        """Click Continue under the last message."""
        buttons = self.view(-1, pane).findChildren(QAbstractButton)
        [button] = [button for button in buttons if button.text() == "Continue" and not button.isHidden()]
        self.click(button)

    def fork(self, message: int, pane: int = 0) -> None:
        """Click "Fork from here" at a message and wait for the pane beside."""
        before = len(self.panes())
        button = self.view(message, pane).findChild(QWidget, "forkButton")
        assert button is not None
        self.click(button)
        wait_until(lambda: len(self.panes()) == before + 1 and bool(self.messages(pane + 1)))

    def load(self, model: Path) -> None:
        self.application.main_window.load_model(model)
        wait_until(lambda: self.application._chats.model.path == model and self.model_phase() is not ModelPhase.LOADING)
        self.settle()

    def quit(self) -> None:
        self.application.quit()

    # What is stored

    def rows(self, query: str) -> list[tuple]:
        """Return what a query finds once all that was asked of the store is done."""
        if not self.application._is_quitting:
            drive(self.application._loop, self.application._services.store.conversations(), PATIENCE)
        return rows(self.data, query)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Return a coroutine's result."""
        results: list[T] = []

        async def keep_result() -> None:
            results.append(await coroutine)

        assert drive(self.application._loop, keep_result(), PATIENCE), "the coroutine did not end"
        return results[0]

    def prompt(self, pane: int = 0, *, messages: int | None = None, is_history: bool = False) -> Prompt:
        """Return the prompt for a chat's first messages, built from what is stored; is_history: of what any continuation has."""

        async def build_prompt() -> Prompt:
            store, engine = self.application._services.store, self.application._engine
            assert engine.loaded is not None
            conversation = await store.conversation(self.chat_id(pane))
            path = (await store.path(conversation.id))[:messages]
            ids = await store.reply_tokens([message.id for message in path], engine.loaded.source.vocabulary)
            turns = [Turn(Role(m.role.value), m.text, token_ids(ids[m.id]) if m.id in ids else None, m.reasoning) for m in path]
            return await (engine.history if is_history else engine.prompt)(turns, prompt_settings(conversation))

        return self.run(build_prompt())

    def segments(self) -> dict[str, int]:
        """Return the KV files and their sizes, once all are written."""
        assert self.application._services.segments.flush(10)
        return segments(self.data)


def rows(data: Path, query: str) -> list[tuple]:
    """Return what a query finds in the database of a data directory; the application may be running."""
    with closing(sqlite3.connect(f"file:{data / 'conversations.sqlite3'}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def segments(data: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in (data / "sessions").glob("*/*/*.kv")}
