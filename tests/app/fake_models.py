"""Model files, the hub and downloads as the commands see them: what a test says there is."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import DownloadsChanged, ModelPhase, ModelState
from desktop.chat.models_api import Offer
from desktop.models.download import Download, DownloadId, DownloadPhase, HubFile
from desktop.models.entry import FileStamp, ModelEntry, Origin
from desktop.models.fit import Fit, FitWord, MemoryNeed, MemoryRoom
from desktop.models.header import MemoryKind, ModelHeader, ModelShape
from desktop.models.offer import CatalogueModel, HubModel
from desktop.system.errors import RivuletError
from desktop.system.words import say

SHAPE = ModelShape(28, 1024, 16, (8,) * 28, 64, 64, 3072, 150_000)
HEADER = ModelHeader("Tides 0.6B", "qwen3", 596_000_000, "Q8_0", 40_960, MemoryKind.DENSE, "apache-2.0", "{{ messages }}", SHAPE)
FIT = Fit(FitWord.FITS, MemoryNeed(700_000_000, 400_000_000, 100_000_000), MemoryRoom(8_000_000_000), 0, 28)


def entry(path: str, name: str = "", origin: Origin = Origin.MODELS_FOLDER, **fields: Any) -> ModelEntry:
    """Return a model; one without a name has no header."""
    header = replace(HEADER, name=name) if name else None
    return ModelEntry(Path(path), origin, 640_000_000, FileStamp(1, 2, 640_000_000, 3), header, **fields)


@dataclass
class FakeLibrary:
    entries: list[ModelEntry] = field(default_factory=list)
    found: list[ModelEntry] | None = None  # by the next refresh
    changed: set[Path] = field(default_factory=set)  # files that are not what they were
    missing: set[Path] = field(default_factory=set)
    empty: set[Path] = field(default_factory=set)
    removed: list[Path] = field(default_factory=list)
    verified: list[Path] = field(default_factory=list)

    async def refresh(self) -> None:
        if self.found is not None:
            self.entries, self.found = self.found, None

    async def add_file(self, path: Path) -> ModelEntry:
        if path in self.missing:
            raise RivuletError(say("{file} is not there any more. Your chats are kept.", file=path.name))
        fault = say("{file} is empty. Your chats are kept.", file=path.name) if path in self.empty else None
        added = entry(str(path), "Added", Origin.FILE, fault=fault)
        self.entries.append(added)
        return added

    async def add_folder(self, path: Path) -> bool:
        raise NotImplementedError

    async def remove(self, path: Path) -> None:
        self.removed.append(path)

    async def verify(self, path: Path) -> bool:
        self.verified.append(path)
        if "unreadable" in path.name:
            raise RivuletError(say("{file} cannot be read. It is kept.", file=path.name))
        return path not in self.changed

    def fit(self, entry: ModelEntry) -> Fit | None:
        return FIT if entry.header is not None else None


@dataclass
class FakeCatalogue:
    there: dict[str, list[HubFile]] = field(default_factory=dict)
    offers: Sequence[Offer] = ()

    async def search(self, text: str) -> list[HubModel]:
        raise NotImplementedError

    async def files(self, repository: str) -> list[HubFile]:
        if repository not in self.there:
            raise RivuletError(say("There is no repository {name}. Nothing was fetched.", name=repository))
        return self.there[repository]


class FakeDownloads:
    """Downloads that go through the phases that a test scripts, one each time that the loop is free."""

    def __init__(self, events: EventBuffer, on_done: Callable[[HubFile], None]) -> None:
        self.all: list[Download] = []
        self.script: list[dict[str, Any] | None] = []  # changes of the newest download; None: it ends; it stays as it is after the last
        self.calls: list[str] = []
        self._events, self._on_done = events, on_done
        self._tasks: set[asyncio.Task[None]] = set()

    async def fetch(self, model: CatalogueModel | HubFile) -> DownloadId:
        assert isinstance(model, HubFile)
        self.calls.append("fetch")
        self.all.append(Download(DownloadId("one"), model, DownloadPhase.QUEUED))
        self._begin()
        return self.all[-1].id

    async def pause(self, download: DownloadId) -> None:
        self.calls.append("pause")
        self._change(phase=DownloadPhase.PAUSED)

    async def resume(self, download: DownloadId) -> None:
        self.calls.append("resume")
        self._change(phase=DownloadPhase.RUNNING)
        self._begin()

    async def cancel(self, download: DownloadId) -> None:
        raise NotImplementedError

    def _begin(self) -> None:
        task = asyncio.get_running_loop().create_task(self._go_on())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _go_on(self) -> None:
        for change in self.script:
            await asyncio.sleep(0.005)
            if change is not None:
                self._change(**change)
            else:
                self._on_done(self.all.pop().file)
                self._tell()

    def _change(self, **fields: Any) -> None:
        self.all[-1] = replace(self.all[-1], **fields)
        self._tell()

    def _tell(self) -> None:
        self._events.put(DownloadsChanged(tuple(self.all)))


class FakeModels:
    """All of it, and Services as far as these commands ask them."""

    def __init__(self, *entries: ModelEntry) -> None:
        self.library, self.catalogue, self.is_offline = FakeLibrary(list(entries)), FakeCatalogue(), False
        self.events = EventBuffer()
        self.downloads = FakeDownloads(self.events, self._on_done)
        self.state = ModelState(ModelPhase.NONE)

    @property
    def services(self) -> Any:
        return SimpleNamespace(chats=SimpleNamespace(models=self, model=self.state), events=self.events)

    def _on_done(self, file: HubFile) -> None:
        there = entry(f"/models/{Path(file.names[0]).name}", "Fetched")
        self.library.found = [*self.library.entries, replace(there, size=file.size)]
