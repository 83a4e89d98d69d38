"""Saved states are used with the very file that made them, and with an equal copy."""

import os
import shutil
from pathlib import Path

import pytest

from desktop.chat.chat_options import ChatOptions
from desktop.chat.events import NotReady, ReadyAtOnce
from desktop.chat.file_check import FileCheck
from desktop.chat.load_checks import LoadChecks
from desktop.models import gguf
from desktop.models.digests import digests_of
from desktop.models.finding import stamp_of
from desktop.models.gguf import read_model_file
from desktop.models.model_index import ModelIndex, Stamps
from tests.chat.bench import Bench, run

LONG = "What is a river? " * 20
ANOTHER = "The file of brief is another one than before, so your chats with it are read again. Your messages are kept."


class Checked:
    """A bench whose loaded files are checked."""

    def __init__(self, data: Path) -> None:
        self.index = ModelIndex(data / "models.json")
        self.wanted: list[Stamps] = []
        self.bench: Bench

    async def check(self, file, context) -> None:
        checking = FileCheck(self.index, self.bench.segments, self.bench.buffer, lambda stamps, parts: self.wanted.append(stamps))
        await checking.check(file, context)

    def compute(self, path: Path) -> None:
        """Compute the digest as the background does."""
        self.index.set_digests((stamp_of(path),), digests_of((path,), lambda: False))

    async def chat(self, bench: Bench):
        """Return a chat that is saved."""
        chat = await bench.chat(LONG)
        await bench.chats.open(chat)
        await bench.idle(chat)
        await bench.chats.close(chat)
        await bench.until(lambda: bench.segments.flush(1.0))
        return chat


def change_between_samples(path: Path) -> None:
    """Change one byte of a model's data that its identity does not see."""
    identity = read_model_file(path).identity
    with path.open("r+b") as file:
        for place in range(200_000, path.stat().st_size):
            file.seek(place)
            before = file.read(1)
            file.seek(place)
            file.write(bytes([before[0] ^ 1]))
            file.flush()
            if read_model_file(path).identity == identity:
                return
            file.seek(place)
            file.write(before)
    pytest.fail("every byte is a sample")


@pytest.fixture
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave bytes between the samples: a tiny model has more of these than of itself."""
    monkeypatch.setattr(gguf, "SAMPLES", 8)
    monkeypatch.setattr(gguf, "SAMPLE_BYTES", 16)


@pytest.mark.parametrize("how", ["copy", "touched", "changed", "changed before its digest was known"])
def test_a_file_with_another_stamp_is_compared(tmp_path: Path, brief: Path, few_samples: None, how: str) -> None:
    model = Path(shutil.copy(brief, tmp_path / "brief.gguf"))
    checked = Checked(tmp_path)

    async def test(bench: Bench) -> None:
        checked.bench = bench
        await bench.load(model)
        assert checked.wanted == [(stamp_of(model),)]
        chat = await checked.chat(bench)
        if how != "changed before its digest was known":
            checked.compute(model)
        path = model
        if how == "copy":
            path = Path(shutil.copy(model, tmp_path / "copy.gguf"))
        elif how == "touched":
            os.utime(model, ns=(0, 0))
        else:
            shutil.copy(model, tmp_path / "changed.gguf")
            change_between_samples(tmp_path / "changed.gguf")
            (tmp_path / "changed.gguf").replace(model)
        await bench.load(path)
        await bench.chats.open(chat)
        await bench.idle(chat)
        is_ready = isinstance(bench.chats.readiness(chat), ReadyAtOnce)
        assert is_ready == (how != "changed")
        assert isinstance(bench.chats.readiness(chat), ReadyAtOnce | NotReady)
        assert bench.notices() == ([ANOTHER] if how == "changed" else [])
        assert len(await bench.store.path(chat)) == 2

    run(tmp_path, None, test, ChatOptions(checks=LoadChecks(check_file=checked.check)))


def test_what_was_saved_before_stays_aside_and_what_is_saved_then_serves(tmp_path: Path, brief: Path, few_samples: None) -> None:
    model = Path(shutil.copy(brief, tmp_path / "brief.gguf"))
    checked = Checked(tmp_path)

    async def test(bench: Bench) -> None:
        checked.bench = bench
        await bench.load(model)
        chat = await checked.chat(bench)
        checked.compute(model)
        change_between_samples(model)
        await bench.load(model)
        assert bench.notices() == [ANOTHER]
        assert not list(bench.sessions.glob(f"{bench.engine.loaded.context.hex()}/*/*.kv"))  # type: ignore[union-attr]
        await bench.chats.send(chat, "And a brook?")
        await bench.idle(chat)
        decoded = bench.engine.tokens_decoded
        checked.index = ModelIndex(tmp_path / "models.json")  # as after a start
        await bench.load(model)
        await bench.chats.open(chat)
        await bench.idle(chat)
        assert isinstance(bench.chats.readiness(chat), ReadyAtOnce)
        assert bench.engine.tokens_decoded == decoded
        assert bench.notices() == [ANOTHER]

    run(tmp_path, None, test, ChatOptions(checks=LoadChecks(check_file=checked.check)))
