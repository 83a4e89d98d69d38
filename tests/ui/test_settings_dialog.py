from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.events import ModelPhase, ModelState, ReadyAtOnce
from desktop.chat.numbers import CacheCost
from desktop.system.cache_type import CacheType
from desktop.system.errors import RivuletError
from desktop.system.settings import PaneState, Settings
from desktop.ui.controls.choice_button import ChoiceButton
from desktop.ui.main_window import MainWindow
from desktop.ui.settings.cache_section import reread_sentence
from desktop.ui.settings.settings_dialog import SettingsDialog
from desktop.ui.settings.storage_section import storage_sentences
from tests.ui.conftest import OpenWindow, named, only, settle
from tests.ui.fake_chats import GIGABYTE, MODEL, FakeChats, Spawner
from tests.ui.window_driver import Dialogue, drain

CONTROL = Qt.KeyboardModifier.ControlModifier


def dialog_of(window: MainWindow, qtbot: QtBot) -> SettingsDialog:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Comma, CONTROL)
    settle()
    (dialog,) = window.findChildren(SettingsDialog)
    assert dialog.isVisible()
    return dialog


def choose(dialog: SettingsDialog, name: str, words: str) -> None:
    button = only(dialog, name)
    assert isinstance(button, ChoiceButton)
    next(action for action in button.fill_menu().actions() if action.text() == words).trigger()
    settle()


def click(qtbot: QtBot, dialog: SettingsDialog, name: str) -> None:
    qtbot.mouseClick(only(dialog, name), Qt.MouseButton.LeftButton)
    settle()


def text(dialog: SettingsDialog, name: str) -> str:
    label = only(dialog, name)
    assert isinstance(label, QLabel)
    return label.text()


def test_the_dialog_opens_closes_and_opens_again(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    for _ in range(2):
        dialog = dialog_of(window, qtbot)
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isHidden()
    click_settings = only(window, "settingsButton")
    qtbot.mouseClick(click_settings, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    click(qtbot, dialog, "closeSettingsButton")
    assert dialog.isHidden()


def test_every_control_has_a_name_and_can_be_reached(open_window: OpenWindow, qtbot: QtBot) -> None:
    dialog = dialog_of(open_window(), qtbot)
    buttons = [button for button in dialog.findChildren(QAbstractButton) if button.isVisible()]
    assert len(buttons) == 28
    for button in buttons:
        assert button.accessibleName() or button.text()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    dialog.close()


def test_it_tells_what_saved_chats_take(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    dialog = dialog_of(open_window(), qtbot)
    assert text(dialog, "storageUsed") == "14.2 GB of 20 GB"
    (bar,) = dialog.findChildren(QProgressBar)
    assert bar.value() == 710
    dialog.close()


def test_sentences_about_the_disk(chats: FakeChats) -> None:
    whole = replace(chats.stored, pinned=0)
    assert storage_sentences(whole) == ""
    assert storage_sentences(replace(whole, set_aside=1)) == "1 damaged or foreign file was set aside."
    told = storage_sentences(replace(whole, pinned=3_100_000_000, set_aside=1200, is_saving=False))
    assert told == (
        "Nothing more is saved now: the disk is full, or open chats take all the room there is. "
        "3.1 GB belong to open chats and those that are always kept ready. "
        "1,200 damaged or foreign files were set aside."
    )


def test_a_budget_holds_at_once_and_is_remembered(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window()
    dialog = dialog_of(window, qtbot)
    changed: list[Settings] = []
    window.settings_changed.connect(changed.append)
    assert only(dialog, "budgetChoice").property("text") == "Default, 20 GB"
    choose(dialog, "budgetChoice", "10 GB")
    assert ("set_budget", 10 * GIGABYTE) in chats.calls
    assert text(dialog, "storageUsed") == "10 GB of 10 GB"
    assert only(dialog, "budgetChoice").property("text") == "10 GB"
    choose(dialog, "budgetChoice", "Default, 20 GB")
    assert chats.calls[-2:] == [("set_budget", None), ("storage",)]
    assert [settings.budget for settings in changed] == [10 * GIGABYTE, None]
    assert window.settings_state().budget is None
    dialog.close()


def test_other_choices_are_remembered(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(settings=Settings(theme="light", session_days=7, budget=3 * GIGABYTE))
    dialog = dialog_of(window, qtbot)
    assert only(dialog, "setting_session_days").property("text") == "7 days"
    assert only(dialog, "budgetChoice").property("text") == "3 GB"
    choose(dialog, "setting_session_days", "90 days")
    assert window.settings_state().session_days == 90
    choose(dialog, "setting_session_days", "No limit")
    click(qtbot, dialog, "setting_settles_on_battery")
    click(qtbot, dialog, "setting_settles")
    assert only(dialog, "setting_settles_on_battery").isEnabled(), "titles are written in idle time too"
    click(qtbot, dialog, "setting_names_chats")
    state = window.settings_state()
    assert (state.session_days, state.settles, state.names_chats, state.settles_on_battery) == (0, False, False, False)
    assert not only(dialog, "setting_settles_on_battery").isEnabled()
    dialog.close()


def test_saved_states_are_removed_and_the_room_is_told(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    dialog = dialog_of(open_window(), qtbot)
    click(qtbot, dialog, "cleanButton")
    assert ("clean", 0) in chats.calls
    assert (text(dialog, "cleanOutcome"), text(dialog, "storageUsed")) == ("11.1 GB freed.", "3.1 GB of 20 GB")
    click(qtbot, dialog, "cleanButton")
    assert text(dialog, "cleanOutcome") == "There was nothing to remove."
    dialog.close()


def test_a_removal_that_fails_can_be_tried_again(open_window: OpenWindow, chats: FakeChats, spawner: Spawner, qtbot: QtBot) -> None:
    dialog = dialog_of(open_window(), qtbot)
    chats.failure = RivuletError("The disk does not answer.")
    click(qtbot, dialog, "cleanButton")
    assert spawner.sentences == ["The disk does not answer."]
    assert only(dialog, "cleanButton").isEnabled()
    assert text(dialog, "cleanOutcome") == ""
    dialog.close()


def test_another_cache_type_says_what_it_costs_before_it_happens(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    chats.readinesses[dialogue[0].id] = ReadyAtOnce(3912, 34.3, 0.04)
    window = open_window(dialogue[0])
    dialog = dialog_of(window, qtbot)
    button = only(dialog, "cacheType_q8_0")
    assert button.accessibleName() == "Nearly exact (q8_0), 76.5 MB per 1,000 tokens"
    assert not named(dialog, "cacheSentence")
    click(qtbot, dialog, "cacheType_q8_0")
    sentence = "The model is loaded again. Chats with it are read again once, about 34 s for the open one."
    assert text(dialog, "cacheSentence") == sentence
    click(qtbot, dialog, "leaveCacheButton")
    assert only(dialog, "cacheType_f16").property("checked")
    click(qtbot, dialog, "cacheType_q4_0")
    assert not [call for call in chats.calls if call[0] == "set_cache_type"]
    click(qtbot, dialog, "changeCacheButton")
    drain(window)
    assert ("set_cache_type", CacheType.Q4_0) in chats.calls
    assert only(dialog, "cacheType_q4_0").property("checked")
    assert only(dialog, "cacheType_q4_0").hasFocus()
    assert not named(dialog, "cacheSentence")
    assert window.settings_state().cache_types == {str(MODEL.path): "q4_0"}
    dialog.close()


def test_choosing_the_present_cache_type_asks_nothing(open_window: OpenWindow, qtbot: QtBot) -> None:
    dialog = dialog_of(open_window(), qtbot)
    click(qtbot, dialog, "cacheType_q4_0")
    click(qtbot, dialog, "cacheType_f16")
    assert not named(dialog, "cacheSentence")
    dialog.close()


def test_a_cache_type_is_remembered_as_it_was_loaded(open_window: OpenWindow, chats: FakeChats) -> None:
    kept = {"/models/other.gguf": "q8_0", str(MODEL.path): "q4_0"}
    window = open_window(settings=Settings(theme="light", cache_types=kept, panes=(PaneState(1),)))
    assert window.settings_state().cache_types == {"/models/other.gguf": "q8_0"}
    chats.set_model(replace(MODEL, cache_type=CacheType.Q8_0))
    drain(window)
    assert window.settings_state().cache_types == {"/models/other.gguf": "q8_0", str(MODEL.path): "q8_0"}


def test_without_a_model_there_is_nothing_to_choose(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chats.loaded = ModelState(ModelPhase.NONE)
    window = open_window()
    dialog = dialog_of(window, qtbot)
    assert not named(dialog, "cacheType_f16")
    chats.set_model(MODEL)
    drain(window)
    only(dialog, "cacheType_f16")
    dialog.close()


@pytest.mark.parametrize("seconds", [None, 0.2])
def test_what_is_not_known_or_short_is_not_said(seconds: float | None) -> None:
    assert reread_sentence(seconds) == "The model is loaded again. Chats with it are read again once."


def test_it_is_used_by_the_keys_alone(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window()
    dialog = dialog_of(window, qtbot)
    qtbot.waitUntil(dialog.isActiveWindow)

    def press(key: Qt.Key) -> QWidget:
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key)
        focused = QApplication.focusWidget()
        assert focused is not None
        return focused

    only(dialog, "cleanButton").setFocus()
    press(Qt.Key.Key_Return)
    assert ("clean", 0) in chats.calls
    walked = [press(Qt.Key.Key_Tab).objectName() for _ in range(4)]
    assert walked == ["setting_settles", "setting_names_chats", "setting_settles_on_battery", "changeModelsFolderButton"]
    while press(Qt.Key.Key_Tab).objectName() != "cacheType_f16":
        assert dialog.isVisible()
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Space)
    while press(Qt.Key.Key_Tab).objectName() != "changeCacheButton":
        assert dialog.isVisible()
    press(Qt.Key.Key_Return)
    assert ("set_cache_type", CacheType.Q8_0) in chats.calls
    assert dialog.isVisible()
    dialog.close()


def test_a_model_whose_memory_does_not_grow_offers_no_choice(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chats.cache_costs = lambda: tuple(CacheCost(kind, 0, kind is CacheType.F16) for kind in CacheType)  # type: ignore[method-assign]
    dialog = dialog_of(open_window(), qtbot)
    assert not named(dialog, "cacheType_f16")
    shown = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
    assert "Memory of Qwen3 4B" in shown
    assert "What this model remembers of a chat has always the same size, so there is nothing to choose." in shown
    dialog.close()


def test_a_size_that_the_person_gave_it_stays_when_the_colours_change(open_window: OpenWindow) -> None:
    window = open_window()
    window.open_settings()
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    dialog.resize(610, 480)
    window._theme.choose("dark")
    settle()
    assert (dialog.width(), dialog.height()) == (610, 480)
    dialog.close()
