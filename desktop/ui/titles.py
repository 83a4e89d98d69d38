"""How a title may be drawn."""

import re

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BIDI_CONTROLS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def drawn_line(text: str) -> str:
    """Return a text with a blank in place of each of these characters, so that places in it stay the same."""
    return _CONTROLS.sub(" ", _BIDI_CONTROLS.sub(" ", text))


def drawn_title(title: str) -> str:
    """Return a title in one line, without the characters that would turn or garble what is drawn beside it."""
    return " ".join(_CONTROLS.sub(" ", _BIDI_CONTROLS.sub("", title)).split())
