"""How a model's KV memory can be cut into segments."""

from dataclasses import dataclass
from enum import Enum, auto

from desktop.system.cache_type import CacheType

BYTES_OF_F16 = {CacheType.F16: 1.0, CacheType.Q8_0: 17 / 32, CacheType.Q4_0: 9 / 32}  # blocks of 32: 34 and 18 bytes for 64


class MemoryPlan(Enum):
    """How a model's state is cut into segments."""

    DENSE = auto()  # any range can be saved, restored and shared
    SPLIT = auto()  # a range, and apart from it a window or recurrent state that belongs to its end
    APART = auto()  # a range that holds such a state inside, which is kept a second time, for forks
    SNAPSHOT = auto()  # a recurrent state is all there is
    SEQUENCES = auto()  # nothing but the state of a whole sequence


@dataclass(frozen=True, slots=True)
class Memory:
    """A model's kind of memory."""

    plan: MemoryPlan
    window: int  # tokens that states at trailing nodes must cover; 0: the last node's state is enough
    is_recurrent: bool  # its states are snapshots of a fixed size, and nothing can be dropped from a sequence's end
    token_bytes: float  # of F16 K and V a token, for the layers that see the whole context

    @property
    def has_states(self) -> bool:
        """Tell whether something belongs to a sequence's end, so that it can only be saved there."""
        return self.plan is not MemoryPlan.DENSE

    @property
    def has_whole_states(self) -> bool:
        """Tell whether nothing can be shared or stored but the state of all tokens up to a node."""
        return self.plan in (MemoryPlan.SNAPSHOT, MemoryPlan.SEQUENCES)

    @property
    def has_state_in_base(self) -> bool:
        """Tell whether bases hold their state inside, so that the one stored apart only serves forks."""
        return self.plan is MemoryPlan.APART

    @property
    def keeps_snapshots(self) -> bool:
        """Tell whether a state has a fixed size, so that not all of them are worth keeping."""
        return self.is_recurrent or self.has_whole_states

    def cache_bytes(self, cache_type: CacheType) -> float:
        """Return the bytes that a token takes with a cache type."""
        return self.token_bytes * BYTES_OF_F16[cache_type]
