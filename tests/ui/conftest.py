"""The window on scripted chats."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.conversations.message import Conversation, Message
from desktop.system.resources import resource
from desktop.system.settings import PaneState, Settings
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.main_window import MainWindow
from desktop.ui.panes.pane import Pane
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.transcript import Transcript
from tests.ui.fake_chats import FakeChats, Spawner

OpenWindow = Callable[..., MainWindow]


@pytest.fixture(autouse=True)
def icons_kept(icons_drawn_once: None) -> None:
    """Have it for all tests here."""


@cache
def read_resource(name: str) -> bytes:
    return resource(name).read_bytes()


@pytest.fixture
def chats() -> FakeChats:
    return FakeChats()


@pytest.fixture
def spawner() -> Spawner:
    return Spawner()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme("light", read_resource)
    theme.dress()
    yield theme
    theme.deleteLater()
    QApplication.sendPostedEvents(theme, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def directory(qapp: QApplication) -> ChatDirectory:
    return ChatDirectory()


@pytest.fixture
def transcript(theme: Theme, directory: ChatDirectory) -> Iterator[Transcript]:
    transcript = Transcript(theme, directory)
    transcript.resize(600, 500)
    transcript.show()
    yield transcript
    transcript.hide()
    transcript.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def dialogue(chats: FakeChats) -> tuple[Conversation, list[Message]]:
    """Return a chat of two rounds."""
    chat = chats.add_chat("Rust lifetimes, gently")
    messages = [
        chats.person(chat, "Why a lifetime?"),
        chats.reply(chat, "Because it *borrows*."),
        chats.person(chat, "And if it owns?"),
        chats.reply(chat, "Then none is needed."),
    ]
    return chats.chats[chat.id], messages


@pytest.fixture
def open_window(qapp: QApplication, chats: FakeChats, spawner: Spawner) -> Iterator[OpenWindow]:
    """Return a function that shows a window with chats in its panes."""
    opened: list[MainWindow] = []

    def open_window(*shown: Conversation, settings: Settings | None = None, width: int = 1360, height: int = 860) -> MainWindow:
        settings = settings or Settings(theme="light", panes=tuple(PaneState(chat.id) for chat in shown))
        window = MainWindow(chats, spawner, settings, read_resource)
        window.resize(width, height)
        window.show()
        window.restore()
        opened.append(window)
        settle()
        return window

    yield open_window
    for window in opened:
        window.shut()
        window.hide()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def settle() -> None:
    """Take up what is in the event queue."""
    for _ in range(3):
        QApplication.processEvents()


def panes(window: MainWindow) -> list[Pane]:
    return [pane for pane in window.findChildren(Pane) if not pane.isHidden()]


def named(parent: QWidget, name: str) -> list[QWidget]:
    return [widget for widget in parent.findChildren(QWidget, name) if widget.isVisible()]


def only(parent: QWidget, name: str) -> QWidget:
    found = named(parent, name)
    assert len(found) == 1, f"{len(found)} widgets are named {name}"
    return found[0]
