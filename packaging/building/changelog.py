"""packaging/CHANGELOG.md, read: what a version brought, for AppStream and for Debian."""

import datetime
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from building.running import BuildError

CHANGELOG = Path(__file__).resolve().parents[1] / "CHANGELOG.md"
MAINTAINER = "Rivulet contributors <nobody@rivulet.invalid>"  # Debian wants an address; there is none to write to
_RELEASE = re.compile(r"## \[(?P<version>\d+(?:\.\d+)*)\] - (?P<date>\d{4}-\d\d-\d\d)")


@dataclass(frozen=True, slots=True)
class Release:
    """A version, the day it came out, and what it brought, each kind of change with its items."""

    version: str
    date: datetime.date
    changes: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def moment(self) -> int:
        """Return the day as seconds since 1970, which packages give their files, so that they come out alike each time."""
        return int(datetime.datetime.combine(self.date, datetime.time(), datetime.UTC).timestamp())


def read_releases(changelog: Path = CHANGELOG) -> list[Release]:
    """Return the releases that a changelog tells of, the newest first; what is unreleased is left out.

    Raises:
        BuildError: it tells of none, or a release's head is none.
    """
    _, *sections = re.split(r"^(?=## )", changelog.read_text("utf-8"), flags=re.MULTILINE)
    releases = [_release(section, changelog) for section in sections if not section.startswith("## [Unreleased]")]
    if not releases:
        raise BuildError(f"{changelog} tells of no release. Write one: '## [1.2.3] - 2026-01-31' and what it brought.")
    return releases


def release_of(version: str, changelog: Path = CHANGELOG) -> Release:
    """Return a version's release.

    Raises:
        BuildError: the changelog does not tell of it.
    """
    for release in read_releases(changelog):
        if release.version == version:
            return release
    raise BuildError(f"{changelog} does not tell of version {version}. Write what it brought, with its date.")


def _release(section: str, changelog: Path) -> Release:
    head, _, body = section.partition("\n")
    found = _RELEASE.fullmatch(head.strip())
    if not found:
        raise BuildError(f"{changelog} has {head!r} where a release should begin. Write '## [1.2.3] - 2026-01-31'.")
    changes = []
    for kind in re.split(r"^### ", body, flags=re.MULTILINE)[1:]:
        title, _, items = kind.partition("\n")
        changes.append((title.strip(), tuple(" ".join(item.split()) for item in re.split(r"^- ", items, flags=re.MULTILINE)[1:])))
    return Release(found["version"], datetime.date.fromisoformat(found["date"]), tuple(changes))


def appstream_releases(releases: list[Release]) -> str:
    """Return the releases as the element of AppStream metainfo."""
    lines = ["<releases>"]
    for release in releases:
        lines += [f'    <release version="{release.version}" date="{release.date}">', "      <description>"]
        for kind, items in release.changes:
            lines += [f"        <p>{escape(kind)}:</p>", "        <ul>", *(f"          <li>{escape(item)}</li>" for item in items)]
            lines += ["        </ul>"]
        lines += ["      </description>", "    </release>"]
    return "\n".join([*lines, "  </releases>"])


def debian_changelog(releases: list[Release]) -> str:
    """Return the releases in the form of Debian's changelogs."""
    return "\n".join(_debian_entry(release) for release in releases)


def _debian_entry(release: Release) -> str:
    items = [f"{kind}: {item}" for kind, items in release.changes for item in items]
    changes = [textwrap.fill(item, 78, initial_indent="  * ", subsequent_indent="    ") for item in items]
    day = release.date.strftime("%a, %d %b %Y 00:00:00 +0000")
    return "\n".join([f"rivulet ({release.version}) stable; urgency=medium", "", *changes, "", f" -- {MAINTAINER}  {day}", ""])
