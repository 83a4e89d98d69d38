"""What a message takes before it is sent agrees with what sending finds."""

from pathlib import Path

import pytest

from desktop.chat.attaching import AttachmentError
from desktop.chat.counting import most_tokens
from desktop.chat.errors import MessageTooLongError
from desktop.conversations.written import Attachment, Written
from tests.chat.bench import Bench, run
from tests.tiny_models import TinyModel

FILE = Attachment("notes.txt", "one\ntwo")


@pytest.fixture
def small(models: Path) -> Path:
    path = models / "small.gguf"
    return path if path.exists() else TinyModel(name="small", ends=1.6, context_length=1024).write(path)


def test_the_count_is_that_of_the_prompt_that_is_sent(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is a river?")
        written = Written("And a brook?\nA small one.", (FILE,))
        size = await bench.chats.composing.size(chat, written)
        assert size is not None
        [file] = size.files
        assert file == len(FILE.block()), "one token a byte"
        assert size.message == len(written.message())
        assert size.context == 8192
        await bench.chats.send(chat, written.message())
        await bench.idle(chat)
        reply = (await bench.store.path(chat))[-1]
        tokens = (await bench.store.reply_tokens([reply.id], bench.engine.loaded.source.vocabulary))[reply.id]
        assert bench.chats.context(chat)[0] - len(tokens) == size.total

    run(tmp_path, brief, test)


def test_the_chat_is_not_read_again_for_each_count(tmp_path: Path, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is a river?")
        first = await bench.chats.composing.size(chat, Written("a", (FILE,)))
        prompts, counted = [], []
        prompt, count = bench.engine.prompt, bench.engine.count

        async def note_prompt(*arguments: object) -> object:
            prompts.append(arguments)
            return await prompt(*arguments)

        async def note_count(text: str) -> int:
            counted.append(text)
            return await count(text)

        monkeypatch.setattr(bench.engine, "prompt", note_prompt)
        monkeypatch.setattr(bench.engine, "count", note_count)
        second = await bench.chats.composing.size(chat, Written("abc", (FILE,)))
        assert second.total - first.total == 2
        assert (prompts, counted) == ([], ["abc"])
        await bench.chats.set_thinking(chat, True)
        await bench.chats.composing.size(chat, Written("abc"))
        assert len(prompts) == 1

    run(tmp_path, brief, test)


def test_near_the_limit_the_prompt_itself_is_counted(tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat()
        around = (await bench.chats.composing.size(chat, Written("x"))).total - 1
        real = bench.engine.count

        async def count(text: str) -> int:  # as if parts had other tokens than the whole
            return await real(text) - (3 if len(text) > 100 else 0)

        monkeypatch.setattr(bench.engine, "count", count)
        length = most_tokens(1024) - around + 1
        assert not (await bench.chats.composing.size(chat, Written("x" * length))).fits

    run(tmp_path, small, test)


def test_what_leaves_no_room_for_a_reply_is_refused_before_it_is_stored(tmp_path: Path, small: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat()
        around = (await bench.chats.composing.size(chat, Written("x"))).total - 1
        most = most_tokens(1024)
        assert most == 1024 - 128
        for length in (most - around, most - around + 1):
            size = await bench.chats.composing.size(chat, Written("x" * length))
            assert (size.total, size.fits) == (around + length, around + length <= most)
        with pytest.raises(MessageTooLongError) as told:
            await bench.chats.send(chat, "x" * (most - around + 1))
        assert (told.value.needed, told.value.most) == (most + 1, most)
        assert await bench.store.path(chat) == []
        await bench.chats.send(chat, "x" * (most - around))
        await bench.idle(chat)
        assert len(await bench.store.path(chat)) == 2

    run(tmp_path, small, test)


def test_without_a_model_nothing_is_counted_and_nothing_refused(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat()
        assert await bench.chats.composing.size(chat, Written("Hello")) is None
        await bench.chats.send(chat, "x" * 100_000)
        (tmp_path / "notes.txt").write_text("one")
        assert await bench.chats.composing.attach(tmp_path / "notes.txt") == Attachment("notes.txt", "one")

    run(tmp_path, None, test)


def test_a_file_with_more_tokens_than_the_context_is_not_attached(tmp_path: Path, small: Path) -> None:
    async def test(bench: Bench) -> None:
        path = tmp_path / "long.txt"
        path.write_text("x" * 1100)
        with pytest.raises(AttachmentError, match="1,122 tokens and the model can read 1,024"):
            await bench.chats.composing.attach(path)
        path.write_text("x" * 900)
        assert (await bench.chats.composing.attach(path)).name == "long.txt"

    run(tmp_path, small, test)


def test_while_a_reply_streams_the_chat_counts_as_far_as_it_is(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat()
        await bench.chats.send(chat, "Hello")
        await bench.until(lambda: bench.chats.context(chat)[0] > 40)
        size = await bench.chats.composing.size(chat, Written("next"))
        assert size.message == 4
        assert 44 <= size.total <= bench.chats.context(chat)[0] + 4
        await bench.chats.stop(chat)

    run(tmp_path, endless, test)


def test_a_short_message_is_not_counted_before_it_is_stored(tmp_path: Path, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is a river?")
        counted = []
        count = bench.engine.count

        async def note_count(text: str) -> int:
            counted.append(text)
            return await count(text)

        monkeypatch.setattr(bench.engine, "count", note_count)
        await bench.chats.send(chat, "And a brook?")
        await bench.idle(chat)
        assert counted == []
        await bench.chats.send(chat, "word " * 1450)
        assert counted != []
        await bench.chats.stop(chat)

    run(tmp_path, brief, test)
