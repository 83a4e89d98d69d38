"""How much memory is free."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

_KIB = 1024


class _Files(NamedTuple):
    """Where a version of control groups tells what."""

    limit: str
    used: str
    cached: str  # the key in memory.stat of what is given back at once where memory is wanted


_VERSION_2 = _Files("memory.max", "memory.current", "file")
_VERSION_1 = _Files("memory.limit_in_bytes", "memory.usage_in_bytes", "total_cache")


def available_memory(
    source: Path = Path("/proc/meminfo"), membership: Path = Path("/proc/self/cgroup"), groups: Path = Path("/sys/fs/cgroup")
) -> int | None:
    """Return the bytes that programs may still take without others being written to disk; None: not known.

    A container, or a slice of the system, may have less than the machine.

    Args:
        source: where Linux tells it.
        membership: where Linux tells which control groups this process is in.
        groups: where it describes them.
    """
    told = [_machine(source), *(_group(folder, files) for folder, files in _groups(membership, groups))]
    return min((size for size in told if size is not None), default=None)


class RecentMemory:
    """What was free a moment ago, for who asks for many models at once: looking takes a millisecond or more."""

    def __init__(
        self, look: Callable[[], int | None] = available_memory, seconds: float = 0.25, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Look anew where what is known is older than so many seconds."""
        self._look, self._seconds, self._clock = look, seconds, clock
        self._seen: tuple[float, int | None] | None = None

    def __call__(self) -> int | None:
        """Return the bytes; None: not known."""
        now = self._clock()
        if self._seen is None or now - self._seen[0] > self._seconds:
            self._seen = now, self._look()
        return self._seen[1]


def _machine(source: Path) -> int | None:
    try:
        lines = source.read_text().splitlines()
        return next(int(line.split()[1]) * _KIB for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, IndexError, StopIteration):
        return None


def _groups(membership: Path, root: Path) -> Iterator[tuple[Path, _Files]]:
    """Return the groups that limit the memory of this process: its own, and those around it."""
    try:
        lines = [line.split(":", 2) for line in membership.read_text().splitlines()]
    except OSError:
        return
    for _, controllers, path in (line for line in lines if len(line) == 3):
        if controllers in ("", "memory"):
            top, files = (root / "memory", _VERSION_1) if controllers else (root, _VERSION_2)
            own = Path(path.lstrip("/"))
            for folder in (own, *own.parents):
                yield top / folder, files


def _group(folder: Path, files: _Files) -> int | None:
    """Return what a group may still take; None: it has no limit, or none that is told."""
    try:
        limit, used = int((folder / files.limit).read_text()), int((folder / files.used).read_text())
        stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        return max(0, limit - used + int(stat.get(files.cached, 0)))
    except (OSError, ValueError):  # "max", for instance
        return None
