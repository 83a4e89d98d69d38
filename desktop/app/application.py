"""The application: what it is made of, and the order in which it starts and stops."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication

from desktop.app.aio import drive, make_loop
from desktop.app.command_line import Options
from desktop.app.commands.executing import execute
from desktop.app.crash import CrashHooks
from desktop.app.instance import server_name
from desktop.app.services import Services, time_to_live
from desktop.app.signals import QuitSignals
from desktop.app.tasks import TaskSet
from desktop.chat.events import NoticeRaised
from desktop.system.errors import RivuletError
from desktop.system.motion import reduces_motion
from desktop.system.paths import AppPaths
from desktop.system.resources import resource
from desktop.system.threads import in_thread
from desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from desktop.app.instance_server import InstanceServer

log = logging.getLogger(__name__)

SETTINGS_MS = 5_000
EXPIRY_MS = 3_600_000
QUIT_SECONDS = 10.0  # after so long the database is closed and the application leaves, whatever hangs
SETTLE_SECONDS = 1.0  # for commands that are under way
CANCEL_SECONDS = 0.3  # for tasks to end
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
        paths = AppPaths.under(options.data_dir) if options.data_dir else AppPaths.default()
        self._services = services = Services(paths, self._spawn)
        self._events, self._engine, self._chats = services.events, services.engine, services.chats
        self._loop = make_loop(self._qt)
        self._tasks = TaskSet(self._loop, self._on_task_failed)
        settings = services.settings
        self.main_window = MainWindow(self._chats, self._spawn, settings, lambda name: resource(name).read_bytes())
        self.main_window.close_requested.connect(self.request_quit)
        self.main_window.settings_changed.connect(lambda _: self._save_settings())
        self.main_window.show()
        self.main_window.restore()
        self._written = settings
        saving = QTimer(self.main_window, interval=SETTINGS_MS)
        saving.timeout.connect(self._save_settings)
        saving.start()
        expiring = QTimer(self.main_window, interval=EXPIRY_MS)
        expiring.timeout.connect(lambda: self._spawn(self._chats.expire()))
        expiring.start()
        if services.settings_damage:
            self.main_window.show_notice(services.settings_damage)
        self._server = self._listen()
        self._spawn(self._chats.begin())
        self._spawn(self._ask_for_motion())
        if (model := options.model or settings.model_path) is not None:
            self._spawn(self._chats.load_model(model))

    @property
    def stats(self) -> Stats:
        """Return what inference has done since the start."""
        return Stats(self._engine.tokens_decoded, self._chats.tokens_restored, self._engine.decode_calls)

    def run(self) -> int:
        """Run until somebody quits; return the exit code. For the process that is nothing but Rivulet."""
        hooks = CrashHooks(self._services.paths.logs, lambda: self._events.put(NoticeRaised(DEFECT)))
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
        if self._server is not None:
            self._server.close()
        caller = asyncio.current_task(self._loop)
        try:
            drive(self._loop, self._wind_down(caller), 2.0)
        except Exception:  # whatever it is, what comes now must come
            log.exception("quitting went wrong")
        self.ended_in_time = self._services.close(deadline)
        self._close_window()
        self._services.release()
        if caller is None:
            self._leave()
        else:  # the calling task still needs its loop to end
            QTimer.singleShot(0, self._leave)

    async def _wind_down(self, caller: asyncio.Task[Any] | None) -> None:
        with suppress(TimeoutError):  # what was sent a moment ago is not lost by quitting
            async with asyncio.timeout(SETTLE_SECONDS):
                await self._chats.settle()
        for _ in range(2):  # who waits for a thread to end waits no longer the second time; drafts are not lost by that
            with suppress(TimeoutError):
                async with asyncio.timeout(CANCEL_SECONDS):
                    await self._tasks.cancel_all(spared=caller)
        try:
            await self.main_window.save_drafts()
        except RivuletError as error:
            log.warning("drafts not saved: %s", error.sentence)
        self._save_settings()

    async def _ask_for_motion(self) -> None:
        self.main_window.set_reduced_motion(await in_thread("motion", reduces_motion))

    def _save_settings(self) -> None:
        """Keep panes and geometry where they changed: a start after a crash brings them back too."""
        settings = self._services.settings = self.main_window.settings_state()
        if settings == self._written:
            return
        self._chats.set_time_to_live(time_to_live(settings))
        try:
            self._services.settings_file.write(settings)
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

    def _listen(self) -> "InstanceServer | None":
        """Take commands of the command line; without that the window works all the same."""
        try:
            from desktop.app.instance_server import InstanceServer  # QtNetwork needs libraries that may be missing

            return InstanceServer(
                server_name(self._services.paths), lambda command, write: execute(command, self._services, write), self._start_command
            )
        except (ImportError, OSError, RivuletError) as error:
            log.warning("commands cannot reach this instance: %s", error)
            return None

    def _start_command(self, coroutine: Coroutine[Any, Any, None]) -> Callable[[], object]:
        return self._tasks.spawn(coroutine, "command").cancel
