"""The messages that wait until a reply has ended, above the composer."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.conversations.written import Written
from desktop.ui.controls.buttons import IconButton
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, tr_counted

_MOST_SHOWN = 3
_LONGEST = 200  # characters of a first line


class QueuedMessages(QWidget):
    """Show what is sent next, in order; hidden while nothing waits.

    Signals: edit_requested and remove_requested with the place of a message, from 0.
    """

    edit_requested = Signal(int)
    remove_requested = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queuedMessages")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._rows: list[QueuedRow] = []
        self._more = QLabel()
        self._more.setObjectName("queuedMore")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 6)
        self._column.setSpacing(4)
        self._column.addWidget(self._more)
        self.hide()

    def set_messages(self, waiting: Sequence[Written]) -> None:
        """Show other messages."""
        had_focus = any(row.isAncestorOf(focused) for row in self._rows if (focused := self.window().focusWidget()) is not None)
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [QueuedRow(self._theme, written, place) for place, written in enumerate(waiting[:_MOST_SHOWN])]
        for place, row in enumerate(self._rows):
            row.edit_requested.connect(lambda place=place: self.edit_requested.emit(place))
            row.remove_requested.connect(lambda place=place: self.remove_requested.emit(place))
            self._column.insertWidget(place, row)
            row.show()
        more = len(waiting) - len(self._rows)
        self._more.setText(tr_counted("{count} more are sent after these", "{count} more is sent after these", more) if more > 0 else "")
        self._more.setVisible(more > 0)
        self.setVisible(bool(waiting))
        if had_focus and self._rows:
            self._rows[0].edit_button.setFocus()  # where a key that was meant for another row loses nothing

    def texts(self) -> list[str]:
        """Return the lines that are shown."""
        return [row.text() for row in self._rows]


class QueuedRow(QFrame):
    """One message that waits.

    Signals: edit_requested; remove_requested.
    """

    edit_requested = Signal()
    remove_requested = Signal()

    def __init__(self, theme: Theme, written: Written, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queuedMessage")
        line = first_line(written)
        when = tr("Sent after this reply") if place == 0 else tr("Sent after that")
        self.setAccessibleName(tr("{when}: {text}", when=when, text=line))
        self._line = ElidedLabel()
        self._line.set_text(line)
        caption = QLabel(when)
        caption.setObjectName("queuedCaption")
        self.edit_button = edit = IconButton(theme, "edit", tr("Edit the message that waits: {text}", text=line))
        edit.setObjectName("editQueuedButton")
        edit.setToolTip(tr("Take it back into the message box"))
        edit.clicked.connect(self.edit_requested)
        remove = IconButton(theme, "close", tr("Remove the message that waits: {text}", text=line))
        remove.setObjectName("removeQueuedButton")
        remove.setToolTip(tr("Do not send it"))
        remove.clicked.connect(self.remove_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 4, 2)
        row.setSpacing(8)
        row.addWidget(IconLabel(theme, "clock", "mute"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._line, 1)
        if written.attachments:
            row.addWidget(IconLabel(theme, "attach", "mute"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(caption)
        row.addSpacing(-4)
        row.addWidget(edit)
        row.addWidget(remove)

    def text(self) -> str:
        """Return the line that is shown."""
        return self._line.text()


def first_line(written: Written) -> str:
    """Return the first line of a message that says something, or the name of its first file."""
    lines = (line.strip() for line in written.text.splitlines())
    names = (file.name for file in written.attachments)
    return next((line for line in (*lines, *names) if line), "")[:_LONGEST]
