"""Everything in the window can be reached, seen to be reached, and left again by keys alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QScrollBar,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.chat.events import ModelPhase, ModelState
from desktop.conversations.message import Status
from desktop.system.compute_device import ComputeDevice, DeviceKind
from desktop.ui.keyboard import PASSED_BY
from desktop.ui.main_window import MainWindow
from desktop.ui.shortcuts.shortcut import Shortcut
from desktop.ui.transcript.message_actions import MessageAction
from tests.ui.conftest import OpenWindow, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.fake_models import entry_of, offer_of
from tests.ui.window_driver import Dialogue, drain

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QLineEdit, QPlainTextEdit, QSpinBox)
MOST = 150  # steps of a walk
AROUND = 8  # pixels in which a ring may stand


def is_passed_by(widget: QWidget) -> bool:
    """Return whether the Tab key leaves it out: it belongs to a message that the arrow keys lead to."""
    within: QWidget | None = widget
    while within is not None and not within.property(PASSED_BY):
        within = within.parentWidget()
    return within is not None


def controls(part: QWidget) -> set[QWidget]:
    """Return what somebody with a mouse could use now; of a choice what is chosen, from where the arrow keys lead on."""
    seen = [it for it in part.findChildren(QWidget) if isinstance(it, CONTROLS) and not isinstance(it, QScrollBar)]
    usable = {
        it for it in seen if it.isVisible() and it.isEnabled() and not it.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    }
    return {it for it in usable if not is_passed_by(it) and not (isinstance(it, QRadioButton) and not it.isChecked())}


def focused() -> QWidget:
    it = QApplication.focusWidget()
    assert it is not None, "nothing has the focus"
    return it


def walk(qtbot: QtBot, key: Qt.Key = Qt.Key.Key_Tab, look: Callable[[QWidget], None] = lambda _: None) -> list[QWidget]:
    """Press a key until it comes back to where it began, and look at every stop."""
    stops = [focused()]
    for _ in range(MOST):
        look(focused())
        qtbot.keyClick(focused(), key)
        settle()
        if focused() in stops:
            return stops
        stops.append(focused())
    raise AssertionError("the walk does not come around")


def picture(widget: QWidget) -> QImage:
    settle()
    window = widget.window()
    place = QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size()).adjusted(-AROUND, -AROUND, AROUND, AROUND)
    return window.grab(place & window.rect()).toImage()


def assert_ringed(widget: QWidget) -> None:
    """Compare how a widget looks with the focus and without; a caret blinks."""
    if not isinstance(widget, QPlainTextEdit):
        shown = picture(widget)
        widget.clearFocus()
        without = picture(widget)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert shown != without, f"{type(widget).__name__} {widget.objectName()} {widget.accessibleName()}"


def assert_reached(qtbot: QtBot, part: QWidget) -> None:
    stops = walk(qtbot, look=assert_ringed)
    back = walk(qtbot, Qt.Key.Key_Backtab)
    assert {it for it in stops if it.objectName() != "toEndButton"} == {it for it in back if it.objectName() != "toEndButton"}
    missed = controls(part) - set(stops)
    assert not missed, [f"{type(it).__name__} {it.objectName()} {it.accessibleName()}" for it in missed]


@pytest.fixture
def window(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> MainWindow:
    """A window with a chat, its fork beside it, and a notice."""
    fork = chats.add_chat("With an arena", parent=dialogue[0], at=dialogue[1][1])
    chats.person(fork, "And an arena?")
    chats.reply(fork, "It *moves* the question.\n\n```rust\nlet a = 1;\n```\n\nSee [there](https://example.org).", Status.STOPPED)
    chats.order.add("Letters")
    window = open_window(dialogue[0], chats.chats[fork.id])
    window.show_notice("Something could not be saved.")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    settle()
    panes(window)[0].composer.edit.setFocus()
    return window


def test_the_walk_sees_what_it_does_not_reach(qtbot: QtBot, window: MainWindow) -> None:
    only(window, "settingsButton").setFocusPolicy(Qt.FocusPolicy.NoFocus)
    with pytest.raises(AssertionError, match="settingsButton"):
        assert_reached(qtbot, window)


def test_the_walk_sees_what_has_no_ring(qtbot: QtBot, window: MainWindow) -> None:
    only(window, "settingsButton").setStyleSheet("border: none;")
    with pytest.raises(AssertionError, match="settingsButton"):
        assert_reached(qtbot, window)


def open_find(window: MainWindow) -> None:
    panes(window)[0].body.open_find()
    panes(window)[0].toggle_details()


def open_tree(window: MainWindow) -> None:
    panes(window)[0].toggle_tree()


def open_trash(window: MainWindow) -> None:
    button = only(window, "trashButton")
    assert isinstance(button, QAbstractButton)
    button.click()


def ask_to_delete(window: MainWindow) -> None:
    open_trash(window)
    settle()
    button = only(window, "deleteChatButton")
    assert isinstance(button, QAbstractButton)
    button.click()


def narrow(window: MainWindow) -> None:
    window.resize(480, 700)
    settle()
    panes(window)[0].composer.edit.setFocus()


def narrow_with_sidebar(window: MainWindow) -> None:
    narrow(window)
    window.toggle_sidebar()


def long_away(window: MainWindow) -> None:
    """Stand far above the end of a chat, where a button leads back there."""
    window.resize(1360, 420)
    settle()
    panes(window)[1].transcript.verticalScrollBar().setValue(0)


def edit_message(window: MainWindow) -> None:
    transcript = panes(window)[0].transcript
    view = transcript.view(transcript.messages()[2].id)
    assert view is not None
    view.act(MessageAction.EDIT)


def without_model(window: MainWindow) -> None:
    """Stand in a chat that has no messages, where nothing is loaded."""
    chats = window._chats
    assert isinstance(chats, FakeChats)
    chats.set_model(ModelState(ModelPhase.FAILED, error="The file is gone."))
    drain(window)
    button = only(window, "newChatButton")
    assert isinstance(button, QAbstractButton)
    button.click()


def replying(window: MainWindow) -> None:
    chats, pane = window._chats, panes(window)[0]
    assert isinstance(chats, FakeChats)
    assert pane.chat_id is not None
    reply = chats.begin_reply(pane.chat_id)
    chats.extend_reply(pane.chat_id, reply, "One moment")
    drain(window)


def without_trash(window: MainWindow) -> None:
    chats = window._chats
    assert isinstance(chats, FakeChats)
    chats.in_trash = []
    open_trash(window)


STATES = [open_find, open_tree, open_trash, ask_to_delete, narrow, long_away, edit_message, without_model, replying, without_trash]


@pytest.mark.parametrize("prepare", [lambda _: None, *STATES], ids=lambda it: it.__name__)
def test_tab_reaches_everything(qtbot: QtBot, window: MainWindow, chats: FakeChats, prepare: Callable[[MainWindow], None]) -> None:
    gone = chats.add_chat("Gone")
    chats.in_trash = [chats.chats.pop(gone.id)]
    prepare(window)
    settle()
    assert_reached(qtbot, window)


def test_tab_in_the_sidebar_over_the_panes(qtbot: QtBot, window: MainWindow) -> None:
    narrow_with_sidebar(window)
    settle()
    sidebar = only(window, "sidebar")
    stops = []
    while sidebar.isVisible() and len(stops) < MOST:
        stops.append(focused())
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
        settle()
    assert {it for it in stops if sidebar.isAncestorOf(it)} == set(stops)  # beyond its end it makes way
    narrow_with_sidebar(window)
    settle()
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    settle()
    assert not sidebar.isVisible()
    assert panes(window)[0].composer.edit.hasFocus()


@pytest.mark.parametrize("shortcut", [Shortcut.SHORTCUTS, Shortcut.SEARCH, Shortcut.MODELS], ids=lambda it: it.name)
def test_tab_reaches_everything_in_what_lies_over_the_window(
    qtbot: QtBot, window: MainWindow, chats: FakeChats, shortcut: Shortcut
) -> None:
    chats.models.library.found = [entry_of("arena.gguf", "Arena")]
    chats.models.catalogue.listed = [offer_of(f"Arena {number}") for number in range(7)]
    pressed = shortcut.sequences()[0][0]
    qtbot.keyClick(window, pressed.key(), pressed.keyboardModifiers())
    qtbot.keyClicks(focused(), "arena")
    settle()
    overlay = focused().parentWidget()
    assert overlay is not None
    assert_reached(qtbot, overlay)
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    settle()
    assert not overlay.isVisible()
    assert panes(window)[0].composer.edit.hasFocus()


def test_tab_reaches_everything_in_the_settings(qtbot: QtBot, window: MainWindow, chats: FakeChats) -> None:
    chats.loading.seen.insert(0, ComputeDevice("CUDA0", "GeForce", DeviceKind.GPU, 7_000_000_000, 8_000_000_000))
    chats.set_model(replace(chats.loaded, trained_tokens=40_960, layers=36, gpu_layers=30))
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    settle()
    dialog = only(window, "settingsDialog")
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    if QApplication.focusWidget() is None:
        qtbot.keyClick(dialog, Qt.Key.Key_Tab)
    assert_reached(qtbot, dialog)
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    settle()
    assert not dialog.isVisible()


@pytest.mark.parametrize(("prepare", "name"), [(open_find, "findField"), (open_tree, "tree")], ids=["find", "tree"])
def test_escape_leads_back_to_the_message_box(
    qtbot: QtBot, window: MainWindow, chats: FakeChats, prepare: Callable[[MainWindow], None], name: str
) -> None:
    prepare(window)
    settle()
    assert focused().objectName() == name
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    settle()
    assert panes(window)[0].composer.edit.hasFocus()
    assert not [call for call in chats.calls if call[0] == "stop"]


def test_every_message_can_be_reached_with_what_it_offers(qtbot: QtBot, window: MainWindow) -> None:
    left = panes(window)[0]
    views = [left.transcript.view(message.id) for message in left.transcript.messages()]
    for view in reversed(views):
        assert view is not None
        qtbot.keyClick(focused(), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        settle()
        assert view.hasFocus()
        offered = {it for it in view.findChildren(QAbstractButton) if it.isVisible() and it.isEnabled()}
        stops = walk(qtbot)
        assert offered <= set(stops)
        view.setFocus(Qt.FocusReason.ShortcutFocusReason)
