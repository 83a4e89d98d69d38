"""The line that says that turns were taken back or brought back, or messages deleted, and leads the other way."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop.ui.controls.buttons import LinkButton
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, tr_counted


class TurnNotice(QWidget):
    """Show where a chat went; hidden until it did.

    Signals: undo_requested; redo_requested.
    """

    undo_requested = Signal()
    redo_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("turnNotice")
        self._sentence = QLabel()
        self._sentence.setObjectName("turnSentence")
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._undo = LinkButton(tr("Undo"))
        self._undo.setObjectName("undoTurnButton")
        self._undo.setToolTip(tr("Ctrl+Z while the message box is empty"))
        self._undo.clicked.connect(self.undo_requested)
        self._redo = LinkButton(tr("Redo"))
        self._redo.setObjectName("redoTurnButton")
        self._redo.setAccessibleName(tr("Redo: bring the turn back"))
        self._redo.setToolTip(tr("Ctrl+Shift+Z while the message box is empty"))
        self._redo.clicked.connect(self.redo_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 2, 8, 2)
        row.setSpacing(2)
        row.addWidget(IconLabel(theme, "undo", "mute"))
        row.addSpacing(6)
        row.addWidget(self._sentence)
        row.addSpacing(4)
        row.addWidget(self._undo)
        row.addWidget(self._redo)
        row.addStretch()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_move(self, turns_taken_back: int, *, can_redo: bool) -> None:
        """Say how many turns were taken back, or with a negative number brought back, and offer the way that is left."""
        self._sentence.setText(moved_sentence(turns_taken_back))
        self._undo.setAccessibleName(tr("Undo: take the turn back again"))
        self._show(can_undo=turns_taken_back < 0, can_redo=can_redo)

    def show_deletion(self, count: int) -> None:
        """Say how many messages were deleted, and offer to bring them back."""
        self._sentence.setText(deleted_sentence(count))
        self._undo.setAccessibleName(tr("Undo: bring the messages back"))
        self._show(can_undo=True, can_redo=False)

    def text(self) -> str:
        """Return the sentence."""
        return self._sentence.text()

    def _show(self, *, can_undo: bool, can_redo: bool) -> None:
        self.setAccessibleName(self._sentence.text())
        self._undo.setVisible(can_undo)
        self._redo.setVisible(can_redo)
        self.show()


def moved_sentence(turns_taken_back: int) -> str:
    """Return what happened, in words."""
    if turns_taken_back < 0:
        return tr_counted("{count} turns brought back", "Turn brought back", -turns_taken_back)
    return tr_counted("{count} turns taken back", "Turn taken back", max(1, turns_taken_back))


def deleted_sentence(count: int) -> str:
    """Return what was deleted, in words."""
    return tr_counted("{count} messages deleted from here on", "Message deleted", max(1, count))
