"""A build that cannot end well does not begin."""

import shutil
from pathlib import Path

import pytest
from building import prerequisites
from building.running import BuildError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def includes(tmp_path: Path) -> tuple[Path, ...]:
    """Return a folder with all headers that are needed."""
    for header in prerequisites.HEADERS:
        (tmp_path / header).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / header).touch()
    return (tmp_path,)


def check(includes: tuple[Path, ...], *missing: str) -> None:
    """Check a Linux that lacks these programs, libraries and modules."""

    def find(name: str) -> str | None:
        return None if name in missing else f"/usr/bin/{name}"

    def load(name: str) -> object:
        if name in missing:
            raise OSError(f"{name}: cannot open shared object file")
        return object()

    prerequisites.check("linux", find, includes, load, find, version=(3, 11))


def test_where_all_is_there_nothing_is_said(includes: tuple[Path, ...]) -> None:
    check(includes)


def test_what_is_missing_is_named_by_its_packages(includes: tuple[Path, ...]) -> None:
    (includes[0] / "vulkan/vulkan.hpp").unlink()
    (includes[0] / "Python.h").unlink()
    with pytest.raises(BuildError, match=r"Install first .*: glslc libgtk-3-0 libvulkan-dev python3-dev python3-venv$"):
        check(includes, "glslc", "libgtk-3.so.0", "ensurepip")


def test_the_workflow_and_the_readme_name_what_is_asked_for() -> None:
    names = (prerequisites.PROGRAMS, prerequisites.HEADERS, prerequisites.MODULES, prerequisites.LIBRARIES)
    packages = {package for named in names for package in named.values()} - {"binutils"}  # which g++ needs itself
    assert packages <= set((ROOT / ".github/workflows/packages.yml").read_text("utf-8").split())
    readme = (ROOT / "README.md").read_text("utf-8").partition("## Packaging")[2]
    assert packages <= {word for line in readme.splitlines() if "sudo apt-get install" in line for word in line.split()}


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
