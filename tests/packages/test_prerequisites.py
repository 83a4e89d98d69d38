"""A build that cannot end well does not begin."""

import shutil
from pathlib import Path

import pytest
from building import prerequisites
from building.running import BuildError


@pytest.fixture
def includes(tmp_path: Path) -> tuple[Path, ...]:
    """Return a folder with all headers that are needed."""
    for header in prerequisites.HEADERS:
        (tmp_path / header).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / header).touch()
    return (tmp_path,)


def test_where_all_is_there_nothing_is_said(includes: tuple[Path, ...]) -> None:
    prerequisites.check("linux", lambda name: f"/usr/bin/{name}", includes)


def test_what_is_missing_is_named_by_its_packages(includes: tuple[Path, ...]) -> None:
    (includes[0] / "vulkan/vulkan.hpp").unlink()
    with pytest.raises(BuildError, match=r"Install first .*: glslc libvulkan-dev$"):
        prerequisites.check("linux", lambda name: None if name == "glslc" else name, includes)


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_another_python_is_refused(version: tuple[int, int]) -> None:
    with pytest.raises(BuildError, match=r"Python 3\.11"):
        prerequisites.check(find=shutil.which, version=version)


def test_windows_needs_vulkans_kit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VULKAN_SDK", raising=False)
    with pytest.raises(BuildError, match="Vulkan SDK"):
        prerequisites.check("win32")
    monkeypatch.setenv("VULKAN_SDK", "a folder")
    prerequisites.check("win32")
