"""Tokenising a rendered chat so that nothing typed, pasted or generated becomes a control token."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Protocol

from desktop.sessions.tokens import TokenIds, token_ids

SPACE = " \t\n\v\f\r"  # C's idea of it, which LSTRIP and RSTRIP go by

# USER_DEFINED tokens that contents may well use: runs of white space, and HTML's tags.
HARMLESS = re.compile(
    r"\s*|</?(a|b|blockquote|br|caption|code|div|em|h[1-6]|hr|i|li|ol|p|pre|s|span|strong|sub|sup|t[dhr]|table|tbody|tfoot|thead|u|ul)>"
)


class Tokens(Protocol):
    """What a vocabulary needs of a loaded model."""

    vocabulary_size: int

    def tokenize(self, text: str) -> TokenIds:
        """Tokenise text in which control tokens mean nothing."""
        ...

    def piece(self, token: int) -> bytes:
        """Return a token's bytes, control tokens printed."""
        ...

    def is_control(self, token: int) -> bool:
        """Tell whether a token steers the model and is matched in templates only."""
        ...

    def is_user_defined(self, token: int) -> bool:
        """Tell whether llama.cpp matches a token in any text."""
        ...

    def strips(self, token: int) -> tuple[bool, bool]:
        """Tell whether a token swallows white space before and after it."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a rendered chat."""

    text: str
    is_content: bool  # written by a person or a model, not by the template


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a control token of the template stands."""

    offset: int  # characters from the start of the text
    index: int  # tokens from the start of the ids


class Vocabulary:
    """The tokens of a model and what its template uses of them.

    Tokenised by runs between control tokens, template text and contents together: tokenising the two apart gives other ids
    than models were trained on. llama.cpp matches USER_DEFINED tokens even where control tokens are off, and some
    vocabularies keep role markers there (all those of gpt-oss: llama.cpp makes them so), so a content that holds one is cut
    inside it, and in the template they steer like control tokens.
    """

    def __init__(self, tokens: Tokens, template: str) -> None:
        """Look through all tokens once: about 0.2 s for 128,000."""
        self._tokens = tokens
        special = [i for i in range(tokens.vocabulary_size) if tokens.is_control(i) or tokens.is_user_defined(i)]
        texts = {i: tokens.piece(i).decode("utf-8", "replace") for i in special}
        self.special = frozenset(texts.values())
        self.control = {text: i for i, text in texts.items() if text and (tokens.is_control(i) or _is_mark(text, template))}
        self._control = one_of(self.control)
        forbidden = one_of(
            text
            for i, text in texts.items()
            if tokens.is_user_defined(i) and len(text) > 1 and ((text.strip() and text in template) or not HARMLESS.fullmatch(text))
        )
        self._forbidden = re.compile(f"(?=({forbidden.pattern}))")  # overlapping ones too

    def control_at_start(self, text: str) -> int | None:
        """Return the control token that a template's text begins with."""
        found = self._control.match(text)
        return self.control[found.group()] if found else None

    def plain(self, text: str) -> TokenIds:
        """Return the ids of a text in which control tokens mean nothing."""
        return self.tokenize([Piece(text, is_content=True)])[0]

    def tokenize(self, pieces: Sequence[Piece]) -> tuple[TokenIds, list[Mark]]:
        """Return the ids of a rendered chat, and where the template's control tokens stand.

        Also of a part of a chat, if it begins and ends where tokens must.
        """
        text = "".join(piece.text for piece in pieces)
        spans = list(pairwise(accumulate((len(piece.text) for piece in pieces), initial=0)))
        contents = [span for piece, span in zip(pieces, spans, strict=True) if piece.is_content]
        cuts = [
            max(found.start() + 1, begin)
            for found in self._forbidden.finditer(text)
            for begin, end in contents
            if begin < found.end(1) and found.start() < end
        ]
        ids, marks = token_ids(), list[Mark]()

        def append(start: int, end: int) -> None:
            for a, b in pairwise([start, *(cut for cut in cuts if start < cut < end), end]):
                if a < b:
                    ids.extend(self._tokens.tokenize(text[a:b]))

        start = 0
        for piece, (begin, end) in zip(pieces, spans, strict=True):
            while not piece.is_content and (found := self._control.search(text, max(start, begin), end)):
                token = self.control[found.group()]
                strips_before, strips_after = self._tokens.strips(token)
                append(start, start + len(text[start : found.start()].rstrip(SPACE)) if strips_before else found.start())
                marks.append(Mark(found.start(), len(ids)))
                ids.append(token)
                start = len(text) - len(text[found.end() :].lstrip(SPACE)) if strips_after else found.end()
        append(start, len(text))
        return ids, marks


def _is_mark(text: str, template: str) -> bool:
    return len(text) > 1 and text in template and not text.isalnum() and not HARMLESS.fullmatch(text)


def one_of(texts: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that matches any of texts, the longest first; of none, nothing."""
    return re.compile("|".join(map(re.escape, sorted(texts, key=len, reverse=True))) or r"(?!)")
