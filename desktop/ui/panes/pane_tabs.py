"""The strip of tabs for panes that do not all fit beside each other."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop.ui.branches import Branch
from desktop.ui.chat_status import STATUS_WIDTH, ChatStatus, draw_status
from desktop.ui.controls.tooltips import plain
from desktop.ui.theme.theme import Theme

_PADDING = 12
_DOT = 8
_GAP = 8


class TabText(NamedTuple):
    """What a tab says of its chat."""

    title: str
    branch: Branch
    status: ChatStatus


class PaneTabs(QFrame):
    """Name every pane with its branch; the one the person is in is marked.

    Signals: tab_chosen and close_requested with the index of a pane.
    """

    tab_chosen = Signal(int)
    close_requested = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("paneTabs")
        self._theme = theme
        self._tabs: list[PaneTab] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 4, 8, 4)
        self._row.setSpacing(4)
        self.setFixedHeight(40)

    def set_tabs(self, tabs: Sequence[TabText], active: int) -> None:
        """Show these chats."""
        while len(self._tabs) > len(tabs):
            dropped = self._tabs.pop()
            self._row.removeWidget(dropped)
            dropped.deleteLater()
        while len(self._tabs) < len(tabs):
            self._add_tab(len(self._tabs))
        for index, (tab, text) in enumerate(zip(self._tabs, tabs, strict=True)):
            tab.set_chat(text, index == active)

    def tabs(self) -> list["PaneTab"]:
        """Return the tabs from the left."""
        return list(self._tabs)

    def _add_tab(self, index: int) -> None:
        tab = PaneTab(self._theme)
        tab.clicked.connect(lambda: self.tab_chosen.emit(index))
        tab.middle_clicked.connect(lambda: self.close_requested.emit(index))
        self._tabs.append(tab)
        self._row.addWidget(tab)


class PaneTab(QPushButton):
    """One tab.

    Signals: middle_clicked.
    """

    middle_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._branch, self._status = Branch.A, ChatStatus.CALM
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._fit)
        self._fit()

    def set_chat(self, text: TabText, active: bool) -> None:
        """Show a chat."""
        title, self._branch, self._status = text
        self.setText(title)
        self.setShortcut("")  # Qt makes one of the letter behind an ampersand
        self.setToolTip(plain(f"{title}{text.status.told()}\nA middle click closes it here; the chat stays in the sidebar."))
        self.setAccessibleName(f"{title}, branch {text.branch.name}{text.status.told()}")
        self.setChecked(active)
        self.update()

    def _fit(self) -> None:
        self.setFont(self._theme.text_font(12))
        self.update()

    def nextCheckState(self) -> None:
        """Stay as it is: which tab is marked follows the panes."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.MiddleButton and self.rect().contains(event.position().toPoint()):
            self.middle_clicked.emit()

    def sizeHint(self) -> QSize:
        return QSize(120, 30)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(QColor(tokens.bg if self.isChecked() else tokens.hover))
            painter.drawRoundedRect(self.rect(), 7, 7)
        painter.setBrush(QColor(tokens.branch(self._branch)))
        painter.drawEllipse(QRectF(_PADDING, (self.height() - _DOT) / 2, _DOT, _DOT))
        left = _PADDING + _DOT + _GAP
        place = self.rect().adjusted(left, 0, -_PADDING - (0 if self._status is ChatStatus.CALM else STATUS_WIDTH), 0)
        painter.setPen(QColor(tokens.text if self.isChecked() else tokens.mute))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), text)
        draw_status(painter, self._status, self.width() - _PADDING, self.height() / 2, tokens)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(tokens.accent))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
