from collections.abc import Sequence
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from desktop.inference.detokenizer import Detokenizer, text_of


def cut(data: bytes, cuts: Sequence[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


def feed(pieces: Sequence[bytes]) -> tuple[Detokenizer, list[str]]:
    detokenizer = Detokenizer(pieces.__getitem__)
    return detokenizer, [detokenizer.feed(token) for token in range(len(pieces))]


texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]) | st.sampled_from("é日😀👩‍🚀 "), max_size=12)
cuts = st.lists(st.integers(0, 100), max_size=8)


@given(text=texts, cuts=cuts)
@example(text=" 😀!", cuts=[3])
@example(text="日本", cuts=[2, 5])
def test_no_character_is_shown_before_it_is_whole(text, cuts):
    detokenizer, shown = feed(cut(text.encode(), cuts))
    for count in range(len(shown) + 1):
        assert text.startswith("".join(shown[:count]))
    assert "".join(shown) + detokenizer.finish() == text
    assert "\ufffd" not in "".join(shown) or "\ufffd" in text


@given(data=st.binary(max_size=24), cuts=cuts)
@example(data=b"\xe2\xe2\x82\xac", cuts=[1])
@example(data=b"a\xf0\x9f", cuts=[1])
@example(data=b"a\xf0\x9f", cuts=[])
@example(data=b"\xe2\x82\xac\xe2\x82", cuts=[1])
def test_what_is_shown_is_the_text_of_all_but_the_pending_tokens(data, cuts):
    pieces = cut(data, cuts)
    detokenizer = Detokenizer(pieces.__getitem__)
    shown = ""
    for token in range(len(pieces)):
        shown += detokenizer.feed(token)
        complete = token + 1 - detokenizer.tokens_pending
        assert shown == text_of(range(complete), pieces.__getitem__)
    assert shown + detokenizer.finish() == data.decode("utf-8", "replace")


@given(pieces=st.lists(st.binary(max_size=4), max_size=10))
def test_the_end_shows_all_there_is(pieces):
    detokenizer, shown = feed(pieces)
    assert "".join(shown) + detokenizer.finish() == text_of(range(len(pieces)), pieces.__getitem__)
    assert detokenizer.tokens_pending == 0
    assert detokenizer.finish() == ""


def test_pending_tokens_are_counted():
    detokenizer = Detokenizer([b"\xf0", b"\x9f\x98", b"\x80", b"x"].__getitem__)
    assert [(detokenizer.feed(token), detokenizer.tokens_pending) for token in range(4)] == [("", 1), ("", 2), ("😀", 0), ("x", 0)]


def test_a_token_that_ends_one_character_and_begins_another_waits_for_it():
    detokenizer = Detokenizer([b"\xe2\x82", b"\xac\xe2\x82", b"\xac"].__getitem__)
    assert [(detokenizer.feed(token), detokenizer.tokens_pending) for token in range(3)] == [("", 1), ("", 2), ("€€", 0)]
