"""A block of code with its language and buttons that copy it and wrap its lines."""

from math import ceil

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from desktop.ui.controls.buttons import IconButton
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.code_colours import CodeColours
from desktop.ui.transcript.copying import CopiedSign, copy_text
from desktop.ui.transcript.found_marks import FoundMarks
from desktop.ui.transcript.hidden_characters import has_hidden, insert_visibly
from desktop.ui.transcript.inert_document import InertDocument
from desktop.ui.transcript.languages import language
from desktop.ui.transcript.prose_copy import selected_plain
from desktop.ui.translation import tr

_SCROLL_BAR = 10  # pixels
_BOTTOM = 12


class CodeView(QFrame):
    """Show code; wide code scrolls inside its block, or is wrapped.

    Signals: wrap_toggled after the person wrapped its lines, or no longer.
    """

    wrap_toggled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = QLabel()
        self._language.setObjectName("codeLanguage")
        self._language.setTextFormat(Qt.TextFormat.PlainText)
        self._text = CodeText(theme)
        self._colours = CodeColours(theme, self._text.document())
        self._shown: tuple[str, str] | None = None  # what is coloured
        self._wrap = IconButton(theme, "wrap", tr("Wrap lines"))
        self._wrap.setObjectName("wrapButton")
        self._wrap.setCheckable(True)
        self._wrap.clicked.connect(self._on_wrap_clicked)
        copy_button = IconButton(theme, "copy", tr("Copy code"))
        copy_button.setObjectName("copyCodeButton")
        copy_button.clicked.connect(self.copy)
        self._copied = CopiedSign(copy_button)
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(16, 6, 6, 0)
        head.setSpacing(2)
        head.addWidget(self._language, 1)
        head.addWidget(self._wrap)
        head.addWidget(copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, _BOTTOM)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._text)

    def set_code(self, text: str, info: str, *, closed: bool = True) -> None:
        """Show code; what was only appended is only appended. The first word of info names its language.

        Code that is closed is coloured, once.
        """
        spoken = language(info)
        self._language.setText(spoken.name or tr("Code"))
        self._text.setAccessibleName(tr("Code, {language}", language=spoken.name) if spoken.name else tr("Code"))
        self._text.set_text(text)
        if closed and self._shown != (text, info):
            self._shown = text, info
            self._colours.colour(self._text.text(), spoken.lexer)

    def text(self) -> str:
        """Return the code."""
        return self._text.text()

    def copy(self) -> None:
        """Copy the code, and show for a moment that it was."""
        copy_text(self.text())
        self._copied.show()

    def text_views(self) -> list["CodeText"]:
        """Return what its text can be selected in."""
        return [self._text]

    def is_coloured(self) -> bool:
        """Return whether all is coloured that will be."""
        return self._colours.is_done()

    def redraw(self) -> None:
        """Take up a changed theme."""
        self._text.redraw()
        if self._shown is not None:
            self._colours.begin()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._head.sizeHint().height() + self._text.fit(width) + _BOTTOM

    def _on_wrap_clicked(self, wraps: bool) -> None:
        self._text.set_wraps(wraps)
        self.wrap_toggled.emit()


class CodeText(QTextEdit):
    """The code itself: read-only, as tall as its lines. What nobody would see is drawn by its number.

    Not a QPlainTextEdit: that one goes through all lines that fit its height at each change and each paint, and here all do.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._written = ""
        self._fitted: tuple[int, int] | None = None
        document = InertDocument(self)
        document.setDocumentMargin(0)
        document.setUndoRedoEnabled(False)
        self.setDocument(document)
        self.found = FoundMarks(theme, self)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QTextEdit.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._set_font()

    def set_text(self, text: str) -> None:
        """Show text."""
        text = text.replace("\r\n", "\n")
        if not text.startswith(self._written):
            self.clear()
            self._written = ""
        added = text[len(self._written) :]
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        before = self._written[-2:]  # an emoji may be cut where two pieces of a stream meet
        if has_hidden(added, before):
            insert_visibly(cursor, added, QTextCharFormat(), self._theme.tokens, before)
        else:
            cursor.insertText(added, QTextCharFormat())
        if not self._written:
            self.moveCursor(QTextCursor.MoveOperation.Start)  # or it would go along with the end, and Qt scroll a wide line to it
        self._written = text
        self._fitted = None
        if not self._wraps():
            self.fit(self.width())

    def text(self) -> str:
        """Return what is shown, as it was written."""
        return self._written

    def set_wraps(self, wraps: bool) -> None:
        """Break lines that are wider than the view, or let it scroll."""
        mode = QTextEdit.LineWrapMode
        self.setLineWrapMode(mode.WidgetWidth if wraps else mode.NoWrap)
        self._fitted = None

    def fit(self, width: int) -> int:
        """Take the height that all lines need at a width, and return it."""
        key = width if self._wraps() else 0
        if self._fitted is None or self._fitted[0] != key:
            if self._wraps():
                self.ensurePolished()
                inner = width - self.contentsMargins().left() - self.contentsMargins().right()
                if self.document().textWidth() != inner:  # Qt would lay it out again
                    self.document().setTextWidth(inner)
            # Room for the scroll bar is kept always: a line that grows wide while streaming must not move what is below.
            self._fitted = (key, ceil(self.document().size().height()) + (0 if self._wraps() else _SCROLL_BAR))
            self.setFixedHeight(self._fitted[1])
        return self._fitted[1]

    def redraw(self) -> None:
        """Take up a changed theme."""
        self._set_font()
        if has_hidden(self._written):  # the marks have a colour of their own
            written, self._written = self._written, ""
            self.clear()
            self.set_text(written)
        self.found.refresh()

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

    def _wraps(self) -> bool:
        return self.lineWrapMode() is QTextEdit.LineWrapMode.WidgetWidth

    def _set_font(self) -> None:
        self.setFont(self._theme.code_font(13))
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self._fitted = None
