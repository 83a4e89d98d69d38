"""The cells of a context as sequences that can be cut, shared, saved and restored, for each kind of memory."""

from collections.abc import Mapping

from desktop.inference.binding import PARTIAL_ONLY, STATE_HEADER, Context
from desktop.inference.memory_plan import Memory, MemoryPlan
from desktop.sessions.segment import KvBytes
from desktop.sessions.tokens import TokenIds, common_length


class KvCache:
    """The sequences of one context. The worker's own.

    A saved range is a base, which later ones build on, and a state, which only a sequence needs that ends there: a window,
    or a recurrent snapshot. Dense models have no states; where only whole states exist there are no bases.
    """

    def __init__(self, context: Context, sequences: int, memory: Memory) -> None:
        """Use a context with so many sequences; the last is the scratch, whose id stands in every saved state."""
        self._context = context
        self._scratch = sequences - 1
        self._plan = memory.plan
        self.memory = memory
        self.size = context.size  # cells
        self.can_cut = memory.plan is MemoryPlan.DENSE
        has_states = memory.plan in (MemoryPlan.SPLIT, MemoryPlan.APART)
        empty = context.state(self._scratch, PARTIAL_ONLY) if has_states else bytearray()
        self._state_header = bytes(empty[:STATE_HEADER])
        self.no_state = bytes(empty[STATE_HEADER:]) if memory.plan is MemoryPlan.SPLIT else b""
        """What follows a base in place of its state, where that is not needed."""

    def length(self, sequence: int) -> int:
        """Return a sequence's tokens."""
        return self._context.length(sequence)

    def cut(self, sequence: int, length: int) -> None:
        """Drop what a sequence has beyond length tokens; for dense memory, or to undo an aborted decode of a window."""
        self._context.remove(sequence, length)

    def drop(self, sequence: int) -> None:
        """Empty a sequence; cells that others share stay theirs."""
        self._context.remove(sequence)

    def share(self, source: int, target: int, length: int) -> None:
        """Make target the first length tokens of source, without a copy. Dense memory is complete then."""
        self.drop(target)
        if length:
            self._context.share(source, target, 0, length)

    def save(self, sequence: int, start: int, end: int) -> tuple[bytearray, bytearray]:
        """Return tokens [start, end) as base and state; where memory cannot be cut, end must be the sequence's end.

        Raises StateError.
        """
        if self._plan is MemoryPlan.SEQUENCES:
            return bytearray(), self._context.state(sequence)
        self._context.share(sequence, self._scratch, start, end)
        try:
            base, state = self._context.state(self._scratch), bytearray()
            if self._plan is MemoryPlan.SNAPSHOT:
                return bytearray(), base
            if self._plan is MemoryPlan.SPLIT:
                size = self._context.state_bytes(self._scratch, PARTIAL_ONLY) - STATE_HEADER
                state = base[-size:]
                del base[-size:]
            elif self._plan is MemoryPlan.APART:
                state = self._context.state(self._scratch, PARTIAL_ONLY)[STATE_HEADER:]
            return base, state
        finally:
            self.drop(self._scratch)

    def restore(self, sequence: int, blob: KvBytes) -> None:
        """Append a saved and verified base with its state, or with no_state, to a sequence. Whole states replace it.

        Raises StateError where the cells do not suffice.
        """
        if self._plan is MemoryPlan.SEQUENCES:
            self._context.set_state(sequence, blob)
            return
        try:
            self._context.set_state(self._scratch, blob)
            self._context.share(self._scratch, sequence)
        finally:
            self.drop(self._scratch)

    def enter_state(self, sequence: int, state: KvBytes, *, is_first: bool) -> None:
        """Give a sequence that shares its base with another a state of its own; those of several ranges one after the other.

        The first goes straight onto the sequence, which drops the state that it shares; without it, the answers would be
        wrong without a word, and cells of a shared window are never free again. Raises StateError.
        """
        data = bytearray(self._state_header) + state
        if is_first:
            self._context.set_state(sequence, data, PARTIAL_ONLY)
            return
        try:
            self._context.set_state(self._scratch, data, PARTIAL_ONLY)
            self._context.share(self._scratch, sequence)
        finally:
            self.drop(self._scratch)

    def repack(self, sequences: Mapping[int, TokenIds]) -> None:
        """Move sequences to the lowest cells, because each token costs as much as the highest used cell.

        A prefix that two have in common is set once and shared. Memory that cannot be cut moves one sequence only.
        """
        if not self.can_cut:
            if len(sequences) == 1:
                sequence = next(iter(sequences))
                state = self._context.state(sequence)
                self._context.set_state(sequence, state)
            return
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
