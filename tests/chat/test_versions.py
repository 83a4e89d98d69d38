"""Messages are edited, written again and deleted, on the real store and the real engine; what was there stays beside them."""

from pathlib import Path

import pytest

from desktop.chat.errors import NothingToAnswerError
from desktop.chat.events import Activity, ConversationChanged, HeadMoved, MessageAdded, Move
from desktop.conversations.errors import UnknownMessageError
from desktop.conversations.message import ConversationId, Message, Status
from tests.chat.bench import Bench, run
from tests.tiny_models import Family, Shape, TinyModel

LONG = "What is a river? " * 20


def told(bench: Bench) -> list[tuple[Move, object, int]]:
    """Return why the head moved, what was left, and how long the path was then."""
    return [(event.move, event.left_id, len(event.messages)) for event in bench.of(HeadMoved)]


async def streaming(bench: Bench, chat: ConversationId) -> Message:
    await bench.until(lambda: bench.chats.activity(chat) is Activity.REPLYING and len(bench.shown()[chat][-1][1]) > 30)
    return (await bench.store.path(chat))[-1]


async def decoded(bench: Bench, chat: ConversationId) -> int:
    await bench.idle()
    return bench.engine.tokens_decoded


@pytest.mark.parametrize("family", [Family.DENSE, Family.WINDOW])
def test_going_between_versions_decodes_nothing(tmp_path: Path, models: Path, family: Family) -> None:
    model = TinyModel(name="brief", ends=1.6, family=family, shape=Shape(width=256)).write(models / f"versions {family}.gguf")

    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG, "And a brook?")
        await bench.chats.open(chat)
        path = await bench.store.path(chat)
        await bench.chats.edit(chat, path[2].id, "And a lake?")
        await bench.idle()
        edited = await bench.store.path(chat)
        assert edited[:2] == path[:2]
        assert [message.text for message in edited[2:3]] == ["And a lake?"]
        assert edited[3].stats.tokens_read < 60, "what stands before it was not read again"
        await bench.chats.regenerate(chat, edited[3].id)
        await bench.idle()
        again = (await bench.store.path(chat))[3]
        assert again.seed != edited[3].seed
        assert again.stats.tokens_read < 30
        pair, replies = (path[2].id, edited[2].id), (edited[3].id, again.id)
        assert await bench.chats.versions(chat) == {edited[2].id: pair, again.id: replies}
        before = await decoded(bench, chat)
        shown = {}
        for version in (path[2].id, edited[2].id, edited[3].id, again.id):
            await bench.chats.show_version(chat, version)
            await bench.idle()
            shown[version] = (await bench.store.conversation(chat)).head_id
        await bench.chats.delete_from(chat, edited[2].id)
        await bench.chats.go_to(chat, path[3].id)
        await bench.idle()
        assert shown == {path[2].id: path[3].id, edited[2].id: again.id, edited[3].id: edited[3].id, again.id: again.id}
        assert bench.engine.tokens_decoded == before
        assert bench.shown()[chat] == [(message.id, message.text) for message in path]
        await bench.chats.send(chat, "And?")
        await bench.idle()
        stats = (await bench.store.path(chat))[-1].stats
        assert stats.tokens_read < 60

    run(tmp_path, model, test)


def test_an_edited_reply_stays_as_it_is_written(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("Hello", "And?")
        await bench.chats.open(chat)
        path = await bench.store.path(chat)
        await bench.chats.edit(chat, path[1].id, "Good day.")
        await bench.idle()
        asked, reply = await bench.store.path(chat)
        assert asked == path[0]
        assert (reply.text, reply.status, reply.model) == ("Good day.", Status.COMPLETE, "brief")
        assert (reply.seed, reply.stats) == (None, None)
        assert bench.of(MessageAdded)[-1].message == reply
        assert bench.of(ConversationChanged)[-1].conversation == await bench.store.conversation(chat)
        await bench.chats.show_version(chat, path[1].id)
        assert await bench.store.path(chat) == path, "nothing was spliced"
        await bench.chats.show_version(chat, reply.id)
        await bench.chats.send(chat, "And?")
        await bench.idle()
        assert [message.text for message in await bench.store.path(chat)][:3] == ["Hello", "Good day.", "And?"]

    run(tmp_path, brief, test)


def test_the_first_message_is_edited_and_deleted_like_any_other(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("Hello")
        path = await bench.store.path(chat)
        await bench.chats.edit(chat, path[0].id, "Good day")
        await bench.idle()
        edited = await bench.store.path(chat)
        assert [message.parent_id for message in edited] == [None, edited[0].id]
        assert bench.shown()[chat] == [(message.id, message.text) for message in edited]
        assert (await bench.store.conversation(chat)).title == "Hello", "it has its name"
        await bench.chats.delete_from(chat, edited[0].id)
        assert await bench.store.path(chat) == []
        assert told(bench) == [(Move.DELETED, edited[-1].id, 0)]
        await bench.chats.go_to(chat, edited[-1].id)
        assert await bench.store.path(chat) == edited
        assert told(bench)[-1] == (Move.ELSEWHERE, None, 2)

    run(tmp_path, brief, test)


@pytest.mark.parametrize("command", ["edit", "regenerate", "delete_from", "show_version", "go_to"])
def test_what_is_under_way_is_stopped_and_kept(tmp_path: Path, endless: Path, command: str) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Tell me a story")
        first = await streaming(bench, chat)
        await bench.chats.regenerate(chat, first.id)
        second = await streaming(bench, chat)
        assert (await bench.store.path_to(first.id))[-1].status is Status.STOPPED
        asked = (await bench.store.path(chat))[0].id
        match command:
            case "edit":
                await bench.chats.edit(chat, second.id, "Once.")
            case "regenerate":
                await bench.chats.regenerate(chat, second.id)
            case "delete_from":
                await bench.chats.delete_from(chat, asked)
            case "show_version":
                await bench.chats.show_version(chat, first.id)
            case "go_to":
                await bench.chats.go_to(chat, asked)
        kept = (await bench.store.path_to(second.id))[-1]
        assert kept.status is Status.STOPPED
        assert len(kept.text) > 30
        assert (await bench.store.conversation(chat)).head_id != second.id
        await bench.chats.stop(chat)
        await bench.chats.show_version(chat, second.id)
        assert bench.shown()[chat][-1] == (second.id, kept.text)

    run(tmp_path, endless, test)


def test_to_go_where_the_chat_stands_disturbs_nothing(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Tell me a story")
        reply = await streaming(bench, chat)
        await bench.chats.go_to(chat, reply.id)
        await bench.chats.show_version(chat, reply.id)
        await bench.chats.show_version(chat, (await bench.store.path(chat))[0].id)
        assert bench.chats.activity(chat) is Activity.REPLYING
        assert told(bench) == []
        await bench.chats.stop(chat)

    run(tmp_path, endless, test)


def test_messages_off_the_path_are_left_alone(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Tell me a story")
        old = await streaming(bench, chat)
        await bench.chats.regenerate(chat, old.id)
        reply = await streaming(bench, chat)
        for refused in (bench.chats.regenerate(chat, old.id), bench.chats.edit(chat, old.id, "No"), bench.chats.delete_from(chat, old.id)):
            with pytest.raises(UnknownMessageError):
                await refused
        with pytest.raises(NothingToAnswerError):
            await bench.chats.regenerate(chat, (await bench.store.path(chat))[0].id)
        assert bench.chats.activity(chat) is Activity.REPLYING, "and what goes on goes on"
        assert (await bench.store.conversation(chat)).head_id == reply.id
        await bench.chats.stop(chat)

    run(tmp_path, endless, test)


def test_a_fork_changes_nothing_where_it_came_from(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("Hello", "And?")
        path = await bench.store.path(chat)
        fork = (await bench.chats.fork(chat, path[-1].id)).id
        await bench.chats.edit(fork, path[0].id, "Good day")
        await bench.idle()
        assert (await bench.store.conversation(fork)).title == "Good day", "its first message of its own names it"
        await bench.chats.edit(fork, (await bench.store.path(fork))[1].id, "Well.")
        assert await bench.store.path(chat) == path
        assert await bench.chats.versions(chat) == {}
        assert len(await bench.chats.versions(fork)) == 2
        await bench.chats.go_to(chat, (await bench.store.path(fork))[-1].id)
        assert [message.text for message in await bench.store.path(chat)] == ["Good day", "Well."]
        assert (await bench.store.conversation(fork)).head_id == (await bench.store.conversation(chat)).head_id

    run(tmp_path, brief, test)


def test_what_cannot_be_answered_is_kept(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("Hello")
        path = await bench.store.path(chat)
        await bench.chats.edit(chat, path[0].id, "word " * 9000)
        await bench.idle()
        assert "tokens" in bench.notices()[-1]
        [asked] = await bench.store.path(chat)
        assert asked.text == "word " * 9000, "the new version stays, as what was sent does"
        assert await bench.chats.versions(chat) == {asked.id: (path[0].id, asked.id)}

    run(tmp_path, brief, test)


def test_a_reply_that_cannot_begin_leaves_the_other_where_it_is(tmp_path: Path, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("Hello", "And?")
        await bench.chats.undo(chat)
        before = await bench.store.conversation(chat)
        monkeypatch.setattr("desktop.chat.turns.Turns.prepare_reply", overflow)
        await bench.chats.regenerate(chat, (await bench.store.path(chat))[-1].id)
        assert await bench.store.conversation(chat) == before
        assert before.redo_id is not None
        assert len(bench.notices()) == 1
        assert bench.is_idle(chat)

    async def overflow(*args: object, **options: object) -> None:
        raise NothingToAnswerError

    run(tmp_path, brief, test)


def test_without_a_model_the_reply_is_written_once_there_is_one(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.chats.new()).id
        await bench.chats.send(chat, "Hello")
        asked = (await bench.store.path(chat))[0]
        await bench.chats.edit(chat, asked.id, "Good day")
        assert bench.chats.activity(chat) is Activity.WAITING
        await bench.load(brief)
        await bench.idle()
        _, reply = await bench.store.path(chat)
        await bench.engine.unload()
        await bench.chats.regenerate(chat, reply.id)
        assert bench.chats.activity(chat) is Activity.WAITING
        assert told(bench) == [(Move.ELSEWHERE, reply.id, 1)], "the window shows what waits for an answer"
        await bench.load(brief)
        await bench.idle()
        assert len((await bench.chats.versions(chat)).popitem()[1]) == 2

    run(tmp_path, None, test)


def test_versions_are_there_after_a_restart_and_take_no_reading(tmp_path: Path, brief: Path) -> None:
    chats: list[ConversationId] = []
    heads: list[Message] = []

    async def make(bench: Bench) -> None:
        chats.append(await bench.chat(LONG, "And a brook?"))
        path = await bench.store.path(chats[0])
        heads.append(path[-1])
        await bench.chats.edit(chats[0], path[2].id, "And a lake?")
        await bench.idle()
        heads.append((await bench.store.path(chats[0]))[-1])
        await bench.chats.delete_from(chats[0], path[0].id)
        await bench.chats.tidy()

    async def come_back(bench: Bench) -> None:
        assert await bench.chats.open(chats[0]) == []
        for head in heads:
            await bench.chats.go_to(chats[0], head.id)
            await bench.idle()
            assert (await bench.store.path(chats[0]))[-1] == head
            assert len(await bench.chats.versions(chats[0])) == 1
        assert bench.engine.tokens_decoded == 0, "sweeping has left what the versions need"
        numbers = bench.chats.session(chats[0])
        assert numbers is not None
        assert (numbers.tokens_decoded, numbers.tokens_restored > 300) == (0, True)

    run(tmp_path, brief, make)
    run(tmp_path, brief, come_back)
