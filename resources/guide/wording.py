"""Other words for the same: a sentence said as somebody else would say it."""

import re
from random import Random

from resources.guide.lists import read_lists

_LISTS = read_lists("wording.toml")
_OTHERS = {word: [other for other in group.split() if other != word] for group in _LISTS["words"] for word in group.split()}
_FRAMES = tuple(_LISTS[frames] for frames in ("how", "can", "where"))
_SMALL = frozenset(_LISTS["small"])
_WORD = re.compile(r"[a-z']+")


def reworded(sentence: str, random: Random) -> str:
    """Return a sentence in small letters as somebody else would say it, mostly."""
    if random.random() < 0.5:
        sentence = _reframed(sentence, random)
    if random.random() < 0.6:
        sentence = _WORD.sub(lambda found: _other(found[0], random), sentence)
    if random.random() < 0.12:
        kept = [word for word in sentence.split(" ") if word not in _SMALL or random.random() < 0.4]
        sentence = " ".join(kept) or sentence
    return sentence


def _reframed(sentence: str, random: Random) -> str:
    for frames in _FRAMES:
        for frame in frames:
            if sentence.startswith(frame + " "):
                return random.choice(frames) + sentence[len(frame) :]
    return sentence


def _other(word: str, random: Random) -> str:
    return random.choice(_OTHERS[word]) if word in _OTHERS and random.random() < 0.35 else word
