"""A chat that fills what the model can read at once goes on as the person chooses, on the real engine."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.chat.chat_options import ChatOptions
from desktop.chat.context_ways import ContextWays, fills
from desktop.chat.course import Course
from desktop.chat.errors import MessageTooLongError, SummaryStoppedError
from desktop.chat.events import ConversationAdded, ModelPhase, ReadyAtOnce
from desktop.chat.summarising import Summarising
from desktop.conversations.message import ConversationId, Message, MessageId, Role, Status
from desktop.inference.errors import ContextCreationError
from tests.chat.bench import Bench, bench
from tests.tiny_models import Family, TinyModel

SMALL = 1024  # tokens; a letter takes one
LONG = "Which river? " * 16  # 208 of them
KINDS = [Family.DENSE, Family.WINDOW, Family.HYBRID]
Test = Callable[[Bench], Awaitable[None]]


def model_of(folder: Path, family: Family = Family.DENSE, length: int = SMALL, ends: float = 1.6) -> Path:
    return TinyModel(name=f"{family} {length} {ends}", family=family, context_length=length, ends=ends).write(folder / "small.gguf")


def run(folder: Path, model: Path, *tests: Test, lengths: dict[Path, int] | None = None) -> None:
    """Run tests one after the other, each after a restart."""

    async def run_all() -> None:
        for test in tests:
            options = ChatOptions(settles=lambda: False, context_lengths=lengths or {})
            async with bench(folder / "data", model, options) as made:
                await test(made)

    asyncio.run(run_all())


async def ways_of(made: Bench, chat: ConversationId) -> ContextWays:
    ways = await made.chats.room.ways(chat)
    assert ways is not None
    return ways


async def path_of(made: Bench, chat: ConversationId) -> list[Message]:
    return await made.store.path(chat)


async def filled(made: Bench) -> ConversationId:
    """Return a chat of which the last message, which nobody has answered, does not fit any more."""
    chat = await made.chat()
    await made.chats.open(chat)
    with pytest.raises(MessageTooLongError):
        for number in range(20):
            await made.chats.send(chat, f"{number} {LONG}", 40)
            await made.idle(chat)
    await unanswered(made, chat, LONG * 2)
    return chat


async def unanswered(made: Bench, chat: ConversationId, text: str) -> None:
    """Let a chat end with a message that was written while no model was there, and has no room now that one is."""
    message = await made.store.add_user_message(chat, text)
    await made.chats.continue_reply(chat)
    await made.idle(chat)
    assert (await path_of(made, chat))[-1] == message


async def leave_out(made: Bench, chat: ConversationId) -> MessageId:
    way = (await ways_of(made, chat)).leave_out
    assert way is not None
    assert way.start_id is not None
    await made.chats.room.set_start(chat, way.start_id)
    await made.idle(chat)
    return way.start_id


@pytest.mark.parametrize("family", KINDS)
def test_leaving_out_the_oldest_lets_the_chat_go_on_and_is_read_once(tmp_path: Path, family: Family) -> None:
    async def test(made: Bench) -> None:
        chat = await filled(made)
        assert fills(*made.chats.context(chat)), "also what was not sent to the model counts"
        before, decoded = await path_of(made, chat), made.engine.tokens_decoded
        way = (await ways_of(made, chat)).leave_out
        assert way is not None
        assert way.tokens <= SMALL // 2 < way.tokens + 300, "one big step, and no further than half"
        assert way.seconds is not None
        assert way.seconds > 0
        start = await leave_out(made, chat)
        after = await path_of(made, chat)
        assert after[:-1] == before, "nothing leaves the transcript"
        reply = after[-1]
        assert reply.role is Role.ASSISTANT
        assert reply.stats is not None
        assert next(message for message in after if message.id == start).role is Role.USER
        assert reply.stats.tokens_read >= way.tokens, "what stays stands elsewhere, and is read once"
        assert made.engine.tokens_decoded - decoded <= reply.stats.tokens_read + reply.stats.tokens_written + 2
        assert reply.id in [node.message_id for node in await made.store.nodes([message.id for message in after], start)]
        assert reply.id not in [node.message_id for node in await made.store.nodes([message.id for message in after])]
        await made.chats.send(chat, "And then?", 10)
        await made.idle(chat)
        last = (await path_of(made, chat))[-1]
        assert last.stats is not None
        assert last.stats.tokens_read < 80, "the next message is all that is read"

    async def after_restart(made: Bench) -> None:
        (chat,) = [it.id for it in await made.store.conversations()]
        decoded = made.engine.tokens_decoded
        await made.chats.open(chat)
        await made.idle(chat)
        assert isinstance(made.chats.readiness(chat), ReadyAtOnce | None)
        assert made.chats.tokens_restored > 300, "what the model reads was stored as it reads it"
        assert made.engine.tokens_decoded == decoded

    run(tmp_path, model_of(tmp_path, family), test, after_restart)


def test_a_reply_that_the_end_of_the_context_cut_goes_on(tmp_path: Path) -> None:
    async def test(made: Bench) -> None:
        chat = await made.chat()
        await made.chats.open(chat)
        for _ in range(2):
            await made.chats.send(chat, LONG, 40)
            await made.idle(chat)
        await made.chats.send(chat, "Tell me")
        await made.idle(chat)
        cut = (await path_of(made, chat))[-1]
        assert cut.status is Status.CUT
        assert fills(*made.chats.context(chat))
        await leave_out(made, chat)
        further = (await path_of(made, chat))[-1]
        assert further.text.startswith(cut.text), "it goes on where it was cut"
        assert len(further.text) > len(cut.text)

    run(tmp_path, model_of(tmp_path, ends=0.0), test)


@pytest.mark.parametrize("family", KINDS)
def test_forks_read_as_their_parent_does_where_they_have_its_beginning(tmp_path: Path, family: Family) -> None:
    async def test(made: Bench) -> None:
        chat = await filled(made)
        start = await leave_out(made, chat)
        path = await path_of(made, chat)
        ids = [message.id for message in path]
        later = await made.chats.fork(chat, path[-1].id)
        earlier = await made.chats.fork(chat, path[ids.index(start) - 1].id)
        assert (later.context_start_id, earlier.context_start_id) == (start, None)
        await made.idle()
        decoded = made.engine.tokens_decoded
        for fork in (later, earlier):
            await made.chats.open(fork.id)
            await made.idle(fork.id)
        assert made.engine.tokens_decoded == decoded, "both are stored"
        await made.chats.send(later.id, "So?", 5)
        await made.idle(later.id)
        assert made.engine.tokens_decoded - decoded < 80
        decoded = made.engine.tokens_decoded
        await made.chats.rewind(chat, path[ids.index(start) - 1].id)
        await made.idle()
        assert made.engine.tokens_decoded == decoded
        assert made.chats.context(chat)[0] > 300, "before the mark all of it is read, from what was stored at first"
        await made.chats.send(chat, "Or else?", 5)
        await made.idle(chat)
        assert made.engine.tokens_decoded - decoded < 120

    run(tmp_path, model_of(tmp_path, family), test)


def test_the_parent_of_a_fork_that_leaves_out_is_still_stored_as_a_whole(tmp_path: Path) -> None:
    async def test(made: Bench) -> None:
        chat = await made.chat()
        await made.chats.open(chat)
        for _ in range(3):
            await made.chats.send(chat, LONG, 20)
            await made.idle(chat)
        path = await path_of(made, chat)
        before = await made.chats._turns.size(await made.store.conversation(chat))
        assert before.unread <= 2, "at most a cut reply's last token and the end of its turn, which the model did not write"
        fork = await made.chats.fork(chat, path[-1].id)
        await made.chats.open(fork.id)
        await made.chats.room.set_start(fork.id, path[2].id)
        await made.idle()
        await made.chats.close(chat)
        await made.chats._keeping.sweep()
        made.engine.leave(chat)
        await made.engine.barrier()
        size = await made.chats._turns.size(await made.store.conversation(chat))
        assert size.tokens > 600
        assert size == before, "though the fork has saved the same messages, read from elsewhere"

    run(tmp_path, model_of(tmp_path), test)


def test_what_was_left_out_is_taken_in_again_where_it_fits(tmp_path: Path) -> None:
    async def test(made: Bench) -> None:
        chat = await made.chat()
        await made.chats.open(chat)
        for _ in range(2):
            await made.chats.send(chat, LONG, 20)
            await made.idle(chat)
        path = await path_of(made, chat)
        await made.chats.room.set_start(chat, path[2].id)
        await made.idle()
        used = made.chats.context(chat)[0]
        way = (await ways_of(made, chat)).take_in
        assert way is not None
        assert (way.start_id, way.messages) == (None, 2)
        await made.chats.room.set_start(chat, None)
        await made.idle()
        assert made.chats.context(chat)[0] > used + 200
        assert (await ways_of(made, chat)).take_in is None

    run(tmp_path, model_of(tmp_path), test)


def test_what_does_not_fit_is_not_taken_in_again(tmp_path: Path) -> None:
    async def test(made: Bench) -> None:
        chat = await filled(made)
        await leave_out(made, chat)
        assert (await ways_of(made, chat)).take_in is None

    run(tmp_path, model_of(tmp_path), test)


def test_a_single_message_that_is_too_long_cannot_be_left_out(tmp_path: Path) -> None:
    async def test(made: Bench) -> None:
        chat = await made.chat()
        await made.chats.open(chat)
        await unanswered(made, chat, "x" * (SMALL + 10))
        assert "choose what the model reads" in made.notices()[-1]
        ways = await ways_of(made, chat)
        assert (ways.leave_out, ways.summary, ways.longer) == (None, None, None)

    run(tmp_path, model_of(tmp_path), test)


def test_a_summary_that_reads_longer_than_it_was_written_is_carried_on_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Summarising._write

    async def write_no_text(self: Summarising, *arguments: Any) -> str:
        return await write(self, *arguments) + "\ufffd" * SMALL

    async def test(made: Bench) -> None:
        chat = await filled(made)
        course = Course()
        monkeypatch.setattr(Summarising, "_write", write_no_text)
        fork = await made.chats.room.summarise(chat, course)
        assert course.done == course.total > 0
        await made.idle()
        assert fork.forked_from_id == chat

    run(tmp_path, model_of(tmp_path), test)


@pytest.mark.parametrize("family", KINDS)
def test_a_fork_begins_with_a_summary_and_answers_what_waited(tmp_path: Path, family: Family) -> None:
    async def test(made: Bench) -> None:
        chat = await filled(made)
        before, course, files = await path_of(made, chat), Course(), sorted(made.sessions.rglob("*.kv"))
        fork = await made.chats.room.summarise(chat, course)
        assert course.done == course.total > 0
        await made.idle()
        path = await path_of(made, fork.id)
        assert [message.role for message in path] == [Role.USER, Role.USER, Role.ASSISTANT]
        assert path[0].text.startswith(f"Summary of “{(await made.store.conversation(chat)).title}”:\n\n")
        assert path[1].text == before[-1].text
        assert path[0].parent_id is None
        assert (fork.forked_from_id, fork.forked_at_id) == (chat, None)
        assert await path_of(made, chat) == before, "the chat stays as it is"
        assert any(event.conversation.id == fork.id for event in made.of(ConversationAdded))
        assert made.segments.flush(5)
        new = [file for file in sorted(made.sessions.rglob("*.kv")) if file not in files]
        assert len(new) <= 4, "of the summary's own reading and writing nothing is kept"

    run(tmp_path, model_of(tmp_path, family), test)


def test_a_summary_of_a_chat_whose_last_message_was_answered_waits_for_the_person(tmp_path: Path) -> None:
    async def test(made: Bench) -> None:
        chat = await made.chat("Where does it rain?")
        fork = await made.chats.room.summarise(chat, Course())
        await made.idle()
        assert [message.role for message in await path_of(made, fork.id)] == [Role.USER]
        await made.chats.send(fork.id, "And then?", 5)
        await made.idle()
        assert [message.role for message in await path_of(made, fork.id)] == [Role.USER, Role.USER, Role.ASSISTANT]

    run(tmp_path, model_of(tmp_path), test)


def test_a_summary_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.chat.summarising.MOST_TOKENS", 1 << 20)  # it takes seconds, however fast the machine is

    async def test(made: Bench) -> None:
        chat, course = await made.chat(), Course()
        for text in (LONG, "And then?"):
            await made.chats.send(chat, text, 20)
            await made.idle()
        task = asyncio.get_running_loop().create_task(made.chats.room.summarise(chat, course))
        await made.until(lambda: course.done)
        course.stop()
        with pytest.raises(SummaryStoppedError):
            await task
        assert len(await made.store.conversations()) == 1
        await made.chats.send(chat, "Go on", 5)
        await made.idle()

    run(tmp_path, model_of(tmp_path, length=1 << 15, ends=0.0), test)


@pytest.mark.parametrize("family", KINDS)
def test_a_longer_context_keeps_what_is_stored(tmp_path: Path, family: Family) -> None:
    model = model_of(tmp_path, family, 4 * SMALL)

    async def test(made: Bench) -> None:
        chat = await filled(made)
        made.chats.room.free_memory = lambda: 1 << 30
        way = (await ways_of(made, chat)).longer
        assert way is not None
        assert way.tokens == 2 * SMALL
        assert way.bytes > 0
        assert way.seconds is not None
        decoded = made.engine.tokens_decoded
        await made.chats.room.lengthen(chat, way.tokens)
        await made.idle()
        assert made.chats.model.phase is ModelPhase.READY
        assert (made.chats.model.context_tokens, made.chats.model.chosen_tokens) == (2 * SMALL, 2 * SMALL)
        reply = (await path_of(made, chat))[-1]
        assert reply.role is Role.ASSISTANT
        assert reply.stats is not None
        assert reply.stats.tokens_restored > 500
        assert reply.stats.tokens_read < 500, "the message that had no room is all that is read"
        assert made.engine.tokens_decoded - decoded < 500 + reply.stats.tokens_written

    async def after_restart(made: Bench) -> None:
        (chat,) = [it.id for it in await made.store.conversations()]
        await made.chats.open(chat)
        await made.idle()
        assert made.chats.tokens_restored > 800

    run(tmp_path, model, test, lengths={model: SMALL})
    run(tmp_path, model, after_restart, lengths={model: 2 * SMALL})


def test_no_longer_context_is_offered_where_the_memory_has_no_room_for_it(tmp_path: Path) -> None:
    model = model_of(tmp_path, length=4 * SMALL)

    async def test(made: Bench) -> None:
        chat = await made.chat("Hello")
        made.chats.room.free_memory = lambda: 1 << 20
        assert (await ways_of(made, chat)).longer is None
        made.chats.room.free_memory = lambda: None
        assert (await ways_of(made, chat)).longer is not None, "what is not known forbids nothing"

    run(tmp_path, model, test, lengths={model: SMALL})


def test_a_length_that_cannot_be_had_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(tmp_path, length=4 * SMALL)

    async def test(made: Bench) -> None:
        chat, load = await made.chat("Hello"), made.engine.load

        async def refuse(source, on_progress, options, *others):
            if options.context_tokens > SMALL:
                raise ContextCreationError(options.context_tokens)
            return await load(source, on_progress, options, *others)

        monkeypatch.setattr(made.engine, "load", refuse)
        await made.chats.room.lengthen(chat, 2 * SMALL)
        await made.idle()
        assert made.chats.model.context_tokens == SMALL
        assert made.notices()[-1].endswith("could not be loaded with a context of 2,048 tokens, so a shorter one is used.")

    run(tmp_path, model, test, lengths={model: SMALL})
