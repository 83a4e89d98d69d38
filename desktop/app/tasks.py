"""The tasks that run beside: for the window's slots, and for commands without a window."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from desktop.system.errors import RivuletError


class TaskSet:
    """The tasks that slots begin: kept until they end, logged where they fail, cancelled together.

    Args:
        loop: the loop they run on.
        on_error: called in the loop's thread with each expected failure, for the person; all others go to the log.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, on_error: Callable[[RivuletError], None]) -> None:
        self._loop = loop
        self._on_error = on_error
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def spawn(self, coroutine: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run a coroutine as a task. Its name stands in the log if it fails."""
        task = self._loop.create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)
        return task

    async def cancel_all(self, spared: asyncio.Task[Any] | None = None) -> None:
        """Cancel all tasks but the calling one and the spared, and wait for their end; also for those that they begin meanwhile."""
        while others := self._tasks - {asyncio.current_task(), spared}:
            for task in others:
                task.cancel()
            await asyncio.wait(others)

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, RivuletError):
            self._on_error(error)
        elif error is not None:
            self._loop.call_exception_handler({"message": f"task {task.get_name()!r} failed", "exception": error, "task": task})
