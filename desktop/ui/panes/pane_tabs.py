"""The strip of tabs for panes that do not all fit beside each other."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from desktop.ui.branches import Branch
from desktop.ui.chat_status import STATUS_WIDTH, ChatStatus, draw_status
from desktop.ui.controls.tooltips import plain
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr

_PADDING = 12
_DOT = 8
_GAP = 8
_MARK = 14


class TabText(NamedTuple):
    """What a tab says of its chat."""

    title: str
    branch: Branch
    status: ChatStatus
    is_temporary: bool = False


class PaneTabs(QFrame):
    """Name every pane with its branch; the one the person is in is marked.

    Signals: tab_chosen and close_requested with the index of a pane; move_requested with one, and -1 to the left, 1 to the right.
    """

    tab_chosen = Signal(int)
    close_requested = Signal(int)
    move_requested = Signal(int, int)

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

    def menu(self, index: int) -> QMenu:
        """Return the menu of a tab as it would be shown now."""
        menu = QMenu(self)
        menu.setObjectName("tabMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Show")).triggered.connect(lambda: self.tab_chosen.emit(index))
        menu.addAction(tr("Close")).triggered.connect(lambda: self.close_requested.emit(index))
        menu.addSeparator()
        for step, words in ((-1, tr("Move left")), (1, tr("Move right"))):
            action = menu.addAction(words)
            action.setEnabled(0 <= index + step < len(self._tabs))
            action.triggered.connect(lambda _=False, step=step: self.move_requested.emit(index, step))
        return menu

    def _add_tab(self, index: int) -> None:
        tab = PaneTab(self._theme)
        tab.clicked.connect(lambda: self.tab_chosen.emit(index))
        tab.middle_clicked.connect(lambda: self.close_requested.emit(index))
        tab.menu_requested.connect(lambda place: self.menu(index).popup(place))
        self._tabs.append(tab)
        self._row.addWidget(tab)


class PaneTab(QPushButton):
    """One tab.

    Signals: middle_clicked; menu_requested with the place on the screen.
    """

    middle_clicked = Signal()
    menu_requested = Signal(QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._branch, self._status, self._is_temporary = Branch.A, ChatStatus.CALM, False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._fit)
        self._fit()

    def set_chat(self, text: TabText, active: bool) -> None:
        """Show a chat."""
        title, self._branch, self._status, self._is_temporary = text
        self.setText(title)
        self.setShortcut("")  # Qt makes one of the letter behind an ampersand
        named = tr("{title}, not saved", title=title) if text.is_temporary else title
        told = text.status.told()
        kept = tr("A middle click closes it here; the chat stays in the sidebar.")
        gone = tr("A middle click closes it; the chat is gone then.")
        self.setToolTip(plain(f"{named}{told}\n{gone if text.is_temporary else kept}"))
        self.setAccessibleName(tr("{title}, branch {branch}{status}", title=named, branch=text.branch.name, status=told))
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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(event.globalPos())

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
        painter.setPen(colour := QColor(tokens.text if self.isChecked() else tokens.mute))
        if self._is_temporary:
            mark = self._theme.icons.pixmap("temporary", colour.name(), _MARK, self.devicePixelRatioF())
            painter.drawPixmap(left, (self.height() - _MARK) // 2, mark)
            place.setLeft(left + _MARK + _GAP // 2)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), text)
        draw_status(painter, self._status, self.width() - _PADDING, self.height() / 2, tokens)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(tokens.accent))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
