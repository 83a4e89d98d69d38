"""What the keys do in every part: Tab walks as things stand, in whatever order they came into being; Enter presses buttons."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QToolButton, QWidget

from desktop.ui.shortcuts.shortcut import Shortcut

_ROW = 12  # pixels; what stands no further apart in height is in one row
_AROUND = 24  # pixels to be seen above and below
PASSED_BY = "passedBy"  # the property of a part whose controls the Tab key leaves out


def keeps_key(event: QEvent, key: Qt.Key) -> bool:
    """Claim a key for the widget that is sent an event, before a shortcut of the window takes it; return whether that was it.

    For event(), which then returns True; the key itself comes to keyPressEvent().
    """
    if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() == key:
        event.accept()
        return True
    return False


def step(parts: Iterable[QWidget], *, forward: bool) -> bool:
    """Move the focus to what comes next in the parts, around their end; return whether there is anything.

    From what has just vanished it goes to the beginning of the part where that stood.
    """
    focused = QApplication.focusWidget()
    stops: list[QWidget] = []
    begin = 0
    for part in parts:
        if focused is not None and part.isAncestorOf(focused):
            begin = len(stops)
        if part.isVisible():
            stops += _stops(part, focused)
    if not stops:
        return False
    start = stops.index(focused) if focused in stops else (begin - 1 if forward else begin)
    _focus(stops[(start + (1 if forward else -1)) % len(stops)], forward=forward)
    return True


class Region(NamedTuple):
    """A part of the window that F6 leads to, or one that it passes by."""

    part: QWidget
    entry: QWidget | None = None  # what gets the focus; None: the first thing in it that can have it
    is_passed: bool = False


def step_region(regions: Sequence[Region], *, forward: bool) -> None:
    """Move the focus to the next region in sight that can have it, around their end; from outside of all to the first, or the last."""
    focused = QApplication.focusWidget()
    seen = [region for region in regions if region.part.isVisible()]
    here = next(
        (number for number, it in enumerate(seen) if focused is not None and (focused is it.part or it.part.isAncestorOf(focused))), None
    )
    ahead = seen if here is None else seen[here + 1 :] + seen[:here]
    for region in ahead if forward else reversed(ahead):
        entry = region.entry or next(iter(_stops(region.part, None)), None)
        if entry is not None and not region.is_passed:
            _focus(entry, forward=forward)
            return


def press(event: QKeyEvent) -> bool:
    """Press the button that has the focus, if the key is Enter; return whether it was. By itself Qt takes only the space bar."""
    focused = QApplication.focusWidget()
    is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    if not is_enter or event.isAutoRepeat() or not isinstance(focused, QPushButton | QToolButton):
        return False
    focused.click()
    return True


def ask_for_menu(event: QKeyEvent) -> bool:
    """Ask what has the focus for its menu, if the key is one for that; return whether it was.

    Not every system sends that wish along with the key; where one does, its menu is open by then.
    """
    focused = QApplication.focusWidget()
    is_wish = QKeySequence(event.keyCombination()) in Shortcut.CONTEXT_MENU.sequences()
    if not is_wish or event.isAutoRepeat() or focused is None or QApplication.activePopupWidget() is not None:
        return False
    place = focused.rect().center()
    wish = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, focused.mapToGlobal(place), event.modifiers())
    QApplication.sendEvent(focused, wish)
    return True


def _focus(stop: QWidget, *, forward: bool) -> None:
    """Give the focus to what the keys have come to, and bring it into sight."""
    stop.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    area = stop.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if area is not None:
        area.ensureWidgetVisible(stop, 0, _AROUND)


def _stops(part: QWidget, focused: QWidget | None) -> list[QWidget]:
    """Return what can be reached in a part, and the text in it that a click has reached, row by row."""
    found = [it for it in part.findChildren(QWidget) if it is focused or (it.focusPolicy() & Qt.FocusPolicy.TabFocus and it.isEnabled())]
    seen = [it for it in found if it.isVisible() and (it is focused or not _is_passed_by(it, part))]
    placed = [(place.y(), place.x(), it) for it in seen for place in [it.mapTo(part, it.rect().center())]]
    placed.sort(key=lambda entry: entry[0])
    rows: list[list[tuple[int, int, QWidget]]] = []
    for entry in placed:
        if rows and entry[0] - rows[-1][0][0] <= _ROW:
            rows[-1].append(entry)
        else:
            rows.append([entry])
    itself = [part] if part.focusPolicy() & Qt.FocusPolicy.TabFocus else []
    return itself + [it for row in rows for _, _, it in sorted(row, key=lambda entry: entry[1])]


def _is_passed_by(widget: QWidget, part: QWidget) -> bool:
    """Return whether a widget stands in something that the Tab key leaves out."""
    within: QWidget | None = widget
    while within is not None and within is not part:
        if within.property(PASSED_BY):
            return True
        within = within.parentWidget()
    return False
