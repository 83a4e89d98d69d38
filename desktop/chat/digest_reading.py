"""The SHA-256 of a model's files while somebody waits for it."""

import asyncio
import threading
from pathlib import Path

from desktop.models.digests import digests_of
from desktop.models.model_index import Digests
from desktop.system.threads import in_thread


async def read_digests(parts: tuple[Path, ...]) -> Digests:
    """Return the SHA-256 of files; cancelled, it ends at once. Raises OSError, ChangedError."""
    stopped = threading.Event()
    work = asyncio.ensure_future(in_thread("digests", lambda: digests_of(parts, stopped.is_set)))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        stopped.set()
        await asyncio.wait([work])
        work.exception()  # which nobody waits for any more
        raise
