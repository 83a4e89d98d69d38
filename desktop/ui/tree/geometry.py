"""Where rows and columns of the picture lie, in pixels."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from desktop.ui.tree.layout import Layout, Spot

_MARGIN = 32
_ROW = 36
_LEAST_GAP, _MOST_GAP = 28, 48  # between columns
_LABEL_GAP = 28
_LEAST_LABEL, _GOOD_LABEL = 140, 320
_READABLE = 720


@dataclass(frozen=True, slots=True)
class Geometry:
    """The measures of a picture; all places are those of its whole extent, scrolled or not."""

    left: float  # the middle of the first column
    top: float  # the middle of the first row
    gap: float
    row_height: float
    label_left: float
    label_right: float
    width: int  # of the whole extent
    height: int

    def centre(self, spot: Spot) -> QPointF:
        """Return the middle of a spot."""
        return QPointF(self.left + spot.column * self.gap, self.top + spot.row * self.row_height)

    def row_at(self, y: float) -> int:
        """Return the row nearest to a height; it may be none that exists."""
        return round((y - self.top) / self.row_height)

    def column_at(self, x: float) -> int:
        """Return the column nearest to a place from the left; it may be none that exists."""
        return round((x - self.left) / self.gap)

    def label(self, row: int) -> QRectF:
        """Return where the words of a row stand."""
        middle = self.top + row * self.row_height
        return QRectF(self.label_left, middle - self.row_height / 2, self.label_right - self.label_left, self.row_height)


def measure(layout: Layout, width: int, scaled: Callable[[int], int]) -> Geometry:
    """Return the measures of a picture in a view of a width: its columns move together so that words fit beside them.

    What has more columns than that is wider than the view, and only the rows that leave room have words.
    """
    margin, least, most = scaled(_MARGIN), scaled(_LEAST_GAP), scaled(_MOST_GAP)
    steps = max(layout.columns - 1, 0)
    around = 2 * margin + scaled(_LABEL_GAP) + scaled(_LEAST_LABEL)
    extent = min(width, max(scaled(_READABLE), steps * least + around + scaled(_GOOD_LABEL - _LEAST_LABEL)))
    room = max(extent - around, 0)
    gap = max(least, min(most, room / steps)) if steps else most
    left = (width - extent) / 2 + margin
    label_left = left + min(steps * gap, room) + scaled(_LABEL_GAP)
    height = 2 * margin + max(len(layout.rows) - 1, 0) * scaled(_ROW)
    return Geometry(
        left, margin, gap, scaled(_ROW), label_left, (width + extent) / 2 - margin / 2, max(width, int(left + steps * gap + margin)), height
    )
