"""A file on its way from the hub, as it is shown."""

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import NewType

from desktop.system.words import Words

DownloadId = NewType("DownloadId", str)


class DownloadPhase(Enum):
    """Where a download stands."""

    QUEUED = auto()
    RUNNING = auto()
    PAUSED = auto()  # by the person, or because Rivulet ended
    WAITING = auto()  # for the network or the server, and goes on by itself
    CHECKING = auto()  # its SHA-256
    DONE = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file, or all parts of one model, in a repository of the hub."""

    repository: str  # "owner/name"
    revision: str  # a commit
    names: tuple[str, ...]  # of the parts, in order
    sizes: tuple[int, ...]  # bytes
    digests: tuple[str, ...]  # SHA-256, hexadecimal
    quantisation: str = ""

    @property
    def size(self) -> int:
        """Return the bytes of all parts."""
        return sum(self.sizes)


@dataclass(frozen=True, slots=True)
class Download:
    """One download."""

    id: DownloadId
    file: HubFile
    phase: DownloadPhase
    done: int = 0  # bytes, of all parts
    speed: float = 0.0  # bytes a second, lately
    problem: Words | None = None  # what went wrong, what was kept and what to do; also while WAITING; why it began again
    path: Path | None = None  # of the first part, once it is DONE

    @property
    def is_coming(self) -> bool:
        """Tell whether it goes on by itself."""
        return self.phase not in (DownloadPhase.PAUSED, DownloadPhase.FAILED)

    @property
    def seconds_left(self) -> float | None:
        """Return how long it takes at the present speed; None: not known."""
        return (self.file.size - self.done) / self.speed if self.speed else None
