"""The model files there are, and what their headers say."""

import threading
from dataclasses import dataclass
from pathlib import Path

from desktop.models.entry import ModelEntry
from desktop.models.finding import FoundModel, Places, find_models
from desktop.models.gguf import MissingPartsError, ModelFileError, read_model_file
from desktop.models.header import ModelHeader, Purpose
from desktop.models.model_index import ModelIndex, Record, Stamps
from desktop.system.words import Words, say


@dataclass(frozen=True, slots=True)
class ScannedModel:
    """An entry, whose digest is the one that is expected, and where its files are."""

    entry: ModelEntry
    parts: tuple[Path, ...]
    stamps: Stamps
    expected: str | None = None  # SHA-256 of the first part, as whoever fetched it says
    identity: bytes = b""  # empty: it cannot be used


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found at one time."""

    models: tuple[ScannedModel, ...] = ()  # by name
    folders: tuple[tuple[Path, int], ...] = ()  # see Found


class LibraryScanner:
    """Look at all places, one at a time. May be used from any thread; a header of a large vocabulary takes half a second once."""

    def __init__(self, index: ModelIndex) -> None:
        """Remember headers in an index."""
        self._index = index
        self._lock = threading.Lock()
        self._faults: dict[Stamps, tuple[str, int]] = {}  # of this process: sentences, and how many parts are missing

    def scan(self, places: Places) -> Scan:
        """Return the models there are now, without files that only go with one."""
        with self._lock:
            found = find_models(places)
            models = [model for one in found.models if (model := self._look(one)) is not None]
            self._index.save({model.stamps for model in models})
        models.sort(key=lambda model: (model.entry.name.casefold(), model.entry.path))
        return Scan(tuple(models), found.folders)

    def _look(self, found: FoundModel) -> ScannedModel | None:
        record = self._index.record(found.stamps) if not found.missing else None
        fault, missing = self._faults.get(found.stamps, (None, 0))
        if record is None and fault is None:
            try:
                record = self._read(found)
            except ModelFileError as error:
                fault, missing = _fault_of(found, error)
                if not isinstance(error.__cause__, OSError):  # which may be over without a change of the file
                    self._faults[found.stamps] = fault, missing
        if record is None:
            return ScannedModel(_entry(found, None, fault, missing), found.parts, found.stamps)
        if record.header.purpose is Purpose.COMPANION:
            return None
        fault = cannot_chat(record.header, found.path.name)
        entry = _entry(found, record if fault is None else None, fault, 0)
        return ScannedModel(entry, found.parts, found.stamps, found.digest, record.identity)

    def _read(self, found: FoundModel) -> Record:
        file = read_model_file(found.path)
        record = Record(found.path, found.stamps, file.header, file.identity)
        self._index.keep(record)
        return record


def cannot_chat(header: ModelHeader, name: str) -> Words | None:
    """Return why a file of this name is of no use for chats; None: it is."""
    if header.purpose is Purpose.COMPANION:
        return say("{file} is no model by itself: it goes with another one. Your chats are kept; choose a chat model.", file=name)
    if header.purpose is Purpose.EMBEDDING:
        return say("{file} makes no text: it is a model for searching. Your chats are kept; choose a chat model.", file=name)
    return None


def _fault_of(found: FoundModel, error: ModelFileError) -> tuple[str, int]:
    """Return what is told, and how many parts are missing."""
    missing = max(found.missing, error.missing if isinstance(error, MissingPartsError) else 0)
    if not missing:
        return error.sentence, 0
    return MissingPartsError(found.path.stem, missing, missing + len(found.parts)).sentence, missing


def _entry(found: FoundModel, record: Record | None, fault: str | None, missing: int) -> ModelEntry:
    header = record.header if record is not None else None
    return ModelEntry(found.path, found.origin, found.size, found.stamps[0], header, fault, missing, found.digest)
