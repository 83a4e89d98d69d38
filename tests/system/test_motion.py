import sys
from pathlib import Path

import pytest

from desktop.system.motion import reduces_motion

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux desktops keep")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is all there is to find programs in."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def add_gsettings(programs: Path, script: str) -> None:
    program = programs / "gsettings"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_a_desktop_without_animations(programs: Path, tmp_path: Path) -> None:
    add_gsettings(programs, "echo false")
    assert reduces_motion(tmp_path)


def test_a_desktop_with_animations(programs: Path, tmp_path: Path) -> None:
    add_gsettings(programs, "echo true")
    assert not reduces_motion(tmp_path)


def test_nobody_to_ask(programs: Path, tmp_path: Path) -> None:
    assert not reduces_motion(tmp_path)


def test_one_who_does_not_answer(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_gsettings(programs, "while true; do :; done")
    monkeypatch.setattr("desktop.system.motion._SECONDS", 0.05)
    assert not reduces_motion(tmp_path)


@pytest.mark.parametrize(
    ("content", "reduces"), [("AnimationDurationFactor=0", True), ("AnimationDurationFactor=0.5", False), ("x", False)]
)
def test_what_kde_keeps(programs: Path, tmp_path: Path, content: str, reduces: bool) -> None:
    (tmp_path / "kdeglobals").write_text(f"[KDE]\n{content}\n")
    assert reduces_motion(tmp_path) is reduces


def test_a_damaged_file(programs: Path, tmp_path: Path) -> None:
    (tmp_path / "kdeglobals").write_bytes(b"\xff\xfe[KDE")
    assert not reduces_motion(tmp_path)
