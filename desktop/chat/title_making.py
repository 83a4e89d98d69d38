"""After the first reply of a chat, a title that the model writes in idle time.

It is written on a sequence of its own that leaves nothing behind: what the chat has in the context and on the disk stays as it is.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

from desktop.chat.chat_state import ChatState
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ConversationChanged
from desktop.chat.job_text import JobText
from desktop.chat.spawning import Spawn
from desktop.chat.titles import suggested_title, title_from
from desktop.chat.turn import Turn
from desktop.chat.turns import Turns
from desktop.conversations.message import Conversation, ConversationId, Message, Role, Status, is_temporary
from desktop.conversations.store import ConversationStore
from desktop.inference import prompt as prompts
from desktop.inference.engine import Engine
from desktop.inference.errors import ModelClosedError
from desktop.inference.job import Job, Purpose
from desktop.inference.prompt import PromptSettings
from desktop.inference.sampling import SamplerSettings
from desktop.system.errors import RivuletError

log = logging.getLogger(__name__)

IDLE_SECONDS = 10.0  # after a reply: who answers at once waits for nothing
MOST_TOKENS = 24
THOUGHT_TOKENS = 256  # before them, of a model that thinks whatever it is told; a thought that goes on ends without a title
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
        self, store: ConversationStore, engine: Engine, turns: Turns, events: EventBuffer, spawn: Spawn, may_name: Callable[[], bool]
    ) -> None:
        """Listen to turns; spawn runs a coroutine beside; may_name: whether the loaded model may and can."""
        self._store, self._engine, self._turns, self._events, self._spawn = store, engine, turns, events, spawn
        self._may_name = may_name
        self._tried: set[ConversationId] = set()
        turns.on_ended.append(self._on_turn_ended)

    def _on_turn_ended(self, chat: ChatState, turn: Turn) -> None:
        if is_temporary(chat.id):
            return
        if turn.reply is not None and turn.reply.status is Status.COMPLETE and self._may_name():
            self._spawn(self._wait(chat))

    async def _wait(self, chat: ChatState) -> None:
        later(lambda: self._spawn(self._name(chat)))  # no task until then: nobody who waits for all of them waits for this

    async def _name(self, chat: ChatState) -> None:
        async with chat.lock:  # what the next message needs comes first
            pass
        if chat.activity is not Activity.IDLE or chat.id in self._tried or not self._may_name():  # another reply's end comes here again
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
        title = JobText(prompt, MOST_TOKENS)
        job = Job(
            self._turns.next_job_id(),
            ("title", conversation.id),
            prompt.ids,
            (),
            title,
            Purpose.WRITE,
            SamplerSettings(temperature=0),
            most_tokens=MOST_TOKENS if prompt.form is None else THOUGHT_TOKENS + MOST_TOKENS,
            is_background=True,
            is_passing=True,
        )
        self._engine.start(job)
        try:
            await title.done.wait()
            return title.line()
        finally:
            self._engine.stop(job.id)


def first_exchange(conversation: Conversation, path: Sequence[Message]) -> tuple[Message, Message] | None:
    """Return a chat's own first message and its reply, where the first line of that is still the chat's title."""
    own = [message for message in path if conversation.forked_at_id is None or message.id > conversation.forked_at_id]
    if conversation.is_title_chosen or conversation.is_plain or [message.role for message in own[:2]] != [Role.USER, Role.ASSISTANT]:
        return None
    asked, answered = own[:2]
    return (asked, answered) if conversation.title == title_from(asked.text) and answered.text.strip() else None
