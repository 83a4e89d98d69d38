"""What is copied from text that was drawn: plain text, with the marks of its lists."""

from typing import cast

from PySide6.QtGui import QTextBlock, QTextCursor, QTextFormat, QTextListFormat

from desktop.ui.transcript.hidden_characters import true_text

_INDENT = "  "
_BULLETS = (QTextListFormat.Style.ListDisc, QTextListFormat.Style.ListCircle, QTextListFormat.Style.ListSquare)


def selected_plain(cursor: QTextCursor) -> str:
    """Return what is selected of plain text, as it was written."""
    return true_text(cursor).replace("\u2029", "\n").replace("\u2028", "\n")


def selected_prose(cursor: QTextCursor) -> str:
    """Return what is selected of drawn Markdown: paragraphs apart, items with their marks, cells between tabs."""
    table = cursor.currentTable() if cursor.hasComplexSelection() else None
    if table is not None:
        row, rows, column, columns = cast(tuple[int, int, int, int], cursor.selectedTableCells())
        cells = [[table.cellAt(y, x) for x in range(column, column + columns)] for y in range(row, row + rows)]
        return "\n".join("\t".join(_between(cursor, it.firstPosition(), it.lastPosition()) for it in line) for line in cells)
    result = ""
    before: QTextBlock | None = None
    block = cursor.document().findBlock(cursor.selectionStart())
    while block.isValid() and block.position() <= cursor.selectionEnd():
        start, end = max(block.position(), cursor.selectionStart()), min(block.position() + block.length() - 1, cursor.selectionEnd())
        text = _between(cursor, start, end)
        mark = _mark(block) if start == block.position() and end > start else ""
        if text or before is None or _cell(block) is not None:
            result += (_separator(before, block) if before is not None else "") + mark + text
            before = block
        block = block.next()
    return result


def _between(cursor: QTextCursor, start: int, end: int) -> str:
    piece = QTextCursor(cursor.document())
    piece.setPosition(start)
    piece.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return selected_plain(piece)


def _separator(before: QTextBlock, block: QTextBlock) -> str:
    old, new = _cell(before), _cell(block)
    if old is not None and new is not None:
        return "\t" if old == new else "\n"
    is_code = before.blockFormat().nonBreakableLines() and block.blockFormat().nonBreakableLines()
    return "\n" if is_code or (before.textList() and block.textList()) else "\n\n"


def _cell(block: QTextBlock) -> int | None:
    """Return the row that a block stands in, or None outside of tables."""
    cursor = QTextCursor(block)
    table = cursor.currentTable()
    return table.cellAt(cursor).row() if table is not None else None


def _mark(block: QTextBlock) -> str:
    text_list = block.textList()
    if not text_list:
        return ""
    marker = block.blockFormat().intProperty(QTextFormat.Property.BlockMarker)
    box = {1: "[ ] ", 2: "[x] "}.get(marker, "")
    sign = "-" if text_list.format().style() in _BULLETS else text_list.itemText(block).strip()
    return f"{_INDENT * max(0, text_list.format().indent() - 1)}{sign} {box}"
