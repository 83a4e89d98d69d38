"""No text is wider than its widget, at any width and size, unless it is cut with all of it in the tooltip."""

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QScrollArea, QToolButton, QWidget

from desktop.chat.events import NotReady, Reading, RereadReason
from desktop.conversations.message import Conversation, Status
from desktop.system.settings import PaneState, Settings
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.main_window import MainWindow
from desktop.ui.transcript.text_view import TextView
from tests.ui.conftest import OpenWindow, settle
from tests.ui.fake_chats import FakeChats

LONG = "What the compiler wants to know about the lifetimes of references that a function returns, and why"
REPLY = (
    f"# {LONG}\n\nA paragraph with `inline_code_that_has_no_place_to_break_and_goes_on_and_on_for_quite_a_while` and https://example.org/"
    + "path/" * 30
    + "\n\n| a column | another one | and a third | a fourth one |\n|---|---|---|---|\n| "
    + " | ".join(["cells with several words in them"] * 4)
    + " |\n\n```python\n"
    + "x = 1  # a very long line of code "
    + "that goes on " * 20
    + "\n```\n\n- an item\n  - below it\n    - and below that\n"
)


def wide_texts(window: QWidget) -> list[str]:
    """Return the labels and buttons in sight whose words do not fit, and whose tooltip does not have them."""
    faults = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        text, room = shown_text(widget)
        if text and room < widget.fontMetrics().horizontalAdvance(text) and text not in widget.toolTip():
            needed = widget.fontMetrics().horizontalAdvance(text)
            faults.append(f"{type(widget).__name__} {widget.objectName()}: “{text[:40]}” needs {needed}, has {room}")
    return faults


def shown_text(widget: QWidget) -> tuple[str, int]:
    """Return the longest piece that a widget shows in one line, and the pixels that it has for that."""
    if isinstance(widget, QLabel):
        words = widget.text().split() if widget.wordWrap() else widget.text().splitlines()
        return max(words, key=widget.fontMetrics().horizontalAdvance, default=""), widget.contentsRect().width()
    if isinstance(widget, QPushButton | QToolButton) and widget.text():
        icon = 0 if widget.icon().isNull() else widget.iconSize().width() + 4
        return widget.text().strip(), widget.width() - icon
    return "", 0


def wide_documents(window: QWidget) -> list[str]:
    """Return the texts in sight that are laid out wider than what shows them, and cannot be scrolled."""
    return [
        f"{view.toPlainText()[:40]}: {view.document().size().width()} in {view.viewport().width()}"
        for view in window.findChildren(TextView)
        if view.isVisible() and view.document().size().width() > view.viewport().width() + 1
    ]


def beyond(window: QWidget) -> list[str]:
    """Return the buttons in sight that lie partly outside of what they stand in."""
    return [
        f"{type(button).__name__} {button.accessibleName()}: {button.geometry()} in {parent.rect()}"
        for button in window.findChildren(QAbstractButton)
        if button.isVisible() and (parent := button.parentWidget()) is not None and not parent.rect().contains(button.geometry())
    ]


def family(chats: FakeChats) -> list[Conversation]:
    """Return a chat and three forks of it, all with long titles."""
    parent = chats.add_chat(LONG)
    chats.person(parent, LONG + "?")
    reply = chats.reply(parent, REPLY)
    forks = [chats.add_chat(f"{LONG}, number {number}", parent=parent, at=reply) for number in range(3)]
    for fork, status in zip(forks, (Status.INTERRUPTED, Status.CUT, Status.COMPLETE), strict=True):
        chats.person(fork, "One word more? " * 30)
        chats.reply(fork, REPLY, status)
    chats.person(parent, "averylongwordwithoutanyplacetobreak" * 8)
    chats.reply(parent, "Yes.", Status.STOPPED)
    return [chats.chats[chat.id] for chat in (parent, *forks)]


def assert_fits(window: MainWindow) -> None:
    settle()
    assert not wide_texts(window)
    assert not wide_documents(window)
    assert not beyond(window)


def test_the_look_sees_what_does_not_fit(open_window: OpenWindow, chats: FakeChats) -> None:
    window = open_window(family(chats)[0])
    label = next(label for label in window.findChildren(QLabel) if label.isVisible() and not isinstance(label, ElidedLabel))
    label.setWordWrap(False)
    label.setText(LONG * 3)
    label.setMaximumWidth(50)
    settle()
    assert wide_texts(window)


@pytest.mark.parametrize("zoom", [100, 200])
@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("width", [480, 800, 1360, 2560])
def test_panes(open_window: OpenWindow, chats: FakeChats, width: int, count: int, zoom: int) -> None:
    shown = family(chats)[:count]
    settings = Settings(theme="light", zoom=zoom, panes=tuple(PaneState(chat.id) for chat in shown))
    window = open_window(settings=settings, width=width)
    assert_fits(window)


@pytest.mark.parametrize("width", [480, 800])
def test_what_stands_above_the_composer(open_window: OpenWindow, chats: FakeChats, width: int) -> None:
    chat = family(chats)[0]
    window = open_window(chat, width=width)
    for readiness in (
        Reading(1200, 3912, 20.0, RereadReason.MODEL_FILE_CHANGED),
        NotReady(3912, 34.0, RereadReason.REMOVED),
        NotReady(3912, 34.0, RereadReason.SETTING_CHANGED),
    ):
        chats.set_readiness(chat.id, readiness)
        window._bridge.drain()
        assert_fits(window)
    window.show_notice(LONG + ". " + LONG)
    assert_fits(window)


def test_a_narrow_window_with_its_sidebar(open_window: OpenWindow, chats: FakeChats) -> None:
    window = open_window(family(chats)[0], width=480)
    window.toggle_sidebar()
    assert_fits(window)


def test_the_settings(open_window: OpenWindow, chats: FakeChats) -> None:
    for zoom in (100, 200):
        window = open_window(settings=Settings(theme="light", zoom=zoom))
        window.open_settings()
        settle()
        dialog = window.findChild(QWidget, "settingsDialog")
        assert dialog is not None
        assert not wide_texts(dialog)
        scrolled = dialog.findChild(QScrollArea, "settingsScroll")
        assert isinstance(scrolled, QScrollArea)
        assert scrolled.widget().width() <= scrolled.viewport().width()
        dialog.close()


def test_the_settings_take_the_room_that_larger_text_needs(open_window: OpenWindow, chats: FakeChats) -> None:
    window = open_window()
    window.open_settings()
    settle()
    dialog = window.findChild(QWidget, "settingsDialog")
    assert dialog is not None
    scrolled = dialog.findChild(QScrollArea, "settingsScroll")
    assert isinstance(scrolled, QScrollArea)
    window._context.theme.set_zoom(175)
    settle()
    assert scrolled.widget().width() <= scrolled.viewport().width()
    assert scrolled.widget().minimumSizeHint().width() > 520, "it would not have fitted"
    dialog.close()
