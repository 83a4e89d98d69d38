"""The guide's vocabulary: byte pairs, learned from dialogues and applied as llama.cpp applies them (`gpt2`, split as `gpt-2`)."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path

# llama.cpp's expression for gpt-2, with Python's classes in place of Unicode's: \p{L} as [^\W\d_], \p{N} as \d.
_SPLIT = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")
START_OF_TURN, END_OF_TURN, END_OF_TEXT = "<|im_start|>", "<|im_end|>", "<|endoftext|>"
SPECIAL_TOKENS = (START_OF_TURN, END_OF_TURN, END_OF_TEXT)
_BYTES = 256


@dataclass(frozen=True, eq=False)
class Tokenizer:
    """A vocabulary: the bytes, what pairs become, in the order learned, and the special tokens."""

    merges: Sequence[tuple[int, int]]  # a pair of ids; the first becomes 256, the next 257 …

    @property
    def size(self) -> int:
        """Return how many tokens there are."""
        return _BYTES + len(self.merges) + len(SPECIAL_TOKENS)

    def special(self, token: str) -> int:
        """Return the id of a special token."""
        return _BYTES + len(self.merges) + SPECIAL_TOKENS.index(token)

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text in which nothing is special."""
        return [token for part in _SPLIT.findall(text) for token in self._encode_part(part)]

    @cache  # noqa: B019 a tokenizer lives as long as the training
    def _encode_part(self, part: str) -> tuple[int, ...]:
        ids = list(part.encode())
        while len(ids) > 1:
            rank, pair = min((self._ranks.get(pair, len(self.merges)), pair) for pair in pairwise(ids))
            if rank == len(self.merges):
                break
            ids = _merged(ids, pair, _BYTES + rank)
        return tuple(ids)

    @cached_property
    def _ranks(self) -> dict[tuple[int, int], int]:
        return {pair: rank for rank, pair in enumerate(self.merges)}

    def texts(self) -> list[bytes]:
        """Return the bytes that each token but the special ones stands for."""
        texts = [bytes([byte]) for byte in range(_BYTES)]
        for left, right in self.merges:
            texts.append(texts[left] + texts[right])
        return texts

    def save(self, path: Path) -> None:
        """Write the merges to a file."""
        path.write_text(json.dumps(self.merges))

    @classmethod
    def load(cls, path: Path) -> "Tokenizer":
        """Read what `save` wrote."""
        return cls([(left, right) for left, right in json.loads(path.read_text())])


def learn(texts: Iterable[str], size: int) -> Tokenizer:
    """Learn a vocabulary of `size` tokens: again and again the pair that stands together most often becomes one.

    Figures stay by themselves, so that numbers are copied figure by figure.
    """
    counts = Counter(part for text in texts for part in _SPLIT.findall(text) if not any(sign.isdigit() for sign in part))
    words = [(list(part.encode()), count) for part, count in counts.items()]
    frequencies: Counter[tuple[int, int]] = Counter()
    places: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for place, (ids, count) in enumerate(words):
        for pair in pairwise(ids):
            frequencies[pair] += count
            places[pair].add(place)
    merges: list[tuple[int, int]] = []
    while _BYTES + len(merges) + len(SPECIAL_TOKENS) < size:
        best = max(frequencies, key=lambda pair: (frequencies[pair], pair))
        merges.append(best)
        for place in places.pop(best):
            ids, count = words[place]
            for pair in pairwise(ids):
                frequencies[pair] -= count
            ids = _merged(ids, best, _BYTES + len(merges) - 1)
            words[place] = (ids, count)
            for pair in pairwise(ids):
                frequencies[pair] += count
                places[pair].add(place)
        del frequencies[best]
    return Tokenizer(merges)


def _merged(ids: Sequence[int], pair: tuple[int, int], into: int) -> list[int]:
    made: list[int] = []
    place = 0
    while place < len(ids):
        if place + 1 < len(ids) and (ids[place], ids[place + 1]) == pair:
            made.append(into)
            place += 2
        else:
            made.append(ids[place])
            place += 1
    return made
