"""Text completion in plain chats, on the real engine."""

from datetime import date
from pathlib import Path

import pytest

from desktop.chat.errors import NotPlainError
from desktop.chat.events import MessageAdded
from desktop.conversations.message import Status
from desktop.inference.errors import ModelClosedError
from tests.chat.bench import Bench, run

TEXT = "Once upon a time there was a river. "


def test_plain_text_is_decoded_and_written_on(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.store.create("Text", date(2025, 3, 1), is_plain=True)).id
        assert await bench.chats.feed(chat, TEXT) == ""
        fed = bench.engine.tokens_decoded
        assert 0 < fed <= len(TEXT) + 1, "no template comes with it"
        written = await bench.chats.feed(chat, "And", max_tokens=5)
        path = await bench.store.path(chat)
        assert [message.text for message in path] == [TEXT, "And", written]
        assert path[-1].status is Status.CUT
        assert 5 - 3 <= path[-1].stats.tokens_written <= 5, "the beginning of a character is of no use"
        assert bench.engine.tokens_decoded - fed <= 3 + 1 + 5
        assert len(bench.of(MessageAdded)) == 3

    run(tmp_path, endless, test)


def test_what_cannot_be_fed_is_told_and_not_stored(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.store.create("Chat", date(2025, 3, 1))
        with pytest.raises(NotPlainError):
            await bench.chats.feed(chat.id, TEXT)
        plain = await bench.store.create("Text", date(2025, 3, 1), is_plain=True)
        with pytest.raises(ModelClosedError):
            await bench.chats.feed(plain.id, TEXT)
        assert await bench.store.path(plain.id) == []

    run(tmp_path, None, test)
