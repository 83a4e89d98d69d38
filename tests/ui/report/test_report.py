"""The last run ended badly: a quiet notice says so, and the report can be read, copied and deleted."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.system.crash_report import CrashReport, Ending
from desktop.ui.main_window import MainWindow
from desktop.ui.notice import Notice
from tests.ui.conftest import OpenWindow, named, only, settle

CRASHED = "Rivulet did not end properly last time. Your chats are kept."
TEXT = "Rivulet: 1.2.3\n\nFatal Python error: Segmentation fault\n"


@pytest.fixture
def report(tmp_path: Path) -> CrashReport:
    path = tmp_path / "reports" / "one.txt"
    path.parent.mkdir()
    path.write_text(TEXT)
    return CrashReport(path, Ending.CRASHED, TEXT)


def notice(window: MainWindow) -> Notice:
    [found] = [notice for notice in window.notices.findChildren(Notice) if notice.isVisible()]
    return found


def click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    qtbot.mouseClick(only(window, name), Qt.MouseButton.LeftButton)
    settle()


def opened(qtbot: QtBot, window: MainWindow, report: CrashReport) -> None:
    window.show_crash(report)
    qtbot.mouseClick(notice(window).show_button, Qt.MouseButton.LeftButton)
    settle()


def test_it_is_told_and_nothing_opens_by_itself(open_window: OpenWindow, report: CrashReport) -> None:
    window = open_window()
    window.show_crash(report)
    assert notice(window).words() == CRASHED
    assert notice(window).show_button.text() == "Show report"
    assert not named(window, "reportPage")
    notice(window).dismiss_button.click()
    assert window.notices.sentences() == []
    assert report.path.exists()


def test_a_defect_has_words_of_its_own(open_window: OpenWindow, report: CrashReport) -> None:
    window = open_window()
    window.show_crash(CrashReport(report.path, Ending.DEFECT, TEXT))
    assert notice(window).words() == "Something went wrong in Rivulet last time. Your chats are kept."


def test_it_is_read_and_copied(open_window: OpenWindow, report: CrashReport, qtbot: QtBot) -> None:
    window = open_window()
    opened(qtbot, window, report)
    edit = only(window, "reportText")
    assert isinstance(edit, QPlainTextEdit)
    assert (edit.toPlainText(), edit.isReadOnly(), edit.hasFocus()) == (TEXT, True, True)
    click(qtbot, window, "copyReportButton")
    assert QGuiApplication.clipboard().text() == TEXT
    copy = only(window, "copyReportButton")
    assert isinstance(copy, QPushButton)
    assert copy.text() == "Copied"
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert not named(window, "reportPage")
    assert window.notices.sentences() == [CRASHED], "it can be opened again"
    notice(window).show_button.click()
    assert copy.text() == "Copy"


def test_deleting_it_takes_the_notice_along(open_window: OpenWindow, report: CrashReport, qtbot: QtBot) -> None:
    window = open_window()
    window.show_notice("Something else.")
    window.show_crash(report)
    [last] = [one for one in window.notices.findChildren(Notice) if one.sentence == CRASHED]
    last.show_button.click()
    click(qtbot, window, "deleteReportButton")
    assert not report.path.exists()
    assert not named(window, "reportPage")
    assert window.notices.sentences() == ["Something else."]


def test_a_report_that_cannot_be_deleted_is_told(
    open_window: OpenWindow, report: CrashReport, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    window = open_window()
    opened(qtbot, window, report)
    monkeypatch.setattr(Path, "unlink", fail)
    click(qtbot, window, "deleteReportButton")
    assert window.notices.sentences() == [
        CRASHED,
        f"The report could not be deleted (Permission denied). It lies in {report.path.parent}.",
    ]


@pytest.mark.parametrize("width", [1360, 480])
def test_everything_is_in_sight(open_window: OpenWindow, report: CrashReport, qtbot: QtBot, width: int) -> None:
    window = open_window(width=width, height=600)
    opened(qtbot, window, report)
    page = only(window, "reportPage")
    assert window.rect().contains(page.geometry())
    for name in ("reportTitle", "reportTold", "reportText", "deleteReportButton", "copyReportButton"):
        part = only(page, name)
        assert page.rect().contains(part.rect().translated(part.mapTo(page, part.rect().topLeft())))


def test_it_follows_the_theme(open_window: OpenWindow, report: CrashReport, qtbot: QtBot) -> None:
    window = open_window()
    opened(qtbot, window, report)
    page = only(window, "reportPage")
    light = page.grab().toImage().pixelColor(page.width() // 2, 4).lightness()
    window._theme.choose("dark")
    settle()
    assert page.grab().toImage().pixelColor(page.width() // 2, 4).lightness() < light / 3
    before = only(window, "reportText").font().pixelSize()
    window._theme.set_zoom(150)
    settle()
    assert only(window, "reportText").font().pixelSize() > before
