"""Characters that nobody sees: control, bidirectional, invisible. In code and links they are drawn by their numbers."""

import re
from collections.abc import Iterator
from unicodedata import category

from PySide6.QtGui import QBrush, QColor, QTextCharFormat, QTextCursor, QTextFormat

from desktop.ui.theme.tokens import Tokens

IS_MARK = QTextFormat.Property.UserProperty.value + 1  # of a character format: its text stands for what it names

_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufdd0-\ufdef\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff]"
    "|\r(?!\n)"
)
_NO_CHARACTER = re.compile("[\x00\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_MARK = re.compile(r"⟦U\+([0-9A-F]{4,6})⟧")
_JOINER, _AS_EMOJI = "\u200d", "\ufe0f"


def has_hidden(text: str, before: str = "") -> bool:
    """Return whether there is anything in a text that nobody would see; before: what it is appended to."""
    return next(_found(text, before), None) is not None


def laid_out_safely(text: str) -> str:
    """Return a text with marks for what is no character at all: Qt keeps some of it for itself and loses what follows."""
    return _NO_CHARACTER.sub(lambda match: _mark(match[0]), text)


def made_visible(text: str, before: str = "") -> str:
    """Return a text with marks in place of what nobody would see; before: what it is appended to."""
    return "".join(shown for shown, _ in _runs(text, before))


def insert_visibly(cursor: QTextCursor, text: str, char_format: QTextCharFormat, tokens: Tokens, before: str = "") -> None:
    """Insert text, with marks in place of what nobody would see; before: what it is appended to."""
    for shown, is_mark in _runs(text, before):
        cursor.insertText(shown, _mark_format(char_format, tokens) if is_mark else char_format)


def true_text(cursor: QTextCursor) -> str:
    """Return what is selected, with the characters that marks stand for; line ends as in the document."""
    selected = cursor.selectedText()
    if not _MARK.search(selected):
        return selected
    result, block = "", cursor.document().findBlock(cursor.selectionStart())
    while block.isValid() and block.position() <= cursor.selectionEnd():
        if result or block.position() > cursor.selectionStart():
            result += "\u2029"
        position = block.begin()
        while not position.atEnd():
            fragment = position.fragment()
            start = max(fragment.position(), cursor.selectionStart())
            piece = QTextCursor(cursor.document())
            piece.setPosition(start)
            piece.setPosition(
                max(start, min(fragment.position() + fragment.length(), cursor.selectionEnd())), QTextCursor.MoveMode.KeepAnchor
            )
            is_mark = bool(fragment.charFormat().property(IS_MARK))
            result += _MARK.sub(lambda match: chr(int(match[1], 16)), piece.selectedText()) if is_mark else piece.selectedText()
            position += 1
        block = block.next()
    return result


def _runs(text: str, before: str) -> Iterator[tuple[str, bool]]:
    """Yield what is shown, and whether it is a mark."""
    start = 0
    for match in _found(text, before):
        if match.start() > start:
            yield text[start : match.start()], False
        yield _mark(match[0]), True
        start = match.end()
    if start < len(text):
        yield text[start:], False


def _found(text: str, before: str) -> Iterator[re.Match[str]]:
    for match in _HIDDEN.finditer(text):
        at = match.start()
        if not _belongs_to_emoji(match[0], before[-2:] + text[:at] if at < 2 else text[at - 2 : at]):
            yield match


def _belongs_to_emoji(character: str, before: str) -> bool:
    """Return whether a character is seen in the emoji that it joins to another, or that it makes one."""
    if character == _JOINER and before.endswith(_AS_EMOJI):
        before = before[:-1]
    return character in (_JOINER, _AS_EMOJI) and bool(before) and category(before[-1]) in ("So", "Sk")


def _mark(character: str) -> str:
    return f"⟦U+{ord(character):04X}⟧"


def _mark_format(char_format: QTextCharFormat, tokens: Tokens) -> QTextCharFormat:
    result = QTextCharFormat(char_format)
    result.setProperty(IS_MARK, True)
    result.setForeground(QBrush(QColor(tokens.branch_b)))
    return result
