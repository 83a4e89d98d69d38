"""What is kept on the disk: which saved states are never removed, which nobody needs any more, and how much there may be."""

import asyncio
import logging
from collections.abc import Iterable

from desktop.chat.chat_table import ChatTable
from desktop.chat.numbers import StorageNumbers
from desktop.chat.session import Clock, Sessions
from desktop.chat.spawning import Spawn
from desktop.conversations.context_start import start_of
from desktop.conversations.kv_records import SavedNode
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine
from desktop.sessions.keys import ContextKey, NodeKey
from desktop.sessions.store import SegmentStore
from desktop.system.errors import RivuletError
from desktop.system.threads import in_thread

log = logging.getLogger(__name__)

THREAD = "keeping"
INDEX_SECONDS = 0.2  # that a wait for the index takes at most, which cannot be cancelled
FLUSH_SECONDS = 2.0  # for what a smaller budget removes

Ends = dict[ContextKey, set[NodeKey]]


class Keeping:
    """Tell the segment store what chats need. For the event loop's thread."""

    def __init__(
        self,
        store: ConversationStore,
        segments: SegmentStore,
        engine: Engine,
        table: ChatTable,
        sessions: Sessions,
        clock: Clock,
        spawn: Spawn,
    ) -> None:
        """Use the stores; spawn runs a coroutine beside."""
        self._store, self._segments, self._engine, self._table = store, segments, engine, table
        self._sessions, self._clock, self._spawn = sessions, clock, spawn
        self._used: set[ConversationId] = set()  # and not stored yet that they were
        self._is_refreshing = False
        self._refreshing = asyncio.Lock()
        self.sweeping = asyncio.Lock()
        """Held while saved states are removed that have no owner, and by who saves some before they have one."""

    def note_use(self, conversation_id: ConversationId) -> None:
        """Take note that a chat was opened or did something: it counts as used, and what is kept for it may have changed."""
        self._used.add(conversation_id)
        self.refresh()

    def refresh(self) -> None:
        """Have pins and numbers follow what is open and what was saved, soon."""
        if not self._is_refreshing:
            self._is_refreshing = True
            self._spawn(self._refresh())

    async def limit(self, budget: int | None) -> None:
        """Limit what is stored from now on, in bytes; None: by default."""
        await self._refresh()  # before anything may go: what is pinned stays
        self._segments.set_budget(budget)

    async def tidy(self) -> None:
        """Remove what is too old and what nobody needs, once it is known what is there."""
        await self._indexed()
        await self.expire()
        await self.sweep()

    async def sweep(self) -> None:
        """Remove the saved states that no chat needs."""
        async with self.sweeping:
            await self._refresh()  # what is pinned stays
            mark = self._segments.mark()
            await self._engine.barrier()
            owned = await self._store.end_keys_by_context()
            freed = await in_thread(THREAD, lambda: self._sweep(owned, mark))
        if freed:
            log.info("removed %d bytes of saved states that no chat needs", freed)

    async def storage(self) -> StorageNumbers:
        """See Chats."""
        await self._indexed()
        segments = self._segments
        usage, budget, default = await in_thread(THREAD, lambda: (segments.usage(), segments.budget, segments.default_budget()))
        return StorageNumbers(
            used=usage.used,
            budget=budget,
            default_budget=default,
            pinned=usage.pinned,
            segments=usage.segments,
            set_aside=usage.set_aside,
            is_saving=self._segments.is_saving,
        )

    async def set_budget(self, budget: int | None) -> None:
        """See Chats."""
        self._segments.set_budget(budget)
        await in_thread(THREAD, lambda: self._segments.flush(FLUSH_SECONDS))

    async def clean(self, target: int) -> int:
        """See Chats."""
        await self._refresh()
        return await in_thread(THREAD, lambda: self._segments.clean(target))

    async def expire(self) -> None:
        """Remove the saved states of chats that were unused for the time that sessions live."""
        if self._sessions.time_to_live is None:
            return
        await self._refresh()  # what was used a moment ago was
        unused = await self._store.expire(self._clock() - self._sessions.time_to_live, self._table.busy_ids())
        for conversation_id in unused:
            self._sessions.expire(conversation_id)
            if (chat := self._table.states.get(conversation_id)) is not None:
                self._engine.leave(conversation_id)
                chat.set_readiness(None)
                chat.held = 0
        if unused:
            await self.sweep()

    def _sweep(self, owned: dict[bytes, set[bytes]], mark: int) -> int:
        freed = 0
        for context in {*map(ContextKey, owned), *self._segments.usage().by_context}:
            freed += self._segments.sweep(context, {NodeKey(end) for end in owned.get(context, ())}, mark)
        return freed

    async def _indexed(self) -> None:
        """Return when it is known what is stored."""
        while not await in_thread(THREAD, lambda: self._segments.wait_until_indexed(INDEX_SECONDS)):
            pass

    async def _refresh(self) -> None:
        async with self._refreshing:  # what was read first is not told last
            self._is_refreshing = False
            used, self._used = self._used, set()
            try:
                if used:
                    await self._store.touch(used, self._clock())
                heads, presets = _as_ends(await self._store.head_ends()), _as_ends(await self._store.presets.ends())
                self._segments.set_lasting(presets)
                _add(heads, presets)
                self._segments.set_heads(heads)
                self._segments.set_pins(await self._pins())
            except RivuletError as error:  # one was deleted meanwhile, for instance: whoever did that refreshes again
                log.info("pins not refreshed: %s", error.sentence)

    async def _pins(self) -> Ends:
        pins: Ends = {}
        open_ids = set(self._table.open_ids())
        for chat in await self._store.kept_ready(open_ids):
            path = await self._store.path(chat.id)
            start = start_of(path, chat)
            ends = await self._ends(path, start)
            _add(pins, ends)
            if chat.redo_id is not None:
                redone = await self._store.path_to(chat.redo_id)
                _add(pins, await self._ends(redone, start_of(redone, chat)))
            if chat.id in open_ids:
                await self._measure(chat, path, start, ends)
        return pins

    async def _ends(self, path: list[Message], start: MessageId | None) -> Ends:
        return newest_ends(await self._store.nodes([message.id for message in path], start))

    async def _measure(self, chat: Conversation, path: list[Message], start: MessageId | None, ends: Ends) -> None:
        shared = await self._store.shared_messages(chat.id)
        shared_ends = await self._ends([message for message in path if message.id in shared], start)
        sizes = await in_thread(THREAD, lambda: (self._bytes(ends), self._bytes(shared_ends)))  # may read what is stored
        self._sessions.measured(chat.id, *sizes)

    def _bytes(self, ends: Ends) -> int:
        return sum(self._segments.path_bytes(context, nodes) for context, nodes in ends.items())


def newest_ends(nodes: Iterable[SavedNode]) -> Ends:
    """Return the ends of the way that is saved for a path, by context: the nodes of the last of its messages that has any."""
    newest: dict[ContextKey, tuple[int, set[NodeKey]]] = {}
    for node in nodes:
        if node.end_key:
            context, end = ContextKey(node.context_key), NodeKey(node.end_key)
            last, ends = newest.get(context, (node.message_id, set()))
            if node.message_id > last:
                newest[context] = node.message_id, {end}
            elif node.message_id == last:
                newest[context] = last, {*ends, end}
    return {context: ends for context, (_, ends) in newest.items()}


def _as_ends(stored: dict[bytes, set[bytes]]) -> Ends:
    return {ContextKey(context): {NodeKey(end) for end in ends} for context, ends in stored.items()}


def _add(pins: Ends, ends: Ends) -> None:
    for context, nodes in ends.items():
        pins.setdefault(context, set()).update(nodes)
