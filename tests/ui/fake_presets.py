"""Setups and presets in memory; what they are asked is noted in the calls of FakeChats."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from desktop.chat import events
from desktop.chat.numbers import SetupCost
from desktop.conversations.message import ConversationId
from desktop.conversations.preset import Preset, PresetId, PresetNameTakenError, preset_name
from desktop.conversations.setup import Sampling, Setup

if TYPE_CHECKING:
    from tests.ui.fake_chats import FakeChats


class FakeSetups:
    """Fulfils desktop.chat.api.Setups."""

    def __init__(self, chats: "FakeChats") -> None:
        self._chats = chats
        self.unread = 0  # tokens
        self.seconds: float | None = None
        self.context_tokens = 4096
        self.usual = Sampling(0.8, 0.95, 40, 0.05, 1.0)

    async def set_system_prompt(self, conversation_id: ConversationId, system_prompt: str) -> None:
        self._chats._note("set_system_prompt", conversation_id, system_prompt)
        self._chats.change(conversation_id, system_prompt=system_prompt, preset_id=None)

    async def set_sampling(self, conversation_id: ConversationId, sampling: Sampling) -> None:
        self._chats._note("set_sampling", conversation_id, sampling)
        self._chats.change(conversation_id, sampling=sampling, preset_id=None)

    async def give(self, conversation_id: ConversationId, setup: Setup, preset_id: PresetId | None) -> None:
        self._chats._note("give", conversation_id, setup, preset_id)
        self._chats.change(
            conversation_id, system_prompt=setup.system_prompt, sampling=setup.sampling, thinking=setup.thinking, preset_id=preset_id
        )

    async def cost(self, conversation_id: ConversationId, setup: Setup) -> SetupCost | None:
        is_same = setup.system_prompt == self._chats.chats[conversation_id].system_prompt
        is_read = is_same or self._chats.chats[conversation_id].head_id is None
        tokens = len(setup.system_prompt.split())
        return SetupCost(tokens, 0 if is_read else self.unread, None if is_read else self.seconds, self.context_tokens)


class FakePresets:
    """Fulfils desktop.chat.api.Presets."""

    def __init__(self, chats: "FakeChats") -> None:
        self._chats = chats
        self.presets: list[Preset] = []

    def arrange(self, name: str, setup: Setup, *, is_default: bool = False) -> Preset:
        preset = Preset(PresetId(len(self.presets) + 1), name, setup, is_default)
        self.presets = sorted([*self.presets, preset], key=lambda preset: preset.name.casefold())
        return preset

    async def all(self) -> list[Preset]:
        return list(self.presets)

    async def add(self, name: str, setup: Setup) -> Preset:
        self._chats._note("add_preset", name, setup)
        self._check(name)
        preset = self.arrange(preset_name(name), setup)
        self._tell()
        return preset

    async def change(self, preset_id: PresetId, name: str, setup: Setup) -> None:
        self._chats._note("change_preset", preset_id, name, setup)
        self._check(name, preset_id)
        self._each(lambda preset: replace(preset, name=preset_name(name), setup=setup) if preset.id == preset_id else preset)

    async def set_default(self, preset_id: PresetId | None) -> None:
        self._chats._note("set_default_preset", preset_id)
        self._each(lambda preset: replace(preset, is_default=preset.id == preset_id))

    async def delete(self, preset_id: PresetId) -> None:
        self._chats._note("delete_preset", preset_id)
        self.presets = [preset for preset in self.presets if preset.id != preset_id]
        self._tell()

    async def put_back(self, preset: Preset) -> None:
        self._chats._note("put_back_preset", preset)
        self.presets.append(preset)
        self._each(lambda preset: preset)

    def _check(self, name: str, own: PresetId | None = None) -> None:
        clean = preset_name(name)
        if any(preset.name.casefold() == clean.casefold() and preset.id != own for preset in self.presets):
            raise PresetNameTakenError(clean)

    def _each(self, change: Callable[[Preset], Preset]) -> None:
        self.presets = sorted(map(change, self.presets), key=lambda preset: preset.name.casefold())
        self._tell()

    def _tell(self) -> None:
        self._chats.events.put(events.PresetsChanged(tuple(self.presets)))
