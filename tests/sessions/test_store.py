"""The store: what was saved is found again, and no other thing is ever taken for it."""

import os
import shutil
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.sessions.folder import KEPT_ASIDE, SET_ASIDE
from desktop.sessions.segment import FORMAT, DamagedSegmentError, Segment
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import common_length, token_ids
from tests.sessions.segments import (
    CONTEXT,
    FIXED_BYTES,
    OTHER_CONTEXT,
    PATIENCE,
    content,
    cut_path,
    edge_of,
    file_of,
    load_path,
    make_segment,
    patch_header,
    save_all,
)

PATH = token_ids(range(30))
CHAIN = cut_path(PATH, [10, 20])  # three segments in a row, one file each
MIDDLE = CHAIN[1]


@pytest.fixture
def chain(folder: Path) -> list[Path]:
    """Return the files of three segments in a row, saved by a store that is gone."""
    store = SegmentStore(folder, pytest.fail)
    store.select(CONTEXT)
    save_all(store, CHAIN)
    assert store.close(PATIENCE)
    return [file_of(folder, segment) for segment in CHAIN]


def contents(segments: Sequence[Segment]) -> list[object]:
    return [content(segment) for segment in segments]


def aside(folder: Path) -> list[str]:
    return sorted(os.listdir(folder / SET_ASIDE)) if (folder / SET_ASIDE).exists() else []


def test_a_saved_segment_is_found_at_once_and_while_it_waits(store, gate):
    assert all(store.save(segment) for segment in CHAIN)
    assert load_path(store, PATH) == contents(CHAIN)
    assert store.find(MIDDLE.start, MIDDLE.end) is not None
    assert store.holds_node(MIDDLE.end)
    gate.set()
    assert store.flush(PATIENCE)
    assert load_path(store, PATH) == contents(CHAIN)


def test_a_new_store_finds_all(chain, store):
    assert load_path(store, PATH) == contents(CHAIN)
    assert store.lookup(PATH[:15]).partial_tokens == 5
    assert not store.holds_node(make_segment([1, 2]).end)


def test_models_do_not_see_each_other(chain, store):
    store.select(OTHER_CONTEXT)
    assert store.lookup(PATH).tokens == 0
    theirs = cut_path(PATH, [15], context=OTHER_CONTEXT)
    save_all(store, theirs)
    assert load_path(store, PATH) == contents(theirs)
    store.select(CONTEXT)
    assert load_path(store, PATH) == contents(CHAIN)


def test_a_segment_of_another_model_that_comes_late_is_kept_for_that_model(store):
    late = make_segment(PATH, context=OTHER_CONTEXT)
    save_all(store, [late])
    assert store.find(late.start, late.end) is None
    store.select(OTHER_CONTEXT)
    assert load_path(store, PATH) == contents([late])


def test_what_waits_is_found_after_turning_to_its_model_again(store, gate):
    assert all(store.save(segment) for segment in CHAIN)
    store.select(OTHER_CONTEXT)
    store.select(CONTEXT)
    assert load_path(store, PATH) == contents(CHAIN)
    gate.set()
    assert store.flush(PATIENCE)
    assert load_path(store, PATH) == contents(CHAIN)


def test_turning_to_a_model_leaves_the_file_alone_that_is_being_written(store, monkeypatch, faults):
    replace, arrived, go_on = os.replace, threading.Event(), threading.Event()

    def wait_and_replace(source: str, target: Path) -> None:
        arrived.set()
        assert go_on.wait(PATIENCE)
        replace(source, target)

    monkeypatch.setattr("desktop.system.files.os.replace", wait_and_replace)
    assert store.save(CHAIN[0])
    assert arrived.wait(PATIENCE)
    store.select(CONTEXT)
    go_on.set()
    assert store.flush(PATIENCE)
    assert faults == []
    store.select(CONTEXT)
    assert load_path(store, PATH) == contents(CHAIN[:1])


def test_leftovers_of_a_crash_are_swept(chain, folder, open_store):
    leftovers = [path.with_name(f".{path.name}.abc123.tmp") for path in chain]
    for leftover in leftovers:
        leftover.write_bytes(b"half")
    leftovers[0].unlink()
    (leftovers[0] / "full").mkdir(parents=True)  # cannot be removed, and costs nobody else anything
    store = open_store()
    assert store.flush(PATIENCE)
    assert [leftover.exists() for leftover in leftovers] == [True, False, False]
    assert load_path(store, PATH) == contents(CHAIN)


def test_everything_is_private(chain, folder, open_store):
    chain[0].write_bytes(b"damaged")
    open_store()
    modes = {path: path.stat().st_mode & 0o777 for path in folder.rglob("*")}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.suffix == ".kv" and path.parent.name != SET_ASIDE} == {0o600}


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def cut_in_the_header(path: Path) -> None:
    os.truncate(path, FIXED_BYTES + 5)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def replace_by_something_else(path: Path) -> None:
    path.write_bytes(b"GGUF" + bytes(5000))


def flip_in_the_header(path: Path) -> None:
    flip(path, FIXED_BYTES - 70)


def flip_in_the_ids(path: Path) -> None:
    flip(path, FIXED_BYTES + 2)


def flip_in_the_kv(path: Path) -> None:
    flip(path, path.stat().st_size - 3)


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


def save_as_a_newer_version(path: Path) -> None:
    patch_header(path, 8, "<I", FORMAT + 1)


def belong_to_another_context(path: Path) -> None:
    patch_header(path, 36, "16s", OTHER_CONTEXT)


def start_somewhere_else(path: Path) -> None:
    patch_header(path, 52, "16s", bytes(16))


def have_other_tokens(path: Path) -> None:
    patch_header(path, FIXED_BYTES, "<i", 12345)


def take_the_place_of_a_copy(path: Path) -> None:
    others = [other for other in path.parents[1].glob("*/*.kv") if other != path]
    shutil.copyfile(others[0], path)


SEEN_AT_ONCE = [
    cut,
    cut_in_the_header,
    empty,
    replace_by_something_else,
    flip_in_the_header,
    flip_in_the_ids,
    save_as_a_newer_version,
    belong_to_another_context,
    start_somewhere_else,
    take_the_place_of_a_copy,
]


def check_only_the_middle_is_lost(store: SegmentStore, folder: Path, file: Path) -> None:
    assert store.find(MIDDLE.start, MIDDLE.end) is None
    assert load_path(store, PATH) == contents(CHAIN[:1])
    assert not file.exists()
    assert aside(folder) == [file.name]
    assert content(store.load(edge_of(CHAIN[2]))) == content(CHAIN[2])
    save_all(store, [MIDDLE])
    assert load_path(store, PATH) == contents(CHAIN)


@pytest.mark.parametrize("damage", SEEN_AT_ONCE)
def test_a_damaged_file_is_set_aside_and_costs_nothing_else(chain, folder, open_store, damage, faults):
    damage(chain[1])
    check_only_the_middle_is_lost(open_store(), folder, chain[1])
    assert load_path(open_store(), PATH) == contents(CHAIN)
    assert faults == []


@pytest.mark.parametrize("damage", [*SEEN_AT_ONCE, flip_in_the_kv, have_other_tokens])
def test_a_file_that_is_damaged_later_is_never_loaded(chain, folder, store, damage):
    damage(chain[1])
    with pytest.raises(DamagedSegmentError):
        store.load(edge_of(MIDDLE))
    check_only_the_middle_is_lost(store, folder, chain[1])


def test_damaged_kv_is_not_seen_before_it_is_loaded_but_never_let_through(chain, folder, open_store):
    flip_in_the_kv(chain[1])
    store = open_store()
    assert store.lookup(PATH).tokens == len(PATH)
    with pytest.raises(DamagedSegmentError, match="checksum"):
        load_path(store, PATH)
    check_only_the_middle_is_lost(store, folder, chain[1])


def test_a_renamed_file_is_set_aside(chain, folder, open_store):
    chain[1].rename(chain[1].with_name(f"{bytes(16).hex()}-00000000.kv"))
    store = open_store()
    assert load_path(store, PATH) == contents(CHAIN[:1])
    assert aside(folder) == [f"{bytes(16).hex()}-00000000.kv"]


def test_a_folder_of_another_model_is_set_aside(chain, folder, open_store):
    (folder / CONTEXT.hex()).rename(folder / OTHER_CONTEXT.hex())
    assert open_store(OTHER_CONTEXT).lookup(PATH).tokens == 0
    assert aside(folder) == sorted(path.name for path in chain)


def test_a_file_that_vanishes_costs_its_own_tokens(chain, folder, store):
    chain[1].unlink()
    with pytest.raises(DamagedSegmentError):
        store.load(edge_of(MIDDLE))
    assert load_path(store, PATH) == contents(CHAIN[:1])
    save_all(store, [MIDDLE])
    assert load_path(store, PATH) == contents(CHAIN)


def test_a_segment_that_is_rejected_before_it_was_written_never_is(store, folder, gate):
    assert store.save(CHAIN[0])
    assert store.save(MIDDLE)
    assert gate.reached.wait(PATIENCE)
    store.reject(edge_of(MIDDLE), "a test")
    gate.set()
    assert store.flush(PATIENCE)
    assert [path.name.split("-")[0] for path in folder.glob("*/*/*")] == [CHAIN[0].end.hex()]


def test_deleting_everything_under_a_running_store_loses_time_only(chain, folder, store):
    shutil.rmtree(folder)
    for segment in CHAIN:
        with pytest.raises(DamagedSegmentError):
            store.load(edge_of(segment))
    assert store.lookup(PATH).tokens == 0
    save_all(store, CHAIN)
    assert load_path(store, PATH) == contents(CHAIN)


def test_what_cannot_be_opened_is_left_where_it_is(chain, folder, open_store):
    chain[1].rename(folder / "kept")
    chain[1].mkdir()
    chain[1].with_name("nowhere.kv").symlink_to(folder / "not there")
    store = open_store()
    assert load_path(store, PATH) == contents(CHAIN[:1])
    assert aside(folder) == []
    chain[1].rmdir()
    (folder / "kept").rename(chain[1])
    assert load_path(open_store(), PATH) == contents(CHAIN)


@pytest.mark.parametrize("path", ["", CONTEXT.hex()])
def test_a_file_in_the_place_of_a_folder_holds_nothing(folder, open_store, path):
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"not a folder")
    assert open_store().lookup(PATH).tokens == 0
    assert place.read_bytes() == b"not a folder"


def test_few_damaged_files_are_kept(folder, open_store):
    save_all(open_store(), [make_segment([number]) for number in range(3 * KEPT_ASIDE)])
    files = sorted((folder / CONTEXT.hex()).glob("*/*.kv"))
    for age, file in enumerate(files):
        empty(file)
        os.utime(file, (time.time() - age, time.time() - age))
    open_store()
    assert aside(folder) == sorted(file.name for file in files[:KEPT_ASIDE])
    assert list((folder / CONTEXT.hex()).glob("*/*.kv")) == []


def test_where_nothing_can_be_set_aside_damaged_files_stay_unused(chain, folder, open_store):
    (folder / SET_ASIDE).write_bytes(b"in the way")
    cut(chain[1])
    store = open_store()
    assert load_path(store, PATH) == contents(CHAIN[:1])
    save_all(store, [MIDDLE])
    assert load_path(open_store(), PATH) == contents(CHAIN)


def test_a_folder_that_cannot_be_written_is_told_once_and_nothing_is_lost(chain, folder, open_store, faults, expect_log, gate):
    expect_log("segment not written")
    store = open_store()
    used = set(os.listdir(folder / CONTEXT.hex()))
    new = {segment.end.hex()[:2]: segment for segment in (make_segment([99, number]) for number in range(99))}  # by folder
    *blocked, fine, late = (segment for name, segment in sorted(new.items())[-10:] if name not in used)
    for segment in blocked:
        (folder / CONTEXT.hex() / segment.end.hex()[:2]).write_bytes(b"in the way")
    assert all([store.save(segment) for segment in (*blocked, fine)])
    gate.set()
    assert store.flush(PATIENCE)
    assert len(faults) == 1
    assert "your messages are kept" in faults[0]
    assert not store.is_saving
    assert store.save(late)
    for segment in (*blocked, fine, late):  # held in memory
        assert content(store.load(edge_of(segment))) == content(segment)
    assert load_path(store, PATH) == contents(CHAIN)
    for segment in blocked:
        (folder / CONTEXT.hex() / segment.end.hex()[:2]).unlink()
    after = open_store()
    assert load_path(after, PATH) == contents(CHAIN)
    assert [segment for segment in (*blocked, fine, late) if after.find(segment.start, segment.end)] == [fine]
    save_all(after, blocked)
    assert len(faults) == 1


def test_segments_that_cannot_be_listed_are_there_the_next_time(chain, open_store, expect_log):
    resource = pytest.importorskip("resource")
    expect_log("segments not read: .*Too many open files")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))  # no more files can be opened
    try:
        store = open_store()
        assert store.wait_until_indexed(PATIENCE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert store.lookup(PATH).tokens == 0
    assert all(path.exists() for path in chain)
    store.select(CONTEXT)
    assert load_path(store, PATH) == contents(CHAIN)


PATHS = st.lists(st.integers(0, 1), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(PATHS, st.lists(st.integers(0, 12), max_size=3)), min_size=1, max_size=5), PATHS)
def test_whatever_was_saved_is_found_in_full_by_the_next_store(saved, asked):
    with TemporaryDirectory() as name:
        store = SegmentStore(Path(name), pytest.fail)
        store.select(CONTEXT)
        for path, cuts in saved:
            save_all(store, cut_path(path, [cut for cut in cuts if cut < len(path)]))
        assert store.close(PATIENCE)
        after = SegmentStore(Path(name), pytest.fail)
        after.select(CONTEXT)
        try:
            for path, _ in saved:
                ids = token_ids(path)
                assert after.lookup(ids).whole_tokens == len(ids)
                assert [number for edge in after.lookup(ids).edges for number in edge.ids] == path
            longest = max(common_length(token_ids(asked), token_ids(path)) for path, _ in saved)
            assert after.lookup(token_ids(asked)).tokens == longest
        finally:
            assert after.close(PATIENCE)
