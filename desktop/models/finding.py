"""Where model files are, and which there are: nothing is opened for it."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.models.entry import FileStamp, Origin
from desktop.models.guide import Guide
from desktop.models.part_name import PartName

DEPTH = 6  # folders below one that is watched
MOST_ENTRIES = 20_000  # files and folders that are looked at in one
SUFFIX = ".gguf"

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Places:
    """Where models are looked for."""

    models: Path  # Rivulet's own folder
    watched: tuple[Path, ...] = ()
    hub_cache: Path | None = None  # None: not looked at
    files: tuple[Path, ...] = ()
    forgotten: tuple[Path, ...] = ()  # not shown, though they are in one of these
    guide: Guide | None = None  # None: it is left out


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model's files."""

    path: Path  # the first of them; where that is missing, the first there is
    origin: Origin
    parts: tuple[Path, ...]  # that are there, in order
    stamps: tuple[FileStamp, ...]  # of these
    missing: int = 0  # parts
    digest: str | None = None  # SHA-256 of the first, as whoever fetched it says

    @property
    def size(self) -> int:
        """Return the bytes of all parts that are there."""
        return sum(stamp.size for stamp in self.stamps)


@dataclass(frozen=True, slots=True)
class Found:
    """What there is."""

    models: tuple[FoundModel, ...]
    folders: tuple[tuple[Path, int], ...]  # that were looked into, and when each was changed, in nanoseconds; 0: it is not there


def hub_cache(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where Hugging Face's programs keep what they fetched, as they would decide."""
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if environment.get(name):
            return Path(environment[name]).expanduser()
    home = environment.get("HF_HOME")
    cache = environment.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home or Path(cache) / "huggingface").expanduser() / "hub"


def stamp_of(path: Path) -> FileStamp:
    """Return what would change if a file were replaced. Raises OSError, also where it is none."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise IsADirectoryError(path)
    return FileStamp(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def find_models(places: Places) -> Found:
    """Look at all places. A file that is in several of them is found once, in the first."""
    search = _Search(frozenset(places.forgotten))
    if places.guide is not None and places.guide.is_sound():
        search.guide(places.guide)
    search.folder(places.models, Origin.MODELS_FOLDER)
    for folder in places.watched:
        search.folder(folder, Origin.WATCHED_FOLDER)
    for file in places.files:
        search.files([file], Origin.FILE)
    if places.hub_cache is not None:
        search.hub_cache(places.hub_cache)
    return Found(tuple(search.models), tuple(search.folders.items()))


def change_of(folder: Path) -> int:
    """Return when a folder was changed, in nanoseconds; 0 where it is not there."""
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


class _Search:
    def __init__(self, forgotten: frozenset[Path]) -> None:
        self.models: list[FoundModel] = []
        self.folders: dict[Path, int] = {}
        self._forgotten = forgotten
        self._known = set[tuple[int, int]]()  # files

    def folder(self, root: Path, origin: Origin) -> None:
        self.files(list(self._walk(root)), origin)

    def guide(self, guide: Guide) -> None:
        self._take(guide.path, Origin.GUIDE, {1: guide.path}, 1, guide.digest())

    def hub_cache(self, root: Path) -> None:
        for repository in self._children(root):
            if repository.name.startswith("models--"):
                for snapshot in self._snapshots(repository):
                    self.files(list(self._walk(snapshot)), Origin.HUB_CACHE)

    def files(self, paths: list[Path], origin: Origin) -> None:
        sets: dict[tuple[Path, str, int], dict[int, Path]] = {}
        for path in paths:
            name = PartName.of(path)
            if name is None or name.count == 1:
                self._take(path, origin, {1: path}, 1)
            else:
                sets.setdefault((path.parent, name.stem, name.count), {})[name.number] = path
        for (_, _, count), parts in sets.items():
            if origin is Origin.FILE:  # one was chosen for all
                first = next(iter(parts.values()))
                name = PartName.of(first)
                parts = {number: part for number, part in enumerate(name.all(first), 1) if part.is_file()} if name is not None else parts
            if parts:
                self._take(parts[min(parts)], origin, parts, count)

    def _take(self, path: Path, origin: Origin, parts: Mapping[int, Path], count: int, digest: str | None = None) -> None:
        if path in self._forgotten:
            return
        there = [parts[number] for number in sorted(parts)]
        try:
            stamps = tuple(stamp_of(part) for part in there)
        except OSError:  # gone meanwhile, or no file
            return
        place = (stamps[0].device, stamps[0].inode)
        if place not in self._known:
            self._known.add(place)
            digest = _digest_of(path) if origin is Origin.HUB_CACHE else digest
            self.models.append(FoundModel(path, origin, tuple(there), stamps, count - len(there), digest))

    def _walk(self, root: Path) -> Iterator[Path]:
        """Give the model files in a folder and below, folders that links lead to among them, each once."""
        left = MOST_ENTRIES
        seen = set[tuple[int, int]]()
        folders = [(root, 0)]
        while folders and left > 0:
            folder, depth = folders.pop(0)
            try:
                status = folder.stat()
                if (status.st_dev, status.st_ino) in seen:
                    continue
                seen.add((status.st_dev, status.st_ino))
                with os.scandir(folder) as entries:
                    self.folders[folder] = status.st_mtime_ns
                    children = sorted((entry for entry, _ in zip(entries, range(left), strict=False)), key=lambda entry: entry.name)
            except OSError:
                self.folders[folder] = 0
                continue
            left -= len(children)
            for entry in children:
                if entry.name.startswith("."):
                    continue
                if entry.name.lower().endswith(SUFFIX) and _is_file(entry):
                    yield Path(entry.path)
                elif depth < DEPTH and _is_folder(entry):
                    folders.append((Path(entry.path), depth + 1))

    def _children(self, folder: Path) -> list[Path]:
        self.folders[folder] = change_of(folder)
        try:
            return sorted(folder.iterdir())[:MOST_ENTRIES]
        except OSError:
            return []

    def _snapshots(self, repository: Path) -> list[Path]:
        """Return a repository's snapshots, the newest first."""
        main = ""
        try:
            with (repository / "refs" / "main").open(encoding="ascii", errors="replace") as file:
                main = file.read(64).strip()
        except OSError:
            pass
        snapshots = self._children(repository / "snapshots")
        return sorted(snapshots, key=lambda snapshot: (snapshot.name == main, change_of(snapshot)), reverse=True)


def _digest_of(path: Path) -> str | None:
    """Return the SHA-256 that a file of the hub's cache is named by, where it is."""
    try:
        name = path.resolve().name if path.is_symlink() else ""
    except (OSError, RuntimeError):  # a loop
        return None
    return name if _DIGEST.fullmatch(name) else None


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
