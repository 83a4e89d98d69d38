"""What can go wrong between this computer and a server."""

from desktop.system.errors import RivuletError
from desktop.system.words import counted, say


class OfflineError(RivuletError):
    """The person does not let Rivulet use the network."""

    def __init__(self) -> None:
        super().__init__(
            say("Rivulet may not use the network. Nothing was fetched; allow it in the settings, and start it without --offline.")
        )


class NetworkError(RivuletError):
    """A server cannot be reached, or does not give what it was asked for."""

    is_passing = False  # whether it may go by itself, so that it is worth to try again


class UnknownHostError(NetworkError):
    """Nobody knows a server's address."""

    is_passing = True

    def __init__(self, host: str) -> None:
        super().__init__(say("{host} is not found on the network. What has arrived is kept; check your connection.", host=host))


class UnreachableHostError(NetworkError):
    """A server takes no connection."""

    is_passing = True

    def __init__(self, host: str) -> None:
        super().__init__(say("{host} cannot be reached. What has arrived is kept; check your connection, or try again later.", host=host))


class UntrustedHostError(NetworkError):
    """A server cannot prove who it is."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(
            say(
                "{host} could not prove that it is {host} ({reason}). Nothing was fetched from it; check this computer's date, and who "
                "runs the network that you are in.",
                host=host,
                reason=reason,
            )
        )


class CertificatesError(NetworkError):
    """What servers are trusted by cannot be read on this computer."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            say(
                "The certificates that this computer is set to trust servers by cannot be read ({reason}). Nothing was fetched; check what "
                "SSL_CERT_FILE and SSL_CERT_DIR name.",
                reason=reason,
            )
        )


class SilentHostError(NetworkError):
    """A server says nothing any more."""

    is_passing = True

    def __init__(self, host: str) -> None:
        super().__init__(say("{host} does not answer. What has arrived is kept; check your connection, or try again later.", host=host))


class ConnectionLostError(NetworkError):
    """A connection ended before all was said."""

    is_passing = True

    def __init__(self, host: str) -> None:
        super().__init__(say("The connection to {host} was lost. What has arrived is kept; check your connection.", host=host))


class RedirectError(NetworkError):
    """A server leads to where nobody may be led."""

    def __init__(self, host: str) -> None:
        super().__init__(say("{host} leads to a place that is not safe to follow. Nothing was fetched; try again later.", host=host))


class ProxyError(NetworkError):
    """The proxy that the system names cannot be used."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            say("The proxy that this computer is set to use does not work ({reason}). Nothing was fetched; check it.", reason=reason)
        )


class TokenRefusedError(NetworkError):
    """The hub does not know the person's token."""

    def __init__(self, host: str) -> None:
        super().__init__(
            say(
                "{host} does not accept your access token, which may have been withdrawn or have run out. What has arrived is kept; give "
                "Rivulet a new one, or remove it, and try again.",
                host=host,
            )
        )


class NoAccessError(NetworkError):
    """An owner wants to know who fetches a model, or wants nobody to."""

    def __init__(self, what: str) -> None:
        super().__init__(
            say(
                "{what} is only for people whom its owner has let in. What has arrived is kept; ask for access on its page at Hugging "
                "Face, give Rivulet your access token, and try again.",
                what=what,
            )
        )


class NotThereError(NetworkError):
    """A server does not have what it was asked for."""

    def __init__(self, what: str) -> None:
        super().__init__(say("{what} is not there, or not any more. What has arrived is kept; look for another model.", what=what))


class BusyHostError(NetworkError):
    """A server wants fewer questions."""

    is_passing = True

    def __init__(self, host: str, seconds: int) -> None:
        super().__init__(
            counted(
                "{host} is asked too much now. What has arrived is kept; try again in {count} seconds.",
                "{host} is asked too much now. What has arrived is kept; try again in {count} second.",
                seconds,
                host=host,
            )
        )
        self.seconds = seconds


class HostFaultError(NetworkError):
    """A server has a fault of its own."""

    is_passing = True

    def __init__(self, host: str, status: int) -> None:
        super().__init__(
            say("{host} has a fault now ({status}). What has arrived is kept; try again later.", host=host, status=str(status))
        )


class UnexpectedAnswerError(NetworkError):
    """A server answers what nobody can use."""

    def __init__(self, host: str, status: int) -> None:
        super().__init__(
            say(
                "{host} answers what Rivulet does not understand ({status}). What has arrived is kept; try again later.",
                host=host,
                status=str(status),
            )
        )
