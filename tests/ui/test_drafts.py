"""What was typed stays with its chat, whichever pane shows it."""

from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.chat.events import ConversationChanged
from desktop.conversations.edits import Edit
from desktop.conversations.message import Conversation
from desktop.system.errors import RivuletError
from desktop.system.settings import PaneState, Settings
from desktop.ui.main_window import MainWindow
from desktop.ui.panes.pane_area import PaneArea
from desktop.ui.transcript.message_actions import MessageAction
from desktop.ui.transcript.message_editor import MessageEditor
from desktop.ui.transcript.message_view import MessageView
from tests.ui.conftest import OpenWindow, panes, settle
from tests.ui.fake_chats import FakeChats, Spawner, run
from tests.ui.panes.slow_chats import Gate
from tests.ui.transcript_bench import views
from tests.ui.window_driver import Dialogue, drain


class HeldSpawner(Spawner):
    """Keeps sends until they are let go."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[Coroutine[Any, Any, None]] = []

    def __call__(self, coroutine: Coroutine[Any, Any, None]) -> None:
        if coroutine.__name__ == "_send":
            self.held.append(coroutine)
        else:
            super().__call__(coroutine)

    def let_go(self) -> None:
        held, self.held = self.held, []
        for coroutine in held:
            super().__call__(coroutine)


@pytest.fixture
def spawner() -> HeldSpawner:
    return HeldSpawner()


@pytest.fixture
def two(chats: FakeChats) -> tuple[Conversation, Conversation]:
    return chats.add_chat("One"), chats.add_chat("Two")


def area_of(window: MainWindow) -> PaneArea:
    area = window.findChild(PaneArea)
    assert area is not None
    return area


def test_what_was_typed_is_there_after_a_look_at_another_chat(
    open_window: OpenWindow, two: tuple[Conversation, Conversation], qtbot: QtBot
) -> None:
    window = open_window(two[0])
    (pane,) = panes(window)
    qtbot.keyClicks(pane.composer.edit, "unsent")
    area_of(window).open_chat(two[1])
    assert pane.composer.text() == ""
    area_of(window).open_chat(two[0])
    assert pane.composer.text() == "unsent"


def test_what_was_sent_does_not_come_back(
    open_window: OpenWindow, chats: FakeChats, two: tuple[Conversation, Conversation], qtbot: QtBot, spawner: HeldSpawner
) -> None:
    run(chats.save_draft(two[0].id, "stored"))
    window = open_window(two[0])
    (pane,) = panes(window)
    assert pane.composer.text() == "stored"
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    chats.events.put(ConversationChanged(replace(chats.chats[two[0].id], draft="stored")))
    window._bridge.drain()
    area_of(window).open_chat(two[1])
    area_of(window).open_chat(two[0])
    assert pane.composer.text() == ""
    spawner.let_go()
    assert chats.chats[two[0].id].draft == ""


def test_a_draft_moves_with_its_chat_to_another_pane(
    open_window: OpenWindow, chats: FakeChats, two: tuple[Conversation, Conversation], qtbot: QtBot
) -> None:
    third = chats.add_chat("Three")
    window = open_window(*two)
    left, right = panes(window)
    qtbot.keyClicks(left.composer.edit, "unsent")
    area_of(window)._enter(left)
    area_of(window).open_chat(third)
    area_of(window)._enter(right)
    area_of(window).open_chat(two[0])
    assert (left.chat_id, right.chat_id) == (third.id, two[0].id)
    assert (left.composer.text(), right.composer.text()) == ("", "unsent")


@pytest.mark.parametrize("shown_again", [False, True])
def test_a_send_that_fails_late_gives_its_text_back_wherever_the_chat_is(
    open_window: OpenWindow,
    chats: FakeChats,
    two: tuple[Conversation, Conversation],
    qtbot: QtBot,
    spawner: HeldSpawner,
    shown_again: bool,
) -> None:
    third = chats.add_chat("Three")
    window = open_window(settings=Settings(theme="light", panes=(PaneState(two[0].id, draft_focus=True), PaneState(two[1].id))))
    left, right = panes(window)
    qtbot.keyClicks(left.composer.edit, "first")
    qtbot.keyClick(left.composer.edit, Qt.Key.Key_Return)
    qtbot.keyClicks(left.composer.edit, "second")
    area_of(window).open_chat(third)
    area_of(window)._enter(right)
    if shown_again:
        area_of(window).open_chat(two[0])
    chats.failure = RivuletError("The disk is full.")
    spawner.let_go()
    area_of(window).open_chat(two[0])
    settle()
    assert right.composer.text() == "first\nsecond"
    assert chats.chats[two[0].id].draft == "first\nsecond"


# What is being written in place of messages


def begin_edit(window: MainWindow, number: int, text: str) -> MessageEditor:
    """Write another text in place of a message."""
    view = views(panes(window)[0].transcript)[number]
    view.act(MessageAction.EDIT)
    (editor,) = editors(view)
    editor.edit.setPlainText(text)
    return editor


def editors(view: MessageView) -> list[MessageEditor]:
    return [it for it in view.findChildren(MessageEditor) if it.isVisible()]


def test_an_edit_is_stored_a_second_after_typing_stops(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    chat, messages = dialogue
    window = open_window(chat)
    begin_edit(window, 2, "And if it lends?")
    assert not chats.stored_edits
    qtbot.waitUntil(lambda: chats.stored_edits == {chat.id: {messages[2].id: Edit("And if it lends?", is_open=True)}}, timeout=3000)
    begin_edit(window, 0, "Why?")
    run(window.save_drafts())  # as at the end
    assert chats.stored_edits[chat.id][messages[0].id] == Edit("Why?", is_open=True)


@pytest.mark.parametrize("is_open", [True, False])
def test_a_stored_edit_comes_back_as_it_was_left(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, is_open: bool) -> None:
    chat, messages = dialogue
    chats.stored_edits = {chat.id: {messages[3].id: Edit("Then *one* is.", is_open)}}
    view = views(panes(open_window(chat))[0].transcript)[3]
    assert [editor.text() for editor in editors(view)] == (["Then *one* is."] if is_open else [])
    view.act(MessageAction.EDIT)
    assert [editor.text() for editor in editors(view)] == ["Then *one* is."]


def test_an_edit_that_is_left_or_sent_is_stored_so_at_once(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    chat, messages = dialogue
    window = open_window(chat)
    begin_edit(window, 2, "And if it lends?").cancelled.emit()
    assert chats.stored_edits == {chat.id: {messages[2].id: Edit("And if it lends?", is_open=False)}}
    begin_edit(window, 2, "And if it sells?").edit.send_requested.emit()
    assert chats.stored_edits == {chat.id: {}}


def test_an_edit_that_could_not_be_stored_is_tried_again(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, spawner: HeldSpawner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RivuletError("The disk is full.")

    chat, messages = dialogue
    window = open_window(chat)
    with monkeypatch.context() as broken:
        broken.setattr(chats, "save_edit", fail)
        begin_edit(window, 2, "And if it lends?").cancelled.emit()
    assert spawner.sentences == ["The disk is full."]
    run(window.save_drafts())
    assert chats.stored_edits == {chat.id: {messages[2].id: Edit("And if it lends?", is_open=False)}}


def test_a_draft_is_kept_though_an_edit_is_not(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RivuletError("The disk is full.")

    chat, _ = dialogue
    window = open_window(chat)
    begin_edit(window, 2, "And if it lends?")
    panes(window)[0].composer.set_text("Half a sent")
    monkeypatch.setattr(chats, "save_edit", fail)
    with pytest.raises(RivuletError, match="disk"):
        run(window.save_drafts())
    assert chats.chats[chat.id].draft == "Half a sent"


def test_the_newest_of_two_edits_that_could_not_be_stored_is_the_one_that_is(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        await gate
        raise RivuletError("The disk is full.")

    chat, messages = dialogue
    window = open_window(chat)
    gate = Gate()
    gate.is_open = False
    with monkeypatch.context() as broken:
        broken.setattr(chats, "save_edit", fail)
        saves = []
        for text in ("And if it lends?", "And if it sells?"):
            window._directory.set_edit(chat.id, messages[2].id, Edit(text, is_open=True))
            saves.append(window._edit_drafts.save())
            saves[-1].send(None)
        gate.is_open = True
        for save in saves:
            with pytest.raises(RivuletError):
                save.send(None)
    run(window.save_drafts())
    assert chats.stored_edits == {chat.id: {messages[2].id: Edit("And if it sells?", is_open=True)}}


def test_what_was_typed_in_a_chat_is_forgotten_with_it(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    chat, _ = dialogue
    window = open_window(chat)
    begin_edit(window, 2, "And if it lends?")
    panes(window)[0].composer.set_text("Half a sent")
    chats.remove(chat.id)
    drain(window)
    assert window._directory.draft(chat.id) == ""
    assert window._directory.edits(chat.id) == {}
