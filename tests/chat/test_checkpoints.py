"""Turns are taken back and brought back, on the real store and the real engine; nothing of the history is decoded again."""

from pathlib import Path

import pytest

from desktop.chat.events import Activity, ContinuesFrom, ConversationChanged, HeadMoved, ReadyAtOnce, ReplyExtended
from desktop.conversations.errors import UnknownConversationError, UnknownMessageError
from desktop.conversations.message import ConversationId, MessageId, Status
from tests.chat.bench import Bench, run
from tests.tiny_models import Family, Shape, TinyModel

LONG = "What is a river? " * 20


async def ready(bench: Bench, chat: ConversationId) -> ReadyAtOnce:
    await bench.idle(chat)
    readiness = bench.chats.readiness(chat)
    assert isinstance(readiness, ReadyAtOnce), readiness
    return readiness


def moves(bench: Bench) -> list[tuple[int, int]]:
    """Return how long each told path was and how many turns were taken back."""
    return [(len(event.messages), event.turns_taken_back) for event in bench.of(HeadMoved)]


@pytest.mark.parametrize("family", [Family.DENSE, Family.WINDOW])
def test_going_back_and_forth_decodes_nothing(tmp_path: Path, models: Path, family: Family) -> None:
    model = TinyModel(name="brief", ends=1.6, family=family, shape=Shape(width=256)).write(models / f"back {family}.gguf")

    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG, "And a brook?", "And a lake?")
        await bench.chats.open(chat)
        whole = (await ready(bench, chat)).tokens
        path = await bench.store.path(chat)
        before = bench.engine.tokens_decoded
        lengths = [whole]
        for step in [bench.chats.undo] * 2 + [bench.chats.redo] * 2:
            await step(chat)
            lengths.append((await ready(bench, chat)).tokens)
        await bench.chats.rewind(chat, path[0].id)
        await ready(bench, chat)
        await bench.chats.redo(chat)
        lengths.append((await ready(bench, chat)).tokens)
        assert bench.engine.tokens_decoded == before
        assert lengths == [whole, lengths[1], lengths[2], lengths[1], whole, lengths[2]]
        assert whole > lengths[1] > lengths[2] > 300
        assert moves(bench) == [(4, 1), (2, 1), (4, -1), (6, -1), (1, 3), (2, -1)]
        assert bench.shown()[chat] == [(message.id, message.text) for message in path[:2]]

    run(tmp_path, model, test)


def test_the_next_message_after_an_undo_is_all_that_is_read(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG, "And a brook?")
        first = (await bench.store.path(chat))[-1].stats
        await bench.chats.undo(chat)
        await bench.chats.send(chat, "Or a pond?")
        await bench.idle(chat)
        again = (await bench.store.path(chat))[-1].stats
        assert 1 < again.tokens_read <= first.tokens_read < 60
        assert (await bench.store.conversation(chat)).redo_id is None
        await bench.chats.redo(chat)
        assert moves(bench) == [(2, 1)], "there is nothing to redo after a message"

    run(tmp_path, brief, test)


def test_a_reply_after_a_rewind_leaves_nothing_to_redo(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG, "And a brook?")
        path = await bench.store.path(chat)
        await bench.chats.rewind(chat, path[2].id)
        await bench.chats.continue_reply(chat)
        await bench.idle(chat)
        told = bench.of(ConversationChanged)[-1].conversation
        assert told == await bench.store.conversation(chat)
        assert told.redo_id is None
        assert [message.text for message in await bench.store.path(chat)][:3] == [message.text for message in path[:3]]

    run(tmp_path, brief, test)


def test_what_was_taken_back_comes_back_after_a_restart(tmp_path: Path, brief: Path) -> None:
    chats: list[ConversationId] = []

    async def take_back(bench: Bench) -> None:
        chats.append(await bench.chat(LONG, "And a brook?"))
        await bench.chats.undo(chats[0])
        await bench.chats.undo(chats[0])

    async def bring_back(bench: Bench) -> None:
        assert await bench.chats.open(chats[0]) == []
        await bench.chats.redo(chats[0])
        await bench.chats.redo(chats[0])
        assert (await ready(bench, chats[0])).tokens > 300
        assert bench.engine.tokens_decoded == 0
        assert len(bench.shown()[chats[0]]) == 4

    run(tmp_path, brief, take_back)
    run(tmp_path, brief, bring_back)


def test_a_running_reply_is_stopped_and_kept(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        for length, move in enumerate([bench.chats.undo, lambda chat: bench.chats.rewind(chat, MessageId(1))]):
            await bench.chats.open(chat)
            await bench.chats.send(chat, "Tell me a story")
            await bench.until(lambda: bench.chats.activity(chat) is Activity.REPLYING and len(bench.shown()[chat][-1][1]) > 30)
            await move(chat)
            assert bench.chats.activity(chat) is Activity.IDLE
            assert len(await bench.store.path(chat)) == length
            await bench.chats.redo(chat)
            *_, reply = await bench.store.path(chat)
            assert reply.status is Status.STOPPED
            assert len(reply.text) > 30
            await bench.idle()

    run(tmp_path, endless, test)


def test_a_message_that_waits_for_a_model_can_be_taken_back(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Hello")
        await bench.chats.undo(chat)
        assert bench.chats.activity(chat) is Activity.IDLE
        await bench.load(brief)
        await bench.idle()
        assert await bench.store.path(chat) == []
        await bench.chats.redo(chat)
        assert [message.text for message in await bench.store.path(chat)] == ["Hello"]

    run(tmp_path, None, test)


def test_a_chat_without_messages_has_nothing_in_the_context(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG)
        await bench.chats.open(chat)
        await ready(bench, chat)
        await bench.chats.undo(chat)
        await bench.idle()
        assert bench.chats.readiness(chat) is None
        assert bench.chats.context(chat) == (0, 8192)
        await bench.chats.undo(chat)
        assert moves(bench) == [(0, 1)]

    run(tmp_path, brief, test)


def test_a_fork_that_goes_back_continues_from_nowhere(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG, "And a brook?")
        fork = (await bench.chats.fork(chat, (await bench.store.path(chat))[-1].id)).id
        await bench.chats.open(fork)
        await bench.idle()
        assert bench.chats.readiness(fork) == ContinuesFrom(4)
        await bench.chats.undo(fork)
        await ready(bench, fork)
        assert len(await bench.store.path(chat)) == 4

    run(tmp_path, brief, test)


def test_only_messages_of_the_path_can_be_gone_back_to(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("Hello", "And?")
        path = await bench.store.path(chat)
        await bench.chats.rewind(chat, path[-1].id)
        await bench.chats.undo(chat)
        with pytest.raises(UnknownMessageError):
            await bench.chats.rewind(chat, path[-1].id)
        with pytest.raises(UnknownConversationError):
            await bench.chats.undo(ConversationId(99))
        assert moves(bench) == [(2, 1)]

    run(tmp_path, brief, test)


def test_a_reply_of_another_chat_goes_on_and_can_be_come_back_to(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Tell me a story")
        await bench.until(lambda: bench.chats.activity(chat) is Activity.REPLYING and len(bench.shown()[chat][-1][1]) > 30)
        reply = bench.shown()[chat][-1][0]
        fork = (await bench.chats.fork(chat, reply)).id
        await bench.chats.rewind(fork, reply)
        with pytest.raises(UnknownMessageError):
            await bench.chats.rewind(fork, MessageId(99))
        assert bench.chats.activity(fork) is Activity.REPLYING, "it stands where it stood"
        await bench.chats.undo(fork)
        assert bench.is_idle(fork)
        assert bench.chats.activity(chat) is Activity.REPLYING
        length = len(bench.shown()[chat][-1][1])
        await bench.until(lambda: len(bench.shown()[chat][-1][1]) > length + 30)
        await bench.chats.redo(fork)
        assert bench.chats.activity(fork) is Activity.REPLYING
        length = len(bench.shown()[fork][-1][1])
        await bench.until(lambda: len(bench.shown()[fork][-1][1]) > length + 30)
        await bench.chats.stop(chat)
        await bench.idle()
        path = await bench.store.path(fork)
        assert path[-1].status is Status.STOPPED
        assert bench.shown()[fork] == bench.shown()[chat] == [(message.id, message.text) for message in path]
        written = ""
        for event in bench.of(ReplyExtended):
            if event.conversation_id == fork:
                assert event.start <= len(written), "nothing was left out"
                written = written[: event.start] + event.text
        assert written == path[-1].text

    run(tmp_path, endless, test)


def test_a_closed_fork_of_a_hybrid_chat_is_ready_however_far_its_parent_has_gone_on(tmp_path: Path, models: Path) -> None:
    model = TinyModel(name="hybrid", ends=1.6, family=Family.HYBRID, shape=Shape(width=256)).write(models / "hybrid.gguf")

    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG, "And a brook?")
        fork = await bench.chats.fork(chat, (await bench.store.path(chat))[-1].id)
        await bench.chats.open(fork.id)
        await bench.idle()
        await bench.chats.close(fork.id)
        for text in ("One", "Two", "Three", "Four", "Five", "Six"):
            await bench.chats.send(chat, text)
            await bench.idle()
        await bench.chats.close(chat)
        await bench.idle()
        decoded = bench.engine.tokens_decoded
        await bench.chats.open(fork.id)
        await bench.idle()
        assert bench.chats.readiness(fork.id) == ContinuesFrom(4)
        assert bench.engine.tokens_decoded == decoded

    run(tmp_path, model, test)
