"""What somebody meets who does not see the window: every control has a name, and says what it does."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop.chat.events import Activity, ModelPhase, ModelState, NotReady, Reading, RereadReason
from desktop.conversations.message import Role, Status
from desktop.models.entry import GUIDE_WORDS
from desktop.ui.main_window import MainWindow
from tests.ui.conftest import OpenWindow, panes, settle
from tests.ui.fake_chats import MODEL, FakeChats
from tests.ui.window_driver import Dialogue

PLACEHOLDERS = {"", "TextLabel", "button", "..."}


def interfaces(root: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """Walk the tree as a screen reader does."""
    yield root
    for number in range(root.childCount()):
        child = root.child(number)
        if child is not None and child.isValid():
            yield from interfaces(child)


def unnamed(window: QWidget) -> list[str]:
    """Return what can have the focus or be pressed, is in sight, and has no name."""
    root = QAccessible.queryAccessibleInterface(window)
    assert root is not None
    faults = []
    for it in interfaces(root):
        state = it.state()
        if state.invisible or not (state.focusable or it.role() in (QAccessible.Role.Button, QAccessible.Role.CheckBox)):
            continue
        if it.text(QAccessible.Text.Name).strip() in PLACEHOLDERS:
            widget = it.object()
            faults.append(f"{type(widget).__name__} {widget.objectName() if widget is not None else it.role()}")
    return faults


def undescribed(window: QWidget) -> list[str]:
    """Return the buttons in sight that have no words and no tooltip."""
    buttons = [button for button in window.findChildren(QAbstractButton) if button.isVisible()]
    assert buttons
    return [f"{type(it).__name__} {it.objectName()}" for it in buttons if not it.text() and not it.toolTip()]


def assert_accessible(window: MainWindow) -> None:
    settle()
    assert not unnamed(window)
    assert not undescribed(window)


def test_the_walk_sees_what_has_no_name(open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    button = next(button for button in window.findChildren(QAbstractButton) if button.isVisible() and not button.text())
    button.setAccessibleName("")
    button.setToolTip("")
    assert unnamed(window)
    assert undescribed(window)


def test_a_chat_and_its_fork(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    chat, messages = dialogue
    fork = chats.add_chat("With an arena", parent=chat, at=messages[1])
    chats.person(fork, "And an arena?")
    assert_accessible(open_window(chat, chats.chats[fork.id]))


def test_first_start(open_window: OpenWindow, chats: FakeChats) -> None:
    chats.loaded = ModelState(ModelPhase.NONE)
    assert_accessible(open_window())


def test_first_start_with_the_guide(open_window: OpenWindow, chats: FakeChats) -> None:
    chats.loaded = replace(MODEL, name=GUIDE_WORDS, is_guide=True)
    assert_accessible(open_window())


@pytest.mark.parametrize("status", list(Status))
def test_every_way_a_reply_ends(open_window: OpenWindow, chats: FakeChats, status: Status) -> None:
    chat = chats.add_chat("A chat")
    chats.person(chat, "Why?")
    chats.reply(
        chat, "# Because\n\n```python\nprint('x')\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nSee [there](https://example.org).", status
    )
    assert_accessible(open_window(chats.chats[chat.id]))


def test_what_stands_above_the_composer(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    for readiness in (Reading(1200, 3912, 20.0, RereadReason.MODEL_FILE_CHANGED), NotReady(3912, 34.0, RereadReason.REMOVED)):
        chats.set_readiness(dialogue[0].id, readiness)
        window._bridge.drain()
        assert_accessible(window)
    chats.set_model(ModelState(ModelPhase.FAILED, error="The file is gone."))
    chats.set_activity(dialogue[0].id, Activity.WAITING)
    window._bridge.drain()
    assert_accessible(window)


def test_the_settings(open_window: OpenWindow) -> None:
    window = open_window()
    window.open_settings()
    settle()
    dialog = window.findChild(QWidget, "settingsDialog")
    assert dialog is not None
    assert not unnamed(dialog)
    dialog.close()


def test_notices_and_narrow_windows(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0], chats.add_chat("Another"), width=480)
    window.show_notice("Something could not be saved.")
    assert_accessible(window)
    window.toggle_sidebar()
    assert_accessible(window)


def test_the_list_with_folders_and_the_trash(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    folder = chats.order.add("Letters")
    chats.change(dialogue[0].id, folder_id=folder.id, is_folded=True)
    chats.add_chat("With an arena", parent=dialogue[0], at=dialogue[1][1])
    chats.in_trash = [chats.chats.pop(chats.add_chat("Gone").id)]
    window = open_window(dialogue[0])
    assert_accessible(window)
    for name in ("trashButton", "deleteChatButton"):
        button = window.findChild(QAbstractButton, name)
        assert button is not None
        button.click()
        assert_accessible(window)


def test_messages_say_who_wrote_them(open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    root = QAccessible.queryAccessibleInterface(panes(window)[0].transcript)
    assert root is not None
    names = [it.text(QAccessible.Text.Name) for it in interfaces(root) if it.object() is not None and it.object().objectName() == "message"]
    starts = {Role.USER: "You", Role.ASSISTANT: "Reply"}
    assert names == [f"{starts[message.role]}: {message.text}" for message in dialogue[1]]
