"""What lies over the window until it is closed or the person goes elsewhere."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.controls.escapable import EscapableFrame
from desktop.ui.controls.scrim import Scrim
from desktop.ui.keyboard import press, step
from desktop.ui.theme.theme import Theme

_TOP = 56  # pixels
_AROUND = 16


class Overlay(EscapableFrame):
    """Stand in the upper middle of a window, as large as it wants and the window allows; Esc closes.

    Signals: closed.
    """

    closed = Signal()

    def __init__(self, theme: Theme, window: QWidget, *, width: int, height: int) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self._wanted_width, self._wanted_height = width, height

    def place(self) -> None:
        """Take that place."""
        window, theme = self._window, self._theme
        width = min(theme.scaled(self._wanted_width), window.width() - 2 * _AROUND)
        top = min(_TOP, max(_AROUND, window.height() // 12))
        height = min(theme.scaled(self._wanted_height), window.height() - top - _AROUND)
        self.setGeometry((window.width() - width) // 2, top, width, height)

    def escape(self) -> None:
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press(event):
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()

    def focusNextPrevChild(self, forward: bool) -> bool:
        return step([self], forward=forward)


class OverlayHost(QObject):
    """Hide an overlay until it is shown; keep it in its place, over what closes it when pressed; give the focus back afterwards."""

    def __init__(self, overlay: Overlay, window: QWidget) -> None:
        super().__init__(window)
        self._overlay = overlay
        self._window = window
        self._focused: QWidget | None = None  # before it was shown
        self._scrim = Scrim(window)
        self._scrim.hide()
        self._scrim.pressed.connect(overlay.close)
        overlay.hide()
        overlay.closed.connect(self._on_overlay_closed)
        QApplication.instance().focusChanged.connect(self._on_application_focus_changed)  # type: ignore[union-attr]
        window.installEventFilter(self)

    def show(self) -> None:
        """Show the overlay above all else; who shows it gives it the focus."""
        if self._overlay.isHidden():
            self._focused = QApplication.focusWidget()
            self._scrim.show()
            self._scrim.raise_()
        self._overlay.show()
        self._overlay.raise_()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and not self._overlay.isHidden():
            self._place()
        return False

    def _place(self) -> None:
        self._scrim.setGeometry(self._window.rect())
        self._overlay.place()

    def _on_overlay_closed(self) -> None:
        self._scrim.hide()
        focused, self._focused = self._focused, None
        if focused is not None and focused.isVisible():
            focused.setFocus()

    def _on_application_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        is_elsewhere = now is not None and now.window() is self._window and not self._overlay.isAncestorOf(now)
        if is_elsewhere and not self._overlay.isHidden():
            self._focused = None  # the person went there
            self._overlay.hide()
