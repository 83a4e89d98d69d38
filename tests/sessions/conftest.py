import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.sessions import writer as writer_module
from desktop.sessions.keys import ContextKey
from desktop.sessions.segment import SegmentPart, write_part
from desktop.sessions.store import SegmentStore
from desktop.sessions.tree import EntryRule
from tests.sessions.segments import CONTEXT, PATIENCE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sessions"


@pytest.fixture
def faults() -> list[str]:
    """What a person was told."""
    return []


class Clock:
    """A time that passes only where the test says so; it begins now, as files do."""

    def __init__(self) -> None:
        self._shift = 0.0
        self._began = time.time()

    def __call__(self) -> float:
        return self._began + self._shift

    def advance(self, seconds: float) -> None:
        self._shift += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_store(folder: Path, faults: list[str], clock: Clock) -> Iterator[Callable[..., SegmentStore]]:
    """Open the store of this test, again too; all are closed at the end."""
    stores: list[SegmentStore] = []

    def open_store(context: ContextKey = CONTEXT, entry: EntryRule = EntryRule.ANYWHERE) -> SegmentStore:
        stores.append(SegmentStore(folder, faults.append, clock=clock))
        stores[-1].select(context, entry)
        return stores[-1]

    yield open_store
    for store in stores:
        assert store.close(PATIENCE)


@pytest.fixture
def store(open_store: Callable[..., SegmentStore]) -> SegmentStore:
    return open_store()


class Gate(threading.Event):
    """Where the writer waits before each file until it is set: a disk as slow as the test wants it."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = threading.Event()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate()

    def wait_and_write(path: Path, part: SegmentPart) -> None:
        gate.reached.set()
        assert gate.wait(PATIENCE)
        write_part(path, part)

    monkeypatch.setattr(writer_module, "write_part", wait_and_write)
    yield gate
    gate.set()
