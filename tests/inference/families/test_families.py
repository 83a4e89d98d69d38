"""One suite over all families: what was decoded once is never decoded again at a kept boundary, and the logits are right.

What a test asserts of tokens is exact. Logits are those of a run that never stopped, given the same tokens.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as llama
import numpy as np
import pytest

from desktop.inference.job import Ending, Outcome, Purpose
from desktop.sessions.tokens import TokenIds
from tests.inference.driver import PATIENCE, Driver
from tests.inference.families.setups import (
    PLANS,
    WITH_WINDOW,
    Setup,
    on_all_families,
    on_all_families_and_caches,
    on_all_families_with_short_windows,
)
from tests.inference.families.trial import Trial

ROOT = Path(__file__).parents[3]
LENGTH = 340  # of the chat that all begin with
ENDS = (30, 120, 200, 250, 260)  # its boundaries, most of them closer than the window's 128 tokens
THINNED = 250  # too close to its neighbour to be kept where states are thinned
REPLY = 6


def in_another_process(folder: Path, trial: Trial, context_tokens: int, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    plan = json.dumps([{**step, "ids": list(step["ids"]), "reply": list(step["reply"])} for step in steps])
    arguments = [str(folder), str(trial.model), trial.setup.cache_type, str(context_tokens)]
    command = [sys.executable, "-m", "tests.inference.another_process", *arguments]
    done = subprocess.run(command, input=plan, capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    results: list[dict[str, Any]] = json.loads(done.stdout)
    return results


def entered_at(setup: Setup, end: int) -> int:
    """Return where a chat enters that goes on from a boundary, once states were thinned."""
    return ENDS[ENDS.index(end) - 1] if setup.thins and end == THINNED else end


@on_all_families_and_caches
def test_its_plan_is_the_expected_one(trial: Trial) -> None:
    loaded = trial.open().engine.loaded
    assert loaded is not None
    assert loaded.plan is PLANS[trial.setup.family]
    assert (loaded.keeps_snapshots, loaded.has_whole_states_only) == (trial.setup.thins, trial.setup.has_whole_states)
    assert loaded.cache_type is trial.setup.cache_type


@on_all_families_and_caches
def test_new_processes_with_contexts_of_4k_8k_and_4k_decode_no_history_and_fork_at_every_boundary(trial: Trial) -> None:
    driver = trial.open(4096)
    paths: list[TokenIds] = []
    for stream in trial.streams:
        ids, reply = trial.ids(stream, LENGTH), trial.ids(stream, REPLY, seed=1)
        trial.turn("first", driver, ids, reply, stream, ENDS)
        paths.append(ids + reply)
    driver.close()

    steps, expected = list[dict[str, Any]](), list[tuple[str, int, int]]()
    for stream in trial.streams:
        new, reply = trial.ids(stream, 5, seed=2), trial.ids(stream, REPLY, seed=3)
        steps.append({"ids": paths[stream] + new, "reply": reply, "owner": str(stream)})
        expected.append(("continued", len(paths[stream]), len(new) + REPLY))
        for end in ENDS:
            fork = trial.ids(stream, LENGTH)[:end] + trial.ids(stream, 4, seed=10 + end)
            steps.append({"ids": fork, "reply": reply, "owner": f"{stream} at {end}"})
            kept = entered_at(trial.setup, end)
            expected.append((f"forked from disk at {end}", kept, len(fork) - kept + REPLY))
        paths[stream] = paths[stream] + new + reply
    results = in_another_process(driver.folder, trial, 8192, steps)
    assert [(name, result["restored"], result["decoded"]) for (name, *_), result in zip(expected, results, strict=True)] == expected
    for (name, *_), step, result in zip(expected, steps, results, strict=True):
        trial.note(name, step["ids"], step["reply"], np.array(result["logits"]))

    driver = trial.open(4096)
    for stream in trial.streams:
        recorder, decoded = trial.turn("back", driver, paths[stream] + trial.ids(stream, 1, seed=5), trial.ids(stream, 3, seed=4), stream)
        assert (recorder.entry.from_disk, decoded) == (len(paths[stream]), 1 + 3)
    trial.check()


@on_all_families_and_caches
def test_forks_of_a_chat_that_writes_share_what_it_has_at_every_boundary(trial: Trial) -> None:
    driver = trial.open()
    for stream in trial.streams:
        ids = trial.ids(stream, LENGTH)
        seed, writing = trial.start(driver, ids, trial.ids(stream, 3000, seed=1), "writing", boundaries=ENDS)
        writing.wait_for_words(1)
        for end in ENDS:
            fork = ids[:end] + trial.ids(stream, 4, seed=10 + end)
            seed_of_fork, forked = trial.start(driver, fork, trial.ids(stream, REPLY, seed=2), end)
            outcome = forked.outcome()
            assert (forked.entry.restored, outcome.tokens_read) == (end, 4), end
            assert forked.entry.from_disk == (end if trial.setup.has_whole_states else 0)
            trial.compare(f"forked at {end}", fork, seed_of_fork)
        driver.engine.stop(writing.job_id)
        written = len(writing.outcome().ids)
        assert written > len(ENDS)
        trial.compare("writing", ids, seed, last=20)
        for owner in ("writing", *ENDS):
            driver.engine.leave(owner)
    trial.check()


@on_all_families_with_short_windows
def test_a_chat_and_two_forks_at_once_are_right_past_twice_the_windows_cells(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells of a window that chats share are never free again: each fork must have its own, or they run out."""
    sequences, batch_tokens = 4, 64  # a window has cells for these
    monkeypatch.setattr("desktop.inference.engine.SEQUENCES", sequences)
    monkeypatch.setattr("desktop.inference.engine.BATCH_TOKENS", batch_tokens)
    driver = trial.open(8192)
    window_cells = -(-(trial.setup.window * sequences + batch_tokens) // 256) * 256
    tokens = 2 * window_cells + 10 if trial.setup.family in WITH_WINDOW else 100  # of each fork
    for stream in trial.streams[:3]:
        ids, ends = trial.ids(stream, 800), (700, 760)
        original, writing = trial.start(driver, ids, trial.ids(stream, 3000, seed=1), "original", boundaries=ends)
        writing.wait_for_words(1)
        forks = [ids[:end] + trial.ids(stream, 3, seed=end) for end in ends]
        begun = [trial.start(driver, fork, trial.ids(stream, tokens, seed=5 + n), n) for n, fork in enumerate(forks)]
        for (_, recorder), end in zip(begun, ends, strict=True):
            assert recorder.outcome().ending is Ending.END_OF_TURN
            assert (recorder.entry.restored, recorder.waits) == (end, 0)
        driver.engine.stop(writing.job_id)  # before anything is compared: the longer it writes, the more its logits move
        assert writing.outcome().ending is Ending.STOPPED
        for (seed, _), fork, end in zip(begun, forks, ends, strict=True):
            trial.compare(f"forked at {end}", fork, seed, last=20)
        trial.compare("original", ids, original, last=20)
        for owner in ("original", 0, 1):
            driver.engine.leave(owner)
    trial.check()


@on_all_families
def test_edits_and_chats_that_left_the_context_decode_what_is_new(trial: Trial) -> None:
    driver = trial.open()
    for stream in trial.streams:
        ids, reply = trial.ids(stream, LENGTH), trial.ids(stream, REPLY, seed=1)
        trial.turn("first", driver, ids, reply, "chat", ENDS)
        edited = ids[:200] + trial.ids(stream, 90, seed=2)
        recorder, decoded = trial.turn("edited", driver, edited, reply, "chat", (270,))
        assert (recorder.entry.restored, decoded) == (200, 90 + REPLY)
        recorder, decoded = trial.turn("back", driver, ids + reply + trial.ids(stream, 2, seed=3), reply, "chat")
        assert (recorder.entry.restored, decoded) == (LENGTH + REPLY, 2 + REPLY)
        driver.engine.leave("chat")
        again = edited + reply + trial.ids(stream, 3, seed=4)
        recorder, decoded = trial.turn("come back", driver, again, reply, "chat")
        assert (recorder.entry.restored, recorder.entry.from_disk, decoded) == (290 + REPLY, 290 + REPLY, 3 + REPLY)
        driver.engine.leave("chat")
    trial.check()


@on_all_families
def test_a_reading_that_was_stopped_goes_on_from_the_last_boundary_at_least(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = trial.open()
    for stream in trial.streams:
        ids = trial.ids(stream, 580)
        with monkeypatch.context() as patch:
            outcome, seen = read_and_stop_in_a_slice(driver, ids, stream, patch)
        assert (outcome.ending, outcome.tokens_read) == (Ending.STOPPED, sum(seen[:-1])), "the last slice was given up"
        recorder, _ = trial.turn("gone on", driver, ids, trial.ids(stream, REPLY, seed=1), stream, (120, 200))
        assert recorder.entry.restored == (200 if trial.setup.thins else outcome.tokens_read)
    trial.check()


def read_and_stop_in_a_slice(driver: Driver, ids: TokenIds, owner: int, patch: pytest.MonkeyPatch) -> tuple[Outcome, list[int]]:
    """Stop within the first slice that begins at 200 or later; return also the tokens of all slices."""
    seen, decode = list[int](), llama.llama_decode

    def decode_and_be_stopped(context: object, batch: Any) -> int:
        if sum(seen) >= 200:
            driver.engine.stop(reading.job_id)
        seen.append(batch.n_tokens)
        return int(decode(context, batch))

    patch.setattr(llama, "llama_decode", decode_and_be_stopped)
    reading = driver.start(ids, owner, Purpose.READ, boundaries=(120, 200))
    return reading.outcome(), seen
