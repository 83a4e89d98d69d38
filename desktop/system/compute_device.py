"""What can compute: the processor, or a graphics card."""

from dataclasses import dataclass
from enum import Enum, auto

AUTOMATIC = "auto"  # in place of a device's name: the graphics cards where there are any
PROCESSOR = "cpu"  # in place of a device's name: the processor alone


class DeviceKind(Enum):
    """What a device is, as far as memory goes."""

    PROCESSOR = auto()
    GPU = auto()  # with memory of its own
    SHARED_GPU = auto()  # which takes the processor's memory


@dataclass(frozen=True, slots=True)
class ComputeDevice:
    """A device that this build of llama.cpp can use."""

    name: str  # by which it is chosen: "CUDA0", "Vulkan1", "Metal"
    description: str  # what the person calls it
    kind: DeviceKind
    free: int  # bytes of its memory, when it was asked
    total: int  # bytes
