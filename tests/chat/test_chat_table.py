"""How chats come into the context, and what gives way to what."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from desktop.conversations.message import ConversationId
from desktop.inference.job import Purpose
from tests.chat.bench import Bench, bench
from tests.tiny_models import Shape, TinyModel

Test = Callable[[Bench], Awaitable[None]]

LONG = "What is a river? " * 200


@pytest.fixture(scope="module")
def slow(models: Path) -> Path:
    """A model that reads for a second or so."""
    return TinyModel(name="slow", seed=7, shape=Shape(layers=8, width=512, feed_forward=2048)).write(models / "slow.gguf")


def run(data: Path, model: Path, other: Path, test: Callable[[Bench, ConversationId], Awaitable[None]]) -> None:
    async def run_test() -> None:
        async with bench(data / "data", model) as made:
            chat = await made.chat(LONG)
            await made.load(other)
            await made.chats.continue_with_loaded(chat)
            await test(made, chat)

    asyncio.run(run_test())


def test_who_writes_does_not_wait_for_a_reading_in_idle_time(tmp_path: Path, brief: Path, slow: Path) -> None:
    async def test(bench: Bench, chat: ConversationId) -> None:
        state = bench.chats._chat(chat)
        await bench.chats._table.bring_in(chat, Purpose.READ, is_background=True)
        background = state.job_id
        assert state.is_in_background
        await bench.chats.open(chat)
        await bench.until(lambda: not bench._tasks)
        assert state.job_id == background, "what is restored is part of what is read"
        await bench.chats.prepare(chat)
        assert not state.is_in_background
        foreground = state.job_id
        assert foreground not in (None, background)
        await bench.chats._table.bring_in(chat, Purpose.READ, is_background=True)
        assert state.job_id == foreground
        await bench.chats.stop(chat)

    run(tmp_path, brief, slow, test)


def test_a_chat_that_leaves_does_nothing_any_more(tmp_path: Path, brief: Path, slow: Path) -> None:
    async def test(bench: Bench, chat: ConversationId) -> None:
        await bench.chats.open(chat)
        await bench.chats.prepare(chat)
        assert bench.chats._table.busy_ids() == bench.chats._table.open_ids() == [chat]
        state = bench.chats._chat(chat)
        async with state.lock:
            await bench.chats._table.leave(state)
        assert bench.chats._table.busy_ids() == bench.chats._table.open_ids() == []
        assert bench.chats.readiness(chat) is None

    run(tmp_path, brief, slow, test)


def test_a_chat_that_was_thrown_away_meanwhile_does_not_come_into_the_context(tmp_path: Path, brief: Path, slow: Path) -> None:
    async def test(bench: Bench, chat: ConversationId) -> None:
        started: list[object] = []
        bench.chats._turns.on_started.append(lambda state, turn: started.append(turn))
        await bench.chats.move_to_trash(chat)
        await bench.chats._table.bring_in(chat, Purpose.RESTORE)
        assert not started

    run(tmp_path, brief, slow, test)
