"""Presets, and what can be wrong with one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NewType

from desktop.conversations.setup import NOTHING, Setup
from desktop.system.errors import RivuletError
from desktop.system.words import say

PresetId = NewType("PresetId", int)

LONGEST_NAME = 60  # characters


@dataclass(frozen=True, slots=True)
class Preset:
    """A setup with a name, for chats to begin with; they keep copies of it."""

    id: PresetId
    name: str
    setup: Setup = NOTHING
    is_default: bool = False  # new chats begin with it


class UnknownPresetError(RivuletError):
    """The preset does not exist, or no longer."""

    def __init__(self) -> None:
        super().__init__(say("This preset no longer exists. Chats that have it keep what it gave them."))


class NamelessPresetError(RivuletError):
    """A preset needs a name that can be seen."""

    def __init__(self) -> None:
        super().__init__(say("A preset needs a name. Nothing was changed; write one and save again."))


class LongPresetNameError(RivuletError):
    """A name is longer than menus can show."""

    def __init__(self) -> None:
        super().__init__(
            say("The name is longer than {most} characters. Nothing was changed; shorten it and save again.", most=LONGEST_NAME)
        )


class PresetNameTakenError(RivuletError):
    """Another preset has the name, in whatever case."""

    def __init__(self, name: str) -> None:
        super().__init__(say("There is a preset “{name}” already. Nothing was changed; choose another name.", name=name))


def preset_name(text: str) -> str:
    """Return what was typed as a name: one line without what cannot be seen. Raises NamelessPresetError, LongPresetNameError."""
    name = " ".join("".join(character for character in text if character.isprintable() or character.isspace()).split())
    if not name:
        raise NamelessPresetError
    if len(name) > LONGEST_NAME:
        raise LongPresetNameError
    return name


def fitting_preset(setup: Setup, presets: Sequence[Preset]) -> Preset | None:
    """Return the preset whose name a chat shows: one with its system prompt, if possible the same in all.

    To a chat without a system prompt only one fits that writes alike.
    """
    equal = [preset for preset in presets if preset.setup.system_prompt == setup.system_prompt]
    alike = [preset for preset in equal if preset.setup.sampling == setup.sampling]
    same = [preset for preset in alike if preset.setup == setup]
    return next(iter([*same, *alike, *(equal if setup.system_prompt else ())]), None)
