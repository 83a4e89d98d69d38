"""The panel with a chat's numbers, over the transcript's right side."""

from datetime import datetime

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui.controls.buttons import IconButton
from desktop.ui.controls.escapable import EscapableFrame
from desktop.ui.panes.details_text import LABELS, ChatNumbers, details
from desktop.ui.panes.number_rows import NumberRows
from desktop.ui.shortcuts.shortcut import Shortcut
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr

_REFRESH_MS = 1000
_WIDTH = 312


class DetailsPanel(EscapableFrame):
    """Show numbers and ask for fresh ones every second while it is visible.

    Signals: refresh_wanted.
    """

    refresh_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._pane = parent
        self.setObjectName("detailsPanel")
        self.setAccessibleName(tr("Chat details"))
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh_wanted)
        self.hide()
        title = QLabel(tr("Chat details"))
        title.setObjectName("detailsTitle")
        close = IconButton(theme, "close", tr("Close the details"))
        close.setObjectName("closeDetailsButton")
        close.setToolTip(tr("Close ({keys})", keys=Shortcut.DETAILS.told()))
        close.clicked.connect(self.hide)
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch()
        head.addWidget(close)
        self._numbers = NumberRows(LABELS, "detailsReadiness")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 8, 8, 16)
        self._column.setSpacing(10)
        self._column.addLayout(head)
        self._column.addWidget(self._numbers)

    def set_numbers(self, numbers: ChatNumbers) -> None:
        """Show a chat's numbers, and how soon it is ready."""
        readiness = numbers.readiness
        self._numbers.set_readiness(readiness.sentence if readiness else "", is_good=readiness is not None and readiness.is_good)
        self._numbers.set_values(details(numbers, datetime.now().astimezone()))
        self.place()

    def values(self) -> dict[str, str]:
        """Return what is shown, by its label."""
        return self._numbers.values()

    def place(self) -> None:
        """Take the place at the right of the pane below its head."""
        width = min(_WIDTH, self._pane.width() - 24)
        self._column.activate()
        self.setGeometry(self._pane.width() - width - 12, 48 + 8, width, self._column.totalHeightForWidth(width))
        self.raise_()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 200)

    def escape(self) -> None:
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self.refresh_wanted.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
