"""Where the sidebar stands: beside the panes, or over them where the window is narrow."""

from PySide6.QtCore import QByteArray, QEasingCurve, QObject, QPoint, QPropertyAnimation, Signal
from PySide6.QtWidgets import QApplication, QSplitterHandle, QWidget

from desktop.ui.controls.scrim import Scrim
from desktop.ui.panes.pane_splitter import PaneSplitter
from desktop.ui.sidebar.sidebar import Sidebar
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr

_OVERLAY_BELOW = 900  # pixels: a narrower window has its sidebar over the panes
USUAL_WIDTH = 264
_LEFT_FREE = 60  # pixels of the window beside it there


class SidebarSplitter(PaneSplitter):
    """The row of the sidebar and the panes; a double click on the line between them gives the sidebar its usual width."""

    def share_width(self) -> None:
        self.setSizes([USUAL_WIDTH, max(1, self.width() - USUAL_WIDTH)])

    def createHandle(self) -> QSplitterHandle:
        handle = super().createHandle()
        handle.setAccessibleName(tr("Width of the sidebar"))
        handle.setToolTip(tr("Drag, or press Left and Right, to change the width. A double click brings the usual one."))
        return handle


class SidebarPlace(QObject):
    """Show, hide and place the sidebar of a window; put it into the splitter first.

    Signals: shown with whether it is to be seen; left after it went from over the panes, where the person goes on.
    """

    shown = Signal(bool)
    left = Signal()

    def __init__(self, sidebar: Sidebar, splitter: SidebarSplitter, window: QWidget, theme: Theme, width: int) -> None:
        super().__init__(window)
        self._sidebar, self._splitter, self._window, self._theme = sidebar, splitter, window, theme
        self._width = width  # as the person left it
        self._is_narrow = False
        self._is_wanted = True
        self._slide = QPropertyAnimation(sidebar, QByteArray(b"pos"), self)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._scrim = Scrim(window)
        self._scrim.hide()
        self._scrim.pressed.connect(self.hide_overlay)
        QApplication.instance().focusChanged.connect(self._on_application_focus_changed)  # type: ignore[union-attr]
        self._split()

    def handles(self) -> list[QWidget]:
        """Return the line beside it, with which the keys change its width, where there is one."""
        return [self._splitter.handle(1)] if self._splitter.count() > 1 else []

    def width(self) -> int:
        """Return how wide it is beside the panes."""
        return self._sidebar.width() if self._sidebar.isVisible() and not self._is_narrow else self._width

    def toggle(self) -> None:
        """Show or hide it."""
        shown = not self._sidebar.isVisible()
        if not self._is_narrow:
            self._is_wanted = shown
        self._show(shown)

    def show(self) -> None:
        """Show it."""
        if not self._sidebar.isVisible():
            self.toggle()

    def is_over_panes(self) -> bool:
        """Return whether it is seen and lies over the panes."""
        return self._is_narrow and self._sidebar.isVisible()

    def hide_overlay(self) -> None:
        """Hide it where it lies over the panes."""
        if self.is_over_panes():
            self._show(False)
            self.left.emit()

    def fit(self) -> None:
        """Take up the window's size."""
        is_narrow = self._window.width() < _OVERLAY_BELOW
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            if is_narrow:
                self._sidebar.setParent(self._window)
            else:
                self._splitter.insertWidget(0, self._sidebar)
                self._split()
            self._show(self._is_wanted and not is_narrow)
        self._place()

    def _split(self) -> None:
        self._splitter.setSizes([self._width, max(1, self._window.width() - self._width)])

    def _show(self, shown: bool) -> None:
        self._slide.stop()  # it would move what stands in the window's layout by now
        self._sidebar.setVisible(shown)
        self._place()
        if shown and self._is_narrow:
            self._slide_in()
            self._sidebar.focus_list()  # what has the focus in the panes may be hidden, and the next there would get it
        self.shown.emit(shown)

    def _place(self) -> None:
        if self._sidebar.property("overlay") != self._is_narrow:
            self._sidebar.setProperty("overlay", self._is_narrow)
            self._sidebar.style().polish(self._sidebar)
        self._scrim.setVisible(self._is_narrow and not self._sidebar.isHidden())
        if self._is_narrow:
            self._scrim.setGeometry(self._window.rect())
            self._scrim.raise_()
            self._sidebar.setGeometry(0, 0, min(self._width, self._window.width() - _LEFT_FREE), self._window.height())
            self._sidebar.raise_()

    def _slide_in(self) -> None:
        """Let it come in over the panes, unless nothing is to move."""
        self._slide.setDuration(self._theme.motion_ms)
        self._slide.setStartValue(QPoint(-self._sidebar.width(), 0))
        self._slide.setEndValue(QPoint(0, 0))
        self._slide.start()

    def _on_application_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._splitter.isAncestorOf(now):
            self.hide_overlay()
