"""Having files read into memory before somebody maps them, so that it can be told how far that is, and stopped."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

_STEP = 16 << 20  # bytes; a tenth of a second on a slow disk


def read_ahead(paths: Sequence[Path], go_on: Callable[[float], bool]) -> None:
    """Have files read as long as go_on, which gets 0 to 1, says so. Whatever fails is left to who opens them afterwards.

    Other threads go on meanwhile.
    """
    if sys.platform != "linux":
        return
    with suppress(OSError), open(os.devnull, "wb", buffering=0) as nowhere:
        total = sum(path.stat().st_size for path in paths) or 1
        before = 0
        for path in paths:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                for start in range(0, size, _STEP):
                    if not go_on((before + start) / total):
                        return
                    os.sendfile(nowhere.fileno(), file.fileno(), start, min(_STEP, size - start))  # reads without a copy
                before += size
