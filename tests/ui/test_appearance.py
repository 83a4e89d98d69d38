import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFont
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.system.settings import PaneState, Settings
from desktop.ui.controls.choice_button import ChoiceButton
from desktop.ui.controls.marks import CheckBox
from desktop.ui.main_window import MainWindow
from tests.ui.conftest import OpenWindow, settle
from tests.ui.window_driver import Dialogue


def choose(dialog: QWidget, name: str, words: str) -> None:
    button = dialog.findChild(ChoiceButton, name)
    assert button is not None
    actions: list[QAction] = [action for action in button.fill_menu().actions() if action.text() == words]
    actions[0].trigger()


def largest(window: MainWindow) -> int:
    return max(QFont(widget.font()).pixelSize() for widget in window.findChildren(QWidget) if widget.isVisible())


def test_keys_change_the_size_of_text_and_it_is_kept(open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    before = largest(window)
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert window.settings_state().zoom == 150
    settle()
    assert largest(window) == round(before * 1.5)
    qtbot.keyClick(window, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert window.settings_state().zoom == 125
    qtbot.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert window.settings_state().zoom == 100
    settle()
    assert largest(window) == before


def test_a_window_opens_in_the_size_of_the_last_time(open_window: OpenWindow, dialogue: Dialogue) -> None:
    usual = largest(open_window(dialogue[0]))
    window = open_window(settings=Settings(theme="light", zoom=200, panes=(PaneState(dialogue[0].id),)))
    assert largest(window) == 2 * usual
    assert window.settings_state().zoom == 200


def test_theme_and_size_are_chosen_in_the_settings(open_window: OpenWindow) -> None:
    window = open_window()
    window.open_settings()
    dialog = window.findChild(QWidget, "settingsDialog")
    assert dialog is not None
    choose(dialog, "setting_theme", "Dark")
    choose(dialog, "setting_zoom", "125 %")
    assert (window.settings_state().theme, window.settings_state().zoom) == ("dark", 125)
    button = dialog.findChild(ChoiceButton, "setting_zoom")
    assert button is not None
    assert button.text() == "125 %"
    dialog.close()


@pytest.mark.parametrize("by_system", [False, True])
def test_less_motion(open_window: OpenWindow, qtbot: QtBot, by_system: bool) -> None:
    window = open_window()
    told: list[Settings] = []
    window.settings_changed.connect(told.append)
    assert window._theme.motion_ms == 120
    if by_system:
        window.set_reduced_motion(True)
        assert not told
    else:
        window.open_settings()
        box = window.findChild(CheckBox, "setting_less_motion")
        assert box is not None
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
        assert [settings.less_motion for settings in told] == [True]
        box.window().close()
    assert window._theme.motion_ms == 0


@pytest.mark.parametrize("less", [False, True])
def test_the_sidebar_slides_in_over_a_narrow_window_unless_nothing_is_to_move(open_window: OpenWindow, qtbot: QtBot, less: bool) -> None:
    window = open_window(settings=Settings(theme="light", less_motion=less), width=600)
    sidebar = window.findChild(QWidget, "sidebar")
    assert sidebar is not None
    window.toggle_sidebar()
    assert sidebar.isVisible()
    assert (sidebar.x() == 0) is less
    qtbot.waitUntil(lambda: sidebar.x() == 0)
