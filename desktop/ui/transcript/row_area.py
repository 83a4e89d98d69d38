"""A scroll area over many rows, of which only those near what is in sight exist as widgets."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop.ui.transcript.column import height_at
from desktop.ui.transcript.row_heights import Anchor, RowHeights
from desktop.ui.transcript.rows import Row, RowKind

READABLE_WIDTH = 720
_MARGIN = 24
_TOP = 16
_BOTTOM = 20
_SPACING = 12
_LEAST_WIDTH = 120
_NEAR_END = 24  # pixels
_BATCH = 1  # rows built in one step
_READY = 1  # screens above and below what is in sight that are built
_KEPT = 3  # screens above and below that stay so
_ROUNDS = 50  # until what is in sight has its true height; more would mean that rows take turns


class RowArea(QScrollArea):
    """Scroll rows; what is read stays where it is whatever becomes of the rows around it.

    Rows are data; build_row makes the widget of one when it comes near, and it is deleted when it is far away. Until then
    it has a guessed height. Who scrolled to the end stays there while rows grow.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._heights = RowHeights(_SPACING)
        self._built: dict[Row, QWidget] = {}
        self._anchor: Anchor | None = None  # None: the end
        self._width = 0  # of the rows
        self._value = 0  # of the scroll bar
        self._is_placing = False
        self._canvas = QWidget()
        self._canvas.setObjectName("transcriptCanvas")
        self.setWidget(self._canvas)
        self._nearby = QTimer(self)
        self._nearby.setSingleShot(True)
        self._nearby.setInterval(0)
        self._nearby.timeout.connect(self._on_nearby_timeout)
        self.verticalScrollBar().valueChanged.connect(self._on_scroll_bar_value_changed)

    # What a row is

    def build_row(self, row: Row) -> QWidget:
        """Return a new widget for a row."""
        raise NotImplementedError

    def guess_height(self, row: Row, width: int) -> int:
        """Return about how tall a row will be."""
        raise NotImplementedError

    def is_held(self, row: Row) -> bool:
        """Return whether a built row must stay so however far it is."""
        return False

    def needed_rows(self) -> Iterable[Row]:
        """Return the rows that must be built wherever they stand."""
        return ()

    def after_placing(self) -> None:
        """Take note that rows or the scroll position changed."""

    # What is shown

    def set_rows(self, rows: list[Row]) -> None:
        """Show these rows; widgets of those that are shown already stay."""
        self._take_width()
        if rows != self._heights.rows:
            read = self._heights.y_of(self._anchor) if self._anchor is not None else 0
            self._heights.set_rows(rows, self._width, lambda row: self.guess_height(row, self._width))
            for row in [row for row in self._built if row not in self._heights]:
                self._drop(row)
            if self._anchor is not None and self._anchor.row not in self._heights:
                # A line between messages may go without what is read; where a message does, what takes its place is at the end.
                is_line = self._anchor.row.kind is not RowKind.MESSAGE
                self._anchor = self._heights.anchor_at(read) if is_line else None
        self.place()

    def rows(self) -> Sequence[Row]:
        """Return all rows, from the top."""
        return self._heights.rows

    def widget_of(self, row: Row) -> QWidget | None:
        """Return a row's widget, if it is built."""
        return self._built.get(row)

    def built_widgets(self) -> list[QWidget]:
        """Return the widgets that exist, from the top."""
        return [self._built[row] for row in sorted(self._built, key=self._heights.index)]

    def row_changed(self, row: Row) -> None:
        """Take up the height that a row has now; the others are not asked."""
        if row in self._heights and self._measure(row):
            self.place()

    def all_changed(self) -> None:
        """Take up other heights of all rows: text has another size."""
        self._heights.forget()
        self._width = 0
        self.place()

    def anchor(self) -> Anchor | None:
        """Return what is read, or None at the end."""
        return self._anchor

    def go_to(self, anchor: Anchor | None) -> None:
        """Scroll to a place, or with None to the end, and stay there."""
        self._anchor = anchor if anchor is not None and anchor.row in self._heights else None
        self.place()

    def seen_end(self, row: Row) -> int | None:
        """Return how many pixels below the top of what is in sight a row ends; None where its end is not seen."""
        if not self.isVisible() or row not in self._heights:
            return None
        end = self._heights.top(row) + self._heights.height(row) + _TOP - self.verticalScrollBar().value()
        return end if 0 < end <= self.viewport().height() else None

    def let_end_at(self, row: Row, end: int) -> None:
        """Scroll so that a row ends so many pixels below the top of what is in sight."""
        if row not in self._built:
            self._build([row])
        self.go_to(Anchor(row, self._heights.height(row) - end))
        self.follow_if_at_end()

    def hold_place(self) -> None:
        """Keep what is in sight where it is, also at the end, until the person scrolls."""
        self._anchor = self._heights.anchor_at(self.verticalScrollBar().value() - _TOP)

    def follow_if_at_end(self) -> None:
        """Stay at the end if that is in sight."""
        bar = self.verticalScrollBar()
        if bar.value() >= bar.maximum():
            self._anchor = None

    def bring_into_sight(self, row: Row) -> None:
        """Scroll no further than is needed to see a row, or the beginning of one taller than the area."""
        if row not in self._built:
            self._build([row])
        top, height = self._heights.top(row) + _TOP, self._heights.height(row)
        bar, view = self.verticalScrollBar(), self.viewport().height()
        if top - _SPACING < bar.value() or height + 2 * _SPACING > view:
            self.go_to(Anchor(row, -_SPACING))
        elif top + height + _SPACING > bar.value() + view:
            self.go_to(Anchor(row, height + _SPACING - view))
        self.follow_if_at_end()

    def bring_stretch_into_sight(self, row: Row, top: int, height: int) -> None:
        """Scroll no further than is needed to see so many pixels of a row below its top; where that is far, to the upper middle."""
        y, bar, view = self._heights.top(row) + _TOP + top, self.verticalScrollBar(), self.viewport().height()
        if y - _SPACING < bar.value() or y + height + _SPACING > bar.value() + view:
            self.go_to(Anchor(row, top - view // 3))
        else:
            self.hold_place()
        self.follow_if_at_end()

    def top_row(self) -> Row | None:
        """Return the first row in sight; None without rows."""
        anchor = self._heights.anchor_at(self.verticalScrollBar().value() - _TOP)
        return anchor.row if anchor is not None else None

    def place(self) -> None:
        """Lay out what is near now, with the end or what is read staying where it is."""
        if self._is_placing:
            return
        self._is_placing = True
        self._take_width()
        self._build([row for row in self.needed_rows() if row not in self._built])
        view = self.viewport().height()
        for _ in range(_ROUNDS):
            top = self._wanted_top()
            missing = self._missing(top, top + view)
            if not missing:
                break
            self._build(missing)
        kept = self._heights.between(top - _KEPT * view - _TOP, top + (1 + _KEPT) * view - _TOP)
        for row in [row for row in self._built if self._heights.index(row) not in kept and not self.is_held(row)]:
            self._drop(row)
        self._canvas.resize(self.viewport().width(), max(view, self._full_height()))
        left = (self.width() - self._width) // 2 - self.viewport().x()
        for row, widget in self._built.items():
            widget.setGeometry(left, self._heights.top(row) + _TOP, self._width, self._heights.height(row))
        self.verticalScrollBar().setValue(top)
        self._value = self.verticalScrollBar().value()
        self._is_placing = False
        if self.isVisible() and self._missing(top - _READY * view, top + (1 + _READY) * view):
            self._nearby.start()
        self.after_placing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._is_placing = True  # Qt may clamp the scroll position here: nobody scrolled
        super().resizeEvent(event)
        self._is_placing = False
        self.place()

    def _take_width(self) -> None:
        width = max(_LEAST_WIDTH, min(READABLE_WIDTH, self.width() - 2 * _MARGIN))
        if width == self._width:
            return
        read = self._anchor if self._anchor is not None and self._anchor.row in self._built else None
        before = self._heights.height(read.row) if read else 0
        self._width = width
        self._heights.set_rows(self._heights.rows, width, lambda row: self.guess_height(row, width))
        for row in self._built:
            self._measure(row)
        if read and read.above > 0:  # broken into other lines, it has what is read at the same share of its height
            self._anchor = Anchor(read.row, round(read.above * self._heights.height(read.row) / max(1, before)))

    def _wanted_top(self) -> int:
        most = max(0, self._full_height() - self.viewport().height())
        if self._anchor is None:
            return most
        return max(0, min(self._heights.y_of(self._anchor) + _TOP, most))

    def _full_height(self) -> int:
        return self._heights.total() + _TOP + _BOTTOM

    def _missing(self, top: int, bottom: int) -> list[Row]:
        """Return the rows in a stretch of the canvas that are not built."""
        numbers = self._heights.between(top - _TOP, bottom - _TOP)
        return [row for row in (self._heights.rows[number] for number in numbers) if row not in self._built]

    def _build(self, rows: Iterable[Row]) -> None:
        is_last = True
        for row in rows:
            widget = self.build_row(row)
            is_last = is_last and all(self._heights.index(row) > self._heights.index(other) for other in self._built)
            widget.setParent(self._canvas)
            self._built[row] = widget
            self._measure(row)
            widget.show()
        if not is_last:
            for widget in self.built_widgets():  # so that who walks the children meets the rows from the top
                widget.raise_()

    def _drop(self, row: Row) -> None:
        widget = self._built.pop(row)
        widget.hide()
        widget.deleteLater()

    def _measure(self, row: Row) -> bool:
        widget = self._built.get(row)
        return widget is not None and self._heights.measured(row, height_at(widget, self._width))

    def _on_nearby_timeout(self) -> None:
        top, view = self.verticalScrollBar().value(), self.viewport().height()
        missing = self._missing(top - _READY * view, top + (1 + _READY) * view)
        middle = self._heights.index_at(top + view // 2 - _TOP)
        missing.sort(key=lambda row: abs(self._heights.index(row) - middle))
        self._build(missing[:_BATCH])
        self.place()

    def _on_scroll_bar_value_changed(self, value: int) -> None:
        if self._is_placing:
            return
        goes_up, self._value = value < self._value, value  # who scrolls up wants to read, however near the end
        is_near_end = value >= self.verticalScrollBar().maximum() - _NEAR_END
        self._anchor = None if is_near_end and not goes_up else self._heights.anchor_at(value - _TOP)
        self.place()
