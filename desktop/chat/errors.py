"""What can go wrong in chats besides what the layers below raise."""

from desktop.system.errors import RivuletError


class UnexpectedLoadError(RivuletError):
    """Loading a model failed for a reason that nobody foresaw."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} could not be loaded; the log says more. Your chats are kept; choose another model file.")


class StillReplyingError(RivuletError):
    """A chat takes one message at a time."""

    def __init__(self) -> None:
        super().__init__("This chat is still replying. What you wrote is kept; stop the reply or wait for it.")


class NothingToAnswerError(RivuletError):
    """A reply can be written again only where a person's message stands before it."""

    def __init__(self) -> None:
        super().__init__("This message answers nobody, so it cannot be written again. It stays as it is.")


class NotPlainError(RivuletError):
    """Plain text is fed to plain chats only."""

    def __init__(self) -> None:
        super().__init__("This chat uses the model's chat template, so plain text cannot be fed to it. Begin a plain chat for that.")
