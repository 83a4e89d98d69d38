import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from desktop.conversations.errors import UnknownConversationError, UnknownMessageError
from desktop.conversations.message import Conversation, ConversationId, Status
from desktop.conversations.store import ConversationStore
from tests.conversations.conftest import Run


async def say(store: ConversationStore, chat: Conversation, *texts: str) -> None:
    """Add messages: a person's and a reply's in turn."""
    for number, text in enumerate(texts):
        if number % 2 == 0:
            await store.add_user_message(chat.id, text)
        else:
            reply = await store.begin_reply(chat.id, "tiny", seed=1)
            store.finish_reply(reply.id, text, Status.COMPLETE, None, "v", [1])


async def texts(store: ConversationStore, chat: Conversation) -> list[str]:
    return [message.text for message in await store.path(chat.id)]


def test_turns_are_taken_back_and_brought_back_one_by_one(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        await say(store, chat, "1", "one", "2", "two", "3")
        head = (await store.conversation(chat.id)).head_id
        shown = []
        for step in [store.undo] * 4 + [store.redo] * 4:
            told = await step(chat.id)
            assert told == await store.conversation(chat.id)
            shown.append((await texts(store, chat), told.redo_id))
        back = [["1", "one", "2", "two"], ["1", "one"], []]
        assert shown[:4] == [(path, head) for path in [*back, []]]
        assert shown[4:] == [(["1", "one"], head), (["1", "one", "2", "two"], head), *[(["1", "one", "2", "two", "3"], None)] * 2]

    run(scenario())


def test_a_restart_forgets_no_redo(open_store: Callable[[], ConversationStore], run: Run) -> None:
    store = open_store()
    chat = run(store.create("Tides", date(2025, 3, 1)))
    run(say(store, chat, "1", "one", "2", "two"))
    run(store.undo(chat.id))
    run(store.undo(chat.id))
    assert store.close(10)
    store = open_store()
    assert run(texts(store, chat)) == []
    run(store.redo(chat.id))
    run(store.redo(chat.id))
    assert run(texts(store, chat)) == ["1", "one", "2", "two"]


def test_rewinding_can_be_taken_back(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        await say(store, chat, "1", "one", "2", "two", "3", "three")
        path = await store.path(chat.id)
        assert (await store.rewind(chat.id, path[-1].id)).redo_id is None, "it stands there already"
        await store.rewind(chat.id, path[2].id)
        assert await texts(store, chat) == ["1", "one", "2"]
        assert (await store.rewind(chat.id, path[0].id)).redo_id == path[-1].id
        with pytest.raises(UnknownMessageError):
            await store.rewind(chat.id, path[3].id)  # a later one
        shown = []
        for _ in range(3):
            await store.redo(chat.id)
            shown.append(len(await store.path(chat.id)))
        assert shown == [2, 4, 6], "first the reply that was cut from its turn"

    run(scenario())


def test_a_reply_that_nobody_asked_for_is_a_turn(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        reply = await store.begin_reply(chat.id, "tiny", seed=1)
        store.finish_reply(reply.id, "Hello.", Status.COMPLETE, None, "v", [1])
        await say(store, chat, "1", "one")
        await store.undo(chat.id)
        assert await texts(store, chat) == ["Hello."]
        await store.undo(chat.id)
        assert await texts(store, chat) == []
        await store.redo(chat.id)
        assert await texts(store, chat) == ["Hello."]

    run(scenario())


async def send(store: ConversationStore, chat: Conversation) -> None:
    await store.add_user_message(chat.id, "another")


async def reply(store: ConversationStore, chat: Conversation) -> None:
    await store.begin_reply(chat.id, "tiny", seed=1)


async def go_on(store: ConversationStore, chat: Conversation) -> None:
    await store.begin_reply(chat.id, "tiny", seed=1, continues=(await store.path(chat.id))[-1].id)


async def go_elsewhere(store: ConversationStore, chat: Conversation) -> None:
    await store.move_head(chat.id, None)


async def delete(store: ConversationStore, chat: Conversation) -> None:
    await store.delete_from(chat.id, (await store.path(chat.id))[0].id)


@pytest.mark.parametrize("change", [send, reply, go_on, go_elsewhere, delete])
def test_whoever_goes_another_way_has_nothing_to_redo(store: ConversationStore, chat: Conversation, run: Run, change) -> None:
    async def scenario() -> None:
        await say(store, chat, "1", "one", "2", "two")
        await store.undo(chat.id)
        await change(store, chat)
        here = await store.conversation(chat.id)
        assert here.redo_id is None
        assert await store.redo(chat.id) == here

    run(scenario())


def test_a_fork_has_nothing_to_redo_and_leaves_its_parent_what_it_has(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        await say(store, chat, "1", "one", "2", "two")
        path = await store.path(chat.id)
        await store.undo(chat.id)
        fork = await store.fork(chat.id, path[1].id, "Fork")
        assert fork.redo_id is None
        tail = await store.fork(chat.id, path[3].id, "Tail")  # what was taken back can be forked
        await store.delete_conversation(tail.id)
        assert (await store.redo(chat.id)).head_id == path[3].id

    run(scenario())


def test_deleting_a_chat_leaves_no_redo_without_its_message(store: ConversationStore, chat: Conversation, path: Path, run: Run) -> None:
    async def scenario() -> None:
        await say(store, chat, "1", "one", "2", "two")
        fork = await store.fork(chat.id, (await store.path(chat.id))[-1].id, "Fork")
        await store.undo(fork.id)
        await store.undo(chat.id)
        await store.delete_conversation(chat.id)
        assert [message.text for message in await store.path_to((await store.redo(fork.id)).head_id)] == ["1", "one", "2", "two"]

    run(scenario())
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_unknown_chats_are_told(store: ConversationStore, chat: Conversation, run: Run) -> None:
    message = run(store.add_user_message(chat.id, "hello"))
    nobody = ConversationId(999)
    for call in (store.undo(nobody), store.redo(nobody), store.rewind(nobody, message.id)):
        with pytest.raises(UnknownConversationError):
            run(call)
