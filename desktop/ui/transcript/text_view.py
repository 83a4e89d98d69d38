"""Text of a message that can be selected and copied, as tall as it needs to be."""

from math import ceil

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QToolTip, QWidget

from desktop.ui.controls.tooltips import plain
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.found_marks import FoundMarks
from desktop.ui.transcript.growing_prose import grown_by
from desktop.ui.transcript.hidden_characters import laid_out_safely
from desktop.ui.transcript.inert_document import InertDocument
from desktop.ui.transcript.links import LINK_CHOSEN, TextLink, address, find_links, follow, link_menu, told
from desktop.ui.transcript.prose_copy import selected_plain, selected_prose
from desktop.ui.transcript.prose_format import QUOTE_INDENT, Contents, fill_with_prose, format_plain, is_code_block, quote_level
from desktop.ui.translation import tr

_QUOTE_BAR = 3  # pixels
_CARET = QSize(4, 17)


class TextView(QTextEdit):
    """Show plain text or Markdown in the transcript."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._markdown: str | None = None
        self._is_closed = True
        self._contents = Contents()
        self._link: TextLink | None = None  # that the keys have chosen
        self._pressed_href = ""
        self._shows_caret = False
        self._measured: tuple[int, int] | None = None
        document = InertDocument(self)
        document.setDocumentMargin(0)
        document.setIndentWidth(24)
        document.setUndoRedoEnabled(False)
        self.setDocument(document)
        self.found = FoundMarks(theme, self)
        self.setFont(theme.text_font(14))
        self.setAccessibleName(tr("Text"))
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
        self.viewport().setMouseTracking(True)

    def set_plain(self, text: str) -> None:
        """Show text as it is."""
        self._markdown = None
        self._take(Contents())
        self.setPlainText(laid_out_safely(text))
        format_plain(self.document(), self._theme)
        self._measured = None
        self.found.refresh()

    def append_plain(self, text: str) -> None:
        """Add plain text at the end."""
        end = QTextCursor(self.document())
        end.movePosition(QTextCursor.MoveOperation.End)
        end.insertText(laid_out_safely(text))
        self._measured = None

    def set_markdown(self, text: str, *, closed: bool = True) -> None:
        """Show Markdown; tags stay text, images become their description. What isn't closed may still grow."""
        before, self._markdown = self._markdown, text
        is_growing = before is not None and not closed and not self._is_closed
        if before is None or not is_growing or not self._append_words(before, text):
            self._is_closed = closed
            self._read_markdown(text, closed=closed)
        self.found.refresh()

    def _read_markdown(self, text: str, *, closed: bool) -> None:
        document, before = self.document(), self.textCursor()
        selected = before.selectedText()
        place = before.anchor(), before.position()
        document.setLayoutEnabled(False)  # or each of many changes would lay it out again
        self._take(fill_with_prose(document, text, self._theme, closed=closed))
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
            self.set_markdown(self._markdown, closed=self._is_closed)
        else:
            format_plain(self.document(), self._theme)
            self.found.refresh()

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
            if self.document().textWidth() != width:  # Qt would lay it out again
                self.document().setTextWidth(width)
            self._measured = (width, ceil(self.document().size().height()))
        return self._measured[1]

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 20)

    def links(self) -> list[TextLink]:
        """Return the links in the text, in order."""
        return find_links(self.document()) if self._contents.has_links else []

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason) and (links := self.links()):
            self._choose(links[0 if event.reason() is Qt.FocusReason.TabFocusReason else -1])

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._link is not None:
            self._choose(None)

    def focusNextPrevChild(self, forward: bool) -> bool:
        links = self.links()
        if self._link in links:
            index = links.index(self._link) + (1 if forward else -1)
            if 0 <= index < len(links):
                self._choose(links[index])
                return True
        return super().focusNextPrevChild(forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._link is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._follow(self._link, self.viewport().mapToGlobal(self.cursorRect().bottomLeft()))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_asked_by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        to = address(self._link.href) if self._link is not None and is_asked_by_key else None
        if to is None:
            super().contextMenuEvent(event)
        else:
            link_menu(to, self).popup(self.viewport().mapToGlobal(self.cursorRect().bottomLeft()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        is_link = self._contents.has_links and bool(self.anchorAt(event.position().toPoint()))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.IBeamCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_href = self.anchorAt(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        href, self._pressed_href = self._pressed_href, ""
        is_click = event.button() is Qt.MouseButton.LeftButton and not self.textCursor().hasSelection()
        if href and is_click and href == self.anchorAt(place):
            at = self.cursorForPosition(place).position()
            link = next((it for it in self.links() if it.href == href and it.start <= at <= it.end), None)
            if link is not None:
                self._follow(link, self.viewport().mapToGlobal(place))

    def _append_words(self, shown: str, grown: str) -> bool:
        """Put what grown Markdown has more behind what is shown, if that is all there is to do."""
        growth = grown_by(shown, grown)
        end = QTextCursor(self.document())
        end.movePosition(QTextCursor.MoveOperation.End)
        if growth is None or not end.block().text().endswith(growth.word) or is_code_block(end.blockFormat()):
            return False
        end.insertText(growth.added)
        self._measured = None
        return True

    def _take(self, contents: Contents) -> None:
        self._contents, self._link = contents, None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if contents.has_links else Qt.FocusPolicy.ClickFocus)

    def _choose(self, link: TextLink | None) -> None:
        """Mark a link for the keys, and say where it leads."""
        self._link = link
        self.setProperty(LINK_CHOSEN, link is not None)
        cursor = self.textCursor()
        cursor.clearSelection()
        if link is not None:
            cursor.setPosition(link.start)
            cursor.setPosition(link.end, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        to = address(link.href) if link is not None else None
        self.setAccessibleDescription(
            tr("Link {text}: {told}", text=link.text, told=told(to)) if link is not None and to is not None else ""
        )
        if to is not None:
            QToolTip.showText(self.viewport().mapToGlobal(self.cursorRect().bottomLeft()), plain(told(to)), self)

    def _follow(self, link: TextLink, place: QPoint) -> None:
        if (to := address(link.href)) is not None:
            follow(link.text, to, place, self)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._contents.has_quotes:
            self._paint_quotes()
        if self._shows_caret:
            end = QTextCursor(self.document())
            end.movePosition(QTextCursor.MoveOperation.End)
            place = self.cursorRect(end)
            top = place.top() + max(0, (place.height() - _CARET.height()) // 2)
            QPainter(self.viewport()).fillRect(place.left() + 1, top, _CARET.width(), _CARET.height(), QColor(self._theme.tokens.text))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the transcript scrolls, not a part of it

    def _paint_quotes(self) -> None:
        painter, layout = QPainter(self.viewport()), self.document().documentLayout()
        block = self.document().begin()
        while block.isValid():
            following = block.next()
            top = layout.blockBoundingRect(block).top()
            bottom = top + block.layout().boundingRect().bottom()  # the other one is as tall as if lines were not set apart
            for level in range(quote_level(block)):
                goes_on = following.isValid() and quote_level(following) > level
                height = (layout.blockBoundingRect(following).top() if goes_on else bottom) - top
                painter.fillRect(QRectF(level * QUOTE_INDENT, top, _QUOTE_BAR, height), QColor(self._theme.tokens.trunk))
            block = following
