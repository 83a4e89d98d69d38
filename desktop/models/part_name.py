"""How the files of one model are named, where it comes in several."""

import re
from dataclasses import dataclass
from pathlib import Path

MOST_PARTS = 1 << 10

_NAME = re.compile(r"(?P<stem>.*)-(?P<number>[0-9]{5})-of-(?P<count>[0-9]{5})\.gguf", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class PartName:
    """The name of one of several files: stem-00001-of-00003.gguf."""

    stem: str
    number: int
    count: int

    @classmethod
    def of(cls, path: Path) -> "PartName | None":
        """Return how a file is named, if it is named so."""
        match = _NAME.fullmatch(path.name)
        if match is None:
            return None
        name = cls(match["stem"], int(match["number"]), int(match["count"]))
        return name if 1 <= name.number <= name.count <= MOST_PARTS else None

    def all(self, first: Path) -> tuple[Path, ...]:
        """Return where all parts must be, beside the first, in order."""
        ending = first.suffix
        return tuple(first.with_name(f"{self.stem}-{number:05d}-of-{self.count:05d}{ending}") for number in range(1, self.count + 1))
