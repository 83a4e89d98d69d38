"""Whether a model's memory can share a range of a sequence: tried in a throwaway process, because some end theirs over it.

python -m desktop.inference.range_probe FILE
"""

import json
import logging
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from desktop.system.files import write_private

log = logging.getLogger(__name__)

# Those whose memory was seen to share ranges in this llama.cpp, by the tests that save and fork them: so most models load
# without a second process.
KNOWN = frozenset({"llama", "qwen2", "qwen3", "qwen3moe", "gemma3", "gpt-oss", "mamba", "lfm2", "granitehybrid", "qwen35"})
TIMEOUT_SECONDS = 120.0
MODULE = "desktop.inference.range_probe"
PYTHON_ERROR = 1  # exit code: the model was not loaded, for instance; llama.cpp ends a process otherwise


class RangeProbe:
    """Ask once for each model file, and remember the answer."""

    def __init__(self, memory: Path | None) -> None:
        """Remember answers in a file; None: only as long as this object lives. A damaged file is asked anew."""
        self._file = memory
        self._answers: dict[str, bool] = {}
        if memory is not None:
            with suppress(OSError, ValueError):
                stored = json.loads(memory.read_bytes())
                self._answers = {key: value for key, value in stored.items() if isinstance(value, bool)} if isinstance(stored, dict) else {}

    def shares_ranges(self, path: Path, identity: bytes, architecture: str) -> bool:
        """Tell whether seq_cp of a range works; takes as long as loading the model twice for one never seen before."""
        if architecture in KNOWN:
            return True
        key = identity.hex()
        if key not in self._answers:
            if (answer := _try(path)) is None:
                return False
            self._answers[key] = answer
            if self._file is not None:
                with suppress(OSError):
                    write_private(self._file, json.dumps(self._answers).encode())
        return self._answers[key]


def _try(path: Path) -> bool | None:
    """Return whether it works; None where that was not found out, for want of memory or time: another day it may be."""
    command = [sys.executable, "-m", MODULE, str(path)]
    try:
        # No GPU: a model that fills it would not fit there twice.
        # No backtrace: llama.cpp starts a debugger for one where it finds any, which takes minutes.
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "GGML_NO_BACKTRACE": "1"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning("ranges not tried: %s", error)
        return None
    log.info("ranges of %s: exit code %d", path.name, done.returncode)
    return None if done.returncode == PYTHON_ERROR else done.returncode == 0


def _main(path: Path) -> int:
    from desktop.inference.binding import Abort, Batch, Context, ContextOptions, DecodeCounters, Library, Model

    library = Library()
    model = Model(library, path, lambda progress: True, is_on_gpu=False)
    context = Context(model, ContextOptions(256, 3, 32, 1), DecodeCounters(), Abort())
    batch = Batch(8)
    for position in range(8):
        batch.add(position, position, 0, wants_logits=position == 7)
    context.decode(batch)
    context.share(0, 2, 2, 8)
    context.state(2)
    context.remove(2)
    context.share(0, 1, 0, 4)
    batch.close()
    context.close()
    model.close()
    library.close()
    return 0


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1])))
