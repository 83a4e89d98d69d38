import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from desktop.conversations.errors import (
    DamagedDatabaseError,
    DiskFullError,
    NewerDatabaseError,
    StorageError,
    UnknownConversationError,
    UnknownMessageError,
)
from desktop.conversations.kv_records import KvContext, SavedNode, TokenForm
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId, ReplyStats, Role, Status
from desktop.conversations.store import ConversationStore
from tests.conversations.conftest import Run

NOBODY = ConversationId(999)
NOTHING = MessageId(999)
STATS = ReplyStats(tokens_restored=10, tokens_read=3, reading_seconds=0.25, tokens_written=2, writing_seconds=0.5)
REPOSITORY = Path(__file__).parents[2]


async def turn(store: ConversationStore, chat: Conversation, question: str, answer: str) -> tuple[Message, Message]:
    """Add a person's message and a finished reply."""
    asked = await store.add_user_message(chat.id, question)
    reply = await store.begin_reply(chat.id, "tiny", seed=1)
    store.finish_reply(reply.id, answer, Status.COMPLETE, STATS, "vocabulary", [1, 2])
    return asked, (await store.path(chat.id))[-1]


async def texts(store: ConversationStore, chat: Conversation) -> list[str]:
    return [message.text for message in await store.path(chat.id)]


def test_new_chat_is_empty(store: ConversationStore, run: Run) -> None:
    before = datetime.now(UTC)
    chat = run(store.create("Tides", date(2025, 3, 1), "Be brief."))
    assert chat == run(store.conversation(chat.id))
    assert (chat.title, chat.began_on, chat.system_prompt, chat.head_id, chat.draft) == ("Tides", date(2025, 3, 1), "Be brief.", None, "")
    assert before <= chat.created_at == chat.updated_at <= datetime.now(UTC)
    assert run(store.path(chat.id)) == []


def test_turn_is_a_path_of_two(store: ConversationStore, chat: Conversation, run: Run) -> None:
    asked, reply = run(turn(store, chat, "Why?", "The moon."))
    assert run(store.path(chat.id)) == run(store.path_to(reply.id)) == [asked, reply]
    assert (asked.role, asked.parent_id, asked.status, asked.text) == (Role.USER, None, Status.COMPLETE, "Why?")
    assert (reply.role, reply.parent_id, reply.status, reply.text) == (Role.ASSISTANT, asked.id, Status.COMPLETE, "The moon.")
    assert (reply.model, reply.seed, reply.stats) == ("tiny", 1, STATS)
    assert run(store.path_to(None)) == []


def test_chats_come_in_order_of_their_last_message(store: ConversationStore, run: Run) -> None:
    async def scenario() -> list[str]:
        first = await store.create("first", date(2025, 3, 1))
        second = await store.create("second", date(2025, 3, 1))
        await store.create("third", date(2025, 3, 1))
        await store.add_user_message(first.id, "hello")
        await store.add_user_message(second.id, "hello")
        await store.rename(first.id, "renamed")
        return [chat.title for chat in await store.conversations()]

    assert run(scenario()) == ["second", "renamed", "third"]


def test_rename_and_draft(store: ConversationStore, chat: Conversation, run: Run) -> None:
    assert run(store.rename(chat.id, "Ebb")).title == "Ebb"
    assert run(store.save_draft(chat.id, "And why\ntwice?")).draft == "And why\ntwice?"
    assert run(store.conversation(chat.id)).title == "Ebb"


def test_what_is_pasted_is_kept(store: ConversationStore, chat: Conversation, run: Run) -> None:
    for text in ("", "nul \0 in it", "\r\n\u2028 'quote' \"; DROP TABLE message; --", "日本語 🌊 e\u0301"):
        assert run(store.add_user_message(chat.id, text)).text == text
    assert run(store.add_user_message(chat.id, "half \ud83c of a pair")).text == "half ? of a pair"


def test_reply_grows_then_is_final(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        asked = await store.add_user_message(chat.id, "Why?")
        reply = await store.begin_reply(chat.id, "tiny", seed=2**32 - 1)
        assert (reply.status, reply.parent_id, reply.text, reply.seed) == (Status.STREAMING, asked.id, "", 2**32 - 1)
        ids = [5, -1]
        store.keep_reply(reply.id, "The", "v", ids, reasoning="Hm")
        ids.append(7)
        kept = (await store.path(chat.id))[-1]
        assert (kept.text, kept.reasoning, kept.status) == ("The", "Hm", Status.STREAMING)
        assert await store.reply_tokens([reply.id], "v") == {reply.id: (5, -1)}
        store.finish_reply(reply.id, "The moon", Status.STOPPED, STATS, "v", ids, reasoning="Hm.")
        done = (await store.path(chat.id))[-1]
        assert (done.text, done.reasoning, done.status, done.stats) == ("The moon", "Hm.", Status.STOPPED, STATS)
        store.keep_reply(reply.id, "late", "v", [])
        store.finish_reply(reply.id, "later", Status.COMPLETE, None, "v", [])
        assert (await store.path(chat.id))[-1] == done
        assert await store.reply_tokens([reply.id], "v") == {reply.id: (5, -1, 7)}

    run(scenario())


def test_reply_is_not_finished_as_streaming(store: ConversationStore) -> None:
    with pytest.raises(ValueError, match="final status"):
        store.finish_reply(NOTHING, "", Status.STREAMING, None, "v", [])


def test_continued_reply_is_a_sibling_that_begins_alike(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        asked = await store.add_user_message(chat.id, "Why?")
        cut = await store.begin_reply(chat.id, "tiny", seed=1)
        with pytest.raises(ValueError, match="finished reply"):
            await store.begin_reply(chat.id, "tiny", seed=2, continues=cut.id)
        store.finish_reply(cut.id, "The", Status.STOPPED, None, "v", [5, 6], reasoning="Hm")
        whole = await store.begin_reply(chat.id, "tiny", seed=2, text=" mo", continues=cut.id)
        assert (whole.parent_id, whole.text, whole.reasoning) == (asked.id, "The mo", "Hm")
        assert await store.reply_tokens([cut.id, whole.id], "v") == {cut.id: (5, 6), whole.id: (5, 6)}
        assert await store.versions(chat.id) == {whole.id: (cut.id, whole.id)}
        assert (await store.conversation(chat.id)).head_id == whole.id
        with pytest.raises(ValueError, match="finished reply"):
            await store.begin_reply(chat.id, "tiny", seed=2, continues=asked.id)

    run(scenario())


def test_fork_shares_its_path_and_then_goes_its_own_way(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        _, middle = await turn(store, chat, "one", "two")
        await turn(store, chat, "three", "four")
        fork = await store.fork(chat.id, middle.id, "Fork")
        assert (fork.forked_from_id, fork.forked_at_id, fork.head_id) == (chat.id, middle.id, middle.id)
        assert (fork.title, fork.began_on, fork.system_prompt) == ("Fork", chat.began_on, chat.system_prompt)
        assert await store.path(fork.id) == (await store.path(chat.id))[:2]
        await turn(store, fork, "3", "4")
        assert await texts(store, fork) == ["one", "two", "3", "4"]
        assert await texts(store, chat) == ["one", "two", "three", "four"]
        # The other chat's version is no version of this one.
        assert await store.versions(chat.id) == await store.versions(fork.id) == {}

    run(scenario())


def test_fork_of_a_streaming_reply_sees_its_end(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> list[str]:
        await store.add_user_message(chat.id, "Why?")
        reply = await store.begin_reply(chat.id, "tiny", seed=1)
        fork = await store.fork(chat.id, reply.id, "Fork")
        store.finish_reply(reply.id, "The moon.", Status.COMPLETE, None, "v", [1])
        return await texts(store, fork)

    assert run(scenario()) == ["Why?", "The moon."]


def test_going_elsewhere_and_deleting_move_the_head(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        one, two = await turn(store, chat, "one", "two")
        _, four = await turn(store, chat, "three", "four")
        assert (await store.move_head(chat.id, two.id)).head_id == two.id
        assert await texts(store, chat) == ["one", "two"]
        await store.move_head(chat.id, four.id)
        assert await texts(store, chat) == ["one", "two", "three", "four"]
        assert (await store.delete_from(chat.id, two.id)).head_id == one.id
        assert (await store.delete_from(chat.id, one.id)).head_id is None
        other = await store.add_user_message(chat.id, "uno")
        assert await store.versions(chat.id) == {other.id: (one.id, other.id)}
        assert (await store.move_head(chat.id, None)).head_id is None

    run(scenario())


def test_deleted_chat_keeps_what_others_have(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        asked, shared = await turn(store, chat, "one", "two")
        fork = await store.fork(chat.id, shared.id, "Fork")
        _, own = await turn(store, chat, "three", "four")
        for message in (shared, own):
            store.save_node(message.id, b"context", b"end of %d" % message.id)
        await store.delete_conversation(chat.id)
        assert [left.id for left in await store.conversations()] == [fork.id]
        assert (await store.conversation(fork.id)).forked_from_id is None
        assert await store.path(fork.id) == [asked, shared]
        with pytest.raises(UnknownMessageError):
            await store.path_to(own.id)
        assert await store.reply_tokens([shared.id, own.id], "vocabulary") == {shared.id: (1, 2)}
        assert (await store.end_keys_by_context())[b"context"] == {b"end of %d" % shared.id}
        await store.delete_conversation(fork.id)
        with pytest.raises(UnknownMessageError):
            await store.path_to(asked.id)
        assert not (await store.end_keys_by_context()).get(b"context")

    run(scenario())


def test_what_comes_late_for_a_deleted_reply_is_dropped(
    store: ConversationStore, chat: Conversation, run: Run, errors: list[StorageError]
) -> None:
    async def scenario() -> None:
        await store.add_user_message(chat.id, "Why?")
        reply = await store.begin_reply(chat.id, "tiny", seed=1)
        await store.delete_conversation(chat.id)
        store.finish_reply(reply.id, "The moon.", Status.COMPLETE, None, "v", [1])
        store.save_node(reply.id, b"context", b"end")
        assert not (await store.end_keys_by_context()).get(b"context")

    run(scenario())
    assert errors == []


def test_unknown_chat_is_told_by_every_call(store: ConversationStore, chat: Conversation, run: Run) -> None:
    message = run(store.add_user_message(chat.id, "hello"))
    for call in (
        store.conversation(NOBODY),
        store.path(NOBODY),
        store.add_user_message(NOBODY, "hello"),
        store.begin_reply(NOBODY, "tiny", seed=1),
        store.fork(NOBODY, message.id, ""),
        store.move_head(NOBODY, None),
        store.delete_from(NOBODY, message.id),
        store.rename(NOBODY, "title"),
        store.save_draft(NOBODY, "draft"),
        store.delete_conversation(NOBODY),
    ):
        with pytest.raises(UnknownConversationError):
            run(call)
    assert run(store.path(chat.id)) == [message]


def test_message_of_another_chat_is_told_by_every_call(store: ConversationStore, chat: Conversation, run: Run) -> None:
    other = run(store.create("Other", date(2025, 3, 1)))
    _, reply = run(turn(store, other, "one", "two"))
    for message_id in (reply.id, NOTHING):
        for call in (
            store.fork(chat.id, message_id, ""),
            store.move_head(chat.id, message_id),
            store.delete_from(chat.id, message_id),
            store.begin_reply(chat.id, "tiny", seed=1, continues=message_id),
        ):
            with pytest.raises(UnknownMessageError):
                run(call)
    assert run(store.conversation(chat.id)).head_id is None
    with pytest.raises(UnknownMessageError):
        run(store.path_to(NOTHING))


def test_nodes_are_the_newest_for_each_context_and_form(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        asked, reply = await turn(store, chat, "one", "two")
        store.save_node(reply.id, b"a", b"old")
        store.save_node(reply.id, b"a", b"new")
        store.save_node(reply.id, b"a", b"settled", TokenForm.SETTLED)
        store.save_node(reply.id, b"b", b"other")
        store.save_node(asked.id, b"a", b"asked")
        assert await store.nodes([reply.id]) == [
            SavedNode(reply.id, b"a", b"new"),
            SavedNode(reply.id, b"a", b"settled", TokenForm.SETTLED),
            SavedNode(reply.id, b"b", b"other"),
        ]
        assert {node.end_key for node in await store.nodes([asked.id, reply.id])} == {b"new", b"settled", b"other", b"asked"}
        assert (await store.end_keys_by_context())[b"a"] == {b"new", b"settled", b"asked"}
        assert await store.nodes([]) == []

    run(scenario())


def test_tokens_are_kept_by_vocabulary(store: ConversationStore, chat: Conversation, run: Run) -> None:
    _, reply = run(turn(store, chat, "one", "two"))
    assert run(store.reply_tokens([reply.id], "other")) == {}
    assert run(store.reply_tokens([reply.id], "vocabulary", TokenForm.SETTLED)) == {}


def test_contexts_say_what_their_keys_stand_for(store: ConversationStore, run: Run) -> None:
    context = KvContext(b"\0key", b"\xffmodel", "Tiny", {"type_k": "f16", "rope_scale": 1.5, "flash": True, "lora": None})
    run(store.save_kv_context(KvContext(b"\0key", b"", "", {})))
    run(store.save_kv_context(context))
    assert run(store.kv_contexts()) == [context]


def test_long_path_is_read_in_order(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> list[str]:
        await asyncio.gather(*(store.add_user_message(chat.id, str(number)) for number in range(1200)))
        return await texts(store, chat)

    assert run(scenario()) == [str(number) for number in range(1200)]


@pytest.mark.parametrize("change", ["text = 'forged'", "status = 'streaming'", "parent_id = NULL", "stats = NULL", "id = 77"])
def test_finished_message_cannot_be_changed(store: ConversationStore, chat: Conversation, path: Path, run: Run, change: str) -> None:
    run(turn(store, chat, "one", "two"))
    before = run(store.path(chat.id))
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError, match="only while it is streaming"):
        connection.execute(f"UPDATE message SET {change}")
    assert run(store.path(chat.id)) == before


@pytest.mark.parametrize("change", ["parent_id = NULL", "role = 'user'", "model = 'other'", "seed = 7", "created_at = ''"])
def test_streaming_reply_changes_its_content_only(store: ConversationStore, chat: Conversation, path: Path, run: Run, change: str) -> None:
    run(store.add_user_message(chat.id, "Why?"))
    reply = run(store.begin_reply(chat.id, "tiny", seed=1))
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(f"UPDATE message SET {change} WHERE id = {reply.id}")


def test_reopened_store_holds_the_same(open_store: Callable[[], ConversationStore], run: Run) -> None:
    store = open_store()
    chat = run(store.create("Tides", date(2025, 3, 1), "Be brief."))
    run(turn(store, chat, "one", "two"))
    reply = run(store.begin_reply(chat.id, "tiny", seed=1))
    store.keep_reply(reply.id, "half", "v", [1])
    chats, messages = run(store.conversations()), run(store.path(chat.id))
    assert store.close(10)
    store = open_store()
    assert run(store.conversations()) == chats
    *finished, left = run(store.path(chat.id))
    assert finished == messages[:-1]
    assert (left.id, left.text, left.status) == (reply.id, "half", Status.INTERRUPTED)
    store.finish_reply(reply.id, "of a process that is gone", Status.COMPLETE, None, "v", [])
    assert run(store.path(chat.id))[-1] == left


KILLED = """
import asyncio, sys, time
from datetime import date
from pathlib import Path
from desktop.conversations.store import ConversationStore

async def main():
    store = ConversationStore.open(Path(sys.argv[1]), print)
    chat = await store.create("Tides", date(2025, 3, 1))
    await store.add_user_message(chat.id, "Why?")
    reply = await store.begin_reply(chat.id, "tiny", 1)
    store.keep_reply(reply.id, "The mo", "v", [1, 2, 3])
    await store.path(chat.id)
    print("kept", flush=True)
    time.sleep(60)

asyncio.run(main())
"""


def test_killed_process_loses_only_what_was_not_flushed(open_store: Callable[[], ConversationStore], path: Path, run: Run) -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED, path], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "kept\n"
        finally:
            process.kill()
    assert Path(f"{path}-wal").stat().st_size > 0, "the process was killed before it could checkpoint"
    store = open_store()
    (chat,) = run(store.conversations())
    asked, reply = run(store.path(chat.id))
    assert asked.text == "Why?"
    assert (reply.text, reply.status, chat.head_id) == ("The mo", Status.INTERRUPTED, reply.id)
    assert run(store.reply_tokens([reply.id], "v")) == {reply.id: (1, 2, 3)}


def test_newer_database_is_not_touched(open_store: Callable[[], ConversationStore], path: Path) -> None:
    open_store().close(10)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1000")
    before = path.read_bytes()
    with pytest.raises(NewerDatabaseError, match="newer version"):
        open_store()
    assert path.read_bytes() == before


def test_damaged_database_is_not_touched(open_store: Callable[[], ConversationStore], path: Path) -> None:
    open_store().close(10)
    path.write_bytes(before := path.read_bytes()[:-5000])
    with pytest.raises(DamagedDatabaseError, match="not touched"):
        open_store()
    assert path.read_bytes() == before


def fill(path: Path, store: ConversationStore, run: Run, pages: int) -> None:
    """Let the database grow no further than some pages, as on a full disk."""
    run(store._database.run(lambda connection: connection.execute(f"PRAGMA max_page_count = {pages}").fetchall()))


def test_reply_that_met_a_full_disk_is_saved_once_there_is_room(
    store: ConversationStore, chat: Conversation, path: Path, run: Run, errors: list[StorageError], expect_log: Callable[[str], None]
) -> None:
    expect_log("A posted job failed")
    run(store.add_user_message(chat.id, "Why?"))
    reply = run(store.begin_reply(chat.id, "tiny", seed=1))
    answer = "The moon. " * 10_000
    fill(path, store, run, 1)  # no less than it has
    store.keep_reply(reply.id, answer[:50_000], "v", [1])
    store.finish_reply(reply.id, answer, Status.COMPLETE, STATS, "v", [1, 2])
    assert run(store.path(chat.id))[-1].status is Status.STREAMING
    assert [type(error) for error in errors] == [DiskFullError, DiskFullError]
    with pytest.raises(DiskFullError):  # nothing is added under a reply that is not saved
        run(store.add_user_message(chat.id, "And?"))
    fill(path, store, run, 10_000)
    run(store.add_user_message(chat.id, "And?"))
    _, saved, last = run(store.path(chat.id))
    assert (saved.text, saved.status, saved.stats, last.text) == (answer, Status.COMPLETE, STATS, "And?")
    assert run(store.reply_tokens([reply.id], "v")) == {reply.id: (1, 2)}
    assert not store._unsaved


def test_reply_that_met_a_full_disk_is_saved_on_close(
    open_store: Callable[[], ConversationStore], path: Path, run: Run, expect_log: Callable[[str], None]
) -> None:
    expect_log("A posted job failed")
    store = open_store()
    chat = run(store.create("Tides", date(2025, 3, 1)))
    reply = run(store.begin_reply(chat.id, "tiny", seed=1))
    fill(path, store, run, 1)
    store.finish_reply(reply.id, "The moon. " * 10_000, Status.COMPLETE, None, "v", [1])
    fill(path, store, run, 10_000)
    assert store.close(10)
    assert run(open_store().path(chat.id))[-1].status is Status.COMPLETE


def test_the_chat_that_is_still_empty_is_found(store: ConversationStore, run: Run) -> None:
    async def check() -> None:
        assert await store.empty("New chat") is None
        used, typed, named, trashed = [await store.create("New chat", date(2025, 3, 4)) for _ in range(4)]
        await store.add_user_message(used.id, "Hello")
        await store.save_draft(typed.id, "Hel")
        await store.rename(named.id, "Letters")
        await store.move_to_trash(trashed.id, datetime.now(UTC))
        assert await store.empty("New chat") is None
        older, newer = [await store.create("New chat", date(2025, 3, 4)) for _ in range(2)]
        assert await store.empty("New chat") == newer
        assert await store.empty("New chat", [newer.id]) == older
        assert await store.empty("New chat", [newer.id, older.id]) is None
        await store.add_user_message(newer.id, "Hello")
        assert await store.empty("New chat") == older

    run(check())


def test_the_chats_that_are_kept_ready_are_found_with_those_that_are_named(store: ConversationStore, run: Run) -> None:
    async def check() -> None:
        _, kept, named, trashed = [await store.create("New chat", date(2025, 3, 4)) for _ in range(4)]
        await store.set_kept_ready(kept.id, True)
        await store.set_kept_ready(trashed.id, True)
        await store.move_to_trash(trashed.id, datetime.now(UTC))
        assert [chat.id for chat in await store.kept_ready([named.id, NOBODY])] == [kept.id, named.id]

    run(check())
