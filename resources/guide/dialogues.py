"""Dialogues with the guide, drawn at random, from which it learns."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from resources.guide import facts, invented, replies
from resources.guide.phrasing import as_typed, expand
from resources.guide.topics import Topic, read_topics, with_keys
from resources.guide.wording import reworded

OUTSIDE = Path(__file__).parent / "outside"
_CONTROL_TOKENS = (
    "<|im_end|>",
    "<|im_start|>",
    "<|im_start|>assistant",
    "<|im_start|>system",
    "<|endoftext|>",
    "</s>",
    "[INST]",
    "<|eot_id|>",
    "<end_of_turn>",
)
_OF_RIVULET = re.compile(r"\b(chat|conversation|thread|message|model|draft|branch|fork|prompt|reply|answer|response|replie)s?\b")
_ELSEWHERE = (
    "in {software}",
    "on my {device}",
    "with {software}",
    "in the {software} app",
    "on a {device}",
    "of {software}",
    "i mean in {software}",
)
_MOST_IN_A_LIST = 4  # facts


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody says, and what the guide says to it."""

    said: str
    reply: str
    is_question: bool  # one that "my first question" may mean
    topic: str = ""  # of a help question


@dataclass(slots=True)
class _Chat:
    told: dict[tuple[str, str], tuple[facts.Kind, str]] = field(default_factory=dict)  # by answer and what it is said of, in the order told
    questions: list[str] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    def add(self, turn: Turn) -> None:
        self.turns.append(turn)
        if turn.is_question:
            self.questions.append(turn.said)


class Dialogues:
    """Draws dialogues; all that is random comes from one generator."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._topics = read_topics()
        self._outside = _lines("questions.txt")
        polite = {saying for talk in replies.SMALL_TALK for saying in talk.sayings}
        self._statements = [line for line in _lines("statements.txt") if line.lower().rstrip(".!") not in polite]
        self._nonsense = _lines("nonsense.txt")
        slots = {path.stem: path.read_text(encoding="utf-8").splitlines() for path in sorted((OUTSIDE / "words").glob("*.txt"))}
        self._slots: dict[str, Callable[[Random], str]] = {slot: partial(_word_or_invented, words) for slot, words in slots.items()}
        self._slots |= {"number": lambda chance: str(chance.randint(2, 5000)), "year": lambda chance: str(chance.randint(1000, 2040))}
        self._declined, self._not_understood = with_keys(replies.DECLINED), with_keys(replies.NOT_UNDERSTOOD)

    def draw(self, turns: int) -> list[Turn]:
        """Return a dialogue of so many turns."""
        chat = _Chat()
        acts = (
            self._help,
            self._decline,
            self._misunderstand,
            self._tell,
            self._ask,
            self._quote,
            self._talk,
            self._list,
            self._tell_and_ask,
        )
        for place in range(turns):
            weights = (42, 28, 5, 11, 10, 8, 5, 2, 2) if chat.told or place else (44, 29, 5, 18, 3, 1.5, 7, 0.5, 3)
            chat.add(self._random.choices(acts, weights)[0](chat))
        return chat.turns

    def draw_long_ago(self, tokens: int, size: Callable[[Turn], int]) -> list[Turn]:
        """Return a dialogue of about so many tokens whose last turns ask for what was said long before; `size` counts a turn's."""
        chat = _Chat()
        for _ in range(self._random.randint(1, 2)):
            chat.add(self._tell(chat))
        used = sum(map(size, chat.turns))
        acts = (self._help, self._decline, self._tell, self._ask, self._quote, self._talk, self._misunderstand)
        while used < tokens:
            turn = self._random.choices(acts, (45, 26, 6, 6, 3, 6, 3))[0](chat)
            chat.add(turn)
            used += size(turn)
        for last in (self._ask, self._ask, partial(self._quote, is_first=True)):
            chat.add(last(chat))
        return chat.turns

    def _help(self, _: _Chat) -> Turn:
        topic = self._random.choice(self._topics)
        return Turn(self._asked(topic), topic.answer, True, topic.id)

    def _asked(self, topic: Topic) -> str:
        return as_typed(reworded(expand(self._random.choice(topic.phrasings), self._random), self._random), self._random)

    def _decline(self, _: _Chat) -> Turn:
        if self._random.random() < 0.13:
            return Turn(
                as_typed(expand(self._random.choice(self._statements), self._random, self._slots), self._random, is_told=True),
                self._declined,
                False,
            )
        if self._random.random() < 0.02:
            return Turn(self._pasted(), self._declined, True)
        said = self._elsewhere() if self._random.random() < 0.14 else expand(self._random.choice(self._outside), self._random, self._slots)
        said = reworded(said, self._random)
        return Turn(as_typed(said, self._random, is_about_rivulet=False), self._declined, True)

    def _elsewhere(self) -> str:
        """Return a help question turned into one about another program, or about things that Rivulet does not have."""
        asked = expand(self._random.choice(self._random.choice(self._topics).phrasings), self._random)
        about_things = _OF_RIVULET.sub(lambda found: self._slots["plural" if found[0].endswith("s") else "noun"](self._random), asked)
        if about_things != asked and self._random.random() < 0.5:
            return about_things
        return f"{asked} {expand(self._random.choice(_ELSEWHERE), self._random, self._slots)}"

    def _pasted(self) -> str:
        lines = (
            expand(self._random.choice((*self._outside, *self._statements)), self._random, self._slots)
            for _ in range(self._random.randint(4, 40))
        )
        return self._random.choice((" ", "\n", ". ")).join(lines)

    def _misunderstand(self, _: _Chat) -> Turn:
        kind = self._random.random()
        if kind < 0.55:
            said = self._random.choice(self._nonsense)
        elif kind < 0.62:
            said = self._repeated()
        elif kind < 0.8:
            said = " ".join(invented.word(self._random) for _ in range(self._random.randint(1, 6)))
        elif kind < 0.9:
            said = (
                "".join(
                    self._random.choice("abcdefghijklmnopqrstuvwxyz;.,-+#1234567890?!   ") for _ in range(self._random.randint(1, 60))
                ).strip()
                or "."
            )
        else:
            said = " ".join(self._random.choice((*_CONTROL_TOKENS, invented.word(self._random))) for _ in range(self._random.randint(1, 4)))
            said += self._random.choice(_CONTROL_TOKENS)
        return Turn(said, self._not_understood, False)

    def _repeated(self) -> str:
        unit = self._random.choice(
            (self._random.choice("abcxyz?!.-1 0"), invented.word(self._random) + " ", self._random.choice(self._statements) + ". ")
        )
        return (unit * 5000)[: self._random.choice((9, 40, 150, 400, 1500, 5000))].strip() or "."

    def _tell(self, chat: _Chat) -> Turn:
        kind = (
            self._random.choice([kind for kind, _ in chat.told.values()])
            if chat.told and self._random.random() < 0.12
            else facts.draw_kind(self._random)
        )
        value = invented.small_letters(kind.value(self._random), self._random)
        chat.told.pop((kind.answer, kind.about), None)
        chat.told[kind.answer, kind.about] = (kind, value)
        return Turn(self._fact(kind, kind.sayings, value, is_told=True), kind.noted.format(value, kind.about), False)

    def _ask(self, chat: _Chat) -> Turn:
        chance = self._random.random()
        if chat.told and chance < 0.78:
            kind, value = self._random.choice(list(chat.told.values()))
        else:
            kind = (
                facts.near(self._random.choice(list(chat.told.values()))[0], self._random)
                if chat.told and chance < 0.9
                else facts.draw_kind(self._random)
            )
            value = chat.told.get((kind.answer, kind.about), (kind, ""))[1]
        reply = kind.answer.format(value, kind.about) if value else kind.unknown.format("", kind.about)
        return Turn(self._fact(kind, kind.questions, value, is_told=False), reply, True)

    def _fact(self, kind: facts.Kind, sentences: Sequence[str], value: str, *, is_told: bool) -> str:
        sentence = expand(self._random.choice(sentences), self._random)
        return as_typed(sentence, self._random, kept=(value, kind.about), is_about_rivulet=False, is_told=is_told)

    def _quote(self, chat: _Chat, is_first: bool | None = None) -> Turn:
        first = self._random.random() < 0.55 if is_first is None else is_first
        said = as_typed(
            expand(self._random.choice(replies.FIRST_ASKED if first else replies.LAST_ASKED), self._random),
            self._random,
            is_about_rivulet=False,
        )
        if not chat.questions:
            return Turn(said, replies.NO_QUESTION, True)
        quoted = chat.questions[0 if first else -1]
        return Turn(said, (replies.FIRST_QUESTION if first else replies.LAST_QUESTION).format(quoted), True)

    def _list(self, chat: _Chat) -> Turn:
        said = as_typed(expand(self._random.choice(replies.ALL_ASKED), self._random), self._random, is_about_rivulet=False)
        told = list(chat.told.values())[:_MOST_IN_A_LIST]
        return Turn(said, " ".join(kind.answer.format(value, kind.about) for kind, value in told) or replies.NOTHING_TOLD, True)

    def _talk(self, _: _Chat) -> Turn:
        talk = self._random.choice(replies.SMALL_TALK)
        return Turn(as_typed(expand(self._random.choice(talk.sayings), self._random), self._random, is_told=True), talk.reply, False)

    def _tell_and_ask(self, chat: _Chat) -> Turn:
        told, asked = self._tell(chat), self._help(chat)
        first = told.said if told.said.endswith((".", "!")) else told.said + self._random.choice((".", ",", " and", ";"))
        return Turn(f"{first} {asked.said}", f"{told.reply} {asked.reply}", True, asked.topic)


def _lines(name: str) -> list[str]:
    return (OUTSIDE / name).read_text(encoding="utf-8").splitlines()


def _word_or_invented(words: Sequence[str], random: Random) -> str:
    return invented.word(random) if random.random() < 0.12 else random.choice(words)
