"""LaTeX in prose: found before Markdown is read, which would eat its backslashes, and shown by its source, as code.

Drawing it was tried: a library that does takes 25 MB and 0.3 s to load and draws commands that it does not know as letters.
"""

import re
from dataclasses import dataclass

_STAND_IN = "\ue2a3{}\ue2a4"  # of the private use area; text that has these itself is left as it is
_STAND_IN_PATTERN = re.compile("\ue2a3(\\d+)\ue2a4")
_MOST = 4_000  # characters of a formula

_TOKEN = re.compile(r"\\[()\[\]]|\\.|`+|\$\$|\$|\n[ \t]*\n", re.DOTALL)
_CLOSING = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}


@dataclass(frozen=True, slots=True)
class Protected:
    """Markdown with stand-ins for its formulas."""

    markdown: str
    formulas: tuple[str, ...]  # with their delimiters

    def restore(self, text: str) -> str:
        """Return a text with the formulas in place of their stand-ins."""
        return _STAND_IN_PATTERN.sub(lambda match: self.formulas[int(match[1])], text) if self.formulas else text


def protect(markdown: str, *, closed: bool = True) -> Protected:
    """Find the formulas of Markdown. What is not closed may still grow: a formula that it ends within is one already."""
    if "\ue2a3" in markdown or not ("$" in markdown or "\\(" in markdown or "\\[" in markdown):
        return Protected(markdown, ())
    formulas: list[str] = []
    result, start = "", 0
    while (opening := _TOKEN.search(markdown, start)) is not None:
        end = _end_of_code(markdown, opening) if opening[0][0] == "`" else _end_of_formula(markdown, opening, closed=closed)
        if end is None or opening[0][0] == "`":
            result += markdown[start : end or opening.end()]
            start = end or opening.end()
            continue
        result += markdown[start : opening.start()] + _STAND_IN.format(len(formulas))
        formulas.append(" ".join(markdown[opening.start() : end].split()))
        start = end
    return Protected(result + markdown[start:], tuple(formulas))


def stand_ins(text: str) -> list[tuple[int, int, int]]:
    """Return where stand-ins are in a text: start, end, and the number of the formula."""
    return [(match.start(), match.end(), int(match[1])) for match in _STAND_IN_PATTERN.finditer(text)]


def _end_of_code(markdown: str, opening: re.Match[str]) -> int | None:
    closing = re.compile(f"(?<!`){opening[0]}(?!`)").search(markdown, opening.end())
    return closing.end() if closing else None


def _end_of_formula(markdown: str, opening: re.Match[str], *, closed: bool) -> int | None:
    sign, begin = opening[0], opening.end()
    if sign == "$":
        return _end_of_inline(markdown, begin)
    if sign not in _CLOSING:
        return None
    end = markdown.find(_CLOSING[sign], begin, begin + _MOST)
    gap = re.compile(r"\n[ \t]*\n").search(markdown, begin, end if end >= 0 else len(markdown))
    if end >= 0 and gap is None and markdown[begin:end].strip():
        return end + 2
    is_growing = not closed and end < 0 and gap is None and len(markdown) - begin <= _MOST and bool(markdown[begin:].strip())
    return len(markdown) if is_growing else None


def _end_of_inline(markdown: str, begin: int) -> int | None:
    """Return where a formula between single signs ends, by pandoc's rule, so that prices stay prices."""
    if begin >= len(markdown) or markdown[begin].isspace():
        return None
    for token in _TOKEN.finditer(markdown, begin, begin + _MOST):
        if token[0] == "$":
            is_closing = not markdown[token.start() - 1].isspace() and not markdown[token.end() : token.end() + 1].isdigit()
            return token.end() if is_closing and token.start() > begin else None
        if token[0] == "$$" or token[0][0] == "`" or token[0][0] == "\n":
            return None
    return None
