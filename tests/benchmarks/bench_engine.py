"""Jobs on the worker that the application uses, timed."""

import asyncio
import itertools
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path

from desktop.inference.engine import CONTEXT_TOKENS, Engine, ModelSource
from desktop.inference.job import Entry, Job, JobId, Outcome, Purpose
from desktop.inference.sampling import SamplerSettings
from desktop.models.gguf import read_model_file
from desktop.sessions.keys import NodeKey
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import TokenIds, token_ids

GREEDY = SamplerSettings(temperature=0)


@dataclass(slots=True)
class Timing:
    """When what happened in a job, in monotonic seconds. A JobSink."""

    ended: Callable[[Outcome], None]
    after_words: int = 0  # stop then; 0: never
    stop: Callable[[], None] = field(default=lambda: None)
    begun: float = field(default_factory=time.perf_counter)
    entry: Entry | None = None
    words: list[float] = field(default_factory=list)

    def entered(self, entry: Entry) -> None:
        self.entry = entry

    def read(self, done: int, total: int, seconds_left: float) -> None: ...

    def wrote(self, text: str) -> None:
        self.words.append(time.perf_counter())
        if len(self.words) == self.after_words:
            self.stop()

    def keep(self, ids: TokenIds) -> None: ...

    def saved(self, position: int, node: NodeKey) -> None: ...

    def waiting(self) -> None: ...

    def finished(self, outcome: Outcome) -> None:
        self.ended(outcome)


class BenchEngine:
    """An engine with one model, and a folder of segments."""

    def __init__(self, folder: Path, threads: int, context_tokens: int = CONTEXT_TOKENS) -> None:
        self.folder = folder
        self.store = SegmentStore(folder, self._fail)
        self.engine = Engine(self.store, threads, context_tokens=context_tokens)
        self._ids = itertools.count(1)

    async def load(self, path: Path) -> None:
        file = read_model_file(path)
        await self.engine.load(ModelSource(path, file.identity, file.vocabulary), lambda progress: None)

    async def warm_up(self, vocabulary: int, start: int = 992) -> None:
        """Have the weights in memory: a model that is loaded is a model that has run."""
        await self.run("warm up", random_ids(start + 8, vocabulary)[start:], Purpose.WRITE, words=2)

    async def run(
        self, owner: Hashable, ids: TokenIds, purpose: Purpose, *, words: int = 0, boundaries: tuple[int, ...] = ()
    ) -> tuple[Timing, Outcome]:
        """Run one job to its end; one that writes is stopped after so many words."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Outcome] = loop.create_future()
        job_id = JobId(next(self._ids))
        timing = Timing(lambda outcome: loop.call_soon_threadsafe(done.set_result, outcome) and None, words)
        timing.stop = lambda: self.engine.stop(job_id)
        timing.begun = time.perf_counter()
        self.engine.start(Job(job_id, owner, ids, boundaries, timing, purpose, GREEDY))
        return timing, await done

    def stored_bytes(self) -> int:
        """Return the bytes of segments on disk once all is written."""
        assert self.store.flush(60)
        return sum(file.stat().st_size for pattern in ("*.kv", "*.state") for file in self.folder.rglob(pattern))

    def close(self) -> None:
        assert self.engine.close(60)
        assert self.store.close(60)

    def _fail(self, sentence: str) -> None:
        raise AssertionError(sentence)


def random_ids(count: int, vocabulary: int) -> TokenIds:
    """Return made-up ids, the same for the same count: one list's beginning is the shorter list."""
    return token_ids((7919 * index + index * index % 101) % (vocabulary - 300) + 256 for index in range(count))
