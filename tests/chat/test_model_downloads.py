"""What the window is told of downloads, and how it asks for them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import DownloadsChanged
from desktop.chat.model_downloads import ModelDownloads
from desktop.chat.models_api import Downloads
from desktop.models.catalogue import read_catalogue
from desktop.models.download import Download, DownloadPhase, HubFile
from desktop.models.network import Network
from desktop.models.network_errors import OfflineError
from desktop.system.resources import resource
from tests.hub_server import Fault, HubServer, trusting_nobody
from tests.models.downloading import is_empty, model_bytes, offered

MODEL = read_catalogue(resource("catalogue.json"))[0]


class Desk:
    """Downloads with a window's ear."""

    def __init__(self, hub: HubServer, models: Path, file: HubFile, is_allowed: bool = True) -> None:
        self.events, self.sought, self.finished = EventBuffer(), list[tuple[str, str]](), list[Path]()
        self._file = file
        self.network = Network(lambda: is_allowed, hub.endpoint, trust=trusting_nobody)
        self.downloads = ModelDownloads(self.network, lambda: models, lambda: 1, self.events, self._resolve, self._finish)
        self.told: list[tuple[Download, ...]] = []

    async def _resolve(self, repository: str, file: str) -> HubFile:
        self.sought.append((repository, file))
        return self._file

    async def _finish(self, file: HubFile, paths: Sequence[Path]) -> None:
        self.finished.extend(paths)

    def hear(self) -> list[tuple[Download, ...]]:
        events = self.events.drain()
        assert all(isinstance(event, DownloadsChanged) for event in events)
        self.told += [event.downloads for event in events if isinstance(event, DownloadsChanged)]
        return self.told

    async def until(self, is_so: Callable[[Sequence[tuple[Download, ...]]], object]) -> None:
        async with asyncio.timeout(20):
            while not is_so(self.hear()):  # noqa: ASYNC110 - as a window that draws
                await asyncio.sleep(0.01)


@pytest.fixture
def hub() -> object:
    with HubServer().running() as hub:
        yield hub


def driven(hub: HubServer, models: Path, file: HubFile, scenario: Callable[[Desk], Awaitable[None]], is_allowed: bool = True) -> None:
    async def framed() -> None:
        desk = Desk(hub, models, file, is_allowed)
        try:
            await desk.downloads.open()
            await scenario(desk)
        finally:
            await desk.downloads.close()
            await desk.network.close()

    asyncio.run(framed())


def test_a_model_of_the_catalogue_is_sought_on_the_hub_and_fetched(hub: HubServer, tmp_path: Path) -> None:
    file = offered(hub, model_bytes(50_000))

    async def scenario(desk: Desk) -> None:
        downloads: Downloads = desk.downloads
        key = await downloads.fetch(MODEL)
        assert desk.sought == [(MODEL.repository, MODEL.file)]
        await desk.until(lambda told: told and told[-1] == ())
        last = [it for shown in desk.told for it in shown]
        assert {it.id for it in last} == {key}
        assert last[-1].phase is DownloadPhase.DONE
        assert last[-1].path == desk.finished[0]
        assert downloads.all == ()

    driven(hub, tmp_path, file, scenario)


def test_the_window_is_told_no_oftener_than_it_can_be_read(hub: HubServer, tmp_path: Path) -> None:
    file = offered(hub, model_bytes(900_000), faults=[Fault(rate=400_000)])

    async def scenario(desk: Desk) -> None:
        key = await desk.downloads.fetch(file)
        assert desk.sought == []
        await desk.until(lambda told: any(it.done > 250_000 for it in told[-1]))
        running = [it for (it,) in desk.told if it.phase is DownloadPhase.RUNNING]
        assert 2 <= len(running) <= 8
        assert running[-1].speed > 0
        await desk.downloads.pause(key)
        assert desk.hear()[-1][0].phase is DownloadPhase.PAUSED
        await desk.downloads.resume(key)
        assert any(it.phase is DownloadPhase.QUEUED for shown in desk.hear()[-3:] for it in shown)
        await desk.downloads.cancel(key)
        assert desk.hear()[-1] == ()
        assert is_empty(tmp_path)

    driven(hub, tmp_path, file, scenario)


def test_the_hub_is_not_asked_where_the_network_is_forbidden(hub: HubServer, tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        with pytest.raises(OfflineError):
            await desk.downloads.fetch(MODEL)
        assert desk.sought == []

    driven(hub, tmp_path, offered(hub, model_bytes(5000)), scenario, is_allowed=False)
    assert hub.requests == []


def test_what_an_earlier_start_left_is_shown(hub: HubServer, tmp_path: Path) -> None:
    file = offered(hub, model_bytes(400_000), faults=[Fault(rate=400_000)])

    async def begun(desk: Desk) -> None:
        await desk.downloads.fetch(file)
        await desk.until(lambda told: told[-1][0].done)

    async def found(desk: Desk) -> None:
        ((download,),) = desk.hear()
        assert download.phase is DownloadPhase.PAUSED
        assert 0 < download.done < file.size
        assert list(desk.downloads.all) == [download]

    driven(hub, tmp_path, file, begun)
    driven(hub, tmp_path, file, found)
    assert len(hub.requests) == 1
