"""The small panel above the context meter: what the chat takes, what its last reply cost, and how soon the next one comes."""

from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from desktop.ui.composer.context_meter import ContextMeter
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.controls.escapable import EscapableFrame
from desktop.ui.panes.context_text import percent
from desktop.ui.panes.details_text import CONTEXT_LABELS, ChatNumbers, at_a_glance, readiness_sentence
from desktop.ui.panes.number_rows import NumberRows
from desktop.ui.translation import tr

_WIDTH = 296
_MARGIN = 8
_GAP = 4
_LEAVE_MS = 400  # in which the pointer comes from the meter to the panel


class ContextPanel(EscapableFrame):
    """Lie over the pane while the meter is looked at; a click on the meter holds it open.

    Signals: numbers_wanted when it opens; ways_requested.
    """

    numbers_wanted = Signal()
    ways_requested = Signal()

    def __init__(self, meter: ContextMeter, pane: QWidget) -> None:
        super().__init__(pane)
        self.setObjectName("contextPanel")
        self.setAccessibleName(tr("Context"))
        self._meter, self._pane = meter, pane
        self._is_held = False
        self.hide()
        self._title = QLabel()
        self._title.setObjectName("contextTitle")
        self._numbers = NumberRows(CONTEXT_LABELS, "contextReadiness")
        self._ways = LinkButton(tr("What can be done"))
        self._ways.setObjectName("contextPanelWaysButton")
        self._ways.clicked.connect(self._on_ways_clicked)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(8)
        self._column.addWidget(self._title)
        self._column.addWidget(self._numbers)
        self._column.addWidget(self._ways, 0, Qt.AlignmentFlag.AlignLeft)
        self._leaving = QTimer(self)
        self._leaving.setSingleShot(True)
        self._leaving.timeout.connect(self._on_leaving_timeout)
        meter.looked_at.connect(self._open)
        meter.left.connect(lambda: self._leaving.start(_LEAVE_MS))
        meter.focus_left.connect(lambda: self._leaving.start(0))  # it may cover what has the focus then
        meter.clicked.connect(self._on_meter_clicked)

    def set_numbers(self, numbers: ChatNumbers, *, has_ways: bool) -> None:
        """Show a chat's numbers; has_ways: whether there is anything to choose."""
        share = percent(numbers.used, numbers.total)
        self._title.setText(tr("{percent} % of what the model can read at once", percent=share))
        is_good = numbers.readiness is None or numbers.readiness.is_good
        self._numbers.set_readiness(readiness_sentence(numbers), is_good=is_good)
        self._numbers.set_values(at_a_glance(numbers, datetime.now().astimezone()))
        self._ways.setVisible(has_ways)
        self.place()

    def values(self) -> dict[str, str]:
        """Return what is shown, by its label."""
        return self._numbers.values()

    def close_panel(self) -> None:
        """Show nothing any more."""
        self._is_held = False
        self._leaving.stop()
        self.hide()

    def place(self) -> None:
        """Take the place above what is written, within the pane."""
        width = min(_WIDTH, self._pane.width() - 2 * _MARGIN)
        self._column.activate()
        height = self._column.totalHeightForWidth(width)
        corner = self._meter.mapTo(self._pane, QPoint(self._meter.width(), 0))
        left = max(_MARGIN, min(corner.x() - width, self._pane.width() - width - _MARGIN))
        composer = self._meter.parentWidget()
        bottom = composer.mapTo(self._pane, QPoint(0, 0)).y() if composer is not None else corner.y()
        self.setGeometry(left, max(_MARGIN, bottom - height - _GAP), width, height)
        self.raise_()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._leaving.stop()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._leaving.start(_LEAVE_MS)

    def escape(self) -> None:
        self._meter.setFocus(Qt.FocusReason.OtherFocusReason)
        self.close_panel()

    def _open(self) -> None:
        self._leaving.stop()
        self.numbers_wanted.emit()
        self.show()
        self.place()

    def _on_meter_clicked(self) -> None:
        if self.isVisible() and self._is_held:
            self.close_panel()
        else:
            self._is_held = True
            self._open()

    def _on_leaving_timeout(self) -> None:
        focused = QApplication.focusWidget()
        is_within = focused is self._meter or (focused is not None and self.isAncestorOf(focused))
        if not is_within and not self.underMouse():
            self.close_panel()

    def _on_ways_clicked(self) -> None:
        self.close_panel()
        self.ways_requested.emit()
