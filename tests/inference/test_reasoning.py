from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.inference.reasoning import FORMS, ReasoningForm, ReasoningSplitter, Shown, find_form, join_reply, split_reply

GENERATION_PROMPT = "<|im_start|>assistant\n"


def form_of(opening: str) -> ReasoningForm:
    return next(form for form in FORMS if opening in form.openings)


TAGS = form_of("<think>")
OPENED = TAGS.after("<|im_start|>assistant\n<think>\n")
CHANNELS = form_of("<|channel|>analysis<|message|>")
COMMAND = form_of("<|START_THINKING|>")


def show(pieces: list[str], form: ReasoningForm | None) -> tuple[str, str]:
    """Return what a window has after these pieces, if no end is told."""
    splitter = ReasoningSplitter(form)
    shown = [each for piece in pieces for each in splitter.feed(piece)]
    return "".join(s.text for s in shown if s.is_reasoning), "".join(s.text for s in shown if not s.is_reasoning)


@pytest.mark.parametrize(
    ("form", "reply", "expected"),
    [
        (TAGS, "<think>\nWhy\n\nnot\n</think>\n\nYes.\n", ("Why\n\nnot", "Yes.\n")),
        (TAGS, " \n<think>Why</think>Yes", ("Why", "Yes")),
        (TAGS, "<think>\n\n</think>\n\nYes", ("", "Yes")),
        (TAGS, " Yes", ("", " Yes")),
        (TAGS, "Write <think>a</think> there", ("", "Write <think>a</think> there")),
        (TAGS, "<think>Why</think>A tag is <think>, its end </think>.", ("Why", "A tag is <think>, its end </think>.")),
        (TAGS, "<thinking", ("", "<thinking")),
        (TAGS, "<think>Because it", ("Because it", "")),
        (TAGS, "<think>a < b </thin", ("a < b </thin", "")),
        (OPENED, "\nWhy\n</think>\n\nYes", ("Why", "Yes")),
        (OPENED, "<think>\nWhy</think>Yes", ("Why", "Yes")),
        (OPENED, "</think>Yes", ("", "Yes")),
        (OPENED, "Why", ("Why", "")),
        (OPENED, " \n", ("", "")),
        (CHANNELS, "<|channel|>analysis<|message|>Why<|end|><|start|>assistant<|channel|>final<|message|>Yes", ("Why", "Yes")),
        (CHANNELS, "<|channel|>final<|message|> Yes", ("", " Yes")),
        (CHANNELS, "<|channel|>analysis<|message|>Why<|end|><|start|>assistant<|channel|>fi", ("Why", "")),
        (CHANNELS, "<|channel|>analysis", ("", "")),
        (CHANNELS, "No channel", ("", "No channel")),
        (
            CHANNELS,
            "<|channel|>analysis<|message|>One <|end|><|start|>assistant<|channel|>commentary<|message|>\nTwo<|end|><|start|>assistant"
            "<|channel|>final<|message|>Yes<|end|>",
            ("One\n\nTwo", "Yes<|end|>"),
        ),
        (COMMAND, "<|START_THINKING|>Why<|END_THINKING|><|START_RESPONSE|>Yes<|END_RESPONSE|>", ("Why", "Yes")),
        (COMMAND, "<|START_RESPONSE|>Yes<|END_RES", ("", "Yes")),
        (form_of("[THINK]"), "[THINK]Why[/THINK]Yes", ("Why", "Yes")),
        (form_of("<seed:think>"), "<seed:think>Why</seed:think>Yes", ("Why", "Yes")),
        (form_of("<thinking>"), "<thinking>\nWhy\n</thinking>\nYes", ("Why", "Yes")),
        (form_of("<|channel>thought\n"), "<|channel>thought\nWhy\n<channel|>Yes", ("Why", "Yes")),
        (form_of("<|think|>"), "<|think|>Why<|end|><|begin|>assistant<|content|>Yes", ("Why", "Yes")),
        (None, "<think>Why</think>Yes", ("", "<think>Why</think>Yes")),
    ],
)
def test_a_reply_is_split(form, reply, expected):
    assert split_reply(reply, form) == expected


MARKS = [
    mark for form in FORMS for mark in (*form.openings, form.closing, *form.answer_openings, form.answer_closing, *form.fillers) if mark
]
texts = st.lists(st.sampled_from([*MARKS, *(mark[:-1] for mark in MARKS), "Why", "Yes ", " ", "\n", "<", "é"]), max_size=8).map("".join)
forms = st.sampled_from([None, *FORMS, *(form.after(form.openings[0]) for form in FORMS)])


@settings(deadline=None)
@given(text=texts, form=forms, cuts=st.lists(st.integers(0, 60), max_size=10))
def test_how_a_reply_comes_makes_no_difference(text, form, cuts):
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    splitter = ReasoningSplitter(form)
    shown: list[Shown] = []
    for start, end in pairwise(places):
        shown += splitter.feed(text[start:end])
        assert all(piece.text for piece in shown)
        rest = splitter.rest()
        whole = [*shown, *([rest] if rest else [])]
        found = "".join(s.text for s in whole if s.is_reasoning), "".join(s.text for s in whole if not s.is_reasoning)
        assert found == split_reply(text[:end], form), "at any time, what is shown and held back is the reply so far"


@settings(deadline=None)
@given(text=texts, form=forms)
def test_what_was_shown_is_never_taken_back(text, form):
    shown = [show(list(text[:end]), form) for end in range(len(text) + 1)]
    for before, after in pairwise(shown):
        assert after[0].startswith(before[0])
        assert after[1].startswith(before[1])


@pytest.mark.parametrize("form", [TAGS, OPENED, CHANNELS, COMMAND], ids=["tags", "opened", "channels", "command"])
def test_no_part_of_a_mark_is_shown(form):
    reply = "".join(piece.text for piece in join_reply("Why", "Yes", form))
    for end in range(len(reply) + 1):
        reasoning, text = show(list(reply[:end]), form)
        assert "Why".startswith(reasoning)
        assert "Yes".startswith(text)


@given(form=forms, reasoning=st.sampled_from(["", "Why\n\nnot"]), text=st.sampled_from(["", "Yes", "a <think> b"]))
def test_what_is_joined_is_split_the_same(form, reasoning, text):
    joined = "".join(piece.text for piece in join_reply(reasoning, text, form))
    assert split_reply(joined, form) == (("", text) if form is None else (reasoning, text))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.openings[0].strip())
def test_a_form_is_known_by_its_template(form):
    template = "{{ messages }}" + "".join(form.signs)
    assert find_form(template, (), GENERATION_PROMPT) == form
    assert find_form(template, (), GENERATION_PROMPT + form.openings[0]) == form.after(form.openings[0])


def test_a_generation_prompt_that_ends_with_a_mark_opens_the_reasoning():
    opened = find_form("{{ messages }}", (), "<|im_start|>assistant\n<think>\n")
    assert opened is not None
    assert opened.is_open
    closed = find_form("</think>", (), "<|im_start|>assistant\n<think>\n\n</think>\n\n")
    assert closed == TAGS


def test_a_vocabulary_with_both_marks_tells_the_form():
    assert find_form("{{ messages }}", ("<think>", "</think>", "<|im_end|>"), GENERATION_PROMPT) == TAGS
    assert find_form("{{ messages }}", ("<think>",), GENERATION_PROMPT) is None


def test_a_model_that_knows_no_marks_may_write_them():
    assert find_form("{{ messages }}<|im_end|>", ("<|im_end|>",), GENERATION_PROMPT) is None
