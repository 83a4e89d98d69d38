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
    QTextListFormat,
    QTextTable,
)

from desktop.ui.theme.fonts import monospace_font
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import Tokens

_LINE_HEIGHT = 25  # pixels: about 150 %, and the same where a line has code in it
_PLAIN_LINE_HEIGHT = 21  # pixels
_PARAGRAPH_GAP = 10.0
_ITEM_GAP = 4.0
_TABLE_GAP = 10  # pixels
_HEADING_PIXELS = {1: 20, 2: 17, 3: 15}
_BULLETS = (QTextListFormat.Style.ListDisc, QTextListFormat.Style.ListCircle, QTextListFormat.Style.ListSquare)
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value
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


def format_plain(document: QTextDocument, theme: Theme) -> None:
    """Give a document of plain text its spacing."""
    spacing = QTextBlockFormat()
    spacing.setLineHeight(theme.scaled(_PLAIN_LINE_HEIGHT), _FIXED)
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.mergeBlockFormat(spacing)


def _format_block(cursor: QTextCursor, block: QTextBlock, tokens: Tokens) -> None:
    block_format = block.blockFormat()
    following = block.next()
    level = block_format.headingLevel()
    quote = block_format.intProperty(QTextFormat.Property.BlockQuoteLevel)
    is_code = _is_code(block_format)
    gap = _PARAGRAPH_GAP
    if not following.isValid():
        gap = 0.0
    elif (block.textList() and following.textList()) or QTextCursor(block).currentTable():
        gap = _ITEM_GAP if block.textList() else 0.0
    elif is_code and _is_code(following.blockFormat()):
        gap = 0.0
    block_format.setTopMargin(6.0 if level and block.position() > 0 else 0.0)
    block_format.setBottomMargin(gap)
    if _is_left_by_table(block):
        block_format.setLineHeight(_TABLE_GAP, _FIXED)
    elif level or is_code:
        block_format.setLineHeight(130, _PROPORTIONAL)
    else:
        block_format.setLineHeight(_LINE_HEIGHT, _FIXED)
    if quote:
        block_format.setLeftMargin(16.0 * quote)
    if is_code:
        block_format.setBackground(QBrush(QColor(tokens.code)))
    cursor.setPosition(block.position())
    cursor.setBlockFormat(block_format)
    _format_bullet(block)


def _format_bullet(block: QTextBlock) -> None:
    """Draw the bullets of a level alike: Qt draws each as the sign that was typed."""
    text_list = block.textList()
    if not text_list:
        return
    list_format = text_list.format()
    wanted = _BULLETS[min(max(1, list_format.indent()), len(_BULLETS)) - 1]
    if list_format.style() in _BULLETS and list_format.style() is not wanted:
        list_format.setStyle(wanted)
        text_list.setFormat(list_format)


def _is_code(block_format: QTextBlockFormat) -> bool:
    """Return whether a block is code, fenced or indented."""
    return block_format.nonBreakableLines() or block_format.hasProperty(QTextFormat.Property.BlockCodeLanguage)


def _is_left_by_table(block: QTextBlock) -> bool:
    """Return whether this is the empty block that Qt puts behind a table."""
    before = block.previous()
    return not block.text() and before.isValid() and bool(QTextCursor(before).currentTable()) and not QTextCursor(block).currentTable()


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
        cursor.setCharFormat(_restyled(char_format, block.blockFormat(), tokens))


def _restyled(char_format: QTextCharFormat, block_format: QTextBlockFormat, tokens: Tokens) -> QTextCharFormat:
    is_code_block = _is_code(block_format)
    if char_format.fontFixedPitch() or is_code_block:
        char_format.setFont(monospace_font(13))
        if not is_code_block:
            char_format.setBackground(QBrush(QColor(tokens.code)))
    elif level := block_format.headingLevel():
        char_format.clearProperty(QTextFormat.Property.FontSizeAdjustment)  # it would win over the size
        char_format.setProperty(QTextFormat.Property.FontPixelSize, _HEADING_PIXELS.get(level, 14))
        char_format.setFontWeight(QFont.Weight.DemiBold)
    if char_format.isAnchor():
        char_format.setForeground(QBrush(QColor(tokens.accent)))
        char_format.setFontUnderline(True)
        char_format.setToolTip(char_format.anchorHref())
    elif block_format.intProperty(QTextFormat.Property.BlockQuoteLevel):
        char_format.setForeground(QBrush(QColor(tokens.mute)))
    return char_format


def _format_table(table: QTextTable, tokens: Tokens) -> None:
    table_format = table.format()
    table_format.setTopMargin(_TABLE_GAP)
    table_format.setBorder(1.0)
    table_format.setBorderCollapse(True)
    table_format.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    table_format.setBorderBrush(QBrush(QColor(tokens.line)))
    table_format.setCellPadding(6.0)
    table_format.setCellSpacing(0.0)
    table.setFormat(table_format)
