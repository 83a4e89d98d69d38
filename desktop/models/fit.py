"""Whether a model fits into the memory there is."""

from dataclasses import dataclass
from enum import Enum, auto


class FitWord(Enum):
    """What the person is told of it."""

    FITS = auto()
    SLOW = auto()  # loads, but not all of it on the GPU, or with little memory left
    TOO_LARGE = auto()


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """What a loaded model takes, in bytes."""

    weights: int
    cache: int
    buffers: int

    @property
    def total(self) -> int:
        """Return all of it."""
        return self.weights + self.cache + self.buffers


@dataclass(frozen=True, slots=True)
class MemoryRoom:
    """What is free, in bytes."""

    system: int | None  # None: not known
    gpu: int = 0  # of the devices in use; 0: there is none
    is_gpu_shared: bool = False  # the device takes its memory from the system's


@dataclass(frozen=True, slots=True)
class Fit:
    """A model beside the room there is."""

    word: FitWord
    need: MemoryNeed
    room: MemoryRoom
    gpu_layers: int  # of all layers, that would lie on the GPU
    layers: int
    on_gpu: int = 0  # bytes

    @property
    def on_system(self) -> int:
        """Return the bytes that the processor's memory must hold."""
        return self.need.total if self.room.is_gpu_shared else max(0, self.need.total - self.on_gpu)
