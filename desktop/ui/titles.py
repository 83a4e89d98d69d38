"""How a title may be drawn."""

import re

from desktop.chat.titles import FORK, NEW_CHAT, TEMPORARY_CHAT, WAY
from desktop.system.words import say
from desktop.ui.translation import tr, translated

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_MADE = {NEW_CHAT: say("New chat"), TEMPORARY_CHAT: say("Temporary chat")}
_BIDI_CONTROLS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def drawn_line(text: str) -> str:
    """Return a text with a blank in place of each of these characters, so that places in it stay the same."""
    return _CONTROLS.sub(" ", _BIDI_CONTROLS.sub(" ", text))


def drawn_title(title: str) -> str:
    """Return a title in one line, without the characters that would turn or garble what is drawn beside it."""
    return " ".join(_CONTROLS.sub(" ", _BIDI_CONTROLS.sub("", title)).split())


def said_title(title: str) -> str:
    """Return a title as it is drawn, in the person's language where the application made it, and not the person or a model."""
    drawn = drawn_title(title)
    if way := WAY.search(drawn):
        return tr("{title}, way {number}", title=said_title(drawn[: way.start()]), number=way[1])
    if fork := FORK.match(drawn):
        of = said_title(drawn[fork.end() :])
        return tr("Fork {number} of {title}", number=fork[1], title=of) if fork[1] else tr("Fork of {title}", title=of)
    return translated(_MADE.get(drawn, drawn))
