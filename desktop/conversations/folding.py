"""Text as a search sees it: without case, accents and the forms of letters."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from unicodedata import normalize

Span = tuple[int, int]
"""Where something begins in a text and where it ends."""

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_ACCENTS = range(0x300, 0x370)  # of Latin, Greek and Cyrillic letters; in other scripts a mark may be a letter of its own


class _Letters(dict[int, str]):
    """What becomes of each character, found when it is first met."""

    def __missing__(self, code: int) -> str:
        bare = "".join(it for it in normalize("NFKD", chr(code)) if ord(it) not in _ACCENTS)
        self[code] = folded = normalize("NFC", bare).casefold()
        return folded


class _Lengths(dict[str, int]):
    """How many characters each becomes."""

    def __missing__(self, character: str) -> int:
        self[character] = length = len(fold(character))
        return length


_letters = _Letters()
_lengths = _Lengths()


def fold(text: str) -> str:
    """Return a text without case and accents. What two texts are folded to, their sum is folded to."""
    plain = text.casefold()
    return plain if plain.isascii() else _BEYOND_ASCII.sub(lambda run: run[0].translate(_letters), plain)


def indexed(text: str) -> str:
    """Return a text as the index of all messages takes it in: each of its characters begins a group of three."""
    return fold(text.replace("\0", " ")) + "  "


def words_of(text: str) -> tuple[str, ...]:
    """Return the words that somebody looks for, folded, once each."""
    return tuple(dict.fromkeys(fold(text.replace("\0", " ")).split()))


def places(text: str, sought: Iterable[str]) -> list[Span]:
    """Return where any of some folded texts stand in a text, in order; what overlaps is one place."""
    folded = fold(text)
    found = sorted(chain.from_iterable(_all_of(folded, it) for it in sought))
    if not found:
        return []
    origins = range(len(text) + 1) if text.isascii() else _origins(text)
    spans: list[Span] = []
    for start, end in found:
        begin, finish = origins[start], max(origins[end], origins[end - 1] + 1)
        if spans and begin < spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], finish)
        else:
            spans.append((begin, finish))
    return spans


def is_whole(folded: str, sought: str) -> bool:
    """Return whether a folded text stands somewhere in another one as a word of its own."""
    return any(
        not folded[max(0, start - 1) : start].isalnum() and not folded[end : end + 1].isalnum() for start, end in _all_of(folded, sought)
    )


def _all_of(folded: str, sought: str) -> Iterator[Span]:
    start = folded.find(sought) if sought else -1
    while start >= 0:
        yield start, start + len(sought)
        start = folded.find(sought, start + len(sought))


def _origins(text: str) -> list[int]:
    """Return, for each character of a folded text and its end, the place in the text that it came from."""
    lengths = map(_lengths.__getitem__, text)
    return [*chain.from_iterable([place] * length for place, length in enumerate(lengths)), len(text)]
