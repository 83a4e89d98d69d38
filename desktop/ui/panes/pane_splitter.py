"""The row in which panes stand, and the handles between them."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr

_STEP = 24  # pixels
_MARK = 3  # pixels


class PaneSplitter(QSplitter):
    """Share the width between panes: by dragging a handle, or with the arrow keys on it; a double click shares it equally."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)

    def share_width(self) -> None:
        """Make all panes as wide as each other."""
        self.setSizes([10_000] * self.count())

    def createHandle(self) -> QSplitterHandle:
        return PaneHandle(self._theme, self)


class PaneHandle(QSplitterHandle):
    """A line of one pixel that can be taken five pixels wide, and is marked while the pointer or the focus is on it."""

    def __init__(self, theme: Theme, splitter: PaneSplitter) -> None:
        super().__init__(Qt.Orientation.Horizontal, splitter)
        self._theme = theme
        self._splitter = splitter
        self._is_near = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Width of the chats beside this line"))
        self.setToolTip(tr("Drag, or press Left and Right, to change the width. A double click makes all equally wide."))
        theme.changed.connect(self.update)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._is_near = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._is_near = False
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._splitter.share_width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Right: _STEP}.get(Qt.Key(event.key()), 0)
        if step:
            self.moveSplitter(self.closestLegalPosition(self.geometry().center().x() + step))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._splitter.share_width()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        middle = self.width() // 2
        if self._is_near or self.hasFocus():
            painter.fillRect(middle - _MARK // 2, 0, _MARK, self.height(), QColor(tokens.accent))
        else:
            painter.fillRect(middle, 0, 1, self.height(), QColor(tokens.line))
