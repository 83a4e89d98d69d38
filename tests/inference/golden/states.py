"""Saved states that were written once and must restore for as long as KV_EPOCH stays as it is.

A file holds, of one family, the states of a few tokens as the application saves them, and the logits of those that follow.
The model is not kept: it is written anew from its seed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import gguf
import numpy as np

from desktop.inference.binding import Abort, Batch, Context, ContextOptions, DecodeCounters, Library, Model
from desktop.inference.kv_cache import KvCache
from desktop.inference.memory_plan import Memory
from desktop.inference.memory_probe import find_memory
from desktop.sessions.tokens import TokenIds
from desktop.system.cache_type import CacheType
from tests.inference.driver import made_up_ids
from tests.inference.families.setups import FAMILIES, Setup
from tests.tiny_models import Family

FOLDER = Path(__file__).parent
SETUPS = [*FAMILIES, Setup(Family.DENSE, CacheType.Q8_0), Setup(Family.DENSE, CacheType.Q4_0)]
SEQUENCES = 4
ENDS = (0, 5, 8)  # of the two segments
MORE = 3  # tokens decoded after them


@dataclass(frozen=True, slots=True)
class Golden:
    """Two segments, each a base and a state, of which either may be empty; and the logits of the tokens that follow."""

    epoch: int  # KV_EPOCH when it was written
    weights: bytes  # a hash of the model's
    bases: list[bytes]
    states: list[bytes]
    logits: np.ndarray

    @staticmethod
    def path(setup: Setup) -> Path:
        return FOLDER / f"{setup}.npz"

    @staticmethod
    def read(setup: Setup) -> "Golden":
        with np.load(Golden.path(setup)) as stored:
            count = len(ENDS) - 1
            bases, states = ([stored[f"{name}{i}"].tobytes() for i in range(count)] for name in ("base", "state"))
            return Golden(int(stored["epoch"]), stored["weights"].tobytes(), bases, states, stored["logits"])

    def write(self, setup: Setup) -> None:
        parts = {f"{name}{i}": data for name, blobs in (("base", self.bases), ("state", self.states)) for i, data in enumerate(blobs)}
        arrays = {name: np.frombuffer(data, np.uint8) for name, data in {**parts, "weights": self.weights}.items()}
        np.savez_compressed(self.path(setup), epoch=self.epoch, logits=self.logits, **arrays)


class GoldenBench:
    """A context of a setup's model."""

    def __init__(self, setup: Setup, context: Context, memory: Memory) -> None:
        self._context, self._memory = context, memory
        self.cache = KvCache(context, SEQUENCES, memory)
        self._batch = Batch(8)

    def close(self) -> None:
        self._batch.close()

    def save(self, seed: int = 0) -> tuple[list[bytes], list[bytes]]:
        """Return the segments of a sequence that is decoded, with the ids that a seed gives."""
        ids = made_up_ids(ENDS[-1], seed)
        bases, states = list[bytes](), list[bytes]()
        for start, end in pairwise(ENDS):
            self._decode(ids[start:end], start)
            base, state = self.cache.save(0, start, end)
            is_needed = not self._memory.has_state_in_base and (end == ENDS[-1] or self._memory.window)
            bases.append(bytes(base))
            states.append(bytes(state) if is_needed else b"")
        return bases, states

    def restore(self, bases: list[bytes], states: list[bytes]) -> None:
        """Bring segments back, as the application does."""
        self.cache.drop(0)
        for index, (base, state) in enumerate(zip(bases, states, strict=True)):
            is_last = index == len(bases) - 1
            if self._memory.has_whole_states and not is_last:
                continue
            tail = b"" if self._memory.has_state_in_base else state or self.cache.no_state
            self.cache.restore(0, bytearray(base + tail))

    def logits(self) -> np.ndarray:
        """Decode the tokens that follow one by one and return all their logits."""
        ids = made_up_ids(ENDS[-1] + MORE)[ENDS[-1] :]
        return np.array([self._decode(ids[i : i + 1], ENDS[-1] + i) for i in range(MORE)], np.float32)

    def _decode(self, ids: TokenIds, start: int) -> list[float]:
        self._batch.clear()
        for offset, token in enumerate(ids):
            index = self._batch.add(token, start + offset, 0, wants_logits=offset == len(ids) - 1)
        self._context.decode(self._batch)
        return self._context.logits(index)


@contextmanager
def bench_of(setup: Setup, library: Library, path: Path) -> Iterator[GoldenBench]:
    """Load a setup's model from its file."""
    model = Model(library, path, lambda progress: True)
    memory = find_memory(model, 1, shares_ranges=setup.family is not Family.COMPRESSED)
    context = Context(model, ContextOptions(256, SEQUENCES, 32, 1, setup.cache_type), DecodeCounters(), Abort())
    bench = GoldenBench(setup, context, memory)
    try:
        yield bench
    finally:
        bench.close()
        context.close()
        model.close()


def weights_hash(path: Path) -> bytes:
    """Return a hash of a model file's tensors."""
    hashed = blake2b(digest_size=16)
    for tensor in gguf.GGUFReader(path).tensors:
        hashed.update(tensor.name.encode())
        hashed.update(np.ascontiguousarray(tensor.data))
    return hashed.digest()
