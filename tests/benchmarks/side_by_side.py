"""What opening a pane costs the one that streams: the longest time between two of its tokens, in seconds."""

import asyncio
import tempfile
import time
from collections.abc import Coroutine
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from desktop.inference.job import Purpose
from desktop.inference.pace import SHARED_SECONDS
from desktop.system.hardware import physical_cores
from tests.benchmarks.bench_engine import BenchEngine, random_ids
from tests.benchmarks.model import BenchmarkShape, cached_model

LENGTH = 2048  # tokens of the chats that are opened
PROMPT = 64  # tokens of the chat that streams
ALONE_SECONDS = 3.0  # that it streams before
ENDLESS = 10**9  # words


def measure(shape: BenchmarkShape, threads: int) -> dict[str, Any]:
    """Return the figures."""
    with tempfile.TemporaryDirectory(prefix="rivulet-benchmark-") as folder:
        return asyncio.run(_measure(shape, BenchEngine(Path(folder), threads or physical_cores())))


async def _measure(shape: BenchmarkShape, bench: BenchEngine) -> dict[str, Any]:
    periods: dict[str, tuple[float, float]] = {}

    async def timed(name: str, work: Coroutine[Any, Any, Any]) -> None:
        begun = time.perf_counter()
        await work
        periods[name] = begun, time.perf_counter()

    ids = random_ids(2 * LENGTH + PROMPT, shape.vocabulary)
    stored, unknown, prompt = ids[:LENGTH], ids[LENGTH : 2 * LENGTH], ids[2 * LENGTH :]
    try:
        await bench.load(cached_model(shape))
        await bench.run("stored", stored, Purpose.READ, boundaries=(LENGTH,))
        bench.engine.leave("stored")
        streaming = asyncio.create_task(bench.run("streaming", prompt, Purpose.WRITE, words=ENDLESS))
        await timed("alone", asyncio.sleep(ALONE_SECONDS))
        await timed("restoring", bench.run("stored", stored + unknown[:1], Purpose.WRITE, words=2))
        await timed("reading", bench.run("unknown", unknown, Purpose.READ))
        await bench.engine.unload()  # which ends the reply
        timing, _ = await streaming
    finally:
        bench.close()
    gaps = {
        name: [after - before for before, after in pairwise(timing.words) if begun <= after <= end]
        for name, (begun, end) in periods.items()
    }
    return {
        "alone_median_s": median(gaps["alone"]),
        "alone_longest_s": max(gaps["alone"]),
        "restoring_longest_s": max(gaps["restoring"]),
        "reading_median_s": median(gaps["reading"]),
        "reading_longest_s": max(gaps["reading"]),
        "allowed_slice_s": SHARED_SECONDS,
        "tokens": LENGTH,
        "model": shape.name,
    }


def table(figures: dict[str, Any]) -> str:
    """Return the figures as text."""
    rows = (
        ("alone", figures["alone_median_s"], figures["alone_longest_s"]),
        (f"another is restored ({figures['tokens']} tokens)", None, figures["restoring_longest_s"]),
        (f"another is read ({figures['tokens']} tokens)", figures["reading_median_s"], figures["reading_longest_s"]),
    )
    lines = [f"{'seconds between two tokens of a chat':<40} {'median':>8} {'longest':>8}"]
    lines += [f"{name:<40} {'' if middle is None else format(middle, '.4f'):>8} {longest:>8.4f}" for name, middle, longest in rows]
    lines.append(f"a slice of the other's prefill aims at {figures['allowed_slice_s']} s")
    return "\n".join(lines) + "\n"
