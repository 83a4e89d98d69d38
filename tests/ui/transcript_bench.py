"""What tests of the transcript share: long chats, and the messages as they stand."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from desktop.conversations.message import Conversation
from desktop.system.settings import ScrollPosition
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.transcript.message_view import MessageView
from desktop.ui.transcript.transcript import Transcript
from tests.ui.conftest import settle
from tests.ui.fake_chats import FakeChats, run

LONG = "A sentence of a reply that goes on for a while. " * 12


def show(
    transcript: Transcript, directory: ChatDirectory, chats: FakeChats, chat: Conversation, position: ScrollPosition | None = None
) -> None:
    directory.fill(chats.chats.values())
    transcript.show_messages(chats.chats[chat.id], run(chats.open(chat.id)), position)
    settle()


def long_chat(chats: FakeChats, rounds: int) -> Conversation:
    chat = chats.add_chat("Long")
    for number in range(rounds):
        chats.person(chat, f"Question {number}")
        chats.reply(chat, f"Answer {number}. {LONG}")
    return chat


def views(transcript: Transcript) -> list[MessageView]:
    found = [view for view in transcript.findChildren(MessageView) if view.isVisible()]
    return sorted(found, key=lambda view: view.mapTo(transcript, QPoint()).y())


def top(transcript: Transcript, widget: QWidget) -> int:
    return widget.mapTo(transcript, QPoint()).y()
