"""One chat on a real model: what is decoded, what is saved, what is told."""

import llama_cpp.llama_cpp as llama
import pytest

from desktop.inference.detokenizer import text_of
from desktop.inference.job import Ending, Purpose
from desktop.inference.prompt import Role, Turn
from desktop.inference.sampling import SamplerSettings
from desktop.sessions.keys import node_key
from desktop.sessions.segment import SEGMENT_TOKENS
from desktop.sessions.tokens import token_ids
from tests.inference.driver import GREEDY, made_up_ids, worker_held
from tests.inference.prompts import byte_ids
from tests.inference.teacher import Straight
from tests.tiny_models import END_OF_TURN

SYSTEM = "Be kind."


@pytest.fixture
def handed_over(monkeypatch):
    """Return the numbers of tokens that llama_decode gets."""
    counts = []
    decode = llama.llama_decode
    monkeypatch.setattr(llama, "llama_decode", lambda context, batch: counts.append(batch.n_tokens) or decode(context, batch))
    return counts


def test_the_next_turn_decodes_no_token_of_the_history(open_engine, tiny_model, handed_over):
    driver = open_engine(tiny_model)
    handed_over.clear()  # loading looks at a few tokens
    turns, known = [], 0
    for number, text in enumerate(["Hello there", "And now?", "Go on"]):
        before = driver.engine.tokens_decoded
        recorder, outcome = driver.say(turns, text, system=SYSTEM, seed=number, sampling=SamplerSettings(temperature=1.5, top_k=0))
        prompt = driver.prompt(turns[:-1], SYSTEM)
        assert outcome.ending is Ending.END_OF_TURN
        assert recorder.entry.restored == known
        assert recorder.entry.to_read == len(prompt.ids) - known
        known = len(prompt.ids) + len(outcome.ids) + 1  # the end-of-turn token is in the context too
        assert driver.engine.tokens_decoded - before == known - recorder.entry.restored
        assert recorder.nodes[-1] == (known, node_key(driver.store.context, prompt.ids + outcome.ids + token_ids([END_OF_TURN])))
        assert outcome.tokens_read == recorder.entry.to_read
        assert outcome.tokens_restored == recorder.entry.restored
    assert sum(handed_over) == driver.engine.tokens_decoded
    assert len(handed_over) == driver.engine.decode_calls


def test_events_come_in_their_order(open_engine, tiny_model):
    driver = open_engine(tiny_model)
    recorder, outcome = driver.say([], "Hello", seed=3)
    assert recorder.events[0] == "entered"
    assert recorder.events[1] == "read"
    assert recorder.events[-1] == "finished"
    assert set(recorder.events[2:-1]) == {"wrote"}
    assert recorder.reads[-1] == (recorder.entry.to_read, recorder.entry.to_read)
    assert outcome.writing_seconds > 0
    assert outcome.reading_seconds > 0
    assert driver.engine.reading_speed > 0


def test_the_text_is_that_of_the_ids(open_engine, tiny_model):
    driver = open_engine(tiny_model)
    recorder, outcome = driver.say([], "Hello", seed=3)
    assert recorder.text == text_of(outcome.ids, lambda token: bytes([token]))


def test_boundaries_become_nodes(open_engine, tiny_model):
    driver = open_engine(tiny_model)
    turns = []
    for text in ("Hello", "More"):
        recorder, outcome = driver.say(turns, text, system=SYSTEM)
        prompt = driver.prompt(turns[:-1], SYSTEM)
        path = prompt.ids + outcome.ids + token_ids([END_OF_TURN])
        new = [b.position for b in prompt.boundaries if b.position > recorder.entry.restored]
        assert [position for position, _ in recorder.nodes] == [*new, len(path)]
        assert all(node == node_key(driver.store.context, path[:position]) for position, node in recorder.nodes)
    stored = driver.store.lookup(path)
    ends = [sum(len(edge.ids) for edge in stored.edges[: count + 1]) for count in range(len(stored.edges))]
    first, second = driver.prompt(turns[:1], SYSTEM), driver.prompt(turns[:3], SYSTEM)
    assert set(ends) == {b.position for b in (*first.boundaries, *second.boundaries)} | {len(path)}


def test_a_turn_writes_its_own_segments_only(open_engine, tiny_model):
    driver = open_engine(tiny_model)
    turns = []
    driver.say(turns, "Hello " * 40, words=40)
    before = driver.files()
    driver.say(turns, "More", words=10)
    after = driver.files()
    new = [path for path in driver.folder.rglob("*.kv") if path.name in after - before]
    assert before < after
    assert sum(path.stat().st_size for path in new) < 100 * 2100  # a token takes 2 KiB


def test_a_long_prompt_is_saved_in_bounded_segments(open_engine, endless):
    driver = open_engine(endless)
    ids = made_up_ids(2 * SEGMENT_TOKENS + 300)
    driver.run(ids, purpose=Purpose.READ, boundaries=(100,))
    lengths = [len(edge.ids) for edge in driver.store.lookup(ids).edges]
    assert sum(lengths) == len(ids)
    assert max(lengths) <= SEGMENT_TOKENS
    assert lengths[0] == 100


def test_a_long_reply_is_saved_in_bounded_segments(open_engine, endless, teacher):
    driver = open_engine(endless)
    teacher.replies[1] = made_up_ids(SEGMENT_TOKENS + 100, seed=1)
    driver.run(made_up_ids(20), seed=1, boundaries=(19,))
    lengths = [len(edge.ids) for edge in driver.store.lookup(made_up_ids(20) + teacher.replies[1]).edges]
    assert lengths == [19, SEGMENT_TOKENS, 101]


def test_segments_of_large_tokens_hold_fewer(open_engine, endless, monkeypatch):
    monkeypatch.setattr("desktop.inference.residents.SEGMENT_BYTES", 100_000)  # a token takes about 2 KiB
    driver = open_engine(endless)
    driver.run(made_up_ids(400), purpose=Purpose.READ, boundaries=(20,))
    lengths = [len(edge.ids) for edge in driver.store.lookup(made_up_ids(400)).edges]
    assert lengths[0] == 20
    assert 40 < max(lengths) < 50


def test_reading_decodes_all_and_writes_nothing(open_engine, endless):
    driver = open_engine(endless)
    ids = made_up_ids(300)
    recorder, outcome = driver.run(ids, purpose=Purpose.READ, boundaries=(50, 200))
    assert outcome.ending is Ending.READY
    assert recorder.text == ""
    assert not outcome.ids
    assert driver.engine.tokens_decoded == 300
    assert [position for position, _ in recorder.nodes] == [50, 200, 300]
    recorder, outcome = driver.run(ids, purpose=Purpose.READ, boundaries=(50, 200))
    assert outcome.ending is Ending.READY
    assert recorder.entry.restored == 300
    assert driver.engine.tokens_decoded == 300


def test_writing_after_reading_decodes_one_token_again(open_engine, endless):
    driver = open_engine(endless)
    ids = made_up_ids(300)
    driver.run(ids, purpose=Purpose.READ)
    recorder, _ = driver.run(ids, words=5)
    assert recorder.entry.to_read == 1


def test_restoring_decodes_nothing(open_engine, endless):
    driver = open_engine(endless)
    ids = made_up_ids(300)
    recorder, outcome = driver.run(ids, purpose=Purpose.RESTORE)
    assert outcome.ending is Ending.READY
    assert (recorder.entry.restored, recorder.entry.to_read) == (0, 300)
    driver.run(ids[:200], purpose=Purpose.READ)
    driver.engine.leave("chat")
    recorder, _ = driver.run(ids, purpose=Purpose.RESTORE)
    assert (recorder.entry.restored, recorder.entry.from_disk, recorder.entry.to_read) == (200, 200, 100)
    assert driver.engine.tokens_decoded == 200
    recorder, _ = driver.run(ids, purpose=Purpose.READ)
    assert (recorder.entry.restored, recorder.entry.from_disk) == (200, 0)


def test_restoring_beside_a_reply_only_tells_what_is_stored(open_engine, endless):
    driver = open_engine(endless)
    ids = made_up_ids(300)
    driver.run(ids[:200], "one", purpose=Purpose.READ)
    driver.engine.leave("one")
    writing = driver.start(made_up_ids(50, seed=1), "two")
    recorder, outcome = driver.run(ids, "one", purpose=Purpose.RESTORE)
    assert not writing.is_done
    driver.engine.stop(writing.job_id)
    assert writing.outcome().ending is Ending.STOPPED
    assert outcome.ending is Ending.READY
    assert (recorder.entry.restored, recorder.entry.from_disk, recorder.entry.to_read) == (200, 0, 100)


def test_who_is_begun_before_another_leaves_takes_what_it_has(open_engine, endless):
    driver = open_engine(endless)
    ids = made_up_ids(300)
    driver.run(ids, "one", purpose=Purpose.READ, is_saved=False)
    with worker_held(driver.engine):
        restoring = driver.start(ids, "two", purpose=Purpose.RESTORE)
        driver.engine.leave("one")
    assert restoring.outcome().ending is Ending.READY
    recorder, _ = driver.run(ids, "two", purpose=Purpose.RESTORE)
    assert [(it.entry.restored, it.entry.from_disk) for it in (restoring, recorder)] == [(300, 0)] * 2


def test_an_edge_is_used_as_far_as_it_agrees(open_engine, endless, teacher, library):
    driver = open_engine(endless)
    ids = made_up_ids(300)
    driver.run(ids, "one", purpose=Purpose.READ)
    driver.engine.leave("one")
    other = ids[:150] + made_up_ids(20, seed=5)
    teacher.replies[7] = made_up_ids(6, seed=6)
    recorder, _ = driver.run(other, "two", seed=7)
    assert (recorder.entry.from_disk, recorder.entry.to_read) == (150, 20)
    straight = Straight(library, endless)
    teacher.check(straight, other, 7)
    straight.close()


@pytest.mark.parametrize("place", ["first", "last"])
def test_a_damaged_segment_is_set_aside_and_read_again(open_engine, endless, teacher, library, place):
    driver = open_engine(endless)
    ids = made_up_ids(300)
    driver.run(ids, purpose=Purpose.READ, boundaries=(100, 200))
    driver.files()
    driver.engine.leave("chat")
    edges = driver.store.lookup(ids).edges
    edge = edges[0 if place == "first" else 2]
    [path] = driver.folder.rglob(f"{edge.end.hex()}-*.kv")
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    teacher.replies[1] = made_up_ids(5, seed=2)
    recorder, outcome = driver.run(ids, boundaries=(100, 200))
    assert recorder.entry.is_damaged
    assert outcome.ending is Ending.END_OF_TURN
    assert recorder.entry.restored == (0 if place == "first" else 200)
    assert driver.store.lookup(ids).tokens == 300, "it is saved again"
    straight = Straight(library, endless)
    teacher.check(straight, ids, 1)
    straight.close()


def test_a_prompt_longer_than_the_context_is_refused_with_a_sentence(open_engine, cramped):
    driver = open_engine(cramped)
    for purpose, count in ((Purpose.READ, 1025), (Purpose.WRITE, 1024)):
        recorder, outcome = driver.run(made_up_ids(count), purpose=purpose)
        assert outcome.ending is Ending.FAILED
        assert outcome.error == "This chat needs 1,025 tokens and the context has 1,024. Your message is kept; choose what the model reads."
        assert recorder.events == ["finished"]
    assert driver.engine.tokens_decoded == 0


@pytest.mark.parametrize("count", [1000, 1023])
def test_a_reply_that_fills_the_context_ends_there(open_engine, cramped, count):
    driver = open_engine(cramped)
    ids = made_up_ids(count)
    recorder, outcome = driver.run(ids)
    assert outcome.ending is Ending.CONTEXT_FULL
    assert len(ids) + len(outcome.ids) in (1024, 1025), "the last token may be one that is not in the context"
    assert recorder.text == text_of(outcome.ids, lambda token: bytes([token]))
    assert driver.store.lookup(ids + outcome.ids).tokens >= 1023
    assert driver.run(made_up_ids(20), words=3)[1].ending is Ending.STOPPED, "the next chat finds room"


def test_the_end_of_turn_that_finds_no_room_is_no_cut(open_engine, cramped, teacher):
    driver = open_engine(cramped)
    teacher.replies[1] = made_up_ids(24)
    turns = [Turn(Role.USER, "")]
    overhead = len(driver.prompt(turns).ids)
    turns = [Turn(Role.USER, "x" * (1000 - overhead))]
    prompt = driver.prompt(turns)
    assert len(prompt.ids) == 1000
    _, outcome = driver.run(prompt, seed=1)
    assert (outcome.ending, len(outcome.ids)) == (Ending.END_OF_TURN, 24)


def test_a_long_reply_is_kept_while_it_grows(open_engine, endless, monkeypatch):
    monkeypatch.setattr("desktop.inference.worker.KEEP_SECONDS", 0.0)
    driver = open_engine(endless)
    recorder, outcome = driver.run(made_up_ids(20), words=50)
    assert recorder.kept
    assert all(outcome.ids[: len(ids)] == ids for ids in recorder.kept)
    assert [len(ids) for ids in recorder.kept] == sorted(len(ids) for ids in recorder.kept)


def test_a_reply_may_end_at_once(open_engine, tiny_model, teacher):
    driver = open_engine(tiny_model)
    teacher.replies[1] = token_ids()
    turns = []
    recorder, outcome = driver.say(turns, "Hello", system=SYSTEM, seed=1)
    assert (outcome.ending, len(outcome.ids), recorder.text) == (Ending.END_OF_TURN, 0, "")
    prompt = driver.prompt(turns[:1], SYSTEM)
    assert [p for p, _ in recorder.nodes] == [*(b.position for b in prompt.boundaries), len(prompt.ids) + 1]


def test_half_a_character_at_the_end_of_a_turn_is_shown_as_such(open_engine, tiny_model, teacher):
    driver = open_engine(tiny_model)
    teacher.replies[1] = byte_ids(b"ab\xf0\x9f")
    recorder, outcome = driver.say([], "Hello", seed=1)
    assert recorder.text == "ab\ufffd"
    assert outcome.ids == teacher.replies[1]


def test_the_turn_after_half_a_character_decodes_no_history(open_engine, tiny_model, teacher):
    driver = open_engine(tiny_model)
    teacher.replies |= {1: byte_ids(b"ab\xf0\x9f"), 2: byte_ids(b"x")}
    turns = []
    recorder, _ = driver.say(turns, "Hello", seed=1)
    known = recorder.nodes[-1][0]
    recorder, _ = driver.say(turns, "More", seed=2)
    assert recorder.entry.restored == known


def test_a_model_without_an_end_of_turn_in_its_template_ends_too(open_engine, tiny_model, teacher):
    driver = open_engine(tiny_model)
    teacher.replies[1] = byte_ids("Yes")
    recorder, outcome = driver.run(byte_ids("Hello?"), seed=1)
    assert outcome.ending is Ending.END_OF_TURN
    assert recorder.nodes[-1][0] == len("Hello?Yes")


def test_a_chat_that_left_comes_back_from_disk(open_engine, endless, teacher, library):
    driver = open_engine(endless)
    ids = made_up_ids(200)
    teacher.replies |= {1: made_up_ids(30, seed=1), 2: made_up_ids(5, seed=2)}
    driver.run(ids, seed=1)
    driver.engine.leave("chat")
    path = ids + teacher.replies[1] + made_up_ids(10, seed=3)
    recorder, _ = driver.run(path, seed=2)
    assert (recorder.entry.restored, recorder.entry.from_disk) == (230, 230)
    straight = Straight(library, endless)
    teacher.check(straight, path, 2)
    straight.close()


def test_a_shorter_prompt_goes_back_without_reading(open_engine, endless, teacher, library):
    driver = open_engine(endless)
    ids = made_up_ids(200)
    teacher.replies |= {1: made_up_ids(30, seed=1), 2: made_up_ids(5, seed=2)}
    driver.run(ids, seed=1)
    path = ids[:120] + made_up_ids(10, seed=3)
    recorder, _ = driver.run(path, seed=2)
    assert recorder.entry.restored == 120
    straight = Straight(library, endless)
    teacher.check(straight, path, 2)
    straight.close()


def test_failed_segments_do_not_stop_a_reply(open_engine, endless, monkeypatch, expect_log):
    expect_log("a segment was not saved")
    driver = open_engine(endless)

    def refuse(*arguments):
        return 0

    monkeypatch.setattr(llama, "llama_state_seq_get_data_ext", refuse)
    recorder, outcome = driver.run(made_up_ids(50), words=5, boundaries=(20,), sampling=GREEDY)
    assert outcome.ending is Ending.STOPPED
    assert recorder.nodes == []
