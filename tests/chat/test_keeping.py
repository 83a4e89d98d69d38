"""What is kept on the disk for chats, on the real stores and the real engine."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

from desktop.chat.chat_options import ChatOptions
from desktop.chat.events import NotReady, ReadyAtOnce, RereadReason
from desktop.chat.keeping import newest_ends
from desktop.chat.numbers import SessionState
from desktop.conversations.kv_records import SavedNode, TokenForm
from desktop.conversations.message import ConversationId, MessageId
from tests.chat.bench import Bench, run

LONG = "What is a river? " * 20
OTHER = "Something else entirely. " * 20


async def opened(bench: Bench, chat: ConversationId) -> object:
    """Return what the line of a chat says once it is open."""
    await bench.chats.open(chat)
    await bench.idle()
    return bench.chats.readiness(chat)


def test_the_ends_of_a_path_are_the_newest_nodes_of_each_context() -> None:
    first, second = MessageId(1), MessageId(2)
    nodes = [
        SavedNode(first, b"a", b"1"),
        SavedNode(second, b"a", b"2"),
        SavedNode(second, b"a", b"3", TokenForm.SETTLED),
        SavedNode(first, b"b", b"4"),
        SavedNode(second, b"b", b""),
        SavedNode(first, b"c", b""),
    ]
    for order in (nodes, nodes[::-1]):
        assert newest_ends(order) == {b"a": {b"2", b"3"}, b"b": {b"4"}}


def test_open_chats_and_those_kept_ready_stay_when_all_else_goes(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chats = [await bench.chat(text) for text in (LONG, OTHER, "And a third one. " * 20)]
        await bench.chats.open(chats[0])
        await bench.chats.set_kept_ready(chats[1], True)
        await bench.idle()
        before = await bench.chats.storage()
        assert 0 < before.pinned < before.used
        freed = await bench.chats.clean()
        after = await bench.chats.storage()
        assert (after.used, after.pinned) == (before.used - freed, before.pinned)
        assert after.used == after.pinned
        decoded = bench.engine.tokens_decoded
        await bench.load(brief)  # nothing is in memory any more
        assert isinstance(bench.chats.readiness(chats[0]), ReadyAtOnce)
        assert isinstance(await opened(bench, chats[1]), ReadyAtOnce)
        assert isinstance(await opened(bench, chats[2]), NotReady)
        assert bench.engine.tokens_decoded == decoded
        await bench.chats.set_kept_ready(chats[1], False)
        for chat in chats:
            await bench.chats.close(chat)
        await bench.idle()
        assert (await bench.chats.storage()).pinned == 0
        await bench.chats.set_budget(0)
        assert (await bench.chats.storage()).used == 0

    run(tmp_path, brief, test)


def test_what_was_taken_back_stays_with_an_open_chat(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG, OTHER)
        await bench.chats.open(chat)
        await bench.chats.undo(chat)
        await bench.idle()
        await bench.chats.clean()
        await bench.load(brief)
        decoded = bench.engine.tokens_decoded
        await bench.chats.redo(chat)
        await bench.idle()
        assert isinstance(bench.chats.readiness(chat), ReadyAtOnce)
        assert bench.engine.tokens_decoded == decoded

    run(tmp_path, brief, test)


def test_the_budget_is_that_of_the_person_or_the_default(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        await bench.chats.begin()
        numbers = await bench.chats.storage()
        assert (numbers.budget, numbers.default_budget > 0, numbers.is_saving) == (123_456_789, True, True)
        await bench.chats.set_budget(None)
        assert (await bench.chats.storage()).budget == numbers.default_budget

    run(tmp_path, None, test, ChatOptions(budget=123_456_789))


def test_a_start_removes_what_no_chat_needs_and_nothing_else(tmp_path: Path, brief: Path) -> None:
    chats: list[ConversationId] = []

    async def talk(bench: Bench) -> None:
        chats.append(await bench.chat(LONG))
        lost = await bench.chat(OTHER)
        await bench.store.delete_conversation(lost)  # as if the application had died before it swept

    async def start(bench: Bench) -> None:
        before = (await bench.chats.storage()).used
        await bench.chats.begin()
        after = (await bench.chats.storage()).used
        assert 0 < after < before
        await bench.load(brief)
        assert isinstance(await opened(bench, chats[0]), ReadyAtOnce)
        assert bench.engine.tokens_decoded == 0

    async def start_without_chats(bench: Bench) -> None:
        await bench.chats.begin()
        assert (await bench.chats.storage()).used == 0

    run(tmp_path, brief, talk)
    run(tmp_path, None, start)
    for file in (tmp_path / "data").glob("conversations.sqlite3*"):
        file.unlink()
    run(tmp_path, None, start_without_chats)


def test_chats_that_are_not_used_lose_their_states_and_nothing_else(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        unused, kept = await bench.chat(LONG), await bench.chat(OTHER)
        await bench.chats.set_kept_ready(kept, True)
        for chat in (unused, kept):
            await opened(bench, chat)
        path, used = await bench.store.path(unused), (await bench.chats.storage()).used
        bench.now += timedelta(minutes=50)
        await bench.chats.expire()
        assert (await bench.chats.storage()).used == used
        await opened(bench, unused)  # which is a use
        bench.now += timedelta(minutes=50)
        await bench.chats.expire()
        assert bench.chats.session(unused).state is SessionState.CREATED or bench.chats.session(unused).expired_at is None
        bench.now += timedelta(minutes=20)
        await bench.chats.expire()
        await bench.idle()
        session = bench.chats.session(unused)
        assert (session.state, session.expired_at) == (SessionState.EXPIRED, bench.now)
        assert bench.chats.session(kept).expired_at is None
        assert 0 < (await bench.chats.storage()).used < used
        assert await bench.store.path(unused) == path
        line = await opened(bench, unused)
        assert isinstance(line, NotReady)
        assert line.reason is RereadReason.REMOVED
        assert bench.chats.session(unused).id != session.id, "what has expired is final"

    run(tmp_path, brief, test, ChatOptions(time_to_live=timedelta(hours=1)))


def test_without_a_time_to_live_nothing_expires(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG)
        bench.now += timedelta(days=1000)
        await bench.chats.expire()
        await bench.idle()
        assert isinstance(await opened(bench, chat), ReadyAtOnce)

    run(tmp_path, brief, test)


def test_a_session_is_counted_from_opening_to_closing(tmp_path: Path, brief: Path) -> None:
    chats: list[ConversationId] = []

    async def talk(bench: Bench) -> None:
        chats.append(await bench.chat(LONG))

    async def look(bench: Bench) -> None:
        chat = chats[0]
        assert bench.chats.session(chat) is None
        line = await opened(bench, chat)
        assert isinstance(line, ReadyAtOnce)
        session = bench.chats.session(chat)
        assert (session.state, session.model) == (SessionState.ACTIVE, "brief")
        assert (session.rounds, session.tokens_decoded, session.tokens_restored) == (0, 0, line.tokens)
        assert session.saved_bytes > 0 == session.shared_bytes
        await bench.chats.send(chat, "And a brook?")
        await bench.idle()
        again = bench.chats.session(chat)
        assert (again.id, again.rounds, again.tokens_restored) == (session.id, 1, line.tokens)
        assert again.tokens_decoded == bench.engine.tokens_decoded - 1, "all but the end-of-turn token"
        assert again.saved_bytes > session.saved_bytes
        fork = (await bench.chats.fork(chat, (await bench.store.path(chat))[1].id)).id
        await opened(bench, fork)
        await opened(bench, chat)
        shared = bench.chats.session(fork)
        assert 0 < shared.saved_bytes == shared.shared_bytes == bench.chats.session(chat).shared_bytes < again.saved_bytes
        await bench.chats.close(chat)
        assert bench.chats.session(chat) is None
        await opened(bench, chat)
        assert bench.chats.session(chat).id != session.id

    run(tmp_path, brief, talk)
    run(tmp_path, brief, look)


def test_what_is_always_kept_ready_survives_a_start_with_too_small_a_budget(tmp_path: Path, brief: Path) -> None:
    chats: list[ConversationId] = []
    budgets: list[int] = []

    async def talk(bench: Bench) -> None:
        chats.append(await bench.chat(LONG))
        assert await asyncio.to_thread(bench.segments.flush, 20)
        for file in bench.sessions.rglob("*.kv"):  # unused for so long that it would be the first to go
            os.utime(file, (1e9, 1e9))
        await bench.chat(OTHER)
        await bench.chats.set_kept_ready(chats[0], True)
        await bench.idle()
        numbers = await bench.chats.storage()
        budgets.append(numbers.pinned * 3 // 2)
        assert numbers.used > budgets[0]

    async def start(bench: Bench) -> None:
        assert bench.segments.wait_until_indexed(20)  # so that nothing delays what the budget removes
        before = (await bench.chats.storage()).used
        await bench.chats.begin()
        assert await asyncio.to_thread(bench.segments.flush, 20)
        after = await bench.chats.storage()
        assert 0 < after.used == after.pinned < before
        await bench.load(brief)
        assert isinstance(await opened(bench, chats[0]), ReadyAtOnce)

    run(tmp_path, brief, talk)
    run(tmp_path, None, start, ChatOptions(budget=budgets[0]))


def test_cleaning_knows_what_is_kept_ready_in_a_process_that_opened_nothing(tmp_path: Path, brief: Path) -> None:
    async def talk(bench: Bench) -> None:
        await bench.chats.set_kept_ready(await bench.chat(LONG), True)

    async def clean(bench: Bench) -> None:
        assert await bench.chats.clean() == 0

    run(tmp_path, brief, talk)
    run(tmp_path, None, clean)


def test_a_start_removes_what_is_too_old(tmp_path: Path, brief: Path) -> None:
    chats: list[ConversationId] = []

    async def talk(bench: Bench) -> None:
        chats.extend([await bench.chat(LONG), await bench.chat(OTHER)])

    async def start(bench: Bench) -> None:
        bench.now += timedelta(days=8)
        await bench.chats.open(chats[1])  # a pane of the last time
        await bench.chats.begin()
        await bench.load(brief)
        await bench.idle()
        assert isinstance(bench.chats.readiness(chats[1]), ReadyAtOnce)
        assert isinstance(await opened(bench, chats[0]), NotReady)

    run(tmp_path, brief, talk)
    run(tmp_path, None, start, ChatOptions(time_to_live=timedelta(days=7)))


def test_a_chat_that_was_opened_a_moment_ago_is_used(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG)
        bench.now += timedelta(days=8)
        session = (await bench.chats.open_session(chat)).id
        await bench.chats.expire()
        await bench.idle()
        assert bench.chats.session(chat).id == session
        await bench.load(brief)
        await bench.idle()
        assert isinstance(bench.chats.readiness(chat), ReadyAtOnce)

    run(tmp_path, brief, test, ChatOptions(time_to_live=timedelta(days=7)))
