"""Chats that another model wrote: what it costs to load that one, or to go on with the loaded one."""

from pathlib import Path

from desktop.chat.chat_table import ChatTable
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import ContinuesFrom, ConversationChanged, ModelPhase, NotReady, ReadyAtOnce
from desktop.chat.model_loading import LOAD_SECONDS, LOADED_AT, ModelLoading
from desktop.chat.other_model import OtherModel
from desktop.chat.readiness import reading_speed
from desktop.chat.replying import Replying
from desktop.chat.turns import Turns
from desktop.conversations.context_start import start_of
from desktop.conversations.kv_records import KvContext
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId, Role
from desktop.conversations.store import ConversationStore
from desktop.inference.errors import ModelClosedError
from desktop.inference.job import Purpose
from desktop.models.entry import GUIDE_WORDS
from desktop.models.guide import NAME as GUIDE
from desktop.sessions.keys import ContextKey, NodeKey
from desktop.sessions.store import SegmentStore
from desktop.system.errors import RivuletError
from desktop.system.threads import in_thread

THREAD = "keeping"


class OtherModels:
    """Tell which model goes on with a chat. For the event loop's thread."""

    def __init__(
        self,
        store: ConversationStore,
        segments: SegmentStore,
        turns: Turns,
        table: ChatTable,
        models: ModelLoading,
        replying: Replying,
        events: EventBuffer,
    ) -> None:
        """Use the stores; events tell the window what happens."""
        self._store, self._segments, self._turns, self._table = store, segments, turns, table
        self._models, self._replying, self._events = models, replying, events

    async def other_model(self, conversation_id: ConversationId) -> OtherModel | None:
        """See Chats."""
        conversation = await self._store.conversation(conversation_id)
        name, phase = conversation.model, self._models.state.phase
        if phase is ModelPhase.LOADING or name in ("", GUIDE) or conversation.head_id is None:  # nobody wants to be asked for the guide
            return None
        loaded_name = self._models.name if phase in (ModelPhase.READY, ModelPhase.UNLOADED) else ""
        if name == loaded_name:
            return None
        context = await self._newest_context(name)
        return OtherModel(
            name,
            None if context is None else _file(context),
            None if context is None else _number(context, LOAD_SECONDS),
            await self._reading_seconds(conversation, context),
            GUIDE_WORDS if self._models.state.is_guide else loaded_name,
            await self._loaded_reading_seconds(conversation) if loaded_name else None,
            self._models.state.is_guide,
        )

    async def continue_with_loaded(self, conversation_id: ConversationId) -> None:
        """See Chats. Raises ModelClosedError."""
        if self._models.state.phase is not ModelPhase.READY:
            raise ModelClosedError
        self._events.put(ConversationChanged(await self._store.set_model(conversation_id, self._models.name)))
        chat = self._table.chat(conversation_id)
        await self._replying.resume(chat)
        if chat.is_open:
            await self._table.bring_in(conversation_id, Purpose.READ if chat.is_writing else Purpose.RESTORE)

    async def _newest_context(self, name: str) -> KvContext | None:
        """Return what was known of a model when it was loaded last from a file that is still there."""
        known = [context for context in await self._store.kv_contexts() if context.model_name == name]
        known.sort(key=lambda context: _number(context, LOADED_AT) or 0.0, reverse=True)
        return await in_thread(THREAD, lambda: next((context for context in known if _has_file(context)), None))  # a disk may sleep

    async def _reading_seconds(self, conversation: Conversation, context: KvContext | None) -> float | None:
        path = await self._store.path(conversation.id)
        if context is not None and await self._is_stored(path, start_of(path, conversation), context):
            return 0.0
        stats = next(
            (message.stats for message in reversed(path) if message.stats is not None and message.model == conversation.model), None
        )
        speed = reading_speed(await self._store.longest_reading(conversation.model))
        if stats is None or not speed:
            return None
        return (stats.tokens_restored + stats.tokens_read + stats.tokens_written) / speed

    async def _is_stored(self, path: list[Message], start: MessageId | None, context: KvContext) -> bool:
        """Tell whether the last reply of a path is stored under a context, or what was said after it."""
        since = next((index for index in reversed(range(len(path))) if path[index].role is Role.ASSISTANT), 0)
        nodes = await self._store.nodes([message.id for message in path[since:]], start)
        ends = [NodeKey(node.end_key) for node in nodes if node.end_key and node.context_key == context.key]
        return bool(ends) and await in_thread(THREAD, lambda: self._segments.path_bytes(ContextKey(context.key), ends)) > 0

    async def _loaded_reading_seconds(self, conversation: Conversation) -> float | None:
        match self._table.chat(conversation.id).readiness:
            case ReadyAtOnce() | ContinuesFrom():
                return 0.0
            case NotReady(seconds=seconds):
                return seconds
        speed = self._turns.reading_speed
        try:
            return (await self._turns.size(conversation)).unread / speed if speed else None
        except RivuletError:  # its template cannot render the chat, for instance; told when the person sends
            return None


def _has_file(context: KvContext) -> bool:
    path = _file(context)
    return path is not None and path.is_file()


def _file(context: KvContext) -> Path | None:
    file = context.settings.get("file")
    return Path(file) if isinstance(file, str) else None


def _number(context: KvContext, name: str) -> float | None:
    value = context.settings.get(name)
    return float(value) if isinstance(value, int | float) else None
