"""Presets: setups with a name, which chats begin with."""

from collections.abc import Collection
from datetime import date

from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import ConversationAdded, ConversationChanged, PresetsChanged
from desktop.chat.keeping import Keeping
from desktop.chat.preset_preparing import PresetPreparing
from desktop.chat.spawning import Spawn
from desktop.chat.titles import NEW_CHAT
from desktop.conversations.message import Conversation, ConversationId
from desktop.conversations.preset import Preset, PresetId, preset_name
from desktop.conversations.setup import NOTHING, Setup
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine
from desktop.system.errors import RivuletError
from desktop.system.words import say


class LongPresetError(RivuletError):
    """A preset's system prompt leaves no room for a chat."""

    def __init__(self, tokens: int, context_tokens: int) -> None:
        super().__init__(
            say(
                "The system prompt has {tokens} tokens, and the context {context_tokens}. Nothing was changed; shorten it and save again.",
                tokens=tokens,
                context_tokens=context_tokens,
            )
        )


class Presets:
    """Keep presets and let chats begin with them. For the event loop's thread."""

    def __init__(
        self,
        store: ConversationStore,
        engine: Engine,
        keeping: Keeping,
        preparing: PresetPreparing,
        events: EventBuffer,
        spawn: Spawn,
    ) -> None:
        """Use the store and the engine; events tell the window what happens, spawn runs a coroutine beside."""
        self._store, self._engine, self._keeping, self._preparing = store, engine, keeping, preparing
        self._events, self._spawn = events, spawn

    async def all(self) -> list[Preset]:
        """See chat.api.Presets."""
        return await self._store.presets.presets()

    async def add(self, name: str, setup: Setup) -> Preset:
        """See chat.api.Presets."""
        await self._check(setup)
        preset = await self._store.presets.add(preset_name(name), setup)
        await self._tell()
        return preset

    async def change(self, preset_id: PresetId, name: str, setup: Setup) -> None:
        """See chat.api.Presets."""
        await self._check(setup)
        await self._store.presets.change(preset_id, preset_name(name), setup)
        await self._tell()
        await self._keeping.sweep()  # of what it was before

    async def set_default(self, preset_id: PresetId | None) -> None:
        """See chat.api.Presets."""
        await self._store.presets.set_default(preset_id)
        await self._tell()

    async def delete(self, preset_id: PresetId) -> None:
        """See chat.api.Presets."""
        await self._store.presets.delete(preset_id)
        await self._tell()
        await self._keeping.sweep()

    async def put_back(self, preset: Preset) -> None:
        """See chat.api.Presets."""
        await self._store.presets.put_back(preset)
        await self._tell()

    async def new_chat(self, beside: Collection[ConversationId]) -> Conversation:
        """Return an empty chat that is none of these and begins today with the default preset, if there is one."""
        default = next((preset for preset in await self.all() if preset.is_default), None)
        empty = await self._store.empty(NEW_CHAT, beside)
        chat = empty or await self._store.create(NEW_CHAT, date.today())
        setup = default.setup if default is not None else NOTHING
        if (chat.began_on, chat.setup, chat.preset_id) != (date.today(), setup, default.id if default else None):
            chat = await self._store.presets.begin_anew(chat.id, date.today(), default)
            if empty is not None:
                self._events.put(ConversationChanged(chat))
        if empty is None:
            self._events.put(ConversationAdded(chat))
        self._spawn(self._preparing.prepare())  # yesterday's date may have been part of the prompt
        return chat

    async def _check(self, setup: Setup) -> None:
        """Raise LongPresetError where the loaded model has no room for a system prompt."""
        if (model := self._engine.loaded) is not None:
            tokens = await self._engine.count(setup.system_prompt)
            if tokens >= model.context_tokens:
                raise LongPresetError(tokens, model.context_tokens)

    async def _tell(self) -> None:
        self._events.put(PresetsChanged(tuple(await self.all())))
        self._keeping.refresh()
        self._spawn(self._preparing.prepare())
