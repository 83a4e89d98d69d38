"""Jobs in the background: they run while nobody else wants the worker, and lose nothing when they make way."""

import time

import llama_cpp.llama_cpp as llama

from desktop.inference.job import Ending, Purpose
from desktop.sessions.tokens import token_ids
from tests.inference.driver import PATIENCE, made_up_ids
from tests.tiny_models import Family, Shape, TinyModel


def test_the_background_makes_way_and_goes_on_where_it_was(open_engine, endless, teacher, straight):
    driver = open_engine(endless)
    long, short = made_up_ids(3000), made_up_ids(200, seed=1)
    teacher.replies |= {1: made_up_ids(30, seed=1), 2: made_up_ids(10, seed=2)}
    begun = []

    def send_beside(done: int) -> None:
        if not begun and done > 300:
            begun.append(driver.start(short, "chat", seed=1))

    reading = driver.start(long, "background", Purpose.READ, is_background=True, on_read=send_beside)
    assert reading.outcome().ending is Ending.READY
    [beside] = begun
    assert beside.is_done, "it had to wait for the background"
    assert reading.waits == 0
    assert len(reading.entries) == 2
    assert reading.entries[1].restored >= 300
    assert driver.engine.tokens_decoded == 3000 + 200 + 30
    teacher.check(straight, short, 1)
    driver.run(long, "background", seed=2)
    teacher.check(straight, long, 2)


def test_a_background_job_waits_for_all_others(open_engine, endless):
    driver = open_engine(endless)
    writing = driver.start(made_up_ids(100), "chat")
    writing.wait_for_words(1)
    background = driver.start(made_up_ids(300, seed=1), "background", Purpose.READ, is_background=True)
    writing.wait_for_words(30)
    assert background.events == []
    driver.engine.stop(writing.job_id)
    assert background.outcome().ending is Ending.READY
    assert writing.is_done


def test_foreground_jobs_do_not_queue_behind_the_background(open_engine, endless):
    driver = open_engine(endless)
    writing = driver.start(made_up_ids(100), "chat")
    writing.wait_for_words(1)
    background = driver.start(made_up_ids(300, seed=1), "background", Purpose.READ, is_background=True)
    beside = driver.start(made_up_ids(50, seed=2), "beside", words=3)
    assert beside.outcome().ending is Ending.STOPPED
    assert background.events == []
    driver.engine.stop(background.job_id)
    assert background.outcome().ending is Ending.STOPPED
    driver.engine.stop(writing.job_id)
    writing.outcome()


def test_a_reply_ends_at_its_jobs_limit(open_engine, endless, teacher):
    driver = open_engine(endless)
    teacher.replies[1] = token_ids(list(b"!!! three, and more"))
    _, outcome = driver.run(made_up_ids(50), most_tokens=9)
    assert (outcome.ending, outcome.ids) == (Ending.TOKEN_LIMIT, token_ids(list(b"!!! three")))
    ids = made_up_ids(50) + outcome.ids
    assert driver.decoded_by(lambda: driver.run(ids, purpose=Purpose.READ)) <= 1


def test_the_barrier_is_passed_when_all_that_was_saved_was_told(open_engine, endless):
    driver = open_engine(endless)
    recorder = driver.start(made_up_ids(400), purpose=Purpose.READ, boundaries=(100, 200))
    while not driver.store.lookup(made_up_ids(400)).tokens:
        assert not recorder.is_done
    driver.wait(driver.engine.barrier())
    assert recorder.nodes
    recorder.outcome()
    driver.wait(driver.engine.unload())
    driver.wait(driver.engine.barrier())


def test_a_chat_that_is_idle_has_its_recurrent_state_on_disk(open_engine, other_family, monkeypatch):
    monkeypatch.setattr("desktop.inference.worker.IDLE_SECONDS", 0.3)
    driver = open_engine(other_family)
    keeps_snapshots = driver.engine.loaded.keeps_snapshots
    driver.run(made_up_ids(100), purpose=Purpose.READ)
    assert driver.store.flush(10)
    assert len(list(driver.folder.rglob("*.state"))) == (0 if keeps_snapshots else 1), "a window is written at once"
    while not (found := list(driver.folder.rglob("*.state"))):
        driver.store.flush(10)
    assert len(found) == 1


def test_asking_for_it_writes_it_at_once(open_engine, other_family):
    driver = open_engine(other_family)
    driver.run(made_up_ids(100), purpose=Purpose.READ)
    driver.engine.flush_states("chat")
    driver.engine.flush_states("nobody")
    driver.wait(driver.engine.barrier())
    assert driver.store.flush(10)
    assert len(list(driver.folder.rglob("*.state"))) == 1


def test_the_slice_of_a_background_job_is_given_up_when_a_chat_wants_the_worker(open_engine, endless, monkeypatch, teacher, straight):
    """Alone it may take two seconds."""
    driver = open_engine(endless)
    decode, slices, begun = llama.llama_decode, [], []
    long, short = made_up_ids(3000), made_up_ids(50, seed=1)
    teacher.replies |= {1: made_up_ids(3, seed=1), 2: made_up_ids(3, seed=2)}

    def decode_and_send(context, batch):
        slices.append(batch.n_tokens)
        if len(slices) == 4:
            begun.append(driver.start(short, "chat", seed=1))
        return decode(context, batch)

    monkeypatch.setattr(llama, "llama_decode", decode_and_send)
    reading = driver.start(long, "background", Purpose.READ, is_background=True)
    assert reading.outcome().ending is Ending.READY
    assert begun[0].is_done
    assert reading.entries[1].restored == sum(slices[:3]), "what was decoded before is kept"
    teacher.check(straight, short, 1)
    driver.run(long, "background", seed=2)
    teacher.check(straight, long, 2)


def test_states_of_turns_that_were_taken_back_are_written_when_the_chat_is_idle(open_engine, models, monkeypatch):
    monkeypatch.setattr("desktop.inference.worker.IDLE_SECONDS", 0.3)
    driver = open_engine(models(TinyModel(family=Family.HYBRID, ends=0.0, shape=Shape(width=256))))
    ids = made_up_ids(300)
    driver.run(ids, purpose=Purpose.READ, boundaries=(100, 200))
    driver.run(ids[:200], purpose=Purpose.RESTORE)
    deadline = time.monotonic() + PATIENCE
    while len(list(driver.folder.rglob("*.state"))) < 3:
        assert time.monotonic() < deadline
        driver.store.flush(10)
