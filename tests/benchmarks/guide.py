"""How soon the guide of a first start answers: from Enter to the first words of a reply being painted, in a window as a person has it."""

import json
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.window import run_child

STARTS = 3
QUESTIONS = (
    "What can you do?",
    "How do I fork a chat?",
    "My name is Ada.",
    "Can I use it without the internet, and does anything that I write leave this computer?",
    "What is my name?",
)
WANTED = {"first_token_s": 0.2}


def measure() -> dict[str, Any]:
    """Return the seconds until the guide was ready after the process began, and until it began to answer."""
    runs = []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory(prefix="rivulet-benchmark-") as folder:
            runs.append(run_child("guide", Path(folder), json.dumps(QUESTIONS)))
    tokens = [seconds for run in runs for seconds in run["first_token"]]
    return {"ready_s": median(run["ready"] for run in runs), "first_token_s": median(tokens), "slowest_s": max(tokens)}


def is_met(figures: dict[str, Any]) -> bool:
    """Return whether every figure is what is wanted of it."""
    return all(figures[name] < wanted for name, wanted in WANTED.items())


def table(figures: dict[str, Any]) -> str:
    """Return the figures beside what is wanted of them."""
    rows = [f"{'':<16} {'measured':>10} {'wanted':>10}"]
    rows += [f"{name:<16} {value:>10.3f} {f'< {WANTED[name]:g}' if name in WANTED else '':>10}" for name, value in figures.items()]
    return "\n".join(rows) + "\n"
