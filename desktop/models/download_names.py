"""Which names from the hub may become names on the disk, and where."""

import re
from pathlib import Path

from desktop.models.download import HubFile
from desktop.models.download_errors import NoDigestError, UnsafeNameError

LONGEST_NAME = 255  # bytes that file systems take
MOST_PARTS = 999

_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*\.gguf", re.ASCII | re.IGNORECASE)
_OWNER = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?", re.ASCII)
_REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\:]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.ASCII | re.IGNORECASE)  # devices on Windows


def require_safe(file: HubFile) -> None:
    """Look at all that the hub says of a file before any of it is used. Raises UnsafeNameError and NoDigestError."""
    owner, _, name = file.repository.partition("/")
    if not all(_OWNER.fullmatch(part) and ".." not in part and "--" not in part for part in (owner, name)):
        raise UnsafeNameError(_shown(file.repository))
    if not _REVISION.fullmatch(file.revision) or ".." in file.revision:
        raise UnsafeNameError(_shown(file.revision))
    if not file.names or len(file.names) > MOST_PARTS or not len(file.names) == len(file.sizes) == len(file.digests):
        raise UnsafeNameError(_shown(file.repository))
    names = [file_name(name) for name in file.names]
    if len({name.casefold() for name in names}) != len(names) or min(file.sizes) <= 0:
        raise UnsafeNameError(_shown(names[0]))
    if not all(_DIGEST.fullmatch(digest) for digest in file.digests):
        raise NoDigestError(names[0])


def file_name(name: str) -> str:
    """Return the name that a file of a repository has on the disk: the last part of its own. Raises UnsafeNameError."""
    *folders, last = name.split("/")
    is_safe = _FILE.fullmatch(last) and len(last) <= LONGEST_NAME and not _RESERVED.fullmatch(last)
    if not is_safe or any(part in ("", ".", "..") for part in folders) or _UNSAFE.search(name):
        raise UnsafeNameError(_shown(name))
    return last


def places(models: Path, file: HubFile, key: str) -> tuple[Path, Path]:
    """Return where a model's files may go: a folder of its repository, and another one where that has files of these names.

    Raises UnsafeNameError.
    """
    folder, other = (models / name for name in place_names(file, key))
    for place in (folder, other):
        if not place.resolve().is_relative_to(models.resolve()):
            raise UnsafeNameError(place.name)
    return folder, other


def place_names(file: HubFile, key: str) -> tuple[str, str]:
    """Return the names of these folders. Two hyphens in a row are in no repository's name, so two repositories never share one."""
    name = file.repository.replace("/", "--")
    return name, f"{name}--{key[:8]}"


def _shown(name: str) -> str:
    text = "".join(character if character.isprintable() else "?" for character in name)
    return text if len(text) <= 80 else f"{text[:80]}…"
