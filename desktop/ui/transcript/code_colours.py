"""Colours for code that has come to its end, found by Pygments a little at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextDocument, QTextLayout

from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.hidden_characters import made_visible

if TYPE_CHECKING:
    from pygments.token import _TokenType

LONG = 50_000  # characters; longer code stays plain
LONG_LINE = 2_000  # characters; code with a longer line does too: what backtracks does so within a line
_SLICE_SECONDS = 0.004
_AT_ONCE = 4  # tokens between two looks at the clock
_MOST_SECONDS = 2.0  # of lexing; text that takes longer was made to

_TOKENS = {  # by the first words of Pygments' token types that say enough
    "Comment": "faint",
    "Keyword": "branch_c",
    "Literal.String": "branch_d",
    "Literal.Number": "branch_b",
    "Name.Function": "accent",
    "Name.Class": "accent",
    "Name.Decorator": "accent",
    "Name.Tag": "branch_c",
    "Name.Attribute": "accent",
    "Name.Builtin": "accent",
    "Name.Exception": "accent",
    "Operator.Word": "branch_c",
    "Generic.Deleted": "branch_b",
    "Generic.Inserted": "branch_d",
    "Generic.Heading": "accent",
    "Generic.Subheading": "accent",
}


class CodeColours(QObject):
    """Colour a document of code in the window's idle time. What is copied is not touched: colours belong to the layout."""

    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        super().__init__(document)
        self._theme = theme
        self._document = document
        self._code, self._lexer = "", ""
        self._pieces: Iterator[tuple[str, str]] = iter(())
        self._lines: list[list[QTextLayout.FormatRange]] = [[]]
        self._column = 0
        self._before = ""  # the end of what stands before it in its line
        self._spent = 0.0  # seconds
        self._idle = QTimer(self)
        self._idle.setInterval(0)
        self._idle.timeout.connect(self._on_idle_timeout)

    def colour(self, code: str, lexer: str) -> None:
        """Begin to colour the document, which shows this code; an empty lexer, or long code: it stays plain."""
        self._code, self._lexer = code, lexer
        self.begin()

    def begin(self) -> None:
        """Begin anew, in the theme's present colours."""
        self._lines, self._column, self._before, self._spent = [[]], 0, "", 0.0
        if self._lexer and len(self._code) <= LONG and max(map(len, self._code.split("\n"))) <= LONG_LINE:
            self._pieces = _pieces(self._code, self._lexer)
            self._idle.start()

    def is_done(self) -> bool:
        """Return whether all is coloured that will be."""
        return not self._idle.isActive()

    def _on_idle_timeout(self) -> None:
        began = now = perf_counter()
        while now - began < _SLICE_SECONDS:
            some = list(islice(self._pieces, _AT_ONCE))
            self._take(some)
            now = perf_counter()
            if not some or self._spent + now - began > _MOST_SECONDS:
                self._idle.stop()
                self._apply()
                return
        self._spent += now - began

    def _apply(self) -> None:
        """Give all lines their colours at once: each change has Qt look at the whole document again."""
        edit = QTextCursor(self._document)
        edit.beginEditBlock()
        block = self._document.begin()
        for formats in self._lines:
            if block.isValid() and (formats or block.layout().formats()):
                block.layout().setFormats(formats)
            block = block.next()
        edit.endEditBlock()

    def _take(self, pieces: Iterable[tuple[str, str]]) -> None:
        for text, token in pieces:
            for number, part in enumerate(text.split("\n")):
                if number:
                    self._lines.append([])
                    self._column, self._before = 0, ""
                length = len(made_visible(part, self._before).encode("utf-16-le", "surrogatepass")) // 2
                if token and length:
                    self._lines[-1].append(self._format(length, token))
                self._column += length
                self._before = (self._before + part)[-2:]

    def _format(self, length: int, token: str) -> QTextLayout.FormatRange:
        result = QTextLayout.FormatRange()
        colour = QTextCharFormat()
        colour.setForeground(QColor(getattr(self._theme.tokens, token)))
        result.start, result.length, result.format = self._column, length, colour
        return result


def _pieces(code: str, lexer: str) -> Iterator[tuple[str, str]]:
    """Yield all of the code in pieces, each with the token of its colour, empty for none."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        found = get_lexer_by_name(lexer, stripnl=False, ensurenl=False)
    except ClassNotFound:  # another version of Pygments
        return
    expected = 0
    for start, kind, text in found.get_tokens_unprocessed(code):
        if start < expected:  # it goes back, as few do
            return
        if start > expected:
            yield code[expected:start], ""
        yield text, _token(kind)
        expected = start + len(text)


def _token(kind: "_TokenType") -> str:
    words = str(kind).split(".")[1:]
    return _TOKENS.get(".".join(words[:2])) or (_TOKENS.get(words[0], "") if words else "")
