"""The bar above the messages in which a person looks for a text in one chat."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel

from desktop.ui.controls.buttons import IconButton
from desktop.ui.controls.escapable import EscapableFrame
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.controls.search_field import SearchField
from desktop.ui.keyboard import press
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.finder import Finder
from desktop.ui.transcript.transcript import Transcript
from desktop.ui.translation import key_name, tr


class FindBar(EscapableFrame):
    """Enter and F3 lead to the next place, with Shift to the one before; Esc closes.

    Signals: closed.
    """

    closed = Signal()

    def __init__(self, theme: Theme, transcript: Transcript) -> None:
        super().__init__()
        self.setObjectName("findBar")
        self.setAccessibleName(tr("Find in this chat"))
        self._transcript = transcript
        self._finder = Finder(transcript)
        self._finder.changed.connect(self._show_count)
        self._field = SearchField(tr("Find in this chat"))
        self._field.setObjectName("findField")
        self._field.textChanged.connect(self._finder.seek)
        self._field.stepped.connect(lambda steps: self.step(forward=steps > 0))
        self._field.entered.connect(lambda held: self.step(forward=not held & Qt.KeyboardModifier.ShiftModifier))
        self._count = QLabel()
        self._count.setObjectName("findCount")
        self._previous = IconButton(theme, "chevron_up", tr("The one before"))
        self._previous.setObjectName("findPreviousButton")
        self._previous.setToolTip(tr("The one before ({keys})", keys=key_name("Shift+Enter")))
        self._previous.clicked.connect(lambda: self.step(forward=False))
        self._next = IconButton(theme, "chevron", tr("The next one"))
        self._next.setObjectName("findNextButton")
        self._next.setToolTip(tr("The next one ({keys})", keys=key_name("Enter")))
        self._next.clicked.connect(lambda: self.step(forward=True))
        close = IconButton(theme, "close", tr("Close find"))
        close.setObjectName("closeFindButton")
        close.setToolTip(tr("Close ({keys})", keys=key_name("Esc")))
        close.clicked.connect(self.leave)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 5, 10, 5)
        row.setSpacing(4)
        row.addWidget(IconLabel(theme, "search"))
        row.addSpacing(6)
        row.addWidget(self._field, 1)
        row.addWidget(self._count)
        row.addSpacing(6)
        row.addWidget(self._previous)
        row.addWidget(self._next)
        row.addWidget(close)
        self.hide()

    def open(self) -> None:
        """Look for the text of the last time, which is selected."""
        self.show()
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()
        self._finder.seek(self._field.text())
        self._show_count()

    def leave(self) -> None:
        """Close the bar and take the marks away."""
        if not self.isHidden():
            self.hide()
            self._finder.stop()
            self.closed.emit()

    def step(self, *, forward: bool) -> None:
        """Go to the next place, or to the one before; a bar that is closed opens."""
        if self.isHidden():
            self.open()
        else:
            self._finder.step(forward=forward)

    def escape(self) -> None:
        self.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press(event):
            super().keyPressEvent(event)

    def _show_count(self) -> None:
        count = self._finder.count()
        has_messages = bool(self._transcript.messages())
        is_asked = bool(self._field.text().strip())
        told = tr("{number} of {count}", number=self._finder.number(), count=count) if count else tr("Not found") if is_asked else ""
        self._count.setText(told if has_messages else tr("No messages yet"))
        self._field.setAccessibleDescription(self._count.text())
        for button in (self._previous, self._next):
            button.setEnabled(count > 0)
