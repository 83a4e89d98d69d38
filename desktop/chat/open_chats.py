"""Chats opened and closed, by the window or by who drives a session; while one is open its KV cache is at hand."""

from dataclasses import replace
from uuid import UUID

from desktop.chat.chat_state import ChatState
from desktop.chat.chat_table import ChatTable
from desktop.chat.events import Activity
from desktop.chat.keeping import Keeping
from desktop.chat.numbers import SessionState
from desktop.chat.session import Session, SessionHost, Sessions
from desktop.chat.spawning import Spawn
from desktop.chat.turns import Turns
from desktop.conversations.message import ConversationId, Message, Status
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine
from desktop.inference.job import Purpose


class OpenChats:
    """Open chats and close them, and their sessions. For the event loop's thread."""

    def __init__(
        self,
        store: ConversationStore,
        engine: Engine,
        turns: Turns,
        table: ChatTable,
        sessions: Sessions,
        keeping: Keeping,
        host: SessionHost,
        spawn: Spawn,
    ) -> None:
        """Use the store and the engine; host is what sessions ask, spawn runs a coroutine beside."""
        self._store, self._engine, self._turns, self._table = store, engine, turns, table
        self._sessions, self._keeping, self._host, self._spawn = sessions, keeping, host, spawn

    async def open(self, conversation_id: ConversationId) -> list[Message]:
        """See Chats."""
        messages = await self._store.path(conversation_id)
        if messages and messages[-1].status is Status.STREAMING:
            if (turn := self._turns.streaming(messages[-1].id)) is None:  # it ended meanwhile
                messages = await self._store.path(conversation_id)
                if messages[-1].status is Status.STREAMING:  # and its end could not be stored
                    messages[-1] = replace(messages[-1], status=Status.INTERRUPTED)
            elif (reply := turn.current_reply()) is not None:  # what is stored is up to a second older
                messages[-1] = reply
        chat = self._table.chat(conversation_id)
        chat.is_shown = True
        self._begin_session(chat)
        return messages

    async def open_session(self, conversation_id: ConversationId, session_id: UUID | None) -> Session:
        """Open a chat and return its session: the one that it has, or a new one, of the id that is given for replay."""
        await self._store.conversation(conversation_id)
        session = self._sessions.open(conversation_id, self._host, session_id)
        self._begin_session(self._table.chat(conversation_id))
        return session

    async def close(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        chat = self._table.chat(conversation_id)
        chat.is_open = chat.is_shown = chat.is_writing = False
        self._sessions.close(conversation_id)
        self._keeping.refresh()
        if chat.activity is Activity.IDLE:
            self._engine.leave(conversation_id)
            chat.set_readiness(None)

    async def close_unshown(self, conversation_id: ConversationId) -> None:
        """Close a chat that was opened for its session alone, unless the person has it before them by now."""
        if not self._table.chat(conversation_id).is_shown:
            await self.close(conversation_id)

    def _begin_session(self, chat: ChatState) -> None:
        chat.is_open = True
        if self._sessions.open(chat.id, self._host).numbers.state is SessionState.CREATED:
            chat.held = 0
        self._keeping.note_use(chat.id)
        self._spawn(self._table.bring_in(chat.id, Purpose.RESTORE))
