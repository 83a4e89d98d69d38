"""Widgets one below the other, placed at once when they are asked to be."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class Column(QWidget):
    """Stack widgets of the column's width, each as tall as it wants to be at that width.

    Qt's own layouts place things later, by posted events; a transcript must know in the same step what its height
    became, or what the person reads would jump. What stands above a change is neither measured nor placed again.
    """

    def __init__(self, spacing: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spacing = spacing
        self._widgets: list[QWidget] = []
        self._gaps: dict[QWidget, int] = {}  # above those that stand closer or further than others
        self._width = -1  # that the widgets were measured at
        self._bottoms: list[tuple[int, int]] = []  # height and bottom of each, as far as they are known
        self._placed = 0  # so many stand where they should

    def widgets(self) -> list[QWidget]:
        """Return what stands in the column, hidden or not, from the top."""
        return list(self._widgets)

    def insert(self, index: int, widget: QWidget, gap: int | None = None) -> None:
        """Put a widget at an index; the column owns it then. A gap above it takes the place of the column's spacing."""
        widget.setParent(self)
        self._widgets.insert(index, widget)
        if gap is not None:
            self._gaps[widget] = gap
        widget.show()
        self._forget_from(index)

    def add(self, widget: QWidget, gap: int | None = None) -> None:
        """Put a widget at the end."""
        self.insert(len(self._widgets), widget, gap)

    def set_gap(self, widget: QWidget, gap: int) -> None:
        """Change the gap above a widget."""
        self._gaps[widget] = gap
        self.invalidate(widget)

    def remove(self, widget: QWidget) -> None:
        """Take a widget out and delete it."""
        self._forget_from(self._widgets.index(widget))
        self._widgets.remove(widget)
        self._gaps.pop(widget, None)
        widget.hide()
        widget.deleteLater()

    def invalidate(self, changed: QWidget | None = None) -> None:
        """Forget heights: one widget changed, or any of them was changed, shown or hidden."""
        self._forget_from(0 if changed is None else self._widgets.index(changed))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width != self._width:
            self._width = width
            self._forget_from(0)
        for widget in self._widgets[len(self._bottoms) :]:
            above = self._bottoms[-1][1] if self._bottoms else 0
            if widget.isHidden():
                self._bottoms.append((0, above))
                continue
            height = height_at(widget, width)
            gap = self._gaps.get(widget, self._spacing) if above else 0
            self._bottoms.append((height, above + gap + height))
        return self._bottoms[-1][1] if self._bottoms else 0

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(self.width()))

    def place(self) -> None:
        """Give every widget its place."""
        width = self.width()
        self.heightForWidth(width)
        for widget, (height, bottom) in zip(self._widgets[self._placed :], self._bottoms[self._placed :], strict=True):
            if not widget.isHidden():
                widget.setGeometry(0, bottom - height, width, height)
                if isinstance(widget, Column):
                    widget.place()
        self._placed = len(self._widgets)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def _forget_from(self, index: int) -> None:
        del self._bottoms[index:]
        self._placed = min(self._placed, index)


def height_at(widget: QWidget, width: int) -> int:
    """Return how tall a widget wants to be at a width."""
    wanted = widget.heightForWidth(width) if widget.hasHeightForWidth() else widget.sizeHint().height()
    return max(widget.minimumHeight(), min(wanted, widget.maximumHeight()))
