"""A model that is given up while it loads, refused, unloaded and wanted again, on the real engine."""

import asyncio
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.chat.chat_options import ChatOptions
from desktop.chat.context_choice import LoadSettings
from desktop.chat.course import Course
from desktop.chat.errors import SummaryStoppedError
from desktop.chat.events import Activity, ModelChanged, ModelPhase, ReadyAtOnce
from desktop.conversations.message import Role, Status
from desktop.inference.binding import Library
from desktop.models.fit import FitWord
from desktop.models.gguf import read_model_file
from desktop.system.cache_type import CacheType
from desktop.system.compute_device import DeviceKind
from tests.chat.bench import PATIENCE, Bench, Gate, run
from tests.tiny_models import Shape, TinyModel

LONG = "What is a river? " * 20
IDLE = ChatOptions(loading=lambda: LoadSettings(unload_after=timedelta(minutes=5)), settles=lambda: False)


@pytest.fixture
def other(models: Path) -> Path:
    return TinyModel(name="other", ends=1.6, seed=7, shape=Shape(layers=2)).write(models / "other of two.gguf")


@pytest.mark.parametrize("has_other", [False, True])
def test_loading_is_given_up_at_once(tmp_path: Path, brief: Path, other: Path, monkeypatch: pytest.MonkeyPatch, has_other: bool) -> None:
    async def test(bench: Bench) -> None:
        bench.chats.loading.cancel()
        assert not bench.of(ModelChanged) or has_other
        if has_other:
            await bench.load(other)
        before = bench.chats.model
        gate = Gate(bench, monkeypatch)
        loading = asyncio.ensure_future(bench.chats.load_model(brief))
        await gate.wait()
        assert bench.chats.model.phase is ModelPhase.LOADING
        began = time.monotonic()
        bench.chats.loading.cancel()
        told = bench.of(ModelChanged)[-1].model
        assert time.monotonic() - began < 0.2
        assert told == bench.chats.model
        assert told.phase is (ModelPhase.UNLOADED if has_other else ModelPhase.NONE)
        assert (told.path, told.name) == (before.path, before.name), "it comes back with the next message"
        gate.opened.set()
        await loading
        assert bench.engine.loaded is None, "nothing of it is kept"
        assert bench.of(ModelChanged)[-1].model == told, "no progress is told afterwards"
        monkeypatch.undo()
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Hello")
        if not has_other:
            assert bench.chats.activity(chat) is Activity.WAITING
            await bench.load(brief)
        await bench.idle(chat)
        assert bench.engine.loaded is not None
        assert bench.engine.loaded.source.path == (other if has_other else brief)
        assert (await bench.chats.messages(chat))[-1].role is Role.ASSISTANT

    run(tmp_path, None, test)


def test_a_load_that_has_not_begun_is_given_up_with_nothing_lost(
    tmp_path: Path, brief: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(bench: Bench) -> None:
        before = bench.chats.model
        gate, reading = threading.Event(), threading.Event()

        def held() -> None:
            reading.set()
            assert gate.wait(PATIENCE)

        holding = asyncio.ensure_future(bench.engine.in_model_thread(held))
        assert await asyncio.to_thread(reading.wait, PATIENCE)
        loading = asyncio.ensure_future(bench.chats.load_model(other))
        await bench.until(lambda: bench.chats.model.phase is ModelPhase.LOADING)
        bench.chats.loading.cancel()
        assert bench.chats.model == before
        gate.set()
        await asyncio.gather(holding, loading)
        assert bench.chats.model == before
        assert bench.engine.loaded is not None
        assert bench.engine.loaded.source.path == brief

    run(tmp_path, brief, test)


def test_an_unused_model_goes_and_a_message_brings_it_back(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG)
        await bench.chats.open(chat)
        await bench.idle()
        held = sum(len(message.text) for message in await bench.chats.messages(chat))
        bench.now += timedelta(minutes=4)
        await bench.chats.unload_if_unused()
        assert bench.chats.model.phase is ModelPhase.READY, "it is not time yet"
        bench.now += timedelta(minutes=2)
        await bench.chats.unload_if_unused()
        assert bench.chats.model.phase is ModelPhase.UNLOADED
        assert bench.engine.loaded is None
        assert (bench.chats.model.path, bench.chats.model.name) == (brief, "brief")
        assert await bench.chats.other_model(chat) is None, "it is the chat's own model that comes back"
        await bench.chats.unload_if_unused()
        before = bench.engine.tokens_decoded
        await bench.chats.send(chat, "And a lake?")
        await bench.until(lambda: bench.chats.model.phase is ModelPhase.READY)
        await bench.idle()
        messages = await bench.chats.messages(chat)
        assert [message.role for message in messages] == [Role.USER, Role.ASSISTANT] * 2
        stats = messages[-1].stats
        assert stats is not None
        assert stats.tokens_restored > len(LONG) / 2, "what was said is on disk"
        assert stats.tokens_read < 60, "the new message alone is read"
        assert bench.engine.tokens_decoded - before <= stats.tokens_read + stats.tokens_written + 16
        assert sum(len(message.text) for message in messages) > held

    run(tmp_path, brief, test, IDLE)


def test_who_begins_to_write_has_the_model_when_they_send(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG)
        await bench.chats.open(chat)
        await bench.idle()
        await bench.chats.loading.unload()
        assert bench.chats.model.phase is ModelPhase.UNLOADED
        assert bench.chats.readiness(chat) is None
        await bench.chats.open(chat)
        await bench.idle()
        assert bench.engine.loaded is None, "who only reads needs no model"
        before = bench.engine.tokens_decoded
        await bench.chats.prepare(chat)
        await bench.until(lambda: isinstance(bench.chats.readiness(chat), ReadyAtOnce))
        await bench.idle()
        assert bench.engine.tokens_decoded - before <= 16, "looking at the memory of the model takes eight"

    run(tmp_path, brief, test, ChatOptions(settles=lambda: False))


def test_unloading_keeps_what_is_being_written(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        conversation = await bench.chats.new()
        await bench.chats.send(conversation.id, "Hello")
        await bench.until(lambda: bench.chats.activity(conversation.id) is Activity.REPLYING)
        await bench.until(lambda: bench.engine.tokens_decoded > 60)
        bench.now += timedelta(minutes=10)
        await bench.chats.unload_if_unused()
        assert bench.chats.model.phase is ModelPhase.READY, "a model that writes is used"
        await bench.chats.loading.unload()
        await bench.idle()
        assert bench.engine.loaded is None
        reply = (await bench.chats.messages(conversation.id))[-1]
        assert (reply.role, reply.status) == (Role.ASSISTANT, Status.STOPPED)
        assert reply.text
        await bench.chats.loading.unload()
        assert bench.chats.model.phase is ModelPhase.UNLOADED

    run(tmp_path, endless, test, IDLE)


def test_by_itself_a_model_stays(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        bench.now += timedelta(days=30)
        await bench.chats.unload_if_unused()
        assert bench.chats.model.phase is ModelPhase.READY

    run(tmp_path, brief, test)


def test_a_model_that_seems_too_large_is_refused_with_what_fits(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        fits = bench.chats.fits
        file = read_model_file(brief)
        found = fits.of(file.header, file.size)
        assert found is not None
        fits.free_memory = lambda: found.need.total
        await bench.chats.load_model(brief)
        refused = bench.chats.model.refused
        assert bench.chats.model.phase is ModelPhase.FAILED
        assert bench.chats.model.can_load_anyway
        assert refused is not None
        assert refused.path == brief
        assert refused.fitting_tokens is not None
        assert 512 <= refused.fitting_tokens < 8192
        assert str(refused.error).startswith("brief takes about 0.0 GB with a context of 8,192 tokens, and 0.0 GB are free.")
        assert bench.engine.loaded is None
        await bench.chats.load_model(brief, context_tokens=refused.fitting_tokens)
        assert bench.chats.model.phase is ModelPhase.READY
        assert bench.chats.model.context_tokens == refused.fitting_tokens
        fits.free_memory = lambda: found.need.weights
        await bench.chats.load_model(brief, context_tokens=8192)
        assert bench.chats.model.phase is ModelPhase.READY, "what is there goes on"
        assert bench.chats.model.context_tokens == refused.fitting_tokens
        assert bench.chats.model.refused is not None
        fitting = bench.chats.model.refused.fitting_tokens
        assert fitting is not None
        assert 512 <= fitting < refused.fitting_tokens, "what it takes itself would be free"
        assert bench.engine.loaded is not None
        await bench.chats.load_model(brief, context_tokens=8192, anyway=True)
        assert (bench.chats.model.phase, bench.chats.model.context_tokens) == (ModelPhase.READY, 8192)
        assert bench.chats.model.refused is None

    run(tmp_path, None, test)


def test_what_was_refused_is_loaded_as_it_was_asked_for(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        loading, fits = bench.chats.loading, bench.chats.fits
        await loading.load_refused()
        fits.free_memory = lambda: 1
        await bench.chats.load_model(brief, CacheType.Q8_0, 4096)
        assert bench.chats.model.refused is not None
        await loading.load_refused()
        model = bench.chats.model
        assert (model.phase, model.cache_type, model.context_tokens) == (ModelPhase.READY, CacheType.Q8_0, 4096)
        await bench.chats.load_model(brief, CacheType.F16, 8192)
        assert bench.chats.model.refused is not None
        fits.free_memory = lambda: None
        await loading.load_refused(2048)
        model = bench.chats.model
        assert (model.phase, model.cache_type, model.context_tokens) == (ModelPhase.READY, CacheType.F16, 2048)

    run(tmp_path, None, test)


def test_whoever_asks_for_the_devices_begins_no_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench) -> None:
        monkeypatch.setattr(Library, "begin_cards", lambda library: pytest.fail("in this process"))
        devices = await bench.chats.loading.devices()
        assert [device.kind for device in devices][-1] is DeviceKind.PROCESSOR

    run(tmp_path, None, test)


def test_what_another_context_would_take_is_told(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        loading = bench.chats.loading
        assert loading.fit() is None
        assert loading.longest_context() is None
        await loading.set_gpu_layers(3)
        await bench.load(brief)
        assert await loading.devices()
        now, short = loading.fit(), loading.fit(2048)
        assert now is not None
        assert short is not None
        assert now.need.cache == 4 * short.need.cache
        assert now.word is FitWord.FITS
        assert (now.layers, bench.chats.model.layers, bench.chats.model.gpu_layers) == (4, 4, 0)
        bench.chats.fits.free_memory = lambda: 100_000_000
        alone = loading.fit()
        assert alone is not None
        assert alone.room.system == 100_000_000 + now.need.cache + now.need.buffers, "it would be in place of itself"
        assert loading.longest_context() == 8192
        await loading.set_gpu_layers(3)
        assert bench.chats.model.chosen_gpu_layers == 3
        await loading.unload()
        freed = loading.fit()
        assert freed is not None
        assert freed.room.system == 100_000_000

    run(tmp_path, None, test)


def test_going_back_to_a_model_finds_its_states(tmp_path: Path, brief: Path, other: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG)
        await bench.chats.open(chat)
        await bench.idle()
        await bench.load(other)
        await bench.chats.continue_with_loaded(chat)
        await bench.chats.send(chat, "And a lake?")
        await bench.idle()
        assert [message.model for message in await bench.chats.messages(chat)][-1] == "other"
        for model in (brief, other):
            await bench.load(model)
            before = bench.engine.tokens_decoded
            await bench.chats.continue_with_loaded(chat)
            await bench.chats.open(chat)
            await bench.idle()
            assert bench.engine.tokens_decoded == before, "nothing is read for what is stored"
            assert bench.chats.session(chat).tokens_restored > len(LONG) / 2
            await bench.chats.send(chat, f"And the sea, {model.stem}?")
            await bench.idle()
            stats = (await bench.chats.messages(chat))[-1].stats
            assert stats is not None
            assert stats.tokens_restored > len(LONG) / 2, "each model's own states"

    run(tmp_path, brief, test, ChatOptions(settles=lambda: False))


def test_who_waits_for_the_model_has_it_loaded_once(tmp_path: Path, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench) -> None:
        loads, load = [], bench.engine.load

        async def counted(*arguments):
            loads.append(arguments)
            return await load(*arguments)

        monkeypatch.setattr(bench.engine, "load", counted)
        chats = [(await bench.chats.new([])).id]
        chats.append((await bench.chats.new(chats)).id)
        gate = threading.Event()
        holding = asyncio.ensure_future(bench.engine.in_model_thread(lambda: gate.wait(PATIENCE)))
        unloading = asyncio.ensure_future(bench.chats.loading.unload())
        await bench.until(lambda: bench.chats.model.phase is ModelPhase.UNLOADED)
        for chat in chats:
            await bench.chats.prepare(chat)
        await bench.chats.send(chats[0], "Hello")
        gate.set()
        await asyncio.gather(holding, unloading)
        await bench.idle()
        assert len(loads) == 1
        reply = (await bench.chats.messages(chats[0]))[-1]
        assert (reply.role, reply.status) == (Role.ASSISTANT, Status.COMPLETE)

    run(tmp_path, brief, test, ChatOptions(settles=lambda: False))


def test_a_model_that_comes_after_a_long_time_of_no_use_stays(
    tmp_path: Path, brief: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(bench: Bench) -> None:
        gate = Gate(bench, monkeypatch)
        bench.now += timedelta(minutes=10)
        loading = asyncio.ensure_future(bench.chats.load_model(other))
        await gate.wait()
        looking = asyncio.ensure_future(bench.chats.unload_if_unused())
        await asyncio.sleep(0)
        gate.opened.set()
        await asyncio.gather(loading, looking)
        assert bench.chats.model.phase is ModelPhase.READY

    run(tmp_path, brief, test, IDLE)


def test_a_summary_is_a_use(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chats.new()
        await bench.chats.send(chat.id, LONG)
        await bench.until(lambda: bench.chats.activity(chat.id) is Activity.REPLYING)
        await bench.chats.stop(chat.id)
        await bench.chats.send(chat.id, "And a lake?")
        await bench.until(lambda: bench.chats.activity(chat.id) is Activity.REPLYING)
        await bench.chats.stop(chat.id)
        await bench.idle()
        course = Course()
        summing = asyncio.ensure_future(bench.chats.room.summarise(chat.id, course))
        await bench.until(lambda: bench.engine.is_busy)
        bench.now += timedelta(minutes=10)
        await bench.chats.unload_if_unused()
        assert bench.chats.model.phase is ModelPhase.READY
        course.stop()
        with pytest.raises(SummaryStoppedError):
            await summing

    run(tmp_path, endless, test, IDLE)


def test_the_time_of_no_use_begins_with_the_end_of_a_reply(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        bench.now += timedelta(minutes=10)
        await bench.chat("Hello")
        await bench.chats.unload_if_unused()
        assert bench.chats.model.phase is ModelPhase.READY

    run(tmp_path, brief, test, IDLE)
