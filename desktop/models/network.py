"""The network: the one module that opens connections, and only while the person allows it.

The hub's token goes to the hub's own host and nowhere else, so redirects are followed here, hop by hop. No cookie is kept and nothing
is told of this computer but the name and version of Rivulet.
"""

import asyncio
import logging
import os
import socket
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from json import loads
from math import ceil
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import desktop
from desktop.models.network_errors import (
    BusyHostError,
    CertificatesError,
    ConnectionLostError,
    HostFaultError,
    NetworkError,
    NoAccessError,
    NotThereError,
    OfflineError,
    ProxyError,
    RedirectError,
    SilentHostError,
    TokenRefusedError,
    UnexpectedAnswerError,
    UnknownHostError,
    UnreachableHostError,
    UntrustedHostError,
)
from desktop.system.threads import in_thread
from desktop.system.words import say

if TYPE_CHECKING:
    import httpx

HUB = "https://huggingface.co"
MOST_HOPS = 5
CONNECT_PATIENCE = 15.0  # seconds
SILENCE = 30.0  # seconds without a byte, after which a connection counts as dead
LONGEST_WAIT = 3600.0  # seconds; whatever a server asks for
USUAL_WAIT = 30  # seconds, where a busy server does not say
LARGEST_DOCUMENT = 16 << 20  # bytes

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"https": 443, "http": 80}
_PACKINGS = frozenset({"", "identity", "gzip", "deflate"})  # one at most: packed twice, a few kilobytes unpack to many gigabytes
_OF_REPOSITORY = frozenset({"GatedRepo", "RepoNotFound"})  # what the hub says where a token is none of its reasons


async def no_token() -> str | None:
    """Return that there is no token."""
    return None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answers: the head of it, and the way to the rest."""

    status: int
    headers: Mapping[str, str]  # whatever the case of their names
    host: str
    had_token: bool  # whether it was told the hub's token
    _response: "httpx.Response"
    _check: Callable[[], None]

    @property
    def retry_after(self) -> float:
        """Return how many seconds the server asks to wait; 0: it does not say."""
        said = self.headers.get("retry-after", "").strip()
        try:
            seconds = float(said) if said.isdecimal() else parsedate_to_datetime(said).timestamp() - time.time()
        except (ValueError, OverflowError):
            return 0.0
        return min(max(0.0, seconds), LONGEST_WAIT)

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Give the bytes as they come, some 64 KiB at once, unpacked where they were packed. Raises NetworkError and OfflineError."""
        if self.headers.get("content-encoding", "").strip().lower() not in _PACKINGS:
            raise UnexpectedAnswerError(self.host, self.status)
        with _told(self.host):
            async for chunk in self._response.aiter_bytes():
                self._check()
                yield chunk

    def refusal(self, what: str) -> NetworkError:
        """Return the error that tells of a status that is no success; what: the name of what was asked for."""
        match self.status:
            case 401 if self.had_token and self.headers.get("x-error-code") not in _OF_REPOSITORY:
                return TokenRefusedError(self.host)
            case 401 | 403:
                return NoAccessError(what)
            case 404 | 410:
                return NotThereError(what)
            case 429:
                return BusyHostError(self.host, ceil(self.retry_after) or USUAL_WAIT)
            case 408:
                return SilentHostError(self.host)
            case status if status >= 500:
                return HostFaultError(self.host, status)
        return UnexpectedAnswerError(self.host, self.status)


class Network:
    """Connections to the hub and to where it leads. For one event loop; close() in it."""

    def __init__(
        self,
        is_allowed: Callable[[], bool],
        endpoint: str | None = None,
        token: Callable[[], Awaitable[str | None]] = no_token,
        silence: float = SILENCE,
        trust: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        """Take what says whether the person allows it, and what knows the hub's token.

        endpoint: the hub's address (None: what HF_ENDPOINT says, or the usual one); silence: seconds without a byte after which a
        connection is given up; trust: makes what certificates are checked by (None: the usual authorities).
        """
        said = (endpoint or os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")
        self.endpoint = said if "://" in said else f"https://{said}"
        self._is_allowed, self._token, self._silence, self._trust = is_allowed, token, silence, trust
        self._client: httpx.AsyncClient | None = None
        self._making = asyncio.Lock()

    def require(self) -> None:
        """Raise OfflineError where the network is forbidden."""
        if not self._is_allowed():
            raise OfflineError

    @asynccontextmanager
    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> AsyncIterator[Answer]:
        """Ask for an address and give the answer, whatever its status; its bytes are read while the block runs.

        Raises NetworkError and OfflineError.
        """
        for _ in range(MOST_HOPS + 1):
            self.require()
            host, credentials = _host(url), await self._credentials(url)  # which may take time, while the client is closed
            client = await self._ready_client()
            with _told(host):
                request = client.build_request("GET", url, headers={**(headers or {}), **credentials})
                response = await client.send(request, stream=True)
            try:
                if response.status_code not in _REDIRECTS:
                    yield Answer(response.status_code, response.headers, host, bool(credentials), response, self.require)
                    return
                url = _next_address(url, response.headers.get("location", ""))
            finally:
                await response.aclose()
        raise RedirectError(_host(url))

    async def document(self, path: str, what: str) -> object:
        """Return the JSON that is at a path of the hub ("/api/…"); what: its name in sentences. Raises NetworkError and OfflineError."""
        async with self.get(self.endpoint + path, {"accept": "application/json"}) as answer:
            if answer.status != 200:
                raise answer.refusal(what)
            data = bytearray()
            async with aclosing(answer.chunks()) as chunks:
                async for chunk in chunks:
                    data += chunk
                    if len(data) > LARGEST_DOCUMENT:
                        raise UnexpectedAnswerError(answer.host, answer.status)
        try:
            return cast(object, loads(data))
        except (ValueError, RecursionError) as error:
            raise UnexpectedAnswerError(answer.host, answer.status) from error

    async def close(self) -> None:
        """Close all connections. The next question opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _credentials(self, url: str) -> dict[str, str]:
        if _origin(url) != _origin(self.endpoint) or not (url.startswith("https:") or _is_loopback(_host(url))):
            return {}
        token = await self._token()
        return {"authorization": f"Bearer {token}"} if token else {}

    async def _ready_client(self) -> "httpx.AsyncClient":
        async with self._making:
            if self._client is None:
                self._client = await in_thread("network", self._make_client)  # reads certificates
            return self._client

    def _make_client(self) -> "httpx.AsyncClient":
        import httpx  # slow

        for name in ("httpx", "httpcore"):  # they log addresses, which are nobody's business
            logging.getLogger(name).setLevel(logging.WARNING)
        try:
            trust = self._trust() if self._trust else httpx.create_ssl_context()
        except OSError as error:  # SSLError is one
            raise CertificatesError(error.strerror or type(error).__name__) from error
        try:
            return httpx.AsyncClient(
                verify=trust,
                headers={"user-agent": f"Rivulet/{desktop.__version__}"},
                timeout=httpx.Timeout(self._silence, connect=CONNECT_PATIENCE),
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
                follow_redirects=False,
            )
        except (ImportError, ValueError) as error:  # a kind of proxy that is not known here
            raise ProxyError(str(error).partition(".")[0]) from error
        except httpx.InvalidURL:
            raise ProxyError(say("its address is not valid")) from None  # what is wrong with it may be its password


@contextmanager
def _told(host: str) -> Iterator[None]:
    """Raise what went wrong on the way to a host as a sentence."""
    import httpx

    try:
        yield
    except httpx.ProxyError as error:
        raise ProxyError(str(error)) from error
    except httpx.TimeoutException as error:
        raise SilentHostError(host) from error
    except httpx.ConnectError as error:
        raise _unconnected(host, error) from error
    except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
        raise ConnectionLostError(host) from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise RedirectError(host) from error
    except httpx.HTTPError as error:
        raise UnexpectedAnswerError(host, 0) from error


def _unconnected(host: str, error: Exception) -> NetworkError:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return UntrustedHostError(host, cause.verify_message)
        if isinstance(cause, ssl.SSLError):
            return UntrustedHostError(host, cause.reason or type(cause).__name__)
        if isinstance(cause, socket.gaierror):
            return UnknownHostError(host)
    return UnreachableHostError(host)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for below in error.exceptions:
                yield from _causes(below)
        error = error.__cause__ or error.__context__


def _next_address(url: str, location: str) -> str:
    import httpx

    try:
        to = httpx.URL(url).join(location)
    except httpx.InvalidURL as error:
        raise RedirectError(_host(url)) from error
    is_address = location and to.host and to.scheme in _PORTS and not to.userinfo and (to.port or 0) < 1 << 16
    if not is_address or (url.startswith("https:") and to.scheme != "https"):
        raise RedirectError(_host(url))
    return str(to)


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
    except ValueError as error:
        raise UnknownHostError(url) from error


def _host(url: str) -> str:
    return _origin(url)[1]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
