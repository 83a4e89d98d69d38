"""Replies whose reasoning and answer are shown, stored and continued apart."""

from pathlib import Path

import pytest

from desktop.chat.events import ReplyExtended
from desktop.conversations.message import ConversationId, Message, Status
from tests.chat.bench import Bench, run
from tests.chat.replies import Replies, styled_model
from tests.inference.templates import STYLES, Style

REASONING = [style for style in STYLES if style.reasoning]


@pytest.fixture(params=REASONING, ids=lambda style: style.name)
def style(request: pytest.FixtureRequest) -> Style:
    return request.param


def shown(bench: Bench, message: Message) -> tuple[str, str]:
    """Return the reasoning and the answer of a reply as a window has them that knows nothing but the events."""
    fields = {True: "", False: ""}
    for event in bench.of(ReplyExtended):
        if event.message_id == message.id:
            assert len(fields[event.is_reasoning]) == event.start
            fields[event.is_reasoning] += event.text
    return fields[True], fields[False]


async def last(bench: Bench, chat: ConversationId) -> Message:
    return (await bench.store.path(chat))[-1]


async def ids_of(bench: Bench, message: Message) -> list[int]:
    return list((await bench.store.reply_tokens([message.id], bench.engine.loaded.source.vocabulary))[message.id])


def test_reasoning_and_answer_are_told_and_stored_apart(tmp_path: Path, models: Path, replies: Replies, style: Style) -> None:
    replies.add(style, style.reasoning.format("Why\n\nnot", "Yes.\n"))

    async def test(bench: Bench) -> None:
        reply = await last(bench, await bench.chat("What is it?"))
        assert (reply.reasoning, reply.text, reply.status) == ("Why\n\nnot", "Yes.\n", Status.COMPLETE)
        assert shown(bench, reply) == ("Why\n\nnot", "Yes.\n")
        assert 0 < reply.stats.thinking_seconds < reply.stats.writing_seconds + 1
        assert await ids_of(bench, reply) == list(next(iter(replies.values()))), "the ids are whole"

    run(tmp_path, styled_model(models, style), test)


@pytest.mark.parametrize("part", ["reasoning", "answer"])
def test_a_cut_reply_goes_on_in_its_part(tmp_path: Path, models: Path, replies: Replies, style: Style, part: str) -> None:
    whole = style.reasoning.format("Because " * (400 if part == "reasoning" else 1), "It is " * 400)
    replies.add(style, whole)

    def is_there(bench: Bench) -> bool:
        return any(event.is_reasoning is (part == "reasoning") and event.start > 20 for event in bench.of(ReplyExtended))

    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "What is it?")
        await bench.until(lambda: is_there(bench))
        await bench.chats.stop(chat)
        cut = await last(bench, chat)
        assert cut.status is Status.STOPPED
        assert "Because".startswith(cut.reasoning[:7])
        assert bool(cut.text) is (part == "answer")
        assert shown(bench, cut) == (cut.reasoning, cut.text)
        ids = await ids_of(bench, cut)
        closing = style.reasoning.split("{}")[1]
        replies.add(style, (closing if part == "reasoning" else "") + "Done.")
        await bench.chats.continue_reply(chat)
        await bench.idle(chat)
        reply = await last(bench, chat)
        assert reply.status is Status.COMPLETE
        assert (reply.reasoning, reply.text) == (cut.reasoning, cut.text + "Done.")
        assert (await ids_of(bench, reply))[: len(ids)] == ids
        if part == "answer":
            assert reply.stats.thinking_seconds == cut.stats.thinking_seconds > 0
        else:
            assert reply.stats.thinking_seconds >= cut.stats.thinking_seconds > 0
        own = [event for event in bench.of(ReplyExtended) if event.message_id == reply.id and not event.is_reasoning]
        assert own[0].start == len(cut.text)

    run(tmp_path, styled_model(models, style), test)


def test_a_reply_that_ended_while_it_reasoned_is_kept_as_reasoning(tmp_path: Path, models: Path, replies: Replies, style: Style) -> None:
    whole = style.reasoning.format("Because it is so", "")
    replies.add(style, whole[: whole.index(" it is so") + 3], style.reasoning.format("Why", "Yes."))

    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is it?")
        reply = await last(bench, chat)
        assert (reply.reasoning, reply.text) == ("Because it", "")
        await bench.chats.send(chat, "And?")
        await bench.idle(chat)
        assert (await last(bench, chat)).text == "Yes."

    run(tmp_path, styled_model(models, style), test)


def test_a_model_that_does_not_reason_may_write_of_it(tmp_path: Path, models: Path, replies: Replies) -> None:
    style = Style("plain", "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}<|assistant|>")
    replies.add(style, "thinking: <thinking>a</thinking>")

    async def test(bench: Bench) -> None:
        reply = await last(bench, await bench.chat("How are the tags written?"))
        assert (reply.reasoning, reply.text) == ("", "thinking: <thinking>a</thinking>")

    run(tmp_path, styled_model(models, style), test)
