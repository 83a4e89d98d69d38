"""Models with a sliding window or a recurrent state: entered where a state was kept, and right all the same."""

import threading

import llama_cpp.llama_cpp as llama
import pytest

from desktop.inference.job import Ending, Purpose
from desktop.inference.kv_cache import KvCache
from desktop.inference.memory_plan import MemoryPlan
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import token_ids
from tests.inference.driver import PATIENCE, made_up_ids
from tests.inference.teacher import Straight

ENDS = (100, 110, 128, 300)  # boundaries, some closer than a window
KEPT = (100, 100, 128, 300)  # of these, where snapshots are thinned


@pytest.fixture
def straight(library, other_family):
    straight = Straight(library, other_family)
    yield straight
    straight.close()


def test_its_memory_is_known(open_engine, other_family, tiny_model):
    driver = open_engine(other_family)
    loaded = driver.engine.loaded
    expected = {"gemma3": (MemoryPlan.SPLIT, False), "mamba": (MemoryPlan.SNAPSHOT, True), "lfm2": (MemoryPlan.SPLIT, True)}
    assert (loaded.plan, loaded.keeps_snapshots) == expected[driver.architecture]
    assert driver.load(tiny_model).plan is MemoryPlan.DENSE


def test_the_next_turn_goes_on_where_the_last_ended(open_engine, other_family, teacher, straight):
    driver = open_engine(other_family)
    ids = made_up_ids(400)
    teacher.replies |= {1: made_up_ids(30, seed=1), 2: made_up_ids(10, seed=2)}
    recorder, _ = driver.run(ids, seed=1, boundaries=(20, 390))
    assert [position for position, _ in recorder.nodes] == [20, 390, 430]
    following = ids + teacher.replies[1] + made_up_ids(20, seed=3)
    recorder, _ = driver.run(following, seed=2)
    assert (recorder.entry.restored, recorder.entry.to_read) == (430, 20)
    teacher.check(straight, ids, 1)
    teacher.check(straight, following, 2)


@pytest.mark.parametrize("restarts", [False, True])
def test_every_boundary_can_be_entered(open_engine, other_family, teacher, straight, restarts):
    driver = open_engine(other_family)
    ids = made_up_ids(400)
    for seed in range(1, 10):
        teacher.replies[seed] = made_up_ids(20, seed=seed)
    driver.run(ids, boundaries=ENDS, seed=1)
    if restarts:
        driver.close()
        driver = open_engine(other_family)
    kept = []
    for seed, end in enumerate(ENDS, 2):
        path = ids[:end] + made_up_ids(5, seed=50 + seed)
        recorder, outcome = driver.run(path, seed, seed=seed)
        kept.append(recorder.entry.restored)
        assert outcome.tokens_read == len(path) - recorder.entry.restored
        teacher.check(straight, path, seed)
    assert kept == list(KEPT if driver.engine.loaded.keeps_snapshots else ENDS)
    recorder, _ = driver.run(ids + teacher.replies[1] + token_ids([5]), 1, seed=9)
    assert recorder.entry.restored == 420
    teacher.check(straight, ids + teacher.replies[1] + token_ids([5]), 9)


def test_an_edit_in_the_middle_reads_only_what_follows(open_engine, other_family, teacher, straight):
    driver = open_engine(other_family)
    ids = made_up_ids(300)
    teacher.replies |= {1: made_up_ids(30, seed=1), 2: made_up_ids(30, seed=2)}
    driver.run(ids, boundaries=(100, 200), seed=1)
    edited = ids[:200] + made_up_ids(50, seed=7)
    recorder, _ = driver.run(edited, seed=2)
    assert (recorder.entry.restored, recorder.entry.from_disk) in ((200, 0), (200, 200))
    teacher.check(straight, edited, 2)
    driver.run(ids, seed=1)
    recorder, _ = driver.run(edited + teacher.replies[2], purpose=Purpose.RESTORE)
    assert recorder.entry.to_read == 0


def test_forks_at_once_are_right_past_twice_the_window(open_engine, other_family, teacher, straight):
    driver = open_engine(other_family)
    ids = made_up_ids(300)
    teacher.replies[0] = made_up_ids(3)
    driver.run(ids, 0, boundaries=(250,), seed=0)
    for seed in range(1, 4):
        teacher.replies[seed] = made_up_ids(300, seed=10 + seed)
    paths = [ids[:250] + made_up_ids(2, seed=seed) for seed in range(4)]
    recorders = [driver.start(paths[seed], seed, seed=seed) for seed in range(1, 4)]
    for seed, recorder in enumerate(recorders, 1):
        assert recorder.outcome().ending is Ending.END_OF_TURN
        assert recorder.entry.restored == 250
        teacher.check(straight, paths[seed], seed)


def test_chats_at_once_are_right_past_twice_the_window(open_engine, other_family, teacher, straight):
    driver = open_engine(other_family)
    prompts = [made_up_ids(200 + 90 * n, seed=n) for n in range(3)]
    for seed in range(3):
        teacher.replies[seed] = made_up_ids(120, seed=10 + seed)
    recorders = [driver.start(prompt, seed, seed=seed) for seed, prompt in enumerate(prompts)]
    for seed, recorder in enumerate(recorders):
        assert recorder.outcome().ending is Ending.END_OF_TURN
        teacher.check(straight, prompts[seed], seed)


def test_chats_that_left_come_back(open_engine, other_family, teacher, straight):
    driver = open_engine(other_family)
    for seed in range(7):
        teacher.replies[seed] = made_up_ids(5, seed=10 + seed)
        driver.run(made_up_ids(150, seed=seed), seed, seed=seed)
        teacher.check(straight, made_up_ids(150, seed=seed), seed)
    before = driver.engine.tokens_decoded
    for seed in range(7):
        recorder, _ = driver.run(made_up_ids(150, seed=seed) + teacher.replies[seed], seed, purpose=Purpose.READ)
        assert recorder.entry.to_read == 0
    assert driver.engine.tokens_decoded == before


def test_stop_and_going_on(open_engine, other_family, teacher, straight):
    driver = open_engine(other_family)
    ids = made_up_ids(600)
    teacher.replies[1] = made_up_ids(10, seed=1)
    recorder = driver.start(ids, boundaries=(90,), on_read=lambda done: driver.engine.stop(recorder.job_id) if done > 150 else None)
    read = recorder.outcome().tokens_read
    assert 150 < read < 600
    recorder, _ = driver.run(ids, seed=1)
    assert recorder.entry.to_read == 600 - read
    teacher.check(straight, ids, 1)


def test_an_aborted_slice_is_never_gone_on_from(open_engine, other_family, teacher, straight, monkeypatch):
    """A recurrent state has moved on by then: pos_max says what was to be decoded, not what was."""
    driver = open_engine(other_family)
    ids = made_up_ids(700)
    teacher.replies[1] = made_up_ids(5, seed=3)
    decode, slices = llama.llama_decode, []

    def decode_and_be_stopped(context, batch):
        slices.append(batch.n_tokens)
        if sum(slices) > 300 and batch.n_tokens > 8:
            driver.engine.stop(reading.job_id)
        return decode(context, batch)

    monkeypatch.setattr(llama, "llama_decode", decode_and_be_stopped)
    reading = driver.start(ids, boundaries=(70, 200))
    assert reading.outcome().ending is Ending.STOPPED
    monkeypatch.setattr(llama, "llama_decode", decode)
    recorder, _ = driver.run(ids, seed=1)
    assert recorder.entry.restored >= 200
    teacher.check(straight, ids, 1)


def test_stopping_one_leaves_who_writes_beside_it_alone(open_engine, other_family, teacher, straight, monkeypatch):
    driver = open_engine(other_family)
    one, two = made_up_ids(100), made_up_ids(600, seed=1)
    teacher.replies |= {1: made_up_ids(60, seed=2), 2: made_up_ids(5, seed=3)}
    decode, calls = llama.llama_decode, []

    def decode_and_be_stopped(context, batch):
        calls.append(batch.n_tokens)
        if sum(tokens > 2 for tokens in calls) == 4 and batch.n_tokens > 2:
            driver.engine.stop(reading.job_id)
        return decode(context, batch)

    begun = threading.Event()
    writing = driver.start(one, "one", seed=1)
    writing.on_wrote = lambda text: begun.wait(PATIENCE)
    monkeypatch.setattr(llama, "llama_decode", decode_and_be_stopped)
    reading = driver.start(two, "two", seed=2)
    begun.set()
    assert reading.outcome().ending is Ending.STOPPED
    assert writing.outcome().ending is Ending.END_OF_TURN
    monkeypatch.setattr(llama, "llama_decode", decode)
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
    assert (recorder.entry.restored, recorder.entry.from_disk) == (200, 0)
    driver.engine.leave("chat")
    recorder, _ = driver.run(ids, purpose=Purpose.RESTORE)
    assert (recorder.entry.restored, recorder.entry.from_disk) == (200, 200)
    assert driver.engine.tokens_decoded == 200


def test_a_place_that_was_passed_while_nothing_was_saved_is_not_saved_later(open_engine, other_family, teacher, straight, monkeypatch):
    """Its window or recurrent state is gone by then."""
    driver = open_engine(other_family)
    ids = made_up_ids(500)
    teacher.replies |= {1: made_up_ids(3, seed=1), 2: made_up_ids(20, seed=2)}
    with monkeypatch.context() as patch:
        patch.setattr(SegmentStore, "save", lambda *arguments, **keywords: False)
        driver.run(ids[:400], purpose=Purpose.READ, boundaries=(150,))
    driver.run(ids, boundaries=(150, 250), seed=1)
    driver.engine.leave("chat")
    fork = ids[:150] + made_up_ids(5, seed=4)
    recorder, _ = driver.run(fork, seed=2)
    assert recorder.entry.restored == 0
    teacher.check(straight, fork, 2)


def test_a_chat_is_right_after_it_was_moved_to_lower_cells(open_engine, other_family, teacher, straight, monkeypatch):
    monkeypatch.setattr("desktop.inference.residents.REPACK_CELLS", 16)
    driver = open_engine(other_family)
    moved, repack = [], KvCache.repack
    monkeypatch.setattr(KvCache, "repack", lambda cache, sequences: moved.append(list(sequences)) or repack(cache, sequences))
    teacher.replies |= {1: made_up_ids(200, seed=1), 2: made_up_ids(300, seed=2), 3: made_up_ids(30, seed=3)}
    long = driver.start(made_up_ids(500), "long", seed=1)
    long.wait_for_words(1)
    short = made_up_ids(40, seed=5)
    beside = driver.start(short, "short", seed=2)
    assert long.outcome().ending is beside.outcome().ending is Ending.END_OF_TURN
    following = short + teacher.replies[2] + made_up_ids(3, seed=6)
    driver.run(following, "short", seed=3)
    assert moved
    teacher.check(straight, short, 2)
    teacher.check(straight, following, 3)


def test_who_makes_room_takes_no_state_along_that_the_next_one_enters_at(open_engine, other_family, teacher, straight):
    """The chat that leaves has its states thinned, but not before the other has entered at one that goes."""
    driver = open_engine(other_family)
    ids = made_up_ids(400)
    driver.run(ids, "one", purpose=Purpose.READ, boundaries=ENDS)
    teacher.replies[1] = made_up_ids(5, seed=1)
    fork = ids[:110] + made_up_ids(20, seed=2)
    recorder, _ = driver.run(fork, "two", seed=1)
    assert recorder.entry.restored == 110
    teacher.check(straight, fork, 1)


@pytest.mark.parametrize("owner", ["one", "two"])
def test_a_damaged_state_is_told_where_a_chat_goes_back_or_forks_in_memory_too(open_engine, other_family, teacher, straight, owner):
    driver = open_engine(other_family)
    ids = made_up_ids(400)
    driver.run(ids, "one", purpose=Purpose.READ, boundaries=(100, 250))
    driver.engine.flush_states("one")
    driver.wait(driver.engine.barrier())
    driver.files()
    edge = driver.store.lookup(ids[:250]).edges[-1]
    [path] = driver.folder.rglob(f"{edge.end.hex()}-*.state")
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    teacher.replies[1] = made_up_ids(5, seed=1)
    fork = ids[:250] + made_up_ids(20, seed=2)
    recorder, _ = driver.run(fork, owner, seed=1)
    assert (recorder.entry.restored, recorder.entry.is_damaged) == (100, True)
    teacher.check(straight, fork, 1)
