"""A block of code with its language and a button that copies it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.controls.buttons import IconButton
from desktop.ui.theme.fonts import monospace_font
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.code_highlighter import CodeHighlighter
from desktop.ui.transcript.prose_copy import selected_plain

_SCROLL_BAR = 10  # pixels


class CodeView(QFrame):
    """Show code without wrapping; wide code scrolls inside its block."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = QLabel()
        self._language.setObjectName("codeLanguage")
        self._text = CodeText()
        self._highlighter = CodeHighlighter(theme, self._text.document())
        copy_button = IconButton(theme, "copy", "Copy code")
        copy_button.setObjectName("copyCodeButton")
        copy_button.clicked.connect(self._on_copy_clicked)
        head = QHBoxLayout()
        head.setContentsMargins(14, 6, 6, 0)
        head.addWidget(self._language)
        head.addStretch()
        head.addWidget(copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._text)

    def set_code(self, text: str, info: str, *, closed: bool = True) -> None:
        """Show code, coloured once it is closed; what was only appended is only appended. The first word of info is its language."""
        language = info.split()[0] if info.split() else ""
        self._language.setText(language or "code")
        self._text.setAccessibleName(f"Code, {language}" if language else "Code")
        self._text.set_text(text)
        # A highlighter makes Qt draw all that is in sight again whenever a line grows.
        self._highlighter.setDocument(self._text.document() if closed else None)

    def text(self) -> str:
        """Return the code."""
        return self._text.toPlainText()

    def text_views(self) -> list["CodeText"]:
        """Return what its text can be selected in."""
        return [self._text]

    def redraw(self) -> None:
        """Take up a changed theme."""
        self._highlighter.rehighlight()

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.text())


class CodeText(QPlainTextEdit):
    """The code itself: read-only, as tall as its lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._written = ""
        self.setReadOnly(True)
        self.setFont(monospace_font(12))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setUndoRedoEnabled(False)
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self.document().setDocumentMargin(0)

    def set_text(self, text: str) -> None:
        """Show text."""
        if text.startswith(self._written):
            cursor = QTextCursor(self.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(text[len(self._written) :])
        else:
            self.setPlainText(text)
        self._written = text
        # Room for the scroll bar is kept always: a line that grows wide while streaming must not move what is below.
        self.setFixedHeight(self.blockCount() * self.fontMetrics().lineSpacing() + _SCROLL_BAR)

    def selected_text(self) -> str:
        """Return what is selected, as it is to be copied."""
        return selected_plain(self.textCursor())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 20)

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        if abs(delta.x()) > abs(delta.y()) or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            super().wheelEvent(event)
        else:
            event.ignore()
