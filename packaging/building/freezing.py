"""The one-folder application: PyInstaller, run on the spec, and what its result must hold to."""

import json
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from building.running import BuildError, capture, run

MOST_UNPACKED, MOST_PACKED = 350_000_000, 150_000_000  # bytes


def freeze(python: Path, spec: Path, icons: Path, version: str, work: Path) -> Path:
    """Make the application and return it: its folder, on macOS its bundle. Raises BuildError."""
    environment = {**os.environ, "RIVULET_ICONS": str(icons), "RIVULET_VERSION": version, "PYTHONHASHSEED": "1"}
    places = ("--distpath", work / "dist", "--workpath", work / "pyinstaller")
    command = (python, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN", *places, spec)
    run(*command, environment=environment, folder=work)  # where no folder is called desktop
    return work / "dist" / ("Rivulet.app" if sys.platform == "darwin" else "rivulet")


def program_of(application: Path) -> Path:
    """Return what is to be started, by who has a console."""
    if sys.platform == "darwin":
        return application / "Contents" / "MacOS" / "rivulet"
    return application / ("rivulet-console.exe" if sys.platform == "win32" else "rivulet")


def add_documents(application: Path, documents: Iterable[Path], platform: str) -> None:
    """Put texts that must go with the application into it, where its system, named as by sys.platform, has them; before it is signed."""
    folder = application / "Contents" / "Resources" if platform == "darwin" else application
    for document in documents:
        shutil.copy(document, folder)


def check_size(place: Path, most: int) -> int:
    """Return how many bytes a file or folder has. Raises BuildError beyond a bound."""
    files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file() and not file.is_symlink()]
    size = sum(file.stat().st_size for file in files)
    if size > most:
        raise BuildError(f"{place} has {size / 1e6:.0f} MB, more than the {most / 1e6:.0f} it may have.")
    return size


def self_test(application: Path) -> dict[str, object]:
    """Have the application test itself and return what it told. Raises BuildError where anything failed."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "LD_LIBRARY"))}
    output = capture(program_of(application), "--self-test", environment=bare)
    try:
        told = json.loads(output)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise BuildError(f"The application's test of itself told no result:\n{output}")
    if told.get("passed") is not True:
        raise BuildError(f"The application's test of itself failed: {json.dumps(told, indent=1)}")
    return told
