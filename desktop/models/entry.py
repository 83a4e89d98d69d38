"""A model in the library."""

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from desktop.models.header import ModelHeader
from desktop.system.words import say

GUIDE_WORDS = say("Guide (built in)")


class Origin(Enum):
    """Why a model is in the library."""

    MODELS_FOLDER = auto()  # Rivulet's own; a file there may be removed
    WATCHED_FOLDER = auto()  # the person's
    HUB_CACHE = auto()  # what other programs have fetched
    FILE = auto()  # opened or dropped
    GUIDE = auto()  # it comes with Rivulet, and stays


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What changes when a file is replaced."""

    device: int
    inode: int
    size: int  # bytes
    modified_ns: int


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model file, or the first of its parts, and what is known of it."""

    path: Path
    origin: Origin
    size: int  # bytes of all parts
    stamp: FileStamp
    header: ModelHeader | None  # None: it cannot be used, and fault says why
    fault: str | None = None  # Words
    missing_parts: int = 0
    digest: str | None = None  # SHA-256 of the first part, hexadecimal; None: not computed yet
    is_checked: bool = False  # whether it was examined and found sound

    @property
    def name(self) -> str:
        """Return what the person calls it; Words where that is not the file's own name."""
        if self.origin is Origin.GUIDE:
            return GUIDE_WORDS
        return self.header.name if self.header is not None else self.path.stem
