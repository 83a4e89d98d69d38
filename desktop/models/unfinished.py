"""What is kept on the disk of a download that is not finished: a folder with its parts and a record of what they are of.

The folder lies in the models folder, so that a finished file only has to be renamed, and is hidden from whoever lists models there.
Its name is the download's key, so that no name from the hub is one on the disk before all was checked.
"""

import hashlib
import json
import logging
import os
import re
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from desktop.models.download import HubFile
from desktop.models.download_errors import AlreadyThereError
from desktop.models.download_names import file_name, place_names, places, require_safe
from desktop.system.errors import RivuletError
from desktop.system.files import sync_folder, write_private

log = logging.getLogger(__name__)

FOLDER = ".downloads"  # in the models folder
RECORD = "download.json"
LARGEST_RECORD = 1 << 20  # bytes

_UNSENDABLE = re.compile(r"[^!-~]")  # by whoever wrote the record, not by a server
_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)


def key_of(file: HubFile) -> str:
    """Return the key of a download: the same for the same files of the same revision."""
    return hashlib.blake2b(json.dumps([file.repository, file.revision, file.names]).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Record:
    """What the sidecar says."""

    file: HubFile
    url: str  # of the repository's files
    begun_ns: int  # the order of the queue
    etags: tuple[str, ...]  # of the parts; empty: not known
    place: str = ""  # the folder that the parts are moved to, once all were checked


class Unfinished:
    """The folder of one download. What it does with the disk takes its time and raises OSError."""

    def __init__(self, models: Path, record: Record) -> None:
        self.models, self.record = models, record
        self.folder = models / FOLDER / key_of(record.file)

    def part(self, index: int) -> Path:
        """Return where the bytes of a part go."""
        return self.folder / f"{index}.part"

    def begin(self) -> None:
        """Make the folder and write the record, before any part is."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write()

    def make_again(self) -> None:
        """Make the folder where somebody removed it, but not where the models folder is gone as a whole, say with its drive."""
        if self.models.is_dir() and not self.folder.is_dir():
            self.begin()

    def set_etag(self, index: int, etag: str) -> None:
        """Note which state of a part's file the bytes that follow are of."""
        if self.record.etags[index] != etag:
            etags = (*self.record.etags[:index], etag, *self.record.etags[index + 1 :])
            self.record = replace(self.record, etags=etags)
            self._write()

    def lengths(self) -> list[int]:
        """Return how many bytes there are of each part; one that was moved to its place already has all."""
        return [self._length(index) for index in range(len(self.record.file.names))]

    def is_placed(self, index: int) -> bool:
        """Return whether a part was checked and moved to its place before."""
        return bool(self.record.place) and not self.part(index).exists() and self._target(self.record.place, index).is_file()

    def place(self) -> list[Path]:
        """Give all parts, which were checked, their names; return them. Nothing that is there is overwritten. Raises AlreadyThereError."""
        name = file_name(self.record.file.names[0])
        if not self.record.place:
            indexes = range(len(self.record.file.names))
            free = [it for it in self._places() if not any(self._target(it.name, index).exists() for index in indexes)]
            if not free:
                raise AlreadyThereError(name)
            free[0].mkdir(exist_ok=True)
            self.record = replace(self.record, place=free[0].name)
            self._write()
        targets = [self._target(self.record.place, index) for index in range(len(self.record.file.names))]
        for index, target in enumerate(targets):
            if not self.is_placed(index):
                if target.exists():
                    raise AlreadyThereError(name)
                os.replace(self.part(index), target)
        sync_folder(targets[0].parent)
        self.remove()
        return targets

    def placed_before(self) -> bool:
        """Return whether a finished model has the names and sizes of this one in the folder of its repository."""
        return any(
            all(_size(place / file_name(name)) == size for name, size in zip(self.record.file.names, self.record.file.sizes, strict=True))
            for place in self._places()
        )

    def remove(self) -> None:
        """Remove all there is of it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with suppress(OSError):  # others are in it
            self.folder.parent.rmdir()

    def _places(self) -> tuple[Path, Path]:
        return places(self.models, self.record.file, self.folder.name)

    def _target(self, place: str, index: int) -> Path:
        return self.models / place / file_name(self.record.file.names[index])

    def _length(self, index: int) -> int:
        return self.record.file.sizes[index] if self.is_placed(index) else min(_size(self.part(index)), self.record.file.sizes[index])

    def _write(self) -> None:
        content = {"format": 1, **asdict(self.record)}
        write_private(self.folder / RECORD, json.dumps(content, indent=1).encode("ascii"))


def find_unfinished(models: Path) -> list[Unfinished]:
    """Return the downloads that an earlier start left, in the order of their queue. What nobody could go on with is removed."""
    found = []
    with suppress(OSError):
        for folder in sorted((models / FOLDER).iterdir()):
            if not _KEY.fullmatch(folder.name) or folder.is_symlink():
                continue
            try:
                unfinished = Unfinished(models, _read(folder / RECORD))
                if unfinished.folder != folder:
                    raise ValueError(folder.name)
                found.append(unfinished)
            except (FileNotFoundError, ValueError, ArithmeticError, TypeError, KeyError, RecursionError, RivuletError) as error:
                log.info("an unfinished download is of no use: %s", type(error).__name__)
                shutil.rmtree(folder, ignore_errors=True)
            except OSError as error:  # it may be read another time
                log.info("an unfinished download cannot be read: %s", error.strerror)
    return sorted(found, key=lambda it: it.record.begun_ns)


def _read(path: Path) -> Record:
    with path.open("rb") as file:
        content = json.loads(file.read(LARGEST_RECORD))
    said = content["file"]
    file_ = HubFile(
        str(said["repository"]),
        str(said["revision"]),
        tuple(map(str, said["names"])),
        tuple(map(int, said["sizes"])),
        tuple(map(str, said["digests"])),
        str(said["quantisation"]),
    )
    require_safe(file_)
    record = Record(file_, str(content["url"]), int(content["begun_ns"]), tuple(map(str, content["etags"])), str(content["place"]))
    is_right = content["format"] == 1 and len(record.etags) == len(file_.names)
    if not is_right or record.place not in ("", *place_names(file_, key_of(file_))) or any(map(_UNSENDABLE.search, record.etags)):
        raise ValueError(path.name)
    return record


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
