"""Messages by keyboard and screen reader: walked, used, announced, and where the focus is then."""

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QFocusEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.controls.buttons import IconButton
from desktop.ui.panes.error_card import ErrorCard
from desktop.ui.panes.pane import Pane
from desktop.ui.transcript.focus_ring import FocusRing
from desktop.ui.transcript.message_view import MessageView
from desktop.ui.transcript.reply_selection import ReplySelection
from tests.ui.conftest import OpenWindow, only, panes
from tests.ui.fake_chats import FakeChats
from tests.ui.transcript.message_driver import BUTTONS, editor, go_up, press, window_of
from tests.ui.transcript_bench import long_chat, top, views
from tests.ui.window_driver import Dialogue, drain


def test_the_keys_walk_the_messages(pane: Pane, dialogue: Dialogue, qtbot: QtBot) -> None:
    _, messages = dialogue
    view = go_up(qtbot, pane)
    assert view.message == messages[3]
    assert view.accessibleName() == "Reply: Then none is needed."
    ring = pane.transcript.findChild(FocusRing)
    assert ring is not None
    assert ring.isVisible()
    assert ring.geometry().contains(view.geometry())
    for key, number in [(Qt.Key.Key_Up, 2), (Qt.Key.Key_Home, 0), (Qt.Key.Key_Down, 1), (Qt.Key.Key_End, 3)]:
        press(qtbot, key)
        focused = QApplication.focusWidget()
        assert isinstance(focused, MessageView)
        assert focused.message == messages[number]
    press(qtbot, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert pane.composer.edit.hasFocus()
    assert not ring.isVisible()


def test_a_message_far_away_comes_into_sight(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window(chats.chats[long_chat(chats, 300).id])
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    (pane,) = panes(window)
    go_up(qtbot, pane)
    press(qtbot, Qt.Key.Key_Home)
    focused = QApplication.focusWidget()
    assert isinstance(focused, MessageView)
    assert focused.message.text == "Question 0"
    assert 0 <= top(pane.transcript, focused) < pane.transcript.height()


@pytest.mark.parametrize(
    ("key", "call"),
    [
        (Qt.Key.Key_R, ("regenerate",)),
        (Qt.Key.Key_F, ("fork",)),
        (Qt.Key.Key_W, ("rewind",)),
        (Qt.Key.Key_2, ("try_ways", 2)),
        (Qt.Key.Key_3, ("try_ways", 3)),
        (Qt.Key.Key_4, ("try_ways", 4)),
    ],
)
def test_a_key_does_what_its_button_does(
    pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot, key: Qt.Key, call: tuple[str, int]
) -> None:
    view = go_up(qtbot, pane, 3)
    press(qtbot, key)
    name, *more = call
    assert (name, dialogue[0].id, view.message.id, *more) in chats.calls


def test_copying_and_editing_by_key(pane: Pane, qtbot: QtBot) -> None:
    view = go_up(qtbot, pane, 3)
    press(qtbot, Qt.Key.Key_C)
    assert QGuiApplication.clipboard().text() == "Because it *borrows*."
    press(qtbot, Qt.Key.Key_E)
    assert editor(view).edit.hasFocus()
    press(qtbot, Qt.Key.Key_Escape)
    assert view.hasFocus()


def test_the_usual_key_copies_what_is_selected_or_the_message(pane: Pane, qtbot: QtBot) -> None:
    view = go_up(qtbot, pane, 3)
    press(qtbot, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Because it *borrows*."
    assert only(view, "copyButton").toolTip() == "Copied"
    (selection,) = view.findChildren(ReplySelection)
    selection.select_all()
    press(qtbot, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == selection.text() == "Because it borrows."
    assert view.hasFocus()


def test_a_copy_is_told_for_a_moment_and_nothing_moves(pane: Pane, qtbot: QtBot) -> None:
    view = go_up(qtbot, pane)
    button = only(view, "copyButton")
    before = picture(button)
    place, told = button.geometry(), (button.toolTip(), button.accessibleName())
    press(qtbot, Qt.Key.Key_C)
    assert (button.toolTip(), button.accessibleName()) == ("Copied", "Copied")
    assert picture(button) != before
    assert button.geometry() == place
    timer = next(timer for timer in button.findChildren(QTimer) if timer.isActive())
    qtbot.wait(600)
    left = timer.remainingTime()
    press(qtbot, Qt.Key.Key_C)
    assert timer.remainingTime() > left  # a second copy is told as long as the first
    qtbot.waitUntil(lambda: (button.toolTip(), button.accessibleName()) == told, timeout=2000)
    assert picture(button) == before


def test_the_sign_of_a_copy_does_not_outlive_what_is_shown(pane: Pane, chats: FakeChats, qtbot: QtBot) -> None:
    view = go_up(qtbot, pane)
    press(qtbot, Qt.Key.Key_C)
    button = only(view, "copyButton")
    press(qtbot, Qt.Key.Key_E)
    assert (button.toolTip(), button.accessibleName()) == ("Copy (C)", "Copy")
    assert not any(timer.isActive() for timer in button.findChildren(QTimer))


def picture(button: QWidget) -> QImage:
    assert isinstance(button, IconButton)
    return button.icon().pixmap(button.iconSize()).toImage()


def test_only_shift_and_delete_deletes(pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    view = go_up(qtbot, pane, 2)
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        press(qtbot, key)
    assert "delete_from" not in [call[0] for call in chats.calls]
    press(qtbot, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert ("delete_from", dialogue[0].id, view.message.id) in chats.calls
    drain(window_of(pane))
    focused = QApplication.focusWidget()
    assert isinstance(focused, MessageView)  # the one before has the focus now
    assert focused.message == dialogue[1][1]


def test_versions_change_by_key_and_the_focus_stays(pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    go_up(qtbot, pane)
    press(qtbot, Qt.Key.Key_R)
    drain(window_of(pane))
    for key, expected in ((Qt.Key.Key_Left, 4), (Qt.Key.Key_Left, 4), (Qt.Key.Key_Right, 5)):
        press(qtbot, key)
        drain(window_of(pane))
        focused = QApplication.focusWidget()
        assert isinstance(focused, MessageView)
        assert focused.message.id == expected


def test_other_letters_go_to_the_composer_with_nothing_lost(pane: Pane, chats: FakeChats, qtbot: QtBot) -> None:
    go_up(qtbot, pane)
    press(qtbot, Qt.Key.Key_H)
    assert pane.composer.edit.hasFocus()
    assert pane.composer.text() == "h"
    go_up(qtbot, pane)
    press(qtbot, Qt.Key.Key_Escape)
    assert pane.composer.edit.hasFocus()
    assert pane.composer.text() == "h"
    assert "stop" not in [call[0] for call in chats.calls]


def test_the_keys_stand_in_the_tooltips(pane: Pane) -> None:
    view = views(pane.transcript)[1]
    keys = [only(view, name).toolTip().rpartition("(")[2] for name in sorted(BUTTONS)]
    assert keys == ["C)", "Shift+Del)", "E)", "F)", "R)", "W)", "2, 3 or 4)"]


def test_a_finished_reply_is_announced_once(pane: Pane, chats: FakeChats, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: told.append(event.message()))
    reply = chats.begin_reply(dialogue[0].id)
    for word in ("One ", "two."):
        chats.extend_reply(dialogue[0].id, reply, word)
        drain(window_of(pane))
    assert told == []
    chats.finish_reply(dialogue[0].id, reply)
    drain(window_of(pane))
    pane.transcript.finish_reply(chats.messages[reply.id])
    assert told == ["Reply: One two."]


def test_who_clicked_beside_the_text_and_types_writes_a_message(pane: Pane, chats: FakeChats, qtbot: QtBot) -> None:
    view = views(pane.transcript)[1]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(view.width() - 3, 5))
    assert view.hasFocus()
    for letter in "were":
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClicks(focused, letter)
    assert pane.composer.text() == "were"
    assert {call[0] for call in chats.calls}.isdisjoint({"rewind", "edit", "regenerate"})


def test_the_keys_act_again_after_another_window_was_used(pane: Pane, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    view = go_up(qtbot, pane, 2)
    for kind in (QFocusEvent.Type.FocusOut, QFocusEvent.Type.FocusIn):
        QApplication.sendEvent(view, QFocusEvent(kind, Qt.FocusReason.ActiveWindowFocusReason))
    press(qtbot, Qt.Key.Key_W)
    assert ("rewind", dialogue[0].id, view.message.id) in chats.calls


@pytest.mark.parametrize("key", [Qt.Key.Key_R, Qt.Key.Key_E])
def test_what_failed_before_is_not_said_of_another_attempt(pane: Pane, chats: FakeChats, qtbot: QtBot, key: Qt.Key) -> None:
    pane.show_notice("The reply failed.")
    go_up(qtbot, pane)
    press(qtbot, key)
    if key is Qt.Key.Key_E:
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClicks(focused, " More")
        press(qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not any(card.isVisible() for card in pane.findChildren(ErrorCard))


def test_the_focus_stays_near_a_button_that_vanished(pane: Pane, chats: FakeChats, qtbot: QtBot) -> None:
    go_up(qtbot, pane, 4)
    press(qtbot, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    drain(window_of(pane))
    undo = only(pane, "undoTurnButton")
    undo.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    drain(window_of(pane))
    assert not undo.isVisible()
    focused = QApplication.focusWidget()
    assert focused is not None
    assert pane.isAncestorOf(focused)
