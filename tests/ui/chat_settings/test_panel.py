"""Where the panel stands, and how one gets into it and out of it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.chat_settings.conftest import CURT, KIND, Bench
from tests.ui.conftest import OpenWindow, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import Dialogue

OpenPanel = Callable[..., Bench]


def test_a_button_opens_and_closes_it(open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot) -> None:
    [pane] = panes(open_window(dialogue[0]))
    for shown in (True, False, True):
        qtbot.mouseClick(only(pane, "chatSettingsButton"), Qt.MouseButton.LeftButton)
        assert pane.settings.isVisible() is shown
    qtbot.mouseClick(only(pane, "closeChatSettingsButton"), Qt.MouseButton.LeftButton)
    assert not pane.settings.isVisible()
    next(action for action in pane.menu().actions() if action.text().startswith("Chat settings")).trigger()
    assert pane.settings.isVisible()


def test_escape_closes_it_and_leads_back_to_the_message(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    bench = open_panel(dialogue[0])
    assert bench.panel.isAncestorOf(QApplication.focusWidget())
    chats.begin_reply(dialogue[0].id)
    bench.press(Qt.Key.Key_Escape)
    assert not bench.panel.isVisible()
    assert QApplication.focusWidget() is bench.pane.composer.edit
    assert not bench.called("stop"), "here it does not stop the reply"


def test_it_stands_beside_the_messages_where_there_is_room(open_panel: OpenPanel, dialogue: Dialogue) -> None:
    bench = open_panel(dialogue[0])

    def messages_right() -> int:
        transcript = bench.pane.transcript
        return transcript.mapTo(bench.pane, transcript.rect().topRight()).x()

    left = bench.panel.geometry().left()
    assert messages_right() < left
    bench.panel.close_panel()
    settle()
    assert messages_right() > left
    bench.panel.toggle()
    bench.window.resize(480, 860)
    settle()
    assert messages_right() > bench.panel.geometry().left(), "in a narrow pane it lies over them"
    assert bench.panel.geometry().left() >= 0
    assert bench.panel.geometry().bottom() == bench.pane.rect().bottom()


def test_the_numbers_panel_makes_way(open_panel: OpenPanel, dialogue: Dialogue) -> None:
    bench = open_panel(dialogue[0])
    bench.panel.close_panel()
    bench.pane.toggle_details()
    bench.pane.settings.toggle()
    assert not bench.pane.details.isVisible()
    bench.pane.toggle_details()
    assert (bench.pane.details.isVisible(), bench.panel.isVisible()) == (True, False)


def test_the_tab_key_reaches_all_of_it_once(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.presets.arrange("Kind", KIND)
    bench = open_panel(dialogue[0])
    seen: list[str] = []
    while (focused := QApplication.focusWidget()) is not None and bench.panel.isAncestorOf(focused):
        seen.append(focused.objectName())
        bench.press(Qt.Key.Key_Tab)
    fields = [f"{field}Field" for field in ("temperature", "top_p", "top_k", "min_p", "repeat_penalty", "seed", "most_tokens")]
    assert seen == ["presetChoice", "systemPrompt", *fields]


@pytest.mark.parametrize("page", ["chat", "list", "form"])
def test_every_control_has_a_name(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue, page: str) -> None:
    chats.presets.arrange("Kind", KIND)
    chats.presets.arrange("Curt", CURT)
    bench = open_panel(dialogue[0])
    if page == "list":
        bench.choose("Edit presets…")
    elif page == "form":
        bench.choose("Save as preset…")
    kinds = (QAbstractButton, QAbstractSpinBox, QLineEdit, QPlainTextEdit)
    controls = [it for it in bench.panel.findChildren(QWidget) if isinstance(it, kinds) and it.isVisible()]
    controls = [it for it in controls if it.objectName() != "qt_spinbox_lineedit"]
    assert len(controls) > 5
    for control in controls:
        assert control.accessibleName() or (isinstance(control, QAbstractButton) and control.text()), control.objectName()
