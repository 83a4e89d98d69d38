"""The index keeps up by itself: with what was said before it was there, and with what is deleted."""

from datetime import date
from pathlib import Path

from desktop.conversations.database import Connection
from desktop.conversations.search import SearchQuery
from tests.chat.bench import Bench, run


def left_over(connection: Connection) -> tuple[int, int]:
    """Return how many messages are not indexed, and of how many that were deleted the index has traces."""
    unindexed = connection.execute("SELECT count(*) FROM message_unindexed").fetchone()[0]
    return unindexed, connection.execute("SELECT count(*) FROM message_unpurged").fetchone()[0]


def test_a_start_indexes_what_is_not_yet(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.store.create("Tides", date(2025, 3, 1))
        for number in range(120):
            await bench.store.add_user_message(chat.id, f"number{number}")
        assert await bench.store._database.run(left_over) == (120, 0)
        await bench.chats.begin()
        assert await bench.store._database.run(left_over) == (0, 0)
        (hit,) = (await bench.chats.search.find(SearchQuery("number7 "))).hits[-1:]
        assert hit.conversation_id == chat.id

    run(tmp_path, None, test)


def test_nothing_is_left_of_a_chat_that_is_deleted(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("Why is the sea salt?")
        asked = (await bench.store.path(chat))[0]
        found = await bench.chats.search.find(SearchQuery("salt"))
        assert asked.id in {hit.message_id for hit in found.hits}
        await bench.chats.delete(chat)
        assert (await bench.chats.search.find(SearchQuery("salt"))).hits == ()
        assert await bench.store._database.run(left_over) == (0, 0)

    run(tmp_path, brief, test)
