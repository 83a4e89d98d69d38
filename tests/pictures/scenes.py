"""The window as the README shows it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, QLocale
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.system.resources import resource
from desktop.system.settings import PaneState, Settings
from desktop.ui.main_window import MainWindow
from tests.pictures.chats import MadeUp, MadeUpChats
from tests.pictures.small_png import write_small
from tests.ui.fake_chats import Spawner

THEMES = ("light", "dark")
WIDTH, HEIGHT = 1360, 860
_TIMES = 4  # that the event queue is taken up: what is built in idle time comes last


def write_pictures(directory: Path) -> list[Path]:
    """Write a picture of each scene in each theme, and return the files."""
    directory.mkdir(parents=True, exist_ok=True)
    return list(_write_all(directory))


def _write_all(directory: Path) -> Iterator[Path]:
    for theme in THEMES:
        for name, prepare in SCENES.items():
            path = directory / f"{name}-{theme}.png"
            write_small(_picture(theme, prepare), path)
            yield path


def _picture(theme: str, prepare: Callable[[MainWindow, MadeUp], None]) -> QImage:
    QLocale.setDefault(QLocale("en"))
    chats = MadeUpChats()
    made_up = MadeUp(chats)
    panes = (PaneState(made_up.station.id, 560), PaneState(made_up.fork.id, 530))
    settings = Settings(theme=theme, less_motion=True, sidebar_width=264, panes=panes)
    window = MainWindow(chats, Spawner(), settings, lambda name: resource(name).read_bytes())
    window.resize(WIDTH, HEIGHT)
    window.show()
    window.restore()
    _settle()
    window.activateWindow()
    prepare(window, made_up)
    _settle()
    image = window.grab().toImage()
    window.shut()
    window.hide()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return image


def _settle() -> None:
    for _ in range(_TIMES):
        QApplication.processEvents()


def _beside(window: MainWindow, made_up: MadeUp) -> None:
    """A chat and its fork."""
    first, _ = window._area.panes()
    first.composer.edit.setFocus()


def _tree(window: MainWindow, made_up: MadeUp) -> None:
    """The tree of the conversation, beside one of its chats."""
    _beside(window, made_up)
    window._area.active().toggle_tree()


def _search(window: MainWindow, made_up: MadeUp) -> None:
    """A search in all chats."""
    _beside(window, made_up)
    window._search.open()
    field = window.findChild(QLineEdit, "searchField")
    assert field is not None
    field.setText("mean")


SCENES: Mapping[str, Callable[[MainWindow, MadeUp], None]] = {"window": _beside, "tree": _tree, "search": _search}
