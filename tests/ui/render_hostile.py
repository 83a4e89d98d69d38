"""A program that shows every hostile snippet in a real window between two marks, for whoever watches what it asks of the system."""

import os
import sys
from contextlib import suppress

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from desktop.conversations.message import Role
from desktop.system.settings import PaneState, Settings
from desktop.ui.main_window import MainWindow
from tests.ui.conftest import read_resource, settle
from tests.ui.fake_chats import FakeChats, Spawner
from tests.ui.hostile import SNIPPETS

USUAL = "# What is *usual*\n\n- [a link](https://example.org)\n\n| a |\n|-|\n\n```python\nprint()\n```\n\n$x$ \u202e 😀 中 ع"


def mark(word: str) -> None:
    """Ask for a file that is not there: a line in the list of calls."""
    with suppress(FileNotFoundError):
        os.stat(f"/rivulet-mark-{word}")


def show(snippets: list[str]) -> None:
    chats = FakeChats()
    shown = []
    for role in (Role.ASSISTANT, Role.USER):
        chat = chats.add_chat(snippets[0])
        for snippet in snippets:
            chats.say(chat, role, snippet)
        shown.append(chat)
    window = MainWindow(chats, Spawner(), Settings(theme="light", panes=tuple(PaneState(chat.id) for chat in shown)), read_resource)
    window.show()
    window.restore()
    for _ in range(6):
        settle()
    window.grab()
    window.shut()
    window.hide()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # else each window is styled with all that came before


def main() -> int:
    application = QApplication([])
    show(
        ["# What is *usual*\n\n- [a link](https://example.org)\n\n| a |\n|-|\n\n```python\nprint()\n```\n\n$x$ \u202e 😀 中 ع"] * 2
    )  # fonts, icons and the like are loaded
    mark("begin")
    for start in range(0, len(SNIPPETS), 10):
        show(SNIPPETS[start : start + 10])
    mark("end")
    sys.stdout.write(f"{len(SNIPPETS)} shown\n")
    del application
    return 0


if __name__ == "__main__":
    sys.exit(main())
