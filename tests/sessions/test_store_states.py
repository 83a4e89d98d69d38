"""States: found where they are, written when they are worth it, and their loss costs no base."""

from collections.abc import Callable
from errno import ENOSPC
from pathlib import Path
from unittest.mock import Mock

import pytest

from desktop.sessions.folder import SET_ASIDE
from desktop.sessions.segment import DamagedSegmentError, MissingSegmentError, Segment
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import token_ids
from desktop.sessions.tree import EntryRule
from tests.sessions.segments import CONTEXT, OTHER_CONTEXT, PATIENCE, content, cut_path, file_of, load_path, make_segment, state_file_of

PATH = token_ids(range(200))
CHAIN = cut_path(PATH, range(0, 200, 10), state_bytes=30)  # twenty segments with a state each
LAST_ONE = EntryRule(0)
KEPT = {200, 190, 180, 170, 160, 140, 120, 90, 50, 10}

OpenStore = Callable[..., SegmentStore]


@pytest.fixture
def store(open_store: OpenStore) -> SegmentStore:
    return open_store(entry=LAST_ONE)


def save(store: SegmentStore, *, defers_state: bool = True) -> None:
    for segment in CHAIN:
        assert store.save(segment, defers_state=defers_state)


def entered(store: SegmentStore) -> set[int]:
    """Return every boundary of the path that can be entered."""
    return {end for end in range(10, 210, 10) if store.lookup(PATH[:end]).whole_tokens == end}


def state_files(folder: Path) -> set[int]:
    return {10 * number for number, segment in enumerate(CHAIN, 1) if state_file_of(folder, segment).exists()}


def edge_at(store: SegmentStore, end: int) -> object:
    segment = CHAIN[end // 10 - 1]
    return store.find(segment.start, segment.end)


def test_a_deferred_state_is_found_and_loaded_but_not_written(store, folder):
    save(store)
    assert store.flush(PATIENCE)
    assert entered(store) == set(range(10, 210, 10))
    assert load_path(store, PATH) == [content(segment) for segment in CHAIN]
    assert [bytes(store.load_state(edge)) for edge in store.lookup(PATH).edges] == [bytes(segment.state) for segment in CHAIN]
    assert state_files(folder) == set()


def test_a_chat_that_goes_idle_leaves_the_states_that_are_worth_it(store, folder, open_store):
    save(store)
    store.write_states(PATH)
    assert store.flush(PATIENCE)
    assert entered(store) == KEPT == state_files(folder)
    after = open_store(entry=LAST_ONE)
    assert entered(after) == KEPT
    prefix = after.lookup(PATH[:135])
    assert (prefix.whole_tokens, prefix.node_tokens, prefix.partial) == (120, 130, None)
    assert content(after.load(prefix.edges[-1])) == content(CHAIN[11])


def test_states_on_the_disk_are_thinned_as_a_chat_grows(store, folder):
    save(store, defers_state=False)
    assert store.flush(PATIENCE)
    assert state_files(folder) == set(range(10, 210, 10))
    store.write_states(PATH)
    assert store.flush(PATIENCE)
    assert entered(store) == KEPT == state_files(folder)
    assert all(file_of(folder, segment).exists() for segment in CHAIN)


def test_the_state_where_chats_part_stays(store, folder):
    save(store)
    store.save(make_segment([*range(30), 7, 7], 30, state_bytes=30))
    store.write_states(PATH)
    assert entered(store) == KEPT | {30}


def test_the_state_where_another_chat_stands_stays(store):
    save(store)
    store.write_states(PATH, {30, 45})
    assert entered(store) == KEPT | {30}


def test_the_states_at_which_chats_stand_stay(store):
    save(store)
    store.set_heads({CONTEXT: [CHAIN[3].end], OTHER_CONTEXT: [CHAIN[6].end]})
    store.write_states(PATH)
    assert entered(store) == KEPT | {40}
    store.set_heads({})
    store.write_states(PATH)
    assert entered(store) == KEPT


def test_all_states_are_written_whatever_path_they_are_on_but_not_to_a_full_disk(store, folder, monkeypatch, expect_log, faults):
    expect_log("segment not written")
    save(store)
    with monkeypatch.context() as patch:
        patch.setattr("desktop.sessions.writer.write_part", Mock(side_effect=OSError(ENOSPC, "full")))
        store.save(make_segment([7]))
        assert store.flush(PATIENCE)
        store.write_all_states()
        assert entered(store) == set(range(10, 210, 10))
    store.clean(1 << 40)
    store.write_all_states()
    assert store.flush(PATIENCE)
    assert {200, 190} <= state_files(folder) == entered(store)
    assert len(faults) == 1


def test_a_state_that_was_thinned_can_be_saved_again(store, folder, open_store):
    save(store)
    store.write_states(PATH)
    edge = edge_at(store, 30)
    assert store.save_state(edge, CHAIN[2].state)
    assert store.flush(PATIENCE)
    assert content(open_store(entry=LAST_ONE).load(edge_at(store, 30))) == content(CHAIN[2])
    assert not store.save_state(edge_of_nothing(), CHAIN[2].state)


def edge_of_nothing() -> object:
    from tests.sessions.segments import edge_of

    return edge_of(make_segment([5, 5, 5]))


def test_closing_and_turning_to_another_model_write_what_is_worth_it(open_store, folder):
    for leave in (lambda store: store.select(OTHER_CONTEXT), lambda store: store.close(PATIENCE)):
        store = open_store(entry=LAST_ONE)
        save(store)
        leave(store)
        assert store.flush(PATIENCE)
        assert entered(open_store(entry=LAST_ONE)) >= {200, 190}
        assert len(state_files(folder)) < len(CHAIN)


def test_memory_for_recent_states_is_bounded(store, folder, monkeypatch):
    monkeypatch.setattr("desktop.sessions.catalog.RECENT_BYTES", 100)
    save(store)
    store.write_states(PATH)
    assert store.flush(PATIENCE)
    assert entered(store) == state_files(folder) >= {200, 190}
    assert len(state_files(folder)) < len(CHAIN)


def test_only_the_bytes_that_are_asked_for_are_read_and_lie_in_a_row(store, folder):
    segment = CHAIN[0]
    store.save(segment)
    assert store.flush(PATIENCE)
    edge = store.find(segment.start, segment.end)
    whole = store.load(edge)
    assert bytes(whole.blob) == bytes(segment.base) + bytes(segment.state)
    state_file_of(folder, segment).unlink()
    short = store.load(edge, tail=b"none")
    assert (bytes(short.blob), bytes(short.base), bytes(short.state)) == (bytes(segment.base) + b"none", bytes(segment.base), b"")
    assert bytes(store.load(edge, tail=b"").blob) == bytes(segment.base)


@pytest.mark.parametrize("where", [9, 60, -1])
def test_a_damaged_state_is_gone_but_its_base_stays(store, folder, where):
    save(store, defers_state=False)
    assert store.flush(PATIENCE)
    file = state_file_of(folder, CHAIN[-1])
    data = bytearray(file.read_bytes())
    data[where] ^= 1
    file.write_bytes(data)
    with pytest.raises(DamagedSegmentError):
        store.load(edge_at(store, 200))
    assert store.lookup(PATH).whole_tokens == 190
    assert store.lookup(PATH).node_tokens == 200
    assert bytes(store.load(edge_at(store, 200), tail=b"").base) == bytes(CHAIN[-1].base)
    assert (folder / SET_ASIDE / file.name).exists()


def test_a_damaged_base_takes_its_state_with_it(store, folder, open_store):
    save(store, defers_state=False)
    assert store.flush(PATIENCE)
    file_of(folder, CHAIN[5]).write_bytes(b"cut")
    after = open_store(entry=LAST_ONE)
    assert after.lookup(PATH).node_tokens == 50
    assert after.flush(PATIENCE)
    assert not file_of(folder, CHAIN[0]).with_name(f"{CHAIN[5].end.hex()}-{CHAIN[5].start.hex()[:8]}.state").exists()


def test_a_state_stays_while_its_base_cannot_be_opened(store, folder, open_store):
    save(store, defers_state=False)
    assert store.flush(PATIENCE)
    base, state = file_of(folder, CHAIN[5]), state_file_of(folder, CHAIN[5])
    base.rename(folder / "elsewhere")
    base.mkdir()
    after = open_store(entry=LAST_ONE)
    assert after.flush(PATIENCE)
    assert after.lookup(PATH).node_tokens == 50
    assert state.exists()


def test_a_state_that_was_thinned_meanwhile_is_missing_not_damaged(store, folder):
    save(store)
    edge = edge_at(store, 100)
    store.write_states(PATH)
    for load in (store.load, store.load_state):
        with pytest.raises(MissingSegmentError):
            load(edge)
    assert not (folder / SET_ASIDE).exists()


def test_a_window_may_span_several_states(open_store):
    store = open_store(entry=EntryRule(25))
    save(store, defers_state=False)
    store.write_states(PATH)
    needed = {at for at in range(10, 210, 10) if any(0 <= kept - at < 25 for kept in KEPT)}
    assert entered(store) >= KEPT
    assert {end for end in range(10, 210, 10) if getattr(edge_at(store, end), "state_bytes", 0)} == needed


def test_a_state_of_one_context_does_not_serve_another(store, open_store):
    other: Segment = make_segment(PATH, state_bytes=10, context=OTHER_CONTEXT)
    store.save(other, defers_state=True)
    assert store.lookup(PATH).whole_tokens == 0
    store.select(OTHER_CONTEXT, LAST_ONE)
    assert store.lookup(PATH).whole_tokens == 200
    assert store.context != CONTEXT
