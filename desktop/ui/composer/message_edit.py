"""The text a person is writing."""

from PySide6.QtCore import QMimeData, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from desktop.ui.composer import long_lines
from desktop.ui.theme.theme import Theme

_PADDING = 2  # pixels above and below


class MessageEdit(QPlainTextEdit):
    """Grow to ten lines; Enter asks to send, Shift+Enter breaks the line.

    Signals: send_requested; undo_requested and redo_requested where nothing was typed that these keys could act on.
    """

    most_lines = 10

    send_requested = Signal()
    undo_requested = Signal()
    redo_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("composer")
        self.setAccessibleName("Message")
        self.setPlaceholderText("Write a message")
        self.setFont(theme.text_font(14))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(_PADDING)
        self.document().clearUndoRedoStacks()  # Qt would take the margin back first
        self._is_composing = False
        self._offered = ""
        self.textChanged.connect(self._on_text_changed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        theme.changed.connect(self._on_theme_changed)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not self._is_composing and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.send_requested.emit()
        elif _is_undo(event) and self.is_untouched() and not self.document().isUndoAvailable():
            self._ask(self.undo_requested, event)
        elif _is_redo(event) and self.is_untouched() and not self.document().isRedoAvailable():
            self._ask(self.redo_requested, event)
        else:
            if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
                long_lines.remove_break(self.textCursor(), before=event.key() == Qt.Key.Key_Backspace)
            super().keyPressEvent(event)

    def put(self, text: str) -> None:
        """Show a text, with the cursor behind it and nothing to undo."""
        self.setPlainText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def write_over(self, text: str) -> None:
        """Put a text in place of what stands here, in one step that can be undone."""
        whole = QTextCursor(self.document())
        whole.select(QTextCursor.SelectionType.Document)
        long_lines.insert(whole, text)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def setPlainText(self, text: str) -> None:
        self.setUndoRedoEnabled(False)
        whole = QTextCursor(self.document())
        whole.select(QTextCursor.SelectionType.Document)
        long_lines.insert(whole, text)
        self.setUndoRedoEnabled(True)

    def toPlainText(self) -> str:
        whole = QTextCursor(self.document())
        whole.select(QTextCursor.SelectionType.Document)
        return long_lines.selected_text(whole)

    def offer(self, text: str) -> None:
        """Put in a text that the person wrote earlier; until it is touched it counts as nothing typed."""
        self.put(text)
        self._offered = text

    def is_untouched(self) -> bool:
        """Return whether nothing stands here but what was offered."""
        return self.toPlainText() in ("", self._offered)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._is_composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        # Files dropped or pasted here are for the window, which loads a model from them.
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        long_lines.insert(self.textCursor(), source.text())
        self.ensureCursorVisible()

    def createMimeDataFromSelection(self) -> QMimeData:
        copied = QMimeData()
        copied.setText(long_lines.selected_text(self.textCursor()))
        return copied

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.height())

    def _on_text_changed(self) -> None:
        self._offered = ""

    def _ask(self, request: SignalInstance, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():  # a key held down to empty the text must not go on with the messages
            request.emit()

    def _on_theme_changed(self) -> None:
        self.setFont(self._theme.text_font(14))
        self._fit()

    def _fit(self) -> None:
        # QPlainTextEdit's layout counts its height in lines.
        lines = round(self.document().documentLayout().documentSize().height())
        height = min(self.most_lines, max(1, lines)) * self.fontMetrics().lineSpacing() + 2 * _PADDING + 2
        overflows = lines > self.most_lines
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded if overflows else Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)


def _is_undo(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Undo)


def _is_redo(event: QKeyEvent) -> bool:
    # Windows has Ctrl+Y for it, and people know both.
    return event.matches(QKeySequence.StandardKey.Redo) or QKeySequence(event.keyCombination()) == QKeySequence("Ctrl+Shift+Z")
