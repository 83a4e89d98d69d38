"""Room in the context for a chat that fills it: nothing leaves the transcript, and the person chooses what the model reads."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from desktop.chat.chat_table import ChatTable
from desktop.chat.context_ways import ContextWays, LongerContext, OtherStart, SummaryWay, fills
from desktop.chat.course import Course
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ConversationChanged
from desktop.chat.model_loading import ModelLoading
from desktop.chat.readiness import writing_seconds
from desktop.chat.sending import Sending
from desktop.chat.summarising import Summarising, asked_before
from desktop.chat.turns import ContextSize, Turns
from desktop.conversations.context_start import read_part, start_of
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId, Role
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine
from desktop.inference.errors import TemplateLimitError
from desktop.inference.job import Purpose
from desktop.system.memory import available_memory

LEAST_ROOM = 128  # tokens that a way must leave for a reply
MOST_OF_MEMORY = 0.8  # of what is free, for a longer context


class LoadModel(Protocol):
    """Loads a model file with another length of context."""

    def __call__(self, path: Path, *, context_tokens: int) -> Awaitable[None]:
        """See ChatService.load_model."""
        ...


class ContextRoom:
    """Tell what can be done for a chat that fills the context, and do it. For the event loop's thread."""

    def __init__(
        self,
        store: ConversationStore,
        engine: Engine,
        turns: Turns,
        table: ChatTable,
        models: ModelLoading,
        sending: Sending,
        events: EventBuffer,
        load_model: LoadModel,
    ) -> None:
        """Use the stores and the engine; events tell the window what happens."""
        self._store, self._engine, self._turns, self._table, self._models = store, engine, turns, table, models
        self._sending, self._events, self._load_model = sending, events, load_model
        self._summarising = Summarising(store, engine, turns, events)
        self.free_memory: Callable[[], int | None] = available_memory

    async def ways(self, conversation_id: ConversationId) -> ContextWays | None:
        """See Room."""
        model = self._engine.loaded
        if model is None:
            return None
        conversation = await self._store.conversation(conversation_id)
        path = await self._store.path(conversation_id)
        used = self._table.chat(conversation_id).used
        return ContextWays(
            used,
            model.context_tokens,
            await self._leaving_out(conversation, path, model.context_tokens),
            await self._taking_in(conversation, path, model.context_tokens),
            await self._summary(conversation, path, model.context_tokens),
            self._longer(used),
        )

    async def set_start(self, conversation_id: ConversationId, start_id: MessageId | None) -> None:
        """See Room."""
        chat = self._table.chat(conversation_id)
        was_full = self._is_full(conversation_id)
        async with chat.lock:
            await self._table.halt(chat)
            changed = await self._store.context.set_start(conversation_id, start_id)
            chat.continues_from = 0
            self._events.put(ConversationChanged(changed))
        await self._go_on(conversation_id, was_full=was_full)

    async def summarise(self, conversation_id: ConversationId, course: Course) -> Conversation:
        """See Room."""
        fork = await self._summarising.fork(conversation_id, course)
        path = await self._store.path(fork.id)
        if len(path) > 1:  # with what waited for a reply
            await self._sending.continue_reply(fork.id)
        return fork

    async def lengthen(self, conversation_id: ConversationId, tokens: int) -> None:
        """See Room."""
        was_full, path = self._is_full(conversation_id), self._models.state.path
        if path is not None:
            await self._load_model(path, context_tokens=tokens)
            await self._go_on(conversation_id, was_full=was_full)

    def _is_full(self, conversation_id: ConversationId) -> bool:
        model = self._engine.loaded
        return model is not None and fills(self._table.chat(conversation_id).used, model.context_tokens)

    async def _go_on(self, conversation_id: ConversationId, *, was_full: bool) -> None:
        """Write what the end of the context cut short or kept from beginning; else read what is to be read."""
        if was_full:
            await self._sending.continue_reply(conversation_id)
        chat = self._table.chat(conversation_id)
        if chat.is_open and chat.activity is Activity.IDLE:
            await self._table.bring_in(conversation_id, Purpose.READ)

    async def _leaving_out(self, conversation: Conversation, path: Sequence[Message], total: int) -> OtherStart | None:
        """Return the first message from which on the chat takes half of the context; if none does, the last that fits."""
        now = start_of(path, conversation)
        starts = [message.id for message in read_part(path, now)[1:] if message.role is Role.USER]
        low, high, found = 0, len(starts), None
        while low < high:
            middle = (low + high) // 2
            size = await self._size(conversation, starts[middle])
            if size is not None and size.tokens <= total // 2:
                high, found = middle, size
            else:
                low = middle + 1
        if found is None and starts:
            low, found = len(starts) - 1, await self._size(conversation, starts[-1])
        if found is None or found.tokens + LEAST_ROOM > total:
            return None
        left_out = len(path) - len(read_part(path, starts[low]))
        return OtherStart(starts[low], left_out, found.tokens, self._seconds(found))

    async def _taking_in(self, conversation: Conversation, path: Sequence[Message], total: int) -> OtherStart | None:
        if (now := start_of(path, conversation)) is None:
            return None
        size = await self._size(conversation, None)
        if size is None or size.tokens + LEAST_ROOM > total:
            return None
        return OtherStart(None, len(path) - len(read_part(path, now)), size.tokens, self._seconds(size))

    async def _summary(self, conversation: Conversation, path: Sequence[Message], total: int) -> SummaryWay | None:
        if conversation.is_plain or not asked_before(path) or self._models.guide_answers:  # which cannot write one
            return None
        writing = writing_seconds(path, self._summarising.most_tokens())
        size = await self._size(conversation, start_of(path, conversation))
        if size is None or writing is None or (reading := self._seconds(size)) is None:
            return SummaryWay(None)
        pieces = 1 + size.tokens // total
        return SummaryWay(reading + pieces * writing)

    def _longer(self, used: int) -> LongerContext | None:
        """Return twice the length, or as much more as the chat needs, within what the model and the memory allow."""
        model = self._engine.loaded
        if model is None or model.trained_context_tokens <= model.context_tokens:
            return None
        tokens = 2 * model.context_tokens
        while tokens < used + LEAST_ROOM:
            tokens *= 2
        tokens = min(tokens, model.trained_context_tokens)
        size = round((tokens - model.context_tokens) * model.memory.cache_bytes(model.cache_type))
        free = self.free_memory()
        if tokens < used + LEAST_ROOM or (free is not None and size > MOST_OF_MEMORY * free):
            return None
        return LongerContext(tokens, size, self._models.load_seconds)

    async def _size(self, conversation: Conversation, start_id: MessageId | None) -> ContextSize | None:
        """Return the size of a chat read from a message on; None where it is more than a template may write."""
        try:
            return await self._turns.size(replace(conversation, context_start_id=start_id))
        except TemplateLimitError:
            return None

    def _seconds(self, size: ContextSize) -> float | None:
        speed = self._turns.reading_speed
        return size.unread / speed if speed else None
