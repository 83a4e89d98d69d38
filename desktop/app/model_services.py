"""The model files, what can be fetched and the network behind it, put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.app.model_places import changes_of, places_of
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.file_check import FileCheck
from desktop.chat.hub_token import HubAccess
from desktop.chat.model_catalogue import ModelCatalogue
from desktop.chat.model_downloads import ModelDownloads
from desktop.chat.model_fit import ModelFit
from desktop.chat.model_library import ModelLibrary
from desktop.models.catalogue import read_catalogue
from desktop.models.download import HubFile
from desktop.models.guide import Guide
from desktop.models.hub import Hub
from desktop.models.model_index import ModelIndex
from desktop.models.network import Network
from desktop.sessions.store import SegmentStore
from desktop.system.paths import AppPaths
from desktop.system.resources import resource
from desktop.system.secrets import HUB_TOKEN, Secret
from desktop.system.settings import Settings

ChangeSettings = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class ModelQuestions:
    """What the parts below ask of those that are made after them."""

    fits: Callable[[], ModelFit]
    loaded: Callable[[], Path | None]  # the file of the present model
    is_sound: Callable[[bytes], bool]  # whether a file of this identity was examined


class ModelServices:
    """Fulfils Models of desktop.chat.models_api. For the event loop's thread; open() and close() frame its use of the network."""

    def __init__(
        self,
        paths: AppPaths,
        settings: Callable[[], Settings],
        change_settings: ChangeSettings,
        is_offline: bool,
        segments: SegmentStore,
        events: EventBuffer,
        questions: ModelQuestions,
        guide: Guide | None = None,
    ) -> None:
        """Use the data directory; change_settings takes new values by keys; is_offline: no network, whatever the settings say."""
        self._settings, self._is_offline = settings, is_offline
        index = ModelIndex(paths.model_index)
        self.token = HubAccess(Secret(HUB_TOKEN))
        self._network = Network(lambda: not self.is_offline, token=self.token.read)
        self.library = ModelLibrary(
            lambda: places_of(settings(), paths, guide),
            lambda places: change_settings(changes_of(places)),
            index,
            events,
            lambda entry: None if entry.header is None else questions.fits().of(entry.header, entry.size, entry.path),
            questions.loaded,
            questions.is_sound,
        )
        self.catalogue = ModelCatalogue(
            read_catalogue(resource("catalogue.json")),
            Hub(self._network),
            lambda shape, size, tokens: questions.fits().of_shape(shape, size, tokens),
            lambda: self.library.entries,
        )
        self.downloads = ModelDownloads(
            self._network,
            lambda: places_of(settings(), paths).models,
            lambda: settings().downloads_at_once,
            events,
            self.catalogue.resolve,
            self._take,
        )
        self.check_file = FileCheck(index, segments, events, self.library.want_digest).check

    @property
    def is_offline(self) -> bool:
        """See Models."""
        return self._is_offline or self._settings().is_offline

    async def open(self) -> None:
        """Find the models there are, and what was not fetched to its end."""
        await self.downloads.open()
        await self.library.refresh()

    async def close(self) -> None:
        """Stop downloads, keeping what there is of them, and close all connections."""
        await self.downloads.close()
        await self._network.close()

    async def _take(self, file: HubFile, paths: Sequence[Path]) -> None:
        await self.library.refresh()
        if any(entry.path == paths[0] for entry in self.library.entries):
            await self.library.note_digests(paths[0], file.digests)
