"""Where a chat that is dragged over the panes would stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.ui.theme.theme import Theme

_EDGE = 0.25  # of a pane's width
_WIDEST_EDGE = 96  # pixels
_BAR = 4  # pixels
_RADIUS = 10


@dataclass(frozen=True, slots=True)
class DropPlace:
    """A place among the panes."""

    index: int  # of the pane that is taken, or before which the chat is inserted; from 0
    takes: bool
    mark: QRect  # what is drawn


def drop_place(position: QPoint, targets: Sequence[tuple[int, QRect]]) -> DropPlace | None:
    """Return the place at a position: near the left or right edge of a pane beside it, in its middle that pane itself.

    Targets are the numbers of panes and where they, or the tabs that stand for them, are.
    """
    for index, area in targets:
        if area.contains(position):
            edge = min(_WIDEST_EDGE, round(area.width() * _EDGE))
            if position.x() < area.left() + edge:
                return DropPlace(index, False, QRect(area.left(), area.top(), _BAR, area.height()))
            if position.x() > area.right() - edge:
                return DropPlace(index + 1, False, QRect(area.right() + 1 - _BAR, area.top(), _BAR, area.height()))
            return DropPlace(index, True, area)
    return None


class DropMark(QWidget):
    """Draw where the chat would stand, above the panes."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._place: DropPlace | None = None
        self.setObjectName("dropMark")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_place(self, place: DropPlace | None) -> None:
        """Mark a place, or none."""
        self._place = place
        if place is not None:
            self.setGeometry(place.mark)
            self.raise_()
        self.setVisible(place is not None)
        self.update()

    def place(self) -> DropPlace | None:
        """Return the place that is marked."""
        return self._place

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        accent = QColor(self._theme.tokens.accent)
        if self._place is None or not self._place.takes:
            painter.fillRect(self.rect(), accent)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(accent, 2))
        accent.setAlphaF(0.12)
        painter.setBrush(accent)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), _RADIUS, _RADIUS)
