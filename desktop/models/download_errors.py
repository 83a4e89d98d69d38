"""What can go wrong with a download besides the network."""

from desktop.system.errors import RivuletError
from desktop.system.words import say


class DownloadError(RivuletError):
    """A download cannot begin, or cannot go on by itself."""


class UnsafeNameError(DownloadError):
    """A file's name, or what else the hub says of it, could lead out of the models folder."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("{name} is not the name of a model file that is safe to keep. Nothing was fetched; choose another.", name=name)
        )


class NoDigestError(DownloadError):
    """Nobody says what a file must be, so it could not be checked."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("The hub has no checksum of {name}, so it could not be checked. Nothing was fetched; choose another.", name=name)
        )


class AlreadyThereError(DownloadError):
    """A model was fetched before."""

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} is in your models folder already. It was not fetched again; remove it first to do so.", name=name))


class NoRoomError(DownloadError):
    """The disk cannot hold what is missing."""

    def __init__(self, needed: str, free: str) -> None:
        super().__init__(
            say(
                "The disk has {free} free, and this needs {needed}. What has arrived is kept; make room, or choose a smaller model.",
                needed=needed,
                free=free,
            )
        )


class DiskIsFullError(DownloadError):
    """The disk became full."""

    def __init__(self) -> None:
        super().__init__(say("The disk is full. What has arrived is kept; make room and resume."))


class DiskFaultError(DownloadError):
    """The models folder cannot be written or read."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            say("The models folder cannot be used ({reason}). What has arrived is kept; make it writable and resume.", reason=reason)
        )


class WrongContentError(DownloadError):
    """What arrived is not what the hub announced."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("{name} arrived damaged: its checksum is not the one that the hub has. It was removed; fetch it again.", name=name)
        )


class WrongSizeError(DownloadError):
    """A server has a file of another size than the hub announced."""

    def __init__(self, name: str) -> None:
        super().__init__(say("The server has another file under the name of {name}. Nothing of it was kept; try again later.", name=name))


class NoModelError(DownloadError):
    """A server sends something that is no GGUF, mostly a page that wants to be read."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "A web page or something else came in place of {name}. It was not kept; if you are in a network that asks for a login, log "
                "in there and try again.",
                name=name,
            )
        )


class UnexpectedDownloadError(DownloadError):
    """A download failed for a reason that nobody foresaw."""

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} could not be fetched; the log says more. What has arrived is kept; resume to try again.", name=name))
