"""Rivulet's side of the comparison: each function runs in a process of its own, on a folder of segments."""

import asyncio
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, ParamSpec, TypeVar

from desktop.inference.job import Purpose
from desktop.sessions.tokens import TokenIds, token_ids
from tests.benchmarks.bench_engine import BenchEngine, Timing, random_ids

P = ParamSpec("P")
T = TypeVar("T")

MESSAGE_TOKENS = 16
TURN_TOKENS = 64
FORKS = 10
TOGETHER = (1, 2, 4)  # forks that reply at once
TOGETHER_WORDS = 32
WARM_UP = 20_000  # where in the endless row of made-up ids the unrelated ones begin
CAT_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Setup:
    """What both sides run."""

    model: Path
    vocabulary: int
    threads: int
    context_tokens: int


@dataclass(frozen=True, slots=True)
class Opening:
    """A stored chat's first token after a restart. Durations are seconds."""

    first_token: float
    recomputed: int  # tokens of the history that were decoded
    restore: float  # of the first token's time
    cat: float  # that cat takes for the same files


def in_process(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a call in a new process; one that dies raises here."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(call, *args, **kwargs).result()


def message_ids(number: int, vocabulary: int) -> TokenIds:
    """Return a message that no chat of random_ids has; another number gives another message."""
    start = number * MESSAGE_TOKENS
    return token_ids(104_729 * index % (vocabulary - 300) + 256 for index in range(start + 1, start + MESSAGE_TOKENS + 1))


def grow(setup: Setup, folder: Path, ends: tuple[int, ...]) -> tuple[float, str]:
    """Read the next turns of the chat, up to each of these lengths; return the speed in tokens a second, and the device."""

    async def run() -> tuple[float, str]:
        async with _opened(setup, folder) as bench:
            tokens, seconds = 0, 0.0
            for end in ends:
                _, outcome = await bench.run("chat", random_ids(end, setup.vocabulary), Purpose.READ, boundaries=(end,))
                tokens += outcome.tokens_read
                seconds += outcome.reading_seconds
            assert bench.engine.loaded is not None
            return tokens / seconds, bench.engine.loaded.device

    return asyncio.run(run())


def reopen(setup: Setup, folder: Path, entry: int, number: int) -> Opening:
    """Send a message at a boundary of the stored chat. Another number is another message."""

    async def run() -> Opening:
        async with _opened(setup, folder, WARM_UP + 8 * (number + 1)) as bench:
            ids = random_ids(entry, setup.vocabulary) + message_ids(number, setup.vocabulary)
            before = bench.engine.tokens_decoded
            files = _FilesRead(folder)
            timing, _ = await bench.run("chat", ids, Purpose.WRITE, words=1, boundaries=(len(ids),))
            decoded = bench.engine.tokens_decoded - before
            assert timing.entry is not None, "it wrote, so it entered"
            return Opening(_first_token(timing), decoded - MESSAGE_TOKENS, timing.entry.seconds, _cat_seconds(files.stop()))

    return asyncio.run(run())


def turn_bytes(setup: Setup, folder: Path, length: int) -> int:
    """Return the bytes that one more turn writes; half of its tokens are the person's, half the model's."""

    async def run() -> None:
        spoken = TURN_TOKENS // 2
        ids = random_ids(length + spoken, setup.vocabulary)
        async with _opened(setup, folder) as bench:
            # The last word that is sampled is not decoded any more, so the turn's segments end one before it.
            words = TURN_TOKENS - spoken + 1
            _, outcome = await bench.run("chat", ids, Purpose.WRITE, words=words, boundaries=(len(ids),))
            assert len(outcome.ids) == words, "each token of this vocabulary is a word"

    before = files_of(folder)
    asyncio.run(run())
    return written_bytes(before, files_of(folder))


def ten_forks(setup: Setup, folder: Path, length: int) -> tuple[int, int]:
    """Fork the chat at its end ten times; return the bytes on disk before and after."""

    async def run() -> None:
        async with _opened(setup, folder) as bench:
            for number in range(FORKS):
                timing, _ = await bench.run(f"fork {number}", random_ids(length, setup.vocabulary), Purpose.RESTORE)
                assert timing.entry is not None
                assert timing.entry.restored == length, "the fork has all its tokens"

    before = _total(folder)
    asyncio.run(run())
    return before, _total(folder)


def forks_together(setup: Setup, folder: Path, length: int) -> dict[str, float]:
    """Have 1, 2 and 4 forks of the chat reply at once; return the tokens a second of all of them, while all reply."""

    async def run() -> dict[str, float]:
        ids = random_ids(length, setup.vocabulary)
        speeds = {}
        async with _opened(setup, folder, WARM_UP) as bench:
            for count in TOGETHER:
                jobs = [
                    bench.run(
                        f"{count} forks, {number}",
                        ids + message_ids(100 * count + number, setup.vocabulary)[:1],
                        Purpose.WRITE,
                        words=TOGETHER_WORDS,
                    )
                    for number in range(count)
                ]
                speeds[str(count)] = _speed([timing.words for timing, _ in await asyncio.gather(*jobs)])
        return speeds

    return asyncio.run(run())


def files_of(folder: Path) -> dict[Path, tuple[int, int]]:
    """Return the files in a folder, each with its inode and size."""
    found = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return {path: (status.st_ino, status.st_size) for path, status in found}


def written_bytes(before: Mapping[Path, tuple[int, int]], after: Mapping[Path, tuple[int, int]]) -> int:
    """Return the bytes of files that are new, and those by which others grew."""
    written = 0
    for path, (inode, size) in after.items():
        old_inode, old_size = before.get(path, (0, 0))
        written += max(0, size - old_size) if inode == old_inode else size
    return written


@asynccontextmanager
async def _opened(setup: Setup, folder: Path, warm_up: int = WARM_UP) -> AsyncIterator[BenchEngine]:
    """Load the model and run it once, on ids whose place is given: where the same were run before, they are only restored."""
    bench = BenchEngine(folder, setup.threads, setup.context_tokens)
    try:
        await bench.load(setup.model)
        await bench.warm_up(setup.vocabulary, warm_up)
        assert bench.store.flush(60)  # what the warm-up wrote must not take time of what is measured
        yield bench
    finally:
        bench.close()


def _first_token(timing: Timing) -> float:
    return timing.words[0] - timing.begun


def _speed(words: list[list[float]]) -> float:
    begun, ended = max(times[0] for times in words), min(times[-1] for times in words)
    assert begun < ended, "all reply at the same time"
    return sum(begun < time <= ended for times in words for time in times) / (ended - begun)


class _FilesRead:
    """The files in a folder that this process opens for reading, from now on until stop()."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._seen: dict[str, None] | None = {}
        sys.addaudithook(self._on_event)  # for the rest of the process

    def stop(self) -> list[str]:
        seen, self._seen = self._seen, None
        return [path for path in seen or () if Path(path).is_file()]

    def _on_event(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and self._seen is not None and not isinstance(args[0], int):
            path, writes = os.fsdecode(args[0]), args[2] & (os.O_WRONLY | os.O_RDWR)
            if path.startswith(self._folder) and not writes:
                self._seen[path] = None


def _cat_seconds(files: list[str]) -> float:
    """Return how long cat takes to read files, the start of its process included; 0 without files."""

    def once() -> float:
        begun = time.perf_counter()
        subprocess.run(["cat", "--", *files], stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - begun

    return median(once() for _ in range(CAT_ROUNDS)) if files else 0.0


def _total(folder: Path) -> int:
    return sum(size for _, size in files_of(folder).values())
