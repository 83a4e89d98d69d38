"""From token ids to text: bytes of several tokens may make one character."""

import codecs
from collections.abc import Callable, Iterable


class Detokenizer:
    """Turn a reply's tokens into text as they come, never showing half a character."""

    def __init__(self, piece: Callable[[int], bytes]) -> None:
        """Use piece to get a token's bytes."""
        self._piece = piece
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""  # text of pending tokens
        self._sizes: list[int] = []  # of pending tokens, in bytes

    @property
    def tokens_pending(self) -> int:
        """Return how many last tokens were not shown yet, because they hold the beginning of a character."""
        return len(self._sizes)

    def feed(self, token: int) -> str:
        """Return the text that is whole with a token: what was returned so far is the text of all but the pending tokens."""
        piece = self._piece(token)
        self._held += self._decoder.decode(piece)
        self._sizes.append(len(piece))
        begun, last = len(self._decoder.getstate()[0]), list[int]()
        while sum(last) < begun:
            last.append(self._sizes[-1 - len(last)])
        if sum(last) > begun:  # the character begins inside a token
            return ""
        text, self._held, self._sizes = self._held, "", last[::-1]
        return text

    def finish(self) -> str:
        """Return what is left, as it would be shown if nothing followed."""
        self._sizes.clear()
        text, self._held = self._held + self._decoder.decode(b"", final=True), ""
        return text


def text_of(ids: Iterable[int], piece: Callable[[int], bytes]) -> str:
    """Return the text of ids, special tokens printed, as a Detokenizer would have shown it."""
    return b"".join(piece(token) for token in ids).decode("utf-8", "replace")
