"""What can go wrong in chats besides what the layers below raise."""

from desktop.system.errors import RivuletError
from desktop.system.words import say


class UnexpectedLoadError(RivuletError):
    """Loading a model failed for a reason that nobody foresaw."""

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} could not be loaded; the log says more. Your chats are kept; choose another model file.", name=name))


class ModelCrashError(RivuletError):
    """A model file ended the process in which it was tried."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "{name} ended the process in which it was tried: it is damaged, made to do harm, or not for this version of Rivulet. "
                "It was not loaded and your chats are kept; choose another model file.",
                name=name,
            )
        )


class ModelHangError(RivuletError):
    """Trying a model file did not come to an end."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "{name} was tried in a process of its own, which did not end in time. It was not loaded and your chats are kept; try "
                "again when the computer has less to do, or choose another model file.",
                name=name,
            )
        )


class TemplateFaultError(RivuletError):
    """No chat can be written with a model's chat template."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(
            say(
                "The chat template of {name} does not work ({detail}). The model was not loaded and your chats are kept; choose "
                "another model file.",
                name=name,
                detail=detail,
            )
        )


class TemplateLimitFaultError(RivuletError):
    """A model's chat template does not end, or makes a text without end."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "The chat template of {name} takes too long or makes too long a text. The model was not loaded and your chats are kept; "
                "choose another model file.",
                name=name,
            )
        )


class ModelTooLargeError(RivuletError):
    """A model was not loaded because its memory would leave other programs too little."""

    def __init__(self, name: str, need: int, free: int, tokens: int, fitting: int = 0) -> None:
        need_gb, free_gb = round(need / 1e9, 1), round(free / 1e9, 1)
        if fitting:
            told = say(
                "{name} takes about {need} GB with a context of {tokens} tokens, and {free} GB are free. Nothing was changed; a context "
                "of {fitting} tokens fits.",
                name=name,
                need=need_gb,
                tokens=tokens,
                free=free_gb,
                fitting=fitting,
            )
        else:
            told = say(
                "{name} takes about {need} GB, and {free} GB are free. Nothing was changed; close other programs or choose a smaller "
                "model.",
                name=name,
                need=need_gb,
                free=free_gb,
            )
        super().__init__(told)


class StillReplyingError(RivuletError):
    """A chat takes one message at a time."""

    def __init__(self) -> None:
        super().__init__(say("This chat is still replying. What you wrote is kept; stop the reply or wait for it."))


class MessageTooLongError(RivuletError):
    """A message was not sent because no reply would fit behind it."""

    def __init__(self, needed: int, most: int) -> None:
        super().__init__(
            say(
                "With this message the chat has {needed} tokens, and {most} leave room for a reply. It was not sent and is kept; "
                "shorten it, leave out a file, or start a new chat.",
                needed=needed,
                most=most,
            )
        )
        self.needed, self.most = needed, most


class NothingToAnswerError(RivuletError):
    """A reply can be written again only where a person's message stands before it."""

    def __init__(self) -> None:
        super().__init__(say("This message answers nobody, so it cannot be written again. It stays as it is."))


class NotPlainError(RivuletError):
    """Plain text is fed to plain chats only."""

    def __init__(self) -> None:
        super().__init__(say("This chat uses the model's chat template, so plain text cannot be fed to it. Begin a plain chat for that."))


class SummaryStoppedError(RivuletError):
    """The person ended a summary before it was written."""

    def __init__(self) -> None:
        super().__init__(say("Stopped. No summary was written, and the chat stays as it is."))


class NoSummaryError(RivuletError):
    """The model wrote nothing where a summary was wanted."""

    def __init__(self) -> None:
        super().__init__(say("The model wrote no summary. The chat stays as it is; leave out its oldest messages or choose another model."))
