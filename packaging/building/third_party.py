"""A part of the application that others made."""

from dataclasses import dataclass

from building.running import BuildError


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the application, and what must be said of it."""

    name: str
    version: str  # empty where it has none of its own
    licence: str  # its name
    texts: tuple[str, ...]
    remark: str = ""  # stands before the texts
    home: str = ""  # where it comes from

    @property
    def heading(self) -> str:
        """Return its name and version."""
        return f"{self.name} {self.version}".strip()


class LicenceError(BuildError):
    """A part has no licence text; the message names it."""
