"""A trial: chats on a model of one family, and at its end the check that all logits are those of a run that never stopped."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import llama_cpp.llama_cpp as llama
import numpy as np

from desktop.inference.binding import Abort, Batch, Context, ContextOptions, DecodeCounters, Library, Model
from desktop.inference.job import Ending
from desktop.sessions.tokens import TokenIds, token_ids
from desktop.system.cache_type import CacheType
from tests.inference.driver import Driver, Recorder
from tests.inference.families.setups import Setup
from tests.inference.teacher import LIMIT, SLICE, Teacher


class Reference:
    """Decode ids from the first to the last, in a context that holds nothing else."""

    def __init__(self, library: Library, path: Path, cache_type: CacheType) -> None:
        self.path = path
        self._library = library
        self._listen()
        self._model = Model(library, path, lambda progress: True)
        self._context = Context(self._model, ContextOptions(4096, 6, 512, 1, cache_type), DecodeCounters(), Abort())
        self._batch = Batch(SLICE)

    def logits(self, ids: TokenIds, count: int) -> np.ndarray:
        """Return the logits of the last count ids, which are decoded one by one: llama.cpp computes several differently."""
        self._listen()
        self._context.clear()
        first = len(ids) - count
        for start in range(0, first, SLICE):
            self._decode(ids[start : min(first, start + SLICE)], start)
        return np.array([self._decode(ids[position : position + 1], position) for position in range(first, len(ids))])

    def _decode(self, ids: TokenIds, start: int) -> list[float]:
        self._batch.clear()
        for offset, token in enumerate(ids):
            index = self._batch.add(token, start + offset, 0, wants_logits=offset == len(ids) - 1)
        self._context.decode(self._batch)
        return self._context.logits(index)

    def close(self) -> None:
        self._batch.close()
        self._context.close()
        self._model.close()

    def _listen(self) -> None:  # an engine that was closed meanwhile took its own callback back
        llama.llama_log_set(self._library._log_callback, None)


class Trial:
    """Chats of several token streams on one model."""

    def __init__(self, setup: Setup, reference: Reference, teacher: Teacher, open_driver: Callable[..., Driver]) -> None:
        self.setup, self.model = setup, reference.path
        self._reference, self._teacher, self._open = reference, teacher, open_driver
        self._seeds = itertools.count(1)
        self._off: defaultdict[str, list[float]] = defaultdict(list)  # how far the logits are off, of each stream

    @property
    def streams(self) -> range:
        return range(self.setup.streams)

    def open(self, context_tokens: int = 4096) -> Driver:
        driver = self._open(context_tokens)
        driver.load(self.model, self.setup.cache_type)
        return driver

    def ids(self, stream: int, count: int, seed: int = 0) -> TokenIds:
        """Return a stream's ids; one list's beginning is the shorter list."""
        return token_ids(Random(f"{stream} {seed}").choices(range(250), k=count))

    def start(self, driver: Driver, ids: TokenIds, reply: TokenIds, owner: Hashable, **keywords: Any) -> tuple[int, Recorder]:
        """Begin a chat's turn, whose reply is given; the first value names it for compare()."""
        seed = next(self._seeds)
        self._teacher.replies[seed] = reply
        return seed, driver.start(ids, owner, seed=seed, **keywords)

    def turn(
        self, name: str, driver: Driver, ids: TokenIds, reply: TokenIds, owner: Hashable, boundaries: Iterable[int] = ()
    ) -> tuple[Recorder, int]:
        """Carry out a turn and note its logits under a name; return also the tokens that were decoded."""
        before = driver.engine.tokens_decoded
        seed, recorder = self.start(driver, ids, reply, owner, boundaries=boundaries)
        assert recorder.outcome().ending is Ending.END_OF_TURN, recorder.outcome()
        decoded = driver.engine.tokens_decoded - before
        self.compare(name, ids, seed)
        return recorder, decoded

    def compare(self, name: str, ids: TokenIds, seed: int, last: int | None = None) -> None:
        """Note how far a turn's logits are off; the last so many, or all."""
        found = self._teacher.logits[seed]
        reply = self._teacher.replies[seed][: len(found) - 1]
        self.note(name, ids, reply, np.array(found[-last:] if last else found))

    def note(self, name: str, ids: TokenIds, reply: TokenIds, found: np.ndarray) -> None:
        """Note how far logits are off that follow the last ids and each token of a reply."""
        expected = self._reference.logits(ids + reply, len(found))
        off = np.abs(found - expected).max(axis=1)  # a token that other experts see is off by up to 0.5, and those after it are not
        self._off[name].append(float(np.median(off) if self.setup.streams > 1 else off.max()))

    def check(self) -> None:
        """Fail where logits are off; of models with experts where the median of the streams is."""
        wrong = {name: round(median(off), 3) for name, off in self._off.items() if not median(off) < LIMIT}
        assert not wrong, f"{self.setup}: logits are off: {wrong}"
