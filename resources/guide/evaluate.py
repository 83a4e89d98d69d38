"""Measure the guide from its model file: `python -m resources.guide.evaluate`.

Questions, names and places are those of `questions/`, which were written by hand and are not what it learned from.
"""

import argparse
import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from resources.guide import replies
from resources.guide.talking import GUIDE, NotAnsweredError, Talking, talking
from resources.guide.topics import read_topics, with_keys

QUESTIONS = Path(__file__).parent / "questions"
_SEED = 7
_TURNS = 8  # of a dialogue in which something is recalled
_LONG_TURNS = 26  # past 1,000 tokens
_RECALLS, _LONG_RECALLS = 150, 25  # dialogues


@dataclass(frozen=True, slots=True)
class Question:
    """A question about Rivulet, and the topics that answer it."""

    topics: Sequence[str]
    text: str


@dataclass(frozen=True, slots=True)
class Recall:
    """What is told first, asked last, and what the reply must be."""

    told: str
    asked: str
    expected: str


@dataclass(slots=True)
class Score:
    """How many were as they should be."""

    name: str
    asked: int = 0
    right: int = 0
    misses: list[str] = field(default_factory=list)

    def count(self, is_right: bool, miss: str) -> None:
        """Count one; a miss is kept to be read."""
        self.asked += 1
        self.right += is_right
        if not is_right:
            self.misses.append(miss)

    @property
    def share(self) -> float:
        """Return the share of right ones."""
        return self.right / self.asked

    def __str__(self) -> str:
        return f"{self.name}: {self.right} of {self.asked}, {self.share:.1%}"


def help_questions(folder: Path = QUESTIONS) -> list[Question]:
    """Read the questions about Rivulet."""
    pairs = (line.split("\t") for line in (folder / "help.tsv").read_text(encoding="utf-8").splitlines())
    return [Question(topics.split(","), text) for topics, text in pairs]


def outside_questions(folder: Path = QUESTIONS) -> list[str]:
    """Read the questions about everything else."""
    return (folder / "outside.txt").read_text(encoding="utf-8").splitlines()


@dataclass(frozen=True, slots=True)
class _Telling:
    """How something is told, asked for, and answered; `{0}` is its value, `{1}` what it is said of."""

    told: Sequence[str]
    asked: Sequence[str]
    answer: str

    def recall(self, random: Random, *values: str) -> Recall:
        return Recall(random.choice(self.told).format(*values), random.choice(self.asked).format(*values), self.answer.format(*values))


_NAME = _Telling(
    ("My name is {0}.", "I'm {0}", "Hi, I'm called {0}", "Call me {0}, please.", "hello, my name is {0}"),
    ("What is my name?", "Do you remember my name?", "what's my name"),
    "Your name is {0}.",
)
_HOME = _Telling(
    ("I live in {0}.", "My home is in {0}", "I live in {0} now"), ("Where do I live?", "do you know where I live"), "You live in {0}."
)
_THING = _Telling(("My {1} is {0}.", "my {1} is {0}"), ("What is my {1}?", "do you remember my {1}?", "what's my {1}"), "Your {1} is {0}.")


def recalls(random: Random) -> list[Recall]:
    """Return facts with held-out names, places and preferences, and numbers."""
    made = [_NAME.recall(random, name) for name in _lines("names.txt")]
    made += [_HOME.recall(random, place) for place in _lines("places.txt")]
    made += [_THING.recall(random, value, thing) for thing, value in (line.split("\t") for line in _lines("preferences.tsv"))]
    made += [_THING.recall(random, str(random.randint(10, 99_999)), "lucky number") for _ in range(40)]
    random.shuffle(made)
    return made


def _lines(name: str) -> list[str]:
    return (QUESTIONS / name).read_text(encoding="utf-8").splitlines()


async def score_help(guide: Talking, questions: Sequence[Question]) -> Score:
    """Count the questions about Rivulet that get the answer of their topic."""
    answers = {topic.id: topic.answer for topic in read_topics()}
    by_answer = {answer: topic for topic, answer in answers.items()}
    score = Score("Help answered right")
    for question in questions:
        reply = (await guide.all_of(question.text))[0]
        score.count(
            any(reply == answers[topic] for topic in question.topics),
            f"{','.join(question.topics)}: {question.text} -> {by_answer.get(reply, reply)}",
        )
    return score


async def score_outside(guide: Talking, questions: Sequence[str]) -> tuple[Score, Score]:
    """Count the other questions that are declined, and those that get no false answer.

    False is all that pretends to answer: help on something else, a fact that nobody told, or no sentence of the guide's at all.
    """
    declined, harmless = Score("Outside declined"), Score("Outside without a false answer")
    refusals = {with_keys(replies.DECLINED), with_keys(replies.NOT_UNDERSTOOD)}
    polite = {talk.reply for talk in replies.SMALL_TALK} | {replies.NO_QUESTION, replies.NOTHING_TOLD}
    for question in questions:
        reply = (await guide.all_of(question))[0]
        declined.count(reply in refusals, f"{question} -> {reply}")
        harmless.count(
            reply in refusals | polite or reply.startswith(("You have not told me", "You have not asked me")), f"{question} -> {reply}"
        )
    return declined, harmless


async def score_recall(guide: Talking, facts: Sequence[Recall], turns: int, name: str) -> tuple[Score, Score]:
    """Count the facts that are told in the first turn and named exactly in the last one, and the first questions that are quoted."""
    random = Random(_SEED)
    asked = [question.text for question in help_questions()] + outside_questions()
    recalled, quoted = Score(f"Recall {name}"), Score(f"First question quoted {name}")
    for fact in facts:
        between = random.sample(asked, turns - 3)
        try:
            *_, reply, quote = await guide.all_of(fact.told, *between, fact.asked, "What was my first question?")
        except NotAnsweredError as error:  # replies that do not end fill the context
            reply = quote = str(error)
        recalled.count(reply == fact.expected, f"{fact.told} … {fact.asked} -> {reply}")
        quoted.count(quote == replies.FIRST_QUESTION.format(between[0]), f"{between[0]} -> {quote}")
    return recalled, quoted


async def evaluate(model: Path, share: float, tell: Callable[[Score], None], folder: Path = QUESTIONS) -> None:
    """Ask all questions of the folder, each by itself, and a share of the dialogues in which something is recalled."""
    facts = recalls(Random(_SEED))
    async with talking(model) as guide:
        tell(await score_help(guide, help_questions(folder)))
        for score in await score_outside(guide, outside_questions(folder)):
            tell(score)
        for score in await score_recall(guide, facts[: round(_RECALLS * share)], _TURNS, f"over {_TURNS} turns"):
            tell(score)
        for score in await score_recall(guide, facts[: round(_LONG_RECALLS * share)], _LONG_TURNS, "past 1,000 tokens"):
            tell(score)


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=GUIDE)
    parser.add_argument("--share", type=float, default=1.0, help="of the dialogues in which something is recalled")
    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="a folder with help.tsv and outside.txt of your own")
    parser.add_argument("--misses", action="store_true", help="show what was not as it should be")
    arguments = parser.parse_args()

    def tell(score: Score) -> None:
        print(score, flush=True)
        for miss in score.misses if arguments.misses else ():
            print(f"    {miss}", flush=True)

    asyncio.run(evaluate(arguments.model, arguments.share, tell, arguments.questions))


if __name__ == "__main__":
    _main()
