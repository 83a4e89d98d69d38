"""What the window may ask of model files: the Protocols between ui/ and chat/."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from desktop.models.download import Download, DownloadId, HubFile
from desktop.models.entry import ModelEntry
from desktop.models.fit import Fit
from desktop.models.offer import CatalogueModel, HubModel
from desktop.system.cache_type import CacheType
from desktop.system.compute_device import ComputeDevice


@dataclass(frozen=True, slots=True)
class Offer:
    """A model of the catalogue as this machine sees it."""

    model: CatalogueModel
    fit: Fit
    is_recommended: bool
    entry: ModelEntry | None = None  # where it is in the library already


class Library(Protocol):
    """The model files there are. LibraryChanged tells when that changes; coroutines raise RivuletError."""

    @property
    def entries(self) -> Sequence[ModelEntry]:
        """Return what was found last, by name."""
        ...

    async def refresh(self) -> None:
        """Look at all folders again."""
        ...

    async def add_file(self, path: Path) -> ModelEntry:
        """Take a file into the library where it is, without copying it."""
        ...

    async def add_folder(self, path: Path) -> bool:
        """Watch a folder; return whether it was not watched before."""
        ...

    async def remove_folder(self, path: Path) -> None:
        """Watch a folder no more; its files stay."""
        ...

    async def remove(self, path: Path) -> None:
        """Delete a model of the models folder from the disk with all its parts; of any other, only forget it."""
        ...

    async def verify(self, path: Path) -> bool:
        """Compute a file's SHA-256 and tell whether it is what it was, or what the hub says."""
        ...

    def fit(self, entry: ModelEntry) -> Fit | None:
        """Return how a model would fit now, as it would be loaded; None: its header says too little."""
        ...


class Catalogue(Protocol):
    """Models that can be fetched. Nothing is asked of the network but by the coroutines, which raise RivuletError."""

    @property
    def offers(self) -> Sequence[Offer]:
        """Return the catalogue, the recommended one first, then what fits best."""
        ...

    async def search(self, text: str) -> list[HubModel]:
        """Return the hub's repositories with GGUF files that a text finds, the most used first."""
        ...

    async def files(self, repository: str) -> list[HubFile]:
        """Return the models in a repository, the smallest first."""
        ...

    def fit(self, file: HubFile) -> Fit | None:
        """Return how a model that is not here yet would fit, as far as its size tells; None: it does not."""
        ...


class Downloads(Protocol):
    """Files on their way. DownloadsChanged tells how far they are; a finished one is in the library."""

    @property
    def all(self) -> Sequence[Download]:
        """Return all that are not finished, in the order of the queue."""
        ...

    async def fetch(self, model: CatalogueModel | HubFile) -> DownloadId:
        """Begin to fetch a model, or put it into the queue. Raises RivuletError, say where the disk has no room."""
        ...

    async def pause(self, download: DownloadId) -> None:
        """Stop one and keep what there is of it."""
        ...

    async def resume(self, download: DownloadId) -> None:
        """Go on with one that was paused or failed."""
        ...

    async def cancel(self, download: DownloadId) -> None:
        """Stop one and remove what there is of it."""
        ...


class HubToken(Protocol):
    """The person's key to the hub, for models whose owners want to know who fetches them."""

    async def is_kept(self) -> bool:
        """Tell whether there is one."""
        ...

    async def keep(self, token: str) -> bool:
        """Take a token; return whether the keyring has it, else it holds until Rivulet ends. Raises RivuletError."""
        ...

    async def forget(self) -> None:
        """Remove it."""
        ...


class Loading(Protocol):
    """The one model that runs: what it takes, where it lies, and when it goes. Chats.model tells how far it is."""

    async def devices(self) -> Sequence[ComputeDevice]:
        """Return what can compute, as llama.cpp sees it now, graphics cards first; nothing where it does not tell. That takes a moment."""
        ...

    def fit(self, context_tokens: int | None = None, cache_type: CacheType | None = None) -> Fit | None:
        """Return how the present model would fit with another context, beside what is free without it; None: nobody knows."""
        ...

    def longest_context(self, cache_type: CacheType | None = None) -> int | None:
        """Return how many tokens of context the present model could have in the memory there is; None: nobody knows."""
        ...

    async def load_refused(self, tokens: int | None = None) -> None:
        """Load the model that was refused as it was asked for: with a context of so many tokens; None: whatever memory there is."""
        ...

    async def set_gpu_layers(self, layers: int | None) -> None:
        """Load the present model again with so many layers on the graphics card; None: as many as fit."""
        ...

    async def follow_guide(self) -> None:
        """Load the guide where there is no model, unless a process ended with it, or let go of it where the settings leave it out."""
        ...

    def cancel(self) -> None:
        """Give up loading. The model before it comes back with the next message. Does nothing where nothing loads."""
        ...

    async def unload(self) -> None:
        """Free the model's memory once its replies are stopped and kept. It comes back with the next message."""
        ...


class Models(Protocol):
    """All of it."""

    @property
    def library(self) -> Library:
        """Return the model files there are."""
        ...

    @property
    def catalogue(self) -> Catalogue:
        """Return what can be fetched."""
        ...

    @property
    def downloads(self) -> Downloads:
        """Return what is on its way."""
        ...

    @property
    def token(self) -> HubToken:
        """Return the key to the hub."""
        ...

    @property
    def is_offline(self) -> bool:
        """Tell whether the network is forbidden, by --offline or the person's switch."""
        ...
