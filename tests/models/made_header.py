"""Headers of models that no file has."""

from desktop.models.header import MemoryKind, ModelHeader, ModelShape


def header_of(shape: ModelShape, *, context_tokens: int = 8192) -> ModelHeader:
    """Return the header of a dense model."""
    return ModelHeader("made up", "llama", 0, "Q8_0", context_tokens, MemoryKind.DENSE, "", None, shape)
