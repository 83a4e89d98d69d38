"""One reply, or one reading, from the worker's events to the transcript and the window."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from desktop.chat.chat_state import ChatState
from desktop.chat.events import (
    Activity,
    ContinuesFrom,
    GettingReady,
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
from desktop.chat.thinking_time import ThinkingTime
from desktop.conversations.kv_records import TokenForm
from desktop.conversations.message import Message, MessageId, ReplyStats, Status
from desktop.conversations.store import ConversationStore
from desktop.inference.job import Ending, Entry, JobId, Outcome, Purpose
from desktop.inference.prompt import Prompt
from desktop.inference.reasoning import ReasoningSplitter, Shown
from desktop.sessions.keys import ContextKey, NodeKey
from desktop.sessions.tokens import TokenIds, token_ids

STATUS = {
    Ending.END_OF_TURN: Status.COMPLETE,
    Ending.STOPPED: Status.STOPPED,
    Ending.QUIT: Status.INTERRUPTED,
    Ending.CONTEXT_FULL: Status.CUT,
    Ending.TOKEN_LIMIT: Status.CUT,
    Ending.FAILED: Status.FAILED,
}
SHORT_READING = 64  # tokens; reading so few is part of sending


@dataclass(frozen=True, slots=True)
class TurnPlan:
    """What a turn knows of its chat before it begins."""

    purpose: Purpose
    prompt: Prompt
    messages: Sequence[MessageId]  # by the turns' indices in the prompt
    replies: frozenset[MessageId]  # of these; they stand there as the template writes them once another message follows
    vocabulary: str
    context: ContextKey
    context_tokens: int
    reason: RereadReason  # if more than the last messages must be read
    speed: float  # tokens a second of prefill, 0: unknown
    new_tokens: int = 0  # of the prompt, that were never read before
    is_background: bool = False  # in idle time, and silent
    start: MessageId | None = None  # the message that the prompt begins with; None: the chat's first
    thinking_seconds: float = 0.0  # that the reply which is continued has thought

    @property
    def prompt_tokens(self) -> int:
        """Return the tokens that are to be in the context before anything is written."""
        return len(self.prompt.ids)


class Turn:
    """Listen to a job, store what it writes, and tell the window. A JobSink: its calls come from the worker's thread."""

    def __init__(
        self,
        chat: ChatState,
        plan: TurnPlan,
        store: ConversationStore,
        reply: Message | None,
        on_restored: Callable[[int], None],
        on_done: Callable[[], None],
    ) -> None:
        """Use a streaming reply, for a job that writes.

        on_restored gets the tokens that came from disk; on_done is called last, and whoever made the turn then calls
        tell_end(). Both in the worker's thread.
        """
        self._chat, self._plan, self._store, self._on_restored, self._on_done = chat, plan, store, on_restored, on_done
        self.reply = reply
        self._begun = plan.prompt.ids[plan.prompt.opening :] if reply else token_ids()
        self._splitter = ReasoningSplitter(plan.prompt.form)
        self._reasoning, self._text = self._begin(reply) if reply else ([], [])
        self._lengths = {True: len("".join(self._reasoning)), False: len("".join(self._text))}  # characters, by is_reasoning
        self.listeners = [chat]  # chats that show the reply: forks of a streaming one too
        self._thinking = ThinkingTime(plan.thinking_seconds)
        self._telling = threading.Lock()  # who listens is told all, and who is dismissed nothing more
        self._entry: Entry | None = None
        self._reason: RereadReason | None = None
        self.outcome: Outcome | None = None
        self.done = asyncio.Event()

    @property
    def chat(self) -> ChatState:
        """Return the chat that it was begun in."""
        return self._chat

    @property
    def entry(self) -> Entry | None:
        """Return how its tokens came into the context, once they have."""
        return self._entry

    @property
    def plan(self) -> TurnPlan:
        """Return what was known before it began."""
        return self._plan

    @property
    def decoded(self) -> TokenIds | None:
        """Return all that is in the context after a reply that came to its end by itself."""
        if self.reply is None or self.outcome is None or self.outcome.ending is not Ending.END_OF_TURN:
            return None
        prompt = self._plan.prompt
        return prompt.ids + self.outcome.ids + token_ids([] if prompt.end_of_turn is None else [prompt.end_of_turn])

    def current_reply(self) -> Message | None:
        """Return the reply with all that was written by now; may be called from any thread."""
        reply = self.reply
        if reply is None or reply.status is not Status.STREAMING:
            return reply
        return replace(reply, text="".join(self._text), reasoning="".join(self._reasoning))

    def listen(self, chat: ChatState) -> None:
        """Let one more chat show the reply, from its beginning. In the event loop's thread."""
        with self._telling:
            self.listeners = [*self.listeners, chat]
            chat.job_id, chat.purpose = self._chat.job_id, self._plan.purpose
            chat.set_activity(self._chat.activity)
            for is_reasoning, parts in ((True, self._reasoning), (False, self._text)):
                if self.reply is not None and parts:
                    chat.events.put(ReplyExtended(chat.id, self.reply.id, 0, "".join(parts), is_reasoning))
        chat.set_used(self._chat.used, self._plan.context_tokens)

    def dismiss(self, chat: ChatState) -> None:
        """Let a chat that listens show the reply no longer. In the event loop's thread."""
        with self._telling:
            self.listeners = [other for other in self.listeners if other is not chat]
            chat.job_id = chat.purpose = None
            chat.set_activity(Activity.IDLE)

    def entered(self, entry: Entry) -> None:
        """See JobSink."""
        self._entry = entry
        self._on_restored(entry.from_disk)
        self._chat.was_damaged |= entry.is_damaged
        seconds = entry.to_read / self._plan.speed if self._plan.speed else None
        if self._plan.is_background and entry.to_read and self._chat.readiness is None:
            self._set_readiness(GettingReady(seconds))
        if self._plan.purpose is Purpose.RESTORE or self._plan.is_background:
            return
        if self._plan.purpose is Purpose.WRITE:  # a chat that is read because the person writes can still be sent to
            self._set_activity(Activity.READING)
        self._set_used(entry.restored)
        if entry.to_read - self._plan.new_tokens > SHORT_READING:
            self._reason = self._reread_reason()
        if entry.to_read > SHORT_READING:
            self._set_readiness(Reading(0, entry.to_read, seconds, self._reason))

    def read(self, done: int, total: int, seconds_left: float) -> None:
        """See JobSink."""
        if self._plan.is_background:
            return
        if total > SHORT_READING:
            self._set_readiness(Reading(done, total, seconds_left, self._reason))
        self._set_used(self._plan.prompt_tokens - total + done)

    def wrote(self, text: str) -> None:
        """See JobSink."""
        assert self.reply is not None, "only jobs that write have text"
        if self._chat.activity is not Activity.REPLYING:
            self._set_activity(Activity.REPLYING)
            self._set_readiness(None)
            self._chat.was_damaged, self._chat.changed = False, None
        for shown in self._splitter.feed(text):
            self._show(self.reply, shown)

    def keep(self, ids: TokenIds) -> None:
        """See JobSink."""
        assert self.reply is not None, "only jobs that write are kept"
        self._set_used(self._plan.prompt_tokens + len(ids))
        reasoning, text = self._fields(self._splitter.rest())
        self._store.keep_reply(self.reply.id, text, self._plan.vocabulary, self._begun + ids, reasoning)

    def saved(self, position: int, node: NodeKey) -> None:
        """See JobSink."""
        owner = self._owner(position)
        if owner is not None:
            form = TokenForm.SETTLED if owner in self._plan.replies else TokenForm.GENERATED
            self._store.save_node(owner, self._plan.context, node, form, self._plan.start)

    def waiting(self) -> None:
        """See JobSink."""
        if self._plan.is_background:
            return
        if self._plan.purpose is Purpose.WRITE:
            self._set_activity(Activity.WAITING)
        self._set_readiness(WaitingForRoom())

    def finished(self, outcome: Outcome) -> None:
        """See JobSink."""
        entry, self.outcome = self._entry, outcome
        if self.reply is not None:
            if (rest := self._splitter.rest()) is not None:
                self._show(self.reply, rest)
            self.reply = self._finish_reply(self.reply, outcome)
            self._set_readiness(None)
        elif self._plan.is_background:
            if isinstance(self._chat.readiness, GettingReady):
                self._set_readiness(None)
            if outcome.ending is Ending.READY:
                self._finish_in_background()
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
        if self.outcome is not None and self.outcome.error and not self._plan.is_background:
            self._chat.events.put(NoticeRaised(self.outcome.error, self._chat.id))
        self.done.set()

    def _begin(self, reply: Message) -> tuple[list[str], list[str]]:
        """Return what a reply shows of its reasoning and its answer before anything is written."""
        begun = self._splitter.feed(self._plan.prompt.begun)
        reasoning, text = ([shown.text for shown in begun if shown.is_reasoning is wanted] for wanted in (True, False))
        rest = self._splitter.rest()
        held = {rest.is_reasoning: rest.text} if rest else {}
        if ("".join(reasoning) + held.get(True, ""), "".join(text) + held.get(False, "")) == (reply.reasoning, reply.text):
            return reasoning, text
        return [reply.reasoning], [reply.text]  # another model has written it in another form

    def _show(self, reply: Message, shown: Shown) -> None:
        self._thinking.wrote(is_reasoning=shown.is_reasoning)
        with self._telling:
            start = self._lengths[shown.is_reasoning]
            self._lengths[shown.is_reasoning] += len(shown.text)
            (self._reasoning if shown.is_reasoning else self._text).append(shown.text)
            for chat in self.listeners:
                chat.events.put(ReplyExtended(chat.id, reply.id, start, shown.text, shown.is_reasoning))

    def _fields(self, rest: Shown | None = None) -> tuple[str, str]:
        """Return the reasoning and the answer, with what is still held back."""
        reasoning, text = "".join(self._reasoning), "".join(self._text)
        if rest is None:
            return reasoning, text
        return (reasoning + rest.text, text) if rest.is_reasoning else (reasoning, text + rest.text)

    def _finish_in_background(self) -> None:
        self._set_used(self._plan.prompt_tokens)
        if isinstance(self._chat.readiness, NotReady):
            self._chat.was_damaged, self._chat.changed = False, None
            self._set_readiness(None)

    def _finish_reply(self, reply: Message, outcome: Outcome) -> Message:
        stats = ReplyStats(
            outcome.tokens_restored,
            outcome.tokens_read,
            outcome.reading_seconds,
            len(outcome.ids),
            outcome.writing_seconds,
            self._thinking.end(),
        )
        reasoning, text = self._fields()
        finished = replace(reply, text=text, reasoning=reasoning, status=STATUS[outcome.ending], stats=stats)
        ids = self._begun + outcome.ids
        self._store.finish_reply(reply.id, text, finished.status, stats, self._plan.vocabulary, ids, reasoning)
        self._set_used(self._plan.prompt_tokens + len(outcome.ids))
        return finished

    def _reread_reason(self) -> RereadReason:
        if self._chat.was_damaged:
            return RereadReason.DAMAGED
        is_elsewhere = self._plan.reason is RereadReason.EARLIER_MESSAGE_CHANGED
        return self._chat.changed if self._chat.changed is not None and is_elsewhere else self._plan.reason

    def _set_activity(self, activity: Activity) -> None:
        with self._telling:
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
        self._chat.was_damaged, self._chat.changed = False, None
        if outcome.tokens_read > SHORT_READING:
            return None  # it was waited for; nothing was saved
        if self._chat.continues_from:
            return ContinuesFrom(self._chat.continues_from)
        return ReadyAtOnce(entry.restored, entry.restored / speed if speed else 0.0, entry.seconds)

    def _owner(self, position: int) -> MessageId | None:
        """Return the message to whose path a saved position belongs."""
        messages = self._plan.messages
        for boundary in self._plan.prompt.boundaries:
            if position <= boundary.position:
                return messages[max(boundary.turn, 0)]  # the system prompt's belongs to the first message
        return self.reply.id if self.reply else (messages[-1] if messages else None)
