"""The type of the cache, on the real engine."""

from pathlib import Path

import pytest

from desktop.chat.chat_options import ChatOptions
from desktop.chat.events import ModelPhase, NotReady, ReadyAtOnce, RereadReason
from desktop.inference.errors import ContextCreationError
from desktop.system.cache_type import CacheType
from tests.chat.bench import Bench, run

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

        async def refuse(source, on_progress, cache_type):
            if cache_type is CacheType.Q4_0:
                raise ContextCreationError(8192, cache_type)
            return await load(source, on_progress, cache_type)

        monkeypatch.setattr(bench.engine, "load", refuse)
        await bench.chats.set_cache_type(CacheType.Q8_0)
        await bench.chats.set_cache_type(CacheType.Q4_0)
        assert (bench.chats.model.phase, bench.chats.model.cache_type) == (ModelPhase.READY, CacheType.Q8_0)
        assert bench.notices() == ["brief could not be loaded with a q4_0 cache, so q8_0 is used."]

    run(tmp_path, brief, test)
