"""Colours for code: comments, strings, numbers and words that many languages keep for themselves."""

import re

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from desktop.ui.theme.theme import Theme

_LONG = 50_000  # characters; longer code stays plain

_WORDS = (
    "abstract|and|as|assert|async|await|begin|bool|boolean|break|case|catch|char|class|const|continue|crate|def|default|defer|"
    "del|delete|do|double|elif|else|elseif|end|enum|except|export|extends|extern|false|False|final|finally|float|fn|for|foreach|"
    "from|func|function|global|go|goto|if|impl|implements|import|in|include|instanceof|int|interface|is|lambda|let|local|long|"
    "loop|match|mod|module|move|mut|namespace|new|nil|None|nonlocal|not|null|or|override|package|pass|private|protected|pub|"
    "public|raise|ref|return|select|self|Self|short|signed|sizeof|static|struct|super|switch|template|then|this|throw|throws|"
    "trait|true|True|try|type|typedef|typeof|union|unless|unsafe|unsigned|until|use|using|val|var|virtual|void|where|while|with|"
    "yield|SELECT|FROM|WHERE|INSERT|INTO|UPDATE|DELETE|CREATE|TABLE|JOIN|ON|GROUP|BY|ORDER|LIMIT|VALUES|SET|AND|OR|NOT|NULL|AS"
)

_PIECE = re.compile(
    r"(?P<comment>//.*|/\*.*?(?:\*/|$)|(?<![\w&$])\#(?!\[|include).*|(?<=\s)--\s.*)"
    r"|(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\\n]|\\.)*'(?!\w)|`[^`]*`)"
    r"|(?P<number>\b\d[\w.]*)"
    r"|(?P<word>\b(?:" + _WORDS + r")\b)"
    r"|(?P<name>(?:(?<=\bfn )|(?<=\bdef )|(?<=\bfunc )|(?<=\bclass )|(?<=\bfunction ))\w+)"
)


class CodeHighlighter(QSyntaxHighlighter):
    """Colour code line by line, the same for every language: good enough to find one's way."""

    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        super().__init__(document)
        self._theme = theme

    def highlightBlock(self, text: str) -> None:
        document = self.document()
        if document is None or document.characterCount() > _LONG:
            return
        tokens = self._theme.tokens
        colours = {
            "comment": tokens.faint,
            "string": tokens.branch_d,
            "number": tokens.branch_b,
            "word": tokens.branch_c,
            "name": tokens.accent,
        }
        # Qt counts UTF-16 units, Python characters.
        has_astral = any(ord(character) > 0xFFFF for character in text)
        for match in _PIECE.finditer(text):
            if match.lastgroup is None:
                continue
            start, length = match.start(), match.end() - match.start()
            if has_astral:
                start, length = _utf16(text[:start]), _utf16(match[0])
            piece = QTextCharFormat()
            piece.setForeground(QColor(colours[match.lastgroup]))
            self.setFormat(start, length, piece)


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
