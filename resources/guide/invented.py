"""Names, places and values that nobody has, so that nothing but reading them in the chat can tell them."""

from collections.abc import Sequence
from random import Random

from resources.guide.lists import read_lists

_SYLLABLES = read_lists("syllables.toml")
_ACCENTED = "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿāăąćčďđēėęěğīįıķļłńņňőœřśşšţťūůűųźżžșț"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def word(random: Random) -> str:
    """Return a word in small letters, mostly one that could be said."""
    if random.random() < 0.12:
        return "".join(random.choice(_LETTERS) for _ in range(random.randint(2, 8)))
    syllables = (_syllable(random) for _ in range(random.choice((1, 2, 2, 2, 3, 3, 4))))
    made = "".join(syllables) + (random.choice(_SYLLABLES["endings"]) if random.random() < 0.3 else "")
    if random.random() < 0.1:
        place = random.randrange(len(made)) if made else 0
        made = made[:place] + random.choice(_ACCENTED) + made[place + 1 :]
    return made[:14]


def _syllable(random: Random) -> str:
    return "".join(random.choice(_SYLLABLES[part]) for part in ("onsets", "vowels", "codas"))


def name(random: Random) -> str:
    """Return what a person or pet could be called, in one word or several."""
    one = word(random).capitalize()
    kind = random.random()
    if kind < 0.06:
        return f"{one}-{word(random).capitalize()}"
    if kind < 0.10:
        return f"{random.choice(('O', 'D', 'L', 'N', 'Mc', 'De', 'Al', 'Sh', 'Ma'))}'{one}"
    if kind < 0.12:
        return one + "'" + word(random)[:4]
    if kind < 0.22:
        return f"{one} {word(random).capitalize()}"
    if kind < 0.24:
        return f"{one} {random.choice(_LETTERS).upper()}. {word(random).capitalize()}"
    return one


def place(random: Random) -> str:
    """Return what a town or country could be called."""
    one = word(random).capitalize()
    kind = random.random()
    if kind < 0.08:
        return f"{random.choice(('San', 'New', 'Port', 'Saint', 'Bad', 'La', 'El', 'Upper', 'Los', 'Le', 'Sankt'))} {one}"
    if kind < 0.13:
        return f"{one}-{random.choice(('sur', 'on', 'am', 'upon', 'les', 'le', 'de', 'la'))}-{word(random).capitalize()}"
    if kind < 0.16:
        return f"{random.choice(('L', 'D', 'Q', 'N', 'K'))}'{one}"
    if kind < 0.18:
        return "'s-" + one
    if kind < 0.24:
        return f"{one} {word(random).capitalize()}"
    return one


def number(random: Random) -> str:
    """Return a number as people write them."""
    kind = random.random()
    if kind < 0.45:
        return str(random.randint(0, 99))
    if kind < 0.85:
        return str(random.randint(100, 99999))
    if kind < 0.93:
        return f"{random.randint(0, 999)}.{random.randint(0, 99)}"
    return f"{random.randint(1, 9)} {random.randint(100, 999)}"


def phrase(random: Random, words: Sequence[str]) -> str:
    """Return one to three words, of the given ones or invented."""
    count = random.choice((1, 1, 1, 2, 2, 3))
    return " ".join(word(random) if random.random() < 0.5 else random.choice(words) for _ in range(count))


def code(random: Random) -> str:
    """Return letters and figures as codes have them."""
    alphabet = _LETTERS.upper() + "0123456789"
    return "".join(random.choice(alphabet) for _ in range(random.randint(3, 8)))


def small_letters(value: str, random: Random) -> str:
    """Return the value as somebody in a hurry types it, now and then."""
    return value.lower() if random.random() < 0.15 else value
