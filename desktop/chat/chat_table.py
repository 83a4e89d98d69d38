"""The chats that are known while the application runs, and how each is brought to rest or into the context."""

import logging
from collections.abc import Callable

from desktop.chat.chat_state import ChatState
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity
from desktop.chat.turns import Turns
from desktop.conversations.message import ConversationId, Message
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine
from desktop.inference.job import Purpose
from desktop.system.errors import RivuletError

log = logging.getLogger(__name__)


class ChatTable:
    """What every use case begins with. For the event loop's thread."""

    def __init__(self, store: ConversationStore, engine: Engine, turns: Turns, events: EventBuffer) -> None:
        """Use the stores and the engine; events tell the window what happens."""
        self._store, self._engine, self._turns, self._events = store, engine, turns, events
        self.states: dict[ConversationId, ChatState] = {}
        self.awaiting_model: list[ConversationId] = []  # a reply is wanted as soon as a model is there
        self.on_awaiting: list[Callable[[], None]] = []  # called when one more waits

    def chat(self, conversation_id: ConversationId) -> ChatState:
        """Return a chat's state, made if it was not known."""
        return self.states.setdefault(conversation_id, ChatState(conversation_id, self._events))

    def open_ids(self) -> list[ConversationId]:
        """Return the chats that have a session."""
        return [chat.id for chat in self.states.values() if chat.is_open]

    def busy_ids(self) -> list[ConversationId]:
        """Return the chats that do something or wait to."""
        return [chat.id for chat in self.states.values() if chat.job_id is not None or chat.activity is not Activity.IDLE]

    def is_asked(self) -> bool:
        """Tell whether something is just being asked of a chat."""
        return any(chat.lock.locked() for chat in self.states.values())

    def await_model(self, chat: ChatState) -> None:
        """Let a chat reply as soon as a model is there."""
        self.awaiting_model.append(chat.id)
        chat.set_activity(Activity.WAITING)
        for on_awaiting in self.on_awaiting:
            on_awaiting()

    async def halt(self, chat: ChatState) -> None:
        """End what a chat does or waits for, keeping a partial reply; returns when it has ended. With the chat's lock held."""
        if chat.id in self.awaiting_model:
            self.awaiting_model.remove(chat.id)
            chat.set_activity(Activity.IDLE)
        await self._turns.stop(chat)

    async def halt_all(self) -> None:
        """End what all chats do or wait for."""
        for chat in list(self.states.values()):
            async with chat.lock:
                await self.halt(chat)

    async def turn_away(self, chat: ChatState) -> None:
        """Do as halt(), but let a reply go on that streams for another chat and is only shown in this one."""
        self._turns.turn_away(chat)
        await self.halt(chat)

    def join(self, chat: ChatState, messages: list[Message]) -> None:
        """Let a chat whose path ends with a reply that streams show it as it is by now, and what is still to come of it."""
        turn = self._turns.streaming(messages[-1].id) if messages else None
        if turn is not None:
            turn.listen(chat)
            messages[-1] = turn.current_reply() or messages[-1]

    def set_empty(self, chat: ChatState) -> None:
        """Take note that a chat has no message any more."""
        chat.set_readiness(None)
        if self._engine.loaded is not None:
            chat.set_used(0, self._engine.loaded.context_tokens)

    async def leave(self, chat: ChatState) -> None:
        """End what a chat does, take it out of the context, and forget that it is shown. With the chat's lock held."""
        await self.turn_away(chat)
        chat.is_open = chat.is_shown = chat.is_writing = False
        chat.set_readiness(None)
        self._engine.leave(chat.id)

    async def bring_in(self, conversation_id: ConversationId, purpose: Purpose, *, is_background: bool = False) -> None:
        """Restore or read a chat that does nothing else. What fails here is told when the person sends."""
        chat = self.chat(conversation_id)
        if self._engine.loaded is None:
            return
        async with chat.lock:
            if chat.activity is not Activity.IDLE:
                return
            try:
                conversation = await self._store.conversation(conversation_id)
                if conversation.trashed_at is not None:  # meanwhile
                    return
                if self._turns.is_of_another_model(conversation):  # the person says which one goes on, before anything is read
                    purpose = Purpose.RESTORE
                if _is_under_way(chat, purpose, is_background=is_background):
                    return
                await self._turns.stop(chat)  # restoring; reading does that too
                await self._turns.begin_restoring(chat, conversation, purpose, is_background=is_background)
            except RivuletError as error:
                log.info("not restored: %s", error.sentence)


def _is_under_way(chat: ChatState, purpose: Purpose, *, is_background: bool) -> bool:
    if chat.purpose is Purpose.READ:  # in the background it is begun anew where somebody waits for it now
        return purpose is Purpose.RESTORE or is_background or not chat.is_in_background
    return chat.purpose is purpose
