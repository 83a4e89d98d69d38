"""A message being written anew, in its place."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QWidget

from desktop.system.words import say, sentences
from desktop.ui.composer.message_edit import MessageEdit
from desktop.ui.controls.buttons import PrimaryButton, SecondaryButton
from desktop.ui.keyboard import keeps_key
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import key_name, tr, translated

_PADDING = 12
_GAP = 8


class _Edit(MessageEdit):
    """As the composer's; in a reply Enter breaks the line and Ctrl+Enter saves. Signals: cancel_requested."""

    most_lines = 20

    cancel_requested = Signal()

    def __init__(self, theme: Theme, *, is_reply: bool, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._is_reply = is_reply
        self.setObjectName("messageEdit")
        self.setAccessibleName(tr("Edit the reply") if is_reply else tr("Edit your message"))
        self.setPlaceholderText("")

    def event(self, event: QEvent) -> bool:
        if keeps_key(event, Qt.Key.Key_Escape):  # here it does not stop the reply
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.cancel_requested.emit()
        elif is_enter and self._is_reply and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            QPlainTextEdit.keyPressEvent(self, event)
        else:
            super().keyPressEvent(event)


class MessageEditor(QFrame):
    """Edit a message's text, a person's to be sent, a reply's to be saved.

    Signals: text_changed with what is written; sent with another text than there was; cancelled; height_changed.
    """

    text_changed = Signal(str)
    sent = Signal(str)
    cancelled = Signal()
    height_changed = Signal()

    def __init__(self, theme: Theme, original: str, text: str, *, is_reply: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageEditor")
        self._original = original
        self._height = 0
        self.edit = _Edit(theme, is_reply=is_reply, parent=self)
        self.edit.put(original)
        hint = say("This version is kept.") if is_reply else say("The reply is written anew. This version is kept.")
        if text != original:
            self.edit.write_over(text)
            hint = sentences(hint, say("You go on with your last edit; {keys} takes it back.", keys=key_name("Ctrl+Z")))
        self._hint = QLabel(translated(hint), self)
        self._hint.setObjectName("editHint")
        self._hint.setWordWrap(True)
        self._cancel = SecondaryButton(tr("Cancel"), self)
        self._cancel.setObjectName("cancelEditButton")
        self._cancel.setToolTip(tr("Leave the message as it is. Your text is kept for the next edit. ({keys})", keys=key_name("Esc")))
        self._send = PrimaryButton(theme, tr("Save") if is_reply else tr("Send"), parent=self)
        self._send.setObjectName("sendEditButton")
        self._send.setToolTip(tr("Save ({keys})", keys=key_name("Ctrl+Enter")) if is_reply else tr("Send ({keys})", keys=key_name("Enter")))
        self._hint.ensurePolished()  # its size is asked for before it is seen
        self.edit.send_requested.connect(self._on_send_requested)
        self.edit.cancel_requested.connect(self.cancelled)
        self.edit.textChanged.connect(self._on_edit_text_changed)
        self.edit.document().documentLayout().documentSizeChanged.connect(self._on_edit_size_changed)
        self._send.clicked.connect(self._on_send_requested)
        self._cancel.clicked.connect(self.cancelled)
        self._send.setEnabled(bool(text.strip()))

    def text(self) -> str:
        """Return what is written."""
        return self.edit.toPlainText()

    def set_waiting(self, waiting: bool) -> None:
        """Note whether what was sent is under way: until then nothing else can be."""
        for part in (self.edit, self._send, self._cancel):
            part.setEnabled(not waiting)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        self.edit.resize(width - 2 * _PADDING, self.edit.height())
        self._height = _PADDING + self.edit.height() + _GAP + self._foot_height(width) + _PADDING
        return self._height

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(320))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        self.edit.move(_PADDING, _PADDING)
        self.edit.resize(self.width() - 2 * _PADDING, self.edit.height())
        right, bottom = self.width() - _PADDING, self.height() - _PADDING
        row = self._row_height()
        for button in (self._send, self._cancel):
            size = button.sizeHint()
            button.setGeometry(right - size.width(), bottom - row, size.width(), row)
            right -= size.width() + _GAP
        height = self._hint_height(self.width())
        is_wide = self._is_wide(self.width())
        top = bottom - row + (row - height) // 2 if is_wide else bottom - row - _GAP - height
        self._hint.setGeometry(QRect(_PADDING + 2, top, self._hint_width() if is_wide else self.width() - 2 * _PADDING - 4, height))

    def _is_wide(self, width: int) -> bool:
        buttons = self._send.sizeHint().width() + self._cancel.sizeHint().width() + 2 * _GAP
        return self._hint_width() + 2 + buttons <= width - 2 * _PADDING

    def _hint_width(self) -> int:
        """Return the hint's width in one line."""
        return self._hint.fontMetrics().horizontalAdvance(self._hint.text()) + 4

    def _hint_height(self, width: int) -> int:
        return self._hint.heightForWidth(self._hint_width() if self._is_wide(width) else width - 2 * _PADDING - 4)

    def _row_height(self) -> int:
        return max(28, self._send.sizeHint().height())

    def _foot_height(self, width: int) -> int:
        return self._row_height() + (0 if self._is_wide(width) else self._hint_height(width) + _GAP)

    def _on_edit_text_changed(self) -> None:
        self._send.setEnabled(bool(self.text().strip()))
        self.text_changed.emit(self.text())

    def _on_edit_size_changed(self) -> None:
        before = self._height
        if self.heightForWidth(self.width()) != before:
            self.height_changed.emit()

    def _on_send_requested(self) -> None:
        if self.text() == self._original:
            self.cancelled.emit()
        elif self.text().strip():
            self.sent.emit(self.text())
