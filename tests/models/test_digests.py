"""SHA-256 of model files, in the background and given up at once."""

import hashlib
import os
import threading
import time
from pathlib import Path

import pytest

from desktop.models import digests
from desktop.models.digests import ChangedError, Digesting, StoppedError, digests_of
from desktop.models.finding import stamp_of
from desktop.models.gguf import read_model_file
from desktop.models.model_index import ModelIndex, Record
from tests.tiny_models import TinyModel

PATIENCE = 10.0  # seconds


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def index(tmp_path: Path) -> ModelIndex:
    return ModelIndex(tmp_path / "models.json")


@pytest.fixture
def files(tmp_path: Path, index: ModelIndex) -> dict:
    """Return stamps and paths of three models that the index knows."""
    found = {}
    for seed in range(3):
        path = TinyModel(seed=seed).write(tmp_path / f"{seed}.gguf")
        file = read_model_file(path)
        index.keep(Record(path, (stamp_of(path),), file.header, file.identity))
        found[(stamp_of(path),)] = (path,)
    return found


@pytest.mark.parametrize("size", [0, 1, digests.CHUNK, digests.CHUNK + 1])
@pytest.mark.parametrize("is_passing", [False, True])
def test_a_digest_is_that_of_all_bytes(tmp_path, size, is_passing):
    path = tmp_path / "a"
    path.write_bytes(os.urandom(size))
    assert digests_of((path, path), lambda: False, is_passing=is_passing) == (sha(path),) * 2


def test_a_file_that_changes_meanwhile_has_none(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(bytes(2 * digests.CHUNK))

    def touch() -> bool:
        os.utime(path, ns=(0, time.time_ns()))
        return False

    with pytest.raises(ChangedError):
        digests_of((path,), touch)


def test_a_digest_is_given_up_within_a_chunk(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(bytes(8))
    asked = iter([False, True])
    with pytest.raises(StoppedError):
        digests_of((path,), lambda: next(asked))
    with pytest.raises(IsADirectoryError):
        digests_of((tmp_path,), lambda: False)


def test_all_that_lack_a_digest_get_one(index, files):
    done = threading.Semaphore(0)
    digesting = Digesting(index, done.release)
    digesting.want(files)
    for _ in files:
        assert done.acquire(timeout=PATIENCE)
    assert digesting.close(PATIENCE)
    for stamps, (path,) in files.items():
        record = index.record(stamps)
        assert record is not None
        assert record.digests == (sha(path),)


class Held:
    """Digests that are computed one after the other, when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.began: list[str] = []
        self.begins, self.may_end = threading.Semaphore(0), threading.Semaphore(0)
        monkeypatch.setattr(digests, "digests_of", self._compute)

    def _compute(self, parts, is_stopped, **_):
        self.began.append(parts[0].name)
        self.begins.release()
        while not self.may_end.acquire(timeout=0.005):
            if is_stopped():
                raise StoppedError
        return ("00" * 32,)


def test_the_first_is_computed_first_and_what_is_not_wanted_any_more_is_given_up(index, files, monkeypatch):
    held, done = Held(monkeypatch), threading.Semaphore(0)
    digesting = Digesting(index, done.release)
    digesting.want(files, first=list(files)[2])
    assert held.begins.acquire(timeout=PATIENCE)
    digesting.want({stamps: parts for stamps, parts in files.items() if parts[0].name == "1.gguf"})
    assert held.begins.acquire(timeout=PATIENCE)
    held.may_end.release()
    assert done.acquire(timeout=PATIENCE)
    assert held.began == ["2.gguf", "1.gguf"]
    assert digesting.close(PATIENCE)
    assert [len(record.digests) for stamps in files if (record := index.record(stamps))] == [0, 1, 0]


def test_closing_gives_up_at_once_and_for_good(index, files, monkeypatch):
    held = Held(monkeypatch)
    digesting = Digesting(index, lambda: None)
    digesting.want(files)
    assert held.begins.acquire(timeout=PATIENCE)
    began = time.monotonic()
    assert digesting.close(PATIENCE)
    assert time.monotonic() - began < 1.0
    digesting.want(files)
    assert held.began == ["0.gguf"]


def test_files_that_are_gone_or_changed_get_none(index, files):
    gone, changed, _ = files.values()
    gone[0].unlink()
    os.utime(changed[0], ns=(0, 0))
    done = threading.Semaphore(0)
    digesting = Digesting(index, done.release)
    digesting.want(files)
    assert done.acquire(timeout=PATIENCE)
    assert digesting.close(PATIENCE)
    assert [len(record.digests) for stamps in files if (record := index.record(stamps))] == [0, 0, 1]
