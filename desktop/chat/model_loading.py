"""The one loaded model: loading it in place of another, and the type of its cache."""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

from desktop.chat.card_look import ask_devices
from desktop.chat.chat_table import ChatTable
from desktop.chat.context_choice import USUAL, Change, ContextChoice, LoadSettings, with_choice
from desktop.chat.errors import ModelTooLargeError, UnexpectedLoadError
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ModelChanged, ModelPhase, ModelState, NoticeRaised, RefusedModel
from desktop.chat.load_checks import LoadChecks
from desktop.chat.model_fit import ModelFit
from desktop.chat.numbers import CacheCost
from desktop.chat.readiness import reading_speed
from desktop.chat.turns import Turns, kv_context
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import CONTEXT_TOKENS, Engine, LoadedModel, LoadOptions, ModelSource
from desktop.inference.errors import ContextCreationError, LoadCancelledError, ModelLoadError
from desktop.inference.placement import PROCESSOR_ONLY
from desktop.inference.sampling import SamplerSettings
from desktop.models.entry import GUIDE_WORDS
from desktop.models.fit import Fit, FitWord
from desktop.models.gguf import ModelFile, read_model_file
from desktop.models.guide import LONGEST_REPLY
from desktop.system.cache_type import CacheType
from desktop.system.compute_device import PROCESSOR, ComputeDevice
from desktop.system.errors import RivuletError
from desktop.system.words import counted, say

log = logging.getLogger(__name__)

T = TypeVar("T")

PROGRESS_STEP = 0.02
LOADED_AT, LOAD_SECONDS = "loaded_at", "load_seconds"  # of what is stored of a context; the first since the epoch


class _Attempt:
    """One loading, which the person may give up."""

    def __init__(self, before: ModelState, *, is_guide: bool) -> None:
        self.before, self.is_guide = before, is_guide
        self.has_begun = False  # llama.cpp has been asked, and the model before is gone
        self._wait: asyncio.Future[Any] | None = None
        self._is_given_up = False
        self._lock = threading.Lock()  # no progress is told once it is given up

    def is_given_up(self) -> bool:
        """Tell whether the person wants it no longer."""
        return self._is_given_up

    def give_up(self) -> None:
        """Take note that the person wants it no longer."""
        with self._lock:
            self._is_given_up = True
        if self._wait is not None:
            self._wait.cancel()

    async def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Return what a coroutine does, which ends where this is given up. Raises LoadCancelledError then."""
        self._wait = waiting = asyncio.ensure_future(coroutine)
        if self._is_given_up:
            waiting.cancel()
        try:
            return await waiting
        except asyncio.CancelledError:
            if self._is_given_up:
                raise LoadCancelledError from None
            raise

    def tell(self, how_far: Callable[[], None]) -> None:
        """Have it told how far it is, unless it was given up."""
        with self._lock:
            if not self._is_given_up:
                how_far()

    def state_after(self) -> ModelState:
        """Return where the model stands once this is given up."""
        was_loaded = self.before.phase in (ModelPhase.READY, ModelPhase.UNLOADED)
        if self.has_begun:
            return replace(self.before, phase=ModelPhase.UNLOADED) if was_loaded else ModelState(ModelPhase.NONE)
        return self.before


class ModelLoading:
    """Load models, and tell the window. For the event loop's thread."""

    def __init__(
        self,
        store: ConversationStore,
        engine: Engine,
        turns: Turns,
        table: ChatTable,
        events: EventBuffer,
        settings: Callable[[], LoadSettings],
        chosen: dict[Path, ContextChoice],
        load_model: Callable[[Path, Change, bool], Awaitable[None]],
        checks: LoadChecks,
    ) -> None:
        """Use the store and the engine; chosen: what the person chose for models, the usual where nothing.

        load_model loads one with all that follows, anyway or not, see Chats.
        """
        self._checks = checks
        self._store, self._engine, self._turns, self._table, self._events = store, engine, turns, table, events
        self._settings, self._chosen, self._load_model = settings, chosen, load_model
        self.fits = ModelFit(settings, chosen)
        self.load_seconds: float | None = None  # that the loaded model took
        self._lock = asyncio.Lock()
        self._attempt: _Attempt | None = None
        self._file: ModelFile | None = None  # of the model that answers
        self.state = ModelState(ModelPhase.NONE)
        self.name, self.guide_answers = "", False  # of the model that answers, also while the file of another one is looked at
        self._following = asyncio.Lock()  # whoever turns the guide off and on gets what was chosen last

    async def load(self, path: Path, change: Change, *, anyway: bool = False, again: bool = False) -> bool:
        """Load a model with a change of what was chosen for it; return whether it is there. What fails is told, not raised.

        anyway: also where its memory seems too little. again: only if it is the one whose memory was freed.
        """
        async with self._lock:
            if again and (self.state.phase is not ModelPhase.UNLOADED or self.state.path != path):  # somebody else was first
                return False
            chosen = self._choice(path)
            wanted = change(chosen)
            is_guide = await self._checks.is_guide(path)
            before = ModelState(ModelPhase.NONE) if self._attempt is None else replace(self.state, refused=None)
            attempt = self._attempt = _Attempt(before, is_guide=is_guide)
            try:
                return await self._load(attempt, path, wanted, USUAL if wanted == chosen else chosen, anyway=anyway)
            except LoadCancelledError:
                return False
            except asyncio.CancelledError:  # whoever asked went away
                self.cancel()
                raise
            except Exception:
                log.exception("loading failed")
                self._refuse(attempt, path, UnexpectedLoadError(path.name))
                return False

    def cancel(self) -> None:
        """See Loading."""
        attempt = self._attempt
        if attempt is not None and self.state.phase is ModelPhase.LOADING:
            attempt.give_up()
            self._set_state(attempt.state_after())

    async def unload(self) -> None:
        """See Loading."""
        async with self._lock:
            await self._unload()

    async def guide_path(self) -> Path | None:
        """Return the guide's file; None where it is left out, or not the one that came with Rivulet."""
        return await self._checks.guide_path()

    def expect_guide(self) -> None:
        """Say from the start that the guide is on its way, where follow_guide() will bring it: the window says nothing else before."""
        guide = self._checks.guide()
        if guide is not None and guide.path.is_file():
            self.state = ModelState(ModelPhase.LOADING, guide.path, GUIDE_WORDS, is_guide=True)

    async def follow_guide(self) -> None:
        """See Loading."""
        async with self._following:
            path = await self.guide_path()
            if path is None or self.was_fatal(path):
                async with self._lock:  # a model that is on its way takes its place, or is refused and leaves it
                    if self.state.is_guide:
                        await self._unload()
                        self.name, self.guide_answers, self._file = "", False, None
                        self._set_state(ModelState(ModelPhase.NONE))
            elif self.state.phase is ModelPhase.NONE or (self._attempt is None and self.state.is_guide):
                await self._load_model(path, lambda chosen: chosen, False)

    @property
    def is_busy(self) -> bool:
        """Tell whether a model is being loaded, or computes something."""
        return self.state.phase is ModelPhase.LOADING or self._engine.is_busy

    async def devices(self) -> Sequence[ComputeDevice]:
        """See Loading."""
        if devices := await ask_devices():
            self.fits.note_devices(devices)
        return devices

    def fit(self, context_tokens: int | None = None, cache_type: CacheType | None = None) -> Fit | None:
        """See Loading."""
        if (file := self._file) is None:
            return None
        choice = with_choice(cache_type, context_tokens)(self._choice(file.path))
        return self.fits.of(file.header, file.size, choice=choice)

    def longest_context(self, cache_type: CacheType | None = None) -> int | None:
        """See Loading."""
        if (file := self._file) is None:
            return None
        choice = with_choice(cache_type)(self._choice(file.path))
        return self.fits.longest_context(file.header, file.size, choice=choice)

    async def load_refused(self, tokens: int | None = None) -> None:
        """See Loading."""
        if (refused := self.state.refused) is not None:
            choice = replace(refused.choice, tokens=tokens or refused.choice.tokens)
            await self._load_model(refused.path, lambda _: choice, tokens is None)

    async def set_gpu_layers(self, layers: int | None) -> None:
        """See Loading."""
        if (path := self.state.path) is not None:
            await self._load_model(path, lambda chosen: replace(chosen, gpu_layers=layers), False)

    def was_fatal(self, path: Path) -> bool:
        """Tell whether the process of an earlier start ended while it was loading a model, and if so tell the person."""
        if was_fatal := self._checks.guard.ended_with(path):
            self._events.put(NoticeRaised(_ended(path.stem)))
        return was_fatal

    def costs(self) -> tuple[CacheCost, ...]:
        """See Chats."""
        loaded = self._engine.loaded
        if loaded is None:
            return ()
        sizes = loaded.cache_bytes_per_token
        return tuple(CacheCost(kind, round(size * 1000), kind is loaded.cache_type) for kind, size in sizes.items())

    async def _unload(self) -> None:
        if self.state.phase is not ModelPhase.READY:
            return
        await self._table.halt_all()
        self._forget_readiness()
        self.fits.held = None
        self._set_state(replace(self.state, phase=ModelPhase.UNLOADED))
        await self._engine.unload()

    async def _load(self, attempt: _Attempt, path: Path, choice: ContextChoice, fallback: ContextChoice, *, anyway: bool) -> bool:
        self._set_state(_loading(path, path.stem, attempt))
        try:
            file = await self._engine.in_model_thread(lambda: read_model_file(path))
            if not attempt.is_guide and self._settings().device != PROCESSOR:
                async with self._checks.guard.loading(path):
                    self.fits.note_devices(await self._engine.devices())
            fit = self.fits.of(file.header, file.size, choice=choice)
            if fit is not None and fit.word is FitWord.TOO_LARGE and not (anyway or attempt.is_guide):  # nor is it worth the time to try it
                self._refuse_too_large(attempt, file, fit, choice)
                return False
            shares_ranges = await self._examine(attempt, file)
            speed = reading_speed(await self._store.longest_reading(file.name))
        except RivuletError as error:
            self._refuse(attempt, path, error)
            return False
        if attempt.is_given_up():
            return False
        self._forget_readiness()
        source = _source(file, attempt, shares_ranges=shares_ranges)
        placement = PROCESSOR_ONLY if attempt.is_guide else self.fits.placement(fit, choice)  # it is done before a card begins
        began = time.monotonic()
        options = LoadOptions(choice.cache_type, choice.tokens, placement, self._settings().flash_attention)
        attempt.has_begun, self.fits.held, self._file = True, None, None
        try:
            async with self._checks.guard.loading(path):
                loaded = await self._begin(attempt, file, source, options)
        except ContextCreationError as error:
            if choice == fallback:
                self._refuse(attempt, path, error)
                return False
            self._events.put(NoticeRaised(_refused(file.name, choice, fallback)))
            return await self._load(attempt, path, fallback, USUAL, anyway=anyway)
        except RivuletError as error:
            self._refuse(attempt, path, error)
            return False
        if attempt.is_given_up():  # when it was there already
            await self._engine.unload()
            return False
        self._chosen[path], self._file = choice, file
        self.fits.held = fit if fit is None or loaded.gpu_layers else replace(fit, gpu_layers=0, on_gpu=0)
        self.fits.held_weights = loaded.copied_weights
        self._turns.earlier_speed = speed
        await self._take(loaded, file, time.monotonic() - began, is_guide=attempt.is_guide)
        return True

    async def _begin(self, attempt: _Attempt, file: ModelFile, source: ModelSource, options: LoadOptions) -> LoadedModel:
        """Load a model; where a graphics card cannot take its part after all, the processor takes everything."""
        name, on_progress = file.name, self._on_progress(attempt, source.path, file.name)

        async def check(loaded: LoadedModel) -> None:
            await attempt.wait(self._checks.check_file(file, loaded.context))

        try:
            return await self._engine.load(source, on_progress, options, attempt.is_given_up, check)
        except (ContextCreationError, ModelLoadError):
            if not options.placement.gpus or attempt.is_given_up():
                raise
        loaded = await self._engine.load(source, on_progress, replace(options, placement=PROCESSOR_ONLY), attempt.is_given_up, check)
        self._events.put(NoticeRaised(say("The graphics card has no room for {name}, so the processor runs it, more slowly.", name=name)))
        return loaded

    async def _examine(self, attempt: _Attempt, file: ModelFile) -> bool:
        """Have a file that was never seen tried by another process; return whether ranges of its memory can be shared."""
        if (examining := self._checks.examining) is None or attempt.is_guide or attempt.is_given_up():
            return True
        if not examining.is_known(file):
            detail = say("It is tried in a process of its own first, as every new file")
            self._set_state(replace(_loading(file.path, file.name, attempt), detail=detail))
        return await attempt.wait(examining.examine(file))

    async def _take(self, loaded: LoadedModel, file: ModelFile, seconds: float, *, is_guide: bool) -> None:
        self.name, self.guide_answers, self.load_seconds = file.name, is_guide, seconds
        self._set_state(
            ModelState(
                ModelPhase.READY,
                loaded.source.path,
                GUIDE_WORDS if is_guide else file.name,
                counted("CPU, {count} threads", "CPU, 1 thread", loaded.threads) if loaded.device == "CPU" else loaded.device,
                loaded.context_tokens,
                1.0,
                can_toggle_thinking=loaded.can_toggle_thinking,
                trained_tokens=loaded.trained_context_tokens,
                has_whole_states_only=loaded.has_whole_states_only,
                cache_type=loaded.cache_type,
                layers=loaded.layers,
                gpu_layers=loaded.gpu_layers,
                chosen_tokens=self._chosen[loaded.source.path].tokens,
                chosen_gpu_layers=self._chosen[loaded.source.path].gpu_layers,
                is_guide=is_guide,
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

    def _choice(self, path: Path) -> ContextChoice:
        return self._chosen.get(path, USUAL)

    def _forget_readiness(self) -> None:
        for chat in self._table.states.values():  # what was ready was so for the model that goes
            if chat.activity is Activity.IDLE:
                chat.set_readiness(None)

    def _refuse(self, attempt: _Attempt, path: Path, error: RivuletError, refused: RefusedModel | None = None) -> None:
        """Say why nothing is loaded; a model that is there goes on as if nothing had been asked, and without the guide all is as before."""
        if attempt.is_given_up():
            return
        if attempt.is_guide or (attempt.before.phase in (ModelPhase.READY, ModelPhase.UNLOADED) and not attempt.has_begun):
            self._set_state(replace(attempt.state_after(), refused=refused))
            if refused is None:
                self._events.put(NoticeRaised(error.sentence))
        else:
            self._set_state(ModelState(ModelPhase.FAILED, path, path.stem, error=error.sentence, refused=refused))

    def _refuse_too_large(self, attempt: _Attempt, file: ModelFile, fit: Fit, choice: ContextChoice) -> None:
        fitting = self.fits.longest_context(file.header, file.size, choice=choice)
        tokens = min(file.header.context_tokens or CONTEXT_TOKENS, choice.tokens or CONTEXT_TOKENS)
        room = (fit.room.system or 0) + (0 if fit.room.is_gpu_shared else fit.room.gpu)
        error = ModelTooLargeError(file.name, fit.need.total, room, tokens, fitting or 0)
        self._refuse(attempt, file.path, error, RefusedModel(file.path, file.name, error.sentence, fitting, choice))

    def _on_progress(self, attempt: _Attempt, path: Path, name: str) -> Callable[[float], None]:
        told = 0.0

        def on_progress(progress: float) -> None:
            nonlocal told
            if progress - told >= PROGRESS_STEP:
                told = progress
                state = replace(_loading(path, name, attempt), progress=progress)
                attempt.tell(lambda: self._events.put(ModelChanged(state)))

        return on_progress


def _loading(path: Path, name: str, attempt: _Attempt) -> ModelState:
    return ModelState(ModelPhase.LOADING, path, GUIDE_WORDS if attempt.is_guide else name, is_guide=attempt.is_guide)


def _source(file: ModelFile, attempt: _Attempt, *, shares_ranges: bool) -> ModelSource:
    recommended = {name: value for name, value in asdict(file.sampling).items() if value is not None}
    sampling, most_tokens = SamplerSettings(**recommended), LONGEST_REPLY if attempt.is_guide else 0
    return ModelSource(file.path, file.identity, file.vocabulary, shares_ranges, file.parts, sampling, most_tokens)


def _ended(name: str) -> str:
    return say("Rivulet ended while {name} was loading, so it was not loaded by itself. Choose it again to try once more.", name=name)


def _refused(name: str, choice: ContextChoice, fallback: ContextChoice) -> str:
    if choice.tokens != fallback.tokens and choice.tokens is not None:
        return say("{name} could not be loaded with a context of {count} tokens, so a shorter one is used.", name=name, count=choice.tokens)
    cache_type, used = str(choice.cache_type), str(fallback.cache_type)
    return say("{name} could not be loaded with a {cache_type} cache, so {used} is used.", name=name, cache_type=cache_type, used=used)
