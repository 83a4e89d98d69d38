"""What a search finds, in which order, and that nothing of what was deleted is left."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desktop.conversations.folding import words_of
from desktop.conversations.message import Conversation, FolderId, MessageId, Status
from desktop.conversations.migrations import open_migrated, schema_steps
from desktop.conversations.search import MOST_PER_CHAT, MOST_RESULTS, NO_FOLDER, SearchQuery, SearchResults
from desktop.conversations.store import ConversationStore
from tests.conversations.conftest import Run

OpenStore = Callable[[], ConversationStore]


async def say(store: ConversationStore, *texts: str, title: str = "Chat") -> Conversation:
    """Make a chat in which something was said."""
    chat = await store.create(title, date(2025, 3, 1))
    for text in texts:
        await store.add_user_message(chat.id, text)
    return await store.conversation(chat.id)


def titles(found: SearchResults) -> list[str]:
    return [hit.title for hit in found.hits]


def said(found: SearchResults) -> list[str]:
    return [hit.excerpt for hit in found.hits]


@pytest.mark.parametrize(
    "sought",
    [
        "tides",
        "TIDE",
        "ide",
        "s a",
        "s",
        "naive",
        "c++",
        "-x",
        'foo"bar',
        "why AND",
        "(",
        "NEAR(",
        "tides naive",
        "协程",
        "程",
        "多线程与协程",
        "x -",
    ],
)
def test_a_message_is_found_by_what_stands_in_it(store: ConversationStore, run: Run, sought: str) -> None:
    text = 'Why AND when are tides (naïve) NEAR( -x c++ foo"bar a 多线程与协程的区别'
    run(say(store, text, title="1"))
    run(say(store, "Nur Luft", title="Luft"))
    assert [hit.message_id for hit in run(store.search(SearchQuery(sought))).hits] == [1]


def test_all_words_must_be_there(store: ConversationStore, run: Run) -> None:
    run(say(store, "Ebb and flow", "Ebb alone", "Flow alone"))
    assert said(run(store.search(SearchQuery("flow ebb")))) == ["Ebb and flow"]
    assert said(run(store.search(SearchQuery("flow zz")))) == []
    assert said(run(store.search(SearchQuery("  ")))) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=30), min_size=1, max_size=4), st.data())
@example(["a\0b"], None)
@example(['"', "a AND", "\ud800x"], None)
def test_nothing_that_is_typed_is_an_error_and_what_was_said_is_found(texts: list[str], data: st.DataObject | None) -> None:
    async def scenario(store: ConversationStore) -> None:
        chat = await say(store, *texts)
        stored = [message.text for message in await store.path(chat.id)]
        await store.search(SearchQuery(texts[0]))
        for number, text in enumerate(stored):
            words = text.split()
            sought = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=3)) if data and words else words
            if words_of(" ".join(sought)):
                found = await store.search(SearchQuery(" ".join(sought)))
                alike = [other for other in stored if all(it in words_of(other) for it in words_of(text))]
                ids = {hit.message_id for hit in found.hits}
                assert number + 1 in ids or len(alike) > 1 or len(ids) >= MOST_PER_CHAT or None in ids

    with tempfile.TemporaryDirectory() as folder:
        store = ConversationStore.open(Path(folder) / "conversations.sqlite3", pytest.fail)
        try:
            asyncio.run(scenario(store))
        finally:
            assert store.close(10)


def test_titles_are_found_first_then_whole_words_then_the_newest(store: ConversationStore, run: Run) -> None:
    run(say(store, "Of the moon", title="Oldest, whole"))
    run(say(store, "Moonlight", title="Part"))
    run(say(store, "A moon", title="Newest, whole"))
    run(say(store, "Ebb", title="On the Moon"))
    run(say(store, "Moonshine", title="Newest, part"))
    found = run(store.search(SearchQuery("moon")))
    assert titles(found) == ["On the Moon", "Newest, whole", "Oldest, whole", "Newest, part", "Part"]
    first = found.hits[0]
    assert (first.message_id, first.excerpt) == (None, "")
    assert [first.title[start:end] for start, end in first.marks] == ["Moon"]


def test_of_one_chat_the_best_are_shown_and_of_all_no_more_than_can_be_read(store: ConversationStore, run: Run) -> None:
    for number in range(30):
        run(say(store, "a moon", *["moonlight"] * 4, title=f"Chat {number}"))
    found = run(store.search(SearchQuery("moon")))
    assert len(found.hits) == MOST_RESULTS
    assert [hit.excerpt for hit in found.hits if hit.title == "Chat 29"] == ["a moon", "moonlight", "moonlight"]
    assert titles(found)[:3] == ["Chat 29"] * MOST_PER_CHAT


def test_what_is_in_the_trash_is_not_found(store: ConversationStore, run: Run) -> None:
    chat = run(say(store, "Ebb and flow", title="Flow"))
    run(store.move_to_trash(chat.id, datetime.now(UTC)))
    assert run(store.search(SearchQuery("flow"))) == SearchResults()
    run(store.restore_from_trash(chat.id))
    assert len(run(store.search(SearchQuery("flow"))).hits) == 2


def test_what_forks_share_is_found_once_where_it_was_said(store: ConversationStore, run: Run) -> None:
    chat = run(say(store, "Ebb and flow", title="First"))
    assert chat.head_id is not None
    run(store.fork(chat.id, chat.head_id, "Second"))
    assert titles(run(store.search(SearchQuery("flow")))) == ["First"]
    run(store.move_to_trash(chat.id, datetime.now(UTC)))
    assert titles(run(store.search(SearchQuery("flow")))) == ["Second"]


def test_filters_leave_out_other_models_and_what_is_older(store: ConversationStore, run: Run) -> None:
    chat = run(say(store, "flow", title="By Qwen flow"))
    run(store.set_model(chat.id, "Qwen3 4B"))
    run(say(store, "flow", title="By nobody flow"))
    assert titles(run(store.search(SearchQuery("flow", model="Qwen3 4B")))) == ["By Qwen flow"] * 2
    past, future = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)
    assert len(run(store.search(SearchQuery("flow", since=past))).hits) == 4
    assert len(run(store.search(SearchQuery("flow", since=future))).hits) == 0


def test_a_folder_holds_what_stands_in_it(store: ConversationStore, run: Run) -> None:
    folder, other = (run(store.order.add_folder(name)).id for name in ("River", "Else"))
    for title, place in (("Inside flow", folder), ("Elsewhere flow", other), ("Loose flow", None)):
        chat = run(say(store, "flow", title=title))
        run(store.order.move(chat.id, place))
        fork = run(store.fork(chat.id, run(store.path(chat.id))[0].id, f"Under {title}"))
        run(store.fork(fork.id, run(store.path(chat.id))[0].id, f"Deep {title}"))
    inside = run(store.conversations())[-3:]
    moved = run(store.fork(inside[0].id, run(store.path(inside[0].id))[0].id, "Moved flow"))
    run(store.order.move(moved.id, other))
    pinned = run(store.fork(inside[0].id, run(store.path(inside[0].id))[0].id, "Pinned flow"))
    run(store.order.set_pinned(pinned.id, True))

    def found(folder_id: FolderId) -> set[str]:
        results = run(store.search(SearchQuery("flow", folder_id=folder_id)))
        return {hit.title for hit in results.hits if hit.message_id is None}

    assert found(folder) == {"Inside flow", "Under Inside flow", "Deep Inside flow"}
    assert found(other) == {"Elsewhere flow", "Under Elsewhere flow", "Deep Elsewhere flow", "Moved flow"}
    assert found(NO_FOLDER) == {"Loose flow", "Under Loose flow", "Deep Loose flow", "Pinned flow"}
    assert found(FolderId(99)) == set()


def test_a_message_outside_the_folder_is_not_found(store: ConversationStore, run: Run) -> None:
    folder = run(store.order.add_folder("River")).id
    chat = run(say(store, "ebb", title="In it"))
    run(store.order.move(chat.id, folder))
    run(say(store, "ebb", title="Not in it"))
    for sought in ("ebb", "b"):  # by the index, and by the newest messages
        assert titles(run(store.search(SearchQuery(sought, folder_id=folder)))) == ["In it"]
        assert titles(run(store.search(SearchQuery(sought, folder_id=NO_FOLDER)))) == ["Not in it"]


def test_the_excerpt_is_one_line_around_the_words(store: ConversationStore, run: Run) -> None:
    run(say(store, "before " * 40 + "the Ébb\n\n  and flow" + " after" * 60))
    (hit,) = run(store.search(SearchQuery("ebb flow"))).hits
    assert "the Ébb and flow after" in hit.excerpt
    assert hit.excerpt.startswith("… before")
    assert hit.excerpt.endswith("…")
    assert [hit.excerpt[start:end] for start, end in hit.marks] == ["Ébb", "flow"]


def test_a_reply_is_found_once_it_is_finished(store: ConversationStore, run: Run) -> None:
    chat = run(say(store, "Why?"))
    reply = run(store.begin_reply(chat.id, "tiny", 1))
    store.keep_reply(reply.id, "The moo", "v", [1])
    assert run(store.search(SearchQuery("moo"))).hits == ()
    store.finish_reply(reply.id, "The moon.", Status.COMPLETE, None, "v", [1, 2])
    assert said(run(store.search(SearchQuery("moon")))) == ["The moon."]


def test_what_an_older_format_holds_is_indexed_bit_by_bit(open_store: OpenStore, path: Path, run: Run) -> None:
    count = 250
    with closing(open_migrated(path, schema_steps()[:5])) as connection:
        connection.execute(
            "INSERT INTO conversation (title, began_on, created_at, updated_at) VALUES ('Old', '2025-03-01', '2025-03-01', '2025-03-01')"
        )
        for number in range(1, count + 1):
            values = [number, f"number{number} ebb" + "x" * (number == 7)]
            connection.execute(
                "INSERT INTO message (id, role, text, status, created_at) VALUES (?, 'user', ?, 'complete', '2025-03-01')", values
            )
            connection.execute("INSERT INTO conversation_message (conversation_id, message_id) VALUES (1, ?)", [number])
    store = open_store()
    found = run(store.search(SearchQuery("ebb")))
    assert not found.is_complete
    assert [hit.message_id for hit in found.hits] == [count, count - 1, count - 2], "the newest are there already"
    while run(store.index_some()):
        pass
    found = run(store.search(SearchQuery("ebbx")))
    assert ([hit.message_id for hit in found.hits], found.is_complete) == ([7], True)


@pytest.mark.parametrize("is_indexed", [True, False])
def test_nothing_of_a_deleted_chat_is_left_in_the_files(open_store: OpenStore, path: Path, run: Run, *, is_indexed: bool) -> None:
    store = open_store()
    for number in range(40):
        run(say(store, f"What stays {number}, kept"))
    chat = run(say(store, "Qwyjibo Zxcvbn Ünvergeßlich", title="Kwyjibo"))
    if is_indexed:
        assert said(run(store.search(SearchQuery("qwyjibo")))) == ["Qwyjibo Zxcvbn Ünvergeßlich"]
    run(store.delete_conversation(chat.id))
    assert run(store.search(SearchQuery("qwyjibo"))).hits == ()
    run(store.purge_index())
    assert len(run(store.search(SearchQuery("kept"))).hits) == 40
    assert store.close(10)
    content = b"".join(file.read_bytes().lower() for file in path.parent.iterdir())
    assert b"kept" in content
    for trace in ("qwy", "jib", "zxc", "bn ", "wyj", "ünv", "unv", "kwy"):
        assert trace.encode() not in content, trace
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM message_unpurged").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM message_index_term WHERE term LIKE 'qwy%'").fetchone() == (0,)


def test_a_purge_that_was_cut_short_is_made_up_for(open_store: OpenStore, run: Run) -> None:
    store = open_store()
    chat = run(say(store, "Qwyjibo"))
    run(store.search(SearchQuery("qwyjibo")))
    run(store.delete_conversation(chat.id))
    assert store.close(10)
    store = open_store()
    assert run(store._database.run(lambda connection: connection.execute("SELECT message_id FROM message_unpurged").fetchall())) == [(1,)]
    run(store.purge_index())
    assert run(store._database.run(lambda connection: connection.execute("SELECT term FROM message_index_term").fetchall())) == []
    assert MessageId(1) not in {hit.message_id for hit in run(store.search(SearchQuery("q"))).hits}
