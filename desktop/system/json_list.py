"""A JSON text that is one list of objects, of any size, read object by object: nothing is held but the present one.

Only the places where objects begin and end are looked for here; what is in them is for a JSON parser, which is given no more
than was allowed for, neither in bytes nor in depth.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from desktop.system.words import say

PIECE = 1 << 18  # bytes read at once

_BLANK = re.compile(rb"[ \t\r\n]*+")
_PLAIN = re.compile(rb'(?:[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL)  # up to a bracket, or a string that goes on later
_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)  # up to its end, or as far as it is there
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, or fewer; none only at the end."""
        ...


class BrokenListError(ValueError):
    """The text is no list of objects, or ends in its middle."""


@dataclass(frozen=True, slots=True)
class Item:
    """One object of the list."""

    number: int  # from 1
    content: bytes | None  # None: it is larger or deeper than allowed
    why: str = ""  # there is no content


def objects(stream: Readable, most_bytes: int, most_depth: int) -> Iterator[Item]:
    """Yield the objects of a list one by one; what is larger or deeper than allowed is passed over, and said. Raises BrokenListError."""
    return _Reader(stream, most_bytes, most_depth).objects()


class _Reader:
    def __init__(self, stream: Readable, most_bytes: int, most_depth: int) -> None:
        self._stream, self._most_bytes, self._most_depth = stream, most_bytes, most_depth
        self._buffer = b""
        self._at = 0

    def objects(self) -> Iterator[Item]:
        """See objects()."""
        self._more()
        if self._buffer.startswith(_BYTE_ORDER_MARK):
            self._at = len(_BYTE_ORDER_MARK)
        if self._next() != b"[":
            raise BrokenListError(say("it is no list"))
        self._at += 1
        number = 0
        while (mark := self._next()) != b"]":
            if number:
                _expect(mark, b",", say("a comma is missing after entry {number}", number=number))
                self._at += 1
                mark = self._next()
            number += 1
            _expect(mark, b"{", say("entry {number} is no object", number=number))
            yield self._object(number)
        self._at += 1
        if self._next(is_end=True):
            raise BrokenListError(say("something follows its end"))

    def _next(self, *, is_end: bool = False) -> bytes:
        """Return the next byte that is not blank."""
        while True:
            self._at = _end(_BLANK, self._buffer, self._at)
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._more():
                if is_end:
                    return b""
                raise BrokenListError(say("it is cut short"))

    def _object(self, number: int) -> Item:
        kept: list[bytes] = []
        size, depth, deepest, begin = 0, 0, 0, self._at
        is_in_string, is_over = False, False
        while not is_over:
            at = _end(_STRING if is_in_string else _PLAIN, self._buffer, self._at)
            mark = self._buffer[at : at + 1]
            self._at = at + len(mark)
            if mark == b'"':
                is_in_string = not is_in_string
            elif mark in (b"", b"\\"):  # more is needed; of a backslash at the end the rest is still to come
                size += at - begin
                _keep(kept, self._buffer[begin:at], is_wanted=size <= self._most_bytes and deepest <= self._most_depth)
                if not self._more(mark):
                    raise BrokenListError(say("it is cut short in entry {number}", number=number))
                begin = 0
            else:
                depth += 1 if mark in b"[{" else -1
                deepest = max(deepest, depth)
                is_over = depth == 0
        size += self._at - begin
        if size > self._most_bytes:
            return Item(number, None, say("it is larger than {size} MiB", size=self._most_bytes >> 20))
        if deepest > self._most_depth:
            return Item(number, None, say("it is nested too deeply"))
        return Item(number, b"".join([*kept, self._buffer[begin : self._at]]))

    def _more(self, left: bytes = b"") -> bool:
        """Go on with what comes next, after what is left of the present piece; return whether there is any."""
        piece = self._stream.read(PIECE)
        self._buffer, self._at = left + piece, 0
        return bool(piece)


def _keep(kept: list[bytes], piece: bytes, *, is_wanted: bool) -> None:
    if is_wanted:
        kept.append(piece)
    else:
        kept.clear()


def _expect(found: bytes, wanted: bytes, why: str) -> None:
    if found != wanted:
        raise BrokenListError(why)


def _end(pattern: re.Pattern[bytes], buffer: bytes, at: int) -> int:
    found = pattern.match(buffer, at)
    return found.end() if found is not None else at
