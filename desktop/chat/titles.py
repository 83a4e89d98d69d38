"""Titles of chats: from the first line at once, or from what a model wrote as one."""

import itertools
import re
from collections.abc import Collection

NEW_CHAT = "New chat"
TEMPORARY_CHAT = "Temporary chat"
LONGEST_TITLE = 80  # characters
LONGEST_SUGGESTION = 60
LONGEST_GIVEN = 2 * LONGEST_TITLE  # of one that says it is a fork, too
FORK = re.compile(r"^Fork(?: (\d+))? of ")
WAY = re.compile(r", way (\d+)$")
_HERALD = re.compile(r"^(title|titel|titre|título|titolo)\s*:\s*", re.IGNORECASE)
_QUOTES = re.compile(r"[\"“”„‟«»]")
_BROKEN = "\ufffd"  # stands for bytes that are no text
_AROUND = " .,:;'`‘’‚*_#-–—"


def title_from(text: str) -> str:
    """Return a title made of the first line that says something; empty where none does."""
    shown = "".join(character for character in text if character.isprintable() or character.isspace())  # no bidi controls
    line = next((" ".join(line.split()) for line in shown.splitlines() if line.strip()), "")
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"


def suggested_title(text: str) -> str:
    """Return a title made of what a model wrote as one: a line without quotes and marks around it; empty if it has no words."""
    line = _HERALD.sub("", _QUOTES.sub("", title_from(text)).strip(_AROUND)).strip(_AROUND)
    letters = sum(character.isalpha() for character in line)
    if not letters or _BROKEN in line or letters + line.count(" ") < len(line) / 2:
        return ""
    return line if len(line) <= LONGEST_SUGGESTION else line[: LONGEST_SUGGESTION - 1].rstrip() + "…"


def shown_title(title: str) -> str:
    """Return a title from elsewhere as it is, or, if it could not be shown so, one made of it."""
    return title if title.isprintable() and 0 < len(title) <= LONGEST_GIVEN else title_from(title) or NEW_CHAT


def fork_title(title: str, taken: Collection[str] = ()) -> str:
    """Return the title of a chat that was just forked from one with this title: one that is not taken."""
    base = FORK.sub("", title)
    titles = (f"Fork{f' {number}' if number > 1 else ''} of {base}" for number in itertools.count(1))
    return next(fork for fork in titles if fork not in taken)


def is_fork_title(title: str, parent: str) -> bool:
    """Tell whether a title may have been made for a fork of a chat with the parent's title."""
    return FORK.match(title) is not None and FORK.sub("", title) == FORK.sub("", parent)


def way_title(title: str, number: int) -> str:
    """Return the title of one of several chats, counted from 1, that answer a message of a chat with this title."""
    way = f", way {number}"
    base = WAY.sub("", title)
    return (base if len(base) + len(way) <= LONGEST_TITLE else base[: LONGEST_TITLE - len(way) - 1].rstrip() + "…") + way
