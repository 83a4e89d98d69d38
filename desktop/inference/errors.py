"""What can go wrong in inference."""

from desktop.system.cache_type import CacheType
from desktop.system.errors import RivuletError
from desktop.system.words import say


class ModelLoadError(RivuletError):
    """A model file could not be loaded."""

    def __init__(self, name: str, detail: str) -> None:
        if detail:
            told = say("{name} could not be loaded ({detail}). Your chats are kept; choose another model file.", name=name, detail=detail)
        else:
            told = say("{name} could not be loaded. Your chats are kept; choose another model file.", name=name)
        super().__init__(told)


class UnsupportedModelError(RivuletError):
    """The file is a model, but none that chats."""

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} is not a model that writes text. Your chats are kept; choose another model file.", name=name))


class ContextCreationError(RivuletError):
    """The context could not be allocated, or not with this cache type."""

    def __init__(self, tokens: int, cache_type: CacheType = CacheType.F16) -> None:
        if cache_type is CacheType.F16:
            told = say(
                "There is not enough memory for a context of {tokens} tokens. Your chats are kept; close other programs or choose a "
                "smaller model.",
                tokens=tokens,
            )
        else:
            told = say(
                "There is not enough memory for a context of {tokens} tokens, or this model cannot keep its cache as {cache_type}. Your "
                "chats are kept; close other programs, choose another cache type or a smaller model.",
                tokens=tokens,
                cache_type=str(cache_type),
            )
        super().__init__(told)


class ModelClosedError(RivuletError):
    """No model is loaded, or it was unloaded meanwhile."""

    def __init__(self) -> None:
        super().__init__(say("No model is loaded. Your message is kept; open a model file."))


class ContextOverflowError(RivuletError):
    """A prompt is longer than the context."""

    def __init__(self, needed: int, available: int) -> None:
        super().__init__(
            say(
                "This chat needs {needed} tokens and the context has {available}. Your message is kept; choose what the model reads.",
                needed=needed,
                available=available,
            )
        )
        self.needed, self.available = needed, available


class TemplateError(RivuletError):
    """The model's chat template cannot render this chat."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            say("The model's chat template failed: {detail}. Your message is kept; another model can answer it.", detail=detail)
        )
        self.detail = detail


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


class LoadCancelledError(Exception):
    """Whoever asked for a model wants it no longer."""
