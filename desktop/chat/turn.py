"""One reply, or one reading, from the worker's events to the transcript and the window."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from desktop.chat.chat_state import ChatState
from desktop.chat.events import (
    Activity,
    ContinuesFrom,
    NoticeRaised,
    NotReady,
    Readiness,
    Reading,
    ReadyAtOnce,
    ReplyExtended,
    ReplyFinished,
    RereadReason,
    WaitingForRoom,
)
from desktop.conversations.message import Message, MessageId, ReplyStats, Status
from desktop.conversations.store import ConversationStore
from desktop.inference.job import Ending, Entry, JobId, Outcome, Purpose
from desktop.inference.prompt import Boundary
from desktop.sessions.keys import ContextKey, NodeKey
from desktop.sessions.tokens import TokenIds

STATUS = {
    Ending.END_OF_TURN: Status.COMPLETE,
    Ending.STOPPED: Status.STOPPED,
    Ending.QUIT: Status.INTERRUPTED,
    Ending.CONTEXT_FULL: Status.CUT,
    Ending.FAILED: Status.FAILED,
}
SHORT_READING = 64  # tokens; reading so few is part of sending


@dataclass(frozen=True, slots=True)
class TurnPlan:
    """What a turn knows of its chat before it begins."""

    purpose: Purpose
    prompt_tokens: int
    boundaries: Sequence[Boundary]
    messages: Sequence[MessageId]  # by the turns' indices in the prompt
    vocabulary: str
    context: ContextKey
    context_tokens: int
    reason: RereadReason  # if more than the last messages must be read
    speed: float  # tokens a second of prefill, 0: unknown
    new_tokens: int = 0  # of the prompt, that were never read before


class Turn:
    """Listen to a job, store what it writes, and tell the window. A JobSink: its calls come from the worker's thread."""

    def __init__(
        self,
        chat: ChatState,
        plan: TurnPlan,
        store: ConversationStore,
        reply: Message | None,
        begun: TokenIds,
        on_restored: Callable[[int], None],
        on_done: Callable[[], None],
    ) -> None:
        """Use a streaming reply, for a job that writes, and the ids it begins with, for one that continues.

        on_restored gets the tokens that came from disk; on_done is called last, and whoever made the turn then calls
        tell_end(). Both in the worker's thread.
        """
        self._chat, self._plan, self._store, self._on_restored, self._on_done = chat, plan, store, on_restored, on_done
        self.reply = reply
        self._text = [reply.text] if reply else []
        self._length = len(reply.text) if reply else 0  # characters
        self._begun = begun
        self.listeners = [chat]  # chats that show the reply: forks of a streaming one too
        self._entry: Entry | None = None
        self._reason: RereadReason | None = None
        self._error = ""
        self.done = asyncio.Event()

    def current_reply(self) -> Message | None:
        """Return the reply with all that was written by now; may be called from any thread."""
        reply = self.reply
        return replace(reply, text="".join(self._text)) if reply is not None and reply.status is Status.STREAMING else reply

    def listen(self, chat: ChatState) -> None:
        """Let one more chat show the reply. In the event loop's thread."""
        self.listeners.append(chat)
        chat.job_id, chat.purpose = self._chat.job_id, self._plan.purpose
        chat.set_activity(self._chat.activity)
        chat.set_used(self._chat.used, self._plan.context_tokens)

    def entered(self, entry: Entry) -> None:
        """See JobSink."""
        self._entry = entry
        self._on_restored(entry.from_disk)
        self._chat.was_damaged |= entry.is_damaged
        if self._plan.purpose is Purpose.RESTORE:
            return
        if self._plan.purpose is Purpose.WRITE:  # a chat that is read because the person writes can still be sent to
            self._set_activity(Activity.READING)
        self._set_used(entry.restored)
        if entry.to_read - self._plan.new_tokens > SHORT_READING:
            self._reason = self._reread_reason()
        if entry.to_read > SHORT_READING:
            seconds = entry.to_read / self._plan.speed if self._plan.speed else None
            self._set_readiness(Reading(0, entry.to_read, seconds, self._reason))

    def read(self, done: int, total: int, seconds_left: float) -> None:
        """See JobSink."""
        if total > SHORT_READING:
            self._set_readiness(Reading(done, total, seconds_left, self._reason))
        self._set_used(self._plan.prompt_tokens - total + done)

    def wrote(self, text: str) -> None:
        """See JobSink."""
        assert self.reply is not None, "only jobs that write have text"
        if self._chat.activity is not Activity.REPLYING:
            self._set_activity(Activity.REPLYING)
            self._set_readiness(None)
            self._chat.was_damaged = False
        start, self._length = self._length, self._length + len(text)
        self._text.append(text)
        for chat in self.listeners:
            chat.events.put(ReplyExtended(chat.id, self.reply.id, start, text))

    def keep(self, ids: TokenIds) -> None:
        """See JobSink."""
        assert self.reply is not None, "only jobs that write are kept"
        self._set_used(self._plan.prompt_tokens + len(ids))
        self._store.keep_reply(self.reply.id, "".join(self._text), self._plan.vocabulary, self._begun + ids)

    def saved(self, position: int, node: NodeKey) -> None:
        """See JobSink."""
        owner = self._owner(position)
        if owner is not None:
            self._store.save_node(owner, self._plan.context, node)

    def waiting(self) -> None:
        """See JobSink."""
        if self._plan.purpose is Purpose.WRITE:
            self._set_activity(Activity.WAITING)
        self._set_readiness(WaitingForRoom())

    def finished(self, outcome: Outcome) -> None:
        """See JobSink."""
        entry = self._entry
        self._error = outcome.error
        if self.reply is not None:
            self.reply = self._finish_reply(self.reply, outcome)
            self._set_readiness(None)
        elif entry is not None:
            self._set_readiness(self._readiness(entry, outcome))
        self._on_done()

    def tell_end(self, job_id: JobId) -> None:
        """Tell the window the reply's end and let the chats be idle.

        In the event loop's thread: a chat that is opened or forked there at this moment has either seen the end, or is told.
        """
        for chat in self.listeners:
            if self.reply is not None:
                chat.events.put(ReplyFinished(chat.id, self.reply))
            if chat.job_id == job_id:
                chat.job_id = chat.purpose = None
                chat.set_activity(Activity.IDLE)
        if self._error:
            self._chat.events.put(NoticeRaised(self._error, self._chat.id))
        self.done.set()

    def _finish_reply(self, reply: Message, outcome: Outcome) -> Message:
        stats = ReplyStats(outcome.tokens_restored, outcome.tokens_read, outcome.reading_seconds, len(outcome.ids), outcome.writing_seconds)
        finished = replace(reply, text="".join(self._text), status=STATUS[outcome.ending], stats=stats)
        ids = self._begun + outcome.ids
        self._store.finish_reply(reply.id, finished.text, finished.status, stats, self._plan.vocabulary, ids)
        self._set_used(self._plan.prompt_tokens + len(outcome.ids))
        return finished

    def _reread_reason(self) -> RereadReason:
        return RereadReason.DAMAGED if self._chat.was_damaged else self._plan.reason

    def _set_activity(self, activity: Activity) -> None:
        for chat in self.listeners:
            chat.set_activity(activity)

    def _set_readiness(self, readiness: Readiness) -> None:
        for chat in self.listeners:
            chat.set_readiness(readiness)

    def _set_used(self, tokens: int) -> None:
        for chat in self.listeners:
            chat.set_used(tokens, self._plan.context_tokens)

    def _readiness(self, entry: Entry, outcome: Outcome) -> ReadyAtOnce | ContinuesFrom | NotReady | None:
        """Return what the line says after a job that only restored or read."""
        total = self._plan.prompt_tokens
        speed = self._plan.speed
        missing = total - entry.restored - outcome.tokens_read
        self._set_used(total)
        if missing > SHORT_READING:
            return NotReady(missing, missing / speed if speed else None, self._reread_reason())
        self._chat.was_damaged = False
        if outcome.tokens_read > SHORT_READING:
            return None  # it was waited for; nothing was saved
        if self._chat.continues_from:
            return ContinuesFrom(self._chat.continues_from)
        return ReadyAtOnce(entry.restored, entry.restored / speed if speed else 0.0, entry.seconds)

    def _owner(self, position: int) -> MessageId | None:
        """Return the message to whose path a saved position belongs."""
        for boundary in self._plan.boundaries:
            if position <= boundary.position:
                return self._plan.messages[boundary.turn] if boundary.turn >= 0 else None
        return self.reply.id if self.reply else (self._plan.messages[-1] if self._plan.messages else None)
