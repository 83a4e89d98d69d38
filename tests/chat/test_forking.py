"""Several ways to answer a message: forks whose replies begin together, each with its own seed, and read nothing again."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from desktop.chat.events import Activity, ConversationAdded, NoticeRaised
from desktop.conversations.errors import DiskFullError, UnknownMessageError
from desktop.conversations.message import Message, Role, Status
from desktop.inference.errors import ContextOverflowError
from tests.chat.bench import Bench, run
from tests.inference.driver import worker_held
from tests.inference.prompts import byte_ids
from tests.tiny_models import Family, Shape, TinyModel

GENERATION_PROMPT = 1 + len(byte_ids("assistant\n"))


@pytest.fixture(params=[Family.DENSE, Family.WINDOW, Family.RECURRENT, Family.HYBRID])
def any_family(request: pytest.FixtureRequest, models: Path) -> Path:
    """A model of each kind of memory whose replies are hardly ever so short that two say the same."""
    path = models / f"any {request.param}.gguf"
    width = 256 if request.param is Family.HYBRID else 128
    return path if path.exists() else TinyModel(family=request.param, shape=Shape(width=width)).write(path)


@pytest.fixture
def cramped(models: Path) -> Path:
    path = models / "cramped.gguf"
    return path if path.exists() else TinyModel(name="cramped", ends=1.6, context_length=256).write(path)


async def replies_of(bench: Bench, *chats: Any) -> list[Message]:
    return [(await bench.store.path(chat.id))[-1] for chat in chats]


@pytest.mark.parametrize("at", [2, 3], ids=["at the question", "at a reply to it"])
def test_ways_decode_nothing_of_the_history_and_as_often_as_the_longest_reply(tmp_path: Path, any_family: Path, at: int) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is a river? " * 20, "And what is a brook, then?")
        path = await bench.store.path(chat)
        tokens, calls = bench.engine.tokens_decoded, bench.engine.decode_calls
        ways = await bench.chats.try_ways(chat, path[at].id, 4)
        assert all(bench.chats.activity(way.id) is not Activity.IDLE for way in ways)
        await bench.idle()
        replies = await replies_of(bench, *ways)
        assert [reply.status for reply in replies] == [Status.COMPLETE] * 4
        assert {reply.parent_id for reply in replies} == {path[2].id}
        assert len({reply.seed for reply in replies}) == 4
        long = [reply.text for reply in replies if reply.stats is not None and reply.stats.tokens_written > 8]
        assert len(set(long)) == len(long), "only short ones may be the same by chance"
        stats = [reply.stats for reply in replies if reply.stats is not None]
        assert all(1 <= own.tokens_read <= GENERATION_PROMPT for own in stats), "what stands after the question, and nothing before"
        assert bench.engine.tokens_decoded - tokens == sum(own.tokens_read + own.tokens_written + 1 for own in stats)
        assert bench.engine.decode_calls - calls == max(own.tokens_written for own in stats) + 2
        assert await bench.store.path(chat) == path, "the chat itself stays where it is"
        assert [event.conversation for event in bench.of(ConversationAdded)] == ways
        assert [way.title for way in ways] == [f"{'What is a river? ' * 4}What…, way {number}" for number in (1, 2, 3, 4)]
        shown = bench.shown()
        assert [shown[way.id][-1] for way in ways] == [(reply.id, reply.text) for reply in replies]

    run(tmp_path, any_family, test)


def test_ways_after_a_restart_come_from_the_disk(tmp_path: Path, any_family: Path) -> None:
    async def chat_first(bench: Bench) -> None:
        await bench.chat("What is a river? " * 20)

    async def test(bench: Bench) -> None:
        [chat] = await bench.store.conversations()
        path = await bench.store.path(chat.id)
        ways = await bench.chats.try_ways(chat.id, path[0].id, 3)
        await bench.idle()
        stats = [reply.stats for reply in await replies_of(bench, *ways) if reply.stats is not None]
        assert all(own.tokens_read <= GENERATION_PROMPT for own in stats)
        assert bench.engine.decode_calls == max(own.tokens_written for own in stats) + 2 + bench.calls_of_loading

    run(tmp_path, any_family, chat_first)
    run(tmp_path, any_family, test)


def test_a_running_reply_goes_on_beside_the_ways(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Tell me of rivers")
        await bench.until(lambda: len(bench.shown()[chat][-1][1]) > 5)
        question, running = await bench.store.path(chat)
        ways = await bench.chats.try_ways(chat, running.id, 2)
        await bench.until(lambda: all(len(bench.shown()[way.id][-1][1]) > 5 for way in ways))
        assert bench.chats.activity(chat) is Activity.REPLYING
        for way in ways:
            await bench.chats.stop(way.id)
        assert bench.chats.activity(chat) is Activity.REPLYING
        await bench.chats.stop(chat)
        assert {(await bench.store.path(way.id))[0].id for way in ways} == {question.id}

    run(tmp_path, endless, test)


def test_ways_beyond_the_room_wait_and_begin_by_themselves(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is a river?")
        question = (await bench.store.path(chat))[0]
        ways = [way for _ in range(2) for way in await bench.chats.try_ways(chat, question.id, 4)]
        await bench.idle()
        assert [reply.status for reply in await replies_of(bench, *ways)] == [Status.COMPLETE] * 8

    run(tmp_path, brief, test)


def test_ways_wait_for_a_model(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "What is a river?")
        [question] = await bench.store.path(chat)
        ways = await bench.chats.try_ways(chat, question.id, 2)
        assert [bench.chats.activity(way.id) for way in ways] == [Activity.WAITING] * 2
        await bench.load(brief)
        await bench.idle()
        assert [reply.role for reply in await replies_of(bench, *ways)] == [Role.ASSISTANT] * 2

    run(tmp_path, None, test)


def test_ways_whose_model_goes_while_they_are_prepared_wait_for_the_next(
    tmp_path: Path, brief: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is a river?")
        question = (await bench.store.path(chat))[0]
        begin_reply, begun = bench.store.begin_reply, []

        async def begin_and_unload(*arguments: Any, **keywords: Any) -> Message:
            begun.append(await begin_reply(*arguments, **keywords))
            if len(begun) == 3:
                await bench.engine.unload()
            return begun[-1]

        monkeypatch.setattr(bench.store, "begin_reply", begin_and_unload)
        ways = await bench.chats.try_ways(chat, question.id, 3)
        assert [bench.chats.activity(way.id) for way in ways] == [Activity.WAITING] * 3
        assert [reply.status for reply in await replies_of(bench, *ways)] == [Status.INTERRUPTED] * 3
        await bench.load(brief)
        await bench.idle()
        assert [reply.status for reply in await replies_of(bench, *ways)] == [Status.COMPLETE] * 3

    run(tmp_path, brief, test)


def test_ways_for_which_the_context_is_too_small_keep_the_question_and_say_so(tmp_path: Path, cramped: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat()
        question = await bench.store.add_user_message(chat, "What is a river? " * 30)  # as another model could still answer it
        ways = await bench.chats.try_ways(chat, question.id, 2)
        notices = bench.of(NoticeRaised)
        assert [notice.conversation_id for notice in notices] == [way.id for way in ways]
        needed = len(question.text) + GENERATION_PROMPT + len(byte_ids("user\n\n")) + 2
        assert {notice.sentence for notice in notices} == {ContextOverflowError(needed, 256).sentence}
        assert [bench.chats.activity(way.id) for way in ways] == [Activity.IDLE] * 2
        assert await replies_of(bench, *ways) == [question] * 2

    run(tmp_path, cramped, test)


@pytest.mark.parametrize("error", [DiskFullError(), asyncio.CancelledError()], ids=["the disk is full", "it is cancelled"])
def test_what_keeps_one_way_from_beginning_keeps_back_no_other(
    tmp_path: Path, brief: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is a river?")
        question = (await bench.store.path(chat))[0]
        begin_reply, calls = bench.store.begin_reply, []

        async def begin_or_fail(*arguments: Any, **keywords: Any) -> Message:
            calls.append(arguments)
            if len(calls) == 2:
                raise error
            return await begin_reply(*arguments, **keywords)

        monkeypatch.setattr(bench.store, "begin_reply", begin_or_fail)
        if isinstance(error, asyncio.CancelledError):
            with pytest.raises(asyncio.CancelledError):
                await bench.chats.try_ways(chat, question.id, 3)
        else:
            await bench.chats.try_ways(chat, question.id, 3)
            assert bench.notices() == [DiskFullError().sentence]
        await bench.idle()
        ways = await bench.store.forks(chat)
        begun = 1 if isinstance(error, asyncio.CancelledError) else 2
        statuses = [reply.status for reply in await replies_of(bench, *ways) if reply.role is Role.ASSISTANT]
        assert (len(ways), statuses) == (3, [Status.COMPLETE] * begun)

    run(tmp_path, brief, test)


def test_there_are_no_ways_to_answer_what_the_chat_does_not_have(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat, other = await bench.chat("What is a river?"), await bench.chat("What is a brook?")
        message = (await bench.store.path(other))[1]
        for missing in (message.id, message.id + 1000):
            with pytest.raises(UnknownMessageError):
                await bench.chats.try_ways(chat, missing, 2)
        assert len(await bench.store.conversations()) == 2

    run(tmp_path, brief, test)


def test_a_message_to_all_is_read_by_all_in_the_same_decodes(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chats = [await bench.chat(f"My name is {name}. Who are you?") for name in ("Ada", "Bob", "Cleo")]
        calls = bench.engine.decode_calls
        with worker_held(bench.engine):
            for chat in chats:
                await bench.chats.send(chat, "And what do you like?")
        await bench.idle()
        written = [reply.stats.tokens_written for chat in chats if (reply := (await bench.store.path(chat))[-1]).stats is not None]
        assert bench.engine.decode_calls - calls == max(written) + 2

    run(tmp_path, brief, test)
