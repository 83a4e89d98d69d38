"""Titles of chats: from the first line at once."""

import re

NEW_CHAT = "New chat"
FORK_OF = "Fork of "
LONGEST_TITLE = 80  # characters
WAY = re.compile(r", way \d+$")


def title_from(text: str) -> str:
    """Return a title made of the first line that says something; empty where none does."""
    shown = "".join(character for character in text if character.isprintable() or character.isspace())  # no bidi controls
    line = next((" ".join(line.split()) for line in shown.splitlines() if line.strip()), "")
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"


def fork_title(title: str) -> str:
    """Return the title of a chat that was just forked from one with this title."""
    return FORK_OF + title.removeprefix(FORK_OF)


def way_title(title: str, number: int) -> str:
    """Return the title of one of several chats, counted from 1, that answer a message of a chat with this title."""
    way = f", way {number}"
    base = WAY.sub("", title)
    return (base if len(base) + len(way) <= LONGEST_TITLE else base[: LONGEST_TITLE - len(way) - 1].rstrip() + "…") + way
