"""Stop, Continue, quit and aborted decodes."""

import threading

import llama_cpp.llama_cpp as llama
import numpy as np
import pytest

from desktop.inference.binding import Abort, Batch, Context, ContextOptions, DecodeCounters
from desktop.inference.errors import DecodeAbortedError
from desktop.inference.job import Ending, Purpose
from desktop.inference.pace import FIRST_SLICE
from desktop.inference.prompt import Role, Turn
from desktop.inference.worker import Worker
from desktop.sessions.keys import node_key
from desktop.sessions.tokens import token_ids
from tests.inference.driver import PATIENCE, Recorder, made_up_ids
from tests.inference.prompts import byte_ids
from tests.inference.teacher import limit_of


def test_stop_in_a_prefill_keeps_what_was_read(open_engine, endless, teacher, straight):
    driver = open_engine(endless)
    ids = made_up_ids(2000)
    teacher.replies[1] = made_up_ids(5, seed=1)
    recorder = driver.start(ids, boundaries=(20, 1900), on_read=lambda done: driver.engine.stop(recorder.job_id) if done > 200 else None)
    outcome = recorder.outcome()
    read = outcome.tokens_read
    assert outcome.ending is Ending.STOPPED
    assert 200 < read < 2000
    assert recorder.reads[-1] == (read, 2000), "no slice was begun after the one that was under way"
    assert driver.engine.tokens_decoded == read
    assert [position for position, _ in recorder.nodes] == [20, read]
    assert driver.store.lookup(ids).tokens == read
    recorder, outcome = driver.run(ids, boundaries=(20, 1900))
    assert recorder.entry.to_read == 2000 - read
    assert driver.engine.tokens_decoded == 2000 + 5
    teacher.check(straight, ids, 1)


def test_stop_within_a_slice_aborts_it(open_engine, endless, monkeypatch, teacher, straight):
    driver = open_engine(endless)
    ids = made_up_ids(2000)
    teacher.replies[1] = made_up_ids(5, seed=1)
    decode, calls = llama.llama_decode, []

    def decode_and_be_stopped(context, batch):
        calls.append(batch.n_tokens)
        if len(calls) == 3:
            driver.engine.stop(recorder.job_id)
        return decode(context, batch)

    monkeypatch.setattr(llama, "llama_decode", decode_and_be_stopped)
    ready = threading.Event()
    recorder = driver.start(ids, on_read=lambda done: ready.wait(PATIENCE))
    ready.set()
    outcome = recorder.outcome()
    assert outcome.ending is Ending.STOPPED
    assert len(calls) == 3
    assert outcome.tokens_read == sum(calls[:2])
    assert driver.store.lookup(ids).tokens == sum(calls[:2]), "the slice that was aborted is not saved"
    recorder, _ = driver.run(ids)
    assert recorder.entry.to_read == 2000 - sum(calls[:2])
    teacher.check(straight, ids, 1)


def test_an_aborted_slice_of_one_chat_is_decoded_again_for_the_others(open_engine, endless, monkeypatch, teacher, straight):
    driver = open_engine(endless)
    one, two = made_up_ids(100), made_up_ids(1000, seed=1)
    teacher.replies |= {1: made_up_ids(300, seed=2), 2: made_up_ids(5, seed=3)}
    decode, shared = llama.llama_decode, []

    def decode_and_be_stopped(context, batch):
        shared.append(batch.n_tokens)
        if len(shared) > 20 and not stopped and batch.n_tokens > 2:
            stopped.append(len(shared))
            driver.engine.stop(reading.job_id)
        return decode(context, batch)

    stopped = []
    writing = driver.start(one, "one", seed=1)
    writing.wait_for_words(1)
    monkeypatch.setattr(llama, "llama_decode", decode_and_be_stopped)
    shared.extend([0] * 20)
    reading = driver.start(two, "two", seed=2)
    assert reading.outcome().ending is Ending.STOPPED
    assert writing.outcome().ending is Ending.END_OF_TURN
    assert stopped
    teacher.check(straight, one, 1)
    driver.run(two, "two", seed=2)
    teacher.check(straight, two, 2)


def test_stop_in_a_reply_ends_it_within_a_token(open_engine, endless):
    driver = open_engine(endless)
    ids = made_up_ids(50)
    recorder, outcome = driver.run(ids, words=20)
    assert outcome.ending is Ending.STOPPED
    assert len(recorder.texts) == 20
    assert driver.engine.tokens_decoded == 50 + len(outcome.ids) - 1, "the last token was only sampled"
    assert recorder.nodes[-1] == (len(ids) + len(outcome.ids) - 1, node_key(driver.store.context, ids + outcome.ids[:-1]))


def test_stop_drops_half_a_character(open_engine, endless, teacher):
    driver = open_engine(endless)
    teacher.replies[1] = byte_ids(b"ab\xf0\x9f\x98\x80\xf0\x9f") + made_up_ids(5)
    recorder = driver.start(byte_ids("Hello"), seed=1)
    recorder.on_wrote = lambda text: driver.engine.stop(recorder.job_id) if text == "b" else None
    outcome = recorder.outcome()
    assert recorder.text.encode() == outcome.ids.tobytes()[::4]
    assert "\ufffd" not in recorder.text


@pytest.mark.parametrize("cut", [2, 3, 4])
def test_stopping_within_a_character_drops_its_beginning(open_engine, endless, teacher, monkeypatch, cut):
    driver = open_engine(endless)
    teacher.replies[1] = byte_ids("ab😀cd")
    decode, calls = llama.llama_decode, []

    def decode_and_be_stopped(context, batch):
        calls.append(batch.n_tokens)
        if len(calls) == cut + 1:  # the first reads the prompt
            driver.engine.stop(recorder.job_id)
        return decode(context, batch)

    monkeypatch.setattr(llama, "llama_decode", decode_and_be_stopped)
    ready = threading.Event()
    recorder = driver.start(byte_ids("Hello"), seed=1, on_read=lambda done: ready.wait(PATIENCE))
    ready.set()
    outcome = recorder.outcome()
    assert (outcome.ending, recorder.text, outcome.ids) == (Ending.STOPPED, "ab", byte_ids("ab"))
    assert driver.store.lookup(byte_ids("Helloab😀")).tokens == len("Helloab")


@pytest.mark.parametrize("words", [1, 2, 17])
def test_stop_and_continue_meet_the_same_nodes_as_a_reply_in_one_go(open_engine, endless, teacher, straight, words):
    whole = byte_ids("A reply of thirty tokens, more or less")
    turns = [Turn(Role.USER, "Hello")]
    teacher.replies |= {1: whole, 2: whole, 3: token_ids()}
    one = open_engine(endless, "one")
    expected, _ = one.run(one.prompt(turns), seed=1)

    two = open_engine(endless, "two")
    cut, outcome = two.run(two.prompt(turns), seed=2, words=words)
    assert outcome.ending is Ending.STOPPED
    assert outcome.ids == whole[: len(outcome.ids)]
    before = two.engine.tokens_decoded
    teacher.replies[3] = whole[len(outcome.ids) :]
    partial = Turn(Role.ASSISTANT, cut.text, outcome.ids)
    recorder, rest = two.run(two.prompt([*turns, partial]), seed=3)
    assert recorder.entry.to_read == 1, "only the last token, which was not decoded"
    assert outcome.ids + rest.ids == whole
    assert recorder.nodes[-1] == expected.nodes[-1]
    assert two.engine.tokens_decoded - before == 1 + len(rest.ids) + 1
    teacher.check(straight, two.prompt([*turns, partial]).ids, 3)

    turns += [Turn(Role.ASSISTANT, whole.tobytes()[::4].decode(), whole), Turn(Role.USER, "More")]
    prompt = two.prompt(turns)
    recorder, _ = two.run(prompt, seed=3, words=1, purpose=Purpose.READ)
    assert recorder.entry.restored == expected.nodes[-1][0]
    two.engine.leave("chat")
    recorder, _ = two.run(prompt, "other", purpose=Purpose.RESTORE)
    assert recorder.entry.restored == len(prompt.ids)


def test_stop_of_a_waiting_job_ends_it(open_engine, cramped):
    driver = open_engine(cramped)
    writing = driver.start(made_up_ids(400), "one")
    waiting = driver.start(made_up_ids(400, seed=1), "two")
    driver.engine.stop(waiting.job_id)
    outcome = waiting.outcome()
    assert (outcome.ending, len(outcome.ids), outcome.tokens_read) == (Ending.STOPPED, 0, 0)
    driver.engine.stop(writing.job_id)
    writing.outcome()


def test_stop_of_an_ended_job_does_nothing(open_engine, endless):
    driver = open_engine(endless)
    recorder, _ = driver.run(made_up_ids(20), words=3)
    driver.engine.stop(recorder.job_id)
    assert driver.run(made_up_ids(20), words=3)[1].ending is Ending.STOPPED
    assert len(recorder.outcomes) == 1


def test_stop_while_the_end_of_turn_is_decoded_leaves_a_whole_reply(open_engine, tiny_model, teacher, monkeypatch):
    driver = open_engine(tiny_model)
    teacher.replies[1] = byte_ids("Yes")
    prompt = driver.prompt([Turn(Role.USER, "Hello")])
    end, ended = Worker._write, []

    def write_and_be_stopped(worker, running, index):
        end(worker, running, index)
        if running.is_closing:
            ended.append(True)
            driver.engine.stop(running.job.id)

    monkeypatch.setattr(Worker, "_write", write_and_be_stopped)
    recorder, outcome = driver.run(prompt, seed=1)
    assert ended
    assert (outcome.ending, recorder.text, outcome.ids) == (Ending.END_OF_TURN, "Yes", byte_ids("Yes"))


@pytest.mark.parametrize("count", [2000, 20])
def test_closing_keeps_what_a_job_has(open_engine, endless, count):
    driver = open_engine(endless)
    ids = made_up_ids(count)
    begun = threading.Event()
    recorder = driver.start(ids, "one", on_read=lambda done: begun.set())
    recorder.on_wrote = lambda text: begun.set()
    waiting = [driver.start(ids, "one"), driver.start(ids, "one", Purpose.READ)]
    assert begun.wait(PATIENCE)
    driver.close()
    assert recorder.is_done, "told before close() returned"
    outcome = recorder.outcome()
    assert outcome.ending is Ending.QUIT
    path = ids + outcome.ids
    assert recorder.nodes[-1][0] >= FIRST_SLICE or count == 20
    assert [job.outcome().ending for job in waiting] == [Ending.QUIT, Ending.QUIT]
    again = open_engine(endless)
    recorder, _ = again.run(path, purpose=Purpose.RESTORE)
    least = outcome.tokens_read if not outcome.ids else len(path) - 1  # the last token was only sampled
    assert least <= recorder.entry.restored <= least + 1


def test_a_raised_flag_aborts_a_decode_and_the_rest_goes_on(library, endless, straight):
    abort, counters = Abort(), DecodeCounters()
    context = Context(straight.model, ContextOptions(4096, 6, 512, 1), counters, abort)
    batch = Batch(512)
    ids = made_up_ids(600)

    def decode(start: int, end: int) -> np.ndarray:
        batch.clear()
        for position in range(start, end):
            index = batch.add(ids[position], position, 0, wants_logits=position == end - 1)
        context.decode(batch)
        return np.array(context.logits(index))

    try:
        decode(0, 300)
        abort.raise_flag()
        with pytest.raises(DecodeAbortedError):
            decode(300, 600)
        assert context.length(0) == 300
        abort.lower_flag()
        assert np.abs(decode(300, 600) - straight.logits(ids, 1)[0]).max() < limit_of(ids)
        assert (counters.tokens_decoded, counters.decode_calls) == (900, 3)
    finally:
        batch.close()
        context.close()


def test_a_sink_is_told_its_end_once(open_engine, endless):
    driver = open_engine(endless)
    recorders: list[Recorder] = []
    for number in range(20):
        recorders.append(driver.start(made_up_ids(30, seed=number), number % 3, words=number % 4 + 1))
        if number % 3:
            driver.engine.stop(recorders[number - 1].job_id)
    for recorder in recorders:
        assert recorder.outcome().ending is Ending.STOPPED
        assert recorder.events.count("finished") == 1
        assert recorder.events[-1] == "finished"
