"""Where the packaged application begins, run as PyInstaller's bootloader would leave things to it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TELLS = "import json, os, sys; print(json.dumps([sys.argv, __name__, dict(os.environ)]))"


def started(folder: Path, *arguments: str, **environment: str) -> tuple[list[str], str, dict[str, str]]:
    """Start a module that stands in for one of Rivulet's, and return its arguments, its name and its environment."""
    module = folder / "desktop/app/main.py"
    module.parent.mkdir(parents=True, exist_ok=True)
    (folder / "desktop/__init__.py").touch()
    (folder / "desktop/app/__init__.py").touch()
    module.write_text(f"def main():\n    {TELLS}\n\nif __name__ == '__main__':\n    main()\n")
    command = [sys.executable, ROOT / "packaging/start.py", *arguments]
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("LD_LIBRARY_PATH", "PYINSTALLER_"))}
    variables = {**bare, "PYTHONPATH": str(folder), **environment}
    told = subprocess.run(command, env=variables, cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    argv, name, left = json.loads(told.stdout)
    return argv[1:], name, left


def test_it_is_the_application_or_one_of_its_modules(tmp_path: Path) -> None:
    assert started(tmp_path, "--offline", "a file")[:2] == (["--offline", "a file"], "desktop.app.main")
    assert started(tmp_path, "-m", "desktop.app.main", "-m", "x")[:2] == (["-m", "x"], "__main__")


def test_modules_of_others_are_not_run(tmp_path: Path) -> None:
    assert started(tmp_path, "-m", "platform")[:2] == (["-m", "platform"], "desktop.app.main")


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"LD_LIBRARY_PATH": "/bundle"}, None),
        ({"LD_LIBRARY_PATH": "/bundle:/mine", "LD_LIBRARY_PATH_ORIG": "/mine"}, "/mine"),
        ({}, None),
    ],
)
def test_where_libraries_are_is_for_it_alone(given: dict[str, str], left: str | None, tmp_path: Path) -> None:
    variables = started(tmp_path, **given)[2]
    assert variables.get("LD_LIBRARY_PATH") == left
    assert "LD_LIBRARY_PATH_ORIG" not in variables


def test_other_programs_are_not_given_its_qt(tmp_path: Path) -> None:
    variables = started(tmp_path, QT_PLUGIN_PATH="/bundle/plugins", QML2_IMPORT_PATH="/bundle/qml")[2]
    assert not variables.keys() & {"QT_PLUGIN_PATH", "QML2_IMPORT_PATH"}


def test_another_rivulet_that_it_starts_looks_for_its_libraries_itself(tmp_path: Path) -> None:
    """Else it takes the system's, or none: the bootloader thinks that its own are told of already."""
    assert started(tmp_path)[2]["PYINSTALLER_RESET_ENVIRONMENT"] == "1"
