"""Several chats in one context: forks, replies at once, and a context that is too small for all of them."""

import time
from itertools import pairwise

import llama_cpp.llama_cpp as llama
import pytest

from desktop.inference.engine import BATCH_TOKENS
from desktop.inference.job import Ending, Purpose
from desktop.inference.pace import FIRST_SLICE, Pace
from desktop.inference.prompt import Role, Turn
from desktop.sessions.keys import node_key
from desktop.sessions.tokens import token_ids
from tests.inference.driver import made_up_ids
from tests.inference.prompts import byte_ids
from tests.inference.teacher import Straight
from tests.tiny_models import Family, Shape, TinyModel


def test_a_fork_decodes_no_token_of_the_prefix_and_writes_no_segment_of_it(open_engine, endless, teacher, straight):
    driver = open_engine(endless)
    ids = made_up_ids(400)
    teacher.replies |= {1: made_up_ids(20, seed=1), 2: made_up_ids(20, seed=2), 3: made_up_ids(20, seed=3)}
    driver.run(ids, "one", seed=1, boundaries=(50, 390))
    before = driver.files()
    recorder, _ = driver.run(ids, "two", seed=2, boundaries=(50, 390))
    assert (recorder.entry.restored, recorder.entry.from_disk, recorder.entry.to_read) == (399, 0, 1)
    assert len(driver.files() - before) == 1, "the reply alone"
    fork = ids[:200] + made_up_ids(30, seed=4)
    recorder, _ = driver.run(fork, "three", seed=3, boundaries=(50,))
    assert (recorder.entry.restored, recorder.entry.from_disk, recorder.entry.to_read) == (200, 0, 30)
    for path, seed in ((ids, 1), (ids, 2), (fork, 3)):
        teacher.check(straight, path, seed)


def test_a_fork_of_a_chat_that_writes_shares_what_is_decoded(open_engine, endless, teacher, straight):
    driver = open_engine(endless)
    ids = made_up_ids(300)
    teacher.replies |= {1: made_up_ids(300, seed=1), 2: made_up_ids(40, seed=2)}
    writing = driver.start(ids, "one", seed=1)
    writing.wait_for_words(10)
    recorder, _ = driver.run(ids + teacher.replies[1][:5] + made_up_ids(5, seed=3), "two", seed=2)
    assert not writing.is_done
    assert (recorder.entry.restored, recorder.entry.from_disk) == (305, 0)
    writing.outcome()
    teacher.check(straight, ids, 1)
    teacher.check(straight, ids + teacher.replies[1][:5] + made_up_ids(5, seed=3), 2)


@pytest.mark.parametrize("shares", [True, False], ids=["one prefix", "nothing in common"])
@pytest.mark.parametrize("chats", [2, 4])
def test_chats_at_once_have_the_logits_they_have_alone(open_engine, endless, teacher, straight, chats, shares):
    driver = open_engine(endless)
    prompts = [(made_up_ids(200) if shares else token_ids()) + made_up_ids(150 + 40 * n, seed=n) for n in range(chats)]
    for seed in range(chats):
        teacher.replies[seed] = made_up_ids(30 + 7 * seed, seed=10 + seed)
    if shares:
        driver.run(made_up_ids(200), "first", purpose=Purpose.READ)
    before = driver.engine.decode_calls
    recorders = [driver.start(prompt, seed, seed=seed, boundaries=(100,)) for seed, prompt in enumerate(prompts)]
    for seed, recorder in enumerate(recorders):
        outcome = recorder.outcome()
        assert (outcome.ending, outcome.ids) == (Ending.END_OF_TURN, teacher.replies[seed])
        teacher.check(straight, prompts[seed], seed)
    replied = sum(len(teacher.replies[seed]) for seed in range(chats))
    assert driver.engine.decode_calls - before < replied, "one decode carries the tokens of several chats"
    for seed, prompt in enumerate(prompts):
        assert driver.store.lookup(prompt + teacher.replies[seed]).tokens == len(prompt) + len(teacher.replies[seed])


def test_chats_that_were_side_by_side_come_back_from_disk(open_engine, endless, teacher, straight):
    driver = open_engine(endless)
    prompts = [made_up_ids(100 + 30 * n, seed=n) for n in range(3)]
    for seed in range(3):
        teacher.replies |= {seed: made_up_ids(40, seed=10 + seed), 10 + seed: made_up_ids(5, seed=20 + seed)}
    for recorder in [driver.start(prompt, seed, seed=seed) for seed, prompt in enumerate(prompts)]:
        recorder.outcome()
    for seed, prompt in enumerate(prompts):
        driver.engine.leave(seed)
        path = prompt + teacher.replies[seed] + token_ids([17])
        recorder, _ = driver.run(path, seed, seed=10 + seed)
        assert recorder.entry.to_read == 1
        teacher.check(straight, path, 10 + seed)


def test_five_chats_take_turns_in_the_context(open_engine, endless, teacher, straight):
    driver = open_engine(endless)
    prompts = [made_up_ids(60, seed=n) for n in range(7)]
    for seed in range(7):
        teacher.replies[seed] = made_up_ids(50, seed=10 + seed)
    recorders = [driver.start(prompt, seed, seed=seed) for seed, prompt in enumerate(prompts)]
    for seed, recorder in enumerate(recorders):
        assert recorder.outcome().ending is Ending.END_OF_TURN
        teacher.check(straight, prompts[seed], seed)


def test_slices_are_sized_for_who_else_decodes(open_engine, endless, monkeypatch):
    driver = open_engine(endless)
    sizes, decode = [], llama.llama_decode
    shared, slice_tokens = [], Pace.slice_tokens

    def note_shared(pace, *, is_shared):
        shared.append(is_shared)
        return slice_tokens(pace, is_shared=is_shared)

    monkeypatch.setattr(Pace, "slice_tokens", note_shared)
    monkeypatch.setattr(llama, "llama_decode", lambda context, batch: sizes.append(batch.n_tokens) or decode(context, batch))
    driver.run(made_up_ids(1500), "alone", purpose=Purpose.READ)
    assert sizes[0] == FIRST_SLICE
    assert all(after <= 2 * before for before, after in pairwise(sizes))
    assert shared == [False] * len(sizes)
    writing = driver.start(made_up_ids(20, seed=1), "writing")
    writing.wait_for_words(1)
    shared.clear()
    driver.run(made_up_ids(1500, seed=2), "reading", purpose=Purpose.READ)
    assert len(shared) >= 3
    assert shared == [True] * len(shared)
    assert max(sizes) <= BATCH_TOKENS
    driver.engine.stop(writing.job_id)
    assert writing.outcome().ending is Ending.STOPPED


def test_of_two_that_read_one_goes_first(open_engine, endless):
    driver = open_engine(endless)
    order = []
    writing = driver.start(made_up_ids(20, seed=1), "writing")
    writing.wait_for_words(1)
    recorders = [
        driver.start(made_up_ids(400, seed=seed), seed, Purpose.READ, on_read=lambda done, seed=seed: order.append(seed)) for seed in (2, 3)
    ]
    for recorder in recorders:
        recorder.outcome()
    assert order == sorted(order)
    driver.engine.stop(writing.job_id)
    assert writing.outcome().ending is Ending.STOPPED


def test_jobs_of_one_chat_follow_each_other(open_engine, endless):
    driver = open_engine(endless)
    first = driver.start(made_up_ids(50), words=20)
    second = driver.start(made_up_ids(50), words=3, seed=2)
    assert second.outcome().ending is Ending.STOPPED
    assert first.is_done


def test_who_finds_no_room_pauses_and_goes_on_by_itself(open_engine, cramped, teacher, library):
    driver = open_engine(cramped)
    one, two = made_up_ids(200), made_up_ids(200, seed=1)
    teacher.replies |= {1: made_up_ids(500, seed=2), 2: made_up_ids(600, seed=3)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("desktop.inference.worker.RESERVED_CELLS", 50)
        first, second = driver.start(one, "one", seed=1), driver.start(two, "two", seed=2)
        assert first.outcome().ending is Ending.END_OF_TURN
        assert second.outcome().ending is Ending.END_OF_TURN
    assert first.waits == 0
    assert second.waits == 1
    assert "waiting" in second.events[second.events.index("wrote") :], "it had begun to write"
    assert first.outcome().ids == teacher.replies[1]
    assert second.outcome().ids == teacher.replies[2]
    assert len(second.entries) == 2
    assert second.entries[1].from_disk > 200, "its KV was kept meanwhile"
    assert second.nodes[-1] == (800, node_key(driver.store.context, two + teacher.replies[2]))
    assert driver.engine.tokens_decoded == 200 + 500 + 200 + 600 + 2, "the two tokens that found no room were handed over too"
    straight = Straight(library, cramped)
    teacher.check(straight, one, 1)
    teacher.check(straight, two, 2)
    straight.close()


def test_who_needs_more_room_than_is_left_waits_before_it_begins(open_engine, cramped):
    driver = open_engine(cramped)
    first = driver.start(made_up_ids(400), "one", words=30)
    second = driver.start(made_up_ids(400, seed=1), "two", words=3)
    assert second.outcome().ending is Ending.STOPPED
    assert second.waits == 1
    assert second.events[0] == "waiting"
    assert first.is_done


def test_idle_chats_leave_before_a_reply_pauses(open_engine, cramped, teacher):
    driver = open_engine(cramped)
    driver.run(made_up_ids(600, seed=9), "idle", purpose=Purpose.READ)
    teacher.replies[1] = made_up_ids(300, seed=1)
    recorder, outcome = driver.run(made_up_ids(500), "one", seed=1)
    assert (outcome.ending, recorder.waits) == (Ending.END_OF_TURN, 0)


def test_forks_of_a_paused_chat_are_right_too(open_engine, cramped, teacher, library):
    driver = open_engine(cramped)
    shared = made_up_ids(300)
    prompts = [shared + made_up_ids(30, seed=n) for n in range(3)]
    for seed in range(3):
        teacher.replies[seed] = made_up_ids(250, seed=10 + seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("desktop.inference.worker.RESERVED_CELLS", 50)
        driver.run(shared, "first", purpose=Purpose.READ)
        recorders = [driver.start(prompt, seed, seed=seed) for seed, prompt in enumerate(prompts)]
        endings = [recorder.outcome().ending for recorder in recorders]
    assert endings == [Ending.END_OF_TURN] * 3
    assert recorders[2].waits
    straight = Straight(library, cramped)
    for seed, prompt in enumerate(prompts):
        teacher.check(straight, prompt, seed)
    straight.close()


def test_two_chats_with_one_system_prompt_share_its_segment(open_engine, endless):
    driver = open_engine(endless)
    system = "Be kind and brief. " * 5
    one, two = [Turn(Role.USER, "Hello there")], [Turn(Role.USER, "What is this?")]
    driver.run(driver.prompt(one, system), "one", words=3)
    boundary = driver.prompt(two, system).boundaries[0].position
    recorder, _ = driver.run(driver.prompt(two, system), "two", words=3)
    assert boundary <= recorder.entry.restored <= boundary + len("<|im_start|>user\n")
    starts = [edge for edge in driver.store.lookup(driver.prompt(two, system).ids).edges[:1]]
    assert len(starts[0].ids) == boundary
    driver.engine.leave("one")
    driver.engine.leave("two")
    recorder, _ = driver.run(driver.prompt(two, system), "two", purpose=Purpose.RESTORE)
    assert recorder.entry.to_read < len(byte_ids("<|im_start|>assistant\n"))


def test_memory_and_disk_are_not_put_together_twice(open_engine, endless, teacher, straight):
    """Half of a segment is in the context already: it is restored whole, in place of that half."""
    driver = open_engine(endless)
    ids = made_up_ids(300)
    driver.run(ids, "one", purpose=Purpose.READ, boundaries=(200,))
    driver.engine.leave("one")
    driver.run(ids[:150] + made_up_ids(40, seed=1), "two", purpose=Purpose.READ)
    teacher.replies[1] = made_up_ids(10, seed=2)
    recorder, _ = driver.run(ids + token_ids([9]), "one", seed=1)
    assert (recorder.entry.restored, recorder.entry.to_read) == (300, 1)
    teacher.check(straight, ids + token_ids([9]), 1)
    assert driver.engine.tokens_decoded == 300 + 40 + 1 + 10


def test_a_chat_after_a_long_one_is_repacked_and_right(open_engine, endless, teacher, straight):
    driver = open_engine(endless)
    long = made_up_ids(3000)
    teacher.replies |= {n: made_up_ids(20, seed=10 + n) for n in range(4)}
    long_reply, writing = made_up_ids(20, seed=50), made_up_ids(200, seed=1)
    teacher.replies |= {5: long_reply, 6: made_up_ids(150, seed=51)}
    first = driver.start(long, "long", seed=5)
    second = driver.start(writing, "short", seed=6)
    first.outcome()
    second.outcome()
    fork = writing + teacher.replies[6][:40]
    for seed, owner in ((1, "short"), (2, "fork"), (3, "another")):
        path = fork + made_up_ids(10, seed=60 + seed)
        driver.run(path, owner, seed=seed)
        teacher.check(straight, path, seed)
    teacher.check(straight, long, 5)
    teacher.check(straight, writing, 6)


def test_what_one_chat_has_read_another_with_the_same_prompt_does_not_read(open_engine, endless):
    driver = open_engine(endless)
    ids = made_up_ids(4000)
    first = driver.start(ids, "one", seed=1)
    while not first.reads:
        time.sleep(0)
    second = driver.start(ids, "two", seed=2)
    second.wait_for_words(1)
    written = len(first.texts) + len(second.texts)
    assert driver.engine.tokens_decoded < len(ids) + written + 100
    for recorder in (first, second):
        driver.engine.stop(recorder.job_id)
    assert second.outcome().tokens_restored + second.outcome().tokens_read == len(ids)


def test_a_chat_that_paused_comes_back_when_another_has_left_and_not_before(open_engine, models):
    """Chats of a hybrid model share no cells, though their ids are the same: an estimate would let the second in again at once."""
    driver = open_engine(models(TinyModel(family=Family.HYBRID, ends=0.0, context_length=2048, shape=Shape(width=256))))
    ids = made_up_ids(300)
    first, second = driver.start(ids, "one", seed=1), driver.start(ids, "two", seed=2)
    assert first.outcome().ending is second.outcome().ending is Ending.CONTEXT_FULL
    assert second.events.count("entered") == 2
    assert second.waits == 1
    assert len(first.outcome().ids) + len(ids) > 2000


def test_a_message_that_another_chat_began_with_has_its_node_too(open_engine, endless):
    driver = open_engine(endless)
    ids = made_up_ids(200)
    first, _ = driver.run(ids, "one", words=5, boundaries=(180,))
    second, _ = driver.run(ids, "two", words=5, seed=2, boundaries=(180,))
    assert (180, node_key(driver.store.context, ids[:180])) in first.nodes
    assert (180, node_key(driver.store.context, ids[:180])) in second.nodes


def test_a_stop_in_one_chat_of_a_hybrid_model_costs_the_others_nothing(open_engine, models):
    driver = open_engine(models(TinyModel(family=Family.HYBRID, ends=0.0, shape=Shape(width=256))))
    writing = driver.start(made_up_ids(300), "one", seed=1)
    writing.wait_for_words(5)
    reading = driver.start(made_up_ids(4000, seed=5), "two", seed=2)
    while not reading.reads:
        time.sleep(0)
    driver.engine.stop(reading.job_id)
    assert reading.outcome().ending is Ending.STOPPED
    writing.wait_for_words(len(writing.texts) + 5)
    driver.engine.stop(writing.job_id)
    assert writing.outcome().tokens_read == 300, "nothing was read twice"


@pytest.mark.parametrize("family", [Family.WINDOW, Family.RECURRENT, Family.HYBRID])
def test_what_one_chat_has_read_of_other_families_is_not_read_twice_either(open_engine, models, family):
    driver = open_engine(models(TinyModel(family=family, ends=0.0, shape=Shape(width=256))))
    ids = made_up_ids(3500)
    first = driver.start(ids, "one", seed=1, boundaries=(3400,))
    while not first.reads:
        time.sleep(0)
    second = driver.start(ids, "two", seed=2, boundaries=(3400,))
    second.wait_for_words(1)
    for recorder in (first, second):
        driver.engine.stop(recorder.job_id)
        recorder.outcome()
    assert second.outcome().tokens_read < 200


def test_a_reply_of_a_hybrid_model_that_an_abort_met_is_read_again_in_slices(open_engine, models, monkeypatch):
    """Stop comes a moment too late for the slice that it was meant for."""
    driver = open_engine(models(TinyModel(family=Family.HYBRID, ends=0.0, shape=Shape(width=256))))
    decode, sizes = llama.llama_decode, []

    def decode_and_abort(context, batch):
        sizes.append(batch.n_tokens)
        if len(sizes) == 200:
            driver.engine._running.worker._abort.raise_flag()
        return decode(context, batch)

    monkeypatch.setattr(llama, "llama_decode", decode_and_abort)
    _, outcome = driver.run(made_up_ids(300), boundaries=(290,), most_tokens=300)
    assert outcome.ending is Ending.TOKEN_LIMIT
    assert max(sizes[200:]) > 50


def test_a_short_message_does_not_wait_for_a_long_reading_beside_it(open_engine, endless):
    driver = open_engine(endless)
    started, read_before = [], []

    def send_beside(done: int) -> None:
        if not started:
            started.append(driver.start(made_up_ids(60, seed=1), "short"))
            started[0].on_wrote = lambda text: (read_before.append(long.reads[-1][0]), driver.engine.stop(started[0].job_id))

    long = driver.start(made_up_ids(6000), "long", Purpose.READ, on_read=send_beside)
    assert long.outcome().ending is Ending.READY
    assert started[0].outcome().ending is Ending.STOPPED
    assert read_before[0] < 1000, "it had to wait until the other was read"
