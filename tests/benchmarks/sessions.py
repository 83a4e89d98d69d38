"""What quick resume and forks cost, against what they save: on one model, in one run, through the application's worker."""

import asyncio
import json
import multiprocessing
import os
import platform
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from desktop.inference.job import Purpose
from desktop.sessions.tokens import token_ids
from desktop.system.hardware import physical_cores
from tests.benchmarks.bench_engine import BenchEngine, random_ids
from tests.benchmarks.model import BenchmarkShape, cached_model

LENGTHS = (512, 2048, 4096)
TURN_TOKENS = 64
FORKS = 3
SPEED_TOKENS, SPEED_ROUNDS = 48, 5


def measure(shape: BenchmarkShape, threads: int) -> dict[str, Any]:
    """Return the figures."""
    path, threads = cached_model(shape), threads or physical_cores()
    figures: dict[str, Any] = {"prefill_s": {}, "reopen_s": {}, "turn_bytes": {}, "turn_tokens": TURN_TOKENS}
    figures["bytes_per_token"] = shape.kv_token_bytes
    with tempfile.TemporaryDirectory(prefix="rivulet-benchmark-") as folder:
        asyncio.run(_measure_first_process(shape, path, Path(folder), threads, figures))
        context = multiprocessing.get_context("spawn")
        for length in LENGTHS:
            with context.Pool(1) as pool:
                figures["reopen_s"][str(length)] = pool.apply(reopen, (shape, path, Path(folder, str(length)), length, threads))
    figures["machine"] = {
        "processor": processor(),
        "cores": os.cpu_count(),
        "threads": threads,
        "python": platform.python_version(),
        "llama-cpp-python": version("llama-cpp-python"),
        "model": shape.name,
    }
    return figures


async def _measure_first_process(shape: BenchmarkShape, path: Path, folder: Path, threads: int, figures: dict[str, Any]) -> None:
    for length in LENGTHS:
        bench = BenchEngine(folder / str(length), threads)
        try:
            await bench.load(path)
            await bench.warm_up(shape.vocabulary)
            await _measure_length(bench, shape, length, figures)
            if length == LENGTHS[-1]:
                await _measure_fork(bench, shape, length, figures)
                await _measure_speed(bench, shape, length, figures)
        finally:
            bench.close()


async def _measure_length(bench: BenchEngine, shape: BenchmarkShape, length: int, figures: dict[str, Any]) -> None:
    """Read so many tokens; then a turn: half of its tokens are the person's, half the model's."""
    ids = random_ids(length, shape.vocabulary)
    timing, outcome = await bench.run("chat", ids, Purpose.WRITE, words=1, boundaries=(length,))
    figures["prefill_s"][str(length)] = timing.words[0] - timing.begun
    before = bench.stored_bytes()
    spoken = TURN_TOKENS // 2
    turn = ids + random_ids(length + spoken, shape.vocabulary)[length:]
    # The last word that is sampled is not decoded any more, so the turn's segments end one before it.
    timing, outcome = await bench.run("chat", turn, Purpose.WRITE, words=TURN_TOKENS - spoken + 1, boundaries=(length + spoken,))
    assert outcome.tokens_restored == length, "the turn must not read anything again"
    assert len(outcome.ids) == TURN_TOKENS - spoken + 1, "each token of this vocabulary is a word"
    figures["turn_bytes"][str(length)] = bench.stored_bytes() - before


async def _measure_fork(bench: BenchEngine, shape: BenchmarkShape, length: int, figures: dict[str, Any]) -> None:
    """Fork at the end and in the middle; together the forks would not fit into the context if they copied anything."""
    ids = random_ids(length, shape.vocabulary)
    before, seconds, from_disk = bench.stored_bytes(), [], 0
    for number in range(FORKS):
        at = length if number % 2 == 0 else length // 2
        timing, _ = await bench.run(f"fork {number}", ids[:at], Purpose.RESTORE)
        assert timing.entry is not None
        assert timing.entry.restored == at, "the fork has all its tokens"
        seconds.append(timing.entry.seconds)
        from_disk += timing.entry.from_disk
    figures["fork_s"] = max(seconds)
    figures["fork_kv_bytes"] = bench.stored_bytes() - before + from_disk * shape.kv_token_bytes


async def _measure_speed(bench: BenchEngine, shape: BenchmarkShape, length: int, figures: dict[str, Any]) -> None:
    """Compare the worker with a loop that does nothing but llama_decode, by turns, at the same place in a chat."""
    ids = random_ids(64, shape.vocabulary)
    worker, bare = [], []
    with BareLoop(bench, len(ids) + SPEED_TOKENS + 1) as loop:
        for _ in range(SPEED_ROUNDS):
            timing, _ = await bench.run("speed", ids, Purpose.WRITE, words=SPEED_TOKENS + 1)
            worker.append(SPEED_TOKENS / (timing.words[-1] - timing.words[0]))
            bare.append(SPEED_TOKENS / loop.seconds(ids, SPEED_TOKENS))
    figures["worker_tokens_per_s"], figures["bare_tokens_per_s"] = median(worker), median(bare)
    timing, _ = await bench.run("chat", random_ids(length, shape.vocabulary), Purpose.WRITE, words=17)
    figures["decode_step_s"] = (timing.words[-1] - timing.words[0]) / 16


class BareLoop:
    """llama_decode, one token after the other, in a context like the worker's: nothing is sampled, nothing told."""

    def __init__(self, bench: BenchEngine, tokens: int) -> None:
        from desktop.inference.binding import Abort, Batch, Context, ContextOptions, DecodeCounters
        from desktop.inference.engine import BATCH_TOKENS, SEQUENCES

        running = bench.engine._running
        assert running is not None
        options = ContextOptions(running.loaded.context_tokens, SEQUENCES, BATCH_TOKENS, running.loaded.threads)
        self._context = Context(running.model, options, DecodeCounters(), Abort())
        self._batch = Batch(BATCH_TOKENS)

    def seconds(self, ids: Any, count: int) -> float:
        self._context.clear()
        self._decode(ids, 0)
        begun = time.perf_counter()
        for position in range(len(ids), len(ids) + count):
            self._decode(token_ids([300]), position)
        return time.perf_counter() - begun

    def _decode(self, ids: Any, position: int) -> None:
        self._batch.clear()
        for offset, token in enumerate(ids):
            self._batch.add(token, position + offset, 0, wants_logits=offset == len(ids) - 1)
        self._context.decode(self._batch)

    def __enter__(self) -> "BareLoop":
        return self

    def __exit__(self, *_: object) -> None:
        self._batch.close()
        self._context.close()


def reopen(shape: BenchmarkShape, path: Path, folder: Path, length: int, threads: int) -> float:
    """Return the seconds from asking for a stored chat's next reply to its first token. Runs in a process of its own."""

    async def measured() -> float:
        bench = BenchEngine(folder, threads)
        try:
            await bench.load(path)
            await bench.warm_up(shape.vocabulary)
            before = bench.engine.tokens_decoded
            ids = random_ids(length + 1, shape.vocabulary)
            timing, outcome = await bench.run("chat", ids, Purpose.WRITE, words=1)
            assert outcome.tokens_restored == length
            assert bench.engine.tokens_decoded - before == 1
            return timing.words[0] - timing.begun
        finally:
            bench.close()

    return asyncio.run(measured())


def table(figures: dict[str, Any]) -> str:
    """Return the figures and what they are measured by, as text."""
    token, longest = figures["bytes_per_token"], str(LENGTHS[-1])
    prefill, again, step = figures["prefill_s"], figures["reopen_s"], figures["decode_step_s"]
    most = max(figures["turn_bytes"].values()) / (figures["turn_tokens"] * token)
    ratio = figures["worker_tokens_per_s"] / figures["bare_tokens_per_s"]
    lines = [f"{'tokens':>8} {'prefill s':>10} {'reopen s':>10} {'faster':>8} {'turn bytes':>12} {'per own':>8}"]
    lines += [
        f"{n:>8} {prefill[n]:>10.2f} {again[n]:>10.4f} {prefill[n] / again[n]:>7.0f}x {figures['turn_bytes'][n]:>12,}"
        f" {figures['turn_bytes'][n] / (figures['turn_tokens'] * token):>8.4f}"
        for n in prefill
    ]
    lines += [
        f"reopening {longest} tokens: {again[longest]:.4f} s, allowed 2 decode steps + 0.1 s = {2 * step + 0.1:.4f} s, "
        f"{prefill[longest] / again[longest]:.0f} times faster than prefill (150 wanted)",
        f"a turn writes at most {most:.4f} of its own tokens' bytes (1.05 allowed)",
        f"a fork takes {figures['fork_s'] * 1000:.2f} ms (10 allowed) and {figures['fork_kv_bytes']} bytes of KV (0 allowed)",
        f"the worker writes {figures['worker_tokens_per_s']:.2f} tokens a second, a bare loop {figures['bare_tokens_per_s']:.2f}: "
        f"{ratio:.3f} (0.95 wanted)",
        json.dumps(figures["machine"]),
    ]
    return "\n".join(lines) + "\n"


def processor() -> str:
    """Return the processor's name."""
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
