"""What a model is said to take in memory, beside what the process then has: each length of context in a process of its own."""

import asyncio
import multiprocessing
import tempfile
from pathlib import Path
from typing import Any

from desktop.inference.engine import BATCH_TOKENS, SEQUENCES
from desktop.inference.job import Purpose
from desktop.models.gguf import read_model_file
from desktop.models.memory_need import ContextShape, memory_need
from tests.benchmarks.bench_engine import BenchEngine, random_ids
from tests.benchmarks.model import GEMMA3_1B, LFM2_1B, SHAPES, BenchmarkShape, cached_model

CONTEXTS = (2048, 8192, 32_768)
MOST_OFF = 0.1
MODELS = {"dense": SHAPES["1b"], "window": GEMMA3_1B, "hybrid": LFM2_1B}
_MB = 1e6


def measure(threads: int) -> dict[str, Any]:
    """Return the figures, in bytes."""
    context, rows = multiprocessing.get_context("spawn"), []
    for name, shape in MODELS.items():
        path = cached_model(shape)
        for tokens in CONTEXTS:
            with context.Pool(1) as pool:
                used = pool.apply(used_bytes, (path, shape, tokens, threads or 1))
            rows.append({"model": name, "context_tokens": tokens, "estimate": estimate(path, tokens), "used": used})
    return {"rows": rows}


def estimate(path: Path, tokens: int) -> int:
    """Return what a model is said to take."""
    file = read_model_file(path)
    return memory_need(file.header.shape, file.size, ContextShape(tokens, SEQUENCES, BATCH_TOKENS)).total


def used_bytes(path: Path, shape: BenchmarkShape, tokens: int, threads: int) -> int:
    """Return by how much this process grows when it loads a model and reads a full batch with it."""

    async def measured(folder: Path) -> int:
        import desktop.inference.binding as _  # noqa: F401 - what every model needs is none's need

        bench = BenchEngine(folder, threads, tokens)
        before = _resident()
        try:
            await bench.load(path)
            await bench.run("warm up", random_ids(BATCH_TOKENS, shape.vocabulary), Purpose.WRITE, words=2)
            return _resident() - before
        finally:
            bench.close()

    with tempfile.TemporaryDirectory(prefix="rivulet-benchmark-") as folder:
        return asyncio.run(measured(Path(folder)))


def is_met(figures: dict[str, Any]) -> bool:
    """Tell whether all estimates are near enough."""
    return all(abs(_ratio(row) - 1) <= MOST_OFF for row in figures["rows"])


def table(figures: dict[str, Any]) -> str:
    """Return the figures for people."""
    lines = ["model    context   estimate   used       ratio"]
    lines += [
        f"{row['model']:<8} {row['context_tokens']:>7}   {row['estimate'] / _MB:6,.0f} MB  {row['used'] / _MB:6,.0f} MB  {_ratio(row):.3f}"
        for row in figures["rows"]
    ]
    return "\n".join(lines) + "\n"


def _ratio(row: dict[str, Any]) -> float:
    return float(row["estimate"] / row["used"])


def _resident() -> int:
    """Return the bytes of this process that are in memory, mapped files among them."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024
