"""A question that is asked in place before something goes for good."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.controls.buttons import PrimaryButton, SecondaryButton
from desktop.ui.keyboard import keeps_key
from desktop.ui.settings.section import caption
from desktop.ui.theme.theme import Theme


class Question(QFrame):
    """Say what goes, and let the person delete or keep it; hidden until it is asked. Esc keeps.

    Signals: answered.
    """

    answered = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trashQuestion")
        self._act: Callable[[], object] = lambda: None
        self._words = caption()
        self._keep = SecondaryButton("Keep")
        self._keep.setObjectName("keepChatButton")
        self._keep.clicked.connect(self._close)
        delete = PrimaryButton(theme, "Delete now")
        delete.setObjectName("confirmDeleteButton")
        delete.clicked.connect(self._on_delete_clicked)
        buttons = QHBoxLayout()
        buttons.addWidget(delete)
        buttons.addWidget(self._keep)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addWidget(self._words)
        column.addLayout(buttons)
        self.hide()

    def ask(self, words: str, act: Callable[[], object]) -> None:
        """Ask, and do it if the person wants it."""
        self._act = act
        self._words.setText(words)
        self.setAccessibleName(words)
        self._keep.setAccessibleDescription(words)
        self.show()
        self._keep.setFocus()

    def event(self, event: QEvent) -> bool:
        if keeps_key(event, Qt.Key.Key_Escape):  # whatever Esc does in the window
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def _on_delete_clicked(self) -> None:
        self._close()
        self._act()

    def _close(self) -> None:
        self.hide()
        self.answered.emit()
