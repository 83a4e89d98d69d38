"""The use cases, on the real store and the real engine."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.chat.errors import StillReplyingError
from desktop.chat.events import (
    Activity,
    ActivityChanged,
    ContinuesFrom,
    ConversationAdded,
    MessageAdded,
    ModelPhase,
    ReadinessChanged,
    Reading,
    ReadyAtOnce,
    ReplyFinished,
)
from desktop.conversations.errors import DiskFullError
from desktop.conversations.message import ConversationId, Status
from desktop.inference.binding import Batch, Context
from desktop.inference.errors import DecodeError
from tests.chat.bench import Bench, run
from tests.tiny_models import Shape, TinyModel


async def streaming(bench: Bench, chat: ConversationId, characters: int = 30) -> None:
    """Wait until a reply streams in a chat."""
    await bench.until(lambda: bench.chats.activity(chat) is Activity.REPLYING and len(bench.shown()[chat][-1][1]) >= characters)


async def statuses(bench: Bench, chat: ConversationId) -> list[Status]:
    return [message.status for message in await bench.store.path(chat)]


def test_a_turn_is_told_as_events_in_order(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("Hello there")
        path = await bench.store.path(chat)
        assert [message.text for message in path] == ["Hello there", path[1].text]
        assert bench.shown()[chat] == [(message.id, message.text) for message in path]
        added = [event.message.status for event in bench.of(MessageAdded)]
        assert added == [Status.COMPLETE, Status.STREAMING]
        [finished] = bench.of(ReplyFinished)
        assert finished.message == path[1]
        activities = [event.activity for event in bench.of(ActivityChanged)]
        assert activities == [Activity.READING, Activity.REPLYING, Activity.IDLE]
        assert path[1].stats is not None
        assert path[1].stats.tokens_read > 0
        assert path[1].model == "brief"

    run(tmp_path, brief, test)


def test_the_message_is_stored_before_anything_is_generated(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Hello there")
        assert bench.engine.tokens_decoded == 0
        assert [message.text for message in await bench.store.path(chat)] == ["Hello there"]
        assert bench.chats.activity(chat) is Activity.WAITING

    run(tmp_path, None, test)


def test_one_command_at_a_time(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Tell me a story")
        with pytest.raises(StillReplyingError):  # also before the first word
            await bench.chats.send(chat, "More")
        await streaming(bench, chat)
        with pytest.raises(StillReplyingError):
            await bench.chats.send(chat, "More")
        with pytest.raises(StillReplyingError):
            await bench.chats.continue_reply(chat)
        fork = await bench.chats.fork(chat, bench.shown()[chat][-1][0])
        with pytest.raises(StillReplyingError):
            await bench.chats.send(fork.id, "More")
        await bench.chats.stop(chat)
        assert await statuses(bench, chat) == [Status.COMPLETE, Status.STOPPED]
        assert bench.chats.activity(fork.id) is Activity.IDLE
        await bench.chats.send(fork.id, "More")
        await bench.chats.stop(fork.id)

    run(tmp_path, endless, test)


def test_the_moment_of_opening_a_streaming_chat_shows_all_that_was_written(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Tell me a story")
        await streaming(bench, chat)
        [_, reply] = await bench.chats.open(chat)
        assert reply.status is Status.STREAMING
        assert len(reply.text) >= 30
        await bench.chats.stop(chat)
        [_, reply] = await bench.chats.open(chat)
        assert reply.status is Status.STOPPED

    run(tmp_path, endless, test)


def test_stop_in_an_idle_chat_does_nothing(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("Hello")
        before = await bench.store.path(chat)
        await bench.chats.stop(chat)
        await bench.chats.continue_reply(chat)
        assert await bench.store.path(chat) == before

    run(tmp_path, brief, test)


def test_chats_that_wait_for_a_model_are_answered_once_each_unless_stopped(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chats = [(await bench.store.create(name, (await bench.chats.new()).began_on)).id for name in "abc"]
        for chat in chats:
            await bench.chats.send(chat, "Hello")
        with pytest.raises(StillReplyingError):
            await bench.chats.send(chats[0], "Hello again")
        await bench.chats.stop(chats[1])
        assert [bench.chats.activity(chat) for chat in chats] == [Activity.WAITING, Activity.IDLE, Activity.WAITING]
        await bench.load(brief)
        await bench.idle(*chats)
        assert [len(await bench.store.path(chat)) for chat in chats] == [2, 1, 2]

    run(tmp_path, None, test)


def test_a_waiting_chat_can_be_stopped_while_the_first_is_being_answered(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chats = [(await bench.store.create(name, (await bench.chats.new()).began_on)).id for name in "ab"]
        for chat in chats:
            await bench.chats.send(chat, "Hello")
        loading = asyncio.create_task(bench.chats.load_model(brief))
        await bench.until(lambda: bench.chats.activity(chats[0]) is not Activity.WAITING)
        await bench.chats.stop(chats[1])
        await loading
        await bench.idle(*chats)
        replies = [message for message in await bench.store.path(chats[1]) if message.role == "assistant"]
        assert all(reply.status is Status.STOPPED for reply in replies)

    run(tmp_path, None, test)


def test_a_model_that_goes_while_a_reply_begins_leaves_no_reply_streaming(tmp_path: Path, brief: Path, models: Path) -> None:
    """The message is answered by the model that comes, whenever the old one goes."""
    other = TinyModel(name="other", ends=1.6, seed=1).write(models / "other.gguf")

    async def test(bench: Bench) -> None:
        for yields in range(0, 60, 3):
            chat = (await bench.store.create("x", (await bench.chats.new()).began_on)).id
            sending = asyncio.create_task(bench.chats.send(chat, "Hello"))
            for _ in range(yields):
                await asyncio.sleep(0.0002)
            await bench.load(other if yields % 2 else brief)
            await sending
            await bench.idle()
            path = await bench.store.path(chat)
            assert path[-1].role == "assistant"
            assert path[-1].status in (Status.COMPLETE, Status.INTERRUPTED)
            assert not bench.chats._turns._running

    run(tmp_path, brief, test)


def test_a_failed_model_keeps_the_chat_waiting_for_the_next(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Hello")
        await bench.chats.load_model(tmp_path / "missing.gguf")
        assert bench.chats.model.phase is ModelPhase.FAILED
        assert "missing.gguf" in bench.chats.model.error
        assert bench.chats.activity(chat) is Activity.WAITING
        await bench.load(brief)
        await bench.idle(chat)
        assert len(await bench.store.path(chat)) == 2

    run(tmp_path, None, test)


def test_titles(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        async def title(chat: ConversationId) -> str:
            return (await bench.store.conversation(chat)).title

        chat = await bench.chat("  What is a river?\nI wonder.", "And a brook?")
        assert await title(chat) == "What is a river?"
        path = await bench.store.path(chat)
        at_reply = await bench.chats.fork(chat, path[1].id)
        assert await title(at_reply.id) == "Fork of What is a river?"
        await bench.chats.send(at_reply.id, "What is a lake?")
        assert await title(at_reply.id) == "What is a lake?"
        at_question = await bench.chats.fork(chat, path[2].id)
        await bench.idle()
        assert await title(at_question.id) == "Fork of What is a river?"
        await bench.chats.send(at_question.id, "Fork of the Thames")
        await bench.idle()
        assert await title(at_question.id) == "Fork of the Thames"
        await bench.chats.send(at_question.id, "A second message does not rename")
        await bench.idle()
        assert await title(at_question.id) == "Fork of the Thames"
        await bench.chats.rename(chat, "  My\nrivers ")
        assert await title(chat) == "My"
        await bench.chats.rename(chat, " ")
        await bench.chats.send(chat, "And then?")
        await bench.idle()
        assert await title(chat) == "My"

    run(tmp_path, brief, test)


def test_an_empty_chat_is_used_again(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        first = await bench.chats.new()
        assert (await bench.chats.new()).id == first.id
        beside = await bench.chats.new([first.id])
        assert beside.id != first.id
        assert (await bench.chats.new([first.id])).id == beside.id
        await bench.store.rename(beside.id, "Beside")
        await bench.chats.save_draft(first.id, "half a thought")
        second = await bench.chats.new()
        assert second.id != first.id
        assert [event.conversation.id for event in bench.of(ConversationAdded)] == [first.id, beside.id, second.id]

    run(tmp_path, None, test)


def test_a_fork_continues_from_its_message_until_it_has_its_own(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is a river? " * 5, "And a brook?")
        path = await bench.store.path(chat)
        fork = await bench.chats.fork(chat, path[1].id)
        await bench.chats.open(fork.id)
        await bench.until(lambda: bench.chats.readiness(fork.id) is not None)
        assert bench.chats.readiness(fork.id) == ContinuesFrom(2)
        await bench.chats.send(fork.id, "Something else")
        await bench.idle()
        await bench.chats.close(fork.id)
        assert bench.chats.readiness(fork.id) is None
        await bench.chats.open(fork.id)
        await bench.until(lambda: bench.chats.readiness(fork.id) is not None)
        assert isinstance(bench.chats.readiness(fork.id), ReadyAtOnce)

    run(tmp_path, brief, test)


def test_a_cut_reply_without_text_is_begun_anew_in_its_place(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.store.add_user_message(chat, "Hello")
        for text in ("", " \n"):
            cut = await bench.store.begin_reply(chat, "brief", 1)
            vocabulary = bench.engine.loaded.source.vocabulary
            bench.store.finish_reply(cut.id, text, Status.INTERRUPTED, None, vocabulary, list(text.encode()))
            await bench.chats.continue_reply(chat)
            await bench.idle(chat)
            path = await bench.store.path(chat)
            assert len(path) == 2
            assert path[1].status is Status.COMPLETE
            assert path[1].text.startswith(text)
            ids = (await bench.store.reply_tokens([path[1].id], vocabulary))[path[1].id]
            assert len(ids) == path[1].stats.tokens_written + len(text), "all ids of the text, and no other"
            await bench.store.delete_from(chat, path[1].id)

    run(tmp_path, brief, test)


def test_a_reply_that_fails_is_kept_and_told(tmp_path: Path, endless: Path, monkeypatch: pytest.MonkeyPatch, expect_log) -> None:
    expect_log("decoding failed")

    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Tell me a story")
        await streaming(bench, chat)

        def fail(context: Context, batch: Batch) -> None:
            raise DecodeError(-3)

        with monkeypatch.context() as patch:
            patch.setattr(Context, "decode", fail)
            await bench.idle(chat)
        assert bench.notices() == ["The model could not go on; the reply is kept up to here. Try again."]
        assert await statuses(bench, chat) == [Status.COMPLETE, Status.FAILED]
        kept = (await bench.store.path(chat))[-1].text
        assert len(kept) >= 30
        await bench.chats.continue_reply(chat)
        await streaming(bench, chat, len(kept) + 30)
        await bench.chats.stop(chat)
        assert (await bench.store.path(chat))[-1].text.startswith(kept)

    run(tmp_path, endless, test)


def test_without_its_model_no_chat_claims_to_be_ready(tmp_path: Path, brief: Path, models: Path) -> None:
    broken = TinyModel(template="{% for %}").write(models / "broken.gguf")

    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is a river? " * 5)
        await bench.chats.close(chat)
        await bench.chats.open(chat)
        await bench.until(lambda: isinstance(bench.chats.readiness(chat), ReadyAtOnce))
        await bench.chats.load_model(broken)
        assert bench.chats.model.phase is ModelPhase.FAILED
        assert bench.chats.readiness(chat) is None
        assert bench.chats.context(chat) == (0, 0)

    run(tmp_path, brief, test)


def test_a_reply_that_two_vocabularies_wrote_is_continued_whole(tmp_path: Path, endless: Path, models: Path) -> None:
    other = TinyModel(name="foreign", ends=0.0, seed=1, control_tokens=["<|foreign|>"]).write(models / "foreign.gguf")

    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Tell me a story")
        for model in (other, endless):
            await streaming(bench, chat, 60)
            await bench.chats.stop(chat)
            await bench.load(model)
            await bench.chats.continue_reply(chat)
        [turn] = bench.chats._turns._running.values()
        written = sum(message.stats.tokens_written for message in await ended_versions(bench, chat))
        assert turn._plan.prompt_tokens > written + 40, "the prompt has all that was written by both"
        await bench.chats.stop(chat)

    async def ended_versions(bench: Bench, chat: ConversationId) -> list:
        [versions] = (await bench.store.versions(chat)).values()
        found = [(await bench.store.path_to(message_id))[-1] for message_id in versions]
        return [message for message in found if message.stats is not None]

    run(tmp_path, endless, test)


def test_reading_is_told_with_its_progress(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "word " * 400)
        await bench.idle(chat)
        readings = [event.readiness for event in bench.of(ReadinessChanged) if isinstance(event.readiness, Reading)]
        assert [reading.done for reading in readings] == sorted(reading.done for reading in readings)
        assert readings[-1].done == readings[-1].total > 2000
        assert {reading.reason for reading in readings} == {None}, "nothing is read again"
        used, total = bench.chats.context(chat)
        assert 2000 < used < total == 8192

    run(tmp_path, brief, test)


def test_what_was_sent_is_stored_when_settle_returns(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        bench.spawn(bench.chats.send(chat, "Hello"))
        await asyncio.sleep(0)
        await bench.chats.settle()
        assert [message.text for message in await bench.store.path(chat)][:1] == ["Hello"]
        await bench.idle(chat)

    run(tmp_path, brief, test)


def test_a_model_is_ready_though_what_it_is_could_not_be_stored(tmp_path: Path, brief: Path, expect_log: Callable[[str], None]) -> None:
    expect_log("context not stored")

    async def fail(_context: object) -> None:
        raise DiskFullError

    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Hello")
        bench.store.save_kv_context = fail
        await bench.chats.load_model(brief)
        assert bench.chats.model.phase is ModelPhase.READY
        await bench.idle(chat)
        assert await statuses(bench, chat) == [Status.COMPLETE, Status.COMPLETE]

    run(tmp_path, None, test)


def test_whatever_ends_a_load_is_told(tmp_path: Path, brief: Path, expect_log: Callable[[str], None]) -> None:
    expect_log("loading failed")

    async def fail(*_: object) -> None:
        raise MemoryError

    async def test(bench: Bench) -> None:
        bench.engine.load = fail
        await bench.chats.load_model(brief)
        assert bench.chats.model.phase is ModelPhase.FAILED
        assert brief.name in bench.chats.model.error

    run(tmp_path, None, test)


def test_who_writes_before_the_model_is_there_has_the_chat_read_then(tmp_path: Path, brief: Path, models: Path) -> None:
    other = TinyModel(name="other", seed=7).write(models / "other.gguf")

    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is a river? " * 20)
        await bench.chats.open(chat)
        loading = asyncio.ensure_future(bench.chats.load_model(other))
        await bench.until(lambda: bench.engine.loaded is None)
        await bench.chats.prepare(chat)
        await loading
        await bench.idle(chat)
        before = bench.engine.tokens_decoded
        await bench.chats.continue_with_loaded(chat)
        await bench.idle(chat)
        assert bench.engine.tokens_decoded > before + 300, "the other model has read it, because the person writes"
        before = bench.engine.tokens_decoded
        await bench.chats.prepare(chat)
        await bench.idle(chat)
        assert bench.engine.tokens_decoded == before

    run(tmp_path, brief, test)


def test_a_chat_that_is_read_because_the_person_writes_can_be_sent_to(tmp_path: Path, brief: Path, models: Path) -> None:
    other = TinyModel(name="other", seed=7, shape=Shape(layers=8, width=512, feed_forward=2048)).write(models / "other.gguf")

    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is a river? " * 200)
        await bench.load(other)
        await bench.chats.continue_with_loaded(chat)
        await bench.chats.prepare(chat)
        await bench.until(lambda: isinstance(bench.chats.readiness(chat), Reading))
        assert bench.chats.activity(chat) is Activity.IDLE
        await bench.chats.send(chat, "And now?")
        await streaming(bench, chat, 1)
        await bench.chats.stop(chat)
        assert (await statuses(bench, chat))[2:] == [Status.COMPLETE, Status.STOPPED]

    run(tmp_path, brief, test)
