import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.conversations.folding import fold, indexed, is_whole, places, words_of

TEXT = st.text(alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("eéÉßfiﬁΣς\u0301が각½ \n")), max_size=40)


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("Café", "cafe"),
        ("cafe\u0301", "CAFÉ"),
        ("Straße", "STRASSE"),
        ("ﬁne", "fine"),
        ("ΣΟΦΟΣ", "σοφος"),
        ("Ａｂｃ", "abc"),
        ("Ёлка", "елка"),
    ],
)
def test_case_accents_and_forms_make_no_difference(written: str, sought: str) -> None:
    assert fold(written) == fold(sought)


def test_marks_that_are_letters_of_their_own_make_one() -> None:
    assert fold("が") != fold("か")
    assert fold("कि") != fold("क")
    assert fold("각") != fold("가")


@given(TEXT, TEXT)
def test_a_sum_is_folded_to_the_sum(one: str, other: str) -> None:
    assert fold(one) + fold(other) == fold(one + other)


@given(TEXT, TEXT, TEXT)
def test_what_stands_in_a_text_is_found_there(before: str, sought: str, after: str) -> None:
    for start, end in places(before + sought + after, [fold(sought)]):
        assert fold(sought) in fold((before + sought + after)[start:end])
    if fold(sought):
        assert places(before + sought + after, [fold(sought)])


def test_places_are_those_of_the_text_as_it_was_written() -> None:
    text = "Große ﬁsche, große Fische"
    assert [text[start:end] for start, end in places(text, ["grosse"])] == ["Große", "große"]
    assert [text[start:end] for start, end in places(text, ["fi", "isch"])] == ["ﬁsch", "Fisch"]
    assert places("cafe\u0301s", ["cafe"]) == [(0, 5)]
    assert places(text, ["nowhere"]) == places(text, [""]) == []


def test_words_are_folded_and_come_once() -> None:
    assert words_of(" Über  über\0alles\n") == ("uber", "alles")
    assert indexed("a\0B") == "a b  "


def test_a_word_is_whole_where_no_letter_is_beside_it() -> None:
    assert is_whole("the moon.", "moon")
    assert is_whole("moonlight, moon", "moon")
    assert not is_whole("moonlight", "moon")
    assert not is_whole("amoon", "moon")
