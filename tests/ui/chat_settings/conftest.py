"""The panel in which a chat is set up, on scripted chats."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Conversation
from desktop.conversations.setup import Sampling, Setup
from desktop.ui.chat_settings.panel import ChatSettingsPanel
from desktop.ui.main_window import MainWindow
from desktop.ui.panes.pane import Pane
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import drain

KIND = Setup("Be kind to all.", Sampling(temperature=0.3))
CURT = Setup("Be curt.")


@dataclass
class Bench:
    """A window with one pane, and the panel in it."""

    window: MainWindow
    pane: Pane
    qtbot: QtBot
    chats: FakeChats

    @property
    def panel(self) -> ChatSettingsPanel:
        return self.pane.settings

    def click(self, name: str) -> None:
        button = only(self.pane, name)
        assert isinstance(button, QAbstractButton)
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        drain(self.window)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        drain(self.window)

    def says(self, name: str) -> str:
        """Return the sentence of a label or of a row that asks."""
        found = named(self.pane, name)
        return found[0].text() if found else ""  # type: ignore[attr-defined]

    def choose(self, words: str) -> None:
        """Take an entry of the preset's menu."""
        menu = self.panel.chat.presets.fill_menu()
        next(action for action in menu.actions() if action.text() == words).trigger()
        drain(self.window)

    def called(self, *names: str) -> list[tuple[object, ...]]:
        return [call[1:] for call in self.chats.calls if call[0] in names]

    def write(self, text: str) -> None:
        """Put another text in place of the system prompt, as somebody who is in it."""
        self.panel.chat.prompt.edit.setFocus()
        self.panel.chat.prompt.edit.write_over(text)
        self.panel.chat.count()
        settle()


@pytest.fixture
def open_panel(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> Callable[..., Bench]:
    """Return a function that opens a chat's settings."""

    def open_panel(chat: Conversation, width: int = 1360) -> Bench:
        window = open_window(chats.chats[chat.id], width=width)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        [pane] = panes(window)
        bench = Bench(window, pane, qtbot, chats)
        bench.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        assert pane.settings.isVisible()
        return bench

    return open_panel
