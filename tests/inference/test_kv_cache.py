"""The cells themselves: sharing, cutting, saving, restoring and re-packing, checked by logits."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from desktop.inference.binding import Abort, Batch, Context, ContextOptions, DecodeCounters
from desktop.inference.errors import NoRoomError, StateError
from desktop.inference.kv_cache import KvCache
from desktop.inference.memory_plan import Memory, MemoryPlan
from desktop.inference.resident import cells_of
from desktop.inference.residents import Residents
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import TokenIds, token_ids
from tests.inference.driver import made_up_ids
from tests.inference.teacher import LIMIT, Straight

DENSE = Memory(MemoryPlan.DENSE, 0, is_recurrent=False, token_bytes=2048.0)


class Bench:
    """A context and its cache."""

    def __init__(self, straight: Straight, cells: int) -> None:
        self.straight = straight
        self.context = Context(straight.model, ContextOptions(cells, 6, 512, 1), DecodeCounters(), Abort())
        self.cache = KvCache(self.context, 6, DENSE)
        self.batch = Batch(512)

    def decode(self, sequence: int, ids: TokenIds) -> np.ndarray:
        start = self.cache.length(sequence)
        self.batch.clear()
        for offset, token in enumerate(ids):
            index = self.batch.add(token, start + offset, sequence, wants_logits=offset == len(ids) - 1)
        self.context.decode(self.batch)
        return np.array(self.context.logits(index))

    def check(self, sequence: int, ids: TokenIds) -> None:
        """Fail where a sequence is not ids, by the logits of what follows; the sequence stays as it is."""
        assert self.cache.length(sequence) == len(ids)
        more = made_up_ids(5, seed=99)
        found = self.decode(sequence, more)
        assert np.abs(found - self.straight.logits(ids + more, 1)[0]).max() < LIMIT
        self.cache.cut(sequence, len(ids))

    def close(self) -> None:
        self.batch.close()
        self.context.close()


@pytest.fixture
def bench(straight) -> Iterator[Bench]:
    bench = Bench(straight, 2048)
    yield bench
    bench.close()


def test_a_shared_prefix_takes_no_cells(bench):
    ids = made_up_ids(400)
    bench.decode(0, ids)
    for sequence in range(1, 5):  # together more than there are cells
        bench.cache.share(0, sequence, 390)
        bench.decode(sequence, made_up_ids(300, seed=sequence))
    for sequence in range(1, 5):
        bench.check(sequence, ids[:390] + made_up_ids(300, seed=sequence))
    bench.check(0, ids)
    with pytest.raises(NoRoomError):
        bench.decode(0, made_up_ids(500))
    bench.check(0, ids)


def test_sharing_replaces_what_the_target_had(bench):
    bench.decode(0, made_up_ids(100))
    bench.decode(1, made_up_ids(200, seed=1))
    bench.cache.share(0, 1, 60)
    bench.check(1, made_up_ids(100)[:60])
    bench.cache.share(0, 1, 0)
    assert bench.cache.length(1) == 0
    bench.check(0, made_up_ids(100))


def test_cutting_and_dropping_leave_others_alone(bench):
    ids = made_up_ids(200)
    bench.decode(0, ids)
    bench.cache.share(0, 1, 200)
    bench.cache.cut(0, 50)
    bench.check(1, ids)
    bench.check(0, ids[:50])
    bench.cache.drop(1)
    assert bench.cache.length(1) == 0
    bench.check(0, ids[:50])


def test_segments_restore_in_another_context(bench, straight):
    ids = made_up_ids(500)
    bench.decode(3, ids)
    edges = [0, 100, 101, 350, 500]
    segments = [bench.cache.save(3, start, end) for start, end in pairwise(edges)]
    assert all(state == bytearray() for _, state in segments)
    bench.check(3, ids)
    other = Bench(straight, 4096)
    other.decode(0, made_up_ids(333, seed=7))
    for base, _ in segments:
        other.cache.restore(1, base)
    other.check(1, ids)
    other.check(0, made_up_ids(333, seed=7))
    other.close()


def test_a_state_that_finds_no_room_changes_nothing(bench, straight):
    ids = made_up_ids(500)
    bench.decode(0, ids)
    base, _ = bench.cache.save(0, 0, 500)
    small = Bench(straight, 512)
    small.decode(0, made_up_ids(100, seed=1))
    with pytest.raises(StateError, match="restored"):
        small.cache.restore(1, base)
    assert small.cache.length(1) == 0
    small.check(0, made_up_ids(100, seed=1))
    small.close()


def test_a_state_of_nothing_is_an_error(bench):
    with pytest.raises(StateError):
        bench.context.set_state(0, bytearray(100))
    assert bench.cache.length(0) == 0


def test_repacking_moves_all_down_and_shares_again(bench):
    shared = made_up_ids(200)
    paths = {0: shared + made_up_ids(50, seed=1), 1: shared + made_up_ids(30, seed=2), 2: shared[:120], 4: made_up_ids(40, seed=4)}
    bench.decode(3, made_up_ids(500, seed=3))
    bench.decode(3, made_up_ids(400, seed=5))
    bench.decode(0, paths[0])
    bench.cache.share(0, 1, 200)
    bench.decode(1, paths[1][200:])
    bench.cache.share(1, 2, 120)
    bench.decode(4, paths[4])
    bench.cache.drop(3)
    bench.cache.repack(paths)
    for sequence, ids in paths.items():
        bench.check(sequence, ids)
    assert cells_of(paths.values()) == 320
    for start in range(0, 2048 - 320, 432):  # the rest is free
        bench.decode(3, made_up_ids(432, seed=start))
    with pytest.raises(NoRoomError):
        bench.decode(3, made_up_ids(1))
    for ids in paths.values():
        assert bench.cache.length(3) == 1728, ids


def test_repacking_shares_what_was_decoded_twice(bench):
    ids = made_up_ids(300)
    bench.decode(0, ids)
    bench.decode(1, ids + token_ids([7]))
    bench.cache.repack({0: ids, 1: ids + token_ids([7])})
    bench.check(0, ids)
    bench.check(1, ids + token_ids([7]))
    for start in range(0, 1500, 500):
        bench.decode(2, made_up_ids(500, seed=start))
    bench.decode(2, made_up_ids(2048 - 301 - 1500))


@pytest.mark.parametrize("high", [True, False])
def test_residents_are_repacked_only_where_it_is_worth_it(bench, tmp_path, monkeypatch, high):
    store = SegmentStore(tmp_path, lambda fault: None)
    residents = Residents(bench.cache, store, store.context, range(5))
    repacked = []
    repack = KvCache.repack
    monkeypatch.setattr(KvCache, "repack", lambda cache, sequences: repacked.append(dict(sequences)) or repack(cache, sequences))
    ids = {
        "long": made_up_ids(500) + (made_up_ids(500, seed=1) + made_up_ids(200, seed=3) if high else token_ids()),
        "short": made_up_ids(60, seed=2),
    }
    for owner, path in ids.items():
        resident, from_disk, is_damaged = residents.enter(owner, path, set(ids), alone=True)
        assert (from_disk, is_damaged) == (0, False)
        for start in range(0, len(path), 500):
            bench.decode(resident.sequence, path[start : start + 500])
            residents.advance(resident, path[start : start + 500])
    residents.repack_if_scattered()
    assert not repacked
    residents.leave("long")
    residents.repack_if_scattered()
    assert len(repacked) == high
    short = residents.find("short")
    assert short is not None
    bench.check(short.sequence, ids["short"])
    residents.repack_if_scattered()
    assert len(repacked) == high, "not again"
    assert store.close(10)


def test_cells_are_counted_once(bench):
    one = made_up_ids(100)
    assert cells_of([]) == 0
    assert cells_of([one]) == 100
    assert cells_of([one, one]) == 100
    assert cells_of([one, one[:40], one[:60] + made_up_ids(40, seed=1), made_up_ids(30, seed=2)]) == 100 + 40 + 30
