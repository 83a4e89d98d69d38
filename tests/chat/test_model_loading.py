"""The type of the cache, and loads that do not come to their end, on the real engine."""

import asyncio
from pathlib import Path

import pytest

from desktop.chat import model_loading
from desktop.chat.chat_options import ChatOptions
from desktop.chat.events import Activity, ModelPhase, NotReady, ReadyAtOnce, RereadReason
from desktop.chat.load_checks import LoadChecks
from desktop.inference.errors import ContextCreationError
from desktop.models.gguf import ModelFile
from desktop.sessions.keys import ContextKey
from desktop.system.cache_type import CacheType
from tests.chat.bench import PATIENCE, Bench, Gate, run

LONG = "What is a river? " * 20


def test_each_cache_type_keeps_its_own_states(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG)
        await bench.chats.open(chat)
        costs = bench.chats.cache_costs()
        assert [cost.cache_type for cost in costs if cost.is_present] == [CacheType.F16]
        sizes = {cost.cache_type: cost.bytes_per_1000_tokens for cost in costs}
        assert sizes[CacheType.F16] > sizes[CacheType.Q8_0] > sizes[CacheType.Q4_0] > 0
        await bench.chats.set_cache_type(CacheType.Q8_0)
        await bench.idle()
        assert bench.chats.model.cache_type is CacheType.Q8_0
        line = bench.chats.readiness(chat)
        assert isinstance(line, NotReady)
        assert line.reason is RereadReason.SETTING_CHANGED
        decoded = bench.engine.tokens_decoded
        await bench.load(brief)
        assert bench.chats.model.cache_type is CacheType.Q8_0, "it belongs to the model"
        await bench.chats.set_cache_type(CacheType.F16)
        await bench.idle()
        assert isinstance(bench.chats.readiness(chat), ReadyAtOnce)
        assert bench.engine.tokens_decoded == decoded

    run(tmp_path, brief, test)


def test_what_the_person_chose_for_a_model_is_loaded(tmp_path: Path, brief: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        assert bench.chats.cache_costs() == ()
        await bench.chats.set_cache_type(CacheType.Q4_0)  # without a model there is nothing to do
        await bench.load(brief)
        assert bench.chats.model.cache_type is CacheType.Q8_0
        await bench.load(endless)
        assert bench.chats.model.cache_type is CacheType.F16

    run(tmp_path, None, test, ChatOptions(cache_types={brief: CacheType.Q8_0}))


def test_a_cache_type_that_a_model_cannot_use_leaves_it_as_it_was(tmp_path: Path, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench) -> None:
        load = bench.engine.load

        async def refuse(source, on_progress, options, *others):
            if options.cache_type is CacheType.Q4_0:
                raise ContextCreationError(8192, options.cache_type)
            return await load(source, on_progress, options, *others)

        monkeypatch.setattr(bench.engine, "load", refuse)
        await bench.chats.set_cache_type(CacheType.Q8_0)
        await bench.chats.set_cache_type(CacheType.Q4_0)
        assert (bench.chats.model.phase, bench.chats.model.cache_type) == (ModelPhase.READY, CacheType.Q8_0)
        assert bench.notices() == ["brief could not be loaded with a q4_0 cache, so q8_0 is used."]

    run(tmp_path, brief, test)


@pytest.mark.parametrize("where", ["devices", "read"])
def test_whatever_goes_wrong_a_load_ends(tmp_path: Path, brief: Path, monkeypatch: pytest.MonkeyPatch, expect_log, where: str) -> None:
    expect_log("loading failed")

    def fail(*_: object) -> None:
        raise OSError("a library cannot be loaded")

    async def test(bench: Bench) -> None:
        with monkeypatch.context() as patched:
            if where == "devices":
                patched.setattr(bench.engine, "_need_library", fail)
            else:
                patched.setattr(model_loading, "read_model_file", fail)
            await bench.chats.load_model(brief)
        assert bench.chats.model.phase is ModelPhase.FAILED
        assert bench.chats.model.error
        await bench.load(brief)

    run(tmp_path, None, test)


def test_who_asked_for_a_model_and_went_away_leaves_none_that_loads(
    tmp_path: Path, brief: Path, endless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(bench: Bench) -> None:
        gate = Gate(bench, monkeypatch)
        loading = asyncio.ensure_future(bench.chats.load_model(brief))
        await gate.wait()
        loading.cancel()
        await asyncio.wait([loading])
        assert bench.chats.model.phase is ModelPhase.NONE
        gate.opened.set()
        await bench.load(endless)
        assert bench.chats.model.path == endless

    run(tmp_path, None, test)


def test_what_is_refused_on_the_second_try_leaves_no_model(
    tmp_path: Path, brief: Path, endless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(bench: Bench) -> None:
        async def fill(source, on_progress, options, *others):
            bench.chats.fits.free_memory = lambda: 1
            await bench.engine.unload()
            raise ContextCreationError(4096, options.cache_type)

        with monkeypatch.context() as patched:
            patched.setattr(bench.engine, "load", fill)
            await bench.chats.load_model(brief, context_tokens=4096)
        assert bench.engine.loaded is None
        assert bench.chats.model.phase is ModelPhase.FAILED
        assert bench.chats.model.path == brief

    run(tmp_path, endless, test)


@pytest.mark.parametrize("has_other", [False, True])
def test_nothing_uses_a_model_whose_file_is_still_compared(tmp_path: Path, brief: Path, endless: Path, has_other: bool) -> None:
    comparing = asyncio.Event()
    is_slow = [False]

    async def compare(file: ModelFile, context: ContextKey) -> None:
        if is_slow[0]:
            comparing.set()
            await asyncio.sleep(PATIENCE)

    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        is_slow[0] = True
        loading = asyncio.ensure_future(bench.chats.load_model(brief))
        await comparing.wait()
        assert bench.chats.model.phase is ModelPhase.LOADING
        await bench.chats.send(chat, "Hello")
        assert bench.chats.activity(chat) is Activity.WAITING, "nothing saved is read before"
        bench.chats.loading.cancel()
        await loading
        told = ModelPhase.UNLOADED if has_other else ModelPhase.NONE
        assert bench.chats.model.phase is told
        assert bench.engine.loaded is None
        is_slow[0] = False
        await bench.load(brief)
        await bench.idle()
        assert (await bench.chats.messages(chat))[-1].model == "brief"

    run(tmp_path, endless if has_other else None, test, ChatOptions(checks=LoadChecks(check_file=compare)))
