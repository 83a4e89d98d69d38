"""A column of rows, each of which stands for something and stays the same widget as long as that is there."""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row", bound=QWidget)


class RowList(Generic[Key, Row]):
    """Keep the rows of a layout in order; a row that stays keeps the focus and what is unfolded in it."""

    def __init__(self, make: Callable[[Key], Row]) -> None:
        self.column = QVBoxLayout()
        self.column.setSpacing(0)
        self._make = make
        self._rows: dict[Key, Row] = {}

    def show_keys(self, keys: Sequence[Key]) -> list[Row]:
        """Show a row for each of these keys, in this order; return the rows."""
        for key in [key for key in self._rows if key not in set(keys)]:
            row = self._rows.pop(key)
            self.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for place, key in enumerate(dict.fromkeys(keys)):
            if key not in self._rows:
                self._rows[key] = self._make(key)
            row = self._rows[key]
            if self.column.indexOf(row) != place:
                self.column.insertWidget(place, row)
        return [self._rows[key] for key in dict.fromkeys(keys)]

    def rows(self) -> dict[Key, Row]:
        """Return all rows by their keys."""
        return dict(self._rows)
