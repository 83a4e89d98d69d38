"""Random tensors in one fixed order, so that a seed names a model."""

from collections.abc import Sequence

import gguf
import numpy as np


class Weights:
    """Draw a model's tensors and hand them to the writer."""

    def __init__(self, writer: gguf.GGUFWriter, seed: int, without: Sequence[str]) -> None:
        self._writer = writer
        self._random = np.random.default_rng(seed)
        self._without = without

    def draw(self, *shape: int, scale: float | None = None) -> np.ndarray:
        """Return random numbers; unless said otherwise, a product with them is about as large as what it is made of."""
        deviation = shape[-1] ** -0.5 if scale is None else scale
        return self._random.standard_normal(shape, dtype=np.float32) * np.float32(deviation)

    def add(self, name: str, *shape: int, scale: float | None = None) -> None:
        """Add a tensor of random numbers; the last dimension is the one that a product sums over."""
        self.write(name, self.draw(*shape, scale=scale))

    def ones(self, name: str, *shape: int) -> None:
        """Add a tensor that changes nothing where it is multiplied with."""
        self.write(name, np.ones(shape, np.float32))

    def write(self, name: str, data: np.ndarray) -> None:
        """Add a tensor."""
        if name not in self._without:
            self._writer.add_tensor(name, data)
