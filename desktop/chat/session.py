"""A session is one opening of a chat: its life from created to closed or expired, and what it cost and saved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, NoReturn, Protocol
from uuid import UUID, uuid4

from desktop.chat.numbers import SessionNumbers, SessionState
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId, Role
from desktop.system.errors import RivuletError
from desktop.system.words import say

Clock = Callable[[], datetime]

_FINAL = (SessionState.CLOSED, SessionState.EXPIRED)


class SessionEndedError(RivuletError):
    """The session was closed or has expired, which is final."""

    def __init__(self) -> None:
        super().__init__(say("This session has ended. The chat is kept; open it again to go on."))


class UsedSessionIdError(RivuletError):
    """A session of this id was opened before."""

    def __init__(self, session_id: UUID) -> None:
        told = say("The session {id} was opened before, and a session is opened once. Choose another id.", id=str(session_id))
        super().__init__(told)


class EmptySessionError(RivuletError):
    """There is no message to fork at."""

    def __init__(self) -> None:
        super().__init__(say("This chat has no message yet, so there is nothing to fork."))


class SessionHost(Protocol):
    """What a session asks of the chats; the chat service offers it. Every coroutine raises RivuletError."""

    async def conversation(self, conversation_id: ConversationId) -> Conversation:
        """Return a chat."""
        ...

    async def messages(self, conversation_id: ConversationId) -> list[Message]:
        """Return a chat's messages from the root to its head."""
        ...

    async def fork(self, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
        """Return a new chat that stands at a message of this one."""
        ...

    async def feed(self, conversation_id: ConversationId, text: str, max_tokens: int = 0) -> str:
        """Add text to a plain chat and decode it; return up to max_tokens tokens that the model writes after it, as text."""
        ...

    async def open_session(self, conversation_id: ConversationId, session_id: UUID | None = None) -> "Session":
        """Open a chat and return its session: the one that it has, or a new one."""
        ...

    async def close(self, conversation_id: ConversationId) -> None:
        """Close a chat, and its session."""
        ...

    async def export_chat(self, conversation_id: ConversationId, stream: BinaryIO, *, with_state: bool) -> None:
        """Write a chat, and its saved states if wanted, to a stream."""
        ...

    async def import_chat(self, stream: BinaryIO, *, trusted: bool = False) -> Conversation:
        """Make a chat of what export_chat wrote; its saved states are taken only if the person trusts where they come from."""
        ...


@dataclass(frozen=True, slots=True)
class TurnNumbers:
    """What one turn cost and saved: a reply, a reading or a restoring. Tokens are counts."""

    tokens_decoded: int = 0  # read and written
    tokens_restored: int = 0  # from memory and disk
    seconds_saved: float = 0.0  # of prefill, by those
    is_round: bool = False  # it wrote a reply


class Session:
    """One opening of a chat. Made by Sessions; for the event loop's thread."""

    def __init__(self, session_id: UUID, conversation_id: ConversationId, host: SessionHost, clock: Clock) -> None:
        self._id, self._conversation_id, self._host, self._clock = session_id, conversation_id, host, clock
        self._state = SessionState.CREATED
        self._model = ""
        self._created_at = clock()
        self._closed_at: datetime | None = None
        self._expired_at: datetime | None = None
        self._rounds = self._decoded = self._restored = 0
        self._seconds_saved = 0.0
        self._saved_bytes = self._shared_bytes = 0

    @property
    def id(self) -> UUID:
        """Return what names this session, and no other ever."""
        return self._id

    @property
    def conversation_id(self) -> ConversationId:
        """Return the chat that was opened."""
        return self._conversation_id

    @property
    def is_ended(self) -> bool:
        """Tell whether the session is closed or expired, for good."""
        return self._state in _FINAL

    @property
    def numbers(self) -> SessionNumbers:
        """Return the session as numbers, which stay readable after its end."""
        return SessionNumbers(
            id=self._id,
            state=self._state,
            model=self._model,
            created_at=self._created_at,
            closed_at=self._closed_at,
            expired_at=self._expired_at,
            rounds=self._rounds,
            tokens_decoded=self._decoded,
            tokens_restored=self._restored,
            seconds_saved=self._seconds_saved,
            saved_bytes=self._saved_bytes,
            shared_bytes=self._shared_bytes,
        )

    async def history(self) -> list[Message]:
        """Return the messages that were fed to the model or written by it: no draft, and nothing that still waits for a model."""
        messages = await self._host.messages(self._conversation_id)
        conversation = await self._host.conversation(self._conversation_id)
        if messages and messages[-1].role is Role.USER and not conversation.is_plain:
            messages = messages[:-1]
        return [message for message in messages if message.text.strip() or message.reasoning.strip()]

    async def fork(self) -> "Session":
        """Return a new chat's session that goes on from where this one stands and shares all its state.

        Raises SessionEndedError, EmptySessionError.
        """
        self._require_open()
        head = (await self._host.conversation(self._conversation_id)).head_id
        if head is None:
            raise EmptySessionError
        return await self._host.open_session((await self._host.fork(self._conversation_id, head)).id)

    async def feed(self, text: str, max_tokens: int = 0) -> str:
        """Add plain text, without a chat template, to a plain chat and decode it; return what the model writes after it.

        With max_tokens=0 it writes nothing. Raises SessionEndedError, and what the chats raise.
        """
        self._require_open()
        if not text or max_tokens < 0:
            raise ValueError("there must be a text, and max_tokens must not be negative")
        return await self._host.feed(self._conversation_id, text, max_tokens)

    async def to_bytes(self, stream: BinaryIO, *, with_state: bool = True) -> None:
        """Write the chat, and its saved states, to a stream: a file of any size takes little memory."""
        await self._host.export_chat(self._conversation_id, stream, with_state=with_state)

    @classmethod
    async def from_bytes(cls, host: SessionHost, stream: BinaryIO, *, trusted: bool = False) -> "Session":
        """Return the session of a new chat, made of what to_bytes wrote.

        States that come with it are used only if they are trusted, after their context key and checksums; otherwise they are
        ignored, and the chat is read again. Raises DamagedArchiveError, with nothing imported.
        """
        return await host.open_session((await host.import_chat(stream, trusted=trusted)).id)

    async def close(self) -> None:
        """Close the chat, and so this session. Does nothing to one that has ended."""
        if not self.is_ended:
            await self._host.close(self._conversation_id)

    def __copy__(self) -> NoReturn:
        raise TypeError("a session is never copied: fork() makes a chat that goes on from here and shares its state")

    def __deepcopy__(self, memo: object) -> NoReturn:
        self.__copy__()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a session is never pickled: fork() makes a chat that shares its state, to_bytes() writes it to a stream")

    def _require_open(self) -> None:
        if self.is_ended:
            raise SessionEndedError

    def _begin_turn(self, model: str) -> None:
        self._require_open()
        self._state, self._model = SessionState.ACTIVE, model

    def _end_turn(self, turn: TurnNumbers) -> None:
        self._rounds += turn.is_round
        self._decoded += turn.tokens_decoded
        self._restored += turn.tokens_restored
        self._seconds_saved += turn.seconds_saved

    def _measure(self, saved_bytes: int, shared_bytes: int) -> None:
        self._saved_bytes, self._shared_bytes = saved_bytes, shared_bytes

    def _close(self) -> None:
        if not self.is_ended:
            self._state, self._closed_at = SessionState.CLOSED, self._clock()

    def _expire(self) -> None:
        if not self.is_ended:
            self._state, self._expired_at = SessionState.EXPIRED, self._clock()


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class Sessions:
    """The sessions of this process: at most one a chat that has not ended. For the event loop's thread.

    Every call but open() does nothing for a chat that has no session.
    """

    def __init__(self, clock: Clock = utc_now, time_to_live: timedelta | None = None) -> None:
        """Tell the time by a clock, which tests may move. time_to_live: how long an unused session lives; None: forever."""
        self._clock = clock
        self.time_to_live = time_to_live
        self._latest: dict[ConversationId, Session] = {}
        self._used_ids: set[UUID] = set()

    def open(self, conversation_id: ConversationId, host: SessionHost, session_id: UUID | None = None) -> Session:
        """Return the session of a chat that was opened: the one that it has, or a new one where that has ended.

        session_id names the new one, for replay. Raises UsedSessionIdError.
        """
        present = self._latest.get(conversation_id)
        if present is not None and not present.is_ended and session_id in (None, present.id):
            return present
        if session_id in self._used_ids:
            raise UsedSessionIdError(session_id)
        if present is not None:  # of another id: the one given begins anew
            present._close()
        session = Session(session_id or uuid4(), conversation_id, host, self._clock)
        self._used_ids.add(session.id)
        self._latest[conversation_id] = session
        return session

    def close(self, conversation_id: ConversationId) -> None:
        """Close the session of a chat that is shown no more."""
        if (session := self._latest.get(conversation_id)) is not None:
            session._close()

    def close_all(self) -> None:
        """Close every session: the application ends."""
        for session in self._latest.values():
            session._close()

    def expire(self, conversation_id: ConversationId) -> None:
        """End a session whose saved states were removed: to make room, or because its time was over."""
        if (session := self._latest.get(conversation_id)) is not None:
            session._expire()

    def turn_begun(self, conversation_id: ConversationId, model: str) -> Session | None:
        """Take note that a chat's turn begins with a model; return its session, a new one where the last has expired."""
        session = self._latest.get(conversation_id)
        if session is None or session.numbers.state is SessionState.CLOSED:
            return None
        if session.is_ended:
            session = self.open(conversation_id, session._host)
        session._begin_turn(model)
        return session

    def turn_ended(self, session: Session | None, turn: TurnNumbers) -> None:
        """Add what a turn cost to the session in which it began, which may have ended meanwhile."""
        if session is not None:
            session._end_turn(turn)

    def measured(self, conversation_id: ConversationId, saved_bytes: int, shared_bytes: int) -> None:
        """Take note of what a chat's states take of the disk, and how much of that other chats use too."""
        if (session := self._latest.get(conversation_id)) is not None:
            session._measure(saved_bytes, shared_bytes)

    def numbers(self, conversation_id: ConversationId) -> SessionNumbers | None:
        """Return the numbers of a chat's session; None where it is not open. An expired one is shown until the chat goes on."""
        session = self._latest.get(conversation_id)
        if session is None or session.numbers.state is SessionState.CLOSED:
            return None
        return session.numbers
