"""Work beside the event loop that is not worth a thread of its own."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

T = TypeVar("T")


async def in_thread(name: str, call: Callable[[], T], patience: float | None = None) -> T:
    """Run a call that takes its time in a thread of this name, and return what it returns or raises.

    Cancelled, it lets the call end before it does, while the event loop goes on; cancelled again, it leaves the call alone. The
    thread does not keep the process from ending. Raises TimeoutError after so many seconds of patience, and leaves the call alone.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    future.add_done_callback(lambda done: done.exception())  # else asyncio complains of one that nobody waits for any more

    def run() -> None:
        try:
            tell = partial(future.set_result, call())
        except BaseException as error:  # noqa: BLE001 - raised again where it is awaited
            tell = partial(future.set_exception, error)
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(tell)

    threading.Thread(target=run, name=name, daemon=True).start()
    try:
        async with asyncio.timeout(patience):
            return await asyncio.shield(future)
    except asyncio.CancelledError:
        await asyncio.wait([future])
        raise


def give_way() -> None:
    """Let other threads go before the present one, where the system has priorities of threads."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
