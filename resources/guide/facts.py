"""What people tell about themselves, how they ask for it later, and what the guide says to either: `facts.toml`, with values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from resources.guide import invented
from resources.guide.lists import read_toml

Maker = Callable[[Random], str]
_FACTS = read_toml("facts.toml")
_WORDS: Mapping[str, Sequence[str]] = _FACTS["words"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can be told and asked for; `{0}` is its value, `{1}` what it is said of, `[a|b]` are alternatives."""

    about: str  # what two of a kind differ by: "sister"; where there is only one, nothing
    sayings: Sequence[str]
    noted: str  # what the guide says to it
    questions: Sequence[str]
    answer: str
    unknown: str  # what it says where it was not told
    value: Maker


def _trade(random: Random) -> str:
    rank, ending = (
        random.choice(("", "", "junior ", "head ", "night ", "chief ")),
        random.choice(("", "", "er", "ist", " maker", " seller")),
    )
    return rank + invented.word(random) + ending


def _job(random: Random) -> str:
    job = random.choice(_WORDS["jobs"]) if random.random() < 0.4 else _trade(random)
    return f"{'an' if job[0] in 'aeiou' else 'a'} {job}"


def _birthday(random: Random) -> str:
    if random.random() < 0.6:
        return f"{random.randint(1, 31)} {random.choice(_WORDS['months'])}"
    return f"{random.choice(_WORDS['months'])} {random.randint(1, 31)}"


def _liked(random: Random) -> str:
    return invented.phrase(random, _WORDS["liked"])


def _preferred(random: Random) -> str:
    return _liked(random) + (f" to {_liked(random)}" if random.random() < 0.6 else "")


def _studied(random: Random) -> str:
    return _liked(random).title() if random.random() < 0.5 else _liked(random)


def _word(random: Random) -> str:
    return random.choice((invented.code, invented.word, invented.number, lambda chance: invented.phrase(chance, _WORDS["things"])))(random)


def _colour(random: Random) -> str:
    return random.choice(_WORDS["colours"])


def _colour_or_liked(random: Random) -> str:
    return _colour(random) if random.random() < 0.6 else _liked(random)


def _kind(name: str, value: Maker, about: str = "") -> Kind:
    entry: Mapping[str, Any] = _FACTS[name]
    return Kind(about, entry["sayings"], entry["noted"], entry["questions"], entry["answer"], entry["unknown"], value)


_ALONE: Mapping[str, tuple[float, Maker]] = {  # of which a person has one: how often they are told, beside each other
    "name": (6.0, invented.name),
    "home": (2.5, invented.place),
    "origin": (0.8, invented.place),
    "age": (0.8, lambda random: str(random.randint(5, 99))),
    "birthday": (0.6, _birthday),
    "work": (1.0, _job),
    "likes": (1.2, _liked),
    "dislikes": (0.6, _liked),
    "preference": (1.0, _preferred),
    "learns": (0.5, _studied),
    "allergy": (0.5, _liked),
    "word": (1.6, _word),
}
_KINDS = [_kind(name, value) for name, (_, value) in _ALONE.items()]
_OFTEN = [often for often, _ in _ALONE.values()]


def called(who: str) -> Kind:
    """Return how somebody or something that belongs to the person is called."""
    return _kind("called", invented.name, who)


def thing(what: str, value: Maker) -> Kind:
    """Return a property of the person or of theirs: "favourite colour", "room number"."""
    return _kind("thing", value, what)


def draw_kind(random: Random) -> Kind:
    """Return a kind of fact, those that people tell most of all most often."""
    choice = random.random()
    if choice < 0.56:
        return random.choices(_KINDS, _OFTEN)[0]
    if choice < 0.68:
        return called(random.choice(random.choice([_WORDS[named] for named in ("relatives", "relatives", "pets", "pets", "named")])))
    if choice < 0.84:
        what = random.choice(_WORDS["favourites"]) if random.random() < 0.75 else invented.word(random)
        makers = (_colour, invented.name, _liked, invented.number)
        return thing(f"{random.choice(('favourite', 'favourite', 'favorite', 'preferred'))} {what}", random.choice(makers))
    if choice < 0.93:
        return thing(random.choice(_WORDS["figures"]), random.choice((invented.number, invented.number, invented.code)))
    what = random.choice(_WORDS["things"]) if random.random() < 0.6 else invented.word(random)
    return thing(what, _colour_or_liked)


def near(kind: Kind, random: Random) -> Kind:
    """Return another kind that is easily taken for this one."""
    if kind.about.startswith(("favo", "preferred")):
        return thing(f"{kind.about.split(' ')[0]} {random.choice(_WORDS['favourites'])}", kind.value)
    if kind.answer == _FACTS["called"]["answer"]:
        return called(random.choice(random.choice([_WORDS[named] for named in ("relatives", "pets", "named")])))
    if kind.about:
        return thing(random.choice(random.choice([_WORDS[what] for what in ("figures", "things")])), kind.value)
    return draw_kind(random)
