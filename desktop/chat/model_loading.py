"""The one loaded model: loading it in place of another, and the type of its cache."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from desktop.chat.chat_table import ChatTable
from desktop.chat.errors import UnexpectedLoadError
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ModelChanged, ModelPhase, ModelState, NoticeRaised
from desktop.chat.numbers import CacheCost
from desktop.chat.readiness import reading_speed
from desktop.chat.turns import Turns, kv_context
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine, LoadedModel, ModelSource
from desktop.inference.errors import ContextCreationError
from desktop.models.gguf import ModelFile, read_model_file
from desktop.system.cache_type import CacheType
from desktop.system.errors import RivuletError

log = logging.getLogger(__name__)

PROGRESS_STEP = 0.02
LOADED_AT, LOAD_SECONDS = "loaded_at", "load_seconds"  # of what is stored of a context; the first since the epoch


class ModelLoading:
    """Load models, and tell the window. For the event loop's thread."""

    def __init__(
        self,
        store: ConversationStore,
        engine: Engine,
        turns: Turns,
        table: ChatTable,
        events: EventBuffer,
        cache_types: Mapping[Path, CacheType],
    ) -> None:
        """Use the store and the engine; cache_types: what the person chose for a model, f16 where nothing."""
        self._store, self._engine, self._turns, self._table, self._events = store, engine, turns, table, events
        self._cache_types = dict(cache_types)
        self._lock = asyncio.Lock()
        self.state = ModelState(ModelPhase.NONE)
        self.name = ""  # of the model that answers, also while the file of another one is looked at

    async def load(self, path: Path, cache_type: CacheType | None = None) -> bool:
        """Load a model, with another cache type if given; return whether it is there. What fails is told, not raised."""
        async with self._lock:
            fallback = self._cache_types.get(path, CacheType.F16) if cache_type else CacheType.F16
            return await self._load(path, cache_type or self._cache_types.get(path, CacheType.F16), fallback)

    def costs(self) -> tuple[CacheCost, ...]:
        """See Chats."""
        loaded = self._engine.loaded
        if loaded is None:
            return ()
        sizes = loaded.cache_bytes_per_token
        return tuple(CacheCost(kind, round(size * 1000), kind is loaded.cache_type) for kind, size in sizes.items())

    async def _load(self, path: Path, cache_type: CacheType, fallback: CacheType) -> bool:
        before = self.state
        self._set_state(ModelState(ModelPhase.LOADING, path, path.stem))
        try:
            file = await self._engine.in_model_thread(lambda: read_model_file(path))
        except RivuletError as error:
            if before.phase is ModelPhase.READY:  # it goes on as if nothing had been asked
                self._set_state(before)
                self._events.put(NoticeRaised(error.sentence))
            else:
                self._fail(path, error)
            return False
        for chat in self._table.states.values():  # what was ready was so for the model that goes
            if chat.activity is Activity.IDLE:
                chat.set_readiness(None)
        source = ModelSource(path, file.identity, file.vocabulary)
        began = time.monotonic()
        try:
            loaded = await self._engine.load(source, self._on_progress(path, file.name), cache_type)
        except ContextCreationError as error:
            if cache_type is fallback:
                self._fail(path, error)
                return False
            self._events.put(NoticeRaised(f"{file.name} could not be loaded with a {cache_type} cache, so {fallback} is used."))
            return await self._load(path, fallback, fallback)
        except RivuletError as error:
            self._fail(path, error)
            return False
        except Exception:
            log.exception("loading failed")
            self._fail(path, UnexpectedLoadError(path.name))
            return False
        await self._take(loaded, file, time.monotonic() - began)
        return True

    async def _take(self, loaded: LoadedModel, file: ModelFile, seconds: float) -> None:
        self._cache_types[loaded.source.path] = loaded.cache_type
        self.name = file.name
        self._turns.earlier_speed = reading_speed(await self._store.longest_reading(file.name))
        self._set_state(
            ModelState(
                ModelPhase.READY,
                loaded.source.path,
                file.name,
                f"CPU, {loaded.threads} threads" if loaded.device == "CPU" else loaded.device,
                loaded.context_tokens,
                1.0,
                can_toggle_thinking=loaded.can_toggle_thinking,
                has_whole_states_only=loaded.has_whole_states_only,
                cache_type=loaded.cache_type,
            )
        )
        try:
            context = kv_context(loaded, file.name)
            settings = {**context.settings, LOADED_AT: time.time(), LOAD_SECONDS: seconds}
            await self._store.save_kv_context(replace(context, settings=settings))
        except RivuletError as error:  # it only serves to say why a chat is read again, and what loading costs
            log.warning("context not stored: %s", error.sentence)

    def _set_state(self, state: ModelState) -> None:
        self.state = state
        self._events.put(ModelChanged(state))

    def _fail(self, path: Path, error: RivuletError) -> None:
        self._set_state(ModelState(ModelPhase.FAILED, path, path.stem, error=error.sentence))

    def _on_progress(self, path: Path, name: str) -> Callable[[float], None]:
        told = 0.0

        def on_progress(progress: float) -> None:
            nonlocal told
            if progress - told >= PROGRESS_STEP:
                told = progress
                self._events.put(ModelChanged(ModelState(ModelPhase.LOADING, path, name, progress=progress)))

        return on_progress
