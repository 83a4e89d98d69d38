"""What every region of the window works with."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from desktop.chat.api import Chats
from desktop.ui.bridge import Bridge
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.taking_along import TakingAlong
from desktop.ui.theme.theme import Theme

Spawn = Callable[[Coroutine[Any, Any, None]], object]
"""Starts a coroutine on the application's loop; a RivuletError that it raises becomes a notice."""


@dataclass(frozen=True, slots=True)
class WindowContext:
    """Handed down from the window, so that no region has to know another."""

    chats: Chats
    spawn: Spawn
    bridge: Bridge
    theme: Theme
    directory: ChatDirectory
    taking_along: TakingAlong
