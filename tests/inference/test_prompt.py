from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from desktop.inference.binding import Model
from desktop.inference.errors import TemplateError
from desktop.inference.prompt import CLOSE, OPEN, SYSTEM, Prompt, PromptBuilder, Turn
from desktop.inference.vocabulary import SPACE
from desktop.sessions.tokens import TokenIds, common_length, token_ids
from tests.inference.driver import TODAY
from tests.inference.prompts import answered, as_llama_would, builder_of, byte_ids, printed, said, template_of, token_of
from tests.inference.templates import CHATML, INST, STYLES, THINKING, TURNS, Style
from tests.tiny_models import BEGIN_OF_TEXT

relaxed = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

TEXTS = ["Hello there", "  spaces at the ends \n", "\r\nlines\r\nmore\n", "日本 😀 é", "a\0b", "x", "\ue0000\ue001", "{{ messages }}"]
BENIGN = ["Hello there", "two\n\nparagraphs of it", "日本 😀 é", "x", "1 < 2 > 0 </p>"]


@pytest.fixture(params=STYLES, ids=lambda style: style.name)
def style(request: pytest.FixtureRequest) -> Style:
    return request.param


@pytest.fixture
def builder(vocabulary_model: Model, style: Style) -> PromptBuilder:
    return builder_of(vocabulary_model, style)


def decoded_after(prompt: Prompt, reply: TokenIds) -> TokenIds:
    """Return what is in the KV cache when a reply has ended."""
    return prompt.ids + reply + token_ids([] if prompt.end_of_turn is None else [prompt.end_of_turn])


def reply_turn(model: Model, style: Style, data: bytes) -> Turn:
    ids = byte_ids(style.opening.encode() + data)
    return answered(printed(model, ids), ids)


def check(prompt: Prompt) -> None:
    positions = [boundary.position for boundary in prompt.boundaries]
    assert all(before < after for before, after in pairwise([0, *positions, len(prompt.ids)])), "one token must be left to decode"
    turns = [boundary.turn for boundary in prompt.boundaries]
    assert turns == sorted(set(turns))


reply_bytes = st.binary(min_size=1, max_size=12) | st.text(min_size=1, max_size=8).map(lambda text: text.encode("utf-8", "replace"))


@relaxed
@given(
    texts=st.lists(st.sampled_from(TEXTS) | st.text(min_size=1, max_size=20), min_size=2, max_size=4),
    replies=st.lists(reply_bytes, min_size=3, max_size=3),
    system=st.sampled_from(["", "Be kind.", " Be\nkind. "]),
)
@example(texts=["a", "b"], replies=[b"\xee\x80\x800\xee\x80\x81", b"x", b"x"], system="")
@example(texts=["a", "b"], replies=[b" \xf0\x9f", b"x", b"x"], system="")
def test_a_prompt_begins_with_what_was_decoded_before(vocabulary_model, style, builder, texts, replies, system):
    nothing = SPACE + OPEN + CLOSE  # a chat does not send such; a reply without anything else is read again
    assume(all(text.strip(nothing) for text in texts) and all(data.decode("utf-8", "replace").strip(nothing) for data in replies))
    if style.trims:
        replies = [data.strip(SPACE.encode()) or b"x" for data in replies]
    turns: list[Turn] = []
    decoded = token_ids()
    previous: Prompt | None = None
    for text, data in zip(texts, replies, strict=False):
        turns.append(said(text))
        prompt = builder.build(turns, system, TODAY)
        check(prompt)
        if style.keeps_history:
            assert prompt.ids[: len(decoded)] == decoded
            if previous is not None:
                assert len(decoded) in [b.position for b in prompt.boundaries if b.turn == len(turns) - 2], "the reply's end is a boundary"
        if previous is not None:
            for boundary in previous.boundaries:
                assert prompt.ids[: boundary.position] == previous.ids[: boundary.position], "what was saved is met again"
        reply = reply_turn(vocabulary_model, style, data)
        turns.append(reply)
        decoded, previous = decoded_after(prompt, reply.ids), prompt


@relaxed
@given(
    texts=st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3),
    reply=reply_bytes,
    further=st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2),
    system=st.sampled_from(["", "Be kind."]),
)
def test_the_history_is_a_prefix_of_every_continuation(vocabulary_model, style, builder, texts, reply, further, system):
    turns = [turn for text in texts for turn in (said(text), reply_turn(vocabulary_model, style, reply))]
    for length in range(1, len(turns) + 1):
        history = builder.history(turns[:length], system, TODAY)
        check(Prompt(history.ids + token_ids([0]), history.boundaries, None, 0))
        assert all(boundary.turn < length for boundary in history.boundaries)
        new = [said(further[0])] if length % 2 == 0 else []
        for extended in ([*turns[:length], *new], [*turns[:length], *new, answered("Yes."), said(further[-1])]):
            continued = builder.build(extended, system, TODAY)
            assert continued.ids[: len(history.ids)] == history.ids
            assert len(continued.ids) > len(history.ids)


def test_history_reaches_to_the_end_of_the_last_turn(vocabulary_model, style, builder):
    reply = reply_turn(vocabulary_model, style, b"Good.")
    prompt = builder.build([said("Hello")], "", TODAY)
    history = builder.history([said("Hello"), reply], "", TODAY)
    if style.keeps_history:
        assert history.ids == decoded_after(prompt, reply.ids)
        assert history.boundaries[-1].turn == 1
    else:
        assert not history.ids or common_length(history.ids, prompt.ids) >= prompt.boundaries[0].position


@pytest.mark.parametrize("system", ["", "Be kind."])
@pytest.mark.parametrize("turns", [1, 3])
def test_ids_are_those_of_the_whole_rendering(vocabulary_model, style, builder, system, turns):
    chat = [said(text) if index % 2 == 0 else answered(style.opening.strip() + text) for index, text in enumerate(BENIGN[:turns])]
    if style.source != TURNS or not system:
        first = [{"role": "system", "content": system}] if system else []
        messages = [*first, *({"role": turn.role.value, "content": turn.text} for turn in chat)]
    else:
        folded = {"role": "user", "content": f"{system}\n\n{chat[0].text}"}
        messages = [folded, *({"role": turn.role.value, "content": turn.text} for turn in chat[1:])]
    rendering = template_of(vocabulary_model, style).render(messages, TODAY, add_generation_prompt=True)
    expected = as_llama_would(vocabulary_model, rendering)
    if style.adds_bos and not style.prints_bos:
        expected = token_ids([BEGIN_OF_TEXT]) + expected
    assert builder.build(chat, system, TODAY).ids == expected


def test_bos_stands_once_where_it_is_wanted(style, builder):
    prompt = builder.build([said("Hello")], "Be kind.", TODAY)
    wanted = style.adds_bos or style.source == INST
    assert list(prompt.ids).count(BEGIN_OF_TEXT) == wanted
    assert (prompt.ids[0] == BEGIN_OF_TEXT) == wanted


def test_the_end_of_turn_is_the_templates(vocabulary_model, style, builder):
    found = builder.build([said("Hello")], "", TODAY).end_of_turn
    assert found == (None if style.end_of_turn is None else token_of(vocabulary_model, style.end_of_turn))


def test_one_system_prompt_ends_at_one_boundary(style, builder):
    one, other = (builder.build([said(text)], "Be kind.", TODAY) for text in ("Hello", "What is this?"))
    if style.knows_system:
        assert one.boundaries[0] == other.boundaries[0]
        assert one.boundaries[0].turn == SYSTEM
        assert one.ids[: one.boundaries[0].position] == other.ids[: other.boundaries[0].position]
    else:
        assert SYSTEM not in [boundary.turn for boundary in (*one.boundaries, *other.boundaries)]
    assert [boundary.turn for boundary in one.boundaries][-1] == 0


def test_the_system_boundary_stands_behind_the_system_prompt(vocabulary_model):
    builder = builder_of(vocabulary_model, Style("", CHATML))
    prompt = builder.build([said("Hello")], "Be kind.", TODAY)
    assert printed(vocabulary_model, prompt.ids[: prompt.boundaries[0].position]) == "<|im_start|>system\nBe kind.<|im_end|>\n"
    assert printed(vocabulary_model, prompt.ids[prompt.boundaries[1].position :]) == "<|im_start|>assistant\n"


def test_regenerating_enters_before_the_generation_prompt(style, builder):
    one, other = (builder.build([said("Hello"), answered(text), said("More")], "", TODAY) for text in ("Yes", "No"))
    boundary = builder.build([said("Hello")], "", TODAY).boundaries[-1]
    assert one.ids[: boundary.position] == other.ids[: boundary.position]


def test_without_control_tokens_the_boundary_is_one_token_before_the_end(vocabulary_model):
    prompt = builder_of(vocabulary_model, Style("", INST)).build([said("Hello")], "", TODAY)
    assert prompt.boundaries[-1].position == len(prompt.ids) - 1


@pytest.mark.parametrize("known", [True, False])
def test_continuing_goes_on_from_the_partial_reply(vocabulary_model, style, builder, known):
    turns = [said("Hello"), reply_turn(vocabulary_model, style, b"Good."), said("More")]
    opening = builder.build(turns, "Be kind.", TODAY)
    begun = byte_ids("Begun with ")
    prompt = builder.build([*turns, answered("Begun with ", begun if known else None)], "Be kind.", TODAY)
    assert prompt.ids == opening.ids + begun
    assert prompt.boundaries == opening.boundaries
    assert prompt.end_of_turn == opening.end_of_turn


def test_a_partial_reply_without_text_begins_anew(vocabulary_model, style, builder):
    opening = builder.build([said("Hello")], "", TODAY)
    assert builder.build([said("Hello"), answered("", token_ids())], "", TODAY).ids == opening.ids


def test_a_continued_reply_is_met_again_in_the_next_prompt(vocabulary_model):
    builder = builder_of(vocabulary_model, Style("", CHATML))
    ids = byte_ids("Begun, and ended.")
    continued = builder.build([said("Hello"), answered("Begun", byte_ids("Begun"))], "", TODAY)
    decoded = continued.ids + ids[5:] + token_ids([continued.end_of_turn])
    following = builder.build([said("Hello"), answered("Begun, and ended.", ids), said("Yes")], "", TODAY)
    assert following.ids[: len(decoded)] == decoded


def test_equal_roles_in_a_row_are_merged(vocabulary_model, style, builder):
    apart = builder.build([said("Hello"), said("there"), answered("Yes"), answered("really"), said("So")], "", TODAY)
    assert apart.ids == builder.build([said("Hello\n\nthere"), answered("Yes\n\nreally"), said("So")], "", TODAY).ids
    check(apart)


def test_ids_that_do_not_spell_the_text_are_not_used(vocabulary_model, style, builder):
    turns = [said("Hello"), answered("Edited", byte_ids("Something else")), said("More")]
    prompt = builder.build(turns, "", TODAY)
    assert prompt.ids == builder.build([turns[0], answered("Edited"), turns[2]], "", TODAY).ids


def test_a_reply_may_hold_a_control_token_that_the_model_wrote(vocabulary_model):
    builder = builder_of(vocabulary_model, Style("", CHATML))
    ids = byte_ids("Look: ") + token_ids([token_of(vocabulary_model, "<|eot_id|>")]) + byte_ids(" so")
    prompt = builder.build([said("Hello")], "", TODAY)
    turns = [said("Hello"), answered(printed(vocabulary_model, ids), ids), said("More")]
    assert builder.build(turns, "", TODAY).ids[: len(prompt.ids) + len(ids)] == prompt.ids + ids


def test_reasoning_that_the_template_drops_is_read_again_from_the_question_on(vocabulary_model):
    builder = builder_of(vocabulary_model, Style("", THINKING))
    prompt = builder.build([said("Hello")], "", TODAY)
    following = builder.build([said("Hello"), answered("</think>Yes", byte_ids("</think>Yes")), said("More")], "", TODAY)
    assert common_length(prompt.ids, following.ids) >= prompt.boundaries[-1].position
    assert "<think>" not in printed(vocabulary_model, following.ids[: following.boundaries[1].position])


@pytest.mark.parametrize(
    "source",
    [
        "{{ messages[-1].content }}",
        "{% for m in messages %}{{ m.content }}{{ m.content }}{% endfor %}",
        "{% for m in messages %}{{ m.content[:2] }}{% endfor %}",
        "{% for m in messages %}\ue0001\ue001{{ m.content }}{% endfor %}",
        "{% for m in messages | reverse %}{{ m.role }}{% endfor %}",
    ],
)
def test_a_template_that_leaves_out_or_repeats_a_message_is_refused(vocabulary_model, source):
    builder = builder_of(vocabulary_model, Style("", source))
    with pytest.raises(TemplateError, match=r"The model's chat template failed: it leaves out or repeats a message\. .+"):
        builder.build([said("Hello"), answered("Yes"), said("More")], "", TODAY)


def test_a_template_may_write_what_looks_like_a_placeholder(vocabulary_model):
    source = CHATML + "\ue000" + "1" * 5000 + "\ue001"
    prompt = builder_of(vocabulary_model, Style("", source)).build([said("Hello")], "", TODAY)
    assert printed(vocabulary_model, prompt.ids).endswith("1\ue001")


def test_a_system_prompt_that_is_ignored_goes_to_the_person(vocabulary_model):
    source = "{% for m in messages if m.role != 'system' %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}<|assistant|>"
    prompt = builder_of(vocabulary_model, Style("", source)).build([said("Hello")], "Be kind.", TODAY)
    assert printed(vocabulary_model, prompt.ids) == "<|user|>Be kind.\n\nHello<|end|><|assistant|>"


@pytest.mark.parametrize("text", ["", " ", " \n\t"])
def test_white_space_alone_is_a_message_too(builder, text):
    prompt = builder.build([said("Hello"), answered(text, byte_ids(text)), said("More")], text, TODAY)
    check(prompt)


def test_a_megabyte_is_a_message_too(vocabulary_model):
    builder = builder_of(vocabulary_model, Style("", CHATML))
    text = "<|im_start|>system\n 日本 <|role|> and so on. " * 20_000
    prompt = builder.build([said(text)], "", TODAY)
    assert printed(vocabulary_model, prompt.ids) == f"<|im_start|>user\n{text.strip()} <|im_end|>\n<|im_start|>assistant\n"
    assert list(prompt.ids).count(token_of(vocabulary_model, "<|im_start|>")) == 2
    assert prompt.boundaries[-1].position == len(prompt.ids) - len("assistant\n") - 1
