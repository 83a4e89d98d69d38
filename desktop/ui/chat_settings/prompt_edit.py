"""The text of a system prompt, being written."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.ui.composer.message_edit import MessageEdit
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr


class PromptEdit(MessageEdit):
    """As the composer's; Enter breaks the line.

    Signals: focused with whether it has the focus; left when the person goes elsewhere in the window.
    """

    most_lines = 16

    focused = Signal(bool)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setObjectName("systemPrompt")
        self.setAccessibleName(tr("System prompt"))
        self.setPlaceholderText(tr("For example: Answer briefly."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QPlainTextEdit.keyPressEvent(self, event)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)
        stays = event.reason() in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
        if not stays and self.isEnabled():  # else the application ends, and saves what is written by itself
            self.left.emit()


class PromptCard(QFrame):
    """The ground on which it is written."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("promptCard")
        self.edit = PromptEdit(theme)
        self.edit.focused.connect(self._on_edit_focused)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 6, 8)
        column.addWidget(self.edit)

    def _on_edit_focused(self, focused: bool) -> None:
        self.setProperty("focused", focused)
        self.style().unpolish(self)
        self.style().polish(self)
