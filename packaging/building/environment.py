"""The environment that the application is made from: the project, what it depends on, the tools of the build, in the tested versions."""

import re
import subprocess
import sys
import venv
from pathlib import Path

from building.running import run

TOOLS = ("cmake", "ninja", "pyinstaller")
_LLAMA = "llama-cpp-python"


def make(folder: Path, project: Path) -> Path:
    """Make it, or bring the one that is there up to date, and return its interpreter."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not _has_pip(python):
        venv.create(folder, clear=True, with_pip=True, symlinks=sys.platform != "win32")
    constraints = project / "packaging" / "constraints.txt"
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", constraints)
    run(*pip, *TOOLS)
    # Its Python files alone: llama.cpp is built apart. Not from pip's cache, where one that was built whole may lie, and not into it.
    run(*pip, "--no-cache-dir", f"--no-binary={_LLAMA}", "--config-settings=cmake.args=-DLLAMA_BUILD=OFF", llama_requirement(project))
    run(*pip, "--force-reinstall", "--no-deps", project)
    run(*pip, project)
    return python


def _has_pip(python: Path) -> bool:
    """Tell whether an environment is whole: making it may have been interrupted, or the Python that it was made of is gone."""
    try:
        return subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def llama_requirement(project: Path) -> str:
    """Return llama-cpp-python with its pinned version, as the project names it."""
    found = re.search(rf'"({_LLAMA}==[\d.]+)"', (project / "pyproject.toml").read_text("utf-8"))
    assert found is not None, "pyproject.toml pins it"
    return found[1]
