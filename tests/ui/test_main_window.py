from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.events import ModelPhase, ModelState, NoticeRaised
from desktop.conversations.message import Role, Status
from desktop.system.settings import PaneState, ScrollPosition, Settings
from desktop.ui.main_window import MainWindow
from desktop.ui.panes.error_card import ErrorCard
from desktop.ui.panes.model_picker import ModelPicker
from desktop.ui.panes.pane import Pane
from desktop.ui.sidebar.sidebar import Sidebar
from desktop.ui.transcript.text_view import TextView
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import MODEL, FakeChats, run
from tests.ui.window_driver import Dialogue, drain, notices, write


def test_everything_has_the_name_it_is_found_by(open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    for name in ("sidebar", "newChatButton", "chatList", "pane"):
        only(window, name)
    pane = only(window, "pane")
    for name in ("transcript", "composer", "sendButton", "contextMeter", "modelPicker"):
        only(pane, name)
    for name in ("sessionLine", "stopButton"):
        assert pane.findChild(QWidget, name) is not None
    for message in named(pane, "message"):
        only(message, "forkButton")
        only(message, "copyButton")
    assert len(named(pane, "message")) == 4


def test_every_button_says_what_it_is(open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    buttons = [button for button in window.findChildren(QAbstractButton) if button.isVisible()]
    assert len(buttons) > 10
    for button in buttons:
        assert button.accessibleName() or button.text(), button.objectName()


def test_a_first_start_offers_to_open_a_model(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chats.loaded = ModelState(ModelPhase.NONE)
    window = open_window()
    only(window, "emptyState")
    assert only(window, "modelPicker").property("text") == "Choose a model"
    qtbot.mouseClick(only(window, "openModelButton"), Qt.MouseButton.LeftButton)
    (dialog,) = window.findChildren(QFileDialog)
    assert dialog.isVisible()
    dialog.fileSelected.emit("/models/a.gguf")
    dialog.close()
    assert ("load_model", Path("/models/a.gguf")) in chats.calls


def test_an_empty_chat_with_a_model_only_invites(open_window: OpenWindow) -> None:
    window = open_window()
    only(window, "emptyHeading")
    assert not named(window, "openModelButton")


def test_the_window_is_usable_before_its_chats_are_read(chats: FakeChats, open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    (pane,) = panes(window)
    assert pane.chat_id is not None
    typed = MainWindow(chats, lambda coroutine: coroutine.close(), Settings(theme="light"), window._theme._read_resource)
    (unbound,) = typed.findChildren(Pane)
    write(qtbot, unbound, "Early")
    assert unbound.composer.text() == "Early"
    run(typed._restore())
    assert unbound.chat_id is not None
    assert unbound.composer.text() == "Early"
    unbound.composer.stop_timer()
    typed.shut()
    typed.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_panes_scroll_positions_and_drafts_come_back(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    first = dialogue[0]
    for number in range(12):
        chats.person(first, f"Question {number}")
        chats.reply(first, "word " * 100)
    second = chats.add_chat("Second")
    run(chats.save_draft(second.id, "half a"))
    states = (PaneState(first.id, 600, ScrollPosition(5, 32)), PaneState(second.id, 400, draft_focus=True))
    window = open_window(settings=Settings(theme="dark", sidebar_width=300, panes=states), width=1301)
    left, right = panes(window)
    assert right.composer.text() == "half a"
    assert left.transcript.scroll_position() == ScrollPosition(5, 32)
    state = window.settings_state()
    assert state.theme == "dark"
    assert state.sidebar_width == 300
    assert [(pane.conversation_id, pane.position, pane.draft_focus) for pane in state.panes] == [
        (first.id, ScrollPosition(5, 32), False),
        (second.id, None, True),
    ]
    assert [pane.width for pane in state.panes] == pytest.approx([600, 400], abs=2)


def test_chats_that_are_gone_are_not_restored(open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(settings=Settings(theme="light", panes=(PaneState(99), PaneState(dialogue[0].id))))
    assert [pane.chat_id for pane in panes(window)] == [dialogue[0].id]


def test_the_picker_offers_recent_models_and_a_file(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    recent = (Path("/models/older.gguf"), Path("models/qwen3-4b.gguf"))
    window = open_window(settings=Settings(theme="light", recent_models=recent, panes=(PaneState(dialogue[0].id),)))
    picker = window.findChild(ModelPicker)
    assert picker is not None
    assert picker.text() == "Qwen3 4B"
    actions = [action for action in picker.fill_menu().actions() if not action.isSeparator()]
    told = [action.text().partition("\t")[0] for action in actions]
    assert told == ["Qwen3 4B", "older", "Unload", "All models…", "Open a GGUF file…"]
    actions[1].trigger()
    assert ("load_model", recent[0]) in chats.calls
    assert window.settings_state().recent_models[0] == MODEL.path
    assert window.settings_state().model_path == MODEL.path


def test_a_model_that_does_not_load_is_told_in_place(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    assert not named(window, "errorCard")
    chats.set_model(ModelState(ModelPhase.FAILED, Path("/models/a.gguf"), error="a.gguf is empty."))
    drain(window)
    card = only(window, "errorCard")
    assert isinstance(card, ErrorCard)
    assert card.text() == "a.gguf is empty."
    chats.set_model(MODEL)
    drain(window)
    assert card.isHidden()


def test_a_model_that_does_not_load_is_told_once(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0], chats.add_chat("Other"))
    left, right = panes(window)
    chats.set_model(ModelState(ModelPhase.FAILED, Path("/models/a.gguf"), error="a.gguf is empty."))
    drain(window)
    assert (len(named(left, "errorCard")), len(named(right, "errorCard"))) == (1, 0)
    right.composer.edit.setFocus()
    settle()
    assert (len(named(left, "errorCard")), len(named(right, "errorCard"))) == (0, 1)


def test_a_model_file_dropped_on_the_window_is_loaded(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, tmp_path: Path
) -> None:
    window = open_window(dialogue[0])
    for name, wanted in (("notes.txt", False), ("a.GGUF", True)):
        (tmp_path / name).touch()
        dropped = QMimeData()
        dropped.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
        event = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        window.dropEvent(event)
        assert (("load_model", tmp_path / name) in chats.calls) is wanted


def test_closing_only_asks(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    with qtbot.waitSignal(window.close_requested):
        window.close()
    assert window.isVisible()
    with qtbot.waitSignal(window.close_requested):
        qtbot.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)


def test_drafts_are_saved_at_the_end(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    qtbot.keyClicks(panes(window)[0].composer.edit, "unsent")
    run(window.save_drafts())
    assert chats.calls[-1] == ("save_draft", dialogue[0].id, "unsent")


def test_shortcuts_make_and_fork_chats(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_F, control | shift)
    drain(window)
    assert ("fork", dialogue[0].id, dialogue[1][3].id) in chats.calls
    qtbot.keyClick(window, Qt.Key.Key_N, control)
    drain(window)
    chat_ids = [pane.chat_id for pane in panes(window)]
    assert chats.chats[chat_ids[1]].head_id is None  # type: ignore[index]


def test_notices_are_shown_once_and_can_be_dismissed(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window()
    chats.events.put(NoticeRaised("The disk is full."))
    chats.events.put(NoticeRaised("The disk is full."))
    drain(window)
    window.show_notice("And a second one.")
    assert notices(window) == ["The disk is full.", "And a second one."]
    dismiss = next(button for button in window.findChildren(QWidget) if button.accessibleName() == "Dismiss")
    qtbot.mouseClick(dismiss, Qt.MouseButton.LeftButton)
    assert notices(window) == ["And a second one."]


def test_a_change_of_theme_reaches_what_is_shown(open_window: OpenWindow, chats: FakeChats) -> None:
    chat = chats.add_chat("Colours")
    chats.say(chat, Role.ASSISTANT, "A `span` and\n\n```py\nx = 1\n```")
    window = open_window(chats.chats[chat.id])
    before = panes(window)[0].grab().toImage().pixelColor(4, 100)
    sidebar = window.findChild(Sidebar)
    assert sidebar is not None
    menu = sidebar.theme_menu()
    next(action for action in menu.actions() if action.text() == "Dark").trigger()
    menu.deleteLater()
    settle()
    after = panes(window)[0].grab().toImage().pixelColor(4, 100)
    assert before.lightness() > 200
    assert after.lightness() < 60
    assert window.settings_state().theme == "dark"


def test_tab_walks_as_things_stand(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    other = chats.add_chat("Other")
    chats.person(other, "Go")
    chats.reply(other, "Half\n\n```\ncode\n```", Status.STOPPED)
    window = open_window(dialogue[0], chats.chats[other.id])
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    left, right = panes(window)
    left.composer.edit.setFocus()

    def walk(key: Qt.Key, count: int) -> list[str]:
        seen = []
        for _ in range(count):
            focused = QApplication.focusWidget()
            assert focused is not None
            qtbot.keyClick(focused, key)
            focused = QApplication.focusWidget()
            assert focused is not None
            seen.append(focused.objectName())
        return seen

    forward = ["attachButton", "contextMeter", "sendToAllButton", "sendButton", "qt_splithandle_pane", "modelPicker", "headForkButton"]
    forward += ["treeButton", "chatSettingsButton", "paneMenuButton", "closePaneButton", "transcript"]
    forward += ["wrapButton", "copyCodeButton", "continueButton", "againButton"]  # of the last message only
    forward += ["copyButton", "editButton", "regenerateButton", "forkButton", "waysButton", "deleteButton", "composer"]
    assert walk(Qt.Key.Key_Tab, len(forward)) == forward
    assert right.composer.edit.hasFocus()
    assert walk(Qt.Key.Key_Backtab, len(forward)) == [*forward[-2::-1], "composer"]
    assert left.composer.edit.hasFocus()
    text = right.findChildren(TextView)[-1]
    text.setFocus()  # by a click
    assert walk(Qt.Key.Key_Tab, 1) == ["wrapButton"]
    last = window.findChild(QWidget, "windowMenuButton")
    assert last is not None
    last.setFocus()
    assert walk(Qt.Key.Key_Tab, 1) == ["qt_splithandle_"]
    assert walk(Qt.Key.Key_Tab, 1) == ["modelPicker"]
    assert left.isAncestorOf(QApplication.focusWidget())
    only(left, "closePaneButton").setFocus()
    qtbot.keyClick(only(left, "closePaneButton"), Qt.Key.Key_Return)
    assert panes(window) == [right]


def test_what_the_tab_key_reaches_comes_into_sight(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chat = chats.add_chat("Long")
    for number in range(12):
        chats.person(chat, f"Question {number}")
        chats.reply(chat, "word " * 200)
    window = open_window(chats.chats[chat.id])
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    (pane,) = panes(window)
    pane.transcript.setFocus()
    bar = pane.transcript.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    bar.setValue(bar.maximum() - 100)
    pane.composer.edit.setFocus()
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Backtab)
    assert bar.value() > bar.maximum() - 50
