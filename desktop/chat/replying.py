"""Letting replies begin: one, or those of several chats in the same moment."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from desktop.chat.chat_state import ChatState
from desktop.chat.chat_table import ChatTable
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ConversationChanged, MessageAdded, NoticeRaised
from desktop.chat.turns import Opening, Turns
from desktop.conversations.store import ConversationStore
from desktop.inference.errors import ModelClosedError
from desktop.system.errors import RivuletError


class Replying:
    """Begin replies. For the event loop's thread."""

    def __init__(self, store: ConversationStore, turns: Turns, table: ChatTable, events: EventBuffer) -> None:
        """Use the store; events tell the window what happens."""
        self._store, self._turns, self._table, self._events = store, turns, table, events

    async def begin(self, chats: Sequence[ChatState], *, most_tokens: int = 0) -> None:
        """Generate a reply at the head of each chat, all at once, now or when a model is there. With the chats' locks held.

        What fails is told as a notice, and the others begin all the same. most_tokens: of each reply; 0: as many as fit.
        """
        openings: list[Opening] = []
        try:
            for chat in chats:
                with self._telling(chat):
                    conversation = await self._store.conversation(chat.id)
                    openings.append(await self._turns.prepare_reply(chat, conversation, most_tokens=most_tokens))
        finally:  # what is stored as streaming must begin, even if this is cancelled meanwhile
            left = self._start(openings)
        for opening in left:  # whichever model comes may write, as before
            await self._store.set_model(opening.chat.id, opening.conversation.model)

    async def resume(self, chat: ChatState) -> None:
        """Generate the reply that a chat waits for, if the loaded model may write in it."""
        async with chat.lock:
            if chat.id not in self._table.awaiting_model:  # somebody stopped it meanwhile
                return
            if not self._turns.is_of_another_model(await self._store.conversation(chat.id)):
                self._table.awaiting_model.remove(chat.id)
                await self.begin([chat])

    @contextmanager
    def _telling(self, chat: ChatState) -> Iterator[None]:
        """Say that a chat is about to reply, and what keeps it from that."""
        chat.set_activity(Activity.READING)
        try:
            yield
        except ModelClosedError:
            self._table.await_model(chat)
        except RivuletError as error:
            chat.set_activity(Activity.IDLE)
            self._events.put(NoticeRaised(error.sentence, chat.id))
        except BaseException:
            chat.set_activity(Activity.IDLE)
            raise

    def _start(self, openings: Sequence[Opening]) -> Sequence[Opening]:
        """Return those that did not begin, because their model is gone; they wait for another."""
        if not openings:
            return []
        try:
            self._turns.start(openings, self._tell)
        except ModelClosedError:
            for opening in openings:
                self._table.await_model(opening.chat)
            return openings
        return []

    def _tell(self, opening: Opening) -> None:
        chat, conversation, reply = opening.chat, opening.conversation, opening.reply
        self._events.put(MessageAdded(chat.id, reply))
        if conversation.redo_id is not None or conversation.model != reply.model:  # there is nothing to redo any more
            changed = replace(conversation, head_id=reply.id, redo_id=None, model=reply.model, updated_at=reply.created_at)
            self._events.put(ConversationChanged(changed))
