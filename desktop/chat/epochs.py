"""After an update under which saved states do not restore any more: chats are prepared again in idle time."""

import asyncio
import logging
from dataclasses import replace

from desktop.chat.chat_table import ChatTable
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import NoticeRaised
from desktop.chat.readiness import epoch_of
from desktop.chat.turns import Turns
from desktop.conversations.context_start import start_of
from desktop.conversations.kv_records import KvContext
from desktop.conversations.message import ConversationId
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine, LoadedModel
from desktop.inference.job import Purpose
from desktop.sessions.keys import KV_EPOCH, ContextKey
from desktop.sessions.store import SegmentStore
from desktop.system.words import say

log = logging.getLogger(__name__)

PREPARED_CHATS = 5  # the latest, besides those that are open
UPDATED = say("Rivulet was updated: saved chats are prepared again while you do nothing else. Your messages are kept.")


class Epochs:
    """Deal with what an earlier version saved. For the event loop's thread."""

    def __init__(
        self, store: ConversationStore, segments: SegmentStore, engine: Engine, turns: Turns, table: ChatTable, events: EventBuffer
    ) -> None:
        """Use the stores and the engine; events tell the window what happens."""
        self._store, self._segments, self._engine, self._turns = store, segments, engine, turns
        self._table, self._events = table, events
        self._preparing = asyncio.Lock()

    async def begin(self) -> None:
        """Let the states of earlier versions go first, and tell the person once after an update."""
        stale = await self._stale()
        self._segments.set_stale([ContextKey(context.key) for context in stale])
        untold = [context for context in stale if context.settings.get("told") != KV_EPOCH]
        for context in untold:
            await self._store.save_kv_context(replace(context, settings={**context.settings, "told": KV_EPOCH}))
        if untold:
            self._events.put(NoticeRaised(UPDATED))

    async def prepare(self) -> None:
        """Read, in idle time and one after the other, the chats whose states for the loaded model an earlier version saved."""
        async with self._preparing:
            model = self._engine.loaded
            if model is None:
                return
            stale = {context.key for context in await self._stale() if context.model_identity == model.source.identity}
            if not stale:
                return
            latest = [chat.id for chat in (await self._store.conversations())[:PREPARED_CHATS]]
            for conversation_id in dict.fromkeys([*self._table.open_ids(), *latest]):
                if self._engine.loaded is not model:
                    return
                if await self._is_left_behind(conversation_id, stale, model):
                    await self._read(conversation_id)

    async def _read(self, conversation_id: ConversationId) -> None:
        log.info("preparing chat %d", conversation_id)
        chat = self._table.chat(conversation_id)
        await self._table.bring_in(conversation_id, Purpose.READ, is_background=True)
        await self._turns.ended(chat)
        if not chat.is_open and chat.job_id is None:
            self._engine.leave(conversation_id)
            chat.set_readiness(None)

    async def _is_left_behind(self, conversation_id: ConversationId, stale: set[bytes], model: LoadedModel) -> bool:
        path = await self._store.path(conversation_id)
        start = start_of(path, await self._store.conversation(conversation_id))
        nodes = await self._store.nodes([message.id for message in path], start)
        is_known = any(node.context_key == model.context and node.message_id == path[-1].id for node in nodes)
        return not is_known and any(node.context_key in stale for node in nodes)

    async def _stale(self) -> list[KvContext]:
        """Return the contexts of earlier versions of which anything was saved."""
        owned = await self._store.end_keys_by_context()
        return [context for context in await self._store.kv_contexts() if epoch_of(context) < KV_EPOCH and owned.get(context.key)]
