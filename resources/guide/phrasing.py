"""Sentences with alternatives, `[can|could] i go [back|]`, and slots, `{city}`, made into ones that people type."""

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random

from resources.guide.lists import read_lists

_ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")
_SPACED_COMMA = re.compile(r" +,")
_ARTICLE = re.compile(r"\ba (?=[aeioAEIO])")
_SLOT = re.compile(r"\{(\w+)\}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LISTS = read_lists("wording.toml")
_BEFORE, _AFTER = _LISTS["before"], _LISTS["after"]
_QUESTION_WORDS, _IN_RIVULET = frozenset(_LISTS["question_words"]), frozenset(_LISTS["in_rivulet"])


def expand(line: str, random: Random, slots: Mapping[str, Callable[[Random], str]] | None = None) -> str:
    """Return one of the sentences that a line stands for."""
    line = _ALTERNATIVES.sub(lambda found: random.choice(found[1].split("|")), line)
    if slots is not None:
        line = _SLOT.sub(lambda found: slots[found[1]](random), line)
    line = _SPACED_COMMA.sub(",", " ".join(line.split())).rstrip(", ")
    return _ARTICLE.sub("an ", line)


def as_typed(sentence: str, random: Random, *, kept: Sequence[str] = (), is_about_rivulet: bool = True, is_told: bool = False) -> str:
    """Return a sentence as somebody types it: with or without capitals, marks, courtesies and slips.

    What stands in `{0}`, `{1}` … is put in untouched from `kept`. What `is_told` ends like no question.
    """
    if random.random() < 0.22:
        sentence = random.choice(_BEFORE) + sentence
    is_question = not is_told and _looks_like_question(sentence)
    if not is_told and random.random() < 0.12:
        after = random.choice(_AFTER)
        if is_about_rivulet or after not in _IN_RIVULET:
            sentence += after
    if random.random() < 0.3:
        sentence = " ".join(_slipped(word, random) for word in sentence.split(" "))
    kind = random.random()
    if kind < 0.62:
        sentence = sentence[:1].upper() + sentence[1:]
        sentence = re.sub(r"\bi\b(?!\.)", "I", sentence)
        sentence = sentence.replace("rivulet", "Rivulet")
    elif kind < 0.64 and "{" not in sentence:
        sentence = sentence.upper()
    elif kind < 0.9:
        sentence = sentence.lower()
    if not sentence.endswith(("?", "!", ".", ":", ")")):
        marks = (
            ("?", "?", "?", "?", "", "", "??", " ?")
            if is_question
            else (".", ".", "", "", "", "!")
            if is_told
            else (".", ".", "", "", "", "!", "?")
        )
        sentence += random.choice(marks)
    for place, value in enumerate(kept):
        sentence = sentence.replace(f"{{{place}}}", value)
    return sentence


def _looks_like_question(sentence: str) -> bool:
    return any(part.split(" ", 1)[0] in _QUESTION_WORDS for part in re.split(r"[.,:!] ", sentence.strip().lower()))


def _slipped(word: str, random: Random) -> str:
    if len(word) < 4 or "{" in word or random.random() > 0.12:
        return word
    place = random.randrange(1, len(word) - 1)
    kind = random.randrange(5)
    if kind == 0:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == 1:
        return word[:place] + word[place + 1 :]
    if kind == 2:
        return word[:place] + word[place] + word[place:]
    if kind == 3:
        return word.replace("'", "")
    return word[:place] + random.choice(_LETTERS) + word[place + 1 :]
