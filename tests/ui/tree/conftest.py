"""A window with a family of chats, its tree open."""

from collections.abc import Coroutine
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Conversation
from desktop.ui.main_window import MainWindow
from tests.ui.conftest import OpenWindow
from tests.ui.fake_chats import FakeChats, Spawner
from tests.ui.tree.tree_driver import open_tree
from tests.ui.window_driver import Dialogue


class HoldingSpawner(Spawner):
    """Runs coroutines at once, but while it holds: those wait until they are released."""

    def __init__(self) -> None:
        super().__init__()
        self.holds = False
        self._held: list[Coroutine[Any, Any, None]] = []

    def __call__(self, coroutine: Coroutine[Any, Any, None]) -> None:
        if self.holds:
            self._held.append(coroutine)
        else:
            super().__call__(coroutine)

    def release(self) -> None:
        self.holds = False
        while self._held:
            self(self._held.pop(0))


@pytest.fixture
def spawner() -> HoldingSpawner:
    return HoldingSpawner()


@pytest.fixture
def family(chats: FakeChats, dialogue: Dialogue) -> tuple[Conversation, Conversation]:
    """Return a chat of two rounds with another version of its first reply, and a fork of it that went on from its first round."""
    chat, messages = dialogue
    chats._stand_at(chat.id, messages[0].id)
    chats.reply(chat, "An older answer.")
    chats._stand_at(chat.id, messages[3].id)
    fork = chats.add_chat("With an arena", parent=chat, at=messages[1])
    chats.person(fork, "And an arena?")
    chats.reply(fork, "One lifetime.")
    return chats.chats[chat.id], chats.chats[fork.id]


@pytest.fixture
def opened(open_window: OpenWindow, family: tuple[Conversation, Conversation], qtbot: QtBot) -> MainWindow:
    """Return a window with the first chat, its tree open."""
    window = open_window(family[0])
    open_tree(qtbot, window)
    return window
