"""What the tests of the store run in processes of their own: `python -m tests.sessions.programs NAME FOLDER`."""

import json
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import token_ids
from desktop.sessions.tree import EntryRule
from tests.sessions.segments import CONTEXT, PATIENCE, content, cut_path, edge_of, load_path, make_segment, save_all

PATH = token_ids(range(3000))
CHAIN_CUTS = range(0, 3000, 500)
LARGEST_FILE = 300_000  # bytes; a segment of the chain has 40 kB


def open_store(folder: Path, faults: list[str]) -> SegmentStore:
    store = SegmentStore(folder, faults.append)
    store.set_budget(1 << 40)  # the disk is to be full before that
    store.select(CONTEXT)
    return store


def save(folder: Path) -> object:
    """Save a path and end as an application does."""
    store = open_store(folder, [])
    for segment in cut_path(PATH, CHAIN_CUTS, token_bytes=80):
        store.save(segment)
    return store.close(PATIENCE)


def look(folder: Path) -> object:
    """Tell what a store has."""
    store = SegmentStore(folder, print)
    store.select(CONTEXT, EntryRule(0))
    entered = [store.lookup(PATH[:end]).whole_tokens for end in range(0, 3001, 500)]
    indexed = store.wait_until_indexed(PATIENCE)
    usage = store.usage()
    by_context = {context.hex(): size for context, size in usage.by_context.items()}
    assert store.close(PATIENCE)
    return [indexed, usage.used, usage.segments, by_context, entered]


def save_for_ever(folder: Path) -> object:
    """Save one segment after the other until killed."""
    store = open_store(folder, [])
    for number in count():
        store.save(make_segment([number], token_bytes=1 << 20))
    return None


def fill_limited(folder: Path) -> object:
    """Save more than the size of a file may be."""
    import resource  # POSIX has it

    return fill(folder, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, resource.RLIM_INFINITY)))


def fill_small_disk(folder: Path) -> object:
    """Save more than there is space."""
    return fill(folder, lambda: None)


def fill(folder: Path, limit: Callable[[], None]) -> object:
    faults: list[str] = []
    store = open_store(folder, faults)
    chain = cut_path(PATH, CHAIN_CUTS, token_bytes=80)
    save_all(store, chain)
    limit()
    large = [make_segment([-1, number], token_bytes=2_000_000) for number in range(3)]
    for segment in large:
        store.save(segment)
    flushed = store.flush(PATIENCE)
    here = [content(store.load(edge)) for edge in store.lookup(PATH).edges]
    large_here = [content(store.load(edge_of(segment))) == content(segment) for segment in large]
    held = store.save(make_segment([-2])) and not store.is_saving
    closed = store.close(PATIENCE)
    after = open_store(folder, faults)
    there = load_path(after, PATH)
    found = [after.find(segment.start, segment.end) is not None for segment in large]
    after.save(make_segment([-3]))  # small enough
    assert after.close(PATIENCE)
    again = open_store(folder, faults)
    small = content(again.load(edge_of(make_segment([-3])))) == content(make_segment([-3]))
    assert again.close(PATIENCE)
    return {
        "flushed": flushed,
        "closed": closed,
        "faults": faults,
        "large": large_here,
        "large_after": found,
        "held": held,
        "chain": here == there == [content(segment) for segment in chain],
        "saved_again": small,
        "leftovers": [path.name for path in folder.rglob("*.tmp")],
    }


if __name__ == "__main__":
    programs = {program.__name__: program for program in (save, look, save_for_ever, fill_limited, fill_small_disk)}
    json.dump(programs[sys.argv[1]](Path(sys.argv[2])), sys.stdout)
