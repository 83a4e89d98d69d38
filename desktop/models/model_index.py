"""What is known of model files, in one file: their headers and SHA-256, so that what did not change is not read again.

It can be deleted at any time. A file is known by its stamp, wherever it lies; one in several parts by the stamps of all.
"""

import json
import logging
import threading
from collections.abc import Collection
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

from desktop.models.entry import FileStamp
from desktop.models.header import ModelHeader
from desktop.models.header_json import header_from_json, header_to_json
from desktop.system.files import write_private

log = logging.getLogger(__name__)

FORMAT = 1  # to be raised when headers are read otherwise
LARGEST = 1 << 26  # bytes of the file
MOST_RECORDS = 2000  # beyond it those go first that were not seen for the longest time

Stamps = tuple[FileStamp, ...]
Digests = tuple[str, ...]
"""SHA-256 of each part, hexadecimal."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a model's files."""

    path: Path  # where they were seen last, the first of them
    stamps: Stamps
    header: ModelHeader
    identity: bytes
    digests: Digests = ()  # none: not computed yet
    vouched: Digests = ()  # what whoever offered it says; none: nobody does


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """The files with which saved states of a context key were computed."""

    stamps: Stamps
    digests: Digests = ()  # none: not computed yet


class ModelIndex:
    """Remember what was read. May be used from any thread."""

    def __init__(self, file: Path) -> None:
        """Use a file; one that is damaged or of another version is begun anew."""
        self._file = file
        self._lock = threading.Lock()
        self._saving = threading.Lock()
        self._records: dict[Stamps, Record] = {}
        self._contexts: dict[str, LoadedFile] = {}
        self._is_changed = False
        try:
            if file.stat().st_size <= LARGEST:
                self._read(json.loads(file.read_bytes()))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            log.info("model index begun anew: %s", type(error).__name__)
            self._records, self._contexts = {}, {}

    def record(self, stamps: Stamps) -> Record | None:
        """Return what is known of files."""
        with self._lock:
            return self._records.get(stamps)

    def keep(self, record: Record) -> None:
        """Remember a record; digests of the same files stay known, and what was vouched for holds for all that lie there later."""
        with self._lock:
            known = self._records.pop(record.stamps, None)
            before = known or next((other for other in reversed(self._records.values()) if other.path == record.path), None)
            kept = replace(
                record,
                digests=record.digests or (known.digests if known is not None else ()),
                vouched=record.vouched or (before.vouched if before is not None else ()),
            )
            self._records[record.stamps] = kept
            self._is_changed |= kept != known

    def set_digests(self, stamps: Stamps, digests: Digests, *, is_vouched: bool = False) -> None:
        """Remember the digests of files, in what is known of them and of those that were loaded.

        With is_vouched they come from whoever offered the files.
        """
        with self._lock:
            known = self._records.get(stamps)
            if known is not None:
                self._records[stamps] = replace(known, digests=digests, vouched=digests if is_vouched else known.vouched)
            for context, loaded in self._contexts.items():
                if loaded.stamps == stamps:
                    self._contexts[context] = replace(loaded, digests=digests)
            self._is_changed = True

    def loaded(self, context: bytes) -> LoadedFile | None:
        """Return with which files a context key was last used."""
        with self._lock:
            return self._contexts.get(context.hex())

    def set_loaded(self, context: bytes, file: LoadedFile) -> None:
        """Remember with which files a context key is used."""
        with self._lock:
            self._is_changed |= self._contexts.get(context.hex()) != file
            self._contexts[context.hex()] = file

    def save(self, seen: Collection[Stamps] = ()) -> None:
        """Write what changed. Where there is too much, what was not seen goes."""
        with self._saving:
            with self._lock:
                if not self._is_changed:
                    return
                for stamps in list(self._records)[: max(0, len(self._records) - MOST_RECORDS)]:
                    if stamps not in seen:
                        del self._records[stamps]
                content = {
                    "format": FORMAT,
                    "models": [_record_to_json(record) for record in self._records.values()],
                    "contexts": {key: [_stamps_to_json(file.stamps), file.digests] for key, file in self._contexts.items()},
                }
                self._is_changed = False
            with suppress(OSError):  # it is read again next time
                write_private(self._file, json.dumps(content).encode(), durable=False)

    def _read(self, content: Any) -> None:
        if content["format"] != FORMAT:
            return
        records = [_record(value) for value in content["models"]]
        self._records = {record.stamps: record for record in records}
        self._contexts = {
            bytes.fromhex(key).hex(): LoadedFile(_stamps(stamps), _digests(digests))
            for key, (stamps, digests) in content["contexts"].items()
        }


def _record_to_json(record: Record) -> dict[str, Any]:
    return {
        "path": str(record.path),
        "stamps": _stamps_to_json(record.stamps),
        "header": header_to_json(record.header),
        "identity": record.identity.hex(),
        "digests": record.digests,
        "vouched": record.vouched,
    }


def _record(value: Any) -> Record:
    return Record(
        Path(value["path"]),
        _stamps(value["stamps"]),
        header_from_json(value["header"]),
        bytes.fromhex(value["identity"]),
        _digests(value["digests"]),
        _digests(value["vouched"]),
    )


def _stamps_to_json(stamps: Stamps) -> list[tuple[int, ...]]:
    return [astuple(stamp) for stamp in stamps]


def _stamps(value: Any) -> Stamps:
    stamps = tuple(FileStamp(*map(int, numbers)) for numbers in value)
    if not stamps:
        raise ValueError
    return stamps


def _digests(value: Any) -> Digests:
    return tuple(bytes.fromhex(digest).hex() for digest in value)
