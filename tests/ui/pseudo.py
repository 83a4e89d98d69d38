"""A language that only tests speak: English with other letters, in brackets, and longer by two fifths."""

import re

from PySide6.QtCore import QTranslator

_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "ÅƁÇÐÉƑĜĤÎĴĶĻḾÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļḿñöþǫŕšţûṽŵẋýž")
_MORE = 0.4
_WORD = 6  # letters of what is added


class PseudoTranslator(QTranslator):
    """Translates Rivulet's words, not Qt's, so that keys keep their names."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:  # type: ignore[override]
        return None if context else pseudo(source)


def pseudo(template: str) -> str:
    """Return a template in the tests' language; values, keys behind a tab and space at the ends stay."""
    words, tab, keys = template.partition("\t")
    begin, middle, end = re.fullmatch(r"(\s*)(.*?)(\s*)", words, re.DOTALL).groups()  # type: ignore[union-attr]  # matches anything
    written = "".join(it if it.startswith("{") else it.translate(_LETTERS) for it in re.split(r"(\{\w+\})", middle))
    added = round(len(re.sub(r"\{\w+\}", "", middle)) * _MORE)
    more = "".join(" " + "ẋ" * min(_WORD, added - at) for at in range(0, added, _WORD))
    return f"{begin}[{written}{more}]{end}{tab}{keys}"
