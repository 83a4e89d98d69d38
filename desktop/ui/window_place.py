"""Where the window stands: where it stood, wholly in sight on the screens there are now.

QWidget.restoreGeometry() knows a screen by its number, gives up where the screen's width is another, with whether the window was
maximised, and takes the primary screen where the one of last time is gone.
"""

import struct
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QWidget

FIRST_SIZE = QSize(1360, 860)

_AROUND = QMargins(32, 56, 32, 24)  # pixels beside a first window on a small screen; above it there is its title bar
_SAVED = struct.Struct(">IHH4i4iiBBi4i")  # of QWidget.saveGeometry(): corners of frame, window when not maximised, and window
_MAGIC, _VERSION = 0x1D9D0CB, 3
_FARTHEST = 1_000_000  # pixels
_WIDEST_FRAME = 200


@dataclass(frozen=True, slots=True)
class WindowPlace:
    """Where a window stood."""

    inner: QRect  # without the frame, and when it is neither maximised nor as large as the screen
    frame: QMargins
    state: Qt.WindowState


def place_text(window: QWidget) -> str:
    """Return where a window stands, for place_window() of another start."""
    return b64encode(bytes(window.saveGeometry().data())).decode()


def place_window(window: QWidget, text: str) -> None:
    """Put a window that is not shown yet where place_text() says, or where a first window stands."""
    place = read_place(text)
    # Nobody looks at the offscreen platform, whose 800 x 800 pixels are no screen that anybody has.
    screens = [] if QGuiApplication.platformName() == "offscreen" else [screen.availableGeometry() for screen in QGuiApplication.screens()]
    if place is not None:
        window.setGeometry(fitted(place, screens) if screens else place.inner)
        window.setWindowState(place.state)
    elif screens:
        screen = QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()
        window.setGeometry(first_place(screen.availableGeometry()))
    else:
        window.resize(FIRST_SIZE)


def read_place(text: str) -> WindowPlace | None:
    """Return what place_text() wrote; None: it is nothing of the kind."""
    try:
        magic, version, _, *numbers = _SAVED.unpack_from(b64decode(text))
    except (ValueError, struct.error):
        return None
    outer, inner, shown = (_rectangle(numbers[start : start + 4]) for start in (0, 4, 12))
    is_maximised, is_full = numbers[9:11]
    if magic != _MAGIC or version != _VERSION or inner is None or outer is None or shown is None:
        return None
    frame = [shown.left() - outer.left(), shown.top() - outer.top(), outer.right() - shown.right(), outer.bottom() - shown.bottom()]
    state = Qt.WindowState.WindowFullScreen if is_full else Qt.WindowState.WindowMaximized if is_maximised else Qt.WindowState.WindowNoState
    return WindowPlace(inner, QMargins(*(max(0, min(width, _WIDEST_FRAME)) for width in frame)), state)


def fitted(place: WindowPlace, screens: Sequence[QRect]) -> QRect:
    """Return where the window stands, without its frame: on the nearest screen, wholly in sight and no larger than that."""
    outer = place.inner.marginsAdded(place.frame)
    screen = max(screens, key=lambda screen: (_overlap(screen, outer), -_distance(screen, outer)))
    outer.setSize(outer.size().boundedTo(screen.size()))
    left = max(screen.left(), min(outer.left(), screen.right() - outer.width() + 1))
    top = max(screen.top(), min(outer.top(), screen.bottom() - outer.height() + 1))
    outer.moveTo(left, top)
    return outer.marginsRemoved(place.frame)


def first_place(screen: QRect) -> QRect:
    """Return where a window stands that was never there: in the middle of a screen, with a little room around it."""
    room = screen.marginsRemoved(_AROUND)
    size = FIRST_SIZE.boundedTo(room.size())
    return QRect(QPoint(room.left() + (room.width() - size.width()) // 2, room.top() + (room.height() - size.height()) // 2), size)


def _rectangle(corners: Sequence[int]) -> QRect | None:
    if any(abs(number) > _FARTHEST for number in corners):
        return None
    rectangle = QRect(QPoint(*corners[:2]), QPoint(*corners[2:]))
    return rectangle if rectangle.isValid() else None


def _overlap(one: QRect, other: QRect) -> int:
    both = one.intersected(other)
    return both.width() * both.height() if both.isValid() else 0


def _distance(one: QRect, other: QRect) -> int:
    aside = max(0, one.left() - other.right(), other.left() - one.right())
    above = max(0, one.top() - other.bottom(), other.top() - one.bottom())
    return aside * aside + above * above
