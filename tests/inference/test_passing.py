"""Jobs that leave nothing behind: titles, for one."""

import threading

from desktop.inference.job import Ending, Purpose
from desktop.sessions.keys import node_key
from desktop.sessions.tokens import token_ids
from tests.inference.driver import PATIENCE, made_up_ids

TITLE = token_ids(list(b"Rivers and what they do"))


def test_a_passing_job_leaves_neither_cells_nor_files(open_engine, endless, teacher):
    driver = open_engine(endless)
    teacher.replies |= {1: made_up_ids(10, seed=1), 2: TITLE}
    chat = made_up_ids(300)
    _, outcome = driver.run(chat, seed=1)
    files = driver.files()
    asked = made_up_ids(200, seed=5)
    recorder, written = driver.run(asked, "title", seed=2, most_tokens=10, is_background=True, is_passing=True)
    assert (written.ending, written.ids) == (Ending.TOKEN_LIMIT, TITLE[:10])
    assert recorder.nodes == []
    assert driver.files() == files
    assert driver.decoded_by(lambda: driver.run(asked, "another", purpose=Purpose.READ)) == 200, "nobody has it any more"
    whole = chat + outcome.ids
    assert driver.decoded_by(lambda: driver.run(whole, purpose=Purpose.READ)) == 0


def test_a_passing_job_leaves_the_context_when_it_makes_way_and_begins_again(open_engine, endless, teacher):
    driver = open_engine(endless)
    teacher.replies |= {1: made_up_ids(10, seed=1), 2: made_up_ids(4000, seed=2)}
    asked = made_up_ids(200, seed=5)
    passing = driver.start(asked, "title", seed=2, most_tokens=3000, is_background=True, is_passing=True)
    passing.wait_for_words(5)
    _, outcome = driver.run(made_up_ids(100), seed=1)
    assert outcome.ending is Ending.END_OF_TURN
    assert not passing.is_done, "it waited"
    passing.wait_for_words(len(passing.texts) + 5)
    driver.engine.stop(passing.job_id)
    assert passing.outcome().ending is Ending.STOPPED
    assert len(passing.entries) == 2
    assert passing.entries[1].to_read > 200, "what it had written is read again with the rest"
    assert passing.outcome().ids == made_up_ids(4000, seed=2)[: len(passing.outcome().ids)]


def test_a_passing_job_is_given_up_rather_than_that_a_chat_leaves(open_engine, cramped, teacher):
    driver = open_engine(cramped)
    teacher.replies[1] = made_up_ids(100, seed=3)
    size = driver.engine.loaded.context_tokens
    chat = made_up_ids(size - 150)
    driver.run(chat, purpose=Purpose.READ)
    passing = driver.start(made_up_ids(200, seed=5), "title", is_background=True, is_passing=True)
    assert passing.outcome().ending is Ending.STOPPED
    assert passing.entries == []
    passing = driver.start(made_up_ids(140, seed=5), "title", is_background=True, is_passing=True)
    assert passing.outcome().ending is Ending.STOPPED, "the room was full before it came to its end"
    assert 0 < len(passing.outcome().ids) <= 12
    recorder, _ = driver.run(chat, purpose=Purpose.READ)
    assert (recorder.entry.from_disk, recorder.entry.to_read) == (0, 0)


def test_what_a_passing_job_reads_may_be_kept(open_engine, endless):
    driver = open_engine(endless)
    chat = made_up_ids(300)
    driver.run(chat, purpose=Purpose.READ)
    prompt = made_up_ids(200, seed=5)
    recorder, read = driver.run(prompt, "preset", Purpose.READ, boundaries=(200,), is_background=True, is_passing=True, is_kept=True)
    assert read.ending is Ending.READY
    assert recorder.nodes == [(200, node_key(driver.store.context, prompt))]
    more = prompt + made_up_ids(30, seed=6)
    assert driver.decoded_by(lambda: driver.run(more, "another", Purpose.READ)) == 30
    assert driver.decoded_by(lambda: driver.run(chat, purpose=Purpose.READ)) == 0


def test_one_that_is_kept_goes_on_where_it_made_way(open_engine, endless, teacher):
    driver = open_engine(endless)
    teacher.replies[1] = made_up_ids(10, seed=1)
    prompt = made_up_ids(4000, seed=5)
    begun = threading.Event()
    passing = driver.start(
        prompt,
        "preset",
        Purpose.READ,
        boundaries=(4000,),
        is_background=True,
        is_passing=True,
        is_kept=True,
        on_read=lambda done: begun.set(),
    )
    assert begun.wait(PATIENCE)
    driver.run(made_up_ids(100), seed=1)
    assert passing.outcome().ending is Ending.READY
    assert passing.entries[-1].to_read < 4000, "what was read before is not read again"
    assert passing.nodes[-1] == (4000, node_key(driver.store.context, prompt))


def test_a_passing_job_needs_a_sequence_of_its_own(open_engine, endless):
    driver = open_engine(endless)
    chats = [made_up_ids(50, seed=seed) for seed in range(10, 15)]
    for number, chat in enumerate(chats):
        driver.run(chat, number, Purpose.RESTORE)  # which lets the others stay
    passing = driver.start(made_up_ids(60, seed=5), "title", most_tokens=3, is_background=True, is_passing=True)
    assert passing.outcome().ending is Ending.STOPPED
    driver.engine.leave(0)
    passing = driver.start(made_up_ids(60, seed=5), "title", most_tokens=3, is_background=True, is_passing=True)
    assert passing.outcome().ending is Ending.TOKEN_LIMIT
