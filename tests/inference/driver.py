"""Driving the engine from a test: plain calls instead of coroutines, and sinks that remember."""

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Coroutine, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from desktop.inference.engine import CONTEXT_TOKENS, Engine, LoadedModel, LoadOptions, ModelSource
from desktop.inference.job import Ending, Entry, Job, JobId, Outcome, Purpose
from desktop.inference.prompt import Prompt, PromptSettings, Role, Turn
from desktop.inference.sampling import SamplerSettings
from desktop.sessions.keys import NodeKey
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import TokenIds, token_ids
from desktop.system.cache_type import CacheType
from desktop.system.compute_device import ComputeDevice
from tests.tiny_models import Family

T = TypeVar("T")

TODAY = date(2026, 1, 2)
GREEDY = SamplerSettings(temperature=0)
PATIENCE = 60.0  # seconds, on a machine that does something else too


@dataclass(eq=False)
class Recorder:
    """A JobSink that remembers what it was told. The hooks are called in the worker's thread."""

    job_id: JobId
    on_read: Callable[[int], None] = lambda done: None
    on_wrote: Callable[[str], None] = lambda text: None
    entries: list[Entry] = field(default_factory=list)
    reads: list[tuple[int, int]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    kept: list[TokenIds] = field(default_factory=list)
    nodes: list[tuple[int, NodeKey]] = field(default_factory=list)
    waits: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    _done: threading.Event = field(default_factory=threading.Event)

    def entered(self, entry: Entry) -> None:
        self.events.append("entered")
        self.entries.append(entry)

    def read(self, done: int, total: int, seconds_left: float) -> None:
        assert seconds_left >= 0
        self.events.append("read")
        self.reads.append((done, total))
        self.on_read(done)

    def wrote(self, text: str) -> None:
        self.events.append("wrote")
        self.texts.append(text)
        self.on_wrote(text)

    def keep(self, ids: TokenIds) -> None:
        self.kept.append(ids)

    def saved(self, position: int, node: NodeKey) -> None:
        self.nodes.append((position, node))

    def waiting(self) -> None:
        self.events.append("waiting")
        self.waits += 1

    def finished(self, outcome: Outcome) -> None:
        self.events.append("finished")
        self.outcomes.append(outcome)
        self._done.set()

    @property
    def text(self) -> str:
        return "".join(self.texts)

    @property
    def entry(self) -> Entry:
        return self.entries[0]

    @property
    def is_done(self) -> bool:
        return self._done.is_set()

    def wait_for_words(self, count: int) -> None:
        """Wait until so many texts were written."""
        deadline = time.monotonic() + PATIENCE
        while len(self.texts) < count:
            assert not self.is_done, f"the job ended: {self.outcomes}"
            assert time.monotonic() < deadline, "the job did not write"
            time.sleep(0.001)

    def outcome(self) -> Outcome:
        """Wait for the end and return the outcome."""
        assert self._done.wait(PATIENCE), f"the job did not end: {self.events[-5:]}"
        assert len(self.outcomes) == 1
        return self.outcomes[0]


def source_of(path: Path) -> ModelSource:
    data = path.read_bytes()
    return ModelSource(path, blake2b(data, digest_size=16).digest(), "bytes", Family.COMPRESSED.encode() not in data[:200])


@contextmanager
def worker_held(engine: Engine) -> Iterator[None]:
    """Let an engine's worker take what is started meanwhile all at once, afterwards."""
    gate = threading.Event()
    assert engine._running is not None
    engine._running.worker.call(lambda: gate.wait(PATIENCE) and None)
    try:
        yield
    finally:
        gate.set()


class Driver:
    """An engine, its store and an event loop. Close it."""

    def __init__(self, folder: Path, context_tokens: int = CONTEXT_TOKENS) -> None:
        self.folder = folder
        self.faults: list[str] = []
        self.store = SegmentStore(folder, self.faults.append)
        self.engine = Engine(self.store, 1, context_tokens=context_tokens)
        self._runner = asyncio.Runner()
        self._numbers = itertools.count(1)
        self._is_closed = False

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(coroutine)

    def load(self, path: Path, cache_type: CacheType = CacheType.F16) -> LoadedModel:
        return self.wait(self.engine.load(source_of(path), lambda progress: None, LoadOptions(cache_type=cache_type)))

    def devices(self) -> list[ComputeDevice]:
        return self.wait(self.engine.devices())

    @property
    def architecture(self) -> str:
        assert self.engine._running is not None
        return self.engine._running.model.architecture

    def prompt(self, turns: Sequence[Turn], system: str = "", **settings: Any) -> Prompt:
        return self.wait(self.engine.prompt(turns, PromptSettings(TODAY, system, **settings)))

    def history(self, turns: Sequence[Turn], system: str = "", **settings: Any) -> Prompt:
        return self.wait(self.engine.history(turns, PromptSettings(TODAY, system, **settings)))

    def start(self, prompt: Prompt | TokenIds, owner: Hashable = "chat", purpose: Purpose = Purpose.WRITE, **keywords: Any) -> Recorder:
        """Start a job; see _job."""
        job, recorder = self._job(prompt, owner, purpose, **keywords)
        self.engine.start(job)
        return recorder

    def start_together(self, prompt: Prompt | TokenIds, seeds: Iterable[int], **keywords: Any) -> list[Recorder]:
        """Start a reply for each seed, which names its chat too, all at once."""
        begun = [self._job(prompt, seed, Purpose.WRITE, seed=seed, **keywords) for seed in seeds]
        self.engine.start(*(job for job, _ in begun))
        return [recorder for _, recorder in begun]

    def _job(
        self,
        prompt: Prompt | TokenIds,
        owner: Hashable,
        purpose: Purpose,
        *,
        sampling: SamplerSettings = GREEDY,
        seed: int = 1,
        words: int = 0,
        boundaries: Iterable[int] = (),
        most_tokens: int = 0,
        is_background: bool = False,
        is_passing: bool = False,
        is_kept: bool = False,
        is_saved: bool = True,
        on_read: Callable[[int], None] = lambda done: None,
    ) -> tuple[Job, Recorder]:
        """Make a job; words: stop it when it has written so many times."""
        job_id = JobId(next(self._numbers))
        recorder = Recorder(job_id, on_read)
        if words:
            recorder.on_wrote = lambda text: self.engine.stop(job_id) if len(recorder.texts) == words else None
        if isinstance(prompt, Prompt):
            ids, ends, end_of_turn = prompt.ids, tuple(b.position for b in prompt.boundaries), prompt.end_of_turn
        else:
            ids, ends, end_of_turn = prompt, tuple(boundaries), None
        kinds = is_background, is_passing, is_kept, is_saved
        job = Job(job_id, owner, ids, ends, recorder, purpose, sampling, seed, end_of_turn, most_tokens, *kinds)
        return job, recorder

    def run(self, *arguments: Any, **keywords: Any) -> tuple[Recorder, Outcome]:
        """Start a job and wait for its end."""
        recorder = self.start(*arguments, **keywords)
        return recorder, recorder.outcome()

    def say(self, turns: list[Turn], text: str, owner: Hashable = "chat", *, system: str = "", **keywords: Any) -> tuple[Recorder, Outcome]:
        """Carry out a turn: add the person's message, and the reply, which must come to its end or be stopped, to turns."""
        turns.append(Turn(Role.USER, text))
        recorder, outcome = self.run(self.prompt(turns, system), owner, **keywords)
        assert outcome.ending in (Ending.END_OF_TURN, Ending.STOPPED), outcome
        turns.append(Turn(Role.ASSISTANT, recorder.text, outcome.ids))
        return recorder, outcome

    def decoded_by(self, action: Callable[[], Any]) -> int:
        """Return the tokens that were decoded by an action that waits for its end."""
        before = self.engine.tokens_decoded
        action()
        return self.engine.tokens_decoded - before

    def files(self) -> set[str]:
        """Return the names of the segment files, once all are written."""
        assert self.store.flush(PATIENCE)
        return {path.name for path in self.folder.rglob("*.kv") if "set-aside" not in path.parts}

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            assert self.engine.close(PATIENCE)
            assert self.store.close(PATIENCE)
            self._runner.close()
            assert not self.faults


def made_up_ids(count: int, seed: int = 0) -> TokenIds:
    """Return ids of bytes, the same for the same count and seed: one list's beginning is the shorter list."""
    return token_ids((7919 * index + index * index % 101 + 31 * seed + 13) % 250 for index in range(count))
