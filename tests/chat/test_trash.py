"""Chats go to the trash and come back, or are deleted for good, with the states that only they have."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.chat.events import Activity, ContinuesFrom, ConversationAdded, ConversationChanged, ConversationRemoved, NotReady, RereadReason
from desktop.conversations.errors import UnknownConversationError
from desktop.conversations.message import ConversationId, Status
from tests.chat.bench import Bench, run

LONG = "What is a river? " * 20


async def readiness(bench: Bench, chat: ConversationId) -> object:
    """Return what the line of a chat says that is opened anew."""
    await bench.chats.close(chat)
    await bench.chats.open(chat)
    await bench.idle()
    return bench.chats.readiness(chat)


async def files(bench: Bench) -> set[Path]:
    """Return the segments that lie on the disk."""
    await bench.idle()
    assert await asyncio.to_thread(bench.segments.flush, 10)
    return {path for path in bench.sessions.glob("*/*/*") if path.suffix in (".kv", ".state")}


def test_the_trash_keeps_the_text_and_not_the_states(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        other = await bench.chat("Something else entirely " * 10)
        kept = await files(bench)
        chat = await bench.chat(LONG, "And a brook?")
        await bench.chats.open(chat)
        await bench.idle()
        assert await files(bench) > kept
        path = await bench.store.path(chat)
        await bench.chats.move_to_trash(chat)
        assert await files(bench) == kept
        assert [event.conversation_id for event in bench.of(ConversationRemoved)] == [chat]
        assert [left.id for left in await bench.chats.conversations()] == [other]
        assert [gone.id for gone in await bench.chats.trashed()] == [chat]
        assert bench.chats.session(chat) is None
        await bench.chats.restore_from_trash(chat)
        assert bench.of(ConversationAdded)[-1].conversation.id == chat
        assert await bench.store.path(chat) == path
        line = await readiness(bench, chat)
        assert isinstance(line, NotReady)
        assert line.reason is RereadReason.REMOVED

    run(tmp_path, brief, test)


def test_a_fork_outlives_its_parent(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG, "And a brook?")
        fork = (await bench.chats.fork(chat, (await bench.store.path(chat))[1].id)).id
        shared = await bench.store.path(fork)
        before = await files(bench)
        await bench.chats.delete(chat)
        after = await files(bench)
        assert before > after, "what only the parent had is gone"
        assert [event.conversation.forked_from_id for event in bench.of(ConversationChanged)][-1] is None
        assert await bench.store.path(fork) == shared
        with pytest.raises(UnknownConversationError):
            await bench.store.conversation(chat)
        decoded = bench.engine.tokens_decoded
        assert isinstance(await readiness(bench, fork), ContinuesFrom)
        assert bench.engine.tokens_decoded == decoded
        await bench.chats.delete(fork)
        assert await files(bench) == set()
        assert await bench.store.conversations() == []

    run(tmp_path, brief, test)


@pytest.mark.parametrize("is_deleted", [True, False])
def test_a_running_reply_ends_before_its_chat_goes(tmp_path: Path, endless: Path, is_deleted: bool) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Tell me a story")
        await bench.until(lambda: bench.chats.activity(chat) is Activity.REPLYING and len(bench.shown()[chat][-1][1]) > 30)
        fork = (await bench.chats.fork(chat, bench.shown()[chat][-1][0])).id
        await (bench.chats.delete if is_deleted else bench.chats.move_to_trash)(chat)
        await bench.idle()
        *_, reply = await bench.store.path(fork)
        assert reply.status is Status.STOPPED
        assert len(reply.text) > 30
        assert bench.is_idle(fork)

    run(tmp_path, endless, test)


def test_a_chat_that_waits_for_a_model_can_be_deleted(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Hello")
        await bench.chats.delete(chat)
        await bench.load(brief)
        await bench.idle()
        assert bench.engine.tokens_decoded == 0

    run(tmp_path, None, test)


def test_unknown_chats_are_told(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        for call in (bench.chats.move_to_trash, bench.chats.restore_from_trash, bench.chats.delete):
            with pytest.raises(UnknownConversationError):
                await call(ConversationId(9))
        assert bench.of(ConversationRemoved) == []

    run(tmp_path, None, test)


@pytest.mark.parametrize("is_deleted", [True, False])
def test_a_reply_goes_on_though_a_fork_that_shows_it_goes(tmp_path: Path, endless: Path, is_deleted: bool) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Tell me a story")
        await bench.until(lambda: bench.chats.activity(chat) is Activity.REPLYING and len(bench.shown()[chat][-1][1]) > 30)
        fork = (await bench.chats.fork(chat, bench.shown()[chat][-1][0])).id
        await (bench.chats.delete if is_deleted else bench.chats.move_to_trash)(fork)
        length = len(bench.shown()[chat][-1][1])
        await bench.until(lambda: len(bench.shown()[chat][-1][1]) > length + 30)
        await bench.chats.stop(chat)
        assert [message.status for message in await bench.store.path(chat)] == [Status.COMPLETE, Status.STOPPED]

    run(tmp_path, endless, test)


def test_forks_of_a_chat_in_the_trash_are_told_where_they_stand(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Hello")
        fork = (await bench.chats.fork(chat, (await bench.store.path(chat))[0].id)).id
        folder = await bench.chats.organising.add_folder()
        await bench.chats.organising.move(chat, folder.id)
        await bench.chats.move_to_trash(chat)
        told = bench.of(ConversationChanged)[-1].conversation
        assert (told.id, told.folder_id) == (fork, folder.id)

    run(tmp_path, None, test)


def test_who_deletes_a_chat_erases_its_text_from_the_disk(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        secrets = ("Wolframite of Panasqueira", "Rhodochrosite of Alma", "Title of Cinnabar")
        chat = await bench.chat(f"{secrets[0]} {LONG}", "And a brook?")
        fork = (await bench.chats.fork(chat, (await bench.store.path(chat))[1].id)).id
        await bench.chats.save_draft(chat, secrets[1])
        await bench.chats.rename(chat, secrets[2])
        await bench.idle()
        await bench.chats.move_to_trash(chat)
        assert all([await found_in(bench, secret) for secret in secrets]), "the trash keeps the text"
        await bench.chats.delete(chat)
        assert await found_in(bench, secrets[0]), "the fork has it still"
        assert not await found_in(bench, secrets[1])
        assert not await found_in(bench, secrets[2])
        await bench.chats.delete(fork)
        assert not await found_in(bench, secrets[0])
        assert not await found_in(bench, "And a brook?")

    run(tmp_path, brief, test)


def test_the_trash_is_emptied(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        kept = await bench.chat("Kept")
        states = await files(bench)
        gone = [await bench.chat("Cinnabar " * 20), await bench.chat("Cinnabar and more " * 20)]
        for chat in gone:
            await bench.chats.move_to_trash(chat)
        await bench.chats.empty_trash()
        assert await bench.chats.trashed() == []
        assert [chat.id for chat in await bench.chats.conversations()] == [kept]
        assert [event.conversation_id for event in bench.of(ConversationRemoved)][2:] == list(reversed(gone))
        assert await files(bench) == states
        assert not await found_in(bench, "Cinnabar")
        await bench.chats.empty_trash()

    run(tmp_path, brief, test)


def test_a_start_deletes_what_was_in_the_trash_for_thirty_days(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        old, young, kept = [await bench.chat(f"Cinnabar {name}") for name in ("old", "young", "kept")]
        await bench.chats.move_to_trash(old)
        bench.now += timedelta(minutes=1)
        await bench.chats.move_to_trash(young)
        bench.now += timedelta(days=30) - timedelta(seconds=30)
        await bench.chats.begin()
        assert [chat.id for chat in await bench.chats.trashed()] == [young]
        assert [chat.id for chat in await bench.chats.conversations()] == [kept]
        assert not await found_in(bench, "Cinnabar old")
        bench.now += timedelta(minutes=1)
        await bench.chats.begin()
        assert await bench.chats.trashed() == []

    run(tmp_path, brief, test)


async def found_in(bench: Bench, text: str) -> bool:
    """Tell whether a text stands in any file of the data directory."""
    await files(bench)  # else folders may go while they are walked
    return any(text.encode() in path.read_bytes() for path in bench.sessions.parent.rglob("*") if path.is_file())
