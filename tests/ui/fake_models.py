"""Models for the window's own tests: files, offers and downloads that a test puts there; what is asked is noted in calls."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.chat import events
from desktop.chat.events import ModelPhase, ModelState
from desktop.chat.models_api import Offer
from desktop.models.download import Download, DownloadId, DownloadPhase, HubFile
from desktop.models.entry import FileStamp, ModelEntry, Origin
from desktop.models.fit import Fit, FitWord, MemoryNeed, MemoryRoom
from desktop.models.header import MemoryKind, ModelHeader, ModelShape
from desktop.models.offer import CatalogueModel, HubModel
from desktop.system.cache_type import CacheType
from desktop.system.compute_device import ComputeDevice, DeviceKind
from desktop.system.words import Words

GIGABYTE = 1_000_000_000
SHAPE = ModelShape(28, 2048, 16, (8,) * 28, 128, 128, 6144, 151_936)
ROOM = MemoryRoom(11 * GIGABYTE)


def fit_of(word: FitWord, need: int = 3 * GIGABYTE, *, gpu: int = 0, gpu_layers: int = 0) -> Fit:
    return Fit(word, MemoryNeed(need, 0, 0), replace(ROOM, gpu=gpu), gpu_layers, 28)


def header_of(
    name: str,
    *,
    parameters: int = 4_020_000_000,
    quantisation: str = "Q4_K_M",
    licence: str = "Apache-2.0",
    architecture: str = "qwen3",
) -> ModelHeader:
    return ModelHeader(name, architecture, parameters, quantisation, 40_960, MemoryKind.DENSE, licence, None, SHAPE)


def entry_of(
    path: Path | str, name: str, origin: Origin = Origin.MODELS_FOLDER, size: int = 2_500_000_000, fault: Words | None = None, **header: Any
) -> ModelEntry:
    known = header_of(name, **header) if fault is None else None
    return ModelEntry(Path(path), origin, size, FileStamp(1, 1, size, 1), known, fault)


def offer_of(
    name: str,
    word: FitWord = FitWord.FITS,
    size: int = 2_500_000_000,
    *,
    is_recommended: bool = False,
    summary: str = "Good at almost everything.",
    licence: str = "Apache-2.0",
    maker: str = "Someone",
) -> Offer:
    repository = f"{maker}/{name}"
    model = CatalogueModel(
        name, maker, summary, repository, f"{name}.gguf", 4_020_000_000, 4_020_000_000, "Q4_K_M", size, 40_960, licence, SHAPE
    )
    return Offer(model, fit_of(word, size), is_recommended)


def file_of(repository: str, name: str, size: int = 2_500_000_000, quantisation: str = "Q4_K_M") -> HubFile:
    return HubFile(repository, "0" * 40, (name,), (size,), ("0" * 64,), quantisation)


class FakeLibrary:
    """Fulfils desktop.chat.models_api.Library."""

    def __init__(self, models: "FakeModels") -> None:
        self._models = models
        self.found: list[ModelEntry] = []
        self.fits: dict[Path, Fit] = {}
        self.watched: set[Path] = set()
        self.is_sound = True

    @property
    def entries(self) -> list[ModelEntry]:
        return sorted(self.found, key=lambda entry: entry.name)

    async def refresh(self) -> None:
        self._models.note("refresh")

    async def add_file(self, path: Path) -> ModelEntry:
        self._models.note("add_file", path)
        known = next((entry for entry in self.found if entry.path == path), None)
        entry = known or entry_of(path, path.stem, Origin.FILE)
        if known is None:
            self.found.append(entry)
            self._models.tell_library()
        return entry

    async def add_folder(self, path: Path) -> bool:
        self._models.note("add_folder", path)
        is_new, self.watched = path not in self.watched, {*self.watched, path}
        return is_new

    async def remove_folder(self, path: Path) -> None:
        self._models.note("remove_folder", path)

    async def remove(self, path: Path) -> None:
        self._models.note("remove", path)
        self.found = [entry for entry in self.found if entry.path != path]
        self._models.tell_library()

    async def verify(self, path: Path) -> bool:
        self._models.note("verify", path)
        return self.is_sound

    def fit(self, entry: ModelEntry) -> Fit | None:
        return self.fits.get(entry.path, fit_of(FitWord.FITS, entry.size) if entry.header is not None else None)


class FakeCatalogue:
    """Fulfils desktop.chat.models_api.Catalogue."""

    def __init__(self, models: "FakeModels") -> None:
        self._models = models
        self.listed: list[Offer] = []
        self.hub: dict[HubModel, list[HubFile]] = {}

    @property
    def offers(self) -> list[Offer]:
        entries = {entry.path.name: entry for entry in self._models.library.found}
        return [replace(offer, entry=entries.get(offer.model.file)) for offer in self.listed]

    async def search(self, text: str) -> list[HubModel]:
        self._models.note("search", text)
        return [model for model in self.hub if text.casefold() in model.repository.casefold()]

    async def files(self, repository: str) -> list[HubFile]:
        self._models.note("files", repository)
        return next(files for model, files in self.hub.items() if model.repository == repository)

    def fit(self, file: HubFile) -> Fit | None:
        return fit_of(FitWord.FITS if file.size < 8 * GIGABYTE else FitWord.TOO_LARGE, file.size)


class FakeDownloads:
    """Fulfils desktop.chat.models_api.Downloads; a test lets them go on."""

    def __init__(self, models: "FakeModels") -> None:
        self._models = models
        self.running: list[Download] = []

    @property
    def all(self) -> list[Download]:
        return self.running

    async def fetch(self, model: CatalogueModel | HubFile) -> DownloadId:
        self._models.note("fetch", model)
        file = model if isinstance(model, HubFile) else file_of(model.repository, model.file, model.size)
        number = DownloadId(str(len(self._models.calls)))
        self.running.append(Download(number, file, DownloadPhase.QUEUED if self.running else DownloadPhase.RUNNING))
        self._tell()
        return number

    async def pause(self, download: DownloadId) -> None:
        self._models.note("pause", download)
        self.change(download, phase=DownloadPhase.PAUSED, speed=0.0)

    async def resume(self, download: DownloadId) -> None:
        self._models.note("resume", download)
        self.change(download, phase=DownloadPhase.RUNNING, problem=None)

    async def cancel(self, download: DownloadId) -> None:
        self._models.note("cancel", download)
        self.running = [it for it in self.running if it.id != download]
        self._tell()

    def change(self, download: DownloadId, **fields: Any) -> None:
        self.running = [replace(it, **fields) if it.id == download else it for it in self.running]
        self._tell()

    def finish(self, download: DownloadId, name: str = "Fetched") -> ModelEntry:
        """Put a download into the library."""
        gone = next(it for it in self.running if it.id == download)
        entry = entry_of(Path("/models") / gone.file.names[0].rpartition("/")[2], name, size=gone.file.size)
        self._models.library.found.append(entry)
        self.change(download, phase=DownloadPhase.DONE, done=gone.file.size, path=entry.path)  # told once so, as the queue does
        self.running = [it for it in self.running if it.id != download]
        self._tell()
        self._models.tell_library()
        return entry

    def _tell(self) -> None:
        self._models.events.put(events.DownloadsChanged(tuple(self.running)))


class FakeToken:
    """Fulfils desktop.chat.models_api.HubToken."""

    def __init__(self, models: "FakeModels") -> None:
        self._models = models
        self.token = ""
        self.has_keyring = True

    async def is_kept(self) -> bool:
        return bool(self.token)

    async def keep(self, token: str) -> bool:
        self._models.note("keep")
        self.token = token
        return self.has_keyring

    async def forget(self) -> None:
        self._models.note("forget")
        self.token = ""


class FakeModels:
    """Fulfils desktop.chat.models_api.Models."""

    def __init__(self, chats: Any) -> None:
        self._chats = chats
        self.library = FakeLibrary(self)
        self.catalogue = FakeCatalogue(self)
        self.downloads = FakeDownloads(self)
        self.token = FakeToken(self)
        self.is_offline = False

    @property
    def calls(self) -> list[tuple[Any, ...]]:
        calls: list[tuple[Any, ...]] = self._chats.calls
        return calls

    @property
    def events(self) -> Any:
        return self._chats.events

    def note(self, *call: Any) -> None:
        self._chats._note(*call)

    def tell_library(self) -> None:
        self.events.put(events.LibraryChanged())


class FakeLoading:
    """Fulfils desktop.chat.models_api.Loading."""

    def __init__(self, chats: Any) -> None:
        self._chats = chats
        self.fits: Callable[[int], Fit | None] = lambda tokens: None  # the present model's, with a context of so many tokens
        self.seen: list[ComputeDevice] = [ComputeDevice("CPU", "Processor", DeviceKind.PROCESSOR, 11 * GIGABYTE, 16 * GIGABYTE)]

    async def devices(self) -> list[ComputeDevice]:
        return self.seen

    def fit(self, context_tokens: int | None = None, cache_type: CacheType | None = None) -> Fit | None:
        return self.fits(context_tokens or self._chats.loaded.context_tokens)

    def longest_context(self, cache_type: CacheType | None = None) -> int | None:
        return None

    async def load_refused(self, tokens: int | None = None) -> None:
        self._chats._note("load_refused", tokens)

    async def follow_guide(self) -> None:
        self._chats._note("follow_guide")

    async def set_gpu_layers(self, layers: int | None) -> None:
        self._chats._note("set_gpu_layers", layers)
        self._chats.set_model(
            replace(self._chats.loaded, chosen_gpu_layers=layers, gpu_layers=self._chats.loaded.layers if layers is None else layers)
        )

    def cancel(self) -> None:
        self._chats._note("cancel_loading")
        self._chats.set_model(ModelState(ModelPhase.NONE))

    async def unload(self) -> None:
        self._chats._note("unload")
        self._chats.set_model(replace(self._chats.loaded, phase=ModelPhase.UNLOADED))
