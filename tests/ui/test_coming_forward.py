import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.coming_forward import TOKEN, come_forward


class Window(QWidget):
    """Takes down the token that Qt would find in the environment each time it is activated."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens: list[str | None] = []

    def activateWindow(self) -> None:
        self.tokens.append(os.environ.get(TOKEN))
        super().activateWindow()


@pytest.fixture
def window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Window:
    monkeypatch.delenv(TOKEN, raising=False)
    window = Window()
    qtbot.addWidget(window)
    return window


def test_a_minimised_window_comes_back_as_it_was(window: Window) -> None:
    window.setWindowState(Qt.WindowState.WindowMaximized | Qt.WindowState.WindowMinimized)
    window.show()
    come_forward(window, "")
    assert window.windowState() & ~Qt.WindowState.WindowActive == Qt.WindowState.WindowMaximized
    assert window.isVisible()
    assert window.tokens == [None]


def test_the_token_of_the_desktop_is_there_while_qt_asks_and_never_again(window: Window) -> None:
    come_forward(window, "token")
    come_forward(window, "")
    assert window.tokens == ["token", None]
    assert TOKEN not in os.environ


def test_under_x11_it_asks_again_once_it_knows_the_time(window: Window, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    alerted: list[QWidget] = []
    monkeypatch.setattr(QApplication, "platformName", lambda: "xcb")
    monkeypatch.setattr(QApplication, "alert", alerted.append)
    come_forward(window, "")
    qtbot.waitUntil(lambda: len(window.tokens) == 2)
    assert alerted == [window]
    assert window.isVisible()


def test_a_question_that_lies_over_the_window_gets_the_keyboard(window: Window, qtbot: QtBot) -> None:
    question = Window()
    qtbot.addWidget(question)
    question.setWindowModality(Qt.WindowModality.ApplicationModal)
    question.show()
    come_forward(window, "")
    assert (window.tokens, question.tokens) == ([], [None])
    question.close()
