"""Calls in a thread beside the event loop."""

import asyncio
import gc
import threading

import pytest

from desktop.system.threads import in_thread

PATIENCE = 20.0  # seconds


def test_what_a_call_returns_or_raises_comes_back() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        assert await in_thread("beside", lambda: threading.current_thread().name) == "beside"
        with pytest.raises(ZeroDivisionError):
            await in_thread("beside", fail)

    asyncio.run(scenario())


def test_a_cancelled_call_ends_first_and_the_loop_goes_on_meanwhile() -> None:
    release, ended = threading.Event(), threading.Event()

    def call() -> None:
        assert release.wait(PATIENCE)
        ended.set()

    async def scenario() -> None:
        task = asyncio.ensure_future(in_thread("beside", call))
        await asyncio.sleep(0)
        task.cancel()
        for _ in range(5):
            await asyncio.sleep(0.001)
        assert not task.done(), "it waits for the call"
        release.set()  # which the loop could not, if it stood still
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended.is_set()

    asyncio.run(scenario())


def test_who_is_cancelled_twice_waits_no_longer() -> None:
    release = threading.Event()

    async def scenario() -> None:
        task = asyncio.ensure_future(in_thread("beside", lambda: release.wait(PATIENCE)))
        for _ in range(2):
            await asyncio.sleep(0.001)
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(scenario())
    release.set()  # and what it has to tell, nobody hears


@pytest.mark.parametrize("times", [1, 2])
def test_what_a_cancelled_call_raises_is_of_no_interest(times: int) -> None:
    release = threading.Event()

    def fail() -> None:
        assert release.wait(PATIENCE)
        raise ZeroDivisionError

    async def scenario() -> None:
        task = asyncio.ensure_future(in_thread("beside", fail))
        for _ in range(times):
            await asyncio.sleep(0.001)
            task.cancel()
        await asyncio.sleep(0.001)
        release.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0.05)

    asyncio.run(scenario())
    gc.collect()  # which would tell of an error that nobody took


def test_patience_ends_and_the_call_is_left_alone() -> None:
    release, ended = threading.Event(), threading.Event()

    def call() -> None:
        assert release.wait(PATIENCE)
        ended.set()

    async def scenario() -> None:
        with pytest.raises(TimeoutError):
            await in_thread("beside", call, 0.01)
        assert not ended.is_set()
        assert await in_thread("beside", lambda: 7, PATIENCE) == 7
        release.set()

    asyncio.run(scenario())
    assert ended.wait(PATIENCE)
