"""More than a hundred broken and hostile model files: each ends in a sentence that names it, or runs; this process lives."""

import asyncio
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from desktop.chat import examining
from desktop.chat.errors import ModelCrashError
from desktop.chat.events import ModelPhase
from desktop.chat.examining import Examining
from desktop.models.gguf import ModelFile, ModelFileError, read_model_file
from desktop.system.errors import RivuletError
from tests.chat.bench import Bench, run
from tests.chat.fork_server import SERVERS, fork_servers
from tests.models.gguf_parts import take_apart
from tests.models.hostile import HARMLESS_TEMPLATES, TEMPLATES, Hostile, hostile_files
from tests.tiny_models import Shape, TinyModel

pytestmark = pytest.mark.tries_models

SECONDS = 5.0  # of the processor, so that a machine that has much to do makes no difference
SMALL = TinyModel(shape=Shape(layers=2))
MEMORY = 256 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    file: Hostile
    path: Path
    error: RivuletError | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcomes:
    all: list[Outcome]
    most_memory: int  # bytes, of a process that tried one


def corpus(folder: Path) -> Iterator[Hostile]:
    template = folder / "template.gguf"
    yield from hostile_files(take_apart(SMALL.write(template)))
    for name, source in (TEMPLATES | HARMLESS_TEMPLATES).items():
        yield Hostile(f"template: {name}", replace(SMALL, template=source).write(template).read_bytes(), name in HARMLESS_TEMPLATES)


def written_and_read(path: Path, file: Hostile) -> ModelFile:
    path.write_bytes(file.data)
    return read_model_file(path)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcomes]:
    folder = tmp_path_factory.mktemp("hostile")
    files = {folder / f"{number} {file.name.replace('/', ' ')}.gguf": file for number, file in enumerate(corpus(folder))}

    async def outcome(examiner: Examining, turn: asyncio.Semaphore, path: Path, file: Hostile) -> Outcome:
        async with turn:
            began = time.thread_time()
            try:
                await examiner.examine(written_and_read(path, file))
            except RivuletError as error:
                return Outcome(file, path, error, servers.seconds.get(str(path), time.thread_time() - began))
            return Outcome(file, path, None, servers.seconds[str(path)])

    async def all_outcomes() -> list[Outcome]:
        examiner, turn = Examining(None), asyncio.Semaphore(SERVERS)
        return await asyncio.gather(*(outcome(examiner, turn, path, file) for path, file in files.items()))

    with pytest.MonkeyPatch.context() as patch, fork_servers() as servers:
        patch.setattr(examining, "Throwaway", servers)
        yield Outcomes(asyncio.run(all_outcomes()), servers.most_memory)


def test_each_is_refused_or_runs(outcomes: Outcomes) -> None:
    assert len([it for it in outcomes.all if not it.file.is_sound]) > 60
    wrong = {it.file.name: it.error for it in outcomes.all if it.file.is_sound is (it.error is not None)}
    assert not wrong


def test_each_is_told_by_a_sentence_that_names_it(outcomes: Outcomes) -> None:
    told = {it.path.name: it.error.sentence for it in outcomes.all if it.error is not None}
    assert [name for name, sentence in told.items() if name not in sentence] == []
    assert [name for name, sentence in told.items() if "chats are kept; choose another model file." not in sentence] == []


def test_none_takes_long_or_much_memory(outcomes: Outcomes) -> None:
    assert {it.file.name: it.seconds for it in outcomes.all if it.seconds > SECONDS} == {}
    assert outcomes.most_memory < MEMORY


def test_some_would_have_ended_this_process(outcomes: Outcomes) -> None:
    ended = {it.file.name for it in outcomes.all if isinstance(it.error, ModelCrashError)}
    assert {"a larger vocabulary", "weights of 64 bits", "a negative epsilon"} <= ended


def test_this_process_loads_those_that_run(outcomes: Outcomes, tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        for it in outcomes.all:
            if it.file.is_sound:
                await bench.chats.load_model(it.path)
                assert bench.chats.model.phase is ModelPhase.READY, bench.chats.model.error

    run(tmp_path, None, test)


def test_reading_their_headers_takes_little_memory(outcomes: Outcomes, tmp_path: Path) -> None:
    path = tmp_path / "hostile.gguf"
    tracemalloc.start()
    try:
        for it in outcomes.all:
            path.write_bytes(it.file.data)
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            with suppress(ModelFileError):
                read_model_file(path)
            assert tracemalloc.get_traced_memory()[1] - before < MEMORY
    finally:
        tracemalloc.stop()
