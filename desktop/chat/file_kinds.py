"""What a person may hand over to be opened: what each file is, told by its name, or by its first bytes where that says nothing."""

import stat
from collections.abc import Iterable
from enum import Enum, auto
from pathlib import Path

MODEL_SUFFIX, MODEL_MAGIC = ".gguf", b"GGUF"
CHATS_SUFFIXES, CHAT_MAGIC = (".rivulet", ".json"), b"Rivulet chat 01\n"


class FileKind(Enum):
    """What a file is to Rivulet."""

    MODEL = auto()
    CHATS = auto()
    FOLDER = auto()
    MISSING = auto()  # also where nobody may look
    OTHER = auto()


def sorted_by_kind(paths: Iterable[Path]) -> dict[FileKind, list[Path]]:
    """Return the files by their kinds, each once and in the order given; looks at the disk."""
    kinds: dict[FileKind, list[Path]] = {kind: [] for kind in FileKind}
    for path in dict.fromkeys(paths):
        kinds[kind_of(path)].append(path)
    return kinds


def kind_of(path: Path) -> FileKind:
    """Return what a file is; looks at the disk."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return FileKind.MISSING
    if stat.S_ISDIR(mode):
        return FileKind.FOLDER
    if not stat.S_ISREG(mode):  # a pipe, say, which whoever opens it waits for
        return FileKind.OTHER
    named = kind_by_name(path)
    return _kind_by_content(path) if named is FileKind.OTHER else named


def kind_by_name(path: Path) -> FileKind:
    """Return what a file's name says that it is; does not look at the disk."""
    suffix = path.suffix.lower()
    if suffix == MODEL_SUFFIX:
        return FileKind.MODEL
    return FileKind.CHATS if suffix in CHATS_SUFFIXES else FileKind.OTHER


def _kind_by_content(path: Path) -> FileKind:
    try:
        with path.open("rb") as file:
            beginning = file.read(len(CHAT_MAGIC))
    except OSError:
        return FileKind.OTHER
    if beginning.startswith(MODEL_MAGIC):
        return FileKind.MODEL
    return FileKind.CHATS if beginning == CHAT_MAGIC else FileKind.OTHER
