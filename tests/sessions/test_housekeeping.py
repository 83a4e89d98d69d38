"""Budget, pins, sweeping: what goes when, and what never does."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.sessions import housekeeping, worth
from desktop.sessions.housekeeping import default_budget
from desktop.sessions.saving import NOTICE_SECONDS, RETRY_SECONDS
from desktop.sessions.segment import Segment, base_file_bytes
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import token_ids
from desktop.sessions.tree import EntryRule
from desktop.sessions.worth import WEEK
from tests.sessions.conftest import Clock
from tests.sessions.segments import (
    CONTEXT,
    OTHER_CONTEXT,
    PATIENCE,
    content,
    cut_path,
    edge_of,
    file_of,
    load_path,
    make_segment,
    save_all,
    state_file_of,
)

PATH = token_ids(range(30))
CHAIN = cut_path(PATH, [10, 20], seconds=1.0)
SIZE = base_file_bytes(10, 80)  # of each of their files
FORK = make_segment([*range(10), *range(50, 60)], 10, seconds=1.0)  # leaves the chain after its first segment

OpenStore = Callable[..., SegmentStore]


def there(store: SegmentStore, segments: Sequence[Segment]) -> list[bool]:
    return [store.find(segment.start, segment.end) is not None for segment in segments]


def used(folder: Path) -> int:
    """Return what the files really take."""
    return sum(path.stat().st_size for kind in ("kv", "state") for path in folder.glob(f"*/*/*.{kind}"))


def test_usage_is_what_the_files_take(store, open_store, folder):
    other = make_segment(PATH, context=OTHER_CONTEXT, state_bytes=100)
    save_all(store, [*CHAIN, FORK, other])
    store.set_pins({CONTEXT: [CHAIN[1].end]})
    for each in (store, open_store()):
        assert each.wait_until_indexed(PATIENCE)
        usage = each.usage()
        assert usage.used == used(folder) == sum(usage.by_context.values())
        assert (usage.segments, usage.set_aside, usage.is_complete) == (5, 0, True)
        assert usage.by_context[CONTEXT] == 4 * SIZE
    assert store.usage().pinned == 2 * SIZE
    assert store.path_bytes(CONTEXT, [CHAIN[2].end, FORK.end]) == 4 * SIZE
    assert store.path_bytes(CONTEXT, [CHAIN[1].end]) == 2 * SIZE


def test_what_goes_is_gone_from_the_disk_with_its_folders(store, folder, open_store):
    save_all(store, [*CHAIN, FORK])
    assert store.clean(0) == 4 * SIZE
    assert store.flush(PATIENCE)
    assert list(folder.rglob("*")) == []
    assert store.lookup(PATH).tokens == 0
    save_all(store, CHAIN)
    assert load_path(open_store(), PATH) == [content(segment) for segment in CHAIN]


def test_cleaning_takes_what_was_used_least_lately_and_stops_in_time(store, clock):
    save_all(store, CHAIN)
    clock.advance(WEEK)
    save_all(store, [FORK])
    assert store.clean(2 * SIZE + 5) == 2 * SIZE
    assert there(store, [*CHAIN, FORK]) == [True, False, False, True]


def test_loading_is_a_use_noted_at_most_hourly_and_remembered_by_the_files(chain_and_fork, folder, clock, open_store):
    store = open_store()
    file, before = file_of(folder, CHAIN[2]), file_of(folder, CHAIN[2]).stat().st_mtime
    store.load(edge_of(CHAIN[2]))
    assert file.stat().st_mtime == before
    clock.advance(WEEK)
    load_path(store, PATH)
    assert abs(file.stat().st_mtime - clock()) < 1
    before = file.stat().st_mtime
    clock.advance(60)
    load_path(store, PATH)
    assert file.stat().st_mtime == before
    after = open_store()
    assert after.clean(3 * SIZE) == SIZE
    assert there(after, [*CHAIN, FORK]) == [True, True, True, False]


@pytest.fixture
def chain_and_fork(open_store: OpenStore) -> None:
    save_all(open_store(), [*CHAIN, FORK])


def test_pinned_ways_never_go(store):
    save_all(store, [*CHAIN, FORK])
    store.set_pins({CONTEXT: [FORK.end]})
    assert store.clean(0) == 2 * SIZE
    assert there(store, [*CHAIN, FORK]) == [True, False, False, True]
    store.set_pins({})
    assert store.clean(0) == 2 * SIZE


def test_stale_contexts_go_first(store):
    other = make_segment(PATH, context=OTHER_CONTEXT, seconds=1000.0)
    save_all(store, [*CHAIN, other])
    store.set_stale([OTHER_CONTEXT])
    store.clean(3 * SIZE)
    assert (there(store, CHAIN), list(store.usage().by_context)) == ([True] * 3, [CONTEXT])


def test_states_of_inner_nodes_may_go_before_leaves(open_store, folder, clock):
    store = open_store(entry=EntryRule(0))
    chain = cut_path(PATH, [10, 20], state_bytes=1000, seconds=1.0)
    save_all(store, chain[:2])
    clock.advance(WEEK)
    save_all(store, chain[2:])
    store.clean(used(folder) - 1500)
    assert store.flush(PATIENCE)
    assert there(store, chain) == [True] * 3
    assert [state_file_of(folder, segment).exists() for segment in chain] == [False, False, True]
    assert store.usage().used == used(folder)


def test_the_budget_is_kept_while_saving_and_at_the_start(store, open_store, folder, clock):
    store.set_budget(10 * SIZE)
    for number in range(40):
        clock.advance(60)
        assert store.save(make_segment([number, *range(9)], seconds=1.0))
    assert store.flush(PATIENCE)
    assert 8 * SIZE <= used(folder) <= 10 * SIZE
    assert store.find(*ends(make_segment([39, *range(9)]))) is not None
    assert store.find(*ends(make_segment([0, *range(9)]))) is None
    after = open_store()
    after.set_budget(3 * SIZE)
    assert after.flush(PATIENCE)
    assert used(folder) <= 3 * SIZE


def ends(segment: Segment) -> tuple[bytes, bytes]:
    return segment.start, segment.end


def test_nothing_goes_before_a_budget_was_set_which_may_be_larger_than_the_default(store, open_store, monkeypatch):
    monkeypatch.setattr("desktop.sessions.housekeeping.MOST_DEFAULT_BYTES", 2 * SIZE)
    save_all(store, CHAIN)
    after = open_store()
    assert after.flush(PATIENCE)
    after.set_budget(9 * SIZE)
    assert after.flush(PATIENCE)
    assert there(after, CHAIN) == [True] * 3
    after.set_budget(None)
    assert after.flush(PATIENCE)
    assert there(after, CHAIN) == [True, False, False]


def test_a_budget_held_by_pins_stops_saving_with_one_notice_until_there_is_room(store, folder, faults):
    save_all(store, CHAIN)
    store.set_pins({CONTEXT: [CHAIN[2].end]})
    store.set_budget(2 * SIZE)
    assert store.flush(PATIENCE)
    assert not store.is_saving
    late = [make_segment([number, *range(9)], seconds=1.0) for number in range(50, 60)]
    for segment in late:
        assert store.save(segment)
    assert store.flush(PATIENCE)
    assert len(faults) == 1
    assert "your messages are kept" in faults[0]
    assert used(folder) == 3 * SIZE == store.usage().used
    assert [content(store.load(store.find(*ends(segment)))) for segment in late] == [content(segment) for segment in late]
    store.set_budget(20 * SIZE)
    assert store.flush(PATIENCE)
    assert store.is_saving
    assert used(folder) == 13 * SIZE == store.usage().used
    assert len(faults) == 1


def test_saving_goes_on_once_pins_are_released(store, folder, faults):
    save_all(store, CHAIN)
    store.set_pins({CONTEXT: [CHAIN[2].end]})
    store.set_budget(2 * SIZE)
    assert store.flush(PATIENCE)
    assert store.save(FORK)
    store.set_pins({CONTEXT: [FORK.end]})
    assert store.flush(PATIENCE)
    assert store.is_saving
    assert there(store, [*CHAIN, FORK]) == [True, False, False, True]
    assert used(folder) == 2 * SIZE
    assert len(faults) == 1


def test_what_was_saved_since_the_pins_were_set_belongs_to_open_chats(store):
    store.set_pins({})
    save_all(store, CHAIN)
    assert store.clean(0) == 0
    store.set_pins({})
    assert store.clean(0) == 3 * SIZE


def test_memory_for_what_cannot_be_written_is_bounded(store, monkeypatch):
    monkeypatch.setattr("desktop.sessions.catalog.HELD_BYTES", 200)
    save_all(store, CHAIN[:1])
    store.set_pins({CONTEXT: [CHAIN[0].end]})
    store.set_budget(0)
    assert store.flush(PATIENCE)
    assert [store.save(segment) for segment in (*CHAIN[1:], FORK)] == [True, True, False]
    assert there(store, [*CHAIN, FORK]) == [True, True, True, False]


def test_states_stay_in_memory_while_nothing_can_be_written(open_store, folder):
    store = open_store(entry=EntryRule(0))
    chain = cut_path(PATH, [10, 20], state_bytes=50)
    save_all(store, chain[:1])
    store.set_pins({CONTEXT: [chain[0].end]})
    store.set_budget(0)
    assert store.flush(PATIENCE)
    assert all(store.save(segment) for segment in chain[1:])
    store.write_states(PATH)
    assert store.flush(PATIENCE)
    assert [file.suffix for file in sorted(folder.glob("*/*/*"))] == [".kv", ".state"]
    assert load_path(store, PATH) == [content(segment) for segment in chain]
    store.set_budget(None)
    assert store.flush(PATIENCE)
    store.write_states(PATH)
    assert store.flush(PATIENCE)
    assert load_path(open_store(entry=EntryRule(0)), PATH) == [content(segment) for segment in chain]


@pytest.fixture
def broken(folder: Path) -> Path:
    """A file that lies where the folder of the fork's segment would."""
    place = folder / CONTEXT.hex() / FORK.end.hex()[:2]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"in the way")
    return place


def break_disk(store: SegmentStore, broken: Path) -> None:
    broken.parent.mkdir(exist_ok=True)
    broken.write_bytes(b"in the way")
    assert store.save(FORK)
    assert store.flush(PATIENCE)
    assert not store.is_saving


def test_saving_is_tried_again_after_some_minutes(store, folder, broken, clock, faults, expect_log):
    expect_log("segment not written")
    break_disk(store, broken)
    assert store.save(CHAIN[0])
    assert store.flush(PATIENCE)
    assert used(folder) == 0
    assert there(store, [CHAIN[0], FORK]) == [True, True]
    clock.advance(RETRY_SECONDS)
    assert store.is_saving  # it may be tried
    assert store.save(CHAIN[1])
    assert store.flush(PATIENCE)
    assert (store.is_saving, used(folder)) == (False, 2 * SIZE)  # of three, the fork is still in the way
    broken.unlink()
    clock.advance(RETRY_SECONDS)
    assert store.save(CHAIN[2])
    assert store.flush(PATIENCE)
    assert (store.is_saving, used(folder)) == (True, 4 * SIZE)
    assert len(faults) == 1


def test_what_is_held_does_not_go_to_make_room(store, broken, expect_log):
    expect_log("segment not written")
    save_all(store, CHAIN)
    break_disk(store, broken)
    store.set_pins({CONTEXT: [CHAIN[2].end]})
    assert store.clean(0) == 0
    assert store.flush(PATIENCE)
    assert content(store.load(edge_of(FORK))) == content(FORK)


def test_what_something_is_saved_behind_meanwhile_stays(store, monkeypatch):
    save_all(store, CHAIN[:2])

    def least_worth(*arguments):
        victims = list(worth.least_worth(*arguments))
        assert store.save(CHAIN[2])
        return victims

    monkeypatch.setattr(housekeeping, "least_worth", least_worth)
    assert store.clean(0) == 0
    assert there(store, CHAIN) == [True] * 3


def test_saving_is_tried_again_once_something_was_removed(store, folder, broken, expect_log):
    expect_log("segment not written")
    save_all(store, CHAIN)
    break_disk(store, broken)
    broken.unlink()
    store.clean(2 * SIZE)
    assert store.flush(PATIENCE)
    assert store.is_saving
    assert there(store, [*CHAIN, FORK]) == [True, True, False, True]
    assert used(folder) == 3 * SIZE


def test_the_same_trouble_is_told_again_only_much_later(store, broken, clock, faults, expect_log):
    expect_log("segment not written")
    for number in range(3):
        break_disk(store, broken)
        broken.unlink()
        clock.advance(NOTICE_SECONDS / 2)
        save_all(store, [make_segment([number])])
        assert store.is_saving
        store.clean(0)
        assert store.flush(PATIENCE)
    assert len(faults) == 2


def test_what_is_held_is_written_at_the_end_if_that_may_be_tried(store, broken, clock, open_store, expect_log):
    expect_log("segment not written")
    break_disk(store, broken)
    broken.unlink()
    clock.advance(RETRY_SECONDS)
    assert store.close(PATIENCE)
    assert there(open_store(), [FORK]) == [True]


def test_sweeping_removes_what_leads_to_no_owned_node(store, folder):
    save_all(store, [*CHAIN, FORK])
    mark = store.mark()
    assert store.sweep(CONTEXT, [FORK.end], mark) == 2 * SIZE
    assert store.flush(PATIENCE)
    assert there(store, [*CHAIN, FORK]) == [True, False, False, True]
    assert used(folder) == 2 * SIZE


def test_sweeping_spares_what_was_saved_since_the_mark_and_what_that_builds_on(store):
    save_all(store, CHAIN[:2])
    mark = store.mark()
    save_all(store, CHAIN[2:])
    assert store.sweep(CONTEXT, [], mark) == 0
    assert store.sweep(CONTEXT, [], store.mark()) == 3 * SIZE


def test_sweeping_spares_what_is_pinned(store):
    save_all(store, [*CHAIN, FORK])
    store.set_pins({CONTEXT: [CHAIN[1].end]})
    store.sweep(CONTEXT, [], store.mark())
    assert there(store, [*CHAIN, FORK]) == [True, True, False, False]


def test_sweeping_works_for_models_that_were_never_loaded(chain_and_fork, open_store):
    store = open_store(OTHER_CONTEXT)
    assert store.sweep(CONTEXT, [FORK.end], store.mark()) == 2 * SIZE
    store.select(CONTEXT)
    assert there(store, [*CHAIN, FORK]) == [True, False, False, True]


def test_what_follows_a_lost_segment_is_swept_only_if_nobody_owns_it(store, folder):
    save_all(store, [*CHAIN, FORK])
    store.reject(edge_of(CHAIN[0]), "a test")
    assert store.sweep(CONTEXT, [CHAIN[2].end], store.mark()) == SIZE
    assert there(store, [*CHAIN, FORK]) == [False, True, True, False]


def test_a_model_can_be_turned_to_while_all_folders_are_read(folder, open_store, monkeypatch):
    save_all(open_store(), [*CHAIN, make_segment(PATH, context=OTHER_CONTEXT)])
    read, hold = housekeeping.Catalog.read, []

    def slow(catalog, context, is_stopped=None):
        if is_stopped is not None and context == OTHER_CONTEXT:  # by the thread that reads all
            hold.append(context)
            while not is_stopped():
                time.sleep(0.001)
        return read(catalog, context)

    monkeypatch.setattr(housekeeping.Catalog, "read", slow)
    store = open_store()
    assert there(store, CHAIN) == [True] * 3
    assert not store.wait_until_indexed(0.05)
    assert not store.usage().is_complete
    assert store.close(PATIENCE)
    assert hold == [OTHER_CONTEXT]


def test_the_default_budget_is_a_tenth_of_the_space_and_at_most_20_gb(tmp_path, monkeypatch, store):
    monkeypatch.setattr("desktop.sessions.housekeeping.shutil.disk_usage", lambda _: _Disk(free=50 * 10**9))
    assert default_budget(tmp_path / "not" / "there") == 5 * 10**9
    assert default_budget(tmp_path, used=10 * 10**9) == 6 * 10**9
    monkeypatch.setattr("desktop.sessions.housekeeping.shutil.disk_usage", lambda _: _Disk(free=10**13))
    assert default_budget(tmp_path) == 20 * 10**9
    store.set_budget(123)
    assert (store.budget, store.default_budget() > 0) == (123, True)


class _Disk:
    def __init__(self, free: int) -> None:
        self.free = free


def tree_of_paths(paths: Sequence[tuple[Sequence[int], Sequence[int]]]) -> dict[tuple[bytes, bytes], Segment]:
    return {
        (segment.start, segment.end): segment
        for path, cuts in paths
        for segment in cut_path(path, [cut for cut in cuts if cut < len(path)], token_bytes=16, state_bytes=40)
    }


PATHS = st.lists(
    st.tuples(st.lists(st.integers(0, 1), min_size=1, max_size=8), st.lists(st.integers(0, 8), max_size=3)), min_size=1, max_size=6
)


@settings(max_examples=40, deadline=None)
@given(PATHS, st.integers(0, 5), st.data())
def test_whatever_is_asked_for_nothing_on_the_way_to_a_pinned_or_owned_node_goes(paths, window, data):
    segments = tree_of_paths(paths)
    with TemporaryDirectory() as name:
        store, folder = SegmentStore(Path(name), pytest.fail, clock=Clock()), Path(name)
        try:
            store.set_budget(1 << 40)
            store.select(CONTEXT, EntryRule(window))
            save_all(store, list(segments.values()))
            nodes = sorted({segment.end for segment in segments.values()})
            pins = data.draw(st.lists(st.sampled_from(nodes), max_size=2))
            store.set_pins({CONTEXT: pins})
            ways = set[tuple[bytes, bytes]]()
            for _ in segments:
                ways |= {key for key in segments if key[1] in pins or any(key[1] == start for start, _ in ways)}
            if data.draw(st.booleans()):
                store.sweep(CONTEXT, [], store.mark())
                target = 0
            else:
                target = data.draw(st.integers(0, 2000))
                store.clean(target)
            assert store.flush(PATIENCE)
            assert store.usage().used == used(folder)
            assert store.usage().used <= max(target, store.usage().pinned)
            for start, end in ways:
                edge = store.find(start, end)
                assert content(store.load(edge)) == content(segments[start, end])
        finally:
            assert store.close(PATIENCE)
