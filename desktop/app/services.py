"""All that lies below the window, which a command without a window uses just as well."""

import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from desktop.app.model_services import ModelQuestions, ModelServices
from desktop.chat.chat_options import ChatOptions
from desktop.chat.context_choice import LoadSettings
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import ModelPhase, NoticeRaised
from desktop.chat.examining import Examining
from desktop.chat.load_checks import LoadChecks
from desktop.chat.load_guard import LoadGuard
from desktop.chat.service import ChatService
from desktop.chat.spawning import Spawn
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine
from desktop.models.guide import Guide
from desktop.sessions.store import SegmentStore
from desktop.system.cache_type import CacheType
from desktop.system.deleting import finish_moving
from desktop.system.flash_attention import FlashAttention
from desktop.system.hardware import physical_cores
from desktop.system.lock import DataLock
from desktop.system.logs import open_log
from desktop.system.paths import AppPaths
from desktop.system.power import on_battery
from desktop.system.resources import resource
from desktop.system.settings import Settings, SettingsFile
from desktop.system.words import Words, say

FAILED_SECONDS = 2.0  # for each thread to end, where what was begun cannot be used


class Services:
    """The stores, the engine and the chats on one data directory, which is locked meanwhile. For the event loop's thread."""

    def __init__(self, paths: AppPaths, spawn: Spawn, lock: DataLock | None = None, *, is_offline: bool = False) -> None:
        """Open a data directory; spawn runs a coroutine beside; lock: one that is held already; is_offline: no network at all.

        Raises StartError, among them AlreadyRunningError, with nothing left behind.
        """
        self.paths = paths
        paths.prepare()
        with ExitStack() as stack:
            self._lock = lock or DataLock(paths)
            stack.callback(self._lock.release)
            if finish_moving(paths):
                paths.prepare()
            self._close_log = open_log(paths.logs)
            stack.callback(self._close_log)
            self.events = EventBuffer()
            self.store = ConversationStore.open(paths.database, lambda error: self._tell(error.sentence))
            self._resources = stack.pop_all()  # from here on nothing can fail for a reason outside
        with ExitStack() as stack:  # what comes with Rivulet may be damaged, and threads would keep the process
            stack.callback(self.release)
            stack.callback(self.store.close, FAILED_SECONDS)
            for leftover in paths.sessions.glob(".import-*"):  # of an import that ended with its process
                shutil.rmtree(leftover, ignore_errors=True)
            for former in paths.former:
                former.unlink(missing_ok=True)
            self.settings_file = SettingsFile(paths.settings)
            self.settings, self.settings_damage = self.settings_file.read()  # whoever changes the settings puts them here too
            self.segments = SegmentStore(paths.sessions, self._tell)
            stack.callback(self.segments.close, FAILED_SECONDS)
            self.on_settings_changed: Callable[[Mapping[str, Any]], None] | None = None  # takes over what is changed here
            self.engine = Engine(self.segments, self.settings.threads or physical_cores())
            stack.callback(self.engine.close, FAILED_SECONDS)
            self._examining = Examining(paths.examined)
            self._guide = Guide(resource("guide"))
            questions = ModelQuestions(lambda: self.chats.fits, self._file_in_use, self._examining.is_sound)
            self.models = ModelServices(
                paths, lambda: self.settings, self._change_settings, is_offline, self.segments, self.events, questions, self._guide
            )
            self.chats = ChatService(self.store, self.segments, self.engine, self.events, spawn, self._options(), models=self.models)
            stack.pop_all()

    def close(self, deadline: float) -> bool:
        """End the threads by a time of the monotonic clock, keeping what they have; return whether all ended.

        The worker ends before llama.cpp's globals go, and tells its outcomes before the store closes.
        """
        self.chats.sessions.close_all()
        ended = [
            self.models.library.close(_left(deadline, 1.0)),
            self.engine.close(_left(deadline, 4.0)),
            self.segments.close(_left(deadline, 2.0)),
            self.store.close(_left(deadline, 2.0)),
        ]
        return all(ended)

    def release(self) -> None:
        """Close the log and let others use the data directory. Comes after close()."""
        self._resources.close()

    def hand_over(self) -> DataLock:
        """Close the log and return the lock, which stays held. Comes after close(), in place of release()."""
        self._close_log()
        self._resources.pop_all()
        return self._lock

    def _file_in_use(self) -> Path | None:
        model = self.chats.model
        return None if model.phase is ModelPhase.FAILED else model.path

    def _change_settings(self, changes: Mapping[str, Any]) -> None:
        """Keep what the parts below the window change; where there is one it is asked, which knows the settings best."""
        if self.on_settings_changed is not None:
            self.on_settings_changed(changes)
            return
        self.settings = replace(self.settings, **changes)
        try:
            self.settings_file.write(self.settings)
        except OSError as error:
            self._tell(unsaved_sentence(error))

    def _options(self) -> ChatOptions:
        settings = self.settings
        return ChatOptions(
            budget=settings.budget,
            time_to_live=time_to_live(settings),
            settles=lambda: self.settings.settles and self._may_use_idle_time(),
            names_chats=lambda: self.settings.names_chats and self._may_use_idle_time(),
            cache_types={Path(model): CacheType(chosen) for model, chosen in settings.cache_types.items()},
            context_lengths={Path(model): tokens for model, tokens in settings.context_lengths.items()},
            gpu_layers={Path(model): layers for model, layers in settings.gpu_layers.items()},
            loading=lambda: load_settings(self.settings),
            checks=LoadChecks(
                self._examining,
                LoadGuard(self.paths.loading),
                self.models.check_file,
                lambda: self._guide if self.settings.uses_guide else None,
            ),
        )

    def _may_use_idle_time(self) -> bool:
        return self.settings.settles_on_battery or not on_battery()

    def _tell(self, sentence: str) -> None:
        self.events.put(NoticeRaised(sentence))


def time_to_live(settings: Settings) -> timedelta | None:
    """Return how long saved states are kept that are not used; None: forever."""
    return timedelta(days=settings.session_days) if settings.session_days else None


def load_settings(settings: Settings) -> LoadSettings:
    """Return what holds of how models are loaded."""
    minutes = settings.unload_minutes
    return LoadSettings(settings.device, FlashAttention(settings.flash_attention), timedelta(minutes=minutes) if minutes else None)


def _left(deadline: float, most: float) -> float:
    return max(0.1, min(most, deadline - monotonic()))


def unsaved_sentence(error: OSError) -> Words:
    """Return what the person is told where settings cannot be written."""
    return say(
        "The settings could not be saved ({reason}). They hold until Rivulet ends; free some space or make its folder writable.",
        reason=error.strerror or str(error),
    )
