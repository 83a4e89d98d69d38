"""The dialog's rows come from the table of settings: shown, found, chosen, and put back."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.system.setting import Section, settings_of, switch
from desktop.system.settings import Settings
from desktop.system.words import say
from desktop.ui.controls.marks import CheckBox
from desktop.ui.main_window import MainWindow
from desktop.ui.settings.section import Section as SectionWidget
from desktop.ui.settings.settings_dialog import SettingsDialog
from tests.ui.conftest import OpenWindow, named, only, settle


@dataclass(frozen=True, slots=True)
class MoreSettings(Settings):
    tells_time: bool = switch(False, Section.IDLE, say("Tell the time"), say("At each quarter."))


def dialog_of(window: MainWindow) -> SettingsDialog:
    window.open_settings()
    settle()
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    return dialog


def find(dialog: SettingsDialog, words: str) -> None:
    field = only(dialog, "findSetting")
    assert isinstance(field, QLineEdit)
    field.setText(words)
    settle()


def rows(dialog: QWidget) -> list[str]:
    keys = settings_of(MoreSettings)
    return [key for key in keys if named(dialog, f"setting_{key}")]


def headings(dialog: QWidget) -> list[str]:
    return [section.heading.text() for section in dialog.findChildren(SectionWidget) if section.isVisible()]


def test_an_entry_in_the_table_is_all_that_a_new_setting_needs(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(settings=MoreSettings(theme="light"))
    dialog = dialog_of(window)
    box = only(dialog, "setting_tells_time")
    assert isinstance(box, CheckBox)
    assert (box.text(), box.accessibleDescription(), box.isChecked()) == ("Tell the time", "At each quarter.", False)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    state = window.settings_state()
    assert isinstance(state, MoreSettings)
    assert state.tells_time
    find(dialog, "quarter")
    assert rows(dialog) == ["tells_time"]
    dialog.close()


def test_every_setting_with_words_has_a_row(open_window: OpenWindow) -> None:
    dialog = dialog_of(open_window())
    assert rows(dialog) == [key for key, setting in settings_of(Settings).items() if setting.shown is not None]
    dialog.close()


def test_a_setting_is_found_by_its_words_and_by_what_it_offers(open_window: OpenWindow) -> None:
    dialog = dialog_of(open_window())
    assert only(dialog, "findSetting").hasFocus()
    for words, found in (("MOTION", ["less_motion"]), ("deutsch", ["language"]), ("theme", ["theme"]), ("ctrl usual", ["zoom"])):
        find(dialog, words)
        assert (rows(dialog), headings(dialog)) == (found, ["Appearance"])
    find(dialog, "idle")
    assert rows(dialog) == ["settles", "names_chats", "settles_on_battery"], "a heading leads to all that stands under it"
    find(dialog, "import")
    assert (rows(dialog), headings(dialog)) == ([], ["Taking along"])
    only(dialog, "importButton")
    find(dialog, "free the room")
    assert headings(dialog) == ["Quick resume"]
    dialog.close()


def test_what_is_not_found_is_said_and_escape_shows_all_again(open_window: OpenWindow, qtbot: QtBot) -> None:
    dialog = dialog_of(open_window())
    before = headings(dialog)
    find(dialog, "zebra")
    assert headings(dialog) == []
    only(dialog, "noSettingFound")
    qtbot.keyClick(only(dialog, "findSetting"), Qt.Key.Key_Escape)
    settle()
    assert headings(dialog) == before
    assert not named(dialog, "noSettingFound")
    find(dialog, "zebra")
    dialog.close()
    assert headings(dialog_of(dialog.parentWidget())) == before, "it opens with all settings"  # type: ignore[arg-type]
    dialog.close()


def test_enter_leads_from_the_words_to_what_was_found(open_window: OpenWindow, qtbot: QtBot) -> None:
    dialog = dialog_of(open_window())
    find(dialog, "less motion")
    qtbot.keyClick(only(dialog, "findSetting"), Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert only(dialog, "setting_less_motion").hasFocus()
    dialog.close()


def test_what_was_changed_can_be_put_back(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(settings=Settings(theme="light", session_days=7, settles=False))
    dialog = dialog_of(window)
    changed = [key for key in settings_of(Settings) if named(dialog, f"reset_{key}")]
    assert changed == ["theme", "session_days", "settles"]
    reset = only(dialog, "reset_session_days")
    assert reset.accessibleName() == "Reset: Keep unused chats ready for"
    assert reset.toolTip() == "Usual: No limit"
    qtbot.mouseClick(reset, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(only(dialog, "reset_settles"), Qt.MouseButton.LeftButton)
    settle()
    assert (window.settings_state().session_days, window.settings_state().settles) == (0, True)
    assert [key for key in changed if named(dialog, f"reset_{key}")] == ["theme"]
    assert only(dialog, "setting_settles").hasFocus(), "the button is gone"
    qtbot.mouseClick(only(dialog, "reset_theme"), Qt.MouseButton.LeftButton)
    assert window._theme.choice == "system"
    dialog.close()
