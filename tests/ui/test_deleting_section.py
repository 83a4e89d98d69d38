"""Where everything is kept, and the question before all of it is deleted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.system.deleting import Erased
from desktop.system.paths import AppPaths
from desktop.system.settings import PaneState, Settings
from desktop.system.words import Words
from desktop.ui.main_window import MainWindow
from desktop.ui.settings.deleting_section import DeletingSection, all_sentences, erased_sentences
from desktop.ui.settings.finding import show_found
from desktop.ui.settings.settings_dialog import SettingsDialog
from tests.ui.conftest import named, only, read_resource, settle
from tests.ui.fake_chats import FakeChats, Spawner
from tests.ui.window_driver import Dialogue


class FileManager(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.shown.append(url.toLocalFile())


@pytest.fixture
def file_manager(qapp: QApplication) -> Iterator[FileManager]:
    manager = FileManager()
    QDesktopServices.setUrlHandler("file", manager, "open")
    yield manager
    QDesktopServices.unsetUrlHandler("file")


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    paths = AppPaths.under(tmp_path / "my data")
    paths.prepare()
    paths.database.write_bytes(bytes(1_200_000))
    return paths


@pytest.fixture
def window(qapp: QApplication, chats: FakeChats, spawner: Spawner, dialogue: Dialogue, paths: AppPaths) -> Iterator[MainWindow]:
    window = MainWindow(chats, spawner, Settings(theme="light", panes=(PaneState(dialogue[0].id),)), read_resource, paths)
    window.show()
    window.restore()
    window.open_settings()
    settle()
    yield window
    window.shut()
    window.hide()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def dialog(window: MainWindow) -> SettingsDialog:
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    return dialog


def ask(dialog: SettingsDialog, spawner: Spawner, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(name: str, call):  # type: ignore[no-untyped-def]
        return call()

    monkeypatch.setattr("desktop.ui.settings.deleting_section.in_thread", at_once)
    only(dialog, "deleteAllButton").setFocus()
    qtbot.keyClick(only(dialog, "deleteAllButton"), Qt.Key.Key_Return)
    settle()


def test_the_data_folder_is_named_and_shown(dialog: SettingsDialog, paths: AppPaths, file_manager: FileManager, qtbot: QtBot) -> None:
    where = only(dialog, "dataFolder")
    assert isinstance(where, QLabel)
    assert str(paths.data) in where.text()
    qtbot.mouseClick(only(dialog, "showDataFolderButton"), Qt.MouseButton.LeftButton)
    assert file_manager.shown == [str(paths.data)]
    dialog.close()


def test_a_folder_that_cannot_be_shown_is_told(
    dialog: SettingsDialog, paths: AppPaths, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    qtbot.mouseClick(only(dialog, "showDataFolderButton"), Qt.MouseButton.LeftButton)
    where = only(dialog, "dataFolder")
    assert isinstance(where, QLabel)
    assert where.text() == f"The folder cannot be shown here. Open it yourself: {paths.data}"
    dialog.close()


def test_one_question_says_what_goes(
    window: MainWindow, dialog: SettingsDialog, spawner: Spawner, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with qtbot.assertNotEmitted(window.delete_all_requested):
        ask(dialog, spawner, qtbot, monkeypatch)
    question = only(dialog, "deleteAllQuestion")
    assert question.accessibleName() == all_sentences(1, 1_200_000)
    assert only(dialog, "keepChatButton").hasFocus()
    section = dialog.findChild(DeletingSection)
    assert section is not None
    assert question.mapTo(dialog, question.rect().bottomLeft()).y() < dialog.height(), "it is in sight"
    with qtbot.waitSignal(window.delete_all_requested):
        qtbot.keyClick(only(dialog, "confirmDeleteButton"), Qt.Key.Key_Space)
    assert dialog.isHidden(), "how it goes is seen in the window"


def test_escape_keeps_everything(
    window: MainWindow, dialog: SettingsDialog, spawner: Spawner, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(dialog, spawner, qtbot, monkeypatch)
    with qtbot.assertNotEmitted(window.delete_all_requested):
        qtbot.keyClick(only(dialog, "keepChatButton"), Qt.Key.Key_Escape)
    assert not named(dialog, "deleteAllQuestion")
    assert dialog.isVisible()
    assert only(dialog, "deleteAllButton").hasFocus()
    dialog.close()


def test_a_question_whose_settings_were_left_is_not_asked(dialog: SettingsDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def while_it_is_left(name: str, call: object) -> int:
        dialog.close()
        return 1

    monkeypatch.setattr("desktop.ui.settings.deleting_section.in_thread", while_it_is_left)
    qtbot.keyClick(only(dialog, "deleteAllButton"), Qt.Key.Key_Return)
    settle()
    section = dialog.findChild(DeletingSection)
    assert section is not None
    dialog.show()
    assert not named(dialog, "deleteAllQuestion")
    dialog.close()


def test_what_is_not_asked_is_not_found(dialog: SettingsDialog, qtbot: QtBot) -> None:
    section = dialog.findChild(DeletingSection)
    assert section is not None
    assert not show_found(section, ("cancel",))
    assert show_found(section, ("delete",))
    dialog.close()


def test_a_question_that_was_left_is_not_there_the_next_time(
    window: MainWindow, dialog: SettingsDialog, spawner: Spawner, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(dialog, spawner, qtbot, monkeypatch)
    dialog.close()
    window.open_settings()
    settle()
    assert not named(dialog, "deleteAllQuestion")
    dialog.close()


def test_sentences_before() -> None:
    assert all_sentences(1, 1_200_000) == (
        "This deletes 1 chat with everything that was said in it. "
        "Drafts, what keeps chats ready, logs and all settings go with them, 1.2 MB in all. "
        "What runs is stopped first, and nothing can be brought back. "
        "Model files and what you exported stay where they are."
    )
    assert all_sentences(1240, 0).startswith("This deletes 1,240 chats with everything that was said in them, those in the trash too.")


def test_sentences_after() -> None:
    assert erased_sentences(Erased(14_200_000_000)) == ["Everything was deleted, 14.2 GB in all."]
    [left, ring] = erased_sentences(Erased(5, (Path("a"), Path("b")), "it is in use", forgot_secrets=False))
    assert left == "2 files of what was deleted are still on the disk (it is in use). They are removed at the next start."
    assert ring.startswith("All files were deleted, but the keyring kept its entries of Rivulet.")
    assert isinstance(left, Words)
