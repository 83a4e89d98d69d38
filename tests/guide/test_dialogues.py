"""What the guide learns from is right: what a reply names was said before, and what was not told is not known."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.guide import facts, invented, replies
from resources.guide.dialogues import OUTSIDE, Dialogues, Turn
from resources.guide.evaluate import QUESTIONS, help_questions, outside_questions
from resources.guide.lists import read_toml
from resources.guide.phrasing import as_typed, expand
from resources.guide.topics import read_topics, with_keys
from resources.guide.wording import reworded

RANDOM = Random()
DIALOGUES = Dialogues(RANDOM)
ANSWERS = {topic.id: topic.answer for topic in read_topics()}
FIXED = {*ANSWERS.values()} | {talk.reply for talk in replies.SMALL_TALK}
FIXED |= {with_keys(replies.DECLINED), with_keys(replies.NOT_UNDERSTOOD), replies.NO_QUESTION, replies.NOTHING_TOLD}
seeds = st.integers(0, 2**32)


class Sentences:
    """What the guide says to facts of all kinds: `noted`, `answer` or `unknown` of facts.toml."""

    def __init__(self, name: str) -> None:
        kinds = [kind for kind in read_toml("facts.toml").values() if name in kind]
        # The wordier first: "Your {1} is {0}." would take what is of another kind.
        kinds.sort(key=lambda kind: len(re.sub(r"\{.\}", "", kind[name])), reverse=True)
        self._kinds = [(kind["answer"], self._pattern(kind[name])) for kind in kinds]

    def read(self, reply: str) -> tuple[str, str, str] | None:
        """Return the kind, by its answer, what it is said of, and the value; None: it is no such sentence."""
        for answer, pattern in self._kinds:
            if found := pattern.fullmatch(reply):
                return answer, found.groupdict().get("about", ""), found.groupdict().get("value", "")
        return None

    @staticmethod
    def _pattern(sentence: str) -> re.Pattern[str]:
        return re.compile(re.escape(sentence).replace(r"\{0\}", "(?P<value>.+?)").replace(r"\{1\}", "(?P<about>.+?)"))


NOTED, ANSWERED, UNKNOWN = Sentences("noted"), Sentences("answer"), Sentences("unknown")


def drawn(seed: int, turns: int) -> list[Turn]:
    RANDOM.seed(seed)
    return DIALOGUES.draw(turns)


def drawn_long(seed: int) -> list[Turn]:
    RANDOM.seed(seed)
    return DIALOGUES.draw_long_ago(4000, lambda turn: len(turn.said) + len(turn.reply))


def hold_to_what_was_told(dialogue: list[Turn]) -> None:
    """Fail where a reply does not follow from the turns before."""
    told: dict[tuple[str, str], str] = {}
    for turn in dialogue:
        if turn.reply in FIXED or re.match(r'Your (?:first|last) question was: "', turn.reply):
            assert turn.reply != replies.NOTHING_TOLD or not told
        elif unknown := UNKNOWN.read(turn.reply):
            assert unknown[:2] not in told, turn
        elif noted := NOTED.read(noted_in(turn)):
            answer, about, value = noted
            assert value in turn.said
            assert about in turn.said
            told.pop((answer, about), None)
            told[answer, about] = value
        elif turn.reply != " ".join(answer.format(value, about) for (answer, about), value in list(told.items())[:4]):
            answer, about, value = ANSWERED.read(turn.reply) or ("", "", turn.reply)
            assert told.get((answer, about)) == value, turn


def noted_in(turn: Turn) -> str:
    """Return the reply to a fact without the answer to what is asked in the same turn."""
    return turn.reply.removesuffix(ANSWERS[turn.topic]).rstrip() if turn.topic else turn.reply


@given(seeds)
@settings(max_examples=80, deadline=None)
def test_what_is_quoted_was_asked_before(seed: int) -> None:
    asked: list[str] = []
    for turn in drawn(seed, 8):
        if found := re.fullmatch(r'Your (first|last) question was: "(.*)"', turn.reply, re.DOTALL):
            assert found[2] == asked[0 if found[1] == "first" else -1]
        elif turn.reply == replies.NO_QUESTION:
            assert not asked
        if turn.is_question:
            asked.append(turn.said)


@given(seeds)
@settings(max_examples=80, deadline=None)
def test_a_reply_is_one_of_the_guides_or_made_of_what_was_told_last(seed: int) -> None:
    hold_to_what_was_told(drawn(seed, 8))


def test_the_same_seed_draws_the_same() -> None:
    assert drawn(5, 9) == drawn(5, 9) != drawn(6, 9)


def test_a_long_dialogue_asks_for_what_was_told_first() -> None:
    dialogue = drawn_long(3)
    assert sum(len(turn.said) + len(turn.reply) for turn in dialogue) > 4000
    first = next(turn.said for turn in dialogue if turn.is_question)
    assert dialogue[-1].reply == replies.FIRST_QUESTION.format(first)
    hold_to_what_was_told(dialogue)


@given(seeds)
@settings(max_examples=80, deadline=None)
def test_what_is_told_survives_slips_and_capitals(seed: int) -> None:
    random = Random(seed)
    kind = facts.draw_kind(random)
    value = kind.value(random)
    said = as_typed(expand(random.choice(kind.sayings), random), random, kept=(value, kind.about), is_told=True)
    assert value in said
    assert kind.about in said
    assert not said.endswith("?")


@pytest.mark.parametrize("make", [invented.name, invented.place, invented.number, invented.code, invented.word])
def test_what_is_invented_varies(make: Callable[[Random], str]) -> None:
    random = Random(1)
    made = [make(random) for _ in range(500)]
    assert all(value.strip() == value and value for value in made)
    assert len(set(made)) > 300


def test_rewording_keeps_a_sentence_one() -> None:
    random = Random(2)
    made = {reworded("how do i delete this chat", random) for _ in range(200)}
    assert len(made) > 30
    assert not [sentence for sentence in made if "  " in sentence or not sentence]


def plain(text: str) -> str:
    return re.sub(r"\W", "", text).lower()


def all_of(line: str) -> Iterator[str]:
    """Yield all that a line stands for, with its slots."""
    pieces = re.split(r"\[([^\[\]]*)\]", line)
    for chosen in product(*(piece.split("|") if place % 2 else [piece] for place, piece in enumerate(pieces))):
        yield "".join(chosen)


def drawn_from(line: str, texts: Iterable[str], words: Mapping[str, set[str]]) -> set[str]:
    """Return which plain texts are a line whose slots have been filled."""
    slots = re.findall(r"\{(\w+)\}", line)
    pattern = re.compile("(.+?)".join(map(plain, re.split(r"\{\w+\}", line))))
    filled = {text: zip(slots, found.groups(), strict=True) for text in texts if (found := pattern.fullmatch(text))}
    return {text for text in filled if all(value in words[slot] if slot in words else value.isdigit() for slot, value in filled[text])}


def test_the_questions_that_measure_are_not_those_it_learns() -> None:
    words = {path.stem: set(map(plain, path.read_text(encoding="utf-8").splitlines())) for path in (OUTSIDE / "words").glob("*.txt")}
    learned = [line for topic in read_topics() for line in topic.phrasings] + [*DIALOGUES._outside, *DIALOGUES._statements]
    sentences = {sentence for line in learned for sentence in all_of(line)}
    measured = {plain(question.text) for question in help_questions()} | set(map(plain, outside_questions()))
    same = measured & {plain(sentence) for sentence in (*sentences, *DIALOGUES._nonsense)}
    same |= {text for line in sentences if "{" in line for text in drawn_from(line, measured, words)}
    assert not same


def test_every_topic_is_measured() -> None:
    topics = {topic.id for topic in read_topics()}
    assert {name for question in help_questions() for name in question.topics} == topics
    assert len(help_questions()) >= 100
    assert len(outside_questions()) >= 100
    assert len((QUESTIONS / "names.txt").read_text(encoding="utf-8").splitlines()) >= 200
