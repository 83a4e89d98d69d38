"""What is written while a reply streams: it waits, is sent after it, and is never lost."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.chat.events import Activity, NoticeRaised
from desktop.conversations.message import Conversation, ConversationId, Message, Status
from desktop.conversations.written import Attachment
from desktop.system.errors import RivuletError
from desktop.ui.composer.queued_messages import QueuedMessages
from desktop.ui.main_window import MainWindow
from desktop.ui.panes.pane import Pane
from desktop.ui.panes.pane_area import PaneArea
from tests.ui.conftest import OpenWindow, named, only, panes
from tests.ui.fake_chats import FakeChats, Spawner
from tests.ui.test_drafts import HeldSpawner
from tests.ui.window_driver import drain, write

NOTES = Attachment("notes.txt", "one")
BLOCK = "`notes.txt`\n```txt\none\n```"


@pytest.fixture
def chat(chats: FakeChats) -> Conversation:
    chat = chats.add_chat("Busy")
    chats.person(chat, "Go")
    return chats.chats[chat.id]


@pytest.fixture
def busy(open_window: OpenWindow, chats: FakeChats, chat: Conversation) -> tuple[MainWindow, Pane, Message]:
    """Return a window with a reply that streams."""
    window = open_window(chat)
    reply = chats.begin_reply(chat.id, "Once")
    drain(window)
    (pane,) = panes(window)
    pane.composer.edit.setFocus()
    return window, pane, reply


Busy = tuple[MainWindow, Pane, Message]


def queued(pane: Pane) -> list[str]:
    rows = pane.findChild(QueuedMessages)
    assert rows is not None
    return rows.texts()


def sent(chats: FakeChats) -> list[str]:
    return [call[2] for call in chats.calls if call[0] == "send"]


def test_enter_lets_a_message_wait_until_the_reply_has_ended(busy: Busy, chats: FakeChats, chat: Conversation, qtbot: QtBot) -> None:
    window, pane, reply = busy
    write(qtbot, pane, "And then?")
    pane.composer.edit.insertPlainText("And after that?\n")
    write(qtbot, pane, "At length.")
    assert (sent(chats), pane.composer.text()) == ([], "")
    assert queued(pane) == ["And then?", "And after that?"]
    assert [row.accessibleName() for row in named(pane, "queuedMessage")] == [
        "Sent after this reply: And then?",
        "Sent after that: And after that?",
    ]
    chats.finish_reply(chat.id, reply)
    drain(window)
    assert sent(chats) == ["And then?"]
    assert queued(pane) == ["And after that?"]
    drain(window)
    head = chats.chats[chat.id].head_id
    assert head is not None
    chats.finish_reply(chat.id, chats.messages[head])
    drain(window)
    assert sent(chats) == ["And then?", "And after that?\nAt length."]
    assert queued(pane) == []
    assert not named(pane, "queuedMessages")
    assert chats.chats[chat.id].draft == ""


def test_the_buttons_offer_to_stop_and_to_send_afterwards(busy: Busy, chats: FakeChats, qtbot: QtBot) -> None:
    _, pane, _ = busy

    def offered() -> list[str]:
        return [name for name in ("sendButton", "queueButton", "stopButton") if named(pane, name)]

    assert offered() == ["stopButton"]
    qtbot.keyClicks(pane.composer.edit, "next")
    assert offered() == ["queueButton", "stopButton"]
    qtbot.mouseClick(only(pane, "queueButton"), Qt.MouseButton.LeftButton)
    assert queued(pane) == ["next"]
    assert offered() == ["stopButton"]
    pane.composer.add_attachment(NOTES)
    assert offered() == ["queueButton", "stopButton"]


@pytest.mark.parametrize("status", [Status.STOPPED, Status.FAILED, Status.CUT, Status.INTERRUPTED])
def test_what_waits_goes_back_where_the_reply_did_not_end_by_itself(
    busy: Busy, chats: FakeChats, chat: Conversation, qtbot: QtBot, status: Status
) -> None:
    window, pane, reply = busy
    pane.composer.add_attachment(NOTES)
    write(qtbot, pane, "first")
    write(qtbot, pane, "second")
    qtbot.keyClicks(pane.composer.edit, "third")
    chats.finish_reply(chat.id, reply, status)
    drain(window)
    assert sent(chats) == []
    assert (pane.composer.text(), pane.composer.attachments()) == ("first\nsecond\nthird", (NOTES,))
    assert queued(pane) == []
    assert (chats.chats[chat.id].draft, chats.composing.stored[chat.id]) == ("first\nsecond\nthird", (NOTES,))


def test_what_waits_goes_back_where_no_reply_began(busy: Busy, chats: FakeChats, chat: Conversation, qtbot: QtBot) -> None:
    window, pane, reply = busy
    chats.finish_reply(chat.id, reply)
    chats.set_activity(chat.id, Activity.WAITING)
    drain(window)
    write(qtbot, pane, "next")
    chats.events.put(NoticeRaised("The template failed.", chat.id))
    chats.set_activity(chat.id, Activity.IDLE)
    drain(window)
    assert (sent(chats), pane.composer.text()) == ([], "next")


def test_what_waits_is_stored_with_the_draft(busy: Busy, chats: FakeChats, chat: Conversation, qtbot: QtBot) -> None:
    _, pane, _ = busy
    pane.composer.add_attachment(NOTES)
    write(qtbot, pane, "first")
    assert (chats.chats[chat.id].draft, chats.composing.stored[chat.id]) == ("first", (NOTES,))
    qtbot.keyClicks(pane.composer.edit, "typed")
    pane.keep_draft()
    assert chats.chats[chat.id].draft == "first\ntyped"


def test_a_message_that_waits_can_be_taken_back_or_removed(busy: Busy, chats: FakeChats, chat: Conversation, qtbot: QtBot) -> None:
    window, pane, reply = busy
    for text in ("one", "two", "three", "four", "five"):
        write(qtbot, pane, text)
    assert queued(pane) == ["one", "two", "three"]
    assert "2 more are sent after these" in [label.text() for label in named(pane, "queuedMore")]
    qtbot.keyClicks(pane.composer.edit, "typed")
    qtbot.mouseClick(named(pane, "editQueuedButton")[1], Qt.MouseButton.LeftButton)
    assert (pane.composer.text(), queued(pane)) == ("two\ntyped", ["one", "three", "four"])
    assert pane.composer.edit.hasFocus()
    cross = named(pane, "removeQueuedButton")[0]
    cross.setFocus()
    qtbot.keyClick(cross, Qt.Key.Key_Space)
    assert queued(pane) == ["three", "four", "five"]
    assert chats.chats[chat.id].draft == "three\nfour\nfive\ntwo\ntyped"
    chats.finish_reply(chat.id, reply)
    drain(window)
    assert sent(chats) == ["three"]


def test_a_key_that_comes_as_the_rows_move_up_loses_nothing(busy: Busy, chats: FakeChats, chat: Conversation, qtbot: QtBot) -> None:
    window, pane, reply = busy
    for text in ("one", "two", "three"):
        write(qtbot, pane, text)
    named(pane, "removeQueuedButton")[1].setFocus()
    chats.finish_reply(chat.id, reply)
    drain(window)
    assert queued(pane) == ["two", "three"]
    focused = QApplication.focusWidget()
    assert focused is named(pane, "editQueuedButton")[0]
    qtbot.keyClick(focused, Qt.Key.Key_Space)
    assert (pane.composer.text(), queued(pane)) == ("two", ["three"])


def test_files_that_are_asked_for_twice_are_loaded_once(open_window: OpenWindow, chats: FakeChats, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = chats.add_chat("Chat")
    unsent = open_window(chats.add_chat("Shown"))._context.unsent

    async def attachments(chat_id: ConversationId) -> tuple[Attachment, ...]:
        await asyncio.sleep(0)
        return (NOTES,)

    async def load_twice() -> None:
        await asyncio.gather(unsent.load(chat.id), unsent.load(chat.id))

    monkeypatch.setattr(chats.composing, "attachments", attachments)
    asyncio.run(load_twice())
    assert unsent.files(chat.id) == (NOTES,)


def test_what_waits_is_sent_while_another_chat_is_shown(busy: Busy, chats: FakeChats, chat: Conversation, qtbot: QtBot) -> None:
    window, pane, reply = busy
    other = chats.add_chat("Other")
    pane.composer.add_attachment(NOTES)
    write(qtbot, pane, "next")
    write(qtbot, pane, "last")
    area = window.findChild(PaneArea)
    assert area is not None
    area.open_chat(other)
    assert queued(pane) == []
    chats.finish_reply(chat.id, reply)
    drain(window)
    assert sent(chats) == [f"next\n\n{BLOCK}"]
    drain(window)
    head = chats.chats[chat.id].head_id
    assert head is not None
    chats.finish_reply(chat.id, chats.messages[head], Status.STOPPED)
    drain(window)
    assert pane.composer.text() == ""
    area.open_chat(chats.chats[chat.id])
    assert (pane.composer.text(), queued(pane)) == ("last", [])


def test_where_the_next_cannot_be_sent_all_come_back_in_order(busy: Busy, chats: FakeChats, chat: Conversation, qtbot: QtBot) -> None:
    window, pane, reply = busy
    write(qtbot, pane, "first")
    write(qtbot, pane, "second")
    chats.failure = RivuletError("The disk is full.")
    chats.finish_reply(chat.id, reply)
    drain(window)
    assert (pane.composer.text(), queued(pane)) == ("first\nsecond", [])
    assert chats.chats[chat.id].draft == "first\nsecond"


def test_an_undo_takes_what_waits_back_first(busy: Busy, chats: FakeChats, qtbot: QtBot) -> None:
    window, pane, _ = busy
    write(qtbot, pane, "next")
    pane._commands.undo()
    drain(window)
    assert pane.composer.text() == "next"


def test_enter_belongs_to_an_input_method_that_composes_in_a_busy_chat_too(busy: Busy, qtbot: QtBot) -> None:
    _, pane, _ = busy
    QApplication.sendEvent(pane.composer.edit, QInputMethodEvent("ni", []))
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert queued(pane) == []
    done = QInputMethodEvent()
    done.setCommitString("你")
    QApplication.sendEvent(pane.composer.edit, done)
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert [text.strip() for text in queued(pane)] == ["你"]


class TestWhileTheFirstIsBeingSent:
    """Between Enter and the beginning of the reply."""

    @pytest.fixture
    def spawner(self) -> Spawner:
        return HeldSpawner()

    def test_a_second_message_waits(self, open_window: OpenWindow, chats: FakeChats, qtbot: QtBot, spawner: HeldSpawner) -> None:
        chat = chats.add_chat("New")
        window = open_window(chat)
        (pane,) = panes(window)
        write(qtbot, pane, "first")
        write(qtbot, pane, "second")
        assert queued(pane) == ["second"]
        spawner.let_go()
        drain(window)
        assert sent(chats) == ["first"]
        assert queued(pane) == ["second"]

    @pytest.mark.parametrize("by_itself", [True, False])
    def test_a_reply_that_ended_meanwhile_is_taken_note_of(
        self,
        open_window: OpenWindow,
        chats: FakeChats,
        qtbot: QtBot,
        spawner: HeldSpawner,
        monkeypatch: pytest.MonkeyPatch,
        by_itself: bool,
    ) -> None:
        chat = chats.add_chat("New")
        window = open_window(chat)
        (pane,) = panes(window)
        write(qtbot, pane, "first")
        write(qtbot, pane, "second")
        chats.finish_reply(chat.id, chats.begin_reply(chat.id), Status.COMPLETE if by_itself else Status.FAILED)
        drain(window)
        assert (sent(chats), queued(pane)) == ([], ["second"])

        async def send(chat_id: ConversationId, text: str) -> None:
            chats.calls.append(("send", chat_id, text))

        monkeypatch.setattr(chats, "send", send)
        spawner.let_go()
        assert queued(pane) == []
        if by_itself:
            spawner.let_go()
            assert (sent(chats), pane.composer.text()) == (["first", "second"], "")
        else:
            assert (sent(chats), pane.composer.text()) == (["first"], "second")

    def test_all_come_back_where_it_cannot_be_sent(
        self, open_window: OpenWindow, chats: FakeChats, qtbot: QtBot, spawner: HeldSpawner
    ) -> None:
        window = open_window(chats.add_chat("New"))
        (pane,) = panes(window)
        write(qtbot, pane, "first")
        write(qtbot, pane, "second")
        chats.failure = RivuletError("The disk is full.")
        spawner.let_go()
        assert (pane.composer.text(), queued(pane)) == ("first\nsecond", [])
