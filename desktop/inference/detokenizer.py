"""From token ids to text: bytes of several tokens may make one character."""

import codecs
from collections.abc import Callable, Iterable


class Detokenizer:
    """Turn a reply's tokens into text as they come, never showing half a character."""

    def __init__(self, piece: Callable[[int], bytes]) -> None:
        """Use piece to get a token's bytes."""
        self._piece = piece
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.tokens_pending = 0  # how many last tokens hold only the beginning of a character

    def feed(self, token: int) -> str:
        """Return the characters that a token completes."""
        text = self._decoder.decode(self._piece(token))
        self.tokens_pending = self.tokens_pending + 1 if self._decoder.getstate()[0] else 0
        return text

    def finish(self) -> str:
        """Return what is left, as it would be shown if nothing followed."""
        self.tokens_pending = 0
        return self._decoder.decode(b"", final=True)


def text_of(ids: Iterable[int], piece: Callable[[int], bytes]) -> str:
    """Return the text of ids, special tokens printed, as a Detokenizer would have shown it."""
    return b"".join(piece(token) for token in ids).decode("utf-8", "replace")
