"""Models with a sliding window or a recurrent state: read again instead of cut, shared or saved, and right all the same."""

import threading

import pytest

from desktop.inference import binding
from desktop.inference.job import Ending, Purpose
from desktop.sessions.tokens import token_ids
from tests.inference.driver import PATIENCE, made_up_ids
from tests.inference.teacher import Straight


@pytest.fixture
def straight(library, other_family):
    straight = Straight(library, other_family)
    yield straight
    straight.close()


def test_such_a_model_cannot_resume(open_engine, other_family, tiny_model):
    driver = open_engine(other_family)
    assert not driver.engine.loaded.can_resume
    assert driver.load(tiny_model).can_resume


def test_the_next_turn_goes_on_where_the_last_ended(open_engine, other_family, teacher, straight):
    driver = open_engine(other_family)
    ids = made_up_ids(400)
    teacher.replies |= {1: made_up_ids(30, seed=1), 2: made_up_ids(10, seed=2)}
    recorder, _ = driver.run(ids, seed=1, boundaries=(20, 390))
    assert recorder.nodes == []
    following = ids + teacher.replies[1] + made_up_ids(20, seed=3)
    recorder, _ = driver.run(following, seed=2)
    assert (recorder.entry.restored, recorder.entry.to_read) == (430, 20)
    assert driver.files() == set()
    teacher.check(straight, ids, 1)
    teacher.check(straight, following, 2)


def test_going_back_reads_everything_again(open_engine, other_family, teacher, straight):
    driver = open_engine(other_family)
    ids = made_up_ids(400)
    teacher.replies |= {1: made_up_ids(30, seed=1), 2: made_up_ids(30, seed=2), 3: made_up_ids(10, seed=3)}
    driver.run(ids, seed=1)
    recorder, _ = driver.run(ids, seed=2)
    assert recorder.entry.restored == 0
    recorder, _ = driver.run(ids[:300], seed=3)
    assert recorder.entry.restored == 0
    for path, seed in ((ids, 1), (ids, 2), (ids[:300], 3)):
        teacher.check(straight, path, seed)


def test_a_fork_reads_everything_and_leaves_the_original_alone(open_engine, other_family, teacher, straight):
    driver = open_engine(other_family)
    ids = made_up_ids(300)
    teacher.replies |= {n: made_up_ids(20 + n, seed=n) for n in range(1, 5)}
    driver.run(ids, "one", seed=1)
    recorder, _ = driver.run(ids, "two", seed=2)
    assert recorder.entry.restored == 0
    following = ids + teacher.replies[1] + token_ids([3])
    recorder, _ = driver.run(following, "one", seed=3)
    assert recorder.entry.restored == len(following) - 1
    for path, seed in ((ids, 1), (ids, 2), (following, 3)):
        teacher.check(straight, path, seed)


def test_chats_at_once_are_right_past_twice_the_window(open_engine, other_family, teacher, straight):
    driver = open_engine(other_family)
    prompts = [made_up_ids(200 + 90 * n, seed=n) for n in range(3)]
    for seed in range(3):
        teacher.replies[seed] = made_up_ids(120, seed=10 + seed)
    recorders = [driver.start(prompt, seed, seed=seed) for seed, prompt in enumerate(prompts)]
    for seed, recorder in enumerate(recorders):
        assert recorder.outcome().ending is Ending.END_OF_TURN
        teacher.check(straight, prompts[seed], seed)


def test_more_chats_than_sequences_are_right(open_engine, other_family, teacher, straight):
    driver = open_engine(other_family)
    for seed in range(7):
        teacher.replies[seed] = made_up_ids(5, seed=10 + seed)
        driver.run(made_up_ids(150, seed=seed), seed, seed=seed)
        teacher.check(straight, made_up_ids(150, seed=seed), seed)


def test_stop_and_going_on(open_engine, other_family, teacher, straight):
    driver = open_engine(other_family)
    ids = made_up_ids(600)
    teacher.replies[1] = made_up_ids(10, seed=1)
    recorder = driver.start(ids, on_read=lambda done: driver.engine.stop(recorder.job_id) if done > 40 else None)
    read = recorder.outcome().tokens_read
    assert 40 < read < 600
    recorder, _ = driver.run(ids)
    assert recorder.entry.to_read == 600 - read
    teacher.check(straight, ids, 1)


def test_an_aborted_slice_is_never_gone_on_from(open_engine, other_family, teacher, straight, monkeypatch):
    """A recurrent state has moved on by then: pos_max says what was to be decoded, not what was."""
    driver = open_engine(other_family)
    one, two = made_up_ids(100), made_up_ids(600, seed=1)
    teacher.replies |= {1: made_up_ids(60, seed=2), 2: made_up_ids(5, seed=3)}
    decode, calls = binding.llama.llama_decode, []

    def decode_and_be_stopped(context, batch):
        calls.append(batch.n_tokens)
        if sum(tokens > 2 for tokens in calls) == 4 and batch.n_tokens > 2:
            driver.engine.stop(reading.job_id)
        return decode(context, batch)

    begun = threading.Event()
    writing = driver.start(one, "one", seed=1)
    writing.on_wrote = lambda text: begun.wait(PATIENCE)
    monkeypatch.setattr(binding.llama, "llama_decode", decode_and_be_stopped)
    reading = driver.start(two, "two", seed=2)
    begun.set()
    assert reading.outcome().ending is Ending.STOPPED
    assert writing.outcome().ending is Ending.END_OF_TURN
    monkeypatch.setattr(binding.llama, "llama_decode", decode)
    teacher.check(straight, one, 1)
    driver.run(two, "two", seed=2)
    teacher.check(straight, two, 2)


def test_reading_and_restoring_work(open_engine, other_family):
    driver = open_engine(other_family)
    ids = made_up_ids(200)
    recorder, outcome = driver.run(ids, purpose=Purpose.RESTORE)
    assert (outcome.ending, recorder.entry.restored) == (Ending.READY, 0)
    driver.run(ids, purpose=Purpose.READ)
    recorder, _ = driver.run(ids, purpose=Purpose.RESTORE)
    assert recorder.entry.restored == 200
    driver.engine.leave("chat")
    recorder, _ = driver.run(ids, purpose=Purpose.RESTORE)
    assert recorder.entry.restored == 0
    assert driver.engine.tokens_decoded == 200


def test_a_stored_segment_of_such_a_model_is_not_used(open_engine, other_family):
    driver = open_engine(other_family)
    driver.run(made_up_ids(100), words=3)
    driver.close()
    again = open_engine(other_family)
    recorder, _ = again.run(made_up_ids(100), words=3)
    assert recorder.entry.restored == 0
