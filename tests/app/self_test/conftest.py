"""Processes that take the place of Rivulet's, and a place for temporary files of which nothing may be left."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from desktop.app.self_test.report import Check
from desktop.app.self_test.running import Command

_PROGRAM = """
import os, sys, time
from pathlib import Path
from desktop.app.self_test.report import Check, Result, Told

names, told = [Check(name) for name in sys.argv[2:]], Told(Path({told!r}))

def run(name):
    told.begin(name)
    {act}
    told.end(Result(name, True))

for name in names:
    run(name)
{after}
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder of temporary files, which is empty again at the end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == [], "nothing is left"


@pytest.fixture
def acting() -> Callable[..., Command]:
    """Return a function that makes the command of processes that pass every check, but act while one runs, or after all."""

    def acting(act: str = "pass", *, after: str = "") -> Command:
        def command(folder: Path, seconds: float, names: Sequence[Check]) -> Sequence[str]:
            program = _PROGRAM.format(told=str(folder / "told.jsonl"), act=act, after=after)
            return (sys.executable, "-c", program, str(seconds), *names)

        return command

    return acting
