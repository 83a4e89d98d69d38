"""Notices: none hides another, all are read out and reached by key, and what is long is folded."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.chat.course import Course
from desktop.system.words import say
from desktop.ui.main_window import MainWindow
from desktop.ui.notice import Notice
from desktop.ui.notice_bar import NoticeBar
from desktop.ui.panes.error_card import ErrorCard
from tests.ui.conftest import OpenWindow, named, only, panes, settle


@pytest.fixture
def window(open_window: OpenWindow) -> MainWindow:
    return open_window()


@pytest.fixture
def bar(window: MainWindow) -> NoticeBar:
    return window.notices


def shown(bar: NoticeBar) -> list[str]:
    return [notice.words() for notice in bar.findChildren(Notice) if notice.isVisible()]


def count(bar: NoticeBar) -> str:
    label = only(bar, "earlierNotices")
    assert isinstance(label, QLabel)
    return label.text()


def dismiss(bar: NoticeBar, words: str, qtbot: QtBot) -> None:
    [notice] = [notice for notice in bar.findChildren(Notice) if notice.isVisible() and notice.words() == words]
    qtbot.mouseClick(notice.dismiss_button, Qt.MouseButton.LeftButton)
    settle()


def test_the_newest_are_in_sight_and_earlier_ones_come_back(bar: NoticeBar, qtbot: QtBot) -> None:
    for number in range(5):
        bar.show_notice(f"Notice {number}.")
    assert shown(bar) == ["Notice 2.", "Notice 3.", "Notice 4."]
    assert count(bar) == "2 earlier notices"
    dismiss(bar, "Notice 3.", qtbot)
    assert shown(bar) == ["Notice 1.", "Notice 2.", "Notice 4."]
    assert count(bar) == "1 earlier notice"
    dismiss(bar, "Notice 4.", qtbot)
    assert shown(bar) == ["Notice 0.", "Notice 1.", "Notice 2."]
    assert not named(bar, "earlierNotices")


def test_all_can_be_dismissed_at_once(bar: NoticeBar, qtbot: QtBot) -> None:
    for number in range(4):
        bar.show_notice(f"Notice {number}.")
    course = Course()
    bar.show_course(course, say("Writing"))
    qtbot.mouseClick(only(bar, "dismissAllButton"), Qt.MouseButton.LeftButton)
    assert (shown(bar), bar.sentences()) == ([], [])
    assert bar.isVisible(), "what is under way is still told"
    bar.end_course(course)
    assert bar.isHidden()
    bar.show_notice("Notice 0.")
    assert shown(bar) == ["Notice 0."]


def test_the_same_sentence_stands_once_and_endless_ones_do_not_pile_up(bar: NoticeBar) -> None:
    for _ in range(3):
        bar.show_notice("The disk is full.")
    assert bar.sentences() == ["The disk is full."]
    for number in range(60):
        bar.show_notice(f"Notice {number}.")
    assert len(bar.sentences()) == 50
    assert bar.sentences()[-1] == "Notice 59."


def test_a_notice_is_read_out(bar: NoticeBar, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def note(event: QAccessibleAnnouncementEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            told.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", note)
    bar.show_notice(say("{name} is gone.", name="It"))
    bar.show_done("Done.")
    assert told == ["It is gone.", "Done."]
    [first, _] = bar.findChildren(Notice)
    assert first.accessibleName() == "It is gone."
    assert first.dismiss_button.accessibleDescription() == "It is gone."


def test_the_keys_reach_and_dismiss_one_after_the_other(window: MainWindow, bar: NoticeBar, qtbot: QtBot) -> None:
    for number in range(4):
        bar.show_notice(f"Notice {number}.")
    window.activateWindow()
    bar.findChildren(Notice)[-1].dismiss_button.setFocus()
    for left in (["Notice 0.", "Notice 1.", "Notice 2."], ["Notice 0.", "Notice 1."], ["Notice 0."]):
        focused = window.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Return)
        settle()
        assert bar.sentences() == left
        focused = window.focusWidget()
        assert focused is not None
        assert bar.isAncestorOf(focused)
        assert focused.accessibleDescription() == left[-1]


def test_what_is_long_is_folded(bar: NoticeBar, qtbot: QtBot) -> None:
    detail = " ".join(["a template that goes on"] * 40)
    bar.show_notice(f"The template failed: {detail}.")
    [words] = shown(bar)
    assert words.endswith(" …")
    assert len(words) < 300
    button = only(bar, "foldButton")
    assert button.property("text") == "Show all"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shown(bar) == [f"The template failed: {detail}."]
    assert button.property("text") == "Show less"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shown(bar) == [words]
    bar.show_notice("Short.")
    assert len(named(bar, "foldButton")) == 1


def test_what_must_not_be_stopped_has_no_button(bar: NoticeBar) -> None:
    bar.show_course(Course(), say("Deleting"), can_stop=False)
    assert not named(bar, "stopCourseButton")
    bar.show_course(Course(), say("Writing"))
    settle()
    only(bar, "stopCourseButton")


def test_an_error_in_its_place_is_read_out_and_folded_too(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: told.append(event.message()))
    card = panes(window)[0].findChildren(ErrorCard)[0]
    card.show_error("The file is cut short. Your chats are kept.", "Not loaded")
    card.show_error("The file is cut short. Your chats are kept.", "Not loaded")
    assert told == ["Not loaded. The file is cut short. Your chats are kept."]
    assert not named(card, "foldButton")
    long = "The template failed: " + "and so on, " * 40
    card.show_error(long)
    settle()
    only(card, "foldButton")
    label = only(card, "errorSentence")
    assert isinstance(label, QLabel)
    assert len(label.text()) < 240
    assert card.text() == long
    assert card.accessibleName() == long
