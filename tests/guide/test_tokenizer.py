"""The vocabulary cuts text as llama.cpp does, or what was learned would not be what is read."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from gguf import GGUFReader

from desktop.inference.binding.library import Library
from desktop.inference.binding.model import Model
from resources.guide.dialogues import Dialogues
from resources.guide.evaluate import help_questions, outside_questions
from resources.guide.talking import GUIDE
from resources.guide.tokenizer import END_OF_TURN, SPECIAL_TOKENS, Tokenizer, learn
from tests.tiny_models import byte_alphabet

TEXTS = [
    "low lower lowest, slow",
    "The newest is the lowest; 1234 4321",
    "Ωmega ß 日本語 🙂",
    "  two  spaces\n\nand lines \t",
    "don't we'll I'm _x_ a_b",
]


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    library = Library()
    yield library
    library.close()


def test_what_stands_together_most_often_becomes_one() -> None:
    tokenizer = learn(["aba aba aba ab"], 256 + len(SPECIAL_TOKENS) + 2)
    assert tokenizer.texts()[256] == b"ab"
    assert len(tokenizer.encode("ab")) == 1


def test_figures_stay_apart() -> None:
    tokenizer = learn(["1111 1111 1111 word word"] * 3, 256 + len(SPECIAL_TOKENS) + 4)
    assert tokenizer.encode("111") == [ord("1")] * 3


@pytest.mark.parametrize("text", TEXTS)
def test_ids_spell_the_text(text: str) -> None:
    tokenizer = learn(TEXTS, 300)
    texts = tokenizer.texts()
    assert b"".join(texts[token] for token in tokenizer.encode(text)).decode() == text


def test_one_is_told_from_another_of_the_same_merges() -> None:
    one, other = learn(TEXTS, 300), learn(TEXTS, 300)
    assert one.merges == other.merges
    assert len({one, other}) == 2
    assert one != other, "what is hashed apart must not be equal"


def test_it_is_what_it_was_after_saving(tmp_path: Path) -> None:
    tokenizer = learn(TEXTS, 300)
    tokenizer.save(tmp_path / "vocabulary.json")
    again = Tokenizer.load(tmp_path / "vocabulary.json")
    assert (again.encode(TEXTS[0]), again.special(END_OF_TURN)) == (tokenizer.encode(TEXTS[0]), tokenizer.special(END_OF_TURN))


def _shipped() -> Tokenizer:
    """Return the vocabulary of the model file."""
    fields = GGUFReader(GUIDE).fields

    def strings(key: str) -> list[str]:
        return [bytes(fields[key].parts[part]).decode() for part in fields[key].data]

    ids = {token: place for place, token in enumerate(strings("tokenizer.ggml.tokens"))}
    bytes_first = [ids[letter] for letter in byte_alphabet()]
    assert bytes_first == list(range(256))
    merges = [merge.split(" ") for merge in strings("tokenizer.ggml.merges")]
    return Tokenizer([(ids[left], ids[right]) for left, right in merges])


def test_llama_cpp_cuts_the_same_way(library: Library) -> None:
    tokenizer = _shipped()
    said = [turn.said for turn in Dialogues(Random(2)).draw(200)]
    model = Model(library, GUIDE, lambda progress: True)
    try:
        for text in (*TEXTS, *said, *(question.text for question in help_questions()), *outside_questions()):
            assert [int(token) for token in model.tokenize(text)] == tokenizer.encode(text), text
    finally:
        model.close()
