"""The window comes back where it was, wholly in sight on whatever screens there are now."""

import json
import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMargins, QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget

from desktop.system.settings import Settings
from desktop.ui.window_place import FIRST_SIZE, WindowPlace, first_place, fitted, place_text, place_window, read_place
from tests.ui.conftest import OpenWindow

LAPTOP, LARGE = QRect(0, 0, 1366, 736), QRect(1366, 0, 2560, 1400)
FRAME = QMargins(1, 30, 1, 1)
NORMAL = Qt.WindowState.WindowNoState


def place(*numbers: int, frame: QMargins = FRAME) -> WindowPlace:
    return WindowPlace(QRect(*numbers), frame, NORMAL)


def test_it_comes_back_where_it_was() -> None:
    wanted = place(1500, 200, 1600, 1000)
    assert fitted(wanted, [LAPTOP, LARGE]) == wanted.inner
    assert fitted(wanted, [LARGE, LAPTOP]) == wanted.inner, "whatever number its screen has"


def test_a_screen_that_is_gone_gives_it_to_the_nearest() -> None:
    right = QRect(3926, 0, 1920, 1080)
    wanted = place(4000, 100, 1600, 900)
    assert fitted(wanted, [LAPTOP, LARGE, right]) == wanted.inner
    moved = fitted(wanted, [LAPTOP, LARGE])
    assert LARGE.contains(moved.marginsAdded(FRAME))
    assert moved.size() == wanted.inner.size()
    alone = fitted(wanted, [LAPTOP])
    assert LAPTOP.contains(alone.marginsAdded(FRAME))
    assert alone.size() == LAPTOP.marginsRemoved(FRAME).size(), "no larger than the screen"


@pytest.mark.parametrize("corner", [(-500, -400), (900, 600), (-100, 300), (200, -25)])
def test_what_stands_out_is_moved_into_sight(corner: tuple[int, int]) -> None:
    outer = fitted(place(*corner, 800, 500), [LAPTOP]).marginsAdded(FRAME)
    assert LAPTOP.contains(outer)
    assert outer.height() == 500 + 31


@given(
    st.tuples(*[st.integers(-5000, 8000)] * 2, *[st.integers(1, 6000)] * 2),
    st.lists(st.tuples(*[st.integers(-4000, 4000)] * 2, *[st.integers(320, 4000)] * 2), min_size=1, max_size=4),
)
def test_it_is_always_wholly_on_one_screen(window: tuple[int, int, int, int], screens: list[tuple[int, int, int, int]]) -> None:
    there = [QRect(*screen) for screen in screens]
    outer = fitted(place(*window), there).marginsAdded(FRAME)
    assert any(screen.contains(outer) for screen in there)


@pytest.mark.parametrize("size", [(1024, 600), (1366, 768), (1920, 1080), (3840, 2160), (800, 600)])
def test_a_first_window_has_room_on_any_screen(size: tuple[int, int]) -> None:
    screen = QRect(100, 50, *size)
    inner = first_place(screen)
    assert screen.contains(inner.marginsAdded(QMargins(0, 40, 0, 0))), "its title bar too"
    assert inner.width() >= min(FIRST_SIZE.width(), 0.9 * size[0])
    assert inner.height() >= min(FIRST_SIZE.height(), 0.85 * size[1])
    assert abs(inner.center().x() - screen.center().x()) <= 1


@pytest.mark.parametrize("state", [Qt.WindowState.WindowNoState, Qt.WindowState.WindowMaximized, Qt.WindowState.WindowFullScreen])
def test_what_is_written_is_read(qapp: object, state: Qt.WindowState) -> None:
    first = QWidget()
    first.setGeometry(30, 40, 500, 400)
    first.setWindowState(state)
    first.show()
    text = place_text(first)
    found = read_place(text)
    assert found is not None
    assert (found.inner, found.state) == (QRect(30, 40, 500, 400), state)
    second = QWidget()
    place_window(second, text)
    second.show()
    assert second.windowState() == state
    second.showNormal()
    assert second.geometry() == QRect(30, 40, 500, 400)
    for window in (first, second):
        window.close()
        window.deleteLater()


@pytest.mark.parametrize(
    "text", ["", "what?", "AAAA", b64encode(bytes(70)).decode(), "ä", b64encode(b"\x01\xd9\xd0\xcb\0\3\0\0" + b"\x7f" * 60).decode()]
)
def test_what_is_no_place_is_a_first_start(qapp: object, text: str) -> None:
    assert read_place(text) is None


def test_a_window_that_was_never_there_has_the_usual_size(open_window: OpenWindow) -> None:
    window = open_window(settings=Settings(theme="light"))
    place_window(window, "what?")
    assert window.size() == FIRST_SIZE


PROGRAM = """
import json, sys
from PySide6.QtCore import QMargins, QPoint, QRect
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from desktop.ui import window_place

application = QApplication([])
QGuiApplication.platformName = staticmethod(lambda: "seen")  # somebody looks at these screens
window = QWidget()
if sys.argv[1] == "pointer":
    QCursor.setPos(QPoint(*json.loads(sys.argv[2])))
    window_place.place_window(window, "")
elif sys.argv[1] == "write":
    *numbers, state = json.loads(sys.argv[2])
    window.setGeometry(*numbers)
    window.show()
    if state:
        window.showMaximized()
        application.processEvents()
else:
    window_place.place_window(window, sys.argv[2])
window.show()
application.processEvents()
screen = window.screen().availableGeometry()
whole = window.frameGeometry() if not window.isMaximized() else window.geometry()
print(json.dumps({
    "place": window_place.place_text(window), "geometry": window.geometry().getRect(), "screen": window.screen().name(),
    "is_in_sight": screen.contains(whole), "is_maximised": window.isMaximized(),
}))
"""


def started(tmp_path: Path, screens: dict[str, tuple[int, int, int, int]], *arguments: str) -> dict[str, object]:
    """Let a new process with such screens place a window, and return where it stands."""
    file = tmp_path / "screens.json"
    names = ("x", "y", "width", "height")
    described = [{"name": name, **dict(zip(names, numbers, strict=True)), "dpr": 1} for name, numbers in screens.items()]
    for screen in described:
        screen |= {"logicalDpi": 96, "logicalBaseDpi": 96}
    file.write_text(json.dumps({"synchronousWindowSystemEvents": True, "windowFrameMargins": True, "screens": described}))
    environment = os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={file}", "QT_SCALE_FACTOR": "1"}
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return json.loads(result.stdout)


BOTH = {"laptop": (0, 0, 1366, 768), "large": (1366, 0, 2560, 1440)}


def test_a_new_process_finds_the_same_screen(tmp_path: Path) -> None:
    before = started(tmp_path, BOTH, "write", "[1600, 200, 1400, 900, 0]")
    assert before["screen"] == "large"
    assert started(tmp_path, BOTH, "read", str(before["place"])) == before
    renumbered = {name: BOTH[name] for name in reversed(BOTH)}
    assert started(tmp_path, renumbered, "read", str(before["place"]))["geometry"] == before["geometry"]


def test_a_new_process_without_the_screen_shows_all_of_it(tmp_path: Path) -> None:
    before = started(tmp_path, BOTH, "write", "[1600, 200, 1400, 900, 0]")
    after = started(tmp_path, {"laptop": BOTH["laptop"]}, "read", str(before["place"]))
    assert (after["screen"], after["is_in_sight"]) == ("laptop", True)
    smaller = started(tmp_path, {"small": (0, 0, 1024, 600)}, "read", str(before["place"]))
    assert (smaller["screen"], smaller["is_in_sight"]) == ("small", True)


def test_a_new_process_maximises_it_where_it_was(tmp_path: Path) -> None:
    before = started(tmp_path, BOTH, "write", "[1600, 200, 1400, 900, 1]")
    after = started(tmp_path, BOTH, "read", str(before["place"]))
    assert (after["screen"], after["is_maximised"]) == ("large", True)
    alone = started(tmp_path, {"small": (0, 0, 1024, 600)}, "read", str(before["place"]))
    assert (alone["screen"], alone["is_maximised"]) == ("small", True), "though the screen's width is another"


def test_a_first_start_is_where_the_pointer_is(tmp_path: Path) -> None:
    for name, point in {"laptop": QPoint(5, 5), "large": QPoint(3000, 900)}.items():
        first = started(tmp_path, BOTH, "pointer", json.dumps([point.x(), point.y()]))
        assert (first["screen"], first["is_in_sight"]) == (name, True)
