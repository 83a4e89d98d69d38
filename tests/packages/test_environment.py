"""The environment of the build, whatever an earlier one left. What pip would install is left out."""

import subprocess
import sys
from pathlib import Path

import pytest
from building import environment
from building.environment import llama_requirement, make
from building.running import Argument

import desktop

ROOT = Path(desktop.__file__).parents[1]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return what would be run."""
    ran: list[list[str]] = []

    def run(*command: Argument) -> None:
        ran.append([str(word) for word in command])

    monkeypatch.setattr(environment, "run", run)
    return ran


def has_pip(python: Path) -> bool:
    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0


def test_it_is_made_once_and_then_brought_up_to_date(ran: list[list[str]], tmp_path: Path) -> None:
    python = make(tmp_path / "environment", ROOT)
    assert has_pip(python)
    (tmp_path / "environment/installed").touch()
    assert make(tmp_path / "environment", ROOT) == python
    assert (tmp_path / "environment/installed").exists()
    assert all(command[0] == str(python) for command in ran)
    assert all(command[command.index("-c") + 1] == str(ROOT / "packaging/constraints.txt") for command in ran)
    assert [command[-1] for command in ran[: len(ran) // 2]] == ["pyinstaller", llama_requirement(ROOT), str(ROOT), str(ROOT)]


@pytest.mark.parametrize("left", ["no pip", "a Python that is gone"])
def test_one_that_is_not_whole_is_made_anew(ran: list[list[str]], tmp_path: Path, left: str) -> None:
    folder = tmp_path / "environment"
    (folder / "bin").mkdir(parents=True)
    if left == "no pip":
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    else:
        (folder / "bin/python").symlink_to(tmp_path / "nowhere")
    assert has_pip(make(folder, ROOT))
