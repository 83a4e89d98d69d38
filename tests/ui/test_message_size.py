"""What a message takes is counted while the person pauses, and what does not fit is said before it is sent."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.chat.events import Activity, ContextChanged
from desktop.chat.message_size import MessageSize
from desktop.conversations.message import Conversation
from desktop.conversations.written import Attachment
from desktop.ui.composer.fit_notice import FitNotice, fit_sentence
from desktop.ui.main_window import MainWindow
from desktop.ui.panes.pane import MINIMUM_WIDTH, Pane
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import drain


def opened(open_window: OpenWindow, chats: FakeChats, used: int = 1000) -> tuple[MainWindow, Pane, Conversation]:
    chat = chats.add_chat("Chat")
    chats.contexts[chat.id] = (used, 4096)
    window = open_window(chat)
    return window, panes(window)[0], chat


def size_text(pane: Pane) -> str:
    labels = named(pane, "messageSize")
    assert all(isinstance(label, QLabel) for label in labels)
    return labels[0].text() if labels else ""  # type: ignore[attr-defined]


def said(pane: Pane) -> str:
    notice = pane.findChild(FitNotice)
    assert notice is not None
    return notice.text()


def sent(chats: FakeChats) -> list[str]:
    return [call[2] for call in chats.calls if call[0] == "send"]


def test_a_long_message_says_its_tokens_after_a_pause(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    _, pane, _ = opened(open_window, chats)
    pane.composer.edit.insertPlainText("word " * 1243)
    qtbot.keyClicks(pane.composer.edit, "x")
    assert chats.composing.counted == []
    qtbot.waitUntil(lambda: size_text(pane) != "")
    assert len(chats.composing.counted) == 1
    assert size_text(pane) == "1,240 tokens"
    tooltip = "This message has 1,244 tokens. With it the chat has 2,244 of 4,096."
    assert (only(pane, "messageSize").toolTip(), only(pane, "messageSize").accessibleName()) == (tooltip, tooltip)
    pane.composer.edit.selectAll()
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Delete)
    assert size_text(pane) == ""


def test_a_short_message_says_nothing(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    _, pane, _ = opened(open_window, chats)
    qtbot.keyClicks(pane.composer.edit, "Hello")
    qtbot.waitUntil(lambda: len(chats.composing.counted) == 1)
    assert (size_text(pane), said(pane)) == ("", "")


def test_what_does_not_fit_is_not_sent_but_pointed_to(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window, pane, chat = opened(open_window, chats, used=3500)
    pane.composer.edit.insertPlainText("word " * 85)
    qtbot.waitUntil(lambda: said(pane) != "")
    assert said(pane) == (
        "With this message the chat has 3,585 tokens, and 3,584 leave room for a reply. Shorten it or send it in a new chat."
    )
    notice = pane.findChild(FitNotice)
    assert notice is not None
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert sent(chats) == []
    assert notice.property("marked") is True
    assert pane.composer.text() == "word " * 85
    chats.set_activity(chat.id, Activity.REPLYING)
    drain(window)
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert not named(pane, "queuedMessage")
    chats.set_activity(chat.id, Activity.IDLE)
    drain(window)
    pane.composer.edit.setPlainText("word " * 84)
    qtbot.waitUntil(lambda: said(pane) == "")
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert len(sent(chats)) == 1


def test_what_was_changed_since_the_count_is_sent(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    _, pane, _ = opened(open_window, chats, used=3500)
    pane.composer.edit.insertPlainText("word " * 100)
    qtbot.waitUntil(lambda: said(pane) != "")
    pane.composer.edit.setPlainText("short")
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert sent(chats) == ["short"]
    assert said(pane) == ""


def test_another_model_counts_anew(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window, pane, _ = opened(open_window, chats, used=3500)
    pane.composer.edit.insertPlainText("word " * 100)
    qtbot.waitUntil(lambda: said(pane) != "")
    chats.contexts.clear()
    chats.set_model(chats.loaded)
    drain(window)
    qtbot.waitUntil(lambda: said(pane) == "")


def test_the_sentence_says_what_can_be_done() -> None:
    assert "or send it in parts" in fit_sentence(MessageSize(4000, 4100, 3584, 4096))
    assert "or remove a file" in fit_sentence(MessageSize(4000, 4100, 3584, 4096, (3900,)))
    assert "remove a file, or send it in a new chat" in fit_sentence(MessageSize(400, 3700, 3584, 4096, (300,)))


@pytest.mark.parametrize("width", [MINIMUM_WIDTH, 520])
@pytest.mark.parametrize("activity", [Activity.IDLE, Activity.REPLYING])
def test_what_the_foot_shows_has_room_in_the_narrowest_pane(
    open_window: OpenWindow, chats: FakeChats, qtbot: QtBot, width: int, activity: Activity
) -> None:
    window, pane, chat = opened(open_window, chats)
    composer = pane.composer
    composer.add_attachment(Attachment("a very long name of a file that nobody reads.txt", "word " * 1200))
    chats.set_activity(chat.id, activity)
    drain(window)
    composer.thinking.set_state(None, offered=True)
    composer.offer_send_to_all(2, is_active=True)
    composer.setFixedWidth(width - 40)
    qtbot.waitUntil(lambda: composer.width() == width - 40 and bool(named(pane, "attachmentTokens")))
    settle()
    assert composer.layout().minimumSize().width() <= width - 40
    assert bool(named(pane, "messageSize")) is (width == 520)
    assert bool(named(pane, "sendToAllButton")) is (width == 520 or activity is Activity.IDLE)
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert bool(sent(chats)) is (activity is Activity.IDLE)


def test_a_message_without_room_leads_to_what_can_be_done_and_goes_along_into_the_summarys_fork(
    open_window: OpenWindow, chats: FakeChats, qtbot: QtBot
) -> None:
    window, pane, chat = opened(open_window, chats, used=3900)
    pane.composer.edit.insertPlainText("word " * 200)
    pane.composer.add_attachment(Attachment("notes.txt", "one two"))
    qtbot.waitUntil(lambda: said(pane) != "")
    qtbot.mouseClick(only(pane, "fitWaysButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(named(pane, "contextCard")))
    fork = chats.add_chat("Summary")
    pane.room.choice.fork_opened.emit(fork)
    drain(window)
    beside = panes(window)[1]
    assert beside.chat_id == fork.id
    assert beside.composer.text() == "word " * 200
    assert [it.name for it in beside.composer.attachments()] == ["notes.txt"]
    assert pane.composer.is_empty()
    assert chat.id in [call[1] for call in chats.calls if call[0] == "save_draft" and call[2] == ""]


def test_what_has_room_stays_where_it_is_written(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window, pane, _ = opened(open_window, chats)
    pane.composer.edit.insertPlainText("word " * 200)
    qtbot.waitUntil(lambda: size_text(pane) != "")
    pane.room.choice.fork_opened.emit(chats.add_chat("Summary"))
    drain(window)
    assert pane.composer.text() == "word " * 200
    assert panes(window)[1].composer.is_empty()


def test_a_message_that_no_chat_has_room_for_leads_nowhere(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    _, pane, _ = opened(open_window, chats)
    pane.composer.edit.insertPlainText("word " * 5000)
    qtbot.waitUntil(lambda: said(pane) != "")
    assert not named(pane, "fitWaysButton")


def test_room_that_was_made_lets_the_message_go(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window, pane, chat = opened(open_window, chats, used=3900)
    pane.composer.edit.insertPlainText("word " * 200)
    qtbot.waitUntil(lambda: said(pane) != "")
    chats.contexts[chat.id] = (1000, 4096)
    chats.events.put(ContextChanged(chat.id, 1000, 4096))
    drain(window)
    qtbot.waitUntil(lambda: said(pane) == "")
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert sent(chats) == [("word " * 200).strip()]
