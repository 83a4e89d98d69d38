"""Where a model lies."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placement:
    """Which devices a model may use, and how much of it lies there."""

    gpus: tuple[str, ...] | None = None  # names of the graphics cards it may use; None: all that llama.cpp takes by itself
    gpu_layers: int | None = None  # the last so many layers, and the output with them; None: all

    @property
    def uses_gpu(self) -> bool:
        """Tell whether anything may lie on a graphics card."""
        return self.gpus != () and self.gpu_layers != 0


ANYWHERE = Placement()
PROCESSOR_ONLY = Placement((), 0)
