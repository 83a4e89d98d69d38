"""Where models are kept and looked for, in the settings."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.system.errors import RivuletError
from desktop.system.settings import Settings
from desktop.system.words import say
from desktop.ui.main_window import MainWindow
from tests.ui.conftest import OpenWindow, named, only, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.fake_models import FakeModels
from tests.ui.models.conftest import press, words, write

FOLDERS = (Path("/data/models"), Path("/more"))


@pytest.fixture
def window(open_window: OpenWindow) -> MainWindow:
    window = open_window(settings=Settings(theme="light", models_folder=Path("/mine"), watched_folders=FOLDERS))
    window.open_settings()
    settle()
    return window


def dialog(window: MainWindow) -> QWidget:
    return only(window, "settingsDialog")


def choose_folder(window: MainWindow, path: str) -> None:
    (asking,) = window.findChildren(QFileDialog)
    asking.fileSelected.emit(path)
    asking.close()
    settle()


def test_another_folder_for_models_holds_at_once(window: MainWindow, chats: FakeChats) -> None:
    assert words(dialog(window), "modelsFolder") == ["/mine"]
    press(dialog(window), "changeModelsFolderButton")
    choose_folder(window, "/other")
    assert window.settings_state().models_folder == Path("/other")
    assert words(dialog(window), "modelsFolder") == ["/other"]
    assert ("refresh",) in chats.calls
    press(dialog(window), "resetModelsFolderButton")
    assert window.settings_state().models_folder is None
    assert not named(dialog(window), "resetModelsFolderButton")
    dialog(window).close()


def test_folders_in_which_is_looked_come_and_go(window: MainWindow, chats: FakeChats) -> None:
    assert len(named(dialog(window), "removeWatchedFolderButton")) == 2
    press(dialog(window), "addWatchedFolderButton")
    choose_folder(window, "/third")
    assert ("add_folder", Path("/third")) in chats.calls
    window.change_settings({"watched_folders": (*FOLDERS, Path("/third"))})  # as the library does
    settle()
    assert len(named(dialog(window), "removeWatchedFolderButton")) == 3
    assert window.settings_state().watched_folders[-1] == Path("/third")
    named(dialog(window), "removeWatchedFolderButton")[0].click()  # type: ignore[attr-defined]
    assert ("remove_folder", FOLDERS[0]) in chats.calls
    chats.failure = RivuletError(say("The disk is full"))
    press(dialog(window), "addWatchedFolderButton")
    choose_folder(window, "/gone")
    assert words(dialog(window), "modelFoldersProblem") == ["The disk is full"]
    dialog(window).close()


def test_the_token_can_be_kept_and_forgotten(window: MainWindow, chats: FakeChats) -> None:
    models: FakeModels = chats.models
    write(dialog(window), "tokenField", "hf_secret")
    press(dialog(window), "keepTokenButton")
    assert models.token.token == "hf_secret"
    dialog(window).close()
    window.open_settings()
    settle()
    assert words(dialog(window), "tokenOutcome") == ["A token is kept."]
    press(dialog(window), "forgetTokenButton")
    assert not models.token.token
    dialog(window).close()


def test_switching_the_network_off_is_seen_at_once(window: MainWindow, chats: FakeChats) -> None:
    press(dialog(window), "setting_is_offline")
    assert window.settings_state().is_offline
    assert chats.calls[-1] == ("refresh",)
    dialog(window).close()
