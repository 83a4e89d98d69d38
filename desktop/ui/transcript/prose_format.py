"""How Markdown looks: a pass over the document that Qt has made of it."""

from dataclasses import dataclass

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

from desktop.ui.controls.tooltips import plain
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import Tokens
from desktop.ui.transcript.formulas import Protected, protect, stand_ins
from desktop.ui.transcript.hidden_characters import has_hidden, insert_visibly, laid_out_safely
from desktop.ui.transcript.links import address, told

_MARKDOWN = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML

_LINE_HEIGHT = 25  # pixels: about 150 %, and the same where a line has code in it
_PLAIN_LINE_HEIGHT = 21  # pixels
_PARAGRAPH_GAP = 10.0
_ITEM_GAP = 4.0
_TABLE_GAP = 10  # pixels
QUOTE_INDENT = 16
_HEADING_PIXELS = {1: 20, 2: 17, 3: 15}
_BULLETS = (QTextListFormat.Style.ListDisc, QTextListFormat.Style.ListCircle, QTextListFormat.Style.ListSquare)
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value


@dataclass(frozen=True, slots=True)
class Contents:
    """What a document has that its view must know of."""

    has_links: bool = False
    has_quotes: bool = False


def fill_with_prose(document: QTextDocument, markdown: str, theme: Theme, *, closed: bool = True) -> Contents:
    """Let a document show Markdown, and return what is in it: tags stay text, images become their description, formulas their source.

    Qt ignores a document's default style sheet for Markdown, so every format is set by hand. What is not closed may still grow.
    """
    protected = protect(markdown, closed=closed)
    document.setMarkdown(laid_out_safely(protected.markdown), _MARKDOWN)
    tables = [frame for frame in document.rootFrame().childFrames() if isinstance(frame, QTextTable)]
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    for table in tables:
        _mend_first_cell(table)
    has_links = has_quotes = False
    block = document.begin()
    while block.isValid():
        _format_block(cursor, block, theme)
        has_links |= _format_fragments(cursor, block, theme, protected)
        has_quotes |= quote_level(block) > 0
        block = block.next()
    cursor.endEditBlock()
    for table in tables:
        _format_table(table, theme.tokens)
    return Contents(has_links, has_quotes)


def quote_level(block: QTextBlock) -> int:
    """Return how deep in quotes a block stands; 0: in none."""
    return block.blockFormat().intProperty(QTextFormat.Property.BlockQuoteLevel)


def format_plain(document: QTextDocument, theme: Theme) -> None:
    """Give a document of plain text its spacing."""
    spacing = QTextBlockFormat()
    spacing.setLineHeight(theme.scaled(_PLAIN_LINE_HEIGHT), _FIXED)
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.mergeBlockFormat(spacing)


def _format_block(cursor: QTextCursor, block: QTextBlock, theme: Theme) -> None:
    block_format = block.blockFormat()
    following = block.next()
    level = block_format.headingLevel()
    quote = quote_level(block)
    is_code = is_code_block(block_format)
    gap = _PARAGRAPH_GAP
    if not following.isValid():
        gap = 0.0
    elif (block.textList() and following.textList()) or QTextCursor(block).currentTable():
        gap = _ITEM_GAP if block.textList() else 0.0
    elif is_code and is_code_block(following.blockFormat()):
        gap = 0.0
    block_format.setTopMargin(6.0 if level and block.position() > 0 else 0.0)
    block_format.setBottomMargin(gap)
    if _is_left_by_table(block):
        block_format.setLineHeight(_TABLE_GAP, _FIXED)
    elif level or is_code:
        block_format.setLineHeight(130, _PROPORTIONAL)
    else:
        block_format.setLineHeight(theme.scaled(_LINE_HEIGHT), _FIXED)
    if quote:
        block_format.setLeftMargin(float(QUOTE_INDENT * quote))
        block_format.setRightMargin(0.0)
    if is_code:
        block_format.setBackground(QBrush(QColor(theme.tokens.code)))
    if block_format.hasProperty(QTextFormat.Property.BlockTrailingHorizontalRulerWidth):
        block_format.setBackground(QBrush(QColor(theme.tokens.line)))  # Qt draws the rule in it, and nothing else where there is no text
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


def is_code_block(block_format: QTextBlockFormat) -> bool:
    """Return whether a block is code, fenced or indented."""
    return block_format.nonBreakableLines() or block_format.hasProperty(QTextFormat.Property.BlockCodeLanguage)


def _is_left_by_table(block: QTextBlock) -> bool:
    """Return whether this is the empty block that Qt puts behind a table."""
    before = block.previous()
    return not block.text() and before.isValid() and bool(QTextCursor(before).currentTable()) and not QTextCursor(block).currentTable()


def _format_fragments(cursor: QTextCursor, block: QTextBlock, theme: Theme, protected: Protected) -> bool:
    """Format a block's text, and return whether it has links."""
    has_links = False
    spans: list[tuple[int, int, QTextCharFormat, str]] = []
    position = block.begin()
    while not position.atEnd():
        fragment = position.fragment()
        spans.append((fragment.position(), fragment.length(), fragment.charFormat(), fragment.text()))
        position += 1
    for start, length, char_format, text in reversed(spans):
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        if char_format.isImageFormat():
            # An image would have to be loaded from somewhere: its description stands for it.
            described = str(char_format.property(QTextFormat.Property.ImageAltText) or char_format.toImageFormat().name())
            cursor.insertText(protected.restore(described), QTextCharFormat())
            continue
        if char_format.isAnchor():
            char_format.setAnchorHref(protected.restore(char_format.anchorHref()))
        styled = _restyled(char_format, block.blockFormat(), theme)
        has_links |= styled.isAnchor()
        if protected.formulas and (formulas := stand_ins(text)):
            _insert_formulas(cursor, text, formulas, protected, styled, theme)
        elif (styled.isAnchor() or styled.fontFixedPitch()) and has_hidden(text):
            cursor.removeSelectedText()
            insert_visibly(cursor, text, styled, theme.tokens)
        else:
            cursor.setCharFormat(styled)
    return has_links


def _insert_formulas(
    cursor: QTextCursor, text: str, formulas: list[tuple[int, int, int]], protected: Protected, styled: QTextCharFormat, theme: Theme
) -> None:
    """Replace what is selected by its text with the formulas' source, as code."""
    source = QTextCharFormat(styled)
    source.setFont(theme.code_font(13))
    source.setBackground(QBrush(QColor(theme.tokens.code)))
    before = 0
    cursor.removeSelectedText()
    for start, end, number in formulas:
        cursor.insertText(text[before:start], styled)
        insert_visibly(cursor, protected.formulas[number], source, theme.tokens)
        before = end
    cursor.insertText(text[before:], styled)


def _restyled(char_format: QTextCharFormat, block_format: QTextBlockFormat, theme: Theme) -> QTextCharFormat:
    tokens = theme.tokens
    is_code = is_code_block(block_format)
    if char_format.fontFixedPitch() or is_code:
        char_format.setFont(theme.code_font(13))
        if not is_code:
            char_format.setBackground(QBrush(QColor(tokens.code)))
    elif level := block_format.headingLevel():
        char_format.clearProperty(QTextFormat.Property.FontSizeAdjustment)  # it would win over the size
        char_format.setProperty(QTextFormat.Property.FontPixelSize, theme.scaled(_HEADING_PIXELS.get(level, 14)))
        char_format.setFontWeight(QFont.Weight.DemiBold)
    to = address(char_format.anchorHref()) if char_format.isAnchor() else None
    if to is not None:
        char_format.setAnchorHref(to.url)
        char_format.setForeground(QBrush(QColor(tokens.accent)))
        char_format.setFontUnderline(True)
        char_format.setToolTip(plain(told(to)))
    elif char_format.isAnchor():  # to a file, a script or the like: it is no link here
        char_format.setAnchor(False)
        char_format.clearProperty(QTextFormat.Property.AnchorHref)
        char_format.clearProperty(QTextFormat.Property.ForegroundBrush)
        char_format.setFontUnderline(False)
    if to is None and block_format.intProperty(QTextFormat.Property.BlockQuoteLevel):
        char_format.setForeground(QBrush(QColor(tokens.mute)))
    return char_format


def _mend_first_cell(table: QTextTable) -> None:
    """Take the empty line out of a table's first cell, and write it bold.

    WORKAROUND: behind a quote Qt 6.11 puts one there, in the heading's weight, and the heading below it in another. Goes with a Qt
    that reads such a table as it reads others.
    """
    cell = table.cellAt(0, 0)
    cursor = cell.firstCursorPosition()
    if not cursor.block().text() and cursor.block() != cell.lastCursorPosition().block():
        cursor.deleteChar()
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        bold = QTextCharFormat()
        bold.setFontWeight(QFont.Weight.Bold)
        cursor.mergeCharFormat(bold)


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
