"""What can go wrong in inference."""

from desktop.system.cache_type import CacheType
from desktop.system.errors import RivuletError


class ModelLoadError(RivuletError):
    """A model file could not be loaded."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"{name} could not be loaded{f' ({detail})' if detail else ''}. Your chats are kept; choose another model file.")


class UnsupportedModelError(RivuletError):
    """The file is a model, but none that chats."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not a model that writes text. Your chats are kept; choose another model file.")


class ContextCreationError(RivuletError):
    """The context could not be allocated, or not with this cache type."""

    def __init__(self, tokens: int, cache_type: CacheType = CacheType.F16) -> None:
        other = "" if cache_type is CacheType.F16 else f", or this model cannot keep its cache as {cache_type}"
        super().__init__(
            f"There is not enough memory for a context of {tokens:,} tokens{other}. Your chats are kept; "
            f"close other programs{', choose another cache type' if other else ''} or a smaller model."
        )


class ModelClosedError(RivuletError):
    """No model is loaded, or it was unloaded meanwhile."""

    def __init__(self) -> None:
        super().__init__("No model is loaded. Your message is kept; open a model file.")


class ContextOverflowError(RivuletError):
    """A prompt is longer than the context."""

    def __init__(self, needed: int, available: int) -> None:
        super().__init__(
            f"This chat needs {needed:,} tokens and the context has {available:,}. Your message is kept; fork from an earlier message."
        )
        self.needed, self.available = needed, available


class TemplateError(RivuletError):
    """The model's chat template cannot render this chat."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"The model's chat template failed: {detail}. Your message is kept; another model can answer it.")


class TemplateLimitError(TemplateError):
    """The model's chat template took too long or made too long a text."""


class DecodeError(Exception):
    """llama_decode failed for a reason that is a defect here or there."""

    def __init__(self, code: int) -> None:
        super().__init__(f"llama_decode returned {code}")
        self.code = code


class NoRoomError(Exception):
    """No cell of the cache is free; nothing changed."""


class DecodeAbortedError(Exception):
    """The abort flag was raised during a decode."""


class StateError(Exception):
    """llama.cpp did not give or take a sequence's state."""
