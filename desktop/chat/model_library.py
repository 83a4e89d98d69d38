"""The model files that can be chosen: finding them, taking some in and removing them."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from desktop.chat.digest_reading import read_digests
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import LibraryChanged
from desktop.models.digests import ChangedError, Digesting
from desktop.models.entry import FileStamp, ModelEntry, Origin
from desktop.models.finding import Places, change_of, stamp_of
from desktop.models.fit import Fit
from desktop.models.gguf import ModelFileError, read_model_file
from desktop.models.library import LibraryScanner, Scan, ScannedModel, cannot_chat
from desktop.models.model_index import Digests, ModelIndex, Stamps
from desktop.models.part_name import PartName
from desktop.system.errors import RivuletError
from desktop.system.threads import in_thread
from desktop.system.words import say

WATCH_SECONDS = 3.0  # between two looks at folders that are watched


class NotInLibraryError(RivuletError):
    """A model is not there any more, or never was."""

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} is not among the models any more. Nothing was changed.", name=name))


class ModelInUseError(RivuletError):
    """The loaded model's file is not to be removed."""

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} is loaded, so it was not removed. Load another model first.", name=name))


class BuiltInError(RivuletError):
    """The guide is not to be removed."""

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} belongs to Rivulet, so it was not removed. A switch in the settings leaves it out.", name=name))


class NotRemovedError(RivuletError):
    """A file could not be deleted."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            say("{name} could not be deleted ({reason}). It is still there; close what uses it and try again.", name=name, reason=reason)
        )


class NoFolderError(RivuletError):
    """A folder is not there or cannot be read."""

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} is no folder that can be read. Nothing was changed; choose another one.", name=name))


class NotReadToItsEndError(RivuletError):
    """A file could not be checked."""

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} could not be read to its end, so it was not checked. It is still there; try again.", name=name))


class ModelLibrary:
    """Implements Library of models_api.py. For the event loop's thread; what takes its time happens beside it."""

    def __init__(
        self,
        places: Callable[[], Places],
        keep: Callable[[Places], None],
        index: ModelIndex,
        events: EventBuffer,
        fit: Callable[[ModelEntry], Fit | None] = lambda entry: None,
        loaded: Callable[[], Path | None] = lambda: None,
        is_sound: Callable[[bytes], bool] = lambda identity: False,
    ) -> None:
        """Look at places, and have changed ones kept in the settings.

        fit judges a model; loaded tells the file of the present model; is_sound tells of an identity whether it was examined.
        """
        self._places, self._keep, self._index, self._events = places, keep, index, events
        self._fit, self._loaded, self._is_sound = fit, loaded, is_sound
        self._scanner = LibraryScanner(index)
        self._digesting = Digesting(index, lambda: events.put(LibraryChanged()))
        self._scan = Scan()
        self._used: tuple[Stamps, tuple[Path, ...]] | None = None  # the files of the present model
        self._lock = asyncio.Lock()

    @property
    def entries(self) -> Sequence[ModelEntry]:
        """See Library."""
        return [self._entry(model) for model in self._scan.models]

    async def refresh(self) -> None:
        """See Library."""
        async with self._lock:
            places = self._places()
            before, self._scan = self._scan, await in_thread("library", lambda: self._scanner.scan(places))
            if self._scan.models != before.models:
                self._events.put(LibraryChanged())
        self._compute_digests()

    async def add_file(self, path: Path) -> ModelEntry:
        """See Library. Raises ModelFileError where it is no chat model."""
        path = await in_thread("library", lambda: _first_part(path))
        file = await in_thread("library", lambda: read_model_file(path))
        if (fault := cannot_chat(file.header, path.name)) is not None:
            raise ModelFileError(fault)
        stamp = await in_thread("library", lambda: stamp_of(path))
        await self._change(lambda places: replace(places, forgotten=tuple(other for other in places.forgotten if other != path)))
        if (found := self._find(path, stamp)) is None:
            await self._change(lambda places: replace(places, files=(*places.files, path)))
            found = self._find(path, stamp)
        if found is None:  # it went in this very moment
            raise NotInLibraryError(path.name)
        return self._entry(found)

    async def add_folder(self, path: Path) -> bool:
        """See Library. Raises NoFolderError."""
        path = _absolute(path)
        if not await in_thread("library", lambda: path.is_dir() and os.access(path, os.R_OK | os.X_OK)):
            raise NoFolderError(path.name or str(path))
        places = self._places()
        if path in (places.models, *places.watched):
            return False
        await self._change(lambda places: replace(places, watched=(*places.watched, path)))
        return True

    async def remove_folder(self, path: Path) -> None:
        """Watch a folder no more; its files stay."""
        await self._change(lambda places: replace(places, watched=tuple(folder for folder in places.watched if folder != path)))

    async def remove(self, path: Path) -> None:
        """See Library. Raises NotInLibraryError, BuiltInError, ModelInUseError, NotRemovedError."""
        model = self._need(path)
        if model.entry.origin is Origin.GUIDE:
            raise BuiltInError(model.entry.name)
        if self._loaded() in model.parts:
            raise ModelInUseError(model.entry.name)
        if model.entry.origin is Origin.MODELS_FOLDER:
            try:
                await in_thread("library", lambda: _delete(model.parts, self._places().models))
            except OSError as error:
                raise NotRemovedError(model.entry.name, error.strerror or str(error)) from error
            finally:
                await self.refresh()
        elif model.entry.origin is Origin.FILE:
            await self._change(lambda places: replace(places, files=tuple(file for file in places.files if file not in model.parts)))
        else:
            await self._change(lambda places: replace(places, forgotten=(*places.forgotten, path)))

    async def verify(self, path: Path) -> bool:
        """See Library. Raises NotInLibraryError, NotReadToItsEndError."""
        model = self._need(path)
        if not model.identity:  # its header cannot be read, or parts of it are missing
            return False
        try:
            digests = await read_digests(model.parts)
        except (OSError, ChangedError) as error:
            raise NotReadToItsEndError(model.entry.name) from error
        record = self._index.record(model.stamps)
        known = (record.vouched or record.digests or digests) if record is not None else digests
        is_same = digests == known and model.expected in (None, digests[0])
        if is_same:
            await self._set_digests(model.stamps, digests)
        return is_same

    def fit(self, entry: ModelEntry) -> Fit | None:
        """See Library."""
        return self._fit(entry)

    async def note_digests(self, path: Path, digests: Digests) -> None:
        """Remember what whoever offered a model says is the SHA-256 of its files. Raises NotInLibraryError."""
        await self._set_digests(self._need(path).stamps, digests, is_vouched=True)

    def want_digest(self, stamps: Stamps, parts: tuple[Path, ...]) -> None:
        """Have the SHA-256 of the present model's files computed before all others."""
        self._used = stamps, parts
        self._compute_digests()

    @asynccontextmanager
    async def watch(self) -> AsyncIterator[None]:
        """Refresh by itself meanwhile when files come, go or change."""
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    def close(self, timeout: float) -> bool:
        """Give up work in the background; return whether it ended within timeout seconds."""
        return self._digesting.close(timeout)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if await in_thread("library", partial(_is_stale, self._scan)):
                await self.refresh()

    async def _change(self, change: Callable[[Places], Places]) -> None:
        before = self._places()
        if (places := change(before)) != before:
            self._keep(places)
        await self.refresh()

    async def _set_digests(self, stamps: Stamps, digests: Digests, *, is_vouched: bool = False) -> None:
        self._index.set_digests(stamps, digests, is_vouched=is_vouched)
        await in_thread("library", self._index.save)
        self._events.put(LibraryChanged())

    def _compute_digests(self) -> None:
        lacking = {
            model.stamps: model.parts
            for model in self._scan.models
            if model.entry.header is not None and model.expected is None and not self._digests(model)
        }
        if self._used is not None and (known := self._index.record(self._used[0])) is not None and not known.digests:
            lacking[self._used[0]] = self._used[1]
        self._digesting.want(lacking, first=self._used[0] if self._used is not None else None)

    def _entry(self, model: ScannedModel) -> ModelEntry:
        digests = self._digests(model)
        is_checked = model.entry.origin is Origin.GUIDE or (bool(model.identity) and self._is_sound(model.identity))
        return replace(model.entry, digest=digests[0] if digests else model.expected, is_checked=is_checked)

    def _digests(self, model: ScannedModel) -> Digests:
        record = self._index.record(model.stamps)
        return record.digests if record is not None else ()

    def _find(self, path: Path, stamp: FileStamp) -> ScannedModel | None:
        return next((model for model in self._scan.models if model.entry.path == path or model.entry.stamp == stamp), None)

    def _need(self, path: Path) -> ScannedModel:
        model = next((model for model in self._scan.models if model.entry.path == path), None)
        if model is None:
            raise NotInLibraryError(path.name)
        return model


def _first_part(path: Path) -> Path:
    """Return where a file is, or the first of a model's where another one was chosen."""
    path = _absolute(path)
    name = PartName.of(path)
    if name is None or name.number == 1:
        return path
    first = name.all(path)[0]
    return first if first.exists() else path


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))


def _is_stale(scan: Scan) -> bool:
    """Tell whether anything changed since a scan. May take a moment."""
    return any(change_of(folder) != changed for folder, changed in scan.folders) or any(
        _stamp(part) != stamp for model in scan.models for part, stamp in zip(model.parts, model.stamps, strict=True)
    )


def _stamp(path: Path) -> FileStamp | None:
    try:
        return stamp_of(path)
    except OSError:
        return None


def _delete(parts: tuple[Path, ...], top: Path) -> None:
    for part in reversed(parts):  # so that what is left of a model is told as one that lacks files
        part.unlink(missing_ok=True)
    if parts[0].parent != top:
        with suppress(OSError):  # not empty
            parts[0].parent.rmdir()
