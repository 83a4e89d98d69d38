"""Everything that was ever kept is deleted: first moved out of the way as a whole, then erased.

A folder in the data directory says how far it is. While `AppPaths.deleting` is there, it was asked for and not all was moved into it, and
nothing may be opened; then it is one of `AppPaths.deleted`, which wait to be erased while new things are kept beside them already. So
whatever ends the process, the next start goes on, and never is half of the chats left.
"""

import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.system.errors import RivuletError, StartError
from desktop.system.paths import AppPaths
from desktop.system.secrets import forget_secrets
from desktop.system.words import say

log = logging.getLogger(__name__)

_CHUNK = bytes(1 << 20)
_OWN = re.compile(r"(set-aside|\.import-[^/]*|[0-9a-f]{16,})/.*|.*\.(kv|state)|(.*/)?\.[^/]*\.tmp|(rivulet|crash)\.log(\.\d+)?", re.DOTALL)


class NothingDeletedError(RivuletError):
    """Something could not be moved; all is where it was."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            say("Nothing was deleted: {name} cannot be moved ({reason}). Close what uses it and try again.", name=name, reason=reason)
        )


class HalfMovedError(StartError):
    """Something could not be moved and what was moved not be brought back: the next start goes on."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            say(
                "Deleting everything was begun and is not finished: {name} cannot be moved ({reason}). Close what uses it and start "
                "Rivulet again, which finishes it.",
                name=name,
                reason=reason,
            )
        )


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of erasing."""

    size: int  # bytes that are gone
    left: tuple[Path, ...] = ()  # what could not be removed
    reason: str = ""  # of the first of these
    forgot_secrets: bool = True


def size_of_all(paths: AppPaths) -> int:
    """Return how many bytes all that would be deleted takes. May take a while."""
    return sum(_size(file) for top in paths.belongings() for file in _files(top))


def begin(paths: AppPaths) -> None:
    """Note that everything is to be deleted: from now on the next start does it, if this process does not. Raises NothingDeletedError."""
    try:
        paths.deleting.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise NothingDeletedError(paths.deleting.name, _reason(error)) from error


def move_away(paths: AppPaths) -> None:
    """Take everything out of the way, after begin(), while nothing of it is open.

    Raises NothingDeletedError with all back in its place, and HalfMovedError where that failed too: then nothing may be opened.
    """
    moved: list[Path] = []
    top = paths.deleting
    try:
        for top in paths.belongings():
            _move(top, paths.deleting / top.name)
            moved.append(top)
        top = paths.deleting
        top.rename(paths.next_deleted())
    except OSError as error:
        try:
            for path in moved:
                (paths.deleting / path.name).rename(path)
            paths.deleting.rmdir()
        except OSError as second:
            raise HalfMovedError(top.name, _reason(error)) from second
        raise NothingDeletedError(top.name, _reason(error)) from error


def finish_moving(paths: AppPaths) -> bool:
    """Go on with what an earlier process began, before anything is opened; return whether there was anything. Raises HalfMovedError."""
    if not paths.deleting.is_dir():
        return False
    top = paths.deleting
    try:
        for top in paths.belongings():
            _move(top, _free_place(paths.deleting, top.name))
        top = paths.deleting
        top.rename(paths.next_deleted())
    except OSError as error:
        raise HalfMovedError(top.name, _reason(error)) from error
    return True


def waits_to_be_erased(paths: AppPaths) -> bool:
    """Return whether anything that was deleted is still on the disk."""
    return bool(paths.deleted)


def erase(paths: AppPaths, on_progress: Callable[[int, int], None]) -> Erased:
    """Remove what was moved away and the keyring's entries; texts are overwritten, which saved states and downloads are not.

    Goes on after a failure. on_progress gets how many files are done, of how many. May take a while, and can be done again.
    """
    parts = [part for top in paths.deleted for part in top.iterdir()]
    files = [file for part in parts for file in _files(part)]
    size, left, reason = 0, list[Path](), ""
    for number, file in enumerate(files):
        on_progress(number, len(files))
        try:
            own = _size(file)
            if not file.is_symlink() and not {paths.sessions.name, paths.unfinished_downloads.name} & {*file.relative_to(paths.data).parts}:
                _overwrite(file)
            file.unlink(missing_ok=True)
            size += own
        except (OSError, ValueError) as error:
            left.append(file)
            reason = reason or (_reason(error) if isinstance(error, OSError) else str(error))
    for part in (*parts, *paths.deleted):
        _remove_folders(part)
    forgot = forget_secrets()  # the last: it may wait for the person
    if left:
        log.info("%d files not erased: %s", len(left), reason)
    return Erased(size, tuple(left), reason, forgot)


def _move(top: Path, to: Path) -> None:
    if top.is_symlink():  # a relative one would lead elsewhere from there
        to.symlink_to(top.resolve(), target_is_directory=top.is_dir())
        top.unlink()
    else:
        top.rename(to)


def _free_place(folder: Path, name: str) -> Path:
    place, number = folder / name, 1
    while place.exists():  # moved by an earlier process, after which another one was made
        number += 1
        place = folder / f"{name}-{number}"
    return place


def _files(top: Path) -> Iterator[Path]:
    """Return the files under a path, or itself where it is one; a link at the top leads to them, another is one itself.

    Where a link leads, others may keep things: of what is there only what is named as ours is.
    """
    if not top.is_dir():
        yield top
        return
    for folder, folders, names in os.walk(top):
        links = [name for name in folders if Path(folder, name).is_symlink()]
        files = [Path(folder, name) for name in (*names, *links)]
        yield from (file for file in files if not top.is_symlink() or _OWN.fullmatch(file.relative_to(top).as_posix()))


def _remove_folders(top: Path) -> None:
    """Remove all empty folders under a path, and itself."""
    for folder, _, _ in os.walk(top, topdown=False):
        with suppress(OSError):  # not empty
            os.rmdir(folder)
    if top.is_symlink():
        top.unlink()


def _overwrite(file: Path) -> None:
    with open(file, "r+b") as stream:
        left = os.fstat(stream.fileno()).st_size
        while left > 0:
            left -= stream.write(_CHUNK[: min(left, len(_CHUNK))])
        stream.flush()
        os.fsync(stream.fileno())


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except OSError:
        return 0


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
