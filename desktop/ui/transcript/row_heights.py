"""Where the rows of a long list stand, of which few have been measured."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.ui.transcript.rows import Row

_WIDTHS = 3  # that heights are remembered for


@dataclass(frozen=True, slots=True)
class Anchor:
    """What is read: so many pixels of a row lie above what is in sight; negative: it begins so far below the top."""

    row: Row
    above: int


class RowHeights:
    """Add up heights: guessed ones, and those that rows turned out to have, which are remembered for the last widths.

    Rows stand below each other with a spacing. A change costs what stands below it, at the end of a list nothing.
    """

    def __init__(self, spacing: int) -> None:
        self._spacing = spacing
        self._rows: list[Row] = []
        self._index: dict[Row, int] = {}
        self._heights: list[int] = []
        self._tops: list[int] = []  # as far as they are known
        self._of_width: dict[int, dict[Row, int]] = {0: {}}
        self._width = 0

    @property
    def rows(self) -> Sequence[Row]:
        """The rows from the top."""
        return self._rows

    def set_rows(self, rows: Sequence[Row], width: int, guess: Callable[[Row], int]) -> None:
        """Lay out these rows, once each, at a width; guess is asked for heights that are not known there."""
        self._width = width
        known = self._of_width.pop(width, {})
        self._of_width[width] = known  # the last one used stands last
        for old in list(self._of_width)[:-_WIDTHS]:
            del self._of_width[old]
        self._rows = list(rows)
        self._index = {row: number for number, row in enumerate(self._rows)}
        self._heights = []
        for row in self._rows:
            height = known.get(row)
            if height is None:
                height = known[row] = guess(row)
            self._heights.append(height)
        self._tops = []

    def measured(self, row: Row, height: int) -> bool:
        """Note a row's true height; return whether it is another one than it was taken for."""
        number = self._index[row]
        if self._heights[number] == height:
            return False
        self._heights[number] = height
        self._of_width[self._width][row] = height
        del self._tops[number + 1 :]
        return True

    def forget(self) -> None:
        """Forget all heights: text has another size."""
        self._of_width = {}

    def __contains__(self, row: Row) -> bool:
        return row in self._index

    def height(self, row: Row) -> int:
        """Return a row's height as far as it is known."""
        return self._heights[self._index[row]]

    def top(self, row: Row) -> int:
        """Return where a row begins, in pixels from the top of the first."""
        number = self._index[row]
        self._know_tops(number)
        return self._tops[number]

    def total(self) -> int:
        """Return the height of all rows and what is between."""
        if not self._rows:
            return 0
        self._know_tops(len(self._rows) - 1)
        return self._tops[-1] + self._heights[-1]

    def index(self, row: Row) -> int:
        """Return a row's number."""
        return self._index[row]

    def index_at(self, y: int) -> int:
        """Return the number of the first row that ends below y; where all end above it, the last; -1 without rows."""
        if not self._rows:
            return -1
        self._know_tops(len(self._rows) - 1)
        number = max(0, bisect_right(self._tops, y) - 1)
        ends_above = self._tops[number] + self._heights[number] <= y
        return min(number + ends_above, len(self._rows) - 1)

    def between(self, top: int, bottom: int) -> range:
        """Return the numbers of the rows that reach into a stretch of pixels."""
        if not self._rows or bottom <= top:
            return range(0)
        return range(self.index_at(top), self.index_at(bottom - 1) + 1)

    def anchor_at(self, y: int) -> Anchor | None:
        """Return what is read where y is the top of what is in sight; None without rows."""
        number = self.index_at(y)
        return None if number < 0 else Anchor(self._rows[number], y - self.top(self._rows[number]))

    def y_of(self, anchor: Anchor) -> int:
        """Return where the top of what is in sight must be, so that an anchor stays where it is."""
        return self.top(anchor.row) + anchor.above

    def _know_tops(self, number: int) -> None:
        while len(self._tops) <= number:
            last = len(self._tops) - 1
            self._tops.append(self._tops[last] + self._heights[last] + self._spacing if self._tops else 0)
