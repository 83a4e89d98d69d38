"""How Markdown looks: a pass over the document that Qt has made of it."""

from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextTable,
)

from desktop.ui.theme.fonts import monospace_font
from desktop.ui.theme.tokens import Tokens

_LINE_HEIGHT = 150  # percent
_PARAGRAPH_GAP = 10.0
_ITEM_GAP = 4.0
_HEADING_PIXELS = {1: 20, 2: 17, 3: 15}
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value


def format_prose(document: QTextDocument, tokens: Tokens) -> None:
    """Give a document that setMarkdown filled its spacing, fonts and colours.

    Qt ignores a document's default style sheet for Markdown, so every format is set by hand.
    """
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    block = document.begin()
    while block.isValid():
        _format_block(cursor, block, tokens)
        _format_fragments(cursor, block, tokens)
        block = block.next()
    cursor.endEditBlock()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _format_table(frame, tokens)


def _format_block(cursor: QTextCursor, block: QTextBlock, tokens: Tokens) -> None:
    block_format = block.blockFormat()
    following = block.next()
    level = block_format.headingLevel()
    quote = block_format.intProperty(QTextFormat.Property.BlockQuoteLevel)
    is_code = block_format.nonBreakableLines()
    gap = _PARAGRAPH_GAP
    if not following.isValid():
        gap = 0.0
    elif (block.textList() and following.textList()) or QTextCursor(block).currentTable():
        gap = _ITEM_GAP if block.textList() else 0.0
    elif is_code and following.blockFormat().nonBreakableLines():
        gap = 0.0
    block_format.setTopMargin(6.0 if level and block.position() > 0 else 0.0)
    block_format.setBottomMargin(gap)
    block_format.setLineHeight(130 if level or is_code else _LINE_HEIGHT, _PROPORTIONAL)
    if quote:
        block_format.setLeftMargin(16.0 * quote)
    if is_code:
        block_format.setBackground(QBrush(QColor(tokens.code)))
    cursor.setPosition(block.position())
    cursor.setBlockFormat(block_format)
    change = QTextCharFormat()
    if level:
        font = QFont(document_font(block))
        font.setPixelSize(_HEADING_PIXELS.get(level, 14))
        font.setWeight(QFont.Weight.DemiBold)
        change.setFont(font)
    elif quote:
        change.setForeground(QBrush(QColor(tokens.mute)))
    if not change.isEmpty():
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(change)


def document_font(block: QTextBlock) -> QFont:
    """Return the font of the document that a block stands in."""
    document = block.document()
    assert document is not None
    return document.defaultFont()


def _format_fragments(cursor: QTextCursor, block: QTextBlock, tokens: Tokens) -> None:
    spans: list[tuple[int, int, QTextCharFormat]] = []
    position = block.begin()
    while not position.atEnd():
        fragment = position.fragment()
        spans.append((fragment.position(), fragment.length(), fragment.charFormat()))
        position += 1
    for start, length, char_format in reversed(spans):
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        if char_format.isImageFormat():
            # An image would have to be loaded from somewhere: its description stands for it.
            described = str(char_format.property(QTextFormat.Property.ImageAltText) or char_format.toImageFormat().name())
            cursor.insertText(described, QTextCharFormat())
            continue
        change = QTextCharFormat()
        if char_format.fontFixedPitch() or block.blockFormat().nonBreakableLines():
            change.setFont(monospace_font(13))
            if not block.blockFormat().nonBreakableLines():
                change.setBackground(QBrush(QColor(tokens.code)))
        if char_format.isAnchor():
            change.setForeground(QBrush(QColor(tokens.accent)))
            change.setFontUnderline(True)
            change.setToolTip(char_format.anchorHref())
        if not change.isEmpty():
            cursor.mergeCharFormat(change)


def _format_table(table: QTextTable, tokens: Tokens) -> None:
    table_format = table.format()
    table_format.setBorder(1.0)
    table_format.setBorderCollapse(True)
    table_format.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    table_format.setBorderBrush(QBrush(QColor(tokens.line)))
    table_format.setCellPadding(6.0)
    table_format.setCellSpacing(0.0)
    table.setFormat(table_format)
