"""What every region of the window works with."""

from dataclasses import dataclass

from desktop.chat.api import Chats
from desktop.chat.spawning import Spawn
from desktop.ui.bridge import Bridge
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.taking_along import TakingAlong
from desktop.ui.theme.theme import Theme
from desktop.ui.unsent import Unsent


@dataclass(frozen=True, slots=True)
class WindowContext:
    """Handed down from the window, so that no region has to know another."""

    chats: Chats
    spawn: Spawn
    bridge: Bridge
    theme: Theme
    directory: ChatDirectory
    taking_along: TakingAlong
    unsent: Unsent
