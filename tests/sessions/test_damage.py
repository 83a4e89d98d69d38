"""Damage at random places: never loaded, never a crash, counted, and the rest is as it was."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.sessions.folder import KEPT_ASIDE, SET_ASIDE
from desktop.sessions.segment import DamagedSegmentError
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import token_ids
from desktop.sessions.tree import EntryRule
from tests.sessions.segments import CONTEXT, OTHER_CONTEXT, PATIENCE, content, cut_path, save_all, state_file_of

FLIPS, CUTS = 1000, 200
PATHS = [token_ids([number, *range(40)]) for number in range(25)]
SEGMENTS = [segment for path in PATHS for segment in cut_path(path, [15, 30], token_bytes=20, state_bytes=60)]
EXPECTED = {(segment.start, segment.end): content(segment) for segment in SEGMENTS}
LAST_ONE = EntryRule(0)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, bytes]:
    """The files of a store, by their places in it."""
    folder = tmp_path_factory.mktemp("whole")
    store = SegmentStore(folder, pytest.fail)
    store.select(CONTEXT, LAST_ONE)
    save_all(store, SEGMENTS)
    assert store.close(PATIENCE)
    return {path.relative_to(folder): path.read_bytes() for path in folder.glob("*/*/*")}


def flip(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ chance.randrange(1, 256)]) + data[at + 1 :]


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def rounds(count: int, batch: int) -> Iterator[random.Random]:
    return (random.Random(number) for number in range(count // batch))


def load_all(store: SegmentStore) -> int:
    """Load whatever is found, until nothing damaged is; return how often a file was damaged."""
    damaged = 0
    for segment in SEGMENTS:
        for _ in range(2):  # the base, then its state
            edge = store.find(segment.start, segment.end)
            try:
                if edge is not None:
                    loaded = store.load(edge)
                    assert content(loaded) in (EXPECTED[segment.start, segment.end], (EXPECTED[segment.start, segment.end][0], b""))
                    assert bool(loaded.state) == bool(edge.state_bytes)
            except DamagedSegmentError:
                damaged += 1
    return damaged


@pytest.mark.parametrize(("damage", "count"), [(flip, FLIPS), (cut, CUTS)])
@pytest.mark.parametrize("while_open", [False, True])
def test_damaged_files_are_never_loaded_and_all_counted(whole, tmp_path, damage, count, while_open, log_guard):
    batch = 20  # files at once
    for number, chance in enumerate(rounds(count // 2, batch)):
        folder = tmp_path / str(number)
        for path, data in whole.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        bases = chance.sample(sorted(path for path in whole if path.suffix == ".kv"), batch // 2)
        left = sorted(path for path in whole if path.suffix == ".state" and path.with_suffix(".kv") not in bases)
        victims = [*bases, *chance.sample(left, batch - len(bases))]
        store = SegmentStore(folder, pytest.fail)
        if while_open:
            store.select(CONTEXT, LAST_ONE)
        for path in victims:
            (folder / path).write_bytes(damage(whole[path], chance))
        store.select(CONTEXT, LAST_ONE)
        load_all(store)
        assert store.usage().set_aside == len(victims)
        assert store.usage().segments == len(SEGMENTS) - len(bases)
        assert load_all(store) == 0
        save_all(store, [segment for segment in SEGMENTS if store.find(segment.start, segment.end) is None])
        for segment in SEGMENTS:
            if not (edge := store.find(segment.start, segment.end)).state_bytes:
                assert store.save_state(edge, segment.state)
        assert store.close(PATIENCE)
        assert len(list((folder / SET_ASIDE).iterdir())) <= 2 * KEPT_ASIDE
        assert {path.relative_to(folder): path.read_bytes() for path in folder.glob("*/*/*")} == whole


def test_foreign_files_are_set_aside_and_those_of_others_left_alone(open_store: Callable[..., SegmentStore], folder: Path):
    save_all(open_store(entry=LAST_ONE), SEGMENTS[:3])
    context = folder / CONTEXT.hex()
    (context / "letter.txt").write_text("Dear")
    (state_file_of(folder, SEGMENTS[0]).parent / "photo.jpg").write_bytes(b"photo")
    (context / ".DS_Store").write_bytes(b"a file manager's")
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "book.txt").write_text("Call me")
    (folder / OTHER_CONTEXT.hex() / "ab").mkdir(parents=True)
    alone = state_file_of(folder, SEGMENTS[0]).with_name(f"{bytes(16).hex()}-00000000.state")
    alone.write_bytes(b"a state without base")
    store = open_store(entry=LAST_ONE)
    assert store.flush(PATIENCE)
    assert sorted(path.name for path in (folder / SET_ASIDE).iterdir()) == ["letter.txt", "photo.jpg"]
    assert store.usage().set_aside == 2
    assert (context / ".DS_Store").exists()
    assert (folder / "elsewhere" / "book.txt").read_text() == "Call me"
    assert not (folder / OTHER_CONTEXT.hex()).exists()
    assert not alone.exists()
    assert load_all(store) == 0
    again = open_store()
    assert again.wait_until_indexed(PATIENCE)
    assert again.usage().set_aside == 2  # they still lie there
