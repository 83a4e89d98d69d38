"""A session's life: what is final stays so, nothing copies it, and it counts what happens."""

import asyncio
import copy
import io
import json
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from desktop.chat.numbers import SessionState
from desktop.chat.session import EmptySessionError, Session, SessionEndedError, Sessions, TurnNumbers, UsedSessionIdError
from desktop.conversations.message import ConversationId, Role, Status
from tests.chat.bench import bench
from tests.chat.test_archive import frames, joined

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
CHAT = ConversationId(1)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(clock)


def opened(sessions: Sessions, chat: ConversationId = CHAT, session_id: UUID | None = None) -> Session:
    return sessions.open(chat, None, session_id)  # type: ignore[arg-type]  # no host is asked here


def test_from_created_to_closed(sessions: Sessions, clock: Clock) -> None:
    session = opened(sessions)
    assert session.numbers.state is SessionState.CREATED
    clock.move(minutes=1)
    assert sessions.turn_begun(CHAT, "tiny") is session
    assert session.numbers.state is SessionState.ACTIVE
    sessions.turn_ended(session, TurnNumbers(30, 1000, 2.5, is_round=True))
    sessions.turn_ended(sessions.turn_begun(CHAT, "tiny"), TurnNumbers(5, 1030, 2.5))
    sessions.measured(CHAT, 4096, 1024)
    clock.move(minutes=1)
    sessions.close(CHAT)
    numbers = session.numbers
    assert (numbers.state, numbers.model, numbers.created_at, numbers.closed_at) == (
        SessionState.CLOSED,
        "tiny",
        NOON,
        NOON + timedelta(minutes=2),
    )
    assert (numbers.rounds, numbers.tokens_decoded, numbers.tokens_restored, numbers.seconds_saved) == (1, 35, 2030, 5.0)
    assert (numbers.saved_bytes, numbers.shared_bytes, numbers.expired_at) == (4096, 1024, None)
    assert sessions.numbers(CHAT) is None, "it is not open"


@pytest.mark.parametrize("end", [Sessions.close, Sessions.expire])
@pytest.mark.parametrize("again", [Sessions.close, Sessions.expire])
def test_an_end_is_final(sessions: Sessions, clock: Clock, end: Callable[..., None], again: Callable[..., None]) -> None:
    session = opened(sessions)
    end(sessions, CHAT)
    ended = session.numbers
    clock.move(hours=1)
    again(sessions, CHAT)
    assert session.numbers == ended
    reopened = opened(sessions)
    assert reopened is not session
    assert reopened.id != session.id
    assert session.numbers == ended


def test_an_open_chat_has_one_session(sessions: Sessions) -> None:
    assert opened(sessions) is opened(sessions)
    assert opened(sessions, ConversationId(2)) is not opened(sessions)


def test_an_expired_session_is_shown_and_followed_by_a_new_one(sessions: Sessions, clock: Clock) -> None:
    session = opened(sessions)
    clock.move(days=30)
    sessions.expire(CHAT)
    numbers = sessions.numbers(CHAT)
    assert numbers is not None
    assert (numbers.state, numbers.expired_at, numbers.closed_at) == (SessionState.EXPIRED, NOON + timedelta(days=30), None)
    following = sessions.turn_begun(CHAT, "tiny")
    assert following is not None
    assert following is not session
    assert following.numbers.state is SessionState.ACTIVE


def test_a_turn_that_outlives_its_session_is_counted_there(sessions: Sessions) -> None:
    session = opened(sessions)
    begun = sessions.turn_begun(CHAT, "tiny")
    sessions.close(CHAT)
    opened(sessions)
    sessions.turn_ended(begun, TurnNumbers(7, 0, 0.0, is_round=True))
    assert session.numbers.rounds == 1
    numbers = sessions.numbers(CHAT)
    assert numbers is not None
    assert numbers.rounds == 0


def test_a_chat_that_is_not_open_counts_nothing(sessions: Sessions) -> None:
    assert sessions.turn_begun(CHAT, "tiny") is None
    sessions.turn_ended(None, TurnNumbers(7))
    sessions.measured(CHAT, 1, 1)
    sessions.close(CHAT)
    assert sessions.numbers(CHAT) is None


def test_an_id_may_be_given_and_is_used_once(sessions: Sessions) -> None:
    given = uuid4()
    session = opened(sessions, session_id=given)
    assert session.id == given
    assert opened(sessions, session_id=given) is session
    other = opened(sessions, session_id=uuid4())
    assert session.numbers.state is SessionState.CLOSED
    assert not other.is_ended
    with pytest.raises(UsedSessionIdError, match=str(given)):
        opened(sessions, session_id=given)


@pytest.mark.parametrize("copying", [copy.copy, copy.deepcopy, lambda session: copy.deepcopy([session]), pickle.dumps])
def test_copies_are_refused_and_name_fork(sessions: Sessions, copying: Callable[[Session], object]) -> None:
    with pytest.raises(TypeError, match=r"fork\(\)"):
        copying(opened(sessions))


def test_history_fork_and_feed(tmp_path: Path, brief: Path) -> None:
    async def scenario() -> None:
        async with bench(tmp_path / "data", brief) as chats:
            session = await chats.chats.open_session(await chats.chat("Hello", "And again"))
            await chats.store.save_draft(session.conversation_id, "not sent")
            history = await session.history()
            assert [message.role for message in history] == [Role.USER, Role.ASSISTANT] * 2
            fork = await session.fork()
            assert [message.id for message in await fork.history()] == [message.id for message in history]
            assert fork.id != session.id
            await chats.store.add_user_message(fork.conversation_id, "waits for a model")
            assert len(await fork.history()) == 4, "it was not fed"
            await session.close()
            assert session.numbers.state is SessionState.CLOSED
            with pytest.raises(SessionEndedError):
                await session.fork()
            with pytest.raises(SessionEndedError):
                await session.feed("more")
            assert len(await session.history()) == 4
            empty = await chats.chats.open_session((await chats.chats.new()).id)
            with pytest.raises(EmptySessionError):
                await empty.fork()
            await chats.idle()

    asyncio.run(scenario())


@pytest.mark.parametrize("trusted", [True, False])
def test_a_session_goes_to_bytes_and_comes_back_elsewhere(tmp_path: Path, brief: Path, trusted: bool) -> None:
    stream = io.BytesIO()

    async def write() -> list[str]:
        async with bench(tmp_path / "here", brief) as here:
            session = await here.chats.open_session(await here.chat("Hello", "And again"))
            await session.to_bytes(stream)
            return [message.text for message in await session.history()]

    async def read(texts: list[str]) -> None:
        async with bench(tmp_path / "there", brief) as there:
            session = await Session.from_bytes(there.chats, stream, trusted=trusted)
            await there.idle()
            history = await session.history()
            assert [message.text for message in history] == texts
            last = history[-1].stats
            assert last is not None
            held = last.tokens_restored + last.tokens_read + last.tokens_written
            await there.chats.send(session.conversation_id, "Go on")
            await there.idle()
            stats = (await session.history())[-1].stats
            assert stats is not None
            if trusted:
                assert stats.tokens_read < 64, "the new message only"
                assert session.numbers.tokens_restored >= held
            else:
                assert stats.tokens_read > held
                assert session.numbers.tokens_restored == 0

    texts = asyncio.run(write())
    stream.seek(0)
    asyncio.run(read(texts))


def test_text_is_fed_as_it_is(tmp_path: Path, endless: Path) -> None:
    async def scenario() -> None:
        async with bench(tmp_path / "data", endless) as chats:
            chat = await chats.store.create("Completion", date(2025, 3, 1), is_plain=True)
            session = await chats.chats.open_session(chat.id)
            assert await session.feed("Once upon a time") == ""
            assert session.numbers.tokens_decoded == 16, "a token a byte, and no template"
            assert session.numbers.rounds == 0
            written = await session.feed(" there was", max_tokens=8)
            assert written
            assert session.numbers.rounds == 1
            assert [message.text for message in await session.history()] == ["Once upon a time", " there was", written]
            fork = await session.fork()
            assert (await chats.store.conversation(fork.conversation_id)).is_plain
            with pytest.raises(ValueError, match="negative"):
                await session.feed("x", max_tokens=-1)
            with pytest.raises(ValueError, match="must be a text"):
                await session.feed("", max_tokens=1)
            await chats.idle()

    asyncio.run(scenario())


def test_a_message_that_was_fed_is_history_though_its_reply_has_no_text(tmp_path: Path, brief: Path) -> None:
    async def scenario() -> None:
        async with bench(tmp_path / "data", brief) as chats:
            chat = await chats.store.create("Chat", date(2025, 3, 1))
            session = await chats.chats.open_session(chat.id)
            asked = await chats.store.add_user_message(chat.id, "Hello")
            assert await session.history() == [], "it waits"
            reply = await chats.store.begin_reply(chat.id, "brief", 1)
            assert await session.history() == [asked], "it is being read"
            chats.store.finish_reply(reply.id, "", Status.STOPPED, None, "v", [1], "Let me think")
            assert [message.reasoning for message in await session.history()] == ["", "Let me think"]
            await chats.idle()

    asyncio.run(scenario())


def test_at_the_end_all_sessions_are_closed(sessions: Sessions, clock: Clock) -> None:
    one, other = opened(sessions), opened(sessions, ConversationId(2))
    sessions.expire(CHAT)
    sessions.close_all()
    assert (one.numbers.state, other.numbers.state, other.numbers.closed_at) == (SessionState.EXPIRED, SessionState.CLOSED, NOON)


def test_a_chat_that_the_window_shows_by_now_stays_open(tmp_path: Path, brief: Path) -> None:
    async def scenario() -> None:
        async with bench(tmp_path / "data", brief) as chats:
            one, other = await chats.chat("Hello"), await chats.chat("And?")
            for chat in (one, other):
                await chats.chats.open_session(chat)
            await chats.chats.open(one)
            for chat in (one, other):
                await chats.chats.close_unshown(chat)
            assert chats.chats.session(one) is not None
            assert chats.chats.session(other) is None
            await chats.chats.close(one)
            assert chats.chats.session(one) is None
            await chats.idle()

    asyncio.run(scenario())


def test_tokens_that_no_vocabulary_has_are_not_used(tmp_path: Path, brief: Path) -> None:
    async def scenario() -> None:
        async with bench(tmp_path / "data", brief) as chats:
            stream = io.BytesIO()
            await chats.chats.export_chat(await chats.chat("Hello"), stream, with_state=True)
            [reply] = [part for part in frames(stream.getvalue()) if part[0] == b"RECS"]
            records = json.loads(reply[1])
            for tokens in records["tokens"]:
                tokens["ids"] = [0x7FFF_FFFF, 1]  # asked for its text, llama.cpp would end the process
            parts = [(kind, json.dumps(records).encode() if kind == b"RECS" else part) for kind, part in frames(stream.getvalue())]
            session = await Session.from_bytes(chats.chats, io.BytesIO(joined(parts)), trusted=True)
            await chats.idle()
            await chats.chats.send(session.conversation_id, "Go on")
            await chats.idle()
            assert [message.status for message in await session.history()] == [Status.COMPLETE] * 4

    asyncio.run(scenario())
