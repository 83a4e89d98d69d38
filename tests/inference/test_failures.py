"""Decodes and restores that fail: the chats are told, and the worker lives on."""

import asyncio
import errno
import threading

import llama_cpp.llama_cpp as llama
import pytest

from desktop.inference.engine import Engine
from desktop.inference.errors import ModelClosedError
from desktop.inference.job import Ending, Purpose
from desktop.inference.kv_cache import KvCache
from desktop.inference.residents import Residents
from desktop.sessions.segment import BasePart, read_base_header, write_part
from tests.inference.driver import made_up_ids, source_of

SENTENCE = "The model could not go on; the reply is kept up to here. Try again."


@pytest.mark.parametrize("code", [-1, -3])
def test_a_decode_that_fails_ends_all_jobs_in_the_context(open_engine, endless, teacher, straight, monkeypatch, expect_log, code):
    expect_log("decoding failed")
    driver = open_engine(endless)
    decode, calls = llama.llama_decode, []

    def decode_or_fail(context, batch):
        calls.append(batch.n_tokens)
        return code if calls.count(2) == 5 and batch.n_tokens == 2 else decode(context, batch)

    monkeypatch.setattr(llama, "llama_decode", decode_or_fail)
    teacher.replies |= {n: made_up_ids(40, seed=n) for n in range(1, 5)}
    recorders = [driver.start(made_up_ids(50, seed=20 + n), n, seed=n, boundaries=(49,)) for n in (1, 2)]
    for recorder in recorders:
        outcome = recorder.outcome()
        assert (outcome.ending, outcome.error) == (Ending.FAILED, SENTENCE)
        assert len(outcome.ids) >= 4
        assert recorder.text
    recorder, outcome = driver.run(made_up_ids(50, seed=21), 1, seed=3)
    assert outcome.ending is Ending.END_OF_TURN
    assert recorder.entry.from_disk == 49, "what was saved before is not in doubt"
    teacher.check(straight, made_up_ids(50, seed=21), 3)


@pytest.mark.parametrize("method", ["enter", "repack_if_scattered"])
def test_an_entry_that_fails_is_told(open_engine, endless, monkeypatch, expect_log, method):
    expect_log("decoding failed")
    driver = open_engine(endless)

    def refuse(*arguments, **keywords):
        raise RuntimeError("no")

    with monkeypatch.context() as patch:
        patch.setattr(Residents, method, refuse)
        outcome = driver.run(made_up_ids(50), words=3)[1]
        assert (outcome.ending, outcome.error) == (Ending.FAILED, SENTENCE)
    assert driver.run(made_up_ids(50), words=3)[1].ending is Ending.STOPPED


def test_a_repacking_that_fails_after_a_stop_is_told(open_engine, endless, monkeypatch, expect_log):
    expect_log("decoding failed")
    driver = open_engine(endless)

    def refuse(*arguments):
        raise RuntimeError("no")

    driver.run(made_up_ids(100, seed=5), "idle", purpose=Purpose.READ)
    one, two = (driver.start(made_up_ids(50, seed=n), n) for n in (1, 2))
    two.wait_for_words(1)
    one.wait_for_words(1)
    monkeypatch.setattr(Residents, "repack_if_scattered", refuse)
    driver.engine.stop(two.job_id)
    assert two.outcome().ending is Ending.STOPPED
    assert one.outcome().ending is Ending.FAILED
    monkeypatch.undo()
    assert driver.run(made_up_ids(50), words=3)[1].ending is Ending.STOPPED


def test_a_segment_that_finds_no_cells_is_read_again(open_engine, endless, teacher, straight, monkeypatch, expect_log):
    expect_log("a verified segment was not restored")
    driver = open_engine(endless)
    ids = made_up_ids(300)
    driver.run(ids, purpose=Purpose.READ, boundaries=(100, 200))
    driver.engine.leave("chat")
    restore, calls = KvCache.restore, []

    def restore_or_fail(cache, sequence, base):
        calls.append(sequence)
        if len(calls) == 2:
            monkeypatch.setattr(llama, "llama_state_seq_set_data_ext", lambda *arguments: 0)
        return restore(cache, sequence, base)

    set_data = llama.llama_state_seq_set_data_ext
    monkeypatch.setattr(KvCache, "restore", restore_or_fail)
    teacher.replies[1] = made_up_ids(5, seed=1)
    recorder = driver.start(ids, on_read=lambda done: monkeypatch.setattr(llama, "llama_state_seq_set_data_ext", set_data))
    assert recorder.outcome().ending is Ending.END_OF_TURN
    assert recorder.entry.restored == 100
    teacher.check(straight, ids, 1)


def test_on_a_full_disk_chats_are_kept_in_memory(open_engine, endless, monkeypatch, expect_log):
    expect_log("segment not written")
    driver = open_engine(endless)

    def fail(path, part):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("desktop.sessions.writer.write_part", fail)
    ids = made_up_ids(600)
    driver.run(ids, "one", words=1, boundaries=(100,))
    assert driver.store.flush(30)
    assert not driver.store.is_saving
    driver.run(made_up_ids(600, seed=3), "two", words=1, boundaries=(100, 200, 300))
    assert driver.decoded_by(lambda: driver.run(ids, "one", words=1)) <= 2
    assert len(driver.faults) == 1
    driver.faults.clear()


def test_a_segment_whose_kv_has_other_tokens_than_its_ids_is_set_aside(open_engine, endless):
    driver = open_engine(endless)
    ids = made_up_ids(300)
    driver.run(ids, "one", words=1)
    driver.files()
    driver.close()
    [path] = driver.folder.rglob("*.kv")
    header = read_base_header(path)
    write_part(path, BasePart(header.context, header.start, header.end, header.ids, header.seconds, bytearray()))
    driver = open_engine(endless)
    recorder, outcome = driver.run(ids, "one", words=1)
    assert recorder.entry.is_damaged
    assert (outcome.ending, outcome.tokens_read) == (Ending.STOPPED, 300)
    assert (driver.folder / "set-aside" / path.name).exists()


def test_a_model_that_is_loaded_after_the_end_is_freed(open_engine, endless, monkeypatch):
    driver = open_engine()
    begun, go_on = threading.Event(), threading.Event()
    load = Engine._load

    def slow(*arguments):
        running = load(*arguments)
        begun.set()
        assert go_on.wait(30)
        return running

    monkeypatch.setattr(Engine, "_load", slow)

    async def begin_and_close() -> None:
        task = asyncio.ensure_future(driver.engine.load(source_of(endless), lambda progress: None))
        assert await asyncio.to_thread(begun.wait, 30)
        assert not driver.engine.close(0.05), "it did not end in time"
        go_on.set()
        with pytest.raises(ModelClosedError):
            await task

    driver.wait(begin_and_close())
    assert "inference" not in [thread.name for thread in threading.enumerate()]


def test_what_nothing_can_hold_is_not_copied_with_every_token(open_engine, endless, monkeypatch, expect_log):
    expect_log("segment not written")
    monkeypatch.setattr("desktop.sessions.catalog.HELD_BYTES", 1000)
    driver = open_engine(endless)

    def fail(path, part):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("desktop.sessions.writer.write_part", fail)
    driver.run(made_up_ids(100, seed=7), words=1)
    assert driver.store.flush(30)
    copied, save = [], KvCache.save
    monkeypatch.setattr(KvCache, "save", lambda cache, *range_: copied.append(range_) or save(cache, *range_))
    driver.run(made_up_ids(1500), words=30, boundaries=(100, 200, 300))
    assert not copied
    driver.faults.clear()


def test_what_was_restored_before_a_damaged_segment_came_from_disk(open_engine, endless):
    driver = open_engine(endless)
    ids = made_up_ids(600)
    driver.run(ids, purpose=Purpose.READ, boundaries=(200, 400))
    driver.files()
    driver.engine.leave("chat")
    driver.wait(driver.engine.barrier())
    last = driver.store.lookup(ids).edges[-1]
    [path] = driver.folder.rglob(f"{last.end.hex()}-*.kv")
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    recorder, _ = driver.run(ids, purpose=Purpose.READ)
    assert (recorder.entry.restored, recorder.entry.from_disk, recorder.entry.is_damaged) == (400, 400, True)
