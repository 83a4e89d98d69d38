"""Jobs in the background: they run while nobody else wants the worker, and lose nothing when they make way."""

from desktop.inference.job import Ending, Purpose
from desktop.sessions.tokens import token_ids
from tests.inference.driver import made_up_ids


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
