"""A pane whose messages take keys."""

import pytest
from pytestqt.qtbot import QtBot

from desktop.ui.panes.pane import Pane
from tests.ui.conftest import OpenWindow, panes
from tests.ui.window_driver import Dialogue


@pytest.fixture
def pane(open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot) -> Pane:
    """Show the dialogue in an active window."""
    window = open_window(dialogue[0])
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return panes(window)[0]
