"""The application: what it is made of, and the order in which it starts and stops."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication

from desktop.app.aio import drive, make_loop
from desktop.app.command_line import Options
from desktop.app.commands.command import Command, Outcome, Verb, Write
from desktop.app.commands.executing import execute
from desktop.app.commands.opening import hand_over, open_in
from desktop.app.crash import CrashHooks
from desktop.app.file_events import FileEventApplication
from desktop.app.instance import server_name
from desktop.app.logout import Logout
from desktop.app.services import Services, time_to_live, unsaved_sentence
from desktop.app.signals import QuitSignals
from desktop.app.tasks import TaskSet
from desktop.chat.card_look import look_at_cards
from desktop.chat.course import Course
from desktop.chat.events import NoticeRaised
from desktop.chat.file_kinds import FileKind, sorted_by_kind
from desktop.system.crash_report import take_report
from desktop.system.deleting import NothingDeletedError, erase, move_away, waits_to_be_erased
from desktop.system.deleting import begin as begin_deleting
from desktop.system.errors import RivuletError, StartError
from desktop.system.lock import DataLock
from desktop.system.motion import reduces_motion
from desktop.system.program import APPLICATION_ID, program_command
from desktop.system.resources import resource
from desktop.system.threads import in_thread
from desktop.system.words import say
from desktop.ui.language import Language
from desktop.ui.main_window import MainWindow
from desktop.ui.settings.deleting_section import erased_sentences
from desktop.ui.theme.application_icon import application_icon

if TYPE_CHECKING:
    from desktop.app.instance_server import InstanceServer

log = logging.getLogger(__name__)

SETTINGS_MS = 5_000
EXPIRY_MS = 3_600_000
UNLOAD_MS = 30_000
QUIT_SECONDS = 10.0  # after so long the database is closed and the application leaves, whatever hangs
KEEPING_MS = 50  # between looks whether all is kept
KEEP_SECONDS = 6.0  # of those that a session's end leaves
SETTLE_SECONDS = 1.0  # for commands that are under way
CANCEL_SECONDS = 0.3  # for tasks to end
DELETE_SECONDS = 60.0  # for what runs to end before everything is deleted
DEFECT = say("Something went wrong that should not have. Your chats are kept; the log in the data directory says more.")
DAMAGED = "Rivulet cannot read a file of its own ({error}). Your chats are untouched; install Rivulet again."
STOPPING = say("Deleting everything: what runs is stopped")
ERASING = say("Deleting everything")
UNFINISHED = say("Deleting everything was begun and is not finished. Close Rivulet; the next start finishes it.")


@dataclass(frozen=True, slots=True)
class Stats:
    """What inference has done since the start."""

    tokens_decoded: int  # the sum of n_tokens handed to llama_decode
    tokens_restored: int  # that came from disk
    decode_calls: int


class Application:
    """One running Rivulet. Made by desktop.app.build; everything here is for the window's thread."""

    def __init__(self, options: Options, lock: DataLock | None = None) -> None:
        """Start in order: data directory, store, window; then the last model and the panes in the background.

        lock: the data directory's, if this process holds it already. Raises StartError, with nothing left behind.
        """
        existing = QApplication.instance()
        self._qt = existing if isinstance(existing, QApplication) else FileEventApplication(["rivulet"])
        self._qt.setApplicationName("Rivulet")
        self._qt.setDesktopFileName(APPLICATION_ID)
        self._qt.setWindowIcon(application_icon(resource("icons/application")))
        self._qt.setQuitOnLastWindowClosed(False)  # quit() decides, which saves first
        self.ended_in_time = True
        self._is_quitting = self._is_keeping = False
        self._is_executing = False
        self._deleting: asyncio.Task[None] | None = None  # everything, just now
        self._hooks: CrashHooks | None = None
        self._options = options
        services = Services(options.paths, self._spawn, lock, is_offline=options.offline)
        self._loop = make_loop(self._qt)
        self._tasks = TaskSet(self._loop, self._on_task_failed)
        self._language = Language(self._qt, services.settings.language, resource("translations"))
        try:
            self._open(services, options.files)
            if (report := take_report(services.paths.logs)) is not None:
                self.main_window.show_crash(report)
        except BaseException as error:  # whose threads would keep the process without a window
            services.close(monotonic() + QUIT_SECONDS)
            services.release()
            self._loop.close()
            if isinstance(error, OSError | ValueError):
                raise StartError(DAMAGED.format(error=error)) from error
            raise
        if isinstance(self._qt, FileEventApplication):
            self._qt.file_opened.connect(self._on_file_opened)

    def _open(self, services: Services, files: Sequence[Path] = ()) -> None:
        """Show a window on what the services hold, open files in it, and begin what goes on beside it."""
        self._services = services
        self._events, self._engine, self._chats = services.events, services.engine, services.chats
        settings, paths = services.settings, services.paths
        names_model = self._options.model is not None or bool(sorted_by_kind(files)[FileKind.MODEL])
        if not names_model and settings.model_path is None:
            self._chats.loading.expect_guide()
        self.main_window = MainWindow(self._chats, self._spawn, settings, lambda name: resource(name).read_bytes(), paths)
        self.main_window.close_requested.connect(self.request_quit)
        self.main_window.settings_changed.connect(lambda _: self._save_settings())
        self.main_window.delete_all_requested.connect(self.delete_all)
        services.on_settings_changed = self.main_window.change_settings
        services.engine.on_abort = self._note_abort
        self.main_window.show()
        self.main_window.restore()
        self._written, self._has_told = settings, False  # that they could not be
        saving = QTimer(self.main_window, interval=SETTINGS_MS)
        saving.timeout.connect(self._save_settings)
        saving.start()
        expiring = QTimer(self.main_window, interval=EXPIRY_MS)
        expiring.timeout.connect(lambda: self._spawn(self._chats.expire()))
        expiring.start()
        unloading = QTimer(self.main_window, interval=UNLOAD_MS)
        unloading.timeout.connect(lambda: self._spawn(self._chats.unload_if_unused()))
        unloading.start()
        if services.settings_damage:
            self.main_window.show_notice(services.settings_damage)
        self._server = self._listen()
        self._spawn(self._chats.begin())
        self._spawn(services.models.open())
        self._spawn(look_at_cards(self._chats.fits, self._events))
        self._spawn(self._ask_for_motion())
        hand_over(self.main_window, self._options.model, files)
        if not names_model:
            self._spawn(self._chats.load_last_model(settings.model_path))
        if waits_to_be_erased(paths):
            self._spawn(self._erase())

    @property
    def services(self) -> Services:
        """Return what lies below the window."""
        return self._services

    @property
    def stats(self) -> Stats:
        """Return what inference has done since the start."""
        return Stats(self._engine.tokens_decoded, self._chats.tokens_restored, self._engine.decode_calls)

    def run(self) -> int:
        """Run until somebody quits; return the exit code. For the process that is nothing but Rivulet."""
        hooks = self._hooks = CrashHooks(self._services.paths.logs, lambda: self._events.put(NoticeRaised(DEFECT)))
        hooks.watch(self._loop)
        signals = QuitSignals(self.request_quit)
        logout = Logout(self._qt, self.keep, self.quit, _restart_command(self._options))
        self._is_executing = True
        try:
            return self._qt.exec()
        finally:
            logout.close()
            signals.close()
            self._hooks = None
            hooks.close()

    def request_quit(self) -> None:
        """Quit once the present event is dealt with. May be called from any slot."""
        QTimer.singleShot(0, self.quit)

    def quit(self) -> None:
        """Save everything, end every thread and close the window; return when that is done, ten seconds at most.

        Drives the event loop itself, so it may be called from plain code, a slot, or a coroutine. A second call returns at
        once; one while everything is being kept comes after that.
        """
        if self._is_quitting:
            return
        if self._is_keeping:  # on the loop that quitting closes
            QTimer.singleShot(KEEPING_MS, self.quit)
            return
        self._is_quitting = True
        if self._deleting is not None:  # what was begun is done first
            drive(self._loop, asyncio.wait([self._deleting]), DELETE_SECONDS + QUIT_SECONDS)
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

    def keep(self) -> None:
        """Stop what is being written and save everything, as before quitting, and go on; return when that is done, seconds at most.

        Drives the event loop itself, as quit() does.
        """
        if self._is_quitting or self._is_keeping or self._deleting is not None:
            return
        self._is_keeping = True
        try:
            drive(self._loop, self._keep(), KEEP_SECONDS)
        except Exception:  # the session ends all the same
            log.exception("keeping everything went wrong")
        finally:
            self._is_keeping = False

    async def _keep(self) -> None:
        await self._settle()
        await self._chats.stop_all()
        with suppress(RivuletError):
            await self.main_window.save_drafts()
        self._save_settings()
        await in_thread("keeping", lambda: self._services.segments.flush(KEEP_SECONDS / 2))

    def delete_all(self) -> None:
        """Delete everything that was ever kept, and go on with a new window as after the first start."""
        if self._deleting is not None or self._is_quitting:
            return
        self._save_settings()  # if it fails, all is as it was
        try:
            begin_deleting(self._services.paths)
        except NothingDeletedError as error:
            self.main_window.notices.show_notice(error.sentence)
            return
        self.main_window.setEnabled(False)
        self.main_window.notices.show_course(Course(), STOPPING, can_stop=False)
        self._deleting = self._loop.create_task(self._delete_all(), name="deleting")
        self._deleting.add_done_callback(self._on_deleting_done)

    async def _delete_all(self) -> None:
        services = self._services
        if self._server is not None:
            self._server.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS):
                await self._chats.stop_all()  # so that nothing is told to what is closed
        await self._close_network()
        await self._end_tasks(None)
        with suppress(RivuletError):
            await self.main_window.save_drafts()
        self.main_window.shut()
        if not await in_thread("deleting", partial(_close_patiently, services)):
            raise StartError(UNFINISHED)
        lock, failure = services.hand_over(), ""
        if self._hooks is not None:
            self._hooks.close_file()
        try:
            await in_thread("deleting", lambda: move_away(services.paths))
        except NothingDeletedError as error:
            failure = error.sentence
        except BaseException:
            lock.release()
            raise
        services.paths.prepare()
        if self._hooks is not None:
            self._hooks.open_file()
        anew = Services(services.paths, self._spawn, lock, is_offline=self._options.offline)
        self._close_window()
        self._language = Language(self._qt, anew.settings.language, resource("translations"))
        self._deleting = None  # things may begin again
        self._open(anew)
        if failure:
            self.main_window.notices.show_notice(failure)

    def _on_deleting_done(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or (error := task.exception()) is None:
            return
        self.main_window.notices.show_notice(error.sentence if isinstance(error, RivuletError) else UNFINISHED)
        if not isinstance(error, RivuletError):
            self._loop.call_exception_handler({"message": "deleting failed", "exception": error, "task": task})

    async def _erase(self) -> None:
        """Remove what was deleted from the disk, while the window is in use already."""
        course, notices = Course(), self.main_window.notices
        await self._services.models.token.disuse()  # which is erased last

        def on_progress(done: int, total: int) -> None:
            course.done, course.total = done, total

        notices.show_course(course, ERASING, can_stop=False)
        try:
            erased = await in_thread("erasing", lambda: erase(self._services.paths, on_progress))
        finally:
            notices.end_course(course)
        is_whole = not erased.left and erased.forgot_secrets
        for sentence in erased_sentences(erased):
            notices.show_done(sentence) if is_whole else notices.show_notice(sentence)

    async def _wind_down(self, caller: asyncio.Task[Any] | None) -> None:
        await asyncio.gather(self._settle(), self._close_network())  # what hangs in both leaves time for what follows
        await self._end_tasks(caller)
        if self._deleting is not None:  # it did not come to its end; the next start goes on with it
            return
        try:
            await self.main_window.save_drafts()
        except RivuletError as error:
            log.warning("drafts not saved: %s", error.sentence)
        self._save_settings()

    async def _settle(self) -> None:
        with suppress(TimeoutError):  # what was sent a moment ago is not lost by quitting
            async with asyncio.timeout(SETTLE_SECONDS):
                await self._chats.settle()

    async def _close_network(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS):
                await self._services.models.close()

    async def _end_tasks(self, spared: asyncio.Task[Any] | None) -> None:
        for _ in range(2):  # who waits for a thread to end waits no longer the second time; drafts are not lost by that
            with suppress(TimeoutError):
                async with asyncio.timeout(CANCEL_SECONDS):
                    await self._tasks.cancel_all(spared=spared)

    async def _ask_for_motion(self) -> None:
        self.main_window.set_reduced_motion(await in_thread("motion", reduces_motion))

    def _save_settings(self) -> None:
        """Keep panes and geometry where they changed: a start after a crash brings them back too."""
        if self._deleting is not None:
            return
        settings = self._services.settings = self.main_window.settings_state()
        if settings == self._written:
            return
        self._chats.set_time_to_live(time_to_live(settings))
        try:
            self._services.settings_file.write(settings)
            self._written = settings
            self._has_told = False
        except OSError as error:
            log.warning("settings not saved: %s", error)
            if not self._has_told:
                self._has_told = True
                self.main_window.show_notice(unsaved_sentence(error))

    def _close_window(self) -> None:
        self.main_window.shut()
        self.main_window.hide()
        self.main_window.deleteLater()
        self._language.drop()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _leave(self) -> None:
        self._loop.close()
        if self._is_executing:
            self._qt.exit(0 if self.ended_in_time else 1)

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        if self._is_quitting or self._deleting is not None:
            coroutine.close()
        else:
            self._tasks.spawn(coroutine, getattr(coroutine, "__qualname__", "task"))

    def _on_task_failed(self, error: RivuletError) -> None:
        if not self._is_quitting:
            self.main_window.show_notice(error.sentence)

    def _note_abort(self, message: str) -> None:
        if self._hooks is not None:
            self._hooks.note_abort(message)

    def _listen(self) -> "InstanceServer | None":
        """Take commands of the command line; without that the window works all the same."""
        try:
            from desktop.app.instance_server import InstanceServer  # QtNetwork needs libraries that may be missing

            return InstanceServer(server_name(self._services.paths), self._execute, self._start_command)
        except (ImportError, OSError, RivuletError) as error:
            log.warning("commands cannot reach this instance: %s", error)
            return None

    async def _execute(self, command: Command, write: Write) -> Outcome:
        if command.verb is Verb.OPEN:
            return open_in(self.main_window, command, is_offline=self._services.models.is_offline)
        return await execute(command, self._services, write)

    def _on_file_opened(self, path: Path) -> None:
        if not self._is_quitting:
            self.main_window.come_forward("")
            self.main_window.open_files([path])

    def _start_command(self, coroutine: Coroutine[Any, Any, None]) -> Callable[[], object]:
        return self._tasks.spawn(coroutine, "command").cancel


def _restart_command(options: Options) -> tuple[str, ...]:
    """Return what starts the same again, with the panes and the model of the last time."""
    data = ("--data-dir", str(options.data_dir.absolute())) if options.data_dir is not None else ()
    return program_command(*data, *(("--offline",) if options.offline else ()))


def _close_patiently(services: Services) -> bool:
    """Close services whose threads may have much to end; return whether all ended."""
    deadline = monotonic() + DELETE_SECONDS
    while not services.close(deadline):
        if monotonic() > deadline:
            return False
    return True
