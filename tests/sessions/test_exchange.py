"""Segment files that go to another store, and the check of all files."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.sessions.exchange import Verified
from desktop.sessions.folder import SET_ASIDE
from desktop.sessions.segment import StatePart, write_part
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import token_ids
from desktop.sessions.tree import EntryRule
from tests.sessions.segments import (
    CONTEXT,
    OTHER_CONTEXT,
    PATIENCE,
    base_part,
    content,
    cut_path,
    file_of,
    load_path,
    make_segment,
    patch_header,
    save_all,
    state_file_of,
)

PATH = token_ids(range(30))
CHAIN = cut_path(PATH, [10, 20], state_bytes=50, seconds=2.5)
LAST_ONE = EntryRule(0)

OpenStore = Callable[..., SegmentStore]


@pytest.fixture
def store(open_store: OpenStore) -> SegmentStore:
    """A store that has a path."""
    store = open_store(entry=LAST_ONE)
    save_all(store, CHAIN)
    return store


@pytest.fixture
def other(tmp_path: Path) -> Iterator[SegmentStore]:
    """An empty store somewhere else."""
    store = SegmentStore(tmp_path / "other", pytest.fail)
    store.select(CONTEXT, LAST_ONE)
    yield store
    assert store.close(PATIENCE)


def names(folder: Path, segments: list[object]) -> list[Path]:
    return [path for segment in segments for path in (file_of(folder, segment), state_file_of(folder, segment))]


def test_the_files_of_a_way_are_given_in_its_order(store, folder):
    save_all(store, [make_segment([*range(10), 99], 10, state_bytes=5)])
    assert store.segment_files(CONTEXT, CHAIN[2].end) == names(folder, CHAIN)
    assert store.segment_files(CONTEXT, CHAIN[0].end) == names(folder, CHAIN[:1])
    assert store.segment_files(CONTEXT, make_segment([7]).end) == []
    assert store.segment_files(OTHER_CONTEXT, CHAIN[0].end) == []


def test_a_way_whose_states_are_there_is_preferred(store, folder):
    save_all(store, [make_segment(range(30), 0, 20), make_segment(range(30), 0, 30)])
    assert store.segment_files(CONTEXT, CHAIN[2].end)[-2:] == names(folder, CHAIN[2:])


def test_a_way_with_a_gap_has_no_files(store):
    store.reject(store.find(CHAIN[0].start, CHAIN[0].end), "a test")
    assert store.segment_files(CONTEXT, CHAIN[2].end) == []


def test_files_are_taken_in_by_another_store(store, other, tmp_path):
    for number, file in enumerate(store.segment_files(CONTEXT, CHAIN[2].end)):
        copy = Path(shutil.copy(file, tmp_path / f"{number}{file.suffix}"))
        assert other.adopt(copy, CONTEXT, PATH)
    assert load_path(other, PATH) == [content(segment) for segment in CHAIN]
    assert [edge.seconds for edge in other.lookup(PATH).edges] == [2.5] * 3
    assert other.flush(PATIENCE)
    assert load_path(other, PATH) == [content(segment) for segment in CHAIN]
    assert len(list((tmp_path / "other").glob("*/*/*"))) == 6


def test_what_is_there_already_stays_as_it_is(store, other, tmp_path):
    files = store.segment_files(CONTEXT, CHAIN[0].end)
    save_all(other, [make_segment(PATH, 0, 10, token_bytes=3, state_bytes=7)])
    before = load_path(other, PATH)
    assert all(other.adopt(file, CONTEXT, PATH) for file in files)
    assert load_path(other, PATH) == before


def test_a_state_keeps_the_window_that_it_was_saved_with(other, tmp_path):
    write_part(tmp_path / "a.kv", base_part(CHAIN[0]))
    write_part(tmp_path / "a.state", StatePart(CONTEXT, CHAIN[0].start, CHAIN[0].end, 77, CHAIN[0].state))
    assert all(other.adopt(tmp_path / name, CONTEXT, PATH) for name in ("a.kv", "a.state"))
    assert other.find(CHAIN[0].start, CHAIN[0].end).window == 77


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)


def belong_to_another_model(file: Path) -> None:
    patch_header(file, 36 if file.suffix == ".kv" else 28, "16s", OTHER_CONTEXT)


def say_another_end(file: Path) -> None:
    patch_header(file, 68 if file.suffix == ".kv" else 60, "16s", bytes(16))


def say_another_start(file: Path) -> None:
    patch_header(file, 52 if file.suffix == ".kv" else 44, "16s", bytes(16))


def be_something_else(file: Path) -> None:
    file.write_bytes(b"a photograph" * 100)


@pytest.mark.parametrize("damage", [flip, belong_to_another_model, say_another_end, say_another_start, be_something_else])
@pytest.mark.parametrize("suffix", [".kv", ".state"])
def test_a_file_in_doubt_is_not_taken_in(store, other, tmp_path, damage, suffix):
    copies = [Path(shutil.copy(file, tmp_path / f"copy{file.suffix}")) for file in store.segment_files(CONTEXT, CHAIN[0].end)]
    damage(tmp_path / f"copy{suffix}")
    taken = [other.adopt(copy, CONTEXT, PATH) for copy in copies]
    assert taken == ([False, False] if suffix == ".kv" else [True, False])
    assert other.lookup(PATH).whole_tokens == 0
    assert (tmp_path / f"copy{suffix}").exists()
    assert not (tmp_path / "other" / SET_ASIDE).exists()


def test_a_segment_of_another_path_is_not_taken_in(store, other):
    base, _ = store.segment_files(CONTEXT, CHAIN[0].end)
    assert not other.adopt(base, CONTEXT, token_ids([5, *range(10)]))
    assert not other.adopt(base, CONTEXT, PATH[:9])
    assert not other.adopt(base, OTHER_CONTEXT, PATH)
    assert other.adopt(base, CONTEXT, PATH[:10])


def test_a_file_that_is_missing_is_told(other, tmp_path):
    with pytest.raises(FileNotFoundError):
        other.adopt(tmp_path / "none.kv", CONTEXT, PATH)


def test_checking_finds_what_is_damaged_of_all_models_and_is_no_use(store, folder, clock):
    foreign = [make_segment([number, 1], context=OTHER_CONTEXT, state_bytes=9) for number in range(4)]
    save_all(store, foreign)
    times = {path: path.stat().st_mtime for path in folder.glob("*/*/*")}
    clock.advance(7 * 24 * 3600)
    seen = []
    assert store.verify(lambda done, all_: seen.append((done, all_))) == Verified(7, 0)
    assert seen == [(number, 7) for number in range(1, 8)]
    assert {path: path.stat().st_mtime for path in folder.glob("*/*/*")} == times
    flip(file_of(folder, CHAIN[1]))
    flip(state_file_of(folder, foreign[2]))
    assert store.verify(lambda *_: None) == Verified(7, 2)
    assert store.usage().set_aside == 2
    assert store.usage().segments == 6
    assert store.lookup(PATH).whole_tokens == 10
    store.select(OTHER_CONTEXT, LAST_ONE)
    assert store.lookup(token_ids([2, 1])).whole_tokens == 0
    assert store.lookup(token_ids([2, 1])).node_tokens == 2


def test_files_that_vanished_are_no_damage(store, folder):
    file_of(folder, CHAIN[2]).unlink()
    assert store.verify(lambda *_: None) == Verified(2, 0)
    assert store.usage().segments == 2
