"""The application: what it is made of, and the order in which it starts and stops."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication

from desktop.app.aio import TaskSet, drive, make_loop
from desktop.app.command_line import Options
from desktop.app.crash import CrashHooks
from desktop.app.signals import QuitSignals
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import NoticeRaised
from desktop.chat.service import ChatService
from desktop.conversations.errors import StorageError
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine
from desktop.sessions.store import SegmentStore
from desktop.system.errors import RivuletError
from desktop.system.hardware import physical_cores
from desktop.system.lock import DataLock
from desktop.system.logs import open_log
from desktop.system.paths import AppPaths
from desktop.system.resources import resource
from desktop.system.settings import SettingsFile
from desktop.ui.main_window import MainWindow

log = logging.getLogger(__name__)

SETTINGS_MS = 5_000
QUIT_SECONDS = 10.0  # after so long the database is closed and the application leaves, whatever hangs
SETTLE_SECONDS = 1.0  # for commands that are under way
DEFECT = "Something went wrong that should not have. Your chats are kept; the log in the data directory says more."


@dataclass(frozen=True, slots=True)
class Stats:
    """What inference has done since the start."""

    tokens_decoded: int  # the sum of n_tokens handed to llama_decode
    tokens_restored: int  # that came from disk
    decode_calls: int


class Application:
    """One running Rivulet. Made by desktop.app.build; everything here is for the window's thread."""

    def __init__(self, options: Options) -> None:
        """Start in order: data directory, store, window; then the last model and the panes in the background.

        Raises StartError, with nothing left behind.
        """
        existing = QApplication.instance()
        self._qt = existing if isinstance(existing, QApplication) else QApplication(["rivulet"])
        self._qt.setApplicationName("Rivulet")
        self._qt.setDesktopFileName("rivulet")
        self._qt.setQuitOnLastWindowClosed(False)  # quit() decides, which saves first
        self.ended_in_time = True
        self._is_quitting = False
        self._is_executing = False
        self._paths = AppPaths.under(options.data_dir) if options.data_dir else AppPaths.default()
        self._paths.prepare()
        with ExitStack() as stack:
            lock = DataLock(self._paths)
            stack.callback(lock.release)
            stack.callback(open_log(self._paths.logs))
            self._events = EventBuffer()
            self._store = ConversationStore.open(self._paths.database, self._on_store_failed)
            self._resources = stack.pop_all()  # from here on nothing can fail for a reason outside
        self._settings_file = SettingsFile(self._paths.settings)
        settings, damage = self._settings_file.read()
        self._loop = make_loop(self._qt)
        self._tasks = TaskSet(self._loop, self._on_task_failed)
        self._segments = SegmentStore(self._paths.sessions, lambda sentence: self._events.put(NoticeRaised(sentence)))
        self._engine = Engine(self._segments, physical_cores())
        self._chats = ChatService(self._store, self._segments, self._engine, self._events, self._spawn)
        self.main_window = MainWindow(self._chats, self._spawn, settings, lambda name: resource(name).read_bytes())
        self.main_window.close_requested.connect(self.request_quit)
        self.main_window.show()
        self.main_window.restore()
        self._written = settings
        saving = QTimer(self.main_window, interval=SETTINGS_MS)
        saving.timeout.connect(self._save_settings)
        saving.start()
        if damage:
            self.main_window.show_notice(damage)
        if (model := options.model or settings.model_path) is not None:
            self._spawn(self._chats.load_model(model))

    @property
    def stats(self) -> Stats:
        """Return what inference has done since the start."""
        return Stats(self._engine.tokens_decoded, self._chats.tokens_restored, self._engine.decode_calls)

    def run(self) -> int:
        """Run until somebody quits; return the exit code. For the process that is nothing but Rivulet."""
        hooks = CrashHooks(self._paths.logs, lambda: self._events.put(NoticeRaised(DEFECT)))
        hooks.watch(self._loop)
        signals = QuitSignals(self.request_quit)
        self._is_executing = True
        try:
            return self._qt.exec()
        finally:
            signals.close()
            hooks.close()

    def request_quit(self) -> None:
        """Quit once the present event is dealt with. May be called from any slot."""
        QTimer.singleShot(0, self.quit)

    def quit(self) -> None:
        """Save everything, end every thread and close the window; return when that is done, ten seconds at most.

        Drives the event loop itself, so it may be called from plain code, a slot, or a coroutine. A second call returns at
        once.
        """
        if self._is_quitting:
            return
        self._is_quitting = True
        deadline = monotonic() + QUIT_SECONDS
        self.main_window.setEnabled(False)
        caller = asyncio.current_task(self._loop)
        try:
            drive(self._loop, self._wind_down(caller), 2.0)
        except Exception:  # whatever it is, what comes now must come
            log.exception("quitting went wrong")
        # The worker ends before llama.cpp's globals go, and tells its outcomes before the store closes.
        ended = [
            self._engine.close(_left(deadline, 4.0)),
            self._segments.close(_left(deadline, 2.0)),
            self._store.close(_left(deadline, 2.0)),
        ]
        self.ended_in_time = all(ended)
        self._close_window()
        self._resources.close()
        if caller is None:
            self._leave()
        else:  # the calling task still needs its loop to end
            QTimer.singleShot(0, self._leave)

    async def _wind_down(self, caller: asyncio.Task[Any] | None) -> None:
        with suppress(TimeoutError):  # what was sent a moment ago is not lost by quitting
            async with asyncio.timeout(SETTLE_SECONDS):
                await self._chats.settle()
        await self._tasks.cancel_all(spared=caller)
        try:
            await self.main_window.save_drafts()
        except RivuletError as error:
            log.warning("drafts not saved: %s", error.sentence)
        self._save_settings()

    def _save_settings(self) -> None:
        """Keep panes and geometry where they changed: a start after a crash brings them back too."""
        settings = self.main_window.settings_state()
        if settings == self._written:
            return
        try:
            self._settings_file.write(settings)
            self._written = settings
        except OSError as error:
            log.warning("settings not saved: %s", error)

    def _close_window(self) -> None:
        self.main_window.shut()
        self.main_window.hide()
        self.main_window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _leave(self) -> None:
        self._loop.close()
        if self._is_executing:
            self._qt.exit(0 if self.ended_in_time else 1)

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        if self._is_quitting:
            coroutine.close()
        else:
            self._tasks.spawn(coroutine, getattr(coroutine, "__qualname__", "task"))

    def _on_task_failed(self, error: RivuletError) -> None:
        if not self._is_quitting:
            self.main_window.show_notice(error.sentence)

    def _on_store_failed(self, error: StorageError) -> None:
        self._events.put(NoticeRaised(error.sentence))


def _left(deadline: float, most: float) -> float:
    return max(0.1, min(most, deadline - monotonic()))
