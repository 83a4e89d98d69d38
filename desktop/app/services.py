"""All that lies below the window, which a command without a window uses just as well."""

import shutil
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from time import monotonic

from desktop.chat.chat_options import ChatOptions
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import NoticeRaised
from desktop.chat.service import ChatService
from desktop.chat.spawning import Spawn
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine
from desktop.inference.range_probe import RangeProbe
from desktop.sessions.store import SegmentStore
from desktop.system.cache_type import CacheType
from desktop.system.hardware import physical_cores
from desktop.system.lock import DataLock
from desktop.system.logs import open_log
from desktop.system.paths import AppPaths
from desktop.system.power import on_battery
from desktop.system.settings import Settings, SettingsFile


class Services:
    """The stores, the engine and the chats on one data directory, which is locked meanwhile. For the event loop's thread."""

    def __init__(self, paths: AppPaths, spawn: Spawn) -> None:
        """Open a data directory; spawn runs a coroutine beside.

        Raises StartError, among them AlreadyRunningError, with nothing left behind.
        """
        self.paths = paths
        paths.prepare()
        with ExitStack() as stack:
            lock = DataLock(paths)
            stack.callback(lock.release)
            stack.callback(open_log(paths.logs))
            self.events = EventBuffer()
            self.store = ConversationStore.open(paths.database, lambda error: self._tell(error.sentence))
            self._resources = stack.pop_all()  # from here on nothing can fail for a reason outside
        for leftover in paths.sessions.glob(".import-*"):  # of an import that ended with its process
            shutil.rmtree(leftover, ignore_errors=True)
        self.settings_file = SettingsFile(paths.settings)
        self.settings, self.settings_damage = self.settings_file.read()  # whoever changes the settings puts them here too
        self.segments = SegmentStore(paths.sessions, self._tell)
        self.engine = Engine(self.segments, physical_cores(), RangeProbe(paths.ranges))
        self.chats = ChatService(self.store, self.segments, self.engine, self.events, spawn, self._options())

    def close(self, deadline: float) -> bool:
        """End the threads by a time of the monotonic clock, keeping what they have; return whether all ended.

        The worker ends before llama.cpp's globals go, and tells its outcomes before the store closes.
        """
        self.chats.sessions.close_all()
        ended = [
            self.engine.close(_left(deadline, 4.0)),
            self.segments.close(_left(deadline, 2.0)),
            self.store.close(_left(deadline, 2.0)),
        ]
        return all(ended)

    def release(self) -> None:
        """Close the log and let others use the data directory. Comes after close()."""
        self._resources.close()

    def _options(self) -> ChatOptions:
        settings = self.settings
        return ChatOptions(
            budget=settings.budget,
            time_to_live=time_to_live(settings),
            settles=lambda: self.settings.settles and self._may_use_idle_time(),
            names_chats=lambda: self.settings.names_chats and self._may_use_idle_time(),
            cache_types={Path(model): CacheType(chosen) for model, chosen in settings.cache_types.items()},
        )

    def _may_use_idle_time(self) -> bool:
        return self.settings.settles_on_battery or not on_battery()

    def _tell(self, sentence: str) -> None:
        self.events.put(NoticeRaised(sentence))


def time_to_live(settings: Settings) -> timedelta | None:
    """Return how long saved states are kept that are not used; None: forever."""
    return timedelta(days=settings.session_days) if settings.session_days else None


def _left(deadline: float, most: float) -> float:
    return max(0.1, min(most, deadline - monotonic()))
