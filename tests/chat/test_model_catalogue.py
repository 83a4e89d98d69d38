"""What the window is offered: the catalogue with what is there already, the hub, and the key to it."""

import asyncio
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.chat.hub_token import HubAccess, NoTokenError
from desktop.chat.model_catalogue import ModelCatalogue
from desktop.models.catalogue import read_catalogue
from desktop.models.entry import FileStamp, ModelEntry, Origin
from desktop.models.fit import Fit, FitWord, MemoryNeed, MemoryRoom
from desktop.models.header import ModelShape
from desktop.models.hub import Hub
from desktop.models.network import Network, no_token
from desktop.models.network_errors import NoAccessError, OfflineError
from desktop.system.logs import open_log
from desktop.system.resources import resource
from desktop.system.secrets import HUB_TOKEN, SERVICE, Secret
from desktop.system.words import say
from tests.hub_server import Answer, HubApi, HubServer, trusting_nobody
from tests.keyring_double import Ring, in_place

MODELS = read_catalogue(resource("catalogue.json"))
CANARY = "hf_Canary7qWx"
TRUSTED = (f"{Ring.__module__}.{Ring.__qualname__}",)


@pytest.fixture(scope="module")
def running_server() -> Iterator[HubServer]:
    with HubServer().running() as server:
        yield server


@pytest.fixture
def server(running_server: HubServer) -> HubServer:
    running_server.routes.clear()
    running_server.requests.clear()
    return running_server


def fit(shape: ModelShape, size: int, tokens: int) -> Fit:
    word = FitWord.FITS if size < 3e9 else FitWord.TOO_LARGE
    return Fit(word, MemoryNeed(size, 0, 0), MemoryRoom(4 * 10**9), 0, shape.layers)


def entry(name: str, **changes: object) -> ModelEntry:
    usual: dict[str, object] = {"size": 1, "stamp": FileStamp(1, 1, 1, 1), "header": None}
    return ModelEntry(path=Path("/models") / name, origin=Origin.HUB_CACHE, **{**usual, **changes})  # type: ignore[arg-type]


def network(server: HubServer, access: HubAccess | None = None, *, is_allowed: bool = True) -> Network:
    return Network(lambda: is_allowed, server.endpoint, access.read if access else no_token, trust=trusting_nobody)


def test_offers_are_sorted_one_is_recommended_and_what_is_there_is_known(server: HubServer) -> None:
    entries = [
        entry("qwen3-0.6b-q8_0.gguf"),
        entry("Qwen3-8B-Q4_K_M.gguf", fault=say("is damaged")),
        entry("Qwen3-14B-Q4_K_M.gguf", missing_parts=1),
        entry("another.gguf"),
    ]
    offers = ModelCatalogue(MODELS, Hub(network(server)), fit, lambda: entries).offers
    assert {offer.model.name for offer in offers} == {model.name for model in MODELS}
    assert [offer.fit.word for offer in offers] == sorted((offer.fit.word for offer in offers), key=list(FitWord).index)
    [best] = [offer for offer in offers if offer.is_recommended]
    assert best is offers[0]
    assert [(offer.model.name, offer.entry) for offer in offers if offer.entry] == [("Qwen3 0.6B", entries[0])]
    assert server.requests == [], "the catalogue asks nobody"


def test_the_hub_is_searched_and_a_file_of_the_catalogue_is_found_there(server: HubServer) -> None:
    api, model = HubApi(server), MODELS[0]
    served = api.add_file(model.repository, model.file, b"GGUF" + bytes(100))

    async def scenario() -> None:
        connections = network(server)
        catalogue = ModelCatalogue(MODELS, Hub(connections), fit, list)
        assert [found.repository for found in await catalogue.search("qwen")] == [model.repository]
        [listed] = await catalogue.files(model.repository)
        assert listed == await catalogue.resolve(model.repository, model.file)
        assert (listed.names, listed.digests) == ((model.file,), (served.digest,))
        await connections.close()

    asyncio.run(scenario())


def test_offline_nothing_is_asked(server: HubServer) -> None:
    async def scenario() -> None:
        catalogue = ModelCatalogue(MODELS, Hub(network(server, is_allowed=False)), fit, list)
        for question in (catalogue.search("x"), catalogue.files("a/b"), catalogue.resolve("a/b", "c.gguf")):
            with pytest.raises(OfflineError, match="Rivulet may not use the network"):
                await question

    asyncio.run(scenario())
    assert server.requests == []


@pytest.mark.parametrize("text", ["", "  ", "hf_a b", "hf_a\nX-Header: b", "hf_ä", "x" * 513, "hf_\x00"])
def test_what_cannot_be_a_token_is_not_kept(text: str) -> None:
    async def scenario() -> None:
        access = HubAccess(Secret(HUB_TOKEN, TRUSTED))
        with pytest.raises(NoTokenError) as raised:
            await access.keep(text)
        assert text.strip() == "" or text not in str(raised.value)
        assert not await access.is_kept()

    with in_place() as ring:
        asyncio.run(scenario())
        assert not ring.entries


def test_what_others_put_into_the_keyring_is_looked_at() -> None:
    async def scenario() -> None:
        ring.set_password(SERVICE, HUB_TOKEN, "hf_ä\nX-Header: b")
        access = HubAccess(Secret(HUB_TOKEN, TRUSTED))
        assert await access.read() is None
        assert not await access.is_kept()

    with in_place() as ring:
        asyncio.run(scenario())


@pytest.mark.parametrize("trusted", [TRUSTED, ()], ids=["keyring", "memory"])
def test_the_token_is_in_no_file_no_log_and_no_exception(
    server: HubServer, tmp_path: Path, trusted: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    api, told = HubApi(server), list[str]()

    async def scenario() -> None:
        access = HubAccess(Secret(HUB_TOKEN, trusted))
        assert await access.keep(f" {CANARY}\n") is bool(trusted)
        assert await access.is_kept()
        connections = network(server, access)
        catalogue = ModelCatalogue(MODELS, Hub(connections), fit, list)
        for status in (200, 403, 500):
            api.answers = [Answer(status, b"no json", {"X-Echo": CANARY})]
            try:
                await catalogue.files("maker/gated")
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not tell
                told.append("".join(traceback.format_exception(error)))
                is_no_access = isinstance(error, NoAccessError)
                assert is_no_access == (status == 403)
        told.extend(repr(it) for it in (access, catalogue, connections, await access.is_kept()))
        await access.forget()
        assert not await access.is_kept()
        await connections.close()

    close = open_log(tmp_path)
    try:
        with in_place() as ring, caplog.at_level(logging.DEBUG):
            for name in ("httpx", "httpcore", "asyncio", "desktop"):
                caplog.set_level(logging.DEBUG, name)
            asyncio.run(scenario(), debug=True)
            assert not ring.entries
    finally:
        close()
    assert [request.headers.get("authorization") for request in server.requests[-3:]] == [f"Bearer {CANARY}"] * 3, "or nothing was tested"
    assert len(told) == 7
    assert CANARY not in "".join([*told, caplog.text])
    assert all(CANARY.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
