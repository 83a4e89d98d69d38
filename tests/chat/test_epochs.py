"""An update under which saved states do not restore any more."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.chat.epochs import PREPARED_CHATS, UPDATED
from desktop.chat.events import NotReady, ReadyAtOnce, RereadReason
from desktop.conversations.message import ConversationId
from tests.chat.bench import Bench, run
from tests.tiny_models import TinyModel


def text(number: int) -> str:
    return f"{number} is a number. " * 20


@pytest.fixture
def update(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what lets the next starts be those of a version that restores no earlier states."""

    def update() -> None:
        for module in ("desktop.sessions.keys", "desktop.chat.turns", "desktop.chat.epochs"):
            monkeypatch.setattr(f"{module}.KV_EPOCH", 2)

    return update


def test_after_an_update_the_latest_chats_are_read_in_idle_time(tmp_path: Path, brief: Path, update: Callable[[], None]) -> None:
    chats: list[ConversationId] = []

    async def talk(bench: Bench) -> None:
        await bench.chats.begin()
        chats.extend([await bench.chat(text(number)) for number in range(PREPARED_CHATS + 2)])
        assert bench.notices() == []

    async def start(bench: Bench) -> None:
        await bench.chats.begin()
        assert bench.notices() == [UPDATED]
        await bench.chats.open(chats[0])
        before = await bench.store.path(chats[0])
        await bench.load(brief)
        assert bench.engine.tokens_decoded > 300 * (PREPARED_CHATS + 1)
        await bench.idle()
        decoded = bench.engine.tokens_decoded
        for chat in (chats[0], *chats[2:]):
            from_disk = bench.chats.tokens_restored
            await bench.chats.open(chat)
            await bench.idle()
            assert chat == chats[0] or bench.chats.tokens_restored > from_disk + 300, "nobody saw it, so it left the context"
            assert bench.chats.readiness(chat) is None or isinstance(bench.chats.readiness(chat), ReadyAtOnce)
        assert bench.engine.tokens_decoded == decoded
        await bench.chats.open(chats[1])
        await bench.idle()
        line = bench.chats.readiness(chats[1])
        assert isinstance(line, NotReady)
        assert line.reason is RereadReason.UPDATED
        assert await bench.store.path(chats[0]) == before

    async def start_again(bench: Bench) -> None:
        await bench.chats.begin()
        assert bench.notices() == []
        await bench.load(brief)
        assert bench.engine.tokens_decoded == 0

    run(tmp_path, brief, talk)
    update()
    run(tmp_path, None, start)
    run(tmp_path, None, start_again)


def test_chats_of_another_model_wait_for_theirs(tmp_path: Path, brief: Path, models: Path, update: Callable[[], None]) -> None:
    other = TinyModel(name="other", seed=7, ends=1.6).write(models / "other.gguf")

    async def talk(bench: Bench) -> None:
        await bench.chat(text(1))

    async def start(bench: Bench) -> None:
        await bench.chats.begin()
        await bench.load(other)
        assert bench.engine.tokens_decoded == 0
        await bench.load(brief)
        assert bench.engine.tokens_decoded > 300

    run(tmp_path, brief, talk)
    update()
    run(tmp_path, None, start)


def test_a_person_who_writes_does_not_wait_for_idle_time(tmp_path: Path, brief: Path, update: Callable[[], None]) -> None:
    chats: list[ConversationId] = []

    async def talk(bench: Bench) -> None:
        chats.extend([await bench.chat(text(number)) for number in range(3)])

    async def start(bench: Bench) -> None:
        await bench.chats.begin()
        for chat in chats:
            await bench.chats.open(chat)
        loading = asyncio.ensure_future(bench.chats.load_model(brief))
        await bench.until(lambda: any(bench.chats._chat(chat).is_in_background for chat in chats))
        await bench.chats.send(chats[0], "And now?")
        await loading
        await bench.idle()
        assert len(await bench.store.path(chats[0])) == 4
        assert all(isinstance(bench.chats.readiness(chat), ReadyAtOnce | None) for chat in chats)

    run(tmp_path, brief, talk)
    update()
    run(tmp_path, None, start)


def test_what_an_earlier_version_saved_goes_first(tmp_path: Path, brief: Path, update: Callable[[], None]) -> None:
    async def talk(bench: Bench) -> None:
        await bench.chat(text(1))

    async def start(bench: Bench) -> None:
        before = (await bench.chats.storage()).used
        await bench.chats.begin()
        await bench.load(brief)
        await bench.idle()
        both = (await bench.chats.storage()).used
        assert both > before
        [stale, present] = sorted((context for context in bench.segments.usage().by_context), key=lambda key: key == bench.segments.context)
        await bench.chats.clean(both - before)
        assert bench.segments.usage().by_context.get(stale, 0) == 0
        assert bench.segments.usage().by_context[present] == both - before

    run(tmp_path, brief, talk)
    later = time.time() + 100 * 86400
    for file in (tmp_path / "data" / "sessions").rglob("*.kv"):  # used later than what is saved now
        os.utime(file, (later, later))
    update()
    run(tmp_path, None, start)
