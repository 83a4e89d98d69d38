"""What is computed in idle time after a reply, and what that spares the next message."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

import pytest

from desktop.chat.chat_options import ChatOptions
from desktop.chat.events import (
    Activity,
    ActivityChanged,
    GettingReady,
    NotReady,
    Readiness,
    ReadinessChanged,
    ReadyAtOnce,
    ReplyFinished,
    RereadReason,
)
from desktop.chat.turn import Turn
from desktop.conversations.kv_records import TokenForm
from desktop.conversations.message import ConversationId, Status
from desktop.inference.prompt import SYSTEM
from desktop.sessions.keys import NodeKey
from tests.chat.bench import Bench, bench
from tests.chat.replies import Replies, styled_model
from tests.inference.templates import CHATML, STYLES, Style
from tests.tiny_models import Family, Shape

Test = Callable[[Bench], Awaitable[None]]
THOUGHT = "Because it is so, " * 10
LARGE = Shape(layers=6, width=512, feed_forward=1024)  # so that reading takes a while


def style_of(name: str) -> Style:
    return next(style for style in STYLES if style.name == name)


def run(data: Path, model: Path, test: Test, *, settles: Callable[[], bool] = lambda: True) -> None:
    async def run_test() -> None:
        async with bench(data / "data", model, ChatOptions(settles=settles)) as made:
            await test(made)

    asyncio.run(run_test())


async def send(bench: Bench, chat: ConversationId, text: str) -> None:
    await bench.chats.send(chat, text)
    await bench.idle(chat)


@pytest.mark.parametrize("name", ["qwen", "thinking", "deepseek", "channels"])
def test_the_next_message_is_all_that_is_read(tmp_path: Path, models: Path, replies: Replies, name: str) -> None:
    style = style_of(name)
    replies.add(style, style.reasoning.format(THOUGHT, "Yes."), style.reasoning.format(THOUGHT, "No."))

    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is it?")
        [finished] = bench.of(ReplyFinished)
        later = bench.events[bench.events.index(finished) :]
        assert [event.activity for event in later if isinstance(event, ActivityChanged)] == [Activity.IDLE], "nothing is told of it"
        told = [event.readiness for event in later if isinstance(event, ReadinessChanged)]
        assert all(readiness is None or isinstance(readiness, GettingReady) for readiness in told)
        stats = finished.message.stats
        assert 0 < bench.engine.tokens_decoded - (stats.tokens_read + stats.tokens_written + 1) < 30, "the answer, without the reasoning"
        settled, _ = bench.chats.context(chat)
        assert settled < stats.tokens_written
        await send(bench, chat, "And that?")
        reply = (await bench.store.path(chat))[-1]
        assert reply.status is Status.COMPLETE
        assert reply.stats.tokens_restored == settled
        assert reply.stats.tokens_read < len("And that?") + 60, "and what stands around it"

    run(tmp_path, styled_model(models, style), test)


@pytest.mark.parametrize("family", [Family.WINDOW, Family.RECURRENT, Family.HYBRID])
def test_models_of_all_kinds_settle(tmp_path: Path, models: Path, replies: Replies, family: Family) -> None:
    style = style_of("qwen")
    replies.add(style, *(style.reasoning.format(THOUGHT, text) for text in ("Yes.", "No.", "So.")))

    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is it?")
        for text in ("And that?", "And now?"):
            settled, _ = bench.chats.context(chat)
            await send(bench, chat, text)
            reply = (await bench.store.path(chat))[-1]
            assert reply.stats.tokens_restored == settled
            assert reply.stats.tokens_read < len(text) + 60

    run(tmp_path, styled_model(models, style, Shape(width=256), family), test)


def test_what_a_template_leaves_alone_is_not_read_again(tmp_path: Path, models: Path, replies: Replies) -> None:
    style = style_of("chatml")
    replies.add(style, "Yes.")

    async def test(bench: Bench) -> None:
        started: list[Turn] = []
        bench.chats._turns.on_started.append(lambda chat, turn: started.append(turn))
        await bench.chat("What is it?")
        [finished] = bench.of(ReplyFinished)
        assert len(started) == 1
        stats = finished.message.stats
        assert bench.engine.tokens_decoded == stats.tokens_read + stats.tokens_written + 1

    run(tmp_path, styled_model(models, style), test)


def test_nothing_is_settled_that_the_person_does_not_want(tmp_path: Path, models: Path, replies: Replies) -> None:
    style = style_of("qwen")
    replies.add(style, style.reasoning.format(THOUGHT, "Yes. " * 20), style.reasoning.format(THOUGHT, "No."))

    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is it?")
        stats = bench.of(ReplyFinished)[0].message.stats
        assert bench.engine.tokens_decoded == stats.tokens_read + stats.tokens_written + 1
        await send(bench, chat, "And that?")
        assert (await bench.store.path(chat))[-1].stats.tokens_read > len("Yes. " * 20)

    run(tmp_path, styled_model(models, style), test, settles=lambda: False)


def test_a_stopped_reply_is_not_settled(tmp_path: Path, models: Path, replies: Replies) -> None:
    style = style_of("qwen")
    replies.add(style, style.reasoning.format("Because " * 500, "Yes."))

    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "What is it?")
        await bench.until(lambda: bench.chats.activity(chat) is Activity.REPLYING)
        await bench.chats.stop(chat)
        decoded = bench.engine.tokens_decoded
        await bench.idle(chat)
        assert bench.engine.tokens_decoded == decoded

    run(tmp_path, styled_model(models, style), test)


def test_a_send_takes_over_what_is_settled(tmp_path: Path, models: Path, replies: Replies) -> None:
    style = style_of("moving")  # it writes all anew
    replies.add(style, "Yes.", "No.")
    long = "What is it? " * 150

    async def test(bench: Bench) -> None:
        chat = (await bench.store.create("New chat", date.today(), "Be kind.")).id
        await bench.chats.send(chat, long)
        await bench.until(lambda: bench.of(ReplyFinished))
        decoded = bench.engine.tokens_decoded
        await bench.until(lambda: bench.engine.tokens_decoded >= decoded + 600)
        assert isinstance(bench.chats.readiness(chat), GettingReady), "nobody waits for it"
        assert bench.chats.activity(chat) is Activity.IDLE
        await send(bench, chat, "And that?")
        assert bench.chats.readiness(chat) is None
        reply = (await bench.store.path(chat))[-1]
        assert reply.status is Status.COMPLETE
        assert 200 < reply.stats.tokens_restored < len(long)
        assert reply.stats.tokens_restored + reply.stats.tokens_read > len(long)

    run(tmp_path, styled_model(models, style, LARGE), test)


def test_what_a_change_of_its_prompts_costs_is_told(tmp_path: Path, models: Path, replies: Replies) -> None:
    style = style_of("qwen")
    replies.add(style, style.reasoning.format(THOUGHT, "Yes. " * 40))

    async def readiness(bench: Bench, chat: ConversationId) -> Readiness:
        await bench.until(lambda: bench.chats.readiness(chat) is not None)
        await bench.idle(chat)
        return bench.chats.readiness(chat)

    async def test(bench: Bench) -> None:
        chat = (await bench.store.create("New chat", date.today())).id
        await bench.chats.set_keeps_reasoning(chat, True)
        await send(bench, chat, "What is it?")
        await bench.chats.open(chat)
        assert isinstance(await readiness(bench, chat), ReadyAtOnce), "nothing had to settle"
        await bench.chats.set_keeps_reasoning(chat, False)
        told = await readiness(bench, chat)
        assert isinstance(told, NotReady)
        assert told.reason is RereadReason.THINKING_CHANGED
        decoded = bench.engine.tokens_decoded
        await bench.chats.prepare(chat)
        await bench.idle(chat)
        assert bench.engine.tokens_decoded - decoded == told.tokens >= len("Yes. " * 40)
        assert bench.chats.readiness(chat) is None
        await bench.chats.set_keeps_reasoning(chat, True)
        assert isinstance(await readiness(bench, chat), ReadyAtOnce), "both are stored now"

    run(tmp_path, styled_model(models, style), test)


def test_what_thinking_changes_is_told(tmp_path: Path, models: Path, replies: Replies) -> None:
    style = Style("told", "<|system|>{{ 'think' if enable_thinking | default(true) else 'do not' }}<|end|>" + CHATML)
    replies.add(style, "Yes. " * 40)

    async def test(bench: Bench) -> None:
        assert bench.chats.model.can_toggle_thinking
        chat = await bench.chat("What is it?")
        await bench.chats.open(chat)
        await bench.chats.set_thinking(chat, False)
        await bench.until(lambda: isinstance(bench.chats.readiness(chat), NotReady))
        readiness = bench.chats.readiness(chat)
        assert readiness.reason is RereadReason.THINKING_CHANGED
        assert readiness.tokens > len("Yes. " * 40)

    run(tmp_path, styled_model(models, style), test)


def test_what_is_saved_of_the_system_prompt_belongs_to_the_first_message(tmp_path: Path, models: Path, replies: Replies) -> None:
    style = style_of("chatml")
    replies.add(style, "Yes.", "No.")

    async def test(bench: Bench) -> None:
        turns: list[Turn] = []
        bench.chats._turns.on_started.append(lambda chat, turn: turns.append(turn))
        chat = (await bench.store.create("New chat", date.today(), "Be kind.")).id
        await send(bench, chat, "What is it?")
        await send(bench, chat, "And that?")
        boundary = turns[-1].plan.prompt.boundaries[0]
        assert boundary.turn == SYSTEM
        path = await bench.store.path(chat)
        turns[-1].saved(boundary.position, NodeKey(b"a node"))
        [node] = await bench.store.nodes([path[0].id])
        assert node.end_key == b"a node"

    run(tmp_path, styled_model(models, style), test)


def test_a_settled_reply_is_kept_as_it_was_generated_too(tmp_path: Path, models: Path, replies: Replies) -> None:
    style = style_of("qwen")
    replies.add(style, style.reasoning.format(THOUGHT, "Yes. " * 40))

    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is it?")
        reply = (await bench.store.path(chat))[-1]
        nodes = {node.form: node.end_key for node in await bench.store.nodes([reply.id])}
        assert set(nodes) == {TokenForm.GENERATED, TokenForm.SETTLED}
        assert nodes[TokenForm.GENERATED] != nodes[TokenForm.SETTLED]
        await bench.chats.begin()  # which sweeps
        decoded = bench.engine.tokens_decoded
        for keeps in (True, False):
            await bench.chats.open(chat)
            await bench.chats.set_keeps_reasoning(chat, keeps)
            await bench.idle()
            assert isinstance(bench.chats.readiness(chat), ReadyAtOnce)
        assert bench.engine.tokens_decoded == decoded

    run(tmp_path, styled_model(models, style), test)


def test_a_reply_that_nobody_settled_is_no_change_of_an_earlier_message(tmp_path: Path, models: Path, replies: Replies) -> None:
    style = style_of("qwen")
    replies.add(style, style.reasoning.format(THOUGHT, "Yes. " * 40))

    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is it?")
        await bench.chats.open(chat)
        await bench.idle()
        told = bench.chats.readiness(chat)
        assert isinstance(told, NotReady)
        assert told.reason is RereadReason.FIRST_TIME

    run(tmp_path, styled_model(models, style), test, settles=lambda: False)


def test_a_system_prompt_is_read_once_for_all_chats(tmp_path: Path, models: Path, replies: Replies) -> None:
    style = style_of("chatml")
    replies.add(style, "Yes.", "No.", "So.")
    prompt = "Be kind to whoever asks. " * 20

    async def ask(bench: Bench, text: str) -> None:
        chat = (await bench.store.create("New chat", date.today(), prompt)).id
        await send(bench, chat, text)
        read.append((await bench.store.path(chat))[-1].stats.tokens_read)

    async def begin(bench: Bench) -> None:
        await ask(bench, "What is it?")
        await ask(bench, "Another thing?")

    async def go_on(bench: Bench) -> None:
        await bench.chats.begin()
        await ask(bench, "A third thing?")
        assert bench.chats.tokens_restored > len(prompt)

    read: list[int] = []
    run(tmp_path, styled_model(models, style), begin)
    run(tmp_path, styled_model(models, style), go_on)
    assert read[0] > len(prompt)
    assert max(read[1:]) < 60
