"""How long a store takes to know what it has: `python -m tests.benchmarks.bench_index [SEGMENTS ...]`.

The files have the tokens and headers of a real store but little KV, so that the figures are those of reading headers; a warm
page cache, as after a restart of the application. Each tenth segment has a state.
"""

import random
import resource
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

from desktop.sessions.folder import SegmentFolder
from desktop.sessions.keys import ContextKey, NodeKey, context_key
from desktop.sessions.segment import BasePart, StatePart, write_part
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import token_ids

CONTEXTS = 5
TOKENS = 200  # a segment
CHAIN = 40  # segments in a row


def make(folder: Path, segments: int) -> list[ContextKey]:
    """Write a store of so many segments."""
    contexts = [context_key(bytes([number])) for number in range(CONTEXTS)]
    paths, ids = SegmentFolder(folder), token_ids(range(TOKENS))
    for number in range(segments):
        context = contexts[number % CONTEXTS]
        place = number // CONTEXTS
        start = NodeKey(random.Random(place - 1 if place % CHAIN else -1).randbytes(16))
        end = NodeKey(random.Random(place).randbytes(16))
        write_part(paths.base_path(context, start, end), BasePart(context, start, end, ids, 1.0, bytearray(64)))
        if number % 10 == 0:
            write_part(paths.state_path(context, start, end), StatePart(context, start, end, 0, bytearray(64)))
    return contexts


def measure(segments: int) -> None:
    """Print how long the first model and all of a store take."""
    folder = Path(tempfile.mkdtemp(prefix="segments-"))
    try:
        contexts = make(folder, segments)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        store = SegmentStore(folder, print)
        opened = time.perf_counter() - began
        store.select(contexts[-1])
        selected = time.perf_counter() - began
        longest, turns = 0.0, 0
        while any(thread.name == "segment-index" for thread in threading.enumerate()) and not store.wait_until_indexed(0):
            last = time.perf_counter()
            time.sleep(0.001)
            longest, turns = max(longest, time.perf_counter() - last), turns + 1
        indexed = time.perf_counter() - began
        began = time.perf_counter()
        usage = store.usage()
        counted = time.perf_counter() - began
        store.set_pins({})
        began = time.perf_counter()
        store.clean(usage.used // 2)
        cleaned = time.perf_counter() - began
        store.close(600)
        memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(
            f"{usage.segments} segments of {len(usage.by_context)} models: open {opened:.3f} s, first model {selected:.2f} s, "
            f"all {indexed:.2f} s ({indexed / segments * 1e6:.0f} us each), longest wait of another thread {longest * 1e3:.0f} ms, "
            f"usage {counted * 1e3:.0f} ms, choosing and dropping half {cleaned:.2f} s, memory {memory:.0f} MB"
        )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    for count in [int(argument) for argument in sys.argv[1:]] or [10_000, 50_000]:
        measure(count)
