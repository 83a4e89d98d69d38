"""Copying, and the sign that it was done."""

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication

from desktop.ui.controls.buttons import IconButton
from desktop.ui.translation import tr

_SHOWN_MS = 1500


def copy_text(text: str) -> None:
    """Put text on the clipboard."""
    QGuiApplication.clipboard().setText(text)


class CopiedSign(QObject):
    """Let a button that copies say for a moment that it did: by its icon, its tooltip and its name."""

    def __init__(self, button: IconButton) -> None:
        super().__init__(button)
        self._button = button
        self._before: tuple[str, str] | None = None  # tooltip and name, while the sign is shown
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN_MS)
        self._timer.timeout.connect(self._end)

    def show(self) -> None:
        """Show the sign, or go on showing it."""
        button = self._button
        if self._before is None:
            self._before = button.toolTip(), button.accessibleName()
            button.installEventFilter(self)
            button.set_icon("check")
            button.setToolTip(tr("Copied"))
            button.setAccessibleName(tr("Copied"))
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide:
            self._end()
        return super().eventFilter(watched, event)

    def _end(self) -> None:
        self._timer.stop()
        if self._before is not None:
            tooltip, name = self._before
            self._before = None
            self._button.removeEventFilter(self)
            self._button.set_icon("copy")
            self._button.setToolTip(tooltip)
            self._button.setAccessibleName(name)
