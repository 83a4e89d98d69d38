"""Connections: only where they are allowed, nothing told that need not be, and every failure in a sentence."""

import ast
import asyncio
import gzip
import logging
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

import desktop
from desktop.models import network_errors
from desktop.models.network import HUB, LONGEST_WAIT, Network
from desktop.models.network_errors import NetworkError, OfflineError, RedirectError
from tests.hub_server import Answer, Fault, HubServer, trusting_nobody

ROOT = Path(desktop.__file__).parent
TOKEN = "hf_canaryCanaryCanary"
FORBIDDEN = {"socket", "ssl", "httpx", "httpcore", "anyio", "requests", "urllib3", "aiohttp", "huggingface_hub"}
FORBIDDEN |= {"urllib.request", "http.client", "ftplib", "smtplib", "PySide6.QtNetwork", "PySide6.QtWebSockets"}
LOCAL = {"app/display.py", "app/signals.py", "app/instance_client.py", "app/instance_server.py"}  # sockets that leave no computer
ALLOWED_IN = {"models/network.py": {"socket", "ssl", "httpx"}, "models/hub.py": {"huggingface_hub"}}


async def token() -> str | None:
    return TOKEN


def made(endpoint: str, **values: object) -> Network:
    return Network(lambda: True, endpoint, silence=0.4, trust=trusting_nobody, **values)  # type: ignore[arg-type]


def asked(network: Network, url: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    async def scenario() -> tuple[int, bytes]:
        try:
            async with network.get(url, headers) as answer:
                return answer.status, b"".join([chunk async for chunk in answer.chunks()])
        finally:
            await network.close()

    return asyncio.run(scenario())


def fails(network: Network, url: str) -> NetworkError:
    with pytest.raises(NetworkError) as caught:
        asked(network, url)
    return caught.value


@pytest.fixture
def other() -> AbstractContextManager[HubServer]:
    return HubServer().running()


def test_the_token_goes_to_the_hub_alone(hub: HubServer, other: AbstractContextManager[HubServer]) -> None:
    with other as elsewhere:
        hub.routes.append(lambda request: Answer(302, headers={"Location": f"{elsewhere.endpoint}/there"}))
        elsewhere.routes.append(
            lambda request: Answer(302, headers={"Location": "/here"}) if request.path == "/there" else Answer(body=b"x")
        )
        assert asked(made(hub.endpoint, token=token), f"{hub.endpoint}/x") == (200, b"x")
    assert [request.headers.get("authorization") for request in hub.requests] == [f"Bearer {TOKEN}"]
    assert [request.path for request in elsewhere.requests] == ["/there", "/here"]
    for request in elsewhere.requests:
        assert TOKEN not in str(request)
        assert "authorization" not in request.headers


def test_the_token_follows_within_the_hub(hub: HubServer) -> None:
    hub.routes.append(lambda request: Answer(307, headers={"Location": "/b"}) if request.path == "/a" else Answer(body=b"x"))
    assert asked(made(hub.endpoint, token=token), f"{hub.endpoint}/a") == (200, b"x")
    assert [request.headers["authorization"] for request in hub.requests] == [f"Bearer {TOKEN}"] * 2


@pytest.mark.parametrize(
    ("endpoint", "url", "is_told"),
    [
        (HUB, HUB + "/x", True),
        (HUB, "https://huggingface.co:443/x", True),
        (HUB, "https://HUGGINGFACE.co/x", True),
        (HUB, "https://huggingface.co:8443/x", False),
        (HUB, "http://huggingface.co/x", False),
        (HUB, "https://huggingface.co.evil.example/x", False),
        (HUB, "https://cdn.huggingface.co/x", False),
        ("http://mirror.example", "http://mirror.example/x", False),
        ("http://127.0.0.1:5", "http://127.0.0.1:5/x", True),
        ("http://localhost:5", "http://localhost:5/x", True),
    ],
)
def test_the_token_is_bound_to_the_hubs_address(monkeypatch: pytest.MonkeyPatch, endpoint: str, url: str, is_told: bool) -> None:
    seen = answered(monkeypatch, lambda request: httpx.Response(200))
    asked(made(endpoint, token=token), url)
    assert [request.headers.get("authorization") for request in seen] == [f"Bearer {TOKEN}" if is_told else None]


def answered(monkeypatch: pytest.MonkeyPatch, answer: Callable[[httpx.Request], httpx.Response]) -> list[httpx.Request]:
    """Answer in place of hosts that are not there."""
    seen: list[httpx.Request] = []
    transport = httpx.MockTransport(lambda request: (seen.append(request), answer(request))[1])
    real = httpx.AsyncClient
    monkeypatch.setattr(httpx, "AsyncClient", lambda **values: real(transport=transport, **values))
    return seen


def test_what_is_secret_stays_so_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = answered(monkeypatch, lambda request: httpx.Response(302, headers={"location": "http://huggingface.co/x"}))
    assert isinstance(fails(made(HUB, token=token), HUB + "/x"), RedirectError)
    assert len(seen) == 1


@pytest.mark.parametrize(
    "location", ["", "ftp://127.0.0.1/", "file:///etc/passwd", "http://a:b@127.0.0.1/", "http://127.0.0.1:65536/", "javascript:1"]
)
def test_nobody_is_led_to_where_it_is_not_safe(hub: HubServer, location: str) -> None:
    hub.routes.append(lambda request: Answer(302, headers={"Location": location}) if request.path == "/x" else None)
    assert isinstance(fails(made(hub.endpoint), f"{hub.endpoint}/x"), RedirectError)
    assert len(hub.requests) == 1


def test_nothing_is_told_that_need_not_be(hub: HubServer) -> None:
    hub.routes.append(lambda request: Answer(body=b"x", headers={"Set-Cookie": "who=you; Path=/"}))

    async def scenario() -> None:
        network = made(hub.endpoint)
        for _ in range(2):
            async with network.get(f"{hub.endpoint}/x") as answer:
                assert answer.status == 200
        await network.close()

    asyncio.run(scenario())
    headers = {
        "host": hub.endpoint.removeprefix("http://"),
        "accept": "*/*",
        "accept-encoding": "gzip, deflate",
        "connection": "keep-alive",
    }
    assert [dict(request.headers) for request in hub.requests] == [headers | {"user-agent": f"Rivulet/{desktop.__version__}"}] * 2


def test_no_address_is_logged(hub: HubServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with caplog.at_level(logging.DEBUG, "desktop"):
        asked(made(hub.endpoint, token=token), f"{hub.endpoint}/secret?x=y")
    assert "secret" not in caplog.text
    assert TOKEN not in caplog.text


def test_where_it_is_forbidden_nothing_is_opened(hub: HubServer) -> None:
    network = Network(lambda: False, hub.endpoint, token=token)
    with pytest.raises(OfflineError, match="may not use the network"):
        asked(network, f"{hub.endpoint}/x")
    assert hub.requests == []


def test_forbidding_it_holds_at_once(hub: HubServer) -> None:
    allowed = [True]
    hub.add("a/b", "main", "x.gguf", b"GGUF" + bytes(1 << 20), Fault(rate=1 << 20))
    network = Network(lambda: allowed[0], hub.endpoint, trust=trusting_nobody)

    async def scenario() -> None:
        async with network.get(f"{hub.endpoint}/a/b/resolve/main/x.gguf") as answer:
            chunks = answer.chunks()
            assert await anext(chunks)
            allowed[0] = False
            with pytest.raises(OfflineError):
                await anext(chunks)
        await network.close()

    asyncio.run(scenario())


def gaierror(*_: object, **__: object) -> None:
    raise socket.gaierror(-3, "Temporary failure in name resolution")


def test_what_keeps_a_connection_from_being_made_is_told(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "127.0.0.1 cannot be reached" in fails(made(""), "http://127.0.0.1:9/").sentence
    secure = hub.endpoint.replace("http:", "https:")
    untrusted = fails(made(secure), secure)  # speaks no TLS
    assert "127.0.0.1 could not prove that it is 127.0.0.1" in untrusted.sentence
    assert not untrusted.is_passing
    monkeypatch.setattr(socket, "getaddrinfo", gaierror)
    assert "nowhere.invalid is not found on the network" in fails(made(""), "http://nowhere.invalid/").sentence


def test_a_certificate_of_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        error = ssl.SSLCertVerificationError(1, "certificate verify failed")
        error.verify_message = "self-signed certificate"
        raise httpx.ConnectError("failed") from error

    answered(monkeypatch, refuse)
    assert "huggingface.co could not prove that it is huggingface.co (self-signed certificate)." in fails(made(HUB), HUB).sentence


@pytest.mark.parametrize("proxy", ["socks9://127.0.0.1:1", "http://127.0.0.1:9"])
def test_a_proxy_that_does_not_work_is_told(hub: HubServer, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    error = fails(made("http://hub.invalid"), "http://hub.invalid/")
    assert isinstance(error, network_errors.ProxyError | network_errors.UnreachableHostError)
    assert hub.requests == []


def test_a_proxy_is_used(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", hub.endpoint)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    hub.routes.append(lambda request: Answer(body=b"by way of the proxy"))
    assert asked(made("http://hub.invalid"), "http://hub.invalid/x") == (200, b"by way of the proxy")


def test_a_proxy_whose_address_is_none_is_told_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://who:a@b:canary@proxy.invalid:port")
    error = fails(made("http://hub.invalid"), "http://hub.invalid/")
    assert isinstance(error, network_errors.ProxyError)
    assert "canary" not in error.sentence


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificates_that_cannot_be_read_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "certificates.pem").write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificates.pem"))
    assert isinstance(fails(Network(lambda: True), HUB), network_errors.CertificatesError)


@pytest.mark.parametrize("packing", ["gzip, gzip", "br", "zstd"])
def test_what_could_unpack_to_any_size_is_not_unpacked(hub: HubServer, packing: str) -> None:
    body = gzip.compress(gzip.compress(bytes(1000)))
    hub.routes.append(lambda request: Answer(body=body, headers={"Content-Encoding": packing}))
    assert "does not understand" in fails(made(hub.endpoint), f"{hub.endpoint}/x").sentence


@pytest.mark.parametrize(
    ("status", "headers", "has_token", "error"),
    [
        (401, {}, True, network_errors.TokenRefusedError),
        (401, {}, False, network_errors.NoAccessError),
        (401, {"X-Error-Code": "GatedRepo"}, True, network_errors.NoAccessError),
        (403, {}, True, network_errors.NoAccessError),
    ],
)
def test_a_token_that_holds_no_more_is_told(
    hub: HubServer, status: int, headers: dict[str, str], has_token: bool, error: type[NetworkError]
) -> None:
    hub.routes.append(lambda request: Answer(status, headers=headers))
    network = made(hub.endpoint, **({"token": token} if has_token else {}))

    async def scenario() -> None:
        async with network.get(hub.endpoint + "/x") as answer:
            assert type(answer.refusal("tides")) is error
        await network.close()

    asyncio.run(scenario())


def test_a_question_outlasts_that_connections_are_closed(hub: HubServer) -> None:
    hub.routes.append(lambda request: Answer(body=b"x"))

    async def closing_token() -> None:
        await network.close()

    network = made(hub.endpoint, token=closing_token)

    async def scenario() -> None:
        async with network.get(f"{hub.endpoint}/x"):
            pass
        async with network.get(f"{hub.endpoint}/x") as answer:
            assert answer.status == 200
        await network.close()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("", 0),
        ("soon", 0),
        ("-5", 0),
        ("9" * 400, LONGEST_WAIT),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 2120 07:28:00 GMT", LONGEST_WAIT),
        ("Wed, 99 Oct 2120", 0),
    ],
)
def test_how_long_a_server_asks_to_wait(hub: HubServer, said: str, seconds: float) -> None:
    hub.routes.append(lambda request: Answer(429, headers={"Retry-After": said}))

    async def scenario() -> None:
        network = made(hub.endpoint)
        async with network.get(hub.endpoint + "/x") as answer:
            assert answer.retry_after == seconds
            assert answer.refusal("x").is_passing
        await network.close()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(404), "Somebody's model is not there"),
        (Answer(401), "Somebody's model is only for people whom its owner has let in"),
        (Answer(body=b"{"), "does not understand"),
        (Answer(body=b"[" * 100_000), "does not understand"),
        (Answer(body=b"\xff\xfe\x00"), "does not understand"),
        (Answer(body=b" " * (17 << 20)), "does not understand"),
        (Answer(body=b"not gzip", headers={"Content-Encoding": "gzip"}), "does not understand"),
    ],
)
def test_a_document_is_bounded_json(hub: HubServer, answer: Answer, told: str) -> None:
    assert told in str(read(hub, answer))


def test_a_document_is_read(hub: HubServer) -> None:
    assert read(hub, Answer(body=b'{"a": [1]}')) == {"a": [1]}
    assert hub.requests[-1].path == "/api/x"


def read(hub: HubServer, answer: Answer) -> object:
    hub.routes.append(lambda request: answer)

    async def scenario() -> object:
        network = made(hub.endpoint)
        try:
            return await network.document("/api/x", "Somebody's model")
        except NetworkError as error:
            return error
        finally:
            await network.close()

    return asyncio.run(scenario())


def test_the_hub_may_be_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    assert Network(lambda: True).endpoint == "https://huggingface.co"
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example/")
    assert Network(lambda: True).endpoint == "https://mirror.example"
    monkeypatch.setenv("HF_ENDPOINT", "mirror.example")
    assert Network(lambda: True).endpoint == "https://mirror.example"


def imports(path: Path) -> set[str]:
    """Return the packages, and modules of urllib, http and PySide6's network, that a module imports, inside of functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        found |= {*names, *(name.partition(".")[0] for name in names)}
    return found


def test_nobody_else_opens_connections() -> None:
    words = re.compile("|".join(name.rpartition(".")[2] for name in FORBIDDEN))
    for path in sorted(ROOT.rglob("*.py")):
        name, text = path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
        assert not re.search(r"\b(open_connection|create_connection|urlopen)\(", text), name
        if words.search(text):  # else it need not be parsed
            allowed = {"socket", "PySide6.QtNetwork"} if name in LOCAL else ALLOWED_IN.get(name, set())
            assert (imports(path) & FORBIDDEN) <= allowed, name
    assert imports(ROOT / "models" / "network.py") & FORBIDDEN == {"socket", "ssl", "httpx"}
