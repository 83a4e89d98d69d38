"""Chats that come as files and go as files: they are there after a restart, answered by a real model, and the same elsewhere."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton

from desktop.ui.notice_bar import NoticeBar
from tests.chat.taking_along import as_file, conversation, node, simple
from tests.journeys.conftest import Start
from tests.journeys.driver import Driver, wait_until


def drop(driver: Driver, path: Path) -> None:
    """Drop a file on the window."""
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(path))])
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    driver.application.main_window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, dropped, button, keys))


def told(driver: Driver) -> list[str]:
    bar = driver.application.main_window.findChild(NoticeBar)
    assert bar is not None
    return bar.sentences()


def branched() -> dict[str, object]:
    return conversation(
        "Rivers",
        node("a", None, "user", "Where do rivers go?"),
        node("b1", "a", "assistant", "To the sea."),
        node("b2", "a", "assistant", "Down."),
        current="b1",
    )


def test_what_was_imported_is_there_after_a_restart_and_goes_on(start: Start, brief: Path, tmp_path: Path) -> None:
    file = tmp_path / "conversations.json"
    file.write_bytes(as_file(branched(), simple("Broken", mapping=[]), simple("Tides")))
    driver = start(brief)
    drop(driver, file)
    wait_until(lambda: told(driver))
    assert told(driver) == ["2 chats imported. 1 skipped: “Broken”: mapping of entry 2 is missing or wrong."]
    wait_until(lambda: {"Rivers", "Tides"} <= set(driver.chat_titles()))
    show = driver.application.main_window.findChild(QPushButton, "showImportedButton")
    assert show is not None
    driver.click(show)
    wait_until(lambda: driver.texts() == ["Where do rivers go?", "To the sea."])
    driver.quit()
    again = start(brief)
    assert {"Rivers", "Tides"} <= set(again.chat_titles())
    wait_until(lambda: again.texts() == ["Where do rivers go?", "To the sea."])
    assert [len(versions) for versions in again.run(again.application._chats.versions(again.chat_id())).values()] == [2]
    again.send_and_wait("And the small ones?")
    assert len(again.texts()) == 4
    again.quit()


def test_a_chat_goes_out_by_its_menu_and_comes_back_the_same(start: Start, brief: Path, tmp_path: Path) -> None:
    driver = start(brief)
    driver.send_and_wait("Tell me about the tides")
    texts = driver.texts()
    menu = driver.panes()[0].menu()
    export = menu.findChild(QMenu, "exportMenu")
    assert export is not None
    action = next(action for action in export.actions() if isinstance(action, QAction) and action.text() == "JSON…")
    action.trigger()
    dialog = driver.application.main_window.findChild(QFileDialog, "exportFileDialog")
    assert dialog is not None
    file = tmp_path / "chat.json"
    dialog.fileSelected.emit(str(file))
    dialog.close()
    wait_until(file.exists)
    wait_until(lambda: told(driver))
    before = len(driver.chat_titles())
    drop(driver, file)
    wait_until(lambda: len(driver.chat_titles()) == before + 1)
    driver.settle()
    assert driver.rows("SELECT count(*), count(DISTINCT text) FROM message") == [(2 * len(texts), len(texts))]
    driver.quit()
