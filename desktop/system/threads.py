"""Work beside the event loop that is not worth a thread of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


async def in_thread(name: str, call: Callable[[], T]) -> T:
    """Run a call that takes its time in a thread of this name, and return what it returns or raises.

    Cancelled, it lets the call end before it does.
    """
    with ThreadPoolExecutor(1, name) as executor:
        return await asyncio.wrap_future(executor.submit(call))
