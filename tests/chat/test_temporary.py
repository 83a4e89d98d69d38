"""Chats of which nothing is stored, on the real store and the real engine."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.chat.chat_options import ChatOptions
from desktop.chat.course import Course
from desktop.chat.errors import StillReplyingError
from desktop.chat.events import ConversationAdded, ConversationRemoved, NotReady, RereadReason
from desktop.conversations.edits import Edit
from desktop.conversations.errors import UnknownConversationError
from desktop.conversations.message import ConversationId, is_temporary
from desktop.conversations.search import SearchQuery
from desktop.conversations.setup import Sampling, Setup
from desktop.conversations.written import Attachment
from tests.chat.bench import Bench, run
from tests.chat.replies import styled_model
from tests.inference.templates import STYLES
from tests.tiny_models import Family, Shape, TinyModel

MARK = "Xylophonquark"
FILES = (Attachment("notes.txt", "one"),)
LONG = f"{MARK} is a word that nobody else says. " * 12
HYBRID = next(style for style in STYLES if style.name == "chatml")


async def new(bench: Bench) -> ConversationId:
    chat = (await bench.chats.temporary.new()).id
    await bench.chats.open(chat)
    return chat


async def send(bench: Bench, chat: ConversationId, text: str) -> None:
    await bench.chats.send(chat, text)
    await bench.idle()


async def bytes_on_disk(bench: Bench) -> bytes:
    """Return all that stands in the data directory once what was begun is written."""
    await bench.idle()
    assert await asyncio.to_thread(bench.segments.flush, 10)
    await bench.store.forget_deleted()
    return b"".join(file.read_bytes() for file in sorted(bench.sessions.parent.rglob("*")) if file.is_file())


def used(bench: Bench, chat: ConversationId) -> int:
    return bench.chats.context(chat)[0]


def segments(bench: Bench) -> set[str]:
    return {file.stem for file in bench.sessions.glob("*/*/*") if file.suffix in (".kv", ".state")}


@pytest.mark.parametrize("family", [Family.DENSE, Family.HYBRID])
def test_nothing_of_it_comes_to_the_disk(tmp_path: Path, models: Path, family: Family) -> None:
    async def test(bench: Bench) -> None:
        ordinary = await bench.chat("What is a river?")
        await bytes_on_disk(bench)
        stored = segments(bench)
        chat = await new(bench)
        await send(bench, chat, LONG)
        await bench.chats.save_draft(chat, MARK)
        path = await bench.store.path(chat)
        await bench.chats.save_edit(chat, path[0].id, Edit(MARK, is_open=True))
        await send(bench, chat, f"Again {MARK}")
        fork = await bench.chats.fork(chat, path[1].id)
        await send(bench, fork.id, MARK)
        assert is_temporary(fork.id)
        assert len(await bench.store.path(fork.id)) == 4
        assert MARK.encode() not in await bytes_on_disk(bench)
        assert segments(bench) == stored
        assert [known.id for known in await bench.chats.conversations()] == [ordinary]
        assert not (await bench.chats.search.find(SearchQuery(MARK))).hits
        await send(bench, ordinary, "And a brook?")
        await bytes_on_disk(bench)
        assert segments(bench) > stored
        for closed in (chat, fork.id):
            await bench.chats.close(closed)
            with pytest.raises(UnknownConversationError):
                await bench.store.conversation(closed)
        assert MARK.encode() not in await bytes_on_disk(bench)
        assert {event.conversation_id for event in bench.of(ConversationRemoved)} == {chat, fork.id}

    run(tmp_path, styled_model(models, HYBRID, Shape(layers=4), family), test, ChatOptions(settles=lambda: True))


def test_it_goes_on_where_it_stands_in_the_context(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await new(bench)
        await send(bench, chat, LONG)
        await bench.chat("What is a river?")
        await send(bench, chat, "And now?")
        stats = (await bench.store.path(chat))[-1].stats
        assert stats is not None
        assert stats.tokens_restored > stats.tokens_read

    run(tmp_path, brief, test)


def test_out_of_the_context_it_is_read_again_and_says_why(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await new(bench)
        await send(bench, chat, LONG)
        bench.engine.leave(chat)
        await bench.engine.barrier()
        await bench.chats.open(chat)
        await bench.idle()
        line = bench.chats.readiness(chat)
        assert isinstance(line, NotReady)
        assert line.reason is RereadReason.TEMPORARY
        await send(bench, chat, "And now?")
        stats = (await bench.store.path(chat))[-1].stats
        assert stats is not None
        assert stats.tokens_read > stats.tokens_restored

    run(tmp_path, brief, test)


def test_it_makes_way_for_an_ordinary_chat_that_is_restored(tmp_path: Path, models: Path) -> None:
    async def test(bench: Bench) -> None:
        loaded = bench.engine.loaded
        assert loaded is not None
        ordinary = await bench.chat("What is a river? " * 36)
        chat = await new(bench)
        await send(bench, chat, "What is it not? " * 36)
        tokens = [used(bench, one) for one in (ordinary, chat)]
        assert max(tokens) < loaded.context_tokens < sum(tokens)
        await bytes_on_disk(bench)
        await send(bench, ordinary, "And now?")
        stats = (await bench.store.path(ordinary))[-1].stats
        assert stats is not None
        assert stats.tokens_restored > stats.tokens_read

    run(tmp_path, TinyModel(name="small", ends=1.6, context_length=1024).write(models / "small.gguf"), test)


def test_no_title_is_made_for_it(tmp_path: Path, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[Callable[[], object]] = []
    monkeypatch.setattr("desktop.chat.title_making.later", waited.append)

    async def test(bench: Bench) -> None:
        chat = await new(bench)
        await send(bench, chat, "What is a river?")
        fork = await bench.chats.fork(chat, (await bench.store.path(chat))[1].id)
        await send(bench, fork.id, "And a brook?")
        assert (await bench.store.conversation(chat)).title == "Temporary chat"
        assert not waited
        await bench.chat("What is a river?")
        assert waited

    run(tmp_path, brief, test, ChatOptions(names_chats=lambda: True))


def test_closing_stops_its_reply(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await new(bench)
        await bench.chats.send(chat, LONG)
        await bench.chats.close(chat)
        await bench.idle()
        assert not bench.chats._table.busy_ids()
        assert chat not in bench.chats._table.states

    run(tmp_path, endless, test)


def test_it_can_be_kept(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await new(bench)
        await send(bench, chat, LONG)
        first = await bench.store.path(chat)
        await bench.chats.regenerate(chat, first[1].id)
        await bench.idle()
        await bench.chats.save_draft(chat, "not sent yet")
        await bench.chats.save_edit(chat, first[0].id, Edit("other words", is_open=True))
        await bench.chats.composing.save_attachments(chat, FILES)
        preset = await bench.chats.presets.add("Poet", Setup("", Sampling(temperature=0.5, seed=7)))
        await bench.chats.setups.give(chat, preset.setup, preset.id)
        await bench.chats.room.set_start(chat, first[0].id)
        await bench.idle()
        path = await bench.store.path(chat)
        kept = await bench.chats.temporary.keep(chat)
        await bench.chats.open(kept.id)
        await bench.chats.close(chat)
        stored = await bench.store.path(kept.id)
        assert not kept.is_temporary
        assert kept.title == bench.of(ConversationAdded)[-1].conversation.title
        assert kept.title.startswith(MARK)
        assert kept.draft == "not sent yet"
        assert await bench.chats.composing.attachments(kept.id) == FILES
        assert (kept.sampling, kept.preset_id) == (preset.setup.sampling, preset.id)
        assert kept.context_start_id == stored[0].id
        assert list((await bench.chats.edits(kept.id)).values()) == [Edit("other words", is_open=True)]
        assert [message.text for message in stored] == [message.text for message in path]
        assert len((await bench.chats.versions(kept.id))[stored[1].id]) == 2
        await send(bench, kept.id, "And now?")
        stats = (await bench.store.path(kept.id))[-1].stats
        assert stats is not None
        assert stats.tokens_restored > stats.tokens_read  # it was in the context
        await bytes_on_disk(bench)
        assert segments(bench)
        assert await bench.chats.conversations()

    run(tmp_path, brief, test)


def test_a_title_that_was_chosen_stays(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await new(bench)
        await send(bench, chat, LONG)
        await bench.chats.rename(chat, "Words")
        kept = await bench.chats.temporary.keep(chat)
        assert (kept.title, kept.is_title_chosen) == ("Words", True)

    run(tmp_path, brief, test)


def test_it_begins_with_the_default_preset(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        preset = await bench.chats.presets.add("Poet", Setup("Be brief."))
        await bench.chats.presets.set_default(preset.id)
        chat = await bench.chats.temporary.new()
        assert (chat.system_prompt, chat.preset_id) == ("Be brief.", preset.id)

    run(tmp_path, brief, test)


def test_its_summary_and_files_are_as_temporary_as_it_is(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await new(bench)
        await send(bench, chat, LONG)
        await bench.chats.composing.save_attachments(chat, [Attachment(MARK, MARK)])
        await bench.chats.setups.set_system_prompt(chat, MARK)
        await bench.idle()
        fork = await bench.chats.room.summarise(chat, Course())
        await bench.idle()
        assert fork.is_temporary
        assert MARK.encode() not in await bytes_on_disk(bench)
        assert await bench.chats.conversations() == []

    run(tmp_path, brief, test)


def test_it_is_not_kept_in_the_middle_of_a_reply(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await new(bench)
        await bench.chats.send(chat, LONG)
        with pytest.raises(StillReplyingError):
            await bench.chats.temporary.keep(chat)
        assert not await bench.chats.conversations()
        await bench.chats.close(chat)

    run(tmp_path, endless, test)
