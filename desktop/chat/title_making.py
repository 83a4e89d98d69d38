"""After the first reply of a chat, a title that the model writes in idle time.

It is written on a sequence of its own that leaves nothing behind: what the chat has in the context and on the disk stays as it is.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

from desktop.chat.chat_options import ChatOptions
from desktop.chat.chat_state import ChatState
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ConversationChanged
from desktop.chat.spawning import Spawn
from desktop.chat.titles import suggested_title, title_from
from desktop.chat.turn import Turn
from desktop.chat.turns import Turns
from desktop.conversations.message import Conversation, ConversationId, Message, Role, Status
from desktop.conversations.store import ConversationStore
from desktop.inference import prompt as prompts
from desktop.inference.engine import Engine
from desktop.inference.errors import ModelClosedError
from desktop.inference.job import Ending, Entry, Job, Outcome, Purpose
from desktop.inference.prompt import Prompt, PromptSettings
from desktop.inference.reasoning import ReasoningSplitter
from desktop.inference.sampling import SamplerSettings
from desktop.sessions.keys import NodeKey
from desktop.sessions.tokens import TokenIds
from desktop.system.errors import RivuletError

log = logging.getLogger(__name__)

IDLE_SECONDS = 10.0  # after a reply: who answers at once waits for nothing
MOST_TOKENS = 24
EXCERPT = 500  # characters of the message, and of the reply
WISH = (
    "This is how a conversation begins.\n\nQuestion: {asked}\n\nAnswer: {answered}\n\n"
    "Write a title for it, of at most six words and in the same language. Write nothing but the title."
)


def later(act: Callable[[], object]) -> None:
    """Have something done after IDLE_SECONDS."""
    asyncio.get_running_loop().call_later(IDLE_SECONDS, act)


class TitleMaking:
    """Name chats after their first replies, unless the person has. For the event loop's thread."""

    def __init__(
        self, store: ConversationStore, engine: Engine, turns: Turns, events: EventBuffer, spawn: Spawn, options: ChatOptions
    ) -> None:
        """Listen to turns; spawn runs a coroutine beside."""
        self._store, self._engine, self._turns, self._events, self._spawn = store, engine, turns, events, spawn
        self._options = options
        self._tried: set[ConversationId] = set()
        turns.on_ended.append(self._on_turn_ended)

    def _on_turn_ended(self, chat: ChatState, turn: Turn) -> None:
        if turn.reply is not None and turn.reply.status is Status.COMPLETE and self._options.names_chats():
            self._spawn(self._wait(chat))

    async def _wait(self, chat: ChatState) -> None:
        later(lambda: self._spawn(self._name(chat)))  # no task until then: nobody who waits for all of them waits for this

    async def _name(self, chat: ChatState) -> None:
        async with chat.lock:  # what the next message needs comes first
            pass
        if chat.activity is not Activity.IDLE or chat.id in self._tried:  # the end of a reply that is under way comes here again
            return
        await self._turns.ended(chat)
        try:
            conversation = await self._store.conversation(chat.id)
            exchange = first_exchange(conversation, await self._store.path(chat.id))
            if exchange is None:
                return
            self._tried.add(chat.id)
            if title := suggested_title(await self._write(conversation, *exchange)):
                named = await self._store.suggest_title(chat.id, title)
                if named.trashed_at is None:
                    self._events.put(ConversationChanged(named))
        except RivuletError as error:
            log.info("not named: %s", error.sentence)

    async def _write(self, conversation: Conversation, asked: Message, answered: Message) -> str:
        """Return what the model writes; nothing if there is no room for it beside the chats. Raises RivuletError."""
        model = self._engine.loaded
        if model is None:
            raise ModelClosedError
        wish = WISH.format(asked=asked.text[:EXCERPT], answered=answered.text[:EXCERPT])
        settings = PromptSettings(conversation.began_on, thinking=False if model.can_toggle_thinking else None)
        prompt = await self._engine.prompt([prompts.Turn(prompts.Role.USER, wish)], settings)
        if self._engine.loaded is not model:
            raise ModelClosedError
        sink = _Listener(prompt)
        job = Job(
            self._turns.next_job_id(),
            ("title", conversation.id),
            prompt.ids,
            (),
            sink,
            Purpose.WRITE,
            SamplerSettings(temperature=0),
            most_tokens=MOST_TOKENS,
            is_background=True,
            is_passing=True,
        )
        self._engine.start(job)
        try:
            return await sink.text()
        finally:
            self._engine.stop(job.id)


def first_exchange(conversation: Conversation, path: Sequence[Message]) -> tuple[Message, Message] | None:
    """Return a chat's own first message and its reply, where the first line of that is still the chat's title."""
    own = [message for message in path if conversation.forked_at_id is None or message.id > conversation.forked_at_id]
    if conversation.is_title_chosen or conversation.is_plain or [message.role for message in own[:2]] != [Role.USER, Role.ASSISTANT]:
        return None
    asked, answered = own[:2]
    return (asked, answered) if conversation.title == title_from(asked.text) and answered.text.strip() else None


class _Listener:
    """Gather what a job writes besides its reasoning. A JobSink: its calls come from the worker's thread."""

    def __init__(self, prompt: Prompt) -> None:
        self._loop = asyncio.get_running_loop()
        self._done = asyncio.Event()
        self._splitter = ReasoningSplitter(prompt.form)
        self._splitter.feed(prompt.begun)
        self._text = ""
        self._ending = Ending.STOPPED

    async def text(self) -> str:
        """Return what was written; of one that was cut off, without its last word."""
        await self._done.wait()
        if self._ending is Ending.TOKEN_LIMIT and "\n" not in self._text.strip():
            return self._text.rpartition(" ")[0]
        return self._text if self._ending in (Ending.END_OF_TURN, Ending.TOKEN_LIMIT) else ""

    def entered(self, entry: Entry) -> None:
        """See JobSink."""

    def read(self, done: int, total: int, seconds_left: float) -> None:
        """See JobSink."""

    def wrote(self, text: str) -> None:
        """See JobSink."""
        self._text += "".join(shown.text for shown in self._splitter.feed(text) if not shown.is_reasoning)

    def keep(self, ids: TokenIds) -> None:
        """See JobSink."""

    def saved(self, position: int, node: NodeKey) -> None:
        """See JobSink."""

    def waiting(self) -> None:
        """See JobSink."""

    def finished(self, outcome: Outcome) -> None:
        """See JobSink."""
        if (rest := self._splitter.rest()) is not None and not rest.is_reasoning:
            self._text += rest.text
        self._ending = outcome.ending
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._done.set)
