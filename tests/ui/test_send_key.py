"""Enter or Ctrl+Enter sends, in the composer and where a message is edited, from the moment it is chosen."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.system.settings import PaneState, Settings
from desktop.ui.controls.choice_button import ChoiceButton
from desktop.ui.main_window import MainWindow
from desktop.ui.settings.settings_dialog import SettingsDialog
from desktop.ui.transcript.message_actions import MessageAction
from desktop.ui.transcript.message_view import MessageView
from tests.ui.conftest import OpenWindow, only, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import Dialogue

CONTROL, SHIFT, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


def sent(chats: FakeChats) -> list[str]:
    return [call[2] for call in chats.calls if call[0] == "send"]


def press(window: MainWindow, modifier: Qt.KeyboardModifier, qtbot: QtBot) -> str:
    """Press Enter behind what was typed and return what stands there then."""
    edit = only(window, "composer")
    assert isinstance(edit, QPlainTextEdit)
    qtbot.keyClicks(edit, "Hello")
    qtbot.keyClick(edit, Qt.Key.Key_Return, modifier)
    settle()
    return edit.toPlainText()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_ctrl_enter_sends_and_enter_breaks_the_line(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, key: Qt.Key, qtbot: QtBot
) -> None:
    window = open_window(settings=Settings(theme="light", send_key="ctrl_enter", panes=(PaneState(dialogue[0].id),)))
    assert press(window, NONE, qtbot) == "Hello\n"
    qtbot.keyClick(only(window, "composer"), key, CONTROL)
    settle()
    assert [text.strip() for text in sent(chats)] == ["Hello"]


def test_what_is_chosen_holds_at_once(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    window.open_settings()
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    button = only(dialog, "setting_send_key")
    assert isinstance(button, ChoiceButton)
    next(action for action in button.fill_menu().actions() if action.text() == "Ctrl+Enter").trigger()
    dialog.close()
    assert press(window, NONE, qtbot) == "Hello\n"
    assert sent(chats) == []
    assert window.settings_state().send_key == "ctrl_enter"


def test_enter_sends_as_usual_and_shift_breaks_the_line(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    window = open_window(dialogue[0])
    assert press(window, SHIFT, qtbot) == "Hello\n"
    assert press(window, NONE, qtbot) == ""
    assert sent(chats) == ["Hello\nHello"]


def test_a_message_is_edited_with_the_same_key(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(settings=Settings(theme="light", send_key="ctrl_enter", panes=(PaneState(dialogue[0].id),)))
    view = next(view for view in window.findChildren(MessageView) if view.message.text == "And if it owns?")
    view.act(MessageAction.EDIT)
    settle()
    edit = only(window, "messageEdit")
    assert isinstance(edit, QPlainTextEdit)
    qtbot.keyClicks(edit, " Really?")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.toPlainText() == "And if it owns? Really?\n"
    assert not [call for call in chats.calls if call[0] == "edit"]
    qtbot.keyClick(edit, Qt.Key.Key_Return, CONTROL)
    settle()
    [call] = [call for call in chats.calls if call[0] == "edit"]
    assert call[-1].strip() == "And if it owns? Really?"
