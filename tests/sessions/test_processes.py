"""The store across processes: restarts, crashes, full disks."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop.sessions.folder import SET_ASIDE
from desktop.sessions.tree import EntryRule
from tests.sessions.programs import CHAIN_CUTS, PATH
from tests.sessions.segments import OTHER_CONTEXT, PATIENCE, content, cut_path, edge_of, load_path, make_segment, save_all

pytest.importorskip("resource", reason="limits of a process are POSIX's")

PYTHON = [sys.executable, "-m", "tests.sessions.programs"]
ROOT = Path(__file__).parents[2]
ON_SMALL_DISK = ["unshare", "--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs -o size=1m none "$0" && exec "$@"']


def run(*command: str | Path) -> object:
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_new_process_finds_all_that_was_saved(folder, open_store):
    assert run(*PYTHON, "save", folder) is True
    assert load_path(open_store(), PATH) == [content(segment) for segment in cut_path(PATH, CHAIN_CUTS, token_bytes=80)]


def test_a_new_process_knows_all_that_is_there_from_the_files_alone(folder, open_store):
    store = open_store(entry=EntryRule(0))
    chain = cut_path(PATH, CHAIN_CUTS, token_bytes=80, state_bytes=100)
    for segment in chain:
        store.save(segment, defers_state=True)
    store.write_states(PATH[:1500])  # of these, all are worth keeping
    save_all(store, [make_segment(PATH, context=OTHER_CONTEXT)])
    usage = store.usage()
    by_context = {context.hex(): size for context, size in usage.by_context.items()}
    assert run(*PYTHON, "look", folder) == [True, usage.used, 7, by_context, [0, 500, 1000, 1500, 1500, 1500, 1500]]
    assert usage.used == sum(path.stat().st_size for path in folder.glob("*/*/*"))


def test_a_process_that_is_killed_leaves_whole_segments_only(folder, open_store):
    with subprocess.Popen([*PYTHON, "save_for_ever", str(folder)], cwd=ROOT) as process:
        try:
            deadline = time.monotonic() + PATIENCE
            while len(list(folder.glob("*/*/*.kv"))) < 20:
                assert time.monotonic() < deadline
                time.sleep(0.002)
        finally:
            process.kill()
    files = list(folder.glob("*/*/*.kv"))
    store = open_store()
    assert store.flush(PATIENCE)
    assert not (folder / SET_ASIDE).exists()
    assert not list(folder.rglob("*.tmp"))
    segments = [make_segment([number], token_bytes=1 << 20) for number in range(len(files))]  # they come in this order
    assert [content(store.load(edge_of(segment))) for segment in segments] == [content(segment) for segment in segments]


def check_full(result: object, why: str) -> None:
    assert isinstance(result, dict)
    (sentence,) = result.pop("faults")
    assert sentence.startswith(why)
    assert "your messages are kept" in sentence
    assert result == {
        "flushed": True,
        "closed": True,
        "large": [True] * 3,  # in memory
        "large_after": [False] * 3,
        "held": True,
        "chain": True,
        "saved_again": True,
        "leftovers": [],
    }


def test_a_file_that_may_not_grow_is_told_once_and_nothing_is_lost(folder):
    check_full(run(*PYTHON, "fill_limited", folder), "The disk could not be written (File too large)")


def test_a_full_disk_is_told_once_and_nothing_is_lost(folder):
    folder.mkdir()
    try:
        probe = subprocess.run([*ON_SMALL_DISK, str(folder), "true"], capture_output=True, timeout=20, check=False)
    except FileNotFoundError:
        pytest.skip("there is no unshare")
    if probe.returncode:
        pytest.skip("no small disk can be mounted here")
    check_full(run(*ON_SMALL_DISK, folder, *PYTHON, "fill_small_disk", folder), "The disk is full")
