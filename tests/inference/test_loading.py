"""Loading, unloading and closing."""

import asyncio
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import llama_cpp.llama_cpp as llama
import pytest

from desktop.inference import binding
from desktop.inference.engine import CONTEXT_TOKENS, Engine, LoadOptions, ModelSource
from desktop.inference.errors import (
    ContextCreationError,
    DecodeError,
    LoadCancelledError,
    ModelClosedError,
    ModelLoadError,
    TemplateError,
    UnsupportedModelError,
)
from desktop.inference.job import Ending, Job, JobId, Purpose
from desktop.inference.memory_plan import MemoryPlan
from desktop.inference.placement import PROCESSOR_ONLY, Placement
from desktop.inference.prompt import PromptSettings, Role, Turn
from desktop.sessions.keys import context_key
from desktop.sessions.store import SegmentStore
from desktop.system.cache_type import CacheType
from desktop.system.compute_device import DeviceKind
from desktop.system.flash_attention import FlashAttention
from desktop.system.read_ahead import read_ahead
from tests.inference.driver import PATIENCE, TODAY, Driver, Recorder, made_up_ids, source_of
from tests.tiny_models import TinyModel, write_embedding_model

HELLO = [Turn(Role.USER, "Hello")]


def inference_threads() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name.startswith(("inference", "model"))}


def test_nothing_runs_before_a_model_is_loaded(open_engine):
    driver = open_engine()
    assert driver.engine.loaded is None
    assert (driver.engine.tokens_decoded, driver.engine.decode_calls, driver.engine.reading_speed) == (0, 0, 0)
    with pytest.raises(ModelClosedError, match=r"No model is loaded\. Your message is kept; open a model file\."):
        driver.prompt(HELLO)
    with pytest.raises(ModelClosedError):
        driver.history(HELLO)
    with pytest.raises(ModelClosedError):
        driver.start(made_up_ids(5))
    driver.engine.stop(JobId(1))
    driver.engine.leave("chat")
    assert driver.engine.close(1.0)
    assert driver.engine.close(1.0)


def test_what_is_loaded_is_told(open_engine, tiny_model, cramped):
    driver = open_engine()
    progress = []
    loaded = driver.wait(driver.engine.load(source_of(tiny_model), progress.append))
    assert loaded is driver.engine.loaded
    assert (loaded.context_tokens, loaded.plan, loaded.threads) == (CONTEXT_TOKENS, MemoryPlan.DENSE, 1)
    assert loaded.source == source_of(tiny_model)
    assert loaded.device
    assert progress == sorted(progress)
    assert (progress[0], progress[-1]) == (0.0, 1.0)
    assert driver.load(cramped).context_tokens == 1024


@pytest.mark.parametrize("broken", ["missing tensor", "no model", "cut", "empty", "not there"])
def test_a_file_that_does_not_load_leaves_no_model(open_engine, tiny_model, tmp_path, broken):
    driver = open_engine(tiny_model)
    driver.run(made_up_ids(20), words=2)
    path = tmp_path / "bröken.gguf"
    if broken == "missing tensor":
        TinyModel(without=["blk.1.ffn_up.weight"]).write(path)
    elif broken != "not there":
        data = {"no model": b"some text, but no model" * 10, "cut": tiny_model.read_bytes()[:100_000], "empty": b""}[broken]
        path.write_bytes(data)
    with pytest.raises(ModelLoadError, match=r"^bröken\.gguf could not be loaded.*\. Your chats are kept; choose another model file\.$"):
        driver.wait(driver.engine.load(ModelSource(path, b"", ""), lambda progress: None))
    assert driver.engine.loaded is None
    assert not inference_threads() & {"inference"}
    with pytest.raises(ModelClosedError):
        driver.start(made_up_ids(5))
    driver.load(tiny_model)
    recorder, outcome = driver.run(made_up_ids(20), words=2)
    assert outcome.ending is Ending.STOPPED
    assert recorder.entry.from_disk == 19


def test_a_missing_tensor_is_named(open_engine, tmp_path):
    path = TinyModel(without=["blk.1.ffn_up.weight"]).write(tmp_path / "a.gguf")
    with pytest.raises(ModelLoadError, match=r"a\.gguf could not be loaded \(.*blk\.1\.ffn_up\.weight.*\)\. "):
        open_engine().load(path)


def test_a_template_that_is_none_leaves_no_model(open_engine, tmp_path):
    driver = open_engine()
    path = TinyModel(template="{% if %}").write(tmp_path / "a.gguf")
    with pytest.raises(TemplateError, match=r"The model's chat template failed: it is not valid \(.+"):
        driver.load(path)
    assert driver.engine.loaded is None


def test_a_model_that_makes_embeddings_is_refused(open_engine, tmp_path):
    driver = open_engine()
    with pytest.raises(
        UnsupportedModelError, match=r"^a\.gguf is not a model that writes text\. Your chats are kept; choose another model file\.$"
    ):
        driver.load(write_embedding_model(tmp_path / "a.gguf"))
    assert driver.engine.loaded is None


def test_a_model_without_a_template_speaks_chatml(open_engine, tmp_path):
    driver = open_engine(TinyModel(template=None).write(tmp_path / "a.gguf"))
    prompt = driver.prompt(HELLO)
    assert bytes(token for token in prompt.ids if token < 256) == b"user\nHello\nassistant\n"
    assert prompt.end_of_turn == 257


def test_a_vocabulary_that_wants_bos_gets_it(open_engine, tmp_path):
    driver = open_engine(TinyModel(adds_bos=True).write(tmp_path / "a.gguf"))
    assert list(driver.prompt(HELLO).ids).count(258) == 1
    assert driver.prompt(HELLO).ids[0] == 258


def test_a_context_that_cannot_be_made_leaves_no_model(open_engine, tiny_model, monkeypatch):
    driver = open_engine()
    with monkeypatch.context() as patch:
        patch.setattr(llama, "llama_init_from_model", lambda model, params: None)
        with pytest.raises(ContextCreationError, match="There is not enough memory for a context of"):
            driver.load(tiny_model)
    assert driver.engine.loaded is None
    driver.load(tiny_model)


def test_a_store_that_cannot_be_read_leaves_no_model(open_engine, tiny_model, monkeypatch):
    driver = open_engine()
    freed = []
    free = llama.llama_free
    monkeypatch.setattr(llama, "llama_free", lambda context: freed.append(1) or free(context))
    with monkeypatch.context() as patch:

        def refuse(store, context, entry):
            raise OSError("no")

        patch.setattr(SegmentStore, "select", refuse)
        with pytest.raises(OSError, match="no"):
            driver.load(tiny_model)
    assert driver.engine.loaded is None
    assert len(freed) == 2, "the small context that was looked at, and the other"
    driver.load(tiny_model)


def test_another_model_takes_the_place_of_the_first(open_engine, endless, tiny_model):
    driver = open_engine(endless)
    writing = driver.start(made_up_ids(20))
    waiting = driver.start(made_up_ids(20))
    before = driver.engine.decode_calls
    driver.load(tiny_model)
    assert writing.outcome().ending is Ending.QUIT
    assert waiting.outcome().ending is Ending.QUIT
    assert driver.engine.decode_calls >= before, "the counters go on"
    assert driver.run(made_up_ids(20), words=2)[1].ending is Ending.STOPPED


def test_two_loads_at_once_leave_one_model(open_engine, endless, tiny_model):
    driver = open_engine()

    async def load_both() -> None:
        loads = (driver.engine.load(source_of(path), lambda progress: None) for path in (endless, tiny_model))
        await asyncio.gather(*loads)

    driver.wait(load_both())
    assert [thread.name for thread in threading.enumerate()].count("inference") == 1
    assert driver.engine.loaded is not None
    assert driver.engine.loaded.source.path == tiny_model
    assert driver.run(made_up_ids(20), words=2)[1].ending is Ending.STOPPED


def test_unloading_frees_the_model(open_engine, endless):
    driver = open_engine(endless)
    writing = driver.start(made_up_ids(20))
    driver.wait(driver.engine.unload())
    assert writing.outcome().ending is Ending.QUIT
    assert driver.engine.loaded is None
    with pytest.raises(ModelClosedError):
        driver.prompt(HELLO)
    driver.wait(driver.engine.unload())


def test_a_prompt_that_was_begun_before_the_model_went_is_refused(open_engine, endless):
    driver = open_engine(endless)

    async def race() -> list[object]:
        calls = (
            driver.engine.prompt(HELLO, PromptSettings(TODAY)),
            driver.engine.unload(),
            driver.engine.prompt(HELLO, PromptSettings(TODAY)),
        )
        return await asyncio.gather(*calls, return_exceptions=True)

    first, second, third = driver.wait(race())
    assert not isinstance(first, Exception) or isinstance(first, ModelClosedError)
    assert second is None
    assert isinstance(third, ModelClosedError)


def test_closing_while_loading_ends_the_load(open_engine, endless):
    driver = open_engine()
    began = threading.Event()

    def on_progress(progress: float) -> None:
        began.set()
        while not driver.engine._closing:
            time.sleep(0.001)

    async def load_and_close() -> bool:
        load = asyncio.ensure_future(driver.engine.load(source_of(endless), on_progress))
        await asyncio.to_thread(began.wait, PATIENCE)
        ended = driver.engine.close(PATIENCE)
        with pytest.raises(ModelClosedError):
            await load
        return ended

    assert driver.wait(load_and_close())
    assert driver.engine.loaded is None


@pytest.mark.parametrize("share", [0.0, 0.5, 0.95])
def test_a_load_can_be_given_up_at_any_point(open_engine, endless, tiny_model, share):
    driver = open_engine(tiny_model)
    told = []
    with pytest.raises(LoadCancelledError):
        driver.wait(driver.engine.load(source_of(endless), told.append, is_cancelled=lambda: told[-1] >= share))
    assert driver.engine.loaded is None
    assert "inference" not in inference_threads()
    assert share <= told[-1] < 1.0 or share > 0.9
    driver.load(endless)
    assert driver.run(made_up_ids(20), words=2)[1].ending is Ending.STOPPED


def test_a_model_that_is_wanted_no_longer_when_it_is_there_is_freed(open_engine, endless, monkeypatch):
    driver = open_engine()
    freed, load, free = [], driver.engine._load, llama.llama_model_free
    monkeypatch.setattr(llama, "llama_model_free", lambda model: freed.append(1) or free(model))
    wanted = [True]

    def load_and_change_ones_mind(*arguments):
        running = load(*arguments)
        wanted.clear()
        return running

    monkeypatch.setattr(driver.engine, "_load", load_and_change_ones_mind)
    with pytest.raises(LoadCancelledError):
        driver.wait(driver.engine.load(source_of(endless), lambda progress: None, is_cancelled=lambda: not wanted))
    assert freed == [1]
    assert driver.engine.loaded is None


def test_every_byte_is_read_while_others_go_on(tmp_path, monkeypatch):
    file, read, send = tmp_path / "one", [], os.sendfile
    file.write_bytes(bytes((20 << 20) + 5))

    def sent(target, source, start, count):
        read.append((start, send(target, source, start, count)))  # which, unlike mmap's, lets other threads go on
        return read[-1][1]

    monkeypatch.setattr(os, "sendfile", sent)
    read_ahead([file], lambda done: True)
    assert read == [(0, 16 << 20), (16 << 20, (4 << 20) + 5)]


def test_a_file_is_read_before_it_is_mapped(tmp_path):
    files = [tmp_path / name for name in ("one", "two")]
    for file in files:
        file.write_bytes(bytes(40 << 20))
    told = []
    read_ahead(files, lambda done: told.append(done) or True)
    assert told == pytest.approx([0.0, 0.2, 0.4, 0.5, 0.7, 0.9])
    told.clear()
    read_ahead(files, lambda done: told.append(done) or done < 0.3)
    assert told == pytest.approx([0.0, 0.2, 0.4])
    read_ahead([tmp_path / "missing"], lambda done: True)
    files[0].write_bytes(b"")
    read_ahead(files, lambda done: True)


@pytest.mark.parametrize(
    ("name", "is_copied"),
    [("CPU_Mapped", False), ("CPU_REPACK", True), ("CPU", True), ("CUDA_Host", True), ("CUDA0", False), ("Vulkan0", False)],
)
def test_weights_that_lie_in_memory_twice_are_counted(library, name, is_copied):
    before = library.copied_weights
    library._on_log(2, f"load_tensors: {name:>12} model buffer size =   270.50 MiB\n".encode(), None)
    assert library.copied_weights - before == (270.5 * (1 << 20) if is_copied else 0)


def test_devices_are_told(open_engine):
    devices = open_engine().devices()
    assert devices[-1].kind is DeviceKind.PROCESSOR
    assert devices[-1].name
    assert devices[-1].total >= devices[-1].free > 0
    assert [device.kind is DeviceKind.PROCESSOR for device in devices].count(True) == 1


@pytest.mark.parametrize("placement", [PROCESSOR_ONLY, Placement(("none",), 2), Placement(None, 1), Placement((), None)])
def test_a_card_that_is_not_there_leaves_the_processor(open_engine, endless, placement):
    driver = open_engine()
    options = LoadOptions(placement=placement)
    loaded = driver.wait(driver.engine.load(source_of(endless), lambda progress: None, options))
    if not any(device.kind is not DeviceKind.PROCESSOR for device in driver.devices()):
        assert (loaded.device, loaded.gpu_layers, loaded.layers) == ("CPU", 0, 4)
    assert driver.run(made_up_ids(20), words=2)[1].ending is Ending.STOPPED


def test_the_usual_context_has_the_key_it_always_had(open_engine, endless):
    driver = open_engine(endless)
    assert driver.engine.loaded.has_flash_attention
    usual = context_key(source_of(endless).identity, "k=f16", "v=f16", "v_trans=0", "long_rope=False")
    assert driver.engine.loaded.context == usual
    for flash in (FlashAttention.ON, FlashAttention.OFF):
        options = LoadOptions(flash_attention=flash)
        loaded = driver.wait(driver.engine.load(source_of(endless), lambda progress: None, options))
        assert loaded.has_flash_attention is (flash is FlashAttention.ON)
        assert (loaded.context == usual) is (flash is FlashAttention.ON)
    options = LoadOptions(CacheType.Q8_0, flash_attention=FlashAttention.OFF)
    assert driver.wait(driver.engine.load(source_of(endless), lambda progress: None, options)).has_flash_attention, "it needs it"


def test_states_that_lie_the_other_way_round_are_restored(open_engine, endless, teacher, straight):
    options = LoadOptions(flash_attention=FlashAttention.OFF)
    first, driver = made_up_ids(300), open_engine(endless)
    teacher.replies[1] = teacher.replies[2] = teacher.replies[3] = made_up_ids(10, seed=1)
    driver.run(first, boundaries=(100, 290))
    for seed, from_disk in ((2, 0), (3, 309)):  # what was saved with it is not taken; then what was saved without it
        driver.wait(driver.engine.load(source_of(endless), lambda progress: None, options))
        recorder, outcome = driver.run(first + teacher.replies[1] if seed == 3 else first, boundaries=(100, 290), seed=seed)
        assert outcome.ending in (Ending.END_OF_TURN, Ending.STOPPED)
        assert recorder.entry.from_disk == from_disk
        teacher.check(straight, first + teacher.replies[1] if seed == 3 else first, seed)


def test_more_logits_than_there_is_room_for_are_refused(library, endless):
    model = binding.Model(library, endless, lambda progress: True)
    context = binding.Context(model, binding.ContextOptions(256, 2, 32, 1, outputs=2), binding.DecodeCounters(), binding.Abort())
    batch = binding.Batch(4)
    for position in range(3):
        batch.add(5, position, 0, wants_logits=True)
    with pytest.raises(DecodeError):
        context.decode(batch)
    batch.clear()
    for position in range(4):
        batch.add(5, position, 0, wants_logits=position > 1)
    context.decode(batch)
    assert len(context.logits(3)) == model.vocabulary_size
    batch.close()
    context.close()
    model.close()


def test_a_load_after_closing_is_refused(open_engine, endless):
    driver = open_engine()
    driver.engine.close(1.0)
    with pytest.raises(ModelClosedError):
        driver.load(endless)


def test_a_load_that_nobody_waits_for_any_more_is_freed(open_engine, endless):
    driver = open_engine()

    async def load_and_leave() -> None:
        load = asyncio.ensure_future(driver.engine.load(source_of(endless), lambda progress: None))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        load.cancel()
        with pytest.raises(asyncio.CancelledError):
            await load

    driver.wait(load_and_leave())
    driver.close()
    assert "inference" not in inference_threads()


def test_a_worker_that_does_not_end_is_told(tmp_path, endless, expect_log):
    expect_log("the worker did not end in time")
    driver = Driver(tmp_path / "sessions")
    driver.load(endless)
    gate, begun = threading.Event(), threading.Event()
    recorder = Recorder(JobId(1))
    recorder.on_wrote = lambda text: begun.set() or gate.wait(PATIENCE)
    driver.engine.start(Job(JobId(1), "chat", made_up_ids(20), (), recorder, Purpose.WRITE))
    assert begun.wait(PATIENCE)
    assert not driver.engine.close(0.2)
    gate.set()
    assert recorder.outcome().ending is Ending.QUIT
    driver.close()


def test_an_engine_can_be_made_without_llama(tmp_path: Path):
    store = SegmentStore(tmp_path, lambda fault: None)
    engine = Engine(store, 1)
    assert engine.close(1.0)
    assert store.close(1.0)


@pytest.mark.parametrize("call", ["tokenize", "piece", "is_control", "is_user_defined", "strips", "ends_generation", "chat_template"])
def test_a_closed_model_is_never_handed_to_llama(library, endless: Path, call: str):
    model = binding.Model(library, endless, lambda progress: True)
    model.close()
    model.close()
    arguments: dict[str, tuple[object, ...]] = {"tokenize": ("text",), "chat_template": ()}
    method: Callable[..., object] = getattr(model, call)
    with pytest.raises(ModelClosedError):
        method(*arguments.get(call, (5,)))
    with pytest.raises(ModelClosedError):
        binding.Context(model, binding.ContextOptions(256, 2, 32, 1), binding.DecodeCounters(), binding.Abort())
    with pytest.raises(ModelClosedError), model.hold():
        pass


def test_a_closed_context_is_never_handed_to_llama(library, endless):
    model = binding.Model(library, endless, lambda progress: True)
    context = binding.Context(model, binding.ContextOptions(256, 2, 32, 1), binding.DecodeCounters(), binding.Abort())
    batch = binding.Batch(4)
    batch.add(5, 0, 0, wants_logits=True)
    context.decode(batch)
    context.close()
    context.close()
    for use in (
        lambda: context.decode(batch),
        lambda: context.logits(0),
        lambda: context.state(0),
        lambda: context.set_state(0, bytearray(8)),
    ):
        with pytest.raises(ModelClosedError):
            use()
    for use in (lambda: context.length(0), lambda: context.remove(0), lambda: context.share(0, 1), context.clear):
        with pytest.raises(ModelClosedError):
            use()
    batch.close()
    batch.close()
    with pytest.raises(IndexError):
        batch.add(5, 0, 0, wants_logits=True)
    model.close()


def test_a_full_batch_takes_no_token_more():
    batch = binding.Batch(2)
    batch.add(5, 0, 0, wants_logits=False)
    batch.add(5, 1, 0, wants_logits=False)
    with pytest.raises(IndexError):
        batch.add(5, 2, 0, wants_logits=False)
    assert len(batch) == 2
    batch.clear()
    assert batch.add(5, 0, 0, wants_logits=False) == 0
    batch.close()


def test_a_closed_sampler_is_never_handed_to_llama(library, endless):
    from desktop.inference.sampling import SamplerSettings
    from desktop.sessions.tokens import token_ids

    model = binding.Model(library, endless, lambda progress: True)
    sampler = binding.Sampler(model, SamplerSettings(), 1, token_ids([1, 2]))
    sampler.close()
    sampler.close()
    with pytest.raises(ModelClosedError):
        sampler.sample(None, 0)
    model.close()
