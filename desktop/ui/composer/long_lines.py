"""Lines too long to be laid out at once, broken where that is no part of the text.

Qt lays out a line as a whole at each change: one of a megabyte would take half a second for each key. What stands behind such
a break is a text block of its own, marked in its format, which undo and redo keep.
"""

import re

from PySide6.QtGui import QTextBlock, QTextBlockFormat, QTextCursor, QTextFormat

from desktop.ui.transcript.plain_text import parts_of
from desktop.ui.transcript.prose_copy import selected_plain

MOST = 2_000  # characters of a line that is put in as it is

_MARK = QTextFormat.Property.UserProperty
_TOO_LONG = re.compile(rf"^[^\n]{{{MOST + 1},}}", re.MULTILINE)


def insert(cursor: QTextCursor, text: str) -> None:
    """Put text in the place of what is selected, in one step that can be undone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    done = 0
    for match in _TOO_LONG.finditer(text):
        _insert_lines(cursor, text[done : match.start()])
        first, *others = parts_of(match[0], MOST)
        cursor.insertText(first)
        for part in others:
            cursor.insertBlock(_marked())
            cursor.insertText(part)
        done = match.end()
    _insert_lines(cursor, text[done:])
    cursor.endEditBlock()


def selected_text(cursor: QTextCursor) -> str:
    """Return what is selected, as it was put in."""
    if not any(known.hasProperty(_MARK) for known in cursor.document().allFormats()):
        return selected_plain(cursor)
    first, *others = cursor.selectedText().split("\u2029")
    block = cursor.document().findBlock(cursor.selectionStart())
    pieces = [first]
    for line in others:
        block = block.next()
        pieces += ("" if goes_on(block) else "\n", line)
    return "".join(pieces).replace("\u2028", "\n")


def goes_on(block: QTextBlock) -> bool:
    """Return whether a block goes on with the line of the one before it."""
    return block.isValid() and block.blockFormat().hasProperty(_MARK)


def remove_break(cursor: QTextCursor, *, before: bool) -> None:
    """Take away a break that stands before a cursor, or behind it: the key that removes a character must find one there."""
    if cursor.hasSelection():
        return
    if before and cursor.atBlockStart() and goes_on(cursor.block()):
        cursor.deletePreviousChar()
    elif not before and cursor.atBlockEnd() and goes_on(cursor.block().next()):
        cursor.deleteChar()


def _insert_lines(cursor: QTextCursor, text: str) -> None:
    # A new block takes over the format of the one it is cut from, and with it the mark.
    line, newline, more = text.partition("\n")
    cursor.insertText(line)
    if newline:
        cursor.insertBlock(QTextBlockFormat())
        cursor.insertText(more)


def _marked() -> QTextBlockFormat:
    block_format = QTextBlockFormat()
    block_format.setProperty(_MARK, True)
    return block_format
