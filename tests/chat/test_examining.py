"""A model file that was never seen is tried by a process of its own, once."""

import asyncio
import json
import shutil
import sys
import time
from pathlib import Path

import pytest

from desktop.chat import examining
from desktop.chat.chat_options import ChatOptions
from desktop.chat.errors import ModelCrashError, ModelHangError
from desktop.chat.events import ModelChanged, ModelPhase
from desktop.chat.examining import Examining
from desktop.chat.load_checks import LoadChecks
from desktop.inference.errors import ModelLoadError
from desktop.inference.examination import MODULE
from desktop.models.gguf import read_model_file
from desktop.system.throwaway import Throwaway
from tests.chat.bench import Bench, run
from tests.tiny_models import Family, TinyModel

pytestmark = pytest.mark.tries_models


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the files that were given to another process."""
    tried: list[str] = []
    monkeypatch.setattr(examining, "Throwaway", lambda module, path, size: tried.append(path) or Throwaway(module, path, size))
    return tried


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that lets a program of a few lines try the files."""

    def use(source: str) -> None:
        (tmp_path / "stand_in.py").write_text(f"import os, sys, time\n{source}\n")
        monkeypatch.setattr(examining, "MODULE", "stand_in")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    return use


def examine(memory: Path | None, model: Path) -> bool:
    return asyncio.run(Examining(memory).examine(read_model_file(model)))


def test_a_file_is_tried_once(tiny_model: Path, tried: list[str], tmp_path: Path) -> None:
    async def twice() -> list[bool]:
        examiner, file = Examining(tmp_path / "examined.json"), read_model_file(tiny_model)
        assert not examiner.is_known(file)
        answers = [await examiner.examine(file)]
        assert examiner.is_known(file)
        return [*answers, await examiner.examine(file)]

    assert asyncio.run(twice()) == [True, True]
    assert examine(tmp_path / "examined.json", tiny_model)
    assert tried == [str(tiny_model)]
    assert (tmp_path / "examined.json").stat().st_mode & 0o777 == 0o600


def test_whether_ranges_can_be_shared_is_found_and_remembered(tried: list[str], tmp_path: Path) -> None:
    model = TinyModel(family=Family.COMPRESSED).write(tmp_path / "model.gguf")
    assert not examine(tmp_path / "examined.json", model)
    assert not examine(tmp_path / "examined.json", model)
    assert len(tried) == 1


def test_a_fault_is_remembered(tiny_model: Path, module, tried: list[str], tmp_path: Path) -> None:
    module('print(\'{"stage": "opening"}\', flush=True)\nos.abort()')
    for _ in range(2):
        with pytest.raises(ModelCrashError):
            examine(tmp_path / "examined.json", tiny_model)
    assert len(tried) == 1


def test_a_file_that_could_not_be_opened_once_is_tried_again(tiny_model: Path, tmp_path: Path) -> None:
    model = Path(shutil.copy(tiny_model, tmp_path / "model.gguf"))

    examiner, file = Examining(tmp_path / "examined.json"), read_model_file(model)
    model.rename(tmp_path / "away.gguf")
    with pytest.raises(ModelLoadError):
        asyncio.run(examiner.examine(file))
    (tmp_path / "away.gguf").rename(model)
    assert asyncio.run(examiner.examine(file))


def test_another_llama_cpp_may_think_otherwise(tiny_model: Path, module, tried: list[str], tmp_path: Path, monkeypatch) -> None:
    module('print(\'{"stage": "opening"}\', flush=True)\nos.abort()')
    with pytest.raises(ModelCrashError):
        examine(tmp_path / "examined.json", tiny_model)
    monkeypatch.setattr(examining, "MODULE", MODULE)
    monkeypatch.setattr(examining, "library_version", lambda: "another")
    assert examine(tmp_path / "examined.json", tiny_model)
    assert len(tried) == 2


@pytest.mark.parametrize(
    "content", [b"", b"[1]", b'{"version": 1}', b"\xff", b'{"files": {}}', b'{"version": "x", "files": {"00": {"fault": "none"}}}']
)
def test_a_damaged_memory_knows_nothing(tiny_model: Path, tmp_path: Path, content: bytes, monkeypatch) -> None:
    monkeypatch.setattr(examining, "library_version", lambda: "x")
    (tmp_path / "examined.json").write_bytes(content)
    assert not Examining(tmp_path / "examined.json").is_known(read_model_file(tiny_model))


def test_what_does_not_end_is_told_and_tried_another_day(tiny_model: Path, module, tmp_path: Path, monkeypatch) -> None:
    module("time.sleep(60)")
    monkeypatch.setattr(examining, "seconds_for", lambda size: 0.3)
    with pytest.raises(ModelHangError):
        examine(tmp_path / "examined.json", tiny_model)
    assert not (tmp_path / "examined.json").exists()


@pytest.mark.parametrize("how", ["no process", "no examination"])
def test_where_nothing_can_be_tried_the_file_is_loaded_all_the_same(tiny_model: Path, module, monkeypatch, expect_log, how: str) -> None:
    expect_log("tried tiny.gguf: None, exit code 1" if how == "no examination" else "no process to try tiny.gguf")
    if how == "no examination":
        module("import no_such_package")
    else:
        monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert examine(None, tiny_model)


def test_a_cancelled_look_ends_at_once(tiny_model: Path, module, tmp_path: Path) -> None:
    module(f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)")

    def has_begun() -> None:
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            time.sleep(0.01)

    async def cancelled() -> float:
        look = asyncio.create_task(Examining(None).examine(read_model_file(tiny_model)))
        await asyncio.to_thread(has_begun)
        began = time.monotonic()
        look.cancel()
        with pytest.raises(asyncio.CancelledError):
            await look
        return time.monotonic() - began

    assert asyncio.run(cancelled()) < 2
    assert not Path("/proc", (tmp_path / "pid").read_text()).exists()


def test_loading_shows_that_a_file_is_tried_first(tiny_model: Path, brief: Path, module, tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        await bench.load(tiny_model)
        details = [event.model.detail for event in bench.of(ModelChanged) if event.model.phase is ModelPhase.LOADING]
        assert any("tried" in detail for detail in details)
        bench.events.clear()
        await bench.load(tiny_model)
        assert not any(event.model.detail for event in bench.of(ModelChanged))
        stored = json.loads((tmp_path / "examined.json").read_bytes())
        assert len(stored["files"]) == 1
        module('print(\'{"stage": "context"}\', flush=True)\nos.abort()')
        await bench.chats.load_model(brief)
        assert (bench.chats.model.phase, bench.chats.model.path) == (ModelPhase.READY, tiny_model), "it goes on"
        assert [notice for notice in bench.notices() if notice.startswith("brief.gguf ended the process")]

    run(tmp_path, None, test, ChatOptions(checks=LoadChecks(Examining(tmp_path / "examined.json"))))
