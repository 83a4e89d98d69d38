"""Chats to files and back, as a person does it in the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.course import Course, StoppedError
from desktop.chat.events import ConversationsAdded
from desktop.chat.imported import Imported
from desktop.conversations.archive import DamagedArchiveError
from desktop.conversations.archive_json import Unreadable
from desktop.ui.course_row import CourseRow
from desktop.ui.main_window import MainWindow
from desktop.ui.notice_bar import NoticeBar
from desktop.ui.panes.pane import Pane
from desktop.ui.settings.settings_dialog import SettingsDialog
from desktop.ui.sidebar.sidebar import Sidebar
from desktop.ui.taking_along import file_name
from tests.ui.conftest import OpenWindow, only, panes, settle
from tests.ui.fake_chats import FakeChats, Spawner
from tests.ui.test_access import assert_accessible
from tests.ui.window_driver import Dialogue, drain, index, notices, rows, texts


def choose_file(window: MainWindow, name: str, path: str, *, filters: str = "") -> None:
    """Choose a file in a dialog that is open and does not hold the program up."""
    dialog = window.findChild(QFileDialog, name)
    assert dialog is not None
    if filters:
        dialog.filterSelected.emit(filters)
    dialog.fileSelected.emit(path)
    dialog.close()
    settle()


def export_actions(pane: Pane) -> dict[str, QAction]:
    menu = pane.menu()
    found = menu.findChild(QMenu, "exportMenu")
    assert found is not None
    assert found.isEnabled()
    return {action.text(): action for action in found.actions()}


@pytest.mark.parametrize(
    ("words", "name", "call"),
    [
        ("Markdown…", "Rust lifetimes gently.md", ("export_markdown", False)),
        ("Markdown with thoughts…", "Rust lifetimes gently.md", ("export_markdown", True)),
        ("JSON…", "Rust lifetimes gently.json", ("export_json",)),
    ],
)
def test_a_chat_is_exported_from_its_menu(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, words: str, name: str, call: tuple[object, ...]
) -> None:
    window = open_window(dialogue[0])
    export_actions(panes(window)[0])[words].trigger()
    dialog = window.findChild(QFileDialog, "exportFileDialog")
    assert dialog is not None
    assert [Path(chosen).name for chosen in dialog.selectedFiles()] == [name]
    assert dialog.defaultSuffix() == name.rpartition(".")[2]
    choose_file(window, "exportFileDialog", f"/tmp/{name}")
    assert chats.calls[-1] == (call[0], Path("/tmp") / name, dialogue[0].id, *call[1:])
    assert notices(window) == [f"“Rust lifetimes, gently” was written to /tmp/{name}."]


@pytest.mark.parametrize(("words", "call"), [("Markdown…", "export_markdown"), ("JSON…", "export_json")])
def test_a_chat_is_exported_from_its_row(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, words: str, call: str) -> None:
    window = open_window(chats.add_chat("Empty"))
    sidebar = only(window, "sidebar")
    assert isinstance(sidebar, Sidebar)
    whole = sidebar.row_menu(index(window, "Rust lifetimes, gently"))
    assert whole is not None
    menu = whole.findChild(QMenu, "exportMenu")
    assert menu is not None
    next(action for action in menu.actions() if action.text() == words).trigger()
    whole.deleteLater()
    choose_file(window, "exportFileDialog", "/tmp/Rust.md")
    assert chats.calls[-1][:3] == (call, Path("/tmp/Rust.md"), dialogue[0].id)
    assert notices(window) == ["“Rust lifetimes, gently” was written to /tmp/Rust.md."]
    empty = sidebar.row_menu(index(window, "Empty"))
    assert empty is not None
    unoffered = empty.findChild(QMenu, "exportMenu")
    assert unoffered is not None
    assert not unoffered.isEnabled()
    empty.deleteLater()


def test_an_empty_chat_offers_no_export(open_window: OpenWindow, chats: FakeChats) -> None:
    window = open_window(chats.add_chat("Empty"))
    menu = panes(window)[0].menu().findChild(QMenu, "exportMenu")
    assert menu is not None
    assert not menu.isEnabled()


def press_in_settings(window: MainWindow, qtbot: QtBot, name: str) -> None:
    window.open_settings()
    settle()
    (dialog,) = window.findChildren(SettingsDialog)
    button = dialog.findChild(QWidget, name)
    assert button is not None
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    settle()
    assert dialog.isHidden(), "what goes on is seen in the window"


@pytest.mark.parametrize(
    ("path", "command", "count", "sentence"),
    [
        ("/tmp/all.json", "export_json", 12_000, "12,000 chats were written to /tmp/all.json."),
        ("/tmp/all.MD", "export_markdown", 1, "1 chat was written to /tmp/all.MD."),
    ],
)
def test_all_chats_are_exported_from_the_settings(
    open_window: OpenWindow, chats: FakeChats, qtbot: QtBot, path: str, command: str, count: int, sentence: str
) -> None:
    window = open_window()
    chats.archives.written = count
    press_in_settings(window, qtbot, "exportAllButton")
    choose_file(window, "exportFileDialog", path)
    assert chats.calls[-1][:3] == (command, Path(path), None)
    assert notices(window) == [sentence]


@pytest.mark.parametrize(
    ("titles", "sentence"),
    [
        (["Tides"], "“Tides” is too large to be imported again and was left out. It is kept as it is."),
        (
            ["Tides", "Moon"],
            "2 chats, “Tides” among them, are too large to be imported again and were left out. They are kept as they are.",
        ),
    ],
)
def test_what_was_left_out_is_told(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot, titles: list[str], sentence: str) -> None:
    window = open_window()
    chats.archives.left_out = titles
    press_in_settings(window, qtbot, "exportAllButton")
    choose_file(window, "exportFileDialog", "/tmp/all.json")
    assert notices(window) == [f"1 chat was written to /tmp/all.json. {sentence}"]


def test_the_suffix_follows_the_kind_of_file(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    press_in_settings(window, qtbot, "exportAllButton")
    dialog = window.findChild(QFileDialog, "exportFileDialog")
    assert dialog is not None
    for words, suffix in [(dialog.nameFilters()[1], "md"), (dialog.nameFilters()[0], "json")]:
        dialog.filterSelected.emit(words)
        assert dialog.defaultSuffix() == suffix
    dialog.close()


def test_an_import_says_what_came_and_leads_there(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(chats.add_chat("Empty"))
    chats.archives.imported = Imported(2, first=dialogue[0], skipped=1, reasons=[Unreadable("“Tides”", "it has no messages")])
    press_in_settings(window, qtbot, "importButton")
    choose_file(window, "importFileDialog", "/tmp/conversations.json")
    assert chats.calls[-1] == ("import_file", Path("/tmp/conversations.json"))
    assert notices(window) == ["2 chats imported. 1 skipped: “Tides”: it has no messages."]
    assert_accessible(window)
    qtbot.mouseClick(only(window, "showImportedButton"), Qt.MouseButton.LeftButton)
    settle()
    assert texts(panes(window)[0])[0] == "Why a lifetime?"
    assert notices(window) == []


def test_what_leads_nowhere_has_no_button(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window()
    chats.archives.imported = Imported(skipped=1, reasons=[Unreadable("entry 1", "<b>it</b>")])
    press_in_settings(window, qtbot, "importButton")
    choose_file(window, "importFileDialog", "/tmp/a.json")
    assert notices(window) == ["No chats imported. 1 skipped: entry 1: <b>it</b>."]
    bar = window.findChild(NoticeBar)
    assert bar is not None
    assert not [button for button in bar.findChildren(QWidget, "showImportedButton") if button.isVisible()]


def test_what_fails_is_told_and_nothing_goes_on_in_the_bar(
    open_window: OpenWindow, chats: FakeChats, spawner: Spawner, qtbot: QtBot
) -> None:
    window = open_window()
    chats.archives.failure = DamagedArchiveError("it is no list")
    press_in_settings(window, qtbot, "importButton")
    choose_file(window, "importFileDialog", "/tmp/a.json")
    assert spawner.sentences == ["This is no chat that can be imported: it is no list. Nothing was imported."]
    assert not [row for row in window.findChildren(CourseRow) if not row.isHidden()]


def test_an_export_that_was_stopped_is_no_failure(open_window: OpenWindow, chats: FakeChats, spawner: Spawner, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    chats.archives.failure = StoppedError()
    export_actions(panes(window)[0])["JSON…"].trigger()
    choose_file(window, "exportFileDialog", "/tmp/a.json")
    assert spawner.sentences == []
    assert notices(window) == ["Stopped. No file was written."]


@pytest.mark.parametrize(("name", "taken"), [("a.json", True), ("a.JSON", True), ("a.rivulet", True), ("a.txt", False)])
def test_a_file_of_chats_is_imported_by_dropping_it(
    open_window: OpenWindow, chats: FakeChats, tmp_path: Path, name: str, taken: bool
) -> None:
    window = open_window()
    (tmp_path / name).touch()
    dropped = QMimeData()
    dropped.setUrls([QUrl("https://example.org/b.json"), QUrl.fromLocalFile(str(tmp_path / name))])
    arguments = (Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entered = QDragEnterEvent(QPointF(9, 9).toPoint(), *arguments)
    entered.ignore()
    window.dragEnterEvent(entered)
    assert entered.isAccepted() is taken
    window.dropEvent(QDropEvent(QPointF(9, 9), *arguments))
    assert (("import_file", tmp_path / name) in chats.calls) is taken


def test_progress_is_seen_and_can_be_stopped(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    bar = window.findChild(NoticeBar)
    assert bar is not None
    course, other = Course(), Course()
    bar.show_course(course, "Importing a.json")
    bar.show_course(other, "Exporting to b.json")
    settle()
    assert bar.isVisible()
    first, second = bar.findChildren(CourseRow)
    assert first.words() == "Importing a.json…"
    course.done, course.total = 420, 1000
    qtbot.waitUntil(lambda: first.words() == "Importing a.json, 42%")
    (progress,) = first.findChildren(QProgressBar)
    assert progress.value() == 420
    assert_accessible(window)
    button = first.findChild(QWidget, "stopCourseButton")
    assert button is not None
    assert button.accessibleName() == "Stop: Importing a.json"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (course.is_stopped, other.is_stopped) == (True, False)
    assert first.words() == "Stopping…"
    bar.end_course(course)
    settle()
    assert [row for row in bar.findChildren(CourseRow) if row.isVisible()] == [second]
    bar.end_course(other)
    settle()
    assert not bar.isVisible()


def test_the_tab_key_reaches_what_is_under_way(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    bar = window.findChild(NoticeBar)
    assert bar is not None
    bar.show_course(Course(), "Importing a.json")
    settle()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    seen = set()
    for _ in range(40):
        window.focusNextPrevChild(True)
        if (focused := QApplication.focusWidget()) is not None:
            seen.add(focused.objectName())
    assert "stopCourseButton" in seen


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Rust lifetimes, gently", "Rust lifetimes gently"),
        ("../../etc/passwd", "etc passwd"),
        ("a\x00b:c|d?", "a b c d"),
        ("…", "Chat"),
        ("月の潮", "月の潮"),
        ("x" * 200, "x" * 60),
    ],
)
def test_names_of_files(title: str, name: str) -> None:
    assert file_name(title) == name


def test_many_chats_come_into_the_list_at_once(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    new = tuple(chats.add_chat(f"Imported {number}") for number in range(3))
    chats.events.put(ConversationsAdded(new))
    drain(window)
    assert {chat.title for chat in new} <= set(rows(window))
