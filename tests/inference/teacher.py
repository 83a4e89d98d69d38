"""Comparing logits: replies whose tokens are given beforehand, and the logits of the same tokens decoded in one go."""

from collections import defaultdict
from pathlib import Path

import llama_cpp.llama_cpp as llama
import numpy as np

from desktop.inference.binding import Abort, Batch, Context, ContextOptions, DecodeCounters, Library, Model, Sampler
from desktop.inference.sampling import SamplerSettings
from desktop.sessions.tokens import TokenIds
from tests.tiny_models import END_OF_TURN

LIMIT = 0.02  # where cells lie, who else is in the cache and how a prefill is sliced moves logits; a mistake shows as 0.07 or more
LONG, LONG_LIMIT = 600, 0.045  # slices of other sizes alone make 0.013 after 600 tokens, 0.024 after 3,000
SLICE = 256


def limit_of(ids: TokenIds) -> float:
    """Return how much the logits after ids may differ."""
    return LIMIT if len(ids) <= LONG else LONG_LIMIT


class Teacher:
    """Say the tokens of replies, by the seeds of their jobs, and note the logits that they had."""

    def __init__(self) -> None:
        self.replies: dict[int, TokenIds] = {}  # after the last token comes the end of the turn
        self.logits: defaultdict[int, list[np.ndarray]] = defaultdict(list)

    def sampler(self, model: Model, settings: SamplerSettings, seed: int, last_ids: TokenIds) -> Sampler:
        return _TaughtSampler(self, model, settings, seed, last_ids)

    def check(self, straight: "Straight", prompt: TokenIds, seed: int) -> None:
        """Fail where a reply's logits are not those that the same tokens have in a context of their own."""
        reply = self.replies[seed]
        found = np.array(self.logits[seed])
        assert len(found) == len(reply) + 1
        expected = straight.logits(prompt + reply, len(reply) + 1)
        worst = np.abs(found - expected).max(axis=1)
        assert worst.max() < limit_of(prompt), f"logits are off by {worst.max():.3f} at token {worst.argmax()} of the reply"


class _TaughtSampler(Sampler):
    def __init__(self, teacher: Teacher, model: Model, settings: SamplerSettings, seed: int, last_ids: TokenIds) -> None:
        super().__init__(model, settings, seed, last_ids)
        self._teacher, self._seed = teacher, seed

    def sample(self, context: Context, index: int) -> int:
        noted = self._teacher.logits[self._seed]
        noted.append(np.array(context.logits(index)))
        reply = self._teacher.replies[self._seed]
        return reply[len(noted) - 1] if len(noted) <= len(reply) else END_OF_TURN


class Straight:
    """Decode ids from the first to the last, in a context that knows nothing else."""

    def __init__(self, library: Library, path: Path) -> None:
        llama.llama_log_set(library._log_callback, None)  # an engine that was closed meanwhile took its own back
        self.model = Model(library, path, lambda progress: True)

    def logits(self, ids: TokenIds, count: int) -> np.ndarray:
        """Return the logits of the last count ids."""
        context = Context(self.model, ContextOptions(8192, 6, 512, 1), DecodeCounters(), Abort())
        batch = Batch(SLICE)
        found = []
        try:
            for start in range(0, len(ids), SLICE):
                batch.clear()
                for position in range(start, min(start + SLICE, len(ids))):
                    batch.add(ids[position], position, 0, wants_logits=position >= len(ids) - count)
                context.decode(batch)
                found += [context.logits(i) for i in range(len(batch)) if start + i >= len(ids) - count]
        finally:
            batch.close()
            context.close()
        return np.array(found)

    def close(self) -> None:
        self.model.close()
