from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from desktop.inference.binding import Model
from desktop.inference.errors import TemplateError
from desktop.inference.prompt import CLOSE, OPEN, SYSTEM, Boundary, Prompt, PromptBuilder, Turn
from desktop.inference.vocabulary import SPACE
from desktop.sessions.tokens import TokenIds, common_length, token_ids
from tests.inference.driver import TODAY
from tests.inference.prompts import (
    answered,
    as_llama_would,
    builder_of,
    byte_ids,
    generated,
    printed,
    prompt_settings,
    said,
    template_of,
    token_of,
)
from tests.inference.templates import CHANNELS, CHATML, DEEPSEEK, INST, QWEN, STYLES, THINKING, TURNS, Style
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
    return generated(model, style, as_llama_would(model, style.opening) + byte_ids(data))


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
        prompt = builder.build(turns, prompt_settings(system))
        check(prompt)
        if style.keeps_history:
            assert prompt.ids[: len(decoded)] == decoded
            if previous is not None:
                assert len(decoded) in [b.position for b in prompt.boundaries if b.turn == len(turns) - 2], "the reply's end is a boundary"
        if previous is not None:
            for boundary in previous.boundaries:
                if boundary.turn != SYSTEM or style.knows_system:  # else it serves other chats
                    assert prompt.ids[: boundary.position] == previous.ids[: boundary.position], "what was saved is met again"
        reply = reply_turn(vocabulary_model, style, data)
        assume(reply.text.strip(nothing))  # "<think>" alone is all reasoning
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
        history = builder.history(turns[:length], prompt_settings(system))
        check(Prompt(history.ids + token_ids([0]), history.boundaries, None, 0))
        assert all(boundary.turn < length for boundary in history.boundaries)
        new = [said(further[0])] if length % 2 == 0 else []
        for extended in ([*turns[:length], *new], [*turns[:length], *new, answered("Yes."), said(further[-1])]):
            continued = builder.build(extended, prompt_settings(system))
            assert continued.ids[: len(history.ids)] == history.ids
            assert len(continued.ids) > len(history.ids)


def test_history_reaches_to_the_end_of_the_last_turn(vocabulary_model, style, builder):
    reply = reply_turn(vocabulary_model, style, b"Good.")
    prompt = builder.build([said("Hello")], prompt_settings())
    history = builder.history([said("Hello"), reply], prompt_settings())
    if style.keeps_history:
        assert history.ids == decoded_after(prompt, reply.ids)
        assert history.boundaries[-1].turn == 1
    else:
        assert not history.ids or common_length(history.ids, prompt.ids) >= prompt.boundaries[0].position


@pytest.mark.parametrize("system", ["", "Be kind."])
@pytest.mark.parametrize("turns", [1, 3])
def test_ids_are_those_of_the_whole_rendering(vocabulary_model, style, builder, system, turns):
    chat = [said(text) if index % 2 == 0 else answered(text) for index, text in enumerate(BENIGN[:turns])]
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
    assert builder.build(chat, prompt_settings(system)).ids == expected


def test_bos_stands_once_where_it_is_wanted(style, builder):
    prompt = builder.build([said("Hello")], prompt_settings("Be kind."))
    wanted = style.adds_bos or style.source == INST
    assert list(prompt.ids).count(BEGIN_OF_TEXT) == wanted
    assert (prompt.ids[0] == BEGIN_OF_TEXT) == wanted


def test_the_end_of_turn_is_the_templates(vocabulary_model, style, builder):
    found = builder.build([said("Hello")], prompt_settings()).end_of_turn
    assert found == (None if style.end_of_turn is None else token_of(vocabulary_model, style.end_of_turn))


def test_one_system_prompt_ends_at_one_boundary(vocabulary_model, style, builder):
    one, other = (builder.build([said(text)], prompt_settings("Be kind.")) for text in ("Hello", "What is this?"))
    assert one.boundaries[0] == other.boundaries[0]
    assert one.boundaries[0].turn == SYSTEM
    shared = one.ids[: one.boundaries[0].position]
    assert shared == other.ids[: other.boundaries[0].position]
    assert "Be kind." in printed(vocabulary_model, shared)
    assert common_length(one.ids, other.ids) - len(shared) <= len("<|start_header_id|>user\n\n"), "but for what opens the message"


def test_the_system_boundary_stands_behind_the_system_prompt(vocabulary_model):
    builder = builder_of(vocabulary_model, Style("", CHATML))
    prompt = builder.build([said("Hello")], prompt_settings("Be kind."))
    assert printed(vocabulary_model, prompt.ids[: prompt.boundaries[0].position]) == "<|im_start|>system\nBe kind.<|im_end|>\n"
    assert printed(vocabulary_model, prompt.ids[prompt.boundaries[1].position :]) == "<|im_start|>assistant\n"


def test_regenerating_enters_before_the_generation_prompt(style, builder):
    one, other = (builder.build([said("Hello"), answered(text), said("More")], prompt_settings()) for text in ("Yes", "No"))
    boundary = builder.build([said("Hello")], prompt_settings()).boundaries[-1]
    assert one.ids[: boundary.position] == other.ids[: boundary.position]


def test_without_control_tokens_the_boundary_is_one_token_before_the_end(vocabulary_model):
    prompt = builder_of(vocabulary_model, Style("", INST)).build([said("Hello")], prompt_settings())
    assert prompt.boundaries[-1].position == len(prompt.ids) - 1


@pytest.mark.parametrize("known", [True, False])
def test_continuing_goes_on_from_the_partial_reply(vocabulary_model, style, builder, known):
    turns = [said("Hello"), reply_turn(vocabulary_model, style, b"Good."), said("More")]
    opening = builder.build(turns, prompt_settings("Be kind."))
    begun = as_llama_would(vocabulary_model, style.opening.removeprefix(" ") + "Begun with ")
    cut = generated(vocabulary_model, style, begun)
    prompt = builder.build([*turns, cut if known else replace(cut, ids=None)], prompt_settings("Be kind."))
    assert prompt.ids == opening.ids + begun
    assert prompt.begun == printed(vocabulary_model, begun)
    assert prompt.boundaries == opening.boundaries
    assert prompt.end_of_turn == opening.end_of_turn


def test_a_partial_reply_without_text_begins_anew(vocabulary_model, style, builder):
    opening = builder.build([said("Hello")], prompt_settings())
    assert builder.build([said("Hello"), answered("", token_ids())], prompt_settings()).ids == opening.ids


def test_a_continued_reply_is_met_again_in_the_next_prompt(vocabulary_model):
    builder = builder_of(vocabulary_model, Style("", CHATML))
    ids = byte_ids("Begun, and ended.")
    continued = builder.build([said("Hello"), answered("Begun", byte_ids("Begun"))], prompt_settings())
    decoded = continued.ids + ids[5:] + token_ids([continued.end_of_turn])
    following = builder.build([said("Hello"), answered("Begun, and ended.", ids), said("Yes")], prompt_settings())
    assert following.ids[: len(decoded)] == decoded


def test_equal_roles_in_a_row_are_merged(vocabulary_model, style, builder):
    apart = builder.build([said("Hello"), said("there"), answered("Yes"), answered("really"), said("So")], prompt_settings())
    assert apart.ids == builder.build([said("Hello\n\nthere"), answered("Yes\n\nreally"), said("So")], prompt_settings()).ids
    check(apart)


def test_ids_that_do_not_spell_the_text_are_not_used(vocabulary_model, style, builder):
    turns = [said("Hello"), answered("Edited", byte_ids("Something else")), said("More")]
    prompt = builder.build(turns, prompt_settings())
    assert prompt.ids == builder.build([turns[0], answered("Edited"), turns[2]], prompt_settings()).ids


def test_a_reply_may_hold_a_control_token_that_the_model_wrote(vocabulary_model):
    builder = builder_of(vocabulary_model, Style("", CHATML))
    ids = byte_ids("Look: ") + token_ids([token_of(vocabulary_model, "<|eot_id|>")]) + byte_ids(" so")
    prompt = builder.build([said("Hello")], prompt_settings())
    turns = [said("Hello"), answered(printed(vocabulary_model, ids), ids), said("More")]
    assert builder.build(turns, prompt_settings()).ids[: len(prompt.ids) + len(ids)] == prompt.ids + ids


def test_reasoning_that_the_template_drops_is_read_again_from_the_question_on(vocabulary_model):
    builder = builder_of(vocabulary_model, Style("", THINKING))
    prompt = builder.build([said("Hello")], prompt_settings())
    following = builder.build([said("Hello"), answered("</think>Yes", byte_ids("</think>Yes")), said("More")], prompt_settings())
    assert common_length(prompt.ids, following.ids) >= prompt.boundaries[-1].position
    assert "<think>" not in printed(vocabulary_model, following.ids[: following.boundaries[1].position])


def reasoned(model: Model, style: Style, reasoning: str, text: str) -> Turn:
    return generated(model, style, style.reasoning.format(reasoning, text) if style.reasoning else style.opening + text)


@pytest.mark.parametrize("system", ["", "Be kind."])
def test_a_chat_that_keeps_reasoning_decodes_nothing_again(vocabulary_model, style, builder, system):
    turns, decoded = list[Turn](), token_ids()
    keeping = prompt_settings(system, keeps_reasoning=True)
    replies = [reasoned(vocabulary_model, style, "Why\n\nnot", "Yes."), reasoned(vocabulary_model, style, "So", "No "), None]
    for reply in replies:
        turns.append(said("Hello"))
        prompt = builder.build(turns, keeping)
        check(prompt)
        if style.name not in ("counting", "moving", "reminded"):  # what they write before the reply changes
            assert prompt.ids[: len(decoded)] == decoded
            if decoded:
                assert len(decoded) in [b.position for b in prompt.boundaries if b.turn == len(turns) - 2]
        if reply is not None:
            turns.append(reply)
            decoded = decoded_after(prompt, reply.ids)
            history = builder.history(turns, keeping).ids
            if style.name not in ("counting", "moving", "reminded"):
                assert common_length(history, decoded) == min(len(history), len(decoded))


def test_a_cut_reasoning_stays_where_reasoning_is_kept(vocabulary_model, style, builder):
    if not style.reasoning:
        return
    keeping = prompt_settings(keeps_reasoning=True)
    prompt = builder.build([said("Hello")], keeping)
    whole = as_llama_would(vocabulary_model, style.reasoning.format("Because it is so", ""))
    cut = generated(vocabulary_model, style, whole[: list(whole).index(ord("B")) + 7])
    assert (cut.reasoning, cut.text) == ("Because", "")
    following = builder.build([said("Hello"), cut, said("More")], keeping)
    assert following.ids[: len(prompt.ids) + len(cut.ids)] == prompt.ids + cut.ids


@pytest.mark.parametrize("thinking", [None, True, False])
def test_replies_stay_behind_the_generation_prompt_that_they_followed(vocabulary_model, thinking):
    builder = builder_of(vocabulary_model, Style("", QWEN))
    thought = generated(vocabulary_model, Style("", QWEN), "<think>\nWhy\n</think>\n\nYes")
    prompt = builder.build([said("Hello")], prompt_settings(keeps_reasoning=True))
    following = builder.build([said("Hello"), thought, said("More")], prompt_settings(keeps_reasoning=True, thinking=thinking))
    assert following.ids[: len(prompt.ids) + len(thought.ids)] == prompt.ids + thought.ids
    assert printed(vocabulary_model, following.ids).endswith("<think>\n\n</think>\n\n") is (thinking is False)


def test_reasoning_is_dropped_where_the_template_drops_it(vocabulary_model, style, builder):
    if not style.reasoning:
        return
    turns = [said("Hello"), reasoned(vocabulary_model, style, "Why", "Yes."), said("More")]
    text = printed(vocabulary_model, builder.build(turns, prompt_settings()).ids)
    assert "Yes." in text
    assert ("Why" in text) is (style.name == "keeping")


def test_an_answer_may_speak_of_the_marks(vocabulary_model):
    builder = builder_of(vocabulary_model, Style("", DEEPSEEK))
    reply = generated(vocabulary_model, Style("", DEEPSEEK), "Why\n</think>\n\nWrite </think> there.")
    assert reply.text == "Write </think> there."
    text = printed(vocabulary_model, builder.build([said("Hello"), reply, said("More")], prompt_settings()).ids)
    assert "<|Assistant|>Write </think> there.<|end_of_sentence|>" in text, "the template cannot cut what it does not see"


def test_a_message_owns_one_boundary_before_the_generation_prompt(vocabulary_model, style, builder):
    turns = [said("Hello"), reasoned(vocabulary_model, style, "Why", "Yes."), said("More")]
    first = builder.build(turns[:1], prompt_settings()).boundaries[-1]
    if style.keeps_history or style.name in ("thinking", "deepseek"):
        assert first in builder.build(turns, prompt_settings()).boundaries


def test_a_reply_without_an_end_that_is_written_anew_ends_before_the_next_mark(vocabulary_model):
    style = Style("", "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}\n{% endfor %}<|assistant|><think>")
    builder = builder_of(vocabulary_model, style)
    turns = [said("Hello"), generated(vocabulary_model, style, "Why</think>Yes")]
    history = builder.history(turns, prompt_settings())
    assert printed(vocabulary_model, history.ids) == "<|user|>Hello\n<|assistant|>Yes\n"
    assert history.boundaries[-1] == Boundary(len(history.ids), 1)


def test_no_boundary_stands_between_reasoning_and_answer(vocabulary_model):
    builder = builder_of(vocabulary_model, Style("", CHANNELS.replace(" and loop.last", "")))
    turns = [said("Hello"), answered("Yes", reasoning="Why"), said("More")]
    prompt = builder.build(turns, prompt_settings())
    check(prompt)
    [end] = [boundary.position for boundary in prompt.boundaries if boundary.turn == 1]
    assert printed(vocabulary_model, prompt.ids[:end]).endswith(
        "<|message|>Why<|end|><|start|>assistant<|channel|>final<|message|>Yes<|end|>"
    )


def test_the_system_boundary_stands_before_what_the_message_may_change(vocabulary_model):
    source = "{% for m in messages %}{{ '[INST]' ~ m.content ~ ' ' if m.role == 'system' else m.content ~ '[/INST]' }}{% endfor %}"
    builder = builder_of(vocabulary_model, Style("", source))
    one, other = (builder.build([said(text)], prompt_settings("Be kind.")) for text in ("x", "   x"))
    assert one.ids != other.ids
    assert one.boundaries[0] == other.boundaries[0]
    assert printed(vocabulary_model, one.ids[: one.boundaries[0].position]) == "[INST]Be kind."


@pytest.mark.parametrize("adds_bos", [True, False])
def test_plain_texts_stand_one_after_the_other(vocabulary_model, adds_bos):
    builder = builder_of(vocabulary_model, Style("", CHATML, adds_bos=adds_bos))
    plain = prompt_settings(is_plain=True)
    reply = byte_ids("and so\xff on <think>")
    turns = [said(" Once "), said("upon<|im_end|>\n"), answered(printed(vocabulary_model, reply), reply), said("<|im_start|> the end")]
    prompt = builder.build(turns, plain)
    start = token_ids([BEGIN_OF_TEXT] if adds_bos else [])
    assert prompt.ids == start + byte_ids(" Once upon<|im_end|>\n") + reply + byte_ids("<|im_start|> the end")
    ends = [len(start) + n for n in (6, 20, 21 + len(reply), 40 + len(reply))]
    assert [(b.position, b.turn) for b in prompt.boundaries] == list(zip(ends, range(4), strict=True))
    assert (prompt.end_of_turn, prompt.form) == (None, None)
    check(prompt)
    history = builder.history(turns, plain)
    assert history.ids == prompt.ids
    assert history.boundaries == (*prompt.boundaries[:3], Boundary(len(prompt.ids), 3))
    for length in range(1, 4):
        assert prompt.ids[: len(builder.history(turns[:length], plain).ids)] == builder.history(turns[:length], plain).ids


def test_a_plain_text_is_continued(vocabulary_model):
    builder = builder_of(vocabulary_model, Style("", CHATML))
    turns = [said("Once "), answered("upon", byte_ids("upon"))]
    prompt = builder.build(turns, prompt_settings(is_plain=True))
    assert (prompt.ids, prompt.opening, prompt.begun) == (byte_ids("Once upon"), 5, "upon")


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
        builder.build([said("Hello"), answered("Yes"), said("More")], prompt_settings())


def test_a_template_may_write_what_looks_like_a_placeholder(vocabulary_model):
    source = CHATML + "\ue000" + "1" * 5000 + "\ue001"
    prompt = builder_of(vocabulary_model, Style("", source)).build([said("Hello")], prompt_settings())
    assert printed(vocabulary_model, prompt.ids).endswith("1\ue001")


def test_a_system_prompt_that_is_ignored_goes_to_the_person(vocabulary_model):
    source = "{% for m in messages if m.role != 'system' %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}<|assistant|>"
    prompt = builder_of(vocabulary_model, Style("", source)).build([said("Hello")], prompt_settings("Be kind."))
    assert printed(vocabulary_model, prompt.ids) == "<|user|>Be kind.\n\nHello<|end|><|assistant|>"


@pytest.mark.parametrize("text", ["", " ", " \n\t"])
def test_white_space_alone_is_a_message_too(builder, text):
    prompt = builder.build([said("Hello"), answered(text, byte_ids(text)), said("More")], prompt_settings(text))
    check(prompt)


def test_a_megabyte_is_a_message_too(vocabulary_model):
    builder = builder_of(vocabulary_model, Style("", CHATML))
    text = "<|im_start|>system\n 日本 <|role|> and so on. " * 20_000
    prompt = builder.build([said(text)], prompt_settings())
    assert printed(vocabulary_model, prompt.ids) == f"<|im_start|>user\n{text.strip()} <|im_end|>\n<|im_start|>assistant\n"
    assert list(prompt.ids).count(token_of(vocabulary_model, "<|im_start|>")) == 2
    assert prompt.boundaries[-1].position == len(prompt.ids) - len("assistant\n") - 1
