"""Markdown that grows by words, as it mostly does while it streams: it need not be read again."""

import re
from typing import NamedTuple

# Nothing of this begins, ends or changes any markup, wherever in a line it is appended behind a letter.
_WORDS = re.compile(r"(?:[^\W_]|[.,;!?'\"()\-‘’“”–—…]| (?! ))*")
_ADDRESS = re.compile(r"www\.", re.IGNORECASE)
# A line with these may be a table, or hold a link, an entity or a formula that has begun.
_UNSETTLED = re.compile(r"[\[\]<|&]")
_LETTER = re.compile(r"[^\W\d_]")


class Growth(NamedTuple):
    """What to put behind drawn Markdown."""

    word: str  # that it must end with
    added: str


def grown_by(shown: str, grown: str) -> Growth | None:
    """Return what Markdown grew by, if it was words only; else None: it must be read again.

    Blanks at the end are not drawn. A line without a letter may still become the marker of a list.
    """
    if not grown.startswith(shown) or "\\" in shown or "$" in shown:
        return None
    drawn = shown.rstrip(" ")
    line = drawn[drawn.rfind("\n") + 1 :]
    word = line[line.rfind(" ") + 1 :]
    added = grown[len(drawn) :].rstrip(" ")
    if not _WORDS.fullmatch(added) or not _WORDS.fullmatch(word) or not _LETTER.search(line) or _UNSETTLED.search(line):
        return None
    is_broken = grown.endswith("  ")  # a line break, once the line ends
    return None if is_broken or _ADDRESS.search(word + added) else Growth(word, added)
