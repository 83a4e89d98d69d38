"""The text a person is writing."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QInputMethodEvent, QKeyEvent, QKeySequence, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from desktop.ui.composer import long_lines
from desktop.ui.composer.send_key import sends
from desktop.ui.shortcuts.shortcut import Shortcut
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr

_PADDING = 2  # pixels above and below
_LEAST_LINES = 3
_ENDLESS = 1 << 24


class MessageEdit(QPlainTextEdit):
    """Grow to ten lines; the key that sends asks for it, Shift+Enter breaks the line.

    Signals: send_requested; undo_requested and redo_requested where nothing was typed that these keys could act on;
    edit_last_requested by the Up key in an empty text; files_pasted with paths; picture_pasted.
    """

    most_lines = 10

    send_requested = Signal()
    undo_requested = Signal()
    redo_requested = Signal()
    edit_last_requested = Signal()
    files_pasted = Signal(object)
    picture_pasted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._room = _ENDLESS
        self.setObjectName("composer")
        self.setAccessibleName(tr("Message"))
        self.set_temporary(False)
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

    def set_room(self, height: int) -> None:
        """Grow to so many pixels at most, but to a few lines whatever the height is."""
        self._room = height
        self._fit()

    def set_temporary(self, is_temporary: bool) -> None:
        """Say while it is empty whether what is written here is saved."""
        self.setPlaceholderText(tr("Write a message that is not saved") if is_temporary else tr("Write a message"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if sends(event, self) and not self._is_composing:
            self.send_requested.emit()
        elif _is_undo(event) and self.is_untouched() and not self.document().isUndoAvailable():
            self._ask(self.undo_requested, event)
        elif _is_redo(event) and self.is_untouched() and not self.document().isRedoAvailable():
            self._ask(self.redo_requested, event)
        elif _is_up(event) and not self._is_composing and self.document().isEmpty():
            self._ask(self.edit_last_requested, event)
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
        return source.hasImage() or bool(local_files(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if paths := local_files(source):
            self.files_pasted.emit(paths)
        elif source.hasImage() and not source.hasText():
            self.picture_pasted.emit()
        else:
            long_lines.insert(self.textCursor(), source.text())
            self.ensureCursorVisible()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        # Files that are dropped here are for what this stands in.
        event.ignore() if local_files(event.mimeData()) else super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.ignore() if local_files(event.mimeData()) else super().dragMoveEvent(event)

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
        spacing = self.fontMetrics().lineSpacing()
        most = min(self.most_lines, max(_LEAST_LINES, self._room // spacing))
        height = min(most, max(1, lines)) * spacing + 2 * _PADDING + 2
        overflows = lines > most
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded if overflows else Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)


def local_files(source: QMimeData) -> list[Path]:
    """Return the files of this computer among what is dragged or pasted."""
    return [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]


def _is_up(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Up and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


def _is_undo(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Undo)


def _is_redo(event: QKeyEvent) -> bool:
    # Windows has Ctrl+Y for it, and people know both.
    return event.matches(QKeySequence.StandardKey.Redo) or QKeySequence(event.keyCombination()) in Shortcut.REDO_TURN.sequences()
