"""What the keys of the window do, wherever the focus is."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Conversation, Status
from desktop.ui.main_window import MainWindow
from desktop.ui.transcript.code_view import CodeView
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import Dialogue, drain, notices, rows

CONTROL, SHIFT, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def activate(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifiers)
    drain(window)


def titles(window: MainWindow, chats: FakeChats) -> list[str]:
    return [chats.chats[pane.chat_id].title for pane in panes(window)]  # type: ignore[index]


def focus(window: MainWindow) -> QWidget:
    focused = QApplication.focusWidget()
    assert focused is not None
    assert window.isAncestorOf(focused)
    return focused


def copied() -> str:
    return QGuiApplication.clipboard().text()


def talk(chats: FakeChats, text: str, status: Status = Status.COMPLETE) -> Conversation:
    """Return a chat of one round."""
    chat = chats.add_chat("A chat")
    chats.person(chat, "Why?")
    chats.reply(chat, text, status)
    return chats.chats[chat.id]


def test_ctrl_tab_goes_through_the_list(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    shown = [chats.add_chat(title) for title in ("One", "Two", "Three")]
    window = open_window(shown[0])
    activate(qtbot, window)
    assert [row for row in rows(window) if row in ("One", "Two", "Three")] == ["One", "Two", "Three"]
    seen = []
    for _ in range(3):
        press(qtbot, window, Qt.Key.Key_Tab, CONTROL)
        seen += titles(window, chats)
    assert seen == ["Two", "Three", "One"]
    press(qtbot, window, Qt.Key.Key_Backtab, CONTROL | SHIFT)
    assert titles(window, chats) == ["Three"]


def test_a_chat_goes_to_the_trash_by_keys_and_comes_back(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    window = open_window(dialogue[0])
    activate(qtbot, window)
    moved: list[int] = []
    chats.move_to_trash = lambda chat_id: _trash(chats, moved, chat_id)  # type: ignore[method-assign, assignment]
    press(qtbot, window, Qt.Key.Key_Backspace, CONTROL | SHIFT)
    assert moved == [dialogue[0].id]
    assert only(window, "trashNotice").accessibleName() == "In the trash: Rust lifetimes, gently"
    assert not notices(window)
    window.toggle_sidebar()
    other = talk(chats, "Because.")
    window._directory.put(other)
    window._area.open_chat(other)
    press(qtbot, window, Qt.Key.Key_Backspace, CONTROL | SHIFT)
    assert moved == [dialogue[0].id, other.id]
    assert notices(window) == ["In the trash: A chat"]


async def _trash(chats: FakeChats, moved: list[int], chat_id: int) -> None:
    moved.append(chat_id)


def test_an_empty_chat_does_not_go_to_the_trash(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window()
    activate(qtbot, window)
    press(qtbot, window, Qt.Key.Key_Backspace, CONTROL | SHIFT)
    assert not named(window, "trashNotice")
    assert not [call for call in chats.calls if "trash" in call[0]]


def test_ctrl_l_offers_the_models(open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    activate(qtbot, window)
    press(qtbot, window, Qt.Key.Key_L, CONTROL)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()][-1] == "Open a GGUF file…\tCtrl+O"
    menu.close()


@pytest.mark.parametrize(("key", "modifiers"), [(Qt.Key.Key_I, CONTROL), (Qt.Key.Key_Escape, SHIFT)])
def test_to_the_message_box(open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    window = open_window(dialogue[0])
    activate(qtbot, window)
    only(window, "chatList").setFocus()
    press(qtbot, window, key, modifiers)
    assert panes(window)[0].composer.edit.hasFocus()


def test_the_last_reply_is_written_anew(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    activate(qtbot, window)
    press(qtbot, window, Qt.Key.Key_R, CONTROL)
    assert ("regenerate", dialogue[0].id, dialogue[1][3].id) in chats.calls


def test_nothing_is_written_anew_where_no_reply_is_last(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    chats.person(dialogue[0], "And then?")
    window = open_window(chats.chats[dialogue[0].id])
    activate(qtbot, window)
    press(qtbot, window, Qt.Key.Key_R, CONTROL)
    assert not [call for call in chats.calls if call[0] == "regenerate"]


@pytest.mark.parametrize(("status", "goes_on"), [(Status.STOPPED, True), (Status.CUT, True), (Status.COMPLETE, False)])
def test_alt_enter_goes_on_with_what_was_cut(
    open_window: OpenWindow, chats: FakeChats, qtbot: QtBot, status: Status, goes_on: bool
) -> None:
    chat = talk(chats, "Half a", status)
    window = open_window(chat)
    activate(qtbot, window)
    qtbot.keyClicks(panes(window)[0].composer.edit, "not sent")
    press(qtbot, window, Qt.Key.Key_Return, ALT)
    assert (("continue_reply", chat.id) in chats.calls) is goes_on
    assert not [call for call in chats.calls if call[0] == "send"]
    assert panes(window)[0].composer.text() == "not sent"


def test_the_last_reply_and_its_code_are_copied(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    text = "One:\n\n```py\nx = 1\n```\n\nTwo:\n\n```py\ny = 2\n```\n\nDone."
    chat = talk(chats, text)
    chats.person(chat, "Thanks")
    chats.reply(chat, "No code *here*.")
    window = open_window(chats.chats[chat.id])
    activate(qtbot, window)
    press(qtbot, window, Qt.Key.Key_C, CONTROL | SHIFT)
    assert copied() == "No code *here*."
    press(qtbot, window, Qt.Key.Key_Semicolon, CONTROL | SHIFT)
    assert copied() == "y = 2"
    shown = [code for code in window.findChildren(CodeView) if code.text() == "y = 2"]
    assert [button.accessibleName() for button in named(shown[0], "copyCodeButton")] == ["Copied"]


def test_with_no_reply_nothing_is_copied(open_window: OpenWindow, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("before")
    window = open_window()
    activate(qtbot, window)
    press(qtbot, window, Qt.Key.Key_C, CONTROL | SHIFT)
    press(qtbot, window, Qt.Key.Key_Semicolon, CONTROL | SHIFT)
    assert copied() == "before"


def test_in_an_empty_box_the_arrows_go_through_versions(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    chat = dialogue[0]
    chats._stand_at(chat.id, dialogue[1][2].id)
    newer = chats.reply(chat, "Or another.")
    window = open_window(chats.chats[chat.id])
    activate(qtbot, window)
    edit = panes(window)[0].composer.edit
    qtbot.keyClicks(edit, "typed")
    press(qtbot, window, Qt.Key.Key_Left)
    assert edit.textCursor().position() == 4
    assert not [call for call in chats.calls if call[0] == "show_version"]
    edit.clear()
    press(qtbot, window, Qt.Key.Key_Left)
    press(qtbot, window, Qt.Key.Key_Left)  # there is none before the first
    press(qtbot, window, Qt.Key.Key_Right)
    assert [call[2] for call in chats.calls if call[0] == "show_version"] == [dialogue[1][3].id, newer.id]
    assert edit.hasFocus()


def test_f6_goes_through_the_parts_of_the_window(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0], talk(chats, "Because."))
    activate(qtbot, window)
    left, right = panes(window)
    window.show_notice("Something could not be saved.")
    left.toggle_details()
    left.body.open_find()
    left.composer.edit.setFocus()
    settle()
    seen = []
    for _ in range(9):
        press(qtbot, window, Qt.Key.Key_F6)
        seen.append(focus(window))
    names = [it.objectName() for it in seen]
    assert names[:3] == ["transcript", "composer", "chatList"]
    assert right.isAncestorOf(seen[0])
    assert seen[3].accessibleName() == "Dismiss"
    assert names[4:] == ["findField", "closeDetailsButton", "transcript", "composer", "transcript"]
    assert left.composer.edit is seen[7]
    back = []
    for _ in range(4):
        press(qtbot, window, Qt.Key.Key_F6, SHIFT)
        back.append(focus(window))
    assert back == seen[7:3:-1]


@pytest.mark.parametrize(
    ("name", "forward", "back"),
    [("paneMenuButton", "transcript", "chatList"), ("sendButton", "chatList", "transcript"), ("newChatButton", "transcript", "composer")],
)
def test_f6_goes_on_from_wherever_the_focus_is(
    open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot, name: str, forward: str, back: str
) -> None:
    window = open_window(dialogue[0])
    activate(qtbot, window)
    for modifiers, expected in ((Qt.KeyboardModifier.NoModifier, forward), (SHIFT, back)):
        only(window, name).setFocus()
        press(qtbot, window, Qt.Key.Key_F6, modifiers)
        assert focus(window).objectName() == expected


def test_the_keys_of_the_panel_are_its_own(open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    activate(qtbot, window)
    press(qtbot, window, Qt.Key.Key_I, CONTROL | SHIFT)
    assert panes(window)[0].details.isVisible()
    press(qtbot, window, Qt.Key.Key_I, CONTROL | SHIFT)
    assert panes(window)[0].details.isHidden()
