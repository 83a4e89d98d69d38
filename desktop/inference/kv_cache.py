"""The cells of a context as sequences that can be cut, shared, saved and restored."""

from collections.abc import Mapping
from enum import Enum, auto

from desktop.inference.binding import PARTIAL_ONLY, STATE_HEADER, Abort, Batch, Context, ContextOptions, DecodeCounters, Model
from desktop.inference.errors import UnsupportedModelError
from desktop.sessions.segment import KvBytes
from desktop.sessions.tokens import TokenIds, common_length

PROBED_TOKENS = 8


class MemoryPlan(Enum):
    """How a model's state is cut into segments."""

    DENSE = auto()  # any range can be saved, restored and shared
    OTHER = auto()  # a sliding window or a recurrent state belongs to it; only the sequence as it stands is kept


def find_memory_plan(model: Model, threads: int) -> MemoryPlan:
    """Return a model's plan, by looking at the state of a few decoded tokens in a small context of its own.

    n_swa and is_hybrid mislead: some architectures set a window that their memory does not keep. Where the part of a
    state that windows and recurrent layers own is the whole state, there is either nothing else (recurrent) or no such
    part (dense). Raises UnsupportedModelError where it keeps no state: it makes embeddings, and would write nothing.
    """
    context = Context(model, ContextOptions(256, 2, 32, threads), DecodeCounters(), Abort())
    batch = Batch(PROBED_TOKENS)
    try:
        if not context.has_memory:
            raise UnsupportedModelError(model.path.name)
        for position in range(PROBED_TOKENS):
            batch.add(position, position, 0, wants_logits=position == PROBED_TOKENS - 1)
        context.decode(batch)
        whole, partial = context.state(0)[STATE_HEADER:], context.state(0, PARTIAL_ONLY)[STATE_HEADER:]
    finally:
        batch.close()
        context.close()
    return MemoryPlan.DENSE if whole == partial and not model.is_recurrent else MemoryPlan.OTHER


class KvCache:
    """The sequences of one context. The worker's own."""

    def __init__(self, context: Context, sequences: int, plan: MemoryPlan) -> None:
        """Use a context with so many sequences; the last is the scratch, whose id stands in every saved state."""
        self._context = context
        self._scratch = sequences - 1
        self.size = context.size  # cells
        self.can_cut = plan is MemoryPlan.DENSE

    def length(self, sequence: int) -> int:
        """Return a sequence's tokens."""
        return self._context.length(sequence)

    def cut(self, sequence: int, length: int) -> None:
        """Drop what a sequence has beyond length tokens."""
        self._context.remove(sequence, length)

    def drop(self, sequence: int) -> None:
        """Empty a sequence; cells that others share stay theirs."""
        self._context.remove(sequence)

    def share(self, source: int, target: int, length: int) -> None:
        """Make target the first length tokens of source, without a copy."""
        self.drop(target)
        if length:
            self._context.share(source, target, 0, length)

    def save(self, sequence: int, start: int, end: int) -> tuple[bytearray, bytearray]:
        """Return the state of tokens [start, end) as base and partial."""
        self._context.share(sequence, self._scratch, start, end)
        try:
            return self._context.state(self._scratch), bytearray()
        finally:
            self.drop(self._scratch)

    def restore(self, sequence: int, base: KvBytes) -> None:
        """Append a saved and verified state to a sequence. Raises StateError where the cells do not suffice."""
        try:
            self._context.set_state(self._scratch, base)
            self._context.share(self._scratch, sequence)
        finally:
            self.drop(self._scratch)

    def repack(self, sequences: Mapping[int, TokenIds]) -> None:
        """Move sequences to the lowest cells, because each token costs as much as the highest used cell.

        A prefix that two have in common is set once and shared.
        """
        moved: list[tuple[int, int | None, int, bytearray]] = []  # sequence, whom it shares with, how much, the rest
        before: dict[int, TokenIds] = {}
        for sequence, ids in sequences.items():
            partner = max(before, key=lambda other: common_length(before[other], ids), default=None)
            shared = common_length(before[partner], ids) if partner is not None else 0
            moved.append((sequence, partner, shared, self.save(sequence, shared, len(ids))[0] if shared < len(ids) else bytearray()))
            before[sequence] = ids
        for sequence in sequences:
            self.drop(sequence)
        for sequence, partner, shared, state in moved:
            if partner is not None and shared:
                self._context.share(partner, sequence, 0, shared)
            if state:
                self.restore(sequence, state)
