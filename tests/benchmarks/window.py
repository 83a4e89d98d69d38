"""What the window costs: starting, opening chats, streaming, memory; each in processes of its own, as a person starts them.

A start is measured from the moment before the process is made: to the window's first paint, to the first key being in the
composer and painted, and to the first painted token of a reply in the last chat, whose state comes from the disk.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.benchmarks.window_data import DataDirectory
from tests.tiny_models import TinyModel

STARTS = 5
OPENINGS = 3
MANY = 10_000  # chats
SIZES = (50, 500, 5000)  # messages
STREAMING_SECONDS = 20.0
SHOWN_MESSAGES = 50  # in each chat that streams
WANTED = {"window_s": 1.0, "keystroke_s": 1.2, "first_token_s": 2.0, "stall_p99_ms": 16.0, "stall_max_ms": 50.0, "memory_mb": 250.0}


def measure(*, is_profiled: bool = False) -> dict[str, Any]:
    """Return the figures; with a profile of the window's thread, which spoils them, only those of stalls."""
    with tempfile.TemporaryDirectory(prefix="rivulet-benchmark-") as folder:
        place = Path(folder)
        if is_profiled:
            return _stalls(place / "streaming", is_profiled=True)
        figures: dict[str, Any] = {"window_s": {}, "keystroke_s": {}, "first_token_s": {}, "open_s": {}}
        model = TinyModel(name="tiny", ends=0.0).write(place / "tiny.gguf")
        for count in (0, MANY):
            for name, seconds in _starts(place / f"start {count}", model, count).items():
                figures[f"{name}_s"][str(count)] = seconds
        figures["open_s"] = _openings(place / "opening")
        figures |= _stalls(place / "streaming")
        figures["memory_mb"] = _memory(place / "memory")
    return figures


def is_met(figures: dict[str, Any]) -> bool:
    """Return whether every figure is what is wanted of it."""
    return all(value < WANTED[name] for name, _, value in _values(figures) if name in WANTED)


def table(figures: dict[str, Any]) -> str:
    """Return the figures beside what is wanted of them."""
    rows = [f"{'':<24} {'measured':>10} {'wanted':>10}"]
    for name, key, value in _values(figures):
        wanted = f"< {WANTED[name]:g}" if name in WANTED else ""
        rows.append(f"{name + ' ' + key:<24} {value:>10.3f} {wanted:>10}")
    return "\n".join(rows) + "\n"


def _values(figures: dict[str, Any]) -> list[tuple[str, str, float]]:
    values = []
    for name, figure in figures.items():
        values += [(name, key, value) for key, value in (figure if isinstance(figure, dict) else {"": figure}).items()]
    return values


def _starts(folder: Path, model: Path, count: int) -> dict[str, float]:
    data = DataDirectory(folder)
    data.add_many(count)
    chat = data.add_written_chat(model)
    runs = []
    for _ in range(STARTS):
        data.show_at_start([chat], model)
        runs.append(run_child("start", folder))
    return {name: median(run[name] for run in runs) for name in runs[0]}


def _openings(folder: Path) -> dict[str, float]:
    data = DataDirectory(folder)
    data.add_many(MANY)
    titles = {f"A chat of {size} messages": size for size in SIZES}
    for title, size in titles.items():
        data.add_chat(title, size)
    data.show_at_start([data.add_chat("What is shown first", 2)])
    measured = run_child("open", folder, json.dumps(titles), str(OPENINGS))
    return {str(size): median(measured[title]) for title, size in titles.items()}


def _stalls(folder: Path, *, is_profiled: bool = False) -> dict[str, float]:
    data = DataDirectory(folder)
    data.add_many(MANY)
    data.show_at_start([data.add_chat(f"One that streams, {number}", SHOWN_MESSAGES) for number in range(2)])
    waits = run_child("stalls", folder, str(STREAMING_SECONDS), *(["stderr"] if is_profiled else []))
    cuts = quantiles(waits, n=100, method="inclusive")
    return {"stall_p50_ms": cuts[49], "stall_p99_ms": cuts[98], "stall_max_ms": max(waits)}


def _memory(folder: Path) -> float:
    data = DataDirectory(folder)
    data.add_many(MANY)
    data.show_at_start([data.add_chat("The last one", SHOWN_MESSAGES)])
    return float(run_child("memory", folder))


def run_child(mode: str, folder: Path, *arguments: str) -> Any:
    """Return what the application in a process of its own measured of itself."""
    environment = os.environ | ({} if "DISPLAY" in os.environ else {"QT_QPA_PLATFORM": "offscreen"})
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed application has its bytecode
    command = [sys.executable, "-m", "tests.benchmarks.window_child", mode, str(folder)]
    begun = time.monotonic()
    done = subprocess.run([*command, str(begun), *arguments], stdout=subprocess.PIPE, env=environment, check=True, timeout=600)
    return json.loads(done.stdout)
