"""Reopening and forking chats, beside llama-server with saved slots: same model file, token ids, threads and context, greedy.

llama-server is built from the tree that the source package of llama-cpp-python brings, so both run the same llama.cpp:

    pip download --no-deps --no-binary llama-cpp-python llama-cpp-python==0.3.36   # then unpack it
    cmake -S llama_cpp_python-0.3.36/vendor/llama.cpp -B DIR -DCMAKE_BUILD_TYPE=Release -DLLAMA_CURL=OFF -DLLAMA_BUILD_TESTS=OFF \\
        -DLLAMA_BUILD_EXAMPLES=OFF   # and -DGGML_CUDA=ON where llama-cpp-python was built with it
    cmake --build DIR --target llama-server
    python -m tests.benchmarks peers --llama-cpp DIR --json FILE

It saves a chat by writing its slot to a file, and reopens it by restoring that file and sending the whole prompt again;
everything else is as it comes, but for one slot and no cache in RAM, which a restart would have emptied.

A chat of N tokens grows by turns that end at 1,024, 2,048, 4,096 and 8,192 tokens, in one prefill for each side. What is
measured at N runs on a copy of what was on disk then, in a new process, with the model loaded, eight unrelated tokens
read and one decoded, and the files in the page cache. For each family and side:

first_token_after_restart_s: from the request to the first token of the reply to a new message of 16 tokens, restoring
    included (llama-server: the requests that restore the slot and that send the prompt). The median of nine restarts; one
    where it takes longer than 5 s.
recomputed_tokens: of the chat's N tokens, those that were decoded again for it; the most of these restarts.
turn_bytes: written to disk for one further turn of 64 tokens (llama-server: the slot's file, which it writes anew). At 1,024
    tokens a turn is a seventeenth of the chat, so one twentieth is asked of longer chats.
ten_forks_bytes: in use on disk after ten forks at the end of the chat of 4,096 tokens, to none of which a turn was added; the
    chat itself takes chat_bytes (llama-server: ten files of the slot, one file).
fork_first_token_s: a fork of that chat after 2,048 tokens, where a turn ends, gets a message of 16 tokens; after a restart, as
    above (llama-server: the whole slot is restored, and the shorter prompt sent). fork_recomputed_tokens: of the 2,048.
reading_tokens_per_s: of the prefill, to see that both builds compute alike.

And for Rivulet alone: restore_s, the part of first_token_after_restart_s before anything is decoded, beside cat_s, the time
that cat takes to read the same files; forks_tokens_per_s, of 1, 2 and 4 forks of the chat of 4,096 tokens that reply at once.

Layers are on the GPU where llama.cpp was built with one; the figures name the device. Needs Linux or macOS.
"""

import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from desktop.system.hardware import physical_cores
from tests.benchmarks.bench_engine import random_ids
from tests.benchmarks.llama_server import LlamaServer, device, llama_server
from tests.benchmarks.model import BenchmarkShape, cached_model
from tests.benchmarks.peer_rivulet import (
    FORKS,
    MESSAGE_TOKENS,
    TOGETHER,
    TURN_TOKENS,
    WARM_UP,
    Opening,
    Setup,
    forks_together,
    grow,
    in_process,
    message_ids,
    reopen,
    ten_forks,
    turn_bytes,
)
from tests.benchmarks.sessions import processor

LENGTHS = (1024, 4096, 8192)
FORKED = 4096  # the length of the chat that is forked
SPARE_TOKENS = 2560  # of the context: for the turn, and the cells that Rivulet reserves for four replies
ROUNDS, LONG_SECONDS = 9, 5.0

Figures = dict[str, Any]


def measure(
    shapes: dict[str, BenchmarkShape], lengths: Sequence[int], build: Path, threads: int, on_family: Callable[[Figures], None]
) -> Figures:
    """Return the figures of all families; on_family gets those so far."""
    threads = threads or physical_cores()
    figures: Figures = {
        "machine": {
            "processor": processor(),
            "cores": os.cpu_count(),
            "threads": threads,
            "python": platform.python_version(),
            "llama-cpp-python": version("llama-cpp-python"),
        }
    }
    for family, shape in shapes.items():
        with tempfile.TemporaryDirectory(prefix="rivulet-peers-") as folder:
            setup = Setup(cached_model(shape), shape.vocabulary, threads, max(lengths) + SPARE_TOKENS)
            pair = _Pair(setup, Path(folder).resolve(), tuple(sorted(lengths)), build)
            figures[family] = {"shape": asdict(shape), "context_tokens": setup.context_tokens, **pair.measure()}
        on_family(figures)
    return figures


class _Pair:
    """Both sides on one model."""

    def __init__(self, setup: Setup, folder: Path, lengths: tuple[int, ...], build: Path) -> None:
        self._setup, self._folder, self._lengths, self._build = setup, folder, lengths, build
        self._forked = FORKED if FORKED in lengths else lengths[-1]
        by_length = "first_token_after_restart_s", "recomputed_tokens", "turn_bytes"
        self._ours: Figures = {name: {} for name in (*by_length, "restore_s", "cat_s")}
        self._theirs: Figures = {name: {} for name in by_length}

    def measure(self) -> Figures:
        self._grow_ours()
        self._grow_theirs()
        for length in self._lengths:
            ours, theirs = self._reopen_both(length, length)
            self._ours["restore_s"][str(length)] = median(opening.restore for opening in ours)
            self._ours["cat_s"][str(length)] = median(opening.cat for opening in ours)
            for side, openings in (self._ours, ours), (self._theirs, theirs):
                side["first_token_after_restart_s"][str(length)] = median(opening.first_token for opening in openings)
                side["recomputed_tokens"][str(length)] = max(opening.recomputed for opening in openings)
            with _copy(self._stored(length)) as folder:
                self._ours["turn_bytes"][str(length)] = in_process(turn_bytes, self._setup, folder, length)
        self._fork()
        return {"forked_tokens": self._forked, "ours": self._ours, "llama_server": self._theirs}

    def _grow_ours(self) -> None:
        growing, begin, speed = self._folder / "growing", 0, 0.0
        for length in self._lengths:
            ends = tuple(end for end in self._turn_ends() if begin < end <= length)
            speed, self._ours["device"] = in_process(grow, self._setup, growing, ends)
            shutil.copytree(growing, self._stored(length))
            begin = length
        shutil.rmtree(growing)
        self._ours["reading_tokens_per_s"] = speed  # of the last turns, as of the other side

    def _grow_theirs(self) -> None:
        self._theirs["device"] = device(self._build)
        with self._server() as server:
            for end in self._turn_ends():
                reading = server.complete(self._ids(end))
                if end in self._lengths:
                    size = server.save(_slot_name(end), end)
                    if end == self._forked:
                        self._theirs |= {"chat_bytes": size, "ten_forks_bytes": FORKS * size}
                    server.complete(self._ids(end + TURN_TOKENS))
                    self._theirs["turn_bytes"][str(end)] = server.save("turn.bin", end + TURN_TOKENS)
            self._theirs["reading_tokens_per_s"] = reading.prompt_tokens / reading.prompt_s

    def _fork(self) -> None:
        ours, theirs = self._reopen_both(self._forked, self._forked // 2)
        for side, openings in (self._ours, ours), (self._theirs, theirs):
            side["fork_first_token_s"] = median(opening.first_token for opening in openings)
            side["fork_recomputed_tokens"] = max(opening.recomputed for opening in openings)
        with _copy(self._stored(self._forked)) as folder:
            before, after = in_process(ten_forks, self._setup, folder, self._forked)
            self._ours |= {"chat_bytes": before, "ten_forks_bytes": after}
            self._ours["forks_tokens_per_s"] = in_process(forks_together, self._setup, folder, self._forked)
        assert set(self._ours["forks_tokens_per_s"]) == set(map(str, TOGETHER))

    def _reopen_both(self, length: int, entry: int) -> tuple[list[Opening], list[Opening]]:
        """Restart both by turns, so that a machine that grows slower does so for both."""
        ours: list[Opening] = []
        theirs: list[Opening] = []
        with _copy(self._stored(length)) as folder:
            for number in range(ROUNDS):
                for openings, call in (ours, self._reopen_ours), (theirs, self._reopen_theirs):
                    if not openings or openings[0].first_token < LONG_SECONDS:
                        openings.append(call(folder, length, entry, number))
        return ours, theirs

    def _reopen_ours(self, folder: Path, length: int, entry: int, number: int) -> Opening:
        return in_process(reopen, self._setup, folder, entry, number)

    def _reopen_theirs(self, folder: Path, length: int, entry: int, number: int) -> Opening:
        slot = _slot_name(length)
        ids = [*self._ids(entry), *message_ids(number, self._setup.vocabulary)]
        _read(self._slots / slot)
        with self._server() as server:
            server.complete(self._ids(WARM_UP + 8)[WARM_UP:], 2)
            restoring = server.restore(slot)
            completion = server.complete(ids)
        return Opening(restoring + completion.first_token_s, completion.prompt_tokens - MESSAGE_TOKENS, restoring, 0.0)

    def _turn_ends(self) -> list[int]:
        return sorted({*self._lengths, self._forked // 2})

    def _ids(self, count: int) -> list[int]:
        return list[int](random_ids(count, self._setup.vocabulary))

    def _stored(self, length: int) -> Path:
        return self._folder / str(length)

    @property
    def _slots(self) -> Path:
        return self._folder / "slots"

    @contextmanager
    def _server(self) -> Iterator[LlamaServer]:
        setup = self._setup
        with llama_server(self._build, setup.model, self._slots, setup.context_tokens, setup.threads) as server:
            yield server


def _slot_name(length: int) -> str:
    return f"{length}.bin"


@contextmanager
def _copy(folder: Path) -> Iterator[Path]:
    """Copy a folder for a while; all of it is in the page cache and on disk."""
    copy = folder.with_name(folder.name + "-copy")
    shutil.copytree(folder, copy)
    os.sync()  # writing it back would disturb what is measured
    for path in copy.rglob("*"):
        if path.is_file():
            _read(path)
    try:
        yield copy
    finally:
        shutil.rmtree(copy)


def _read(path: Path) -> None:
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 20):
            pass
