"""A question that is asked in place before something goes for good."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.controls.buttons import PrimaryButton, SecondaryButton
from desktop.ui.controls.escapable import EscapableFrame
from desktop.ui.settings.section import caption
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr


class Question(EscapableFrame):
    """Say what goes, and let the person delete or keep it, in the words of the buttons; hidden until it is asked. Esc keeps.

    Signals: answered.
    """

    answered = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, act: str = "", keep: str = "") -> None:
        super().__init__(parent)
        self.setObjectName("trashQuestion")
        self._act: Callable[[], object] = lambda: None
        self._words = caption()
        self._keep = SecondaryButton(keep or tr("Keep"))
        self._keep.setObjectName("keepChatButton")
        self._keep.clicked.connect(self._close)
        confirm = PrimaryButton(theme, act or tr("Delete now"))
        confirm.setObjectName("confirmDeleteButton")
        confirm.clicked.connect(self._on_delete_clicked)
        buttons = QHBoxLayout()
        buttons.addWidget(confirm)
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

    def escape(self) -> None:
        self._close()

    def _on_delete_clicked(self) -> None:
        self._close()
        self._act()

    def _close(self) -> None:
        self.hide()
        self.answered.emit()
