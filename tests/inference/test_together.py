"""Chats that begin at once: what little each has to read goes into one decode, and what they have in common is read once."""

import llama_cpp.llama_cpp as llama
import pytest

from desktop.inference.binding import Context
from desktop.inference.job import Ending, Purpose
from desktop.inference.pace import Pace
from desktop.inference.prompt import Role, Turn
from desktop.inference.reading_order import REPEATED_TOKENS, SHORT_READING
from desktop.inference.sampling import SamplerSettings
from desktop.inference.worker import Worker
from tests.inference.driver import made_up_ids, worker_held
from tests.inference.prompts import byte_ids
from tests.inference.teacher import Straight
from tests.tiny_models import Family, Shape, TinyModel

LENGTHS = {1: 5, 2: 40, 3: 17, 4: 40}  # of replies, by seed
GENERATION_PROMPT = 1 + len(byte_ids("assistant\n"))


@pytest.fixture(scope="module", params=[Family.DENSE, Family.WINDOW, Family.RECURRENT, Family.HYBRID])
def any_family(request, models):
    width = 256 if request.param is Family.HYBRID else 128
    return models(TinyModel(family=request.param, shape=Shape(width=width)))


@pytest.fixture
def straight(library, any_family):
    straight = Straight(library, any_family)
    yield straight
    straight.close()


@pytest.fixture
def batches(monkeypatch):
    """Return the sizes of all batches that are decoded."""
    sizes, decode = [], Context.decode
    monkeypatch.setattr(Worker, "_run", lambda worker, run=Worker._run: (sizes.clear(), run(worker)))  # loading has decoded too
    monkeypatch.setattr(Context, "decode", lambda context, batch: (sizes.append(len(batch)), decode(context, batch)))
    return sizes


def asked(driver):
    return driver.prompt([Turn(Role.USER, "What shall we do on Sunday? " * 6)])


def teach(teacher):
    teacher.replies |= {seed: made_up_ids(length, seed=10 + seed) for seed, length in LENGTHS.items()}


@pytest.mark.parametrize("source", ["memory", "disk"])
def test_replies_to_one_message_take_the_decodes_of_the_longest(open_engine, any_family, teacher, straight, source):
    driver = open_engine(any_family)
    prompt = asked(driver)
    teacher.replies[9] = made_up_ids(8, seed=9)
    driver.run(prompt, "first", seed=9)
    if source == "disk":
        driver.close()
        driver = open_engine(any_family)
    teach(teacher)
    tokens, calls = driver.engine.tokens_decoded, driver.engine.decode_calls
    recorders = driver.start_together(prompt, LENGTHS)
    for seed, recorder in zip(LENGTHS, recorders, strict=True):
        outcome = recorder.outcome()
        assert (outcome.ending, outcome.ids) == (Ending.END_OF_TURN, teacher.replies[seed])
        assert recorder.entry.to_read <= GENERATION_PROMPT
        teacher.check(straight, prompt.ids, seed)
    read = sum(recorder.entry.to_read for recorder in recorders)
    assert driver.engine.tokens_decoded - tokens == read + sum(LENGTHS.values()) + 4, "of each reply its end of turn too"
    assert driver.engine.decode_calls - calls == max(LENGTHS.values()) + 2


def test_what_nobody_has_read_yet_is_read_once(open_engine, any_family, teacher, straight):
    driver = open_engine(any_family)
    text = bytes(32 + token % 95 for token in made_up_ids(1060)).decode()  # saying the same over and over moves logits by itself
    prompt = driver.prompt([Turn(Role.USER, text)])
    teach(teacher)
    recorders = driver.start_together(prompt, LENGTHS)
    for seed, recorder in zip(LENGTHS, recorders, strict=True):
        outcome = recorder.outcome()
        assert outcome.ids == teacher.replies[seed]
        assert outcome.tokens_restored + outcome.tokens_read == len(prompt.ids)
        teacher.check(straight, prompt.ids, seed)
    again = 3 * REPEATED_TOKENS
    assert driver.engine.tokens_decoded <= len(prompt.ids) + again + sum(LENGTHS.values()) + 4
    own = prompt.ids[: prompt.boundaries[-1].position]
    assert [len(edge.ids) for edge in driver.store.lookup(own).edges] == [1024, len(own) - 1024]


def test_messages_sent_at_once_share_their_decodes(open_engine, any_family, teacher, straight, batches):
    driver = open_engine(any_family)
    paths = {1: made_up_ids(50, seed=1), 2: made_up_ids(SHORT_READING, seed=2)}
    teacher.replies |= {1: made_up_ids(9, seed=3), 2: made_up_ids(20, seed=4)}
    with worker_held(driver.engine):
        recorders = [driver.start(path, seed, seed=seed) for seed, path in paths.items()]
    for seed, recorder in enumerate(recorders, 1):
        assert recorder.outcome().tokens_read == len(paths[seed])
    assert batches == [50 + SHORT_READING] + [2] * 9 + [1] * 11
    for seed, path in paths.items():
        teacher.check(straight, path, seed)


def test_the_same_message_is_read_once_where_that_saves_more_than_it_costs(open_engine, any_family, teacher, batches):
    driver = open_engine(any_family)
    ids = made_up_ids(REPEATED_TOKENS + 10)
    teacher.replies |= {1: made_up_ids(3, seed=1), 2: made_up_ids(3, seed=2)}
    with worker_held(driver.engine):
        recorders = [driver.start(ids, seed, seed=seed, boundaries=(len(ids) - 1,)) for seed in (1, 2)]
    for recorder in recorders:
        recorder.outcome()
    assert sum(batches) == len(ids) + 1 + 3 + 3


def test_ranges_that_several_have_read_are_saved_once(open_engine, any_family, teacher):
    driver = open_engine(any_family)
    ids = made_up_ids(REPEATED_TOKENS)
    with worker_held(driver.engine):
        recorders = [driver.start(ids, seed, Purpose.READ, boundaries=(20,)) for seed in range(3)]
    for recorder in recorders:
        assert recorder.outcome().ending is Ending.READY
        assert [position for position, _ in recorder.nodes] == [20, len(ids)]
    assert len(driver.files()) == 2


def test_who_has_much_to_read_is_not_in_the_batch_of_those_who_have_little(open_engine, endless, batches):
    driver = open_engine(endless)
    with worker_held(driver.engine):
        long = driver.start(made_up_ids(SHORT_READING + 1, seed=7), "long", Purpose.READ)
        short = [driver.start(made_up_ids(10 + seed, seed=seed), seed, Purpose.READ) for seed in range(3)]
    for recorder in [long, *short]:
        assert recorder.outcome().ending is Ending.READY
    assert batches[0] == 10 + 11 + 12
    assert sum(batches[1:]) == SHORT_READING + 1


def test_beside_a_chat_that_writes_the_batch_is_paced(open_engine, endless, monkeypatch, batches):
    monkeypatch.setattr(Pace, "short_tokens", lambda pace, *, is_shared: 25 if is_shared else 512)
    driver = open_engine(endless)
    writing = driver.start(made_up_ids(20, seed=9), "writing")
    writing.wait_for_words(1)
    with worker_held(driver.engine):
        recorders = [driver.start(made_up_ids(15, seed=seed), seed, Purpose.READ) for seed in range(3)]
    for recorder in recorders:
        assert recorder.outcome().ending is Ending.READY
    driver.engine.stop(writing.job_id)
    writing.outcome()
    assert [size - 1 for size in batches if size > 1] == [19, 25, 20]


def test_a_batch_of_several_is_measured_once(open_engine, endless, monkeypatch):
    driver = open_engine(endless)
    measured = []
    monkeypatch.setattr(Pace, "measured", lambda pace, tokens, seconds: measured.append(tokens))
    with worker_held(driver.engine):
        recorders = [driver.start(made_up_ids(15, seed=seed), seed, Purpose.READ) for seed in range(3)]
    assert all(recorder.outcome().reading_seconds > 0 for recorder in recorders)
    assert measured == [45]


def test_one_of_several_that_read_can_be_stopped(open_engine, any_family, teacher, straight, monkeypatch):
    """Its tokens are given up where that costs the others nothing but their slices, which are read again."""
    driver = open_engine(any_family)
    paths = {1: made_up_ids(30, seed=1), 2: made_up_ids(35, seed=2), 3: made_up_ids(40, seed=3)}
    teacher.replies |= {seed: made_up_ids(20, seed=10 + seed) for seed in (*paths, 4)}
    decode, stopped = llama.llama_decode, []

    def decode_and_be_stopped(context, batch):
        if not stopped:
            stopped.append(batch.n_tokens)
            driver.engine.stop(recorders[2].job_id)
        return decode(context, batch)

    monkeypatch.setattr(llama, "llama_decode", decode_and_be_stopped)
    with worker_held(driver.engine):
        recorders = {seed: driver.start(path, seed, seed=seed) for seed, path in paths.items()}
    is_given_up = not driver.engine.loaded.memory.has_states
    assert recorders[2].outcome().ending is Ending.STOPPED
    assert recorders[2].outcome().tokens_read == (0 if is_given_up else 35)
    for seed in (1, 3):
        assert recorders[seed].outcome().ids == teacher.replies[seed]
        teacher.check(straight, paths[seed], seed)
    assert stopped == [105]
    driver.run(paths[2], 2, seed=4)
    teacher.check(straight, paths[2], 4)


def test_replies_beyond_the_sequences_wait_for_theirs(open_engine, any_family, teacher, straight):
    driver = open_engine(any_family)
    prompt = asked(driver)
    teacher.replies |= {seed: made_up_ids(6 + seed, seed=seed) for seed in range(8)}
    driver.run(prompt, "first", seed=0)
    recorders = driver.start_together(prompt, range(1, 8))
    for seed, recorder in enumerate(recorders, 1):
        assert recorder.outcome().ids == teacher.replies[seed]
        teacher.check(straight, prompt.ids, seed)
    assert [recorder.waits for recorder in recorders[:5]] == [0] * 5
    assert recorders[5].waits == 1


def test_replies_with_seeds_of_their_own_differ_and_are_those_they_would_be_alone(open_engine, any_family):
    driver = open_engine(any_family)
    prompt, usual = asked(driver), SamplerSettings()
    driver.run(prompt, "first", most_tokens=5)
    alone = {seed: driver.run(prompt, f"alone {seed}", seed=seed, sampling=usual, most_tokens=8)[1].ids for seed in LENGTHS}
    recorders = driver.start_together(prompt, LENGTHS, sampling=usual, most_tokens=8)
    together = {seed: recorder.outcome().ids for seed, recorder in zip(LENGTHS, recorders, strict=True)}
    assert len({tuple(ids) for ids in together.values()}) == 4
    assert together == alone


def test_who_waits_for_a_chat_that_is_stopped_reads_the_rest_itself(open_engine, endless):
    driver = open_engine(endless)
    ids = made_up_ids(2000)
    with worker_held(driver.engine):
        first, second = (driver.start(ids, owner, Purpose.READ) for owner in ("one", "two"))
    driver.engine.stop(first.job_id)
    first.outcome()
    outcome = second.outcome()
    assert outcome.ending is Ending.READY
    assert outcome.tokens_restored + outcome.tokens_read == 2000
    assert driver.store.lookup(ids).tokens == 2000
