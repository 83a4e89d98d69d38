"""Programs that a step runs: told before, and a failure ends the build."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

Argument = str | Path


class BuildError(Exception):
    """A step failed; the text says which and why."""


def run(*command: Argument, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> None:
    """Run a program, in a folder, whose output goes where ours goes. Raises BuildError where it fails."""
    words = [str(word) for word in command]
    sys.stderr.write(f"$ {' '.join(words)}\n")
    sys.stderr.flush()
    code = subprocess.run(words, env=environment, cwd=folder, check=False).returncode
    if code:
        raise BuildError(f"{words[0]} ended with code {code}.")


def capture(*command: Argument, environment: Mapping[str, str] | None = None) -> str:
    """Return what a program writes to its standard output. Raises BuildError where it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, env=environment, stdout=subprocess.PIPE, check=False, text=True)
    if done.returncode:
        raise BuildError(f"{words[0]} ended with code {done.returncode}:\n{done.stdout}")
    return done.stdout
