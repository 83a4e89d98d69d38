"""The one loaded model: loading it, prompts for it, and the worker that runs it."""

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from desktop.inference.errors import LoadCancelledError, ModelClosedError, ModelLoadError, UnsupportedModelError
from desktop.inference.job import Job, JobId
from desktop.inference.memory_plan import Memory, MemoryPlan
from desktop.inference.placement import ANYWHERE, Placement
from desktop.inference.prompt import Prompt, PromptBuilder, PromptSettings, Turn
from desktop.inference.sampling import SamplerSettings
from desktop.inference.template import ChatTemplate
from desktop.inference.vocabulary import Vocabulary
from desktop.sessions.keys import ContextKey, context_key
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import TokenIds
from desktop.sessions.tree import EntryRule
from desktop.system.cache_type import CacheType
from desktop.system.compute_device import ComputeDevice, DeviceKind
from desktop.system.flash_attention import FlashAttention
from desktop.system.read_ahead import read_ahead

if TYPE_CHECKING:
    from desktop.inference.binding import Context, Library, Model
    from desktop.inference.context_options import DecodeCounters
    from desktop.inference.worker import Worker

log = logging.getLogger(__name__)

T = TypeVar("T")

CONTEXT_TOKENS = 8192  # at most, where the model was trained on more
SEQUENCES = 6  # four panes, one for work in idle time, the scratch
BATCH_TOKENS = 512
_READ_AHEAD = 0.9  # of the progress of loading


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A model file that was looked at."""

    path: Path
    identity: bytes  # of its contents, see desktop.models.gguf
    vocabulary: str  # names what its token ids mean
    shares_ranges: bool = True  # as an examination found; llama.cpp ends the process where it is said to and does not
    parts: tuple[Path, ...] = ()  # all files of a model in several, the first too
    sampling: SamplerSettings = field(default_factory=SamplerSettings)  # how its replies are written where nobody chose otherwise
    most_tokens: int = 0  # of a reply, likewise; 0: as many as fit


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How a model is loaded."""

    cache_type: CacheType = CacheType.F16
    context_tokens: int | None = None  # at most, where the model was trained on more; None: the usual
    placement: Placement = ANYWHERE
    flash_attention: FlashAttention = FlashAttention.AUTOMATIC  # OFF: not with a cache type that needs it


USUAL = LoadOptions()


async def _take_as_it_is(loaded: "LoadedModel") -> None:
    """Look at nothing before a model is used."""


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """What runs."""

    source: ModelSource
    device: str  # "CPU", or the GPU's name
    threads: int
    context_tokens: int
    context: ContextKey
    memory: Memory
    cache_type: CacheType
    can_toggle_thinking: bool  # its template can be told whether to reason
    trained_context_tokens: int  # the longest context that the model is made for; 0: its file does not say
    vocabulary_size: int  # tokens; asked for the text of an id beyond, llama.cpp ends the process
    layers: int
    gpu_layers: int  # of them, that lie on the graphics card
    has_flash_attention: bool
    copied_weights: int = 0  # bytes of memory, besides the mapped file: llama.cpp arranges some types of weights for the processor

    @property
    def plan(self) -> MemoryPlan:
        """Return how its state is cut."""
        return self.memory.plan

    @property
    def has_whole_states_only(self) -> bool:
        """Tell whether each fork and each saved place costs the state of all tokens."""
        return self.memory.has_whole_states

    @property
    def keeps_snapshots(self) -> bool:
        """Tell whether not every place that was saved can be gone back to without reading."""
        return self.memory.keeps_snapshots

    @property
    def cache_bytes_per_token(self) -> dict[CacheType, float]:
        """Return what a token takes with each cache type."""
        return {cache_type: self.memory.cache_bytes(cache_type) for cache_type in CacheType}


@dataclass(slots=True)
class _Running:
    loaded: LoadedModel
    model: "Model"
    context: "Context"
    worker: "Worker"
    prompts: PromptBuilder


class Engine:
    """Load one model at a time and run chats on it. Methods are for the event loop's thread unless they say otherwise."""

    def __init__(self, store: SegmentStore, threads: int, context_tokens: int = CONTEXT_TOKENS) -> None:
        """Use at most context_tokens, where the model was trained on more. Nothing of llama.cpp is loaded before the first model is."""
        self.on_abort: Callable[[str], None] | None = None  # hears, in any thread, what llama.cpp says before it ends the process
        self._store = store
        self._threads = threads
        self._context_tokens = context_tokens
        self._executor = ThreadPoolExecutor(1, "model")  # loading, templates, tokenising: one after the other
        self._library: Library | None = None
        self._counters: DecodeCounters | None = None
        self._running: _Running | None = None
        self._unused: _Running | None = None  # loaded, and not to be used yet
        self._calls: set[Future[Any]] = set()  # under way in the executor
        self._closing = False

    @property
    def loaded(self) -> LoadedModel | None:
        """Return what is loaded."""
        return self._running.loaded if self._running else None

    @property
    def tokens_decoded(self) -> int:
        """Return the sum of n_tokens that was handed to llama_decode since the start."""
        return self._counters.tokens_decoded if self._counters else 0

    @property
    def decode_calls(self) -> int:
        """Return the calls of llama_decode since the start."""
        return self._counters.decode_calls if self._counters else 0

    async def load(
        self,
        source: ModelSource,
        on_progress: Callable[[float], None],
        options: LoadOptions = USUAL,
        is_cancelled: Callable[[], bool] = lambda: False,
        before_use: Callable[[LoadedModel], Awaitable[None]] = _take_as_it_is,
    ) -> LoadedModel:
        """Load a model in place of the present one, whose jobs end keeping what they have.

        on_progress gets 0 to 1, from another thread, where is_cancelled is asked, too. Until before_use returned there is no model for
        anybody else. Raises ModelLoadError, ContextCreationError, UnsupportedModelError, TemplateError, LoadCancelledError, or what
        before_use raises; no model is loaded then.
        """

        def go_on(progress: float) -> bool:
            on_progress(progress)
            return not self._closing and not is_cancelled()

        def raise_if_unwanted() -> None:
            if self._closing:
                raise ModelClosedError
            if is_cancelled():
                raise LoadCancelledError

        def load() -> _Running:  # keeps the model itself: whoever awaits it may be cancelled meanwhile
            self._free_all(None)  # of a load that was asked for at the same time
            try:
                running = self._load(source, options, go_on)
            except (ModelLoadError, LoadCancelledError):
                raise_if_unwanted()
                raise
            if self._closing or is_cancelled():  # nobody would free it
                _free(running, None)
                raise_if_unwanted()
            self._unused = running
            return running

        await self.unload()
        running = await self.in_model_thread(load)
        try:
            await before_use(running.loaded)
            await self.in_model_thread(lambda: self._begin_use(running))
        except BaseException:
            if not self._closing:  # close() frees it otherwise
                self._submit(lambda: self._drop(running))
            raise
        return running.loaded

    async def devices(self) -> list[ComputeDevice]:
        """Return what this build of llama.cpp can compute on, with the free memory of now. Raises ModelClosedError.

        Graphics cards' drivers begin by it, which a broken one may end the process by.
        """

        def look() -> list[ComputeDevice]:
            library = self._need_library()
            library.begin_cards()
            return library.devices.all()

        return await self.in_model_thread(look)

    async def unload(self) -> None:
        """End all jobs and free the model."""
        running, self._running = self._running, None
        if running is not None:
            await self.in_model_thread(lambda: _free(running, None))

    async def prompt(self, turns: Sequence[Turn], settings: PromptSettings) -> Prompt:
        """Return the prompt for a reply to the last turn, or for its continuation. Raises TemplateError, ModelClosedError."""
        running = self._need()

        def build() -> Prompt:
            with running.model.hold():
                return running.prompts.build(turns, settings)

        return await self.in_model_thread(build)

    async def history(self, turns: Sequence[Turn], settings: PromptSettings) -> Prompt:
        """Return what any continuation of a chat begins with. Raises TemplateError, ModelClosedError."""
        running = self._need()

        def build() -> Prompt:
            with running.model.hold():
                return running.prompts.history(turns, settings)

        return await self.in_model_thread(build)

    async def system_ids(self, settings: PromptSettings) -> TokenIds:
        """Return what all chats with a system prompt begin with. Raises TemplateError, ModelClosedError."""
        running = self._need()

        def build() -> TokenIds:
            with running.model.hold():
                return running.prompts.system_ids(settings)

        return await self.in_model_thread(build)

    async def count(self, text: str) -> int:
        """Return how many tokens a text has by itself. Raises ModelClosedError."""
        running = self._need()

        def count() -> int:
            with running.model.hold():
                return running.prompts.count(text)

        return await self.in_model_thread(count)

    def start(self, *jobs: Job) -> None:
        """Begin jobs; those that are given together come into the context together. Raises ModelClosedError."""
        self._need().worker.start(*jobs)

    def stop(self, job_id: JobId) -> None:
        """End a job within a slice or a token; nothing happens if it has ended."""
        if self._running is not None:
            self._running.worker.stop(job_id)

    def leave(self, owner: Hashable) -> None:
        """Take an idle chat out of the context."""
        if self._running is not None:
            self._running.worker.leave(owner)

    def flush_states(self, owner: Hashable) -> None:
        """Have the states written that a chat has in memory only."""
        if self._running is not None:
            self._running.worker.write_states(owner)

    async def barrier(self) -> None:
        """Return when the worker has told everything that it saved until now."""
        if self._running is None:
            return
        loop, passed = asyncio.get_running_loop(), asyncio.Event()

        def pass_on() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(passed.set)

        self._running.worker.call(pass_on)
        await passed.wait()

    def close(self, timeout: float) -> bool:
        """End everything within timeout seconds, without the event loop; return whether all ended.

        Jobs tell their outcome before this returns.
        """
        deadline = time.monotonic() + timeout
        self._closing = True
        self._executor.shutdown(wait=False, cancel_futures=True)
        ended = not wait(self._calls, timeout).not_done
        ended = self._free_all(deadline) and ended
        if self._library is not None:
            self._library.close()
        return ended

    def _need(self) -> _Running:
        if self._running is None:
            raise ModelClosedError
        return self._running

    @property
    def is_busy(self) -> bool:
        """Tell whether a job is under way or waits, whoever it is for."""
        return self._running is not None and self._running.worker.is_busy

    @property
    def reading_speed(self) -> float:
        """Return the measured speed of prefill in tokens a second, 0 before any."""
        return self._running.worker.reading_speed if self._running else 0.0

    async def in_model_thread(self, call: Callable[[], T]) -> T:
        """Run a call that takes its time where models are loaded and templates rendered. Raises ModelClosedError."""
        if self._closing:
            raise ModelClosedError
        return await asyncio.wrap_future(self._submit(call))

    def _submit(self, call: Callable[[], T]) -> Future[T]:
        future = self._executor.submit(call)
        self._calls.add(future)
        future.add_done_callback(self._calls.discard)
        return future

    def _begin_use(self, running: _Running) -> None:
        if self._unused is running:
            self._running, self._unused = running, None

    def _drop(self, running: _Running) -> None:
        if running in (self._running, self._unused):
            self._free_all(None)

    def _free_all(self, deadline: float | None) -> bool:
        """Free what there is, by a time of the monotonic clock; return whether all of it is."""
        models = [running for running in (self._running, self._unused) if running is not None]
        self._running = self._unused = None
        return all([_free(running, None if deadline is None else max(0.1, deadline - time.monotonic())) for running in models])

    def _need_library(self) -> "Library":
        from desktop.inference.binding import Library

        self._library = self._library or Library(self.on_abort)
        return self._library

    def _load(self, source: ModelSource, wanted: LoadOptions, go_on: Callable[[float], bool]) -> _Running:
        from desktop.inference.binding import Abort, Context, Model
        from desktop.inference.context_options import ContextOptions, DecodeCounters
        from desktop.inference.kv_cache import KvCache
        from desktop.inference.memory_probe import find_memory
        from desktop.inference.residents import Residents
        from desktop.inference.worker import Worker

        library = self._need_library()
        if wanted.placement.uses_gpu:
            library.begin_cards()
        self._counters = self._counters or DecodeCounters()
        placement, cache_type = wanted.placement, wanted.cache_type
        with ExitStack() as stack:
            # llama.cpp has a file read as a whole before it tells any progress, or may be stopped.
            read_ahead(source.parts or (source.path,), lambda done: go_on(done * _READ_AHEAD))
            _stop_if_unwanted(go_on, _READ_AHEAD)
            model = Model(library, source.path, lambda done: go_on(_READ_AHEAD + done * (1 - _READ_AHEAD)), placement)
            stack.callback(model.close)
            if model.has_encoder or not model.vocabulary_size:
                raise UnsupportedModelError(source.path.name)
            text = {token: model.piece(token).decode("utf-8", "replace") for token in (model.bos, model.eos) if token >= 0}
            template = ChatTemplate(model.chat_template(), bos=text.get(model.bos, ""), eos=text.get(model.eos, ""))
            vocabulary = Vocabulary(model, template.source)
            prompts = PromptBuilder(vocabulary, template, bos=model.bos if model.adds_bos else None, piece=model.piece)
            _stop_if_unwanted(go_on, 1.0)
            memory = find_memory(model, self._threads, shares_ranges=source.shares_ranges)
            _stop_if_unwanted(go_on, 1.0)
            gpus = [device for device in library.devices.all() if device.kind is not DeviceKind.PROCESSOR] if placement.uses_gpu else []
            used = [gpu for gpu in gpus if placement.gpus is None or gpu.name in placement.gpus]
            abort = Abort(uses_gpu=bool(used))
            most = wanted.context_tokens or self._context_tokens
            tokens = min(model.trained_context_tokens or most, most)
            flash = FlashAttention.AUTOMATIC if cache_type is not CacheType.F16 else wanted.flash_attention
            options = ContextOptions(tokens, SEQUENCES, BATCH_TOKENS, self._threads, cache_type, flash, outputs=SEQUENCES)
            context = Context(model, options, self._counters, abort)
            stack.callback(context.close)
            key = context_key(source.identity, *_numbers(model, context, cache_type))
            self._store.select(key, EntryRule(memory.window) if memory.has_states else EntryRule.ANYWHERE)
            cache = KvCache(context, SEQUENCES, memory)
            worker = Worker(model, context, cache, Residents(cache, self._store, key, range(SEQUENCES - 1)), abort, BATCH_TOKENS)
            stack.pop_all()
        layers = model.layers if placement.gpu_layers is None else min(placement.gpu_layers, model.layers)
        loaded = LoadedModel(
            source,
            ", ".join(gpu.description for gpu in used) or "CPU",
            self._threads,
            context.size,
            key,
            memory,
            cache_type,
            can_toggle_thinking=template.can_toggle_thinking,
            trained_context_tokens=model.trained_context_tokens,
            vocabulary_size=model.vocabulary_size,
            layers=model.layers,
            gpu_layers=layers if used else 0,
            has_flash_attention=context.has_flash_attention,
            copied_weights=model.copied_weights,
        )
        return _Running(loaded, model, context, worker, prompts)


def _stop_if_unwanted(go_on: Callable[[float], bool], progress: float) -> None:
    if not go_on(progress):
        raise LoadCancelledError


def _numbers(model: "Model", context: "Context", cache_type: CacheType) -> list[str]:
    """Return all besides the model's identity that changes the numbers in the cache, or how they lie there."""
    transposed = int(not context.has_flash_attention)  # without it, V is kept the other way round
    settings = [f"k={cache_type}", f"v={cache_type}", f"v_trans={transposed}", f"long_rope={model.uses_long_rope(context.size)}"]
    if cache_type is not CacheType.F16:  # quantised ones are rotated, unless the environment says otherwise
        settings.append(f"rotation_disabled={os.environ.get('LLAMA_ATTN_ROT_DISABLE', '')}")
    return settings


def _free(running: _Running, timeout: float | None) -> bool:
    """Join the worker, then free what it used; one that does not end within timeout seconds keeps its memory."""
    if not running.worker.close(timeout):
        log.error("the worker did not end in time")
        return False
    running.context.close()
    running.model.close()
    return True
