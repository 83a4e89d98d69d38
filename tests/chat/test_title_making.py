"""Titles that the model writes in idle time, and what they leave alone."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.chat.chat_options import ChatOptions
from desktop.chat.events import Activity, ActivityChanged, ConversationChanged, MessageAdded, ReplyFinished
from desktop.chat.title_making import MOST_TOKENS, THOUGHT_TOKENS
from desktop.chat.titles import suggested_title
from desktop.conversations.message import ConversationId, Status
from tests.chat.bench import Bench, bench
from tests.chat.replies import Replies, styled_model
from tests.inference.templates import STYLES, Style
from tests.tiny_models import Family, Shape

Test = Callable[[Bench], Awaitable[None]]
ASKED = "Why do rivers bend? " * 4


@pytest.fixture(autouse=True)
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """What waits for idle time; it comes at once unless the list holds something."""
    waiting: list[Callable[[], None]] = []
    monkeypatch.setattr("desktop.chat.title_making.later", lambda act: waiting.append(act) if waiting else act())
    return waiting


def style_of(name: str) -> Style:
    return next(style for style in STYLES if style.name == name)


def run(data: Path, model: Path, test: Test, *, names: bool = True) -> None:
    async def run_test() -> None:
        async with bench(data, model, ChatOptions(names_chats=lambda: names)) as made:
            await test(made)

    asyncio.run(run_test())


async def send(bench: Bench, chat: ConversationId, text: str) -> None:
    await bench.chats.send(chat, text)
    await bench.idle(chat)


async def title(bench: Bench, chat: ConversationId) -> str:
    return (await bench.store.conversation(chat)).title


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Why rivers bend", "Why rivers bend"),
        ('"Why rivers bend."\n\nI hope you like it', "Why rivers bend"),
        ("  **Title: “Why” rivers «bend»**", "Why rivers bend"),
        ("# It's a river", "It's a river"),
        ("a\u202eb\x07c", "abc"),
        ("川はなぜ曲がるのか", "川はなぜ曲がるのか"),
        ("12:30 -- !!", ""),
        ("!%>n]}{", ""),
        ("Rivers \ufffd bend", ""),
        ("", ""),
        ("\n \n", ""),
        ("bend " * 40, ("bend " * 40)[:59].rstrip() + "…"),
    ],
)
def test_what_a_model_wrote_is_cleaned(written: str, expected: str) -> None:
    assert suggested_title(written) == expected
    assert len(expected) <= 60


@pytest.mark.parametrize("name", ["chatml", "qwen", "thinking"])
def test_a_chat_is_named_after_its_first_reply(tmp_path: Path, models: Path, replies: Replies, name: str) -> None:
    style = style_of(name)
    form = style.reasoning if name == "thinking" else "{1}"
    replies.add(style, *(form.format("Hm.", text) for text in ("Because of the banks.", '"Rivers"', "And so on.")))

    async def test(bench: Bench) -> None:
        chat = await bench.chat(ASKED)
        await bench.idle()
        assert await title(bench, chat) == "Rivers"
        assert bench.of(ConversationChanged)[-1].conversation.title == "Rivers"
        later = bench.events[bench.events.index(bench.of(ReplyFinished)[0]) :]
        assert [event.activity for event in later if isinstance(event, ActivityChanged)] == [Activity.IDLE], "nothing is told of it"
        assert len(bench.of(MessageAdded)) == 2
        decoded = bench.engine.tokens_decoded
        await send(bench, chat, "Go on")
        await bench.idle()
        assert await title(bench, chat) == "Rivers"
        stats = (await bench.store.path(chat))[-1].stats
        settled = bench.engine.tokens_decoded - decoded - stats.tokens_read - stats.tokens_written
        assert settled < 60, "no second title"

    run(tmp_path / "data", styled_model(models, style), test)


@dataclass(frozen=True)
class Seen:
    """What the second turn of a chat cost, and what lies on the disk after it."""

    read: int
    restored: int
    decoded: int
    files: tuple[str, ...]


@pytest.mark.parametrize("family", [Family.DENSE, Family.WINDOW, Family.RECURRENT, Family.HYBRID])
def test_the_next_turn_decodes_what_it_would_without_a_title(tmp_path: Path, models: Path, replies: Replies, family: Family) -> None:
    style = style_of("chatml")
    seen: dict[bool, Seen] = {}
    model = styled_model(models, style, Shape(width=256), family)
    for names in (True, False):
        replies.clear()
        replies.add(style, "Because of the banks.", *(["Rivers"] if names else []), "And so on.")

        async def test(bench: Bench, names: bool = names) -> None:
            chat = await bench.chat(ASKED)
            await bench.idle()
            assert (await title(bench, chat) == "Rivers") is names
            decoded = bench.engine.tokens_decoded
            await send(bench, chat, "Go on")
            stats = (await bench.store.path(chat))[-1].stats
            disk = bench.chats.tokens_restored
            await asyncio.to_thread(bench.segments.flush, 10)
            files = tuple(sorted(path.name for path in bench.sessions.rglob("*") if path.is_file()))
            assert disk == 0, "all was in the context still"
            seen[names] = Seen(stats.tokens_read, stats.tokens_restored, bench.engine.tokens_decoded - decoded, files)

        run(tmp_path / str(names), model, test, names=names)
    assert seen[True] == seen[False]
    assert seen[True].decoded == seen[True].read + len("And so on.") + 1


def test_a_persons_title_stays(tmp_path: Path, models: Path, replies: Replies) -> None:
    style = style_of("chatml")
    replies.add(style, "Because.", "So.", "Rivers")

    async def test(bench: Bench) -> None:
        before = (await bench.chats.new()).id
        await bench.chats.rename(before, ASKED)
        decoded = bench.engine.tokens_decoded
        await send(bench, before, ASKED)
        await bench.idle()
        stats = (await bench.store.path(before))[-1].stats
        assert bench.engine.tokens_decoded - decoded == stats.tokens_read + stats.tokens_written + 1, "none was written"
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, ASKED)
        await bench.until(lambda: len(bench.of(ReplyFinished)) == 2)
        await bench.chats.rename(chat, "Mine")
        await bench.idle()
        assert await title(bench, chat) == "Mine"

    run(tmp_path / "data", styled_model(models, style), test)


@pytest.mark.parametrize(("lines", "named"), [(5, "Rivers"), (THOUGHT_TOKENS // 10, "Why?")])
@pytest.mark.parametrize("name", ["thinking", "deepseek", "channels"])
def test_a_thought_is_no_title_but_may_come_before_one(
    tmp_path: Path, models: Path, replies: Replies, name: str, lines: int, named: str
) -> None:
    style = style_of(name)
    replies.add(style, *(style.reasoning.format("Let me see about it. " * lines, text) for text in ("Because.", "Rivers", "So.")))

    async def test(bench: Bench) -> None:
        chat = await bench.chat("Why?")
        await bench.idle()
        assert await title(bench, chat) == named

    run(tmp_path / "data", styled_model(models, style), test)


@pytest.mark.parametrize("name", ["thinking", "chatml"])
def test_a_title_has_no_more_room_where_a_thought_has_some(tmp_path: Path, models: Path, replies: Replies, name: str) -> None:
    style = style_of(name)
    form = style.reasoning if name == "thinking" else "{1}"
    replies.add(style, *(form.format("Hm.", text) for text in ("Because.", "word " * THOUGHT_TOKENS)))

    async def test(bench: Bench) -> None:
        chat = await bench.chat("Why?")
        await bench.idle()
        assert await title(bench, chat) == "word word word word"

    run(tmp_path / "data", styled_model(models, style), test)


@pytest.mark.parametrize("written", ["12 - 30", "word " * MOST_TOKENS, ""])
def test_what_is_no_title_is_refused_or_cut(tmp_path: Path, models: Path, replies: Replies, written: str) -> None:
    style = style_of("chatml")
    replies.add(style, "Because.", written, "So.")

    async def test(bench: Bench) -> None:
        chat = await bench.chat("Why?")
        await bench.idle()
        assert await title(bench, chat) == ("word word word word" if "word" in written else "Why?")
        decoded = bench.engine.tokens_decoded
        await send(bench, chat, "And?")
        await bench.idle()
        stats = (await bench.store.path(chat))[-1].stats
        assert bench.engine.tokens_decoded - decoded == stats.tokens_read + stats.tokens_written + 1, "it is tried once"

    run(tmp_path / "data", styled_model(models, style), test)


def test_nothing_is_named_that_the_person_does_not_want(tmp_path: Path, models: Path, replies: Replies) -> None:
    style = style_of("chatml")
    replies.add(style, "Because.")

    async def test(bench: Bench) -> None:
        chat = await bench.chat("Why?")
        await bench.idle()
        assert await title(bench, chat) == "Why?"
        stats = (await bench.store.path(chat))[-1].stats
        assert bench.engine.tokens_decoded == stats.tokens_read + stats.tokens_written + 1

    run(tmp_path / "data", styled_model(models, style), test, names=False)


def test_a_title_makes_way_for_a_message(tmp_path: Path, models: Path, replies: Replies) -> None:
    style = style_of("chatml")
    replies.add(style, "Because.", "Well, rivers", "So.")

    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Why? " * 40)
        await bench.until(lambda: bench.of(ReplyFinished))
        decoded = bench.engine.tokens_decoded
        await bench.until(lambda: bench.engine.tokens_decoded > decoded)
        await bench.chats.send(chat, "And?")
        await bench.until(lambda: len(bench.of(ReplyFinished)) == 2)
        reply = bench.of(ReplyFinished)[-1].message
        assert reply.status is Status.COMPLETE
        assert reply.stats.tokens_read < 60, "the chat was not read again"
        await bench.idle()

    run(tmp_path / "data", styled_model(models, style, Shape(layers=6, width=512, feed_forward=1024)), test)


def test_who_answers_at_once_waits_for_no_title(tmp_path: Path, models: Path, replies: Replies, waiting: list[Callable[[], None]]) -> None:
    style = style_of("chatml")
    replies.add(style, "Because.", "So.", "Rivers", "Never.")
    waiting.append(lambda: None)

    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        for number, text in enumerate(("Why?", "And?"), 1):
            await bench.chats.send(chat, text)
            await bench.until(lambda number=number: len(bench.of(ReplyFinished)) == number)
        stats = [message.stats for message in await bench.store.path(chat) if message.stats is not None]
        assert bench.engine.tokens_decoded == sum(it.tokens_read + it.tokens_written + 1 for it in stats), "nothing was written between"
        for act in waiting:
            act()
        await bench.idle()
        assert await title(bench, chat) == "Rivers", "by what the chat began with"
        decoded = bench.engine.tokens_decoded
        await send(bench, chat, "More?")
        await bench.idle()
        last = (await bench.store.path(chat))[-1].stats
        assert bench.engine.tokens_decoded - decoded == last.tokens_read + last.tokens_written + 1

    run(tmp_path / "data", styled_model(models, style), test)


def test_a_title_is_given_up_where_no_room_is_left(tmp_path: Path, models: Path, replies: Replies) -> None:
    style = style_of("chatml")
    replies.add(style, "Because.", "Rivers", "So.")

    async def test(bench: Bench) -> None:
        room = bench.chats.model.context_tokens
        chat = await bench.chat("Why? " * ((room - 570) // 5))
        await bench.idle()
        assert (await title(bench, chat)).startswith("Why?"), "the first line still"
        decoded = bench.engine.tokens_decoded
        await send(bench, chat, "And?")
        stats = (await bench.store.path(chat))[-1].stats
        assert stats.tokens_read < 60
        assert bench.engine.tokens_decoded - decoded == stats.tokens_read + stats.tokens_written + 1

    run(tmp_path / "data", styled_model(models, style), test)
