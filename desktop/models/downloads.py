"""Downloads, one after the other or two at once: their queue, and what is shown of it."""

import asyncio
import logging
import shutil
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from errno import EDQUOT, ENOSPC
from functools import partial
from pathlib import Path
from urllib.parse import quote

from desktop.models.download import Download, DownloadId, DownloadPhase, HubFile
from desktop.models.download_errors import (
    AlreadyThereError,
    DiskFaultError,
    DiskIsFullError,
    NoRoomError,
    UnexpectedDownloadError,
)
from desktop.models.download_names import file_name, require_safe
from desktop.models.fetching import PAUSES, Fetching, Wanted
from desktop.models.network import Network
from desktop.models.part_file import PartFile
from desktop.models.unfinished import Record, Unfinished, find_unfinished, key_of
from desktop.system.errors import RivuletError
from desktop.system.threads import in_thread
from desktop.system.words import Words, say, sentences

log = logging.getLogger(__name__)

TELL_SECONDS = 0.25
SPEED_SECONDS = 3.0  # over which the speed is smoothed
ROOM = 1.05  # of what is missing

_ON_THE_WAY = frozenset({DownloadPhase.QUEUED, DownloadPhase.RUNNING, DownloadPhase.WAITING, DownloadPhase.CHECKING})

Finished = Callable[[HubFile, Sequence[Path]], Awaitable[None]]


class _Item:
    """One download, and who is told of it: the Course of each of its files, one after the other."""

    def __init__(self, unfinished: Unfinished, changed: Callable[[], None]) -> None:
        self.unfinished, self._changed = unfinished, changed
        self.file = unfinished.record.file
        self.id = DownloadId(key_of(self.file))
        self.phase, self.problem = DownloadPhase.PAUSED, None
        self.lengths = [0] * len(self.file.names)
        self.index = 0  # of the part that is fetched
        self.task: asyncio.Task[None] | None = None
        self.is_placing = False  # all is here and checked, and nothing stops it any more
        self.path: Path | None = None
        self.speed = 0.0
        self._measured = 0  # bytes

    phase: DownloadPhase
    problem: Words | None

    @property
    def shown(self) -> Download:
        return Download(self.id, self.file, self.phase, sum(self.lengths), self.speed, self.problem, self.path)

    @property
    def missing(self) -> int:
        return self.file.size - sum(self.lengths)

    def advance(self, length: int) -> None:
        self.lengths[self.index] = length

    def tell(self, phase: DownloadPhase, problem: Words | None = None) -> None:
        self.phase, self.problem = phase, problem
        if phase is not DownloadPhase.RUNNING:
            self.speed = 0.0
        self._measured = sum(self.lengths)
        self._changed()

    def fail(self, error: RivuletError) -> None:
        if self.phase is not DownloadPhase.PAUSED:  # what goes wrong while it is stopped is no failure
            self.tell(DownloadPhase.FAILED, sentences(error.sentence))

    def measure(self, seconds: float) -> None:
        """Bring the speed up to date, this long after it was so last."""
        done = sum(self.lengths)
        if self.phase is DownloadPhase.RUNNING and done >= self._measured:
            lately = (done - self._measured) / seconds
            weight = min(1.0, seconds / SPEED_SECONDS) if self.speed else 1.0
            self.speed += (lately - self.speed) * weight
        self._measured = done


class DownloadQueue:
    """Fetch models into a folder. For one event loop; nothing is fetched that nobody asked for since the start."""

    def __init__(
        self,
        network: Network,
        folder: Callable[[], Path],
        at_once: Callable[[], int],
        tell: Callable[[Sequence[Download]], None],
        finished: Finished,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """Take the models folder, how many run at once, who is told of all that are not finished, and who awaits a finished model's files.

        tell is called at each change of a phase, and otherwise four times a second while something runs; a download is told
        once as DONE and is gone then.
        """
        self._network, self._folder, self._at_once = network, folder, at_once
        self._tell, self._finished, self._pauses = tell, finished, pauses
        self._items: dict[DownloadId, _Item] = {}
        self._ticking: asyncio.Task[None] | None = None
        self._folders = asyncio.Lock()  # one is not made while it is removed
        self._is_closed = False

    @property
    def all(self) -> Sequence[Download]:
        """Return all that are not finished, in the order of the queue."""
        return tuple(item.shown for item in self._items.values())

    async def find(self) -> None:
        """Take in what earlier starts left, as PAUSED."""
        folder = self._folder()
        async with self._folders:  # who asks for one of these meanwhile goes on with it
            for unfinished in await in_thread("download", partial(find_unfinished, folder)):
                item = _Item(unfinished, self._changed)
                item.lengths = await in_thread("download", unfinished.lengths)
                self._items.setdefault(item.id, item)
        if self._items:
            self._changed()

    async def fetch(self, file: HubFile) -> DownloadId:
        """Put a model into the queue; one that is in it goes on. Raises RivuletError."""
        require_safe(file)
        self._network.require()
        key = DownloadId(key_of(file))
        async with self._folders:
            if key not in self._items:
                self._items[key] = await self._begin(file)
        await self.resume(key)
        return key

    async def _begin(self, file: HubFile) -> _Item:
        record = Record(file, self._url(file), time.time_ns(), ("",) * len(file.names))
        item = _Item(Unfinished(self._folder(), record), self._changed)
        if await in_thread("download", item.unfinished.placed_before):
            raise AlreadyThereError(file_name(file.names[0]))
        self._require_room(item)
        try:
            await in_thread("download", item.unfinished.begin)
        except OSError as error:
            raise _told(error) from error
        return item

    async def resume(self, download: DownloadId) -> None:
        """Put one that does not run back into the queue. Raises RivuletError."""
        item = self._items.get(download)
        if item is None or item.phase in _ON_THE_WAY:
            return
        self._network.require()
        self._require_room(item)
        item.tell(DownloadPhase.QUEUED)
        self._start_next()

    async def pause(self, download: DownloadId) -> None:
        """Stop one and keep what there is of it."""
        item = self._items.get(download)
        if item is None or item.phase not in _ON_THE_WAY:
            return
        await self._stop(item)
        if item.phase is DownloadPhase.PAUSED:  # it was neither at its end nor asked for again meanwhile
            item.tell(DownloadPhase.PAUSED)

    async def cancel(self, download: DownloadId) -> None:
        """Stop one and remove what there is of it; what is finished stays."""
        item = self._items.get(download)
        if item is None:
            return
        await self._stop(item)
        async with self._folders:
            await self._stop(item)  # it may have been asked for again meanwhile
            if self._items.get(download) is item:
                del self._items[download]
                self._changed()
                self._start_next()
                await in_thread("download", item.unfinished.remove)

    async def close(self) -> None:
        """Stop all, and keep what there is of them. Nothing begins after that."""
        self._is_closed = True
        await asyncio.gather(*(self._stop(item) for item in tuple(self._items.values())))
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.wait([self._ticking])

    def _url(self, file: HubFile) -> str:
        return f"{self._network.endpoint}/{file.repository}/resolve/{file.revision}"

    async def _stop(self, item: _Item) -> None:
        if not item.is_placing and item.phase in _ON_THE_WAY:
            item.phase = DownloadPhase.PAUSED
        if item.task is not None:
            if not item.is_placing:
                item.task.cancel()
            await asyncio.wait([item.task])

    def _require_room(self, item: _Item) -> None:
        others = sum(it.missing for it in self._items.values() if it.phase in _ON_THE_WAY and it is not item)
        needed = int((item.missing + others) * ROOM)
        folder = item.unfinished.models
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        with suppress(OSError):  # not told by every file system
            if (free := shutil.disk_usage(folder).free) < needed:
                raise NoRoomError(_in_units(needed), _in_units(free))

    def _start_next(self) -> None:
        if self._is_closed:
            return
        running = sum(item.task is not None for item in self._items.values())
        for item in self._items.values():
            if running < self._at_once() and item.phase is DownloadPhase.QUEUED and item.task is None:
                running += 1
                item.task = asyncio.create_task(self._run(item), name="download")
                item.task.add_done_callback(partial(self._on_task_done, item))
        if running and self._ticking is None:
            self._ticking = asyncio.create_task(self._tick(), name="downloads")

    def _on_task_done(self, item: _Item, _: asyncio.Task[None]) -> None:
        item.task = None
        if item.phase is DownloadPhase.DONE:
            self._items.pop(item.id)
            self._changed()
        self._start_next()

    async def _run(self, item: _Item) -> None:
        try:
            self._require_room(item)
            item.tell(DownloadPhase.RUNNING)
            await in_thread("download", item.unfinished.make_again)
            for index in range(len(item.file.names)):
                await self._fetch_part(item, index)
            item.is_placing = True
            item.tell(DownloadPhase.CHECKING)
            paths = await in_thread("download", item.unfinished.place)
            item.path = paths[0]
            await self._finish(item, paths)
        except RivuletError as error:
            item.fail(error)
        except OSError as error:
            item.fail(_told(error))
        except Exception:
            log.exception("a download failed")
            item.fail(UnexpectedDownloadError(file_name(item.file.names[0])))
        finally:
            item.is_placing = False

    async def _fetch_part(self, item: _Item, index: int) -> None:
        item.index, unfinished, file = index, item.unfinished, item.file
        if await in_thread("download", partial(unfinished.is_placed, index)):
            item.advance(file.sizes[index])
            return
        wanted = Wanted(
            f"{self._url(file)}/{quote(file.names[index])}", file_name(file.names[index]), file.sizes[index], file.digests[index]
        )
        with PartFile(unfinished.part(index), wanted.size) as part:
            await in_thread("download", part.open)  # cancelled meanwhile, it is closed all the same
            etag = unfinished.record.etags[index]
            await Fetching(self._network, wanted, part, etag, partial(unfinished.set_etag, index), item, self._pauses).run()

    async def _finish(self, item: _Item, paths: Sequence[Path]) -> None:
        try:
            await self._finished(item.file, paths)
        except Exception:  # the model is there, whatever else goes wrong
            log.exception("a finished download could not be told")
        item.tell(DownloadPhase.DONE)

    async def _tick(self) -> None:
        last = time.monotonic()
        while any(item.task is not None for item in self._items.values()):
            await asyncio.sleep(TELL_SECONDS)
            now = time.monotonic()
            for item in self._items.values():
                item.measure(now - last)
            last = now
            self._start_next()  # more at once may be wanted now
            self._changed()
        self._ticking = None

    def _changed(self) -> None:
        self._tell(self.all)


def _told(error: OSError) -> RivuletError:
    return DiskIsFullError() if error.errno in (ENOSPC, EDQUOT) else DiskFaultError(error.strerror or str(error))


def _in_units(size: int) -> Words:
    return say("{number} GB", number=size / 1e9) if size >= 1e9 else say("{number} MB", number=round(size / 1e6))
