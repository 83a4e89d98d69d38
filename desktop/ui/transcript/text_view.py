"""Text of a message that can be selected and copied, as tall as it needs to be."""

from math import ceil
from typing import Any

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QTextCursor, QTextDocument, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.prose_copy import selected_plain, selected_prose
from desktop.ui.transcript.prose_format import format_plain, format_prose

_MARKDOWN = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_CARET = QSize(4, 17)


class InertDocument(QTextDocument):
    """A document that never reads a file or a URL, whatever its text names."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        # Anything but an image here would make Qt try the name as a file of this computer.
        image = QImage(1, 1, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        return image


class TextView(QTextEdit):
    """Show plain text or Markdown in the transcript."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._markdown: str | None = None
        self._shows_caret = False
        self._measured: tuple[int, int] | None = None
        document = InertDocument(self)
        document.setDocumentMargin(0)
        document.setIndentWidth(24)
        document.setUndoRedoEnabled(False)
        self.setDocument(document)
        self.setFont(theme.text_font(14))
        self.setAccessibleName("Text")
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.viewport().setAutoFillBackground(False)

    def set_plain(self, text: str) -> None:
        """Show text as it is."""
        self._markdown = None
        self.setPlainText(text)
        format_plain(self.document(), self._theme)
        self._measured = None

    def append_plain(self, text: str) -> None:
        """Add plain text at the end."""
        end = QTextCursor(self.document())
        end.movePosition(QTextCursor.MoveOperation.End)
        end.insertText(text)
        self._measured = None

    def set_markdown(self, text: str, *, closed: bool = True) -> None:
        """Show Markdown; tags stay text, images become their description. What isn't closed may still grow."""
        self._markdown = text
        document, before = self.document(), self.textCursor()
        selected = before.selectedText()
        place = before.anchor(), before.position()
        document.setLayoutEnabled(False)  # or each of many changes would lay it out again
        document.setMarkdown(text, _MARKDOWN)
        format_prose(document, self._theme.tokens)
        document.setLayoutEnabled(True)
        self._measured = None
        if selected and max(place) < document.characterCount():
            cursor = self.textCursor()
            cursor.setPosition(place[0])
            cursor.setPosition(place[1], QTextCursor.MoveMode.KeepAnchor)
            if cursor.selectedText() == selected:  # it was not drawn in another way since
                self.setTextCursor(cursor)

    def selected_text(self) -> str:
        """Return what is selected, as it is to be copied."""
        return selected_plain(self.textCursor()) if self._markdown is None else selected_prose(self.textCursor())

    def show_caret(self, shown: bool) -> None:
        """Draw a caret behind the text, as a sign that more is coming."""
        if shown != self._shows_caret:
            self._shows_caret = shown
            self.viewport().update()

    def redraw(self) -> None:
        """Take up a changed theme."""
        self.setFont(self._theme.text_font(14))
        self._measured = None
        if self._markdown is not None:
            self.set_markdown(self._markdown)
        else:
            format_plain(self.document(), self._theme)

    def natural_width(self) -> int:
        """Return the width of the longest line, unwrapped."""
        document = self.document()
        before = document.textWidth()
        document.setTextWidth(-1)
        width = ceil(document.idealWidth())
        document.setTextWidth(before)
        return width

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._measured is None or self._measured[0] != width:
            self.document().setTextWidth(width)
            self._measured = (width, ceil(self.document().size().height()))
        return self._measured[1]

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._shows_caret:
            end = QTextCursor(self.document())
            end.movePosition(QTextCursor.MoveOperation.End)
            place = self.cursorRect(end)
            top = place.top() + max(0, (place.height() - _CARET.height()) // 2)
            QPainter(self.viewport()).fillRect(place.left() + 1, top, _CARET.width(), _CARET.height(), QColor(self._theme.tokens.text))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the transcript scrolls, not a part of it
