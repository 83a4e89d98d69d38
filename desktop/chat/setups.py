"""How chats are set up: the system prompt, how replies are written, and what a change of it costs."""

import logging
from dataclasses import replace

from desktop.chat.chat_table import ChatTable
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ConversationChanged, RereadReason
from desktop.chat.numbers import SetupCost
from desktop.chat.turns import Turns
from desktop.conversations.message import Conversation, ConversationId
from desktop.conversations.preset import PresetId
from desktop.conversations.setup import Sampling, Setup
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine
from desktop.inference.sampling import SamplerSettings
from desktop.system.errors import RivuletError

log = logging.getLogger(__name__)


class Setups:
    """Set chats up. A reply that is under way stays as it is; the next one follows. For the event loop's thread."""

    def __init__(self, store: ConversationStore, engine: Engine, turns: Turns, table: ChatTable, events: EventBuffer) -> None:
        """Use the store and the engine; events tell the window what happens."""
        self._store, self._engine, self._turns, self._table, self._events = store, engine, turns, table, events

    @property
    def usual(self) -> Sampling:
        """See chat.api.Setups."""
        model = self._engine.loaded
        chain = SamplerSettings() if model is None else model.source.sampling
        most_tokens = None if model is None else model.source.most_tokens or None
        return Sampling(chain.temperature, chain.top_p, chain.top_k, chain.min_p, chain.repeat_penalty, most_tokens=most_tokens)

    async def set_system_prompt(self, conversation_id: ConversationId, system_prompt: str) -> None:
        """See chat.api.Setups."""
        changed = await self._store.presets.set_system_prompt(conversation_id, system_prompt)
        await self._set_prompts(changed, RereadReason.PROMPT_CHANGED)

    async def set_sampling(self, conversation_id: ConversationId, sampling: Sampling) -> None:
        """See chat.api.Setups."""
        self._events.put(ConversationChanged(await self._store.presets.set_sampling(conversation_id, sampling)))

    async def give(self, conversation_id: ConversationId, setup: Setup, preset_id: PresetId | None) -> None:
        """See chat.api.Setups."""
        before = await self._store.conversation(conversation_id)
        changed = await self._store.presets.set_up(conversation_id, setup, preset_id)
        if before.system_prompt != changed.system_prompt:
            await self._set_prompts(changed, RereadReason.PROMPT_CHANGED)
        elif before.thinking != changed.thinking:
            await self._set_prompts(changed, RereadReason.THINKING_CHANGED)
        else:
            self._events.put(ConversationChanged(changed))

    async def set_thinking(self, conversation_id: ConversationId, thinking: bool | None) -> None:
        """See Chats."""
        await self._set_prompts(await self._store.set_thinking(conversation_id, thinking), RereadReason.THINKING_CHANGED)

    async def set_keeps_reasoning(self, conversation_id: ConversationId, keeps: bool) -> None:
        """See Chats."""
        await self._set_prompts(await self._store.set_keeps_reasoning(conversation_id, keeps), RereadReason.THINKING_CHANGED)

    async def cost(self, conversation_id: ConversationId, setup: Setup) -> SetupCost | None:
        """See chat.api.Setups."""
        model = self._engine.loaded
        if model is None:
            return None
        conversation = await self._store.conversation(conversation_id)
        wanted = replace(conversation, system_prompt=setup.system_prompt, thinking=setup.thinking)
        try:
            tokens = await self._engine.count(setup.system_prompt)
            unread = (await self._turns.size(wanted)).unread
        except RivuletError as error:  # told when the person sends
            log.info("cost not known: %s", error.sentence)
            return None
        speed = self._turns.reading_speed
        return SetupCost(tokens, unread, unread / speed if speed else None, model.context_tokens)

    async def _set_prompts(self, conversation: Conversation, reason: RereadReason) -> None:
        """Tell that a chat's prompts are made in another way from now on, and what that costs."""
        self._events.put(ConversationChanged(conversation))
        chat = self._table.chat(conversation.id)
        chat.changed = reason
        async with chat.lock:
            if chat.is_open and chat.activity is Activity.IDLE and self._engine.loaded is not None:
                try:
                    await self._turns.refresh(chat, conversation, reason)
                except RivuletError as error:  # told again when the person sends
                    log.info("not restored: %s", error.sentence)
