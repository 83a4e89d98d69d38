"""Rivulet's real window as the self-test uses it: by what stands in it, as a person does."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop.app import build_with
from desktop.app.aio import drive
from desktop.app.application import Stats
from desktop.app.command_line import Options
from desktop.app.self_test.failure import CheckFailedError, need
from desktop.chat.events import Activity, ContinuesFrom, ModelPhase, ModelState, NotReady, ReadyAtOnce
from desktop.chat.turns import prompt_settings
from desktop.conversations.message import ConversationId, Message, Status
from desktop.inference.prompt import Role, Turn
from desktop.sessions.tokens import TokenIds, token_ids
from desktop.ui.panes.pane import Pane
from desktop.ui.transcript.message_view import MessageView

T = TypeVar("T")

PATIENCE = 30.0  # seconds for anything; all of it takes a few where nothing is amiss
_TICK_MS = 10


class TriedWindow:
    """The application, opened without a network on one data directory. For the window's thread, outside of any event loop."""

    def __init__(self, data: Path) -> None:
        """Open it and wait until its chats and its model are there. Raises StartError and CheckFailedError."""
        self._application = build_with(Options(data_dir=data, offline=True))
        self._services = self._application.services
        try:
            self._wait(lambda: self.panes() and self.panes()[0].chat_id is not None, "the chats to be shown")
            self._wait(lambda: self.model.phase not in (ModelPhase.NONE, ModelPhase.LOADING), "the guide to be loaded")
            self.rest()
        except BaseException:
            self.quit()
            raise

    @property
    def model(self) -> ModelState:
        """Return the model's state."""
        return self._services.chats.model

    @property
    def stats(self) -> Stats:
        """Return what inference has done since it was opened."""
        return self._application.stats

    @property
    def platform(self) -> str:
        """Return the name of Qt's plugin for the display."""
        return QGuiApplication.platformName()

    def panes(self) -> list[Pane]:
        """Return the panes that show chats, a chat before its forks; those too that a narrow window keeps behind tabs."""
        return sorted(self._application.main_window.findChildren(Pane), key=lambda pane: pane.chat_id or 0)

    def pane_in_sight(self) -> int:
        """Return the number of a pane that can be seen. Raises CheckFailedError where none can."""
        for number, pane in enumerate(self.panes()):
            if pane.isVisible():
                return number
        raise CheckFailedError("The window shows no pane.")

    def messages(self, pane: int) -> list[Message]:
        """Return what a pane shows, from the first message."""
        return self.panes()[pane].transcript.messages()

    def texts(self, pane: int) -> list[str]:
        """Return what these messages say."""
        return [message.text for message in self.messages(pane)]

    def ask(self, text: str, pane: int) -> Message:
        """Write a message, send it, and return the reply once it is complete. Raises CheckFailedError."""
        shown, before = self.panes()[pane], len(self.messages(pane))
        shown.composer.edit.insertPlainText(text)
        _click(shown, "sendButton")
        self._wait(lambda: len(self.messages(pane)) == before + 2, "the message to be sent and its reply to begin")
        self._wait(lambda: self.messages(pane)[-1].status is not Status.STREAMING, "the reply to end")
        self.rest()
        reply = self.messages(pane)[-1]
        need(reply.status is Status.COMPLETE, f"The reply did not come to its end: it is {reply.status}.")
        need(reply.text.strip(), "The reply is empty.")
        return reply

    def fork(self, message: int, pane: int) -> None:
        """Fork a chat at a message by the button under it, and wait for the pane beside. Raises CheckFailedError."""
        before = len(self.panes())
        _click(self.view(message, pane), "forkButton")
        self._wait(lambda: len(self.panes()) == before + 1 and self.messages(pane + 1), "the fork to be shown")
        self.rest()

    def wait_for_history(self, pane: int) -> None:
        """Wait until a chat that has messages is in the context, or the window says what must be read. Raises CheckFailedError."""
        chats, chat = self._services.chats, self._chat_ids()[pane]
        self._wait(lambda: isinstance(chats.readiness(chat), ReadyAtOnce | ContinuesFrom | NotReady), "the chat to be restored")
        self.rest()

    def rest(self) -> None:
        """Wait until no chat that is shown does anything, in idle time neither. Raises CheckFailedError."""
        chats = self._services.chats
        for chat in self._chat_ids():
            self._run(chats.rest(chat))
        self._wait(lambda: all(chats.activity(chat) is Activity.IDLE for chat in self._chat_ids()), "the chats to rest")

    def history(self, pane: int) -> TokenIds:
        """Return the tokens that any continuation of a pane's chat begins with, made of what is stored."""
        return self._run(self._prompt(self._chat_ids()[pane], None, is_history=True))

    def prompt_of_last(self, pane: int) -> TokenIds:
        """Return the tokens that the last reply of a pane's chat was written after."""
        return self._run(self._prompt(self._chat_ids()[pane], -1, is_history=False))

    def view(self, message: int, pane: int) -> MessageView:
        """Return the widget of a message by its place in the chat. Raises CheckFailedError where it is not drawn."""
        transcript = self.panes()[pane].transcript
        view = transcript.view(transcript.messages()[message].id)
        if view is None:
            raise CheckFailedError("A message is not drawn that should be in sight.")
        return view

    def picture(self, pane: int) -> QImage:
        """Return what a pane looks like."""
        return self.panes()[pane].grab().toImage()

    def quit(self) -> bool:
        """Quit; return whether everything ended in time."""
        self._application.quit()
        return self._application.ended_in_time

    async def _prompt(self, chat: ConversationId, end: int | None, *, is_history: bool) -> TokenIds:
        store, engine = self._services.store, self._services.engine
        if engine.loaded is None:
            raise CheckFailedError("No model is loaded any more.")
        conversation, path = await store.conversation(chat), (await store.path(chat))[:end]
        ids = await store.reply_tokens([it.id for it in path], engine.loaded.source.vocabulary)
        turns = [Turn(Role(it.role.value), it.text, token_ids(ids[it.id]) if it.id in ids else None, it.reasoning) for it in path]
        return (await (engine.history if is_history else engine.prompt)(turns, prompt_settings(conversation))).ids

    def _chat_ids(self) -> list[ConversationId]:
        return [pane.chat_id for pane in self.panes() if pane.chat_id is not None]

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        results: list[T] = []

        async def keep() -> None:
            results.append(await coroutine)

        need(drive(asyncio.get_running_loop(), keep(), PATIENCE), f"Rivulet did not answer within {PATIENCE:.0f} seconds.")
        return results[0]

    def _wait(self, condition: Callable[[], object], what: str) -> None:
        """Let the application run until a condition holds. Raises CheckFailedError."""
        deadline, qt, tick = monotonic() + PATIENCE, QEventLoop(), QTimer()
        tick.start(_TICK_MS)  # so that conditions outside of Qt are looked at, too
        while not condition():
            need(monotonic() < deadline, f"Waited for {what} for {PATIENCE:.0f} seconds.")
            qt.processEvents(QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        tick.stop()


def _click(within: QWidget, name: str) -> None:
    button = within.findChild(QAbstractButton, name)
    if button is None:
        raise CheckFailedError(f"The window has no {name}.")
    button.click()
