"""A queue of downloads from a hub on the loopback interface."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from desktop.models.download import Download, DownloadId, DownloadPhase, HubFile
from desktop.models.downloads import DownloadQueue
from desktop.models.network import Network
from tests.hub_server import Fault, HubServer, trusting_nobody

REPOSITORY, REVISION = "somebody/Model-GGUF", "0123456789abcdef0123456789abcdef01234567"
SILENCE = 0.4  # seconds
PAUSES = (0.01, 0.01, 0.01)
PATIENCE = 20.0  # seconds

SETTLED = {DownloadPhase.DONE, DownloadPhase.FAILED, DownloadPhase.PAUSED}


def model_bytes(size: int, seed: int = 1) -> bytes:
    return b"GGUF" + random.Random(seed).randbytes(size - 4)


def offered(hub: HubServer, *contents: bytes, faults: Sequence[Fault] = (), names: Sequence[str] = (), revision: str = REVISION) -> HubFile:
    """Put the parts of a model on the hub, the first with faults, and return what the hub says of it."""
    if not names:
        many = len(contents)
        names = [f"model-{number:05}-of-{many:05}.gguf" for number in range(1, many + 1)] if many > 1 else ["model.gguf"]
    served = [hub.add(REPOSITORY, revision, name, content) for name, content in zip(names, contents, strict=True)]
    served[0].faults.extend(faults)
    return HubFile(REPOSITORY, revision, tuple(names), tuple(map(len, contents)), tuple(it.digest for it in served))


def changed(file: HubFile, **values: object) -> HubFile:
    return replace(file, **values)


class Bench:
    """A queue that is told of everything; leave it with the queue and its connections closed."""

    def __init__(self, hub: HubServer, models: Path, at_once: int = 1, is_allowed: Callable[[], bool] = lambda: True) -> None:
        self.models, self.at_once = models, at_once
        self.network = Network(is_allowed, hub.endpoint, silence=SILENCE, trust=trusting_nobody)
        self.told: list[tuple[Download, ...]] = []
        self.finished: list[tuple[HubFile, list[Path]]] = []
        self.queue = DownloadQueue(self.network, lambda: models, lambda: self.at_once, self._take, self._finish, PAUSES)

    async def __aenter__(self) -> "Bench":
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.queue.close()
        await self.network.close()

    def _take(self, downloads: Sequence[Download]) -> None:
        self.told.append(tuple(downloads))

    async def _finish(self, file: HubFile, paths: Sequence[Path]) -> None:
        self.finished.append((file, list(paths)))

    def latest(self, key: DownloadId) -> Download:
        """Return what was told of a download last."""
        return next(it for downloads in reversed(self.told) for it in downloads if it.id == key)

    async def until(self, is_so: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not is_so():  # noqa: ASYNC110 - much of it is told to nobody
                await asyncio.sleep(0.005)

    async def reached(self, key: DownloadId, length: int) -> None:
        """Wait until there is more of a download than this many bytes."""
        await self.until(lambda: any(it.id == key and it.done > length for it in self.queue.all))

    async def settled(self, key: DownloadId) -> Download:
        """Wait until a download goes no further by itself."""
        await self.until(lambda: self.latest(key).phase in SETTLED)
        return self.latest(key)

    async def fetched(self, file: HubFile) -> Download:
        return await self.settled(await self.queue.fetch(file))

    def phases(self, key: DownloadId) -> list[DownloadPhase]:
        """Return the phases that were told of a download, equal ones in a row once."""
        phases = [it.phase for downloads in self.told for it in downloads if it.id == key]
        return [phase for index, phase in enumerate(phases) if index == 0 or phases[index - 1] is not phase]

    def problems(self, key: DownloadId) -> list[str]:
        return [it.problem for downloads in self.told for it in downloads if it.id == key and it.problem]


def in_folder(models: Path) -> dict[str, bytes]:
    """Return all files of the models folder with what is in them."""
    return {path.relative_to(models).as_posix(): path.read_bytes() for path in models.rglob("*") if path.is_file()}


def is_empty(folder: Path) -> bool:
    """Return whether there is nothing in a folder, nor perhaps itself."""
    return not folder.exists() or not any(folder.iterdir())


def part_of(models: Path, key: DownloadId, index: int = 0) -> Path:
    return models / ".downloads" / key / f"{index}.part"
