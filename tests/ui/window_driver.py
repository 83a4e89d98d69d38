"""What tests of the whole window do and look at."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QListView
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Conversation, Message
from desktop.ui.main_window import MainWindow
from desktop.ui.notice_bar import NoticeBar
from desktop.ui.panes.pane import Pane
from desktop.ui.sidebar.chat_list_model import ChatListModel
from desktop.ui.transcript.message_view import MessageView
from tests.ui.conftest import settle

Dialogue = tuple[Conversation, list[Message]]


def texts(pane: Pane) -> list[str]:
    return [view.text() for view in pane.findChildren(MessageView) if not view.isHidden()]


def write(qtbot: QtBot, pane: Pane, text: str) -> None:
    qtbot.keyClicks(pane.composer.edit, text)
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)


def drain(window: MainWindow) -> None:
    window._bridge.drain()
    settle()


def rows(window: MainWindow) -> list[str]:
    model = window.findChild(ChatListModel)
    assert model is not None
    return [model.index(number).data() for number in range(model.rowCount())]


def index(window: MainWindow, title: str) -> QModelIndex:
    model = window.findChild(ChatListModel)
    assert model is not None
    return model.index(rows(window).index(title))


def click_row(qtbot: QtBot, window: MainWindow, title: str) -> None:
    chat_list = window.findChild(QListView, "chatList")
    assert chat_list is not None
    place = chat_list.visualRect(index(window, title)).center()
    qtbot.mouseClick(chat_list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle()


def notices(window: MainWindow) -> list[str]:
    bar = window.findChild(NoticeBar)
    assert bar is not None
    return bar.sentences()
