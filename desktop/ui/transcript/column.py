"""Widgets one below the other, placed at once when they are asked to be."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class Column(QWidget):
    """Stack widgets of the column's width, each as tall as it wants to be at that width.

    Qt's own layouts place things later, by posted events; a transcript must know in the same step what its height
    became, or what the person reads would jump.
    """

    def __init__(self, spacing: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spacing = spacing
        self._widgets: list[QWidget] = []
        self._measured: tuple[int, int] | None = None

    def widgets(self) -> list[QWidget]:
        """Return what stands in the column, hidden or not, from the top."""
        return list(self._widgets)

    def insert(self, index: int, widget: QWidget) -> None:
        """Put a widget at an index; the column owns it then."""
        widget.setParent(self)
        self._widgets.insert(index, widget)
        widget.show()
        self.invalidate()

    def add(self, widget: QWidget) -> None:
        """Put a widget at the end."""
        self.insert(len(self._widgets), widget)

    def remove(self, widget: QWidget) -> None:
        """Take a widget out and delete it."""
        self._widgets.remove(widget)
        widget.hide()
        widget.deleteLater()
        self.invalidate()

    def invalidate(self) -> None:
        """Forget the height: something inside changed."""
        self._measured = None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._measured is None or self._measured[0] != width:
            heights = [height_at(widget, width) for widget in self._shown()]
            self._measured = (width, sum(heights) + self._spacing * max(0, len(heights) - 1))
        return self._measured[1]

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(self.width()))

    def place(self) -> None:
        """Give every widget its place."""
        top, width = 0, self.width()
        for widget in self._shown():
            height = height_at(widget, width)
            widget.setGeometry(0, top, width, height)
            top += height + self._spacing
            if isinstance(widget, Column):
                widget.place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def _shown(self) -> list[QWidget]:
        return [widget for widget in self._widgets if not widget.isHidden()]


def height_at(widget: QWidget, width: int) -> int:
    """Return how tall a widget wants to be at a width."""
    wanted = widget.heightForWidth(width) if widget.hasHeightForWidth() else widget.sizeHint().height()
    return max(widget.minimumHeight(), min(wanted, widget.maximumHeight()))
