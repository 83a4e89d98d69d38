"""How models fit into the memory there is: by what their headers say, the devices seen last, and what the person chose."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from desktop.chat.context_choice import USUAL, ContextChoice, LoadSettings
from desktop.inference.engine import BATCH_TOKENS, CONTEXT_TOKENS, SEQUENCES
from desktop.inference.placement import ANYWHERE, PROCESSOR_ONLY, Placement
from desktop.models.fit import Fit, MemoryRoom
from desktop.models.fitting import fit, longest_context
from desktop.models.header import ModelHeader, ModelShape
from desktop.models.memory_need import ContextShape
from desktop.system.cache_type import CacheType
from desktop.system.compute_device import PROCESSOR, ComputeDevice, DeviceKind
from desktop.system.flash_attention import FlashAttention
from desktop.system.memory import RecentMemory

_LONGEST = 1 << 24  # tokens, where a header does not say what a model was trained on


class ModelFit:
    """Judge models. For the event loop's thread."""

    def __init__(
        self,
        settings: Callable[[], LoadSettings] = LoadSettings,
        chosen: Mapping[Path, ContextChoice] | None = None,
        free_memory: Callable[[], int | None] | None = None,
    ) -> None:
        """Use what was chosen for all models, and for some."""
        self._settings, self._chosen, self.free_memory = settings, chosen or {}, free_memory or RecentMemory()
        self._devices: tuple[ComputeDevice, ...] = ()
        self._gpu_bytes_held = 0  # by the model that was loaded when the devices were asked
        self.held: Fit | None = None  # what the loaded model takes
        self.held_weights = 0  # bytes of the processor's memory that it takes for weights besides the mapped file

    @property
    def knows_devices(self) -> bool:
        """Tell whether it is known what can compute."""
        return bool(self._devices)

    def note_devices(self, devices: Sequence[ComputeDevice]) -> None:
        """Take note of what can compute, with the free memory of now."""
        self._devices = tuple(devices)
        self._gpu_bytes_held = self.held.on_gpu if self.held is not None else 0

    def of(self, header: ModelHeader, size: int, path: Path | None = None, choice: ContextChoice | None = None) -> Fit | None:
        """Return how a model of so many bytes would fit in place of the loaded one; None: its header says too little.

        choice: in place of what was chosen for the model at a path.
        """
        if not _is_told(header):
            return None
        chosen = choice or self._choice(path)
        return fit(header.shape, size, self._context(header.context_tokens, chosen), self._room(), chosen.gpu_layers)

    def of_shape(self, shape: ModelShape, size: int, trained_tokens: int) -> Fit:
        """Return how a model that is not here yet would fit as it is loaded at first."""
        return fit(shape, size, self._context(trained_tokens, USUAL), self._room())

    def longest_context(self, header: ModelHeader, size: int, path: Path | None = None, choice: ContextChoice | None = None) -> int | None:
        """Return how many tokens of context a model could have; None: it is too large with any, or its header says too little."""
        if not _is_told(header):
            return None
        chosen = choice or self._choice(path)
        most = header.context_tokens or _LONGEST
        return longest_context(header.shape, size, self._context(header.context_tokens, chosen), self._room(), most, chosen.gpu_layers)

    def placement(self, found: Fit | None, choice: ContextChoice) -> Placement:
        """Return where a model is to lie that was found to fit so."""
        if self._settings().device == PROCESSOR:
            return PROCESSOR_ONLY
        used = self._used()
        if not used:
            return ANYWHERE
        layers = choice.gpu_layers if found is None else found.gpu_layers
        return Placement(tuple(device.name for device in used), None if found is not None and layers == found.layers else layers)

    def _choice(self, path: Path | None) -> ContextChoice:
        return self._chosen.get(path, USUAL) if path is not None else USUAL

    def _context(self, trained_tokens: int, choice: ContextChoice) -> ContextShape:
        most = choice.tokens or CONTEXT_TOKENS
        tokens = min(trained_tokens or most, most)
        needs_flash = choice.cache_type is not CacheType.F16
        has_flash = needs_flash or self._settings().flash_attention is not FlashAttention.OFF
        return ContextShape(tokens, SEQUENCES, BATCH_TOKENS, choice.cache_type, has_flash)

    def _used(self) -> list[ComputeDevice]:
        """Return the graphics cards that are used: the chosen one, or all with their own memory, or one that shares the system's."""
        cards = [device for device in self._devices if device.kind is not DeviceKind.PROCESSOR]
        chosen = self._settings().device
        if chosen == PROCESSOR:
            return []
        named = [device for device in cards if device.name == chosen]
        return named or [device for device in cards if device.kind is DeviceKind.GPU] or cards[:1]

    def _room(self) -> MemoryRoom:
        used = self._used()
        held, free = self.held, self.free_memory()
        if held is not None and free is not None:
            free += max(0, held.on_system - held.need.weights) + self.held_weights  # what is mapped counts as free
        gpu = sum(device.free for device in used) + (self._gpu_bytes_held if used else 0)
        return MemoryRoom(free, gpu, is_gpu_shared=bool(used) and all(device.kind is DeviceKind.SHARED_GPU for device in used))


def _is_told(header: ModelHeader) -> bool:
    return bool(header.shape.layers and header.shape.width)
