"""Downloads as the window asks for them and is told of them."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import DownloadsChanged
from desktop.models.download import Download, DownloadId, HubFile
from desktop.models.downloads import DownloadQueue, Finished
from desktop.models.network import Network
from desktop.models.offer import CatalogueModel

Resolve = Callable[[str, str], Awaitable[HubFile]]


class ModelDownloads:
    """Downloads of chat/models_api.py. For the event loop's thread; open() and close() frame its use."""

    def __init__(
        self,
        network: Network,
        folder: Callable[[], Path],
        at_once: Callable[[], int],
        events: EventBuffer,
        resolve: Resolve,
        finished: Finished,
    ) -> None:
        """Take the models folder, how many run at once, what asks the hub for a repository's file, and who awaits finished files."""
        self._network, self._events, self._resolve = network, events, resolve
        self._queue = DownloadQueue(network, folder, at_once, self._tell, finished)

    async def open(self) -> None:
        """Find what earlier starts left."""
        await self._queue.find()

    async def close(self) -> None:
        """Stop all, and keep what there is of them."""
        await self._queue.close()

    @property
    def all(self) -> Sequence[Download]:
        """See Downloads."""
        return self._queue.all

    async def fetch(self, model: CatalogueModel | HubFile) -> DownloadId:
        """See Downloads."""
        self._network.require()
        file = model if isinstance(model, HubFile) else await self._resolve(model.repository, model.file)
        return await self._queue.fetch(file)

    async def pause(self, download: DownloadId) -> None:
        """See Downloads."""
        await self._queue.pause(download)

    async def resume(self, download: DownloadId) -> None:
        """See Downloads."""
        await self._queue.resume(download)

    async def cancel(self, download: DownloadId) -> None:
        """See Downloads."""
        await self._queue.cancel(download)

    def _tell(self, downloads: Sequence[Download]) -> None:
        self._events.put(DownloadsChanged(tuple(downloads)))
