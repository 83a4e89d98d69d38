import datetime
from pathlib import Path

import pytest
from building.changelog import appstream_releases, debian_changelog, read_releases, release_of
from building.running import BuildError

from desktop import __version__

TEXT = """# Changes

## [Unreleased]

### Added

- Something.

## [1.2.0] - 2027-02-28

### Added

- A thing that takes
  two lines.
- Less & <more>.

### Fixed

- A fault.

## [1.1] - 2027-01-02

### Changed

- All.
"""


@pytest.fixture
def changelog(tmp_path: Path) -> Path:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(TEXT)
    return path


def test_releases_are_read_with_their_changes(changelog: Path) -> None:
    newest, older = read_releases(changelog)
    assert (newest.version, newest.date) == ("1.2.0", datetime.date(2027, 2, 28))
    assert newest.changes == (("Added", ("A thing that takes two lines.", "Less & <more>.")), ("Fixed", ("A fault.",)))
    assert (older.version, older.changes) == ("1.1", (("Changed", ("All.",)),))
    assert newest.moment == datetime.datetime(2027, 2, 28, tzinfo=datetime.UTC).timestamp()


def test_appstream_and_debian_get_the_same_releases(changelog: Path) -> None:
    releases = read_releases(changelog)
    assert '<release version="1.2.0" date="2027-02-28">' in appstream_releases(releases)
    assert "<li>Less &amp; &lt;more&gt;.</li>" in appstream_releases(releases)
    lines = debian_changelog(releases).splitlines()
    assert lines[:3] == ["rivulet (1.2.0) stable; urgency=medium", "", "  * Added: A thing that takes two lines."]
    assert any(line.startswith(" -- ") and line.endswith("  Sun, 28 Feb 2027 00:00:00 +0000") for line in lines)
    assert "rivulet (1.1) stable; urgency=medium" in lines


def test_the_version_of_the_source_has_its_release() -> None:
    assert read_releases()[0].version == __version__


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Changes\n", "tells of no release"),
        ("## [1.0] - soon\n", "where a release should begin"),
        ("## 1.0 - 2027-01-01\n", "where a release should begin"),
    ],
)
def test_a_changelog_that_cannot_be_read_is_said(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(text)
    with pytest.raises(BuildError, match=said):
        read_releases(path)


def test_a_version_without_a_release_is_said(changelog: Path) -> None:
    with pytest.raises(BuildError, match=r"does not tell of version 3\.0"):
        release_of("3.0", changelog)
