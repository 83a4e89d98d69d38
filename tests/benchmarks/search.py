"""What a search in 10,000 chats of 200,000 messages costs, and reading their list: asked through the store, as the window does."""

import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from desktop.conversations.database import Connection, transact
from desktop.conversations.message import FolderId
from desktop.conversations.migrations import open_migrated, schema_steps
from desktop.conversations.search import NO_FOLDER, SearchQuery
from desktop.conversations.store import ConversationStore

CHATS = 10_000
MESSAGES = 20  # in a chat
DAYS = 700
CHINESE = 0.08  # of the messages
LETTERS = "etaoinshrdlucmfwypvbgkjqxz"
FOLDERS = 10  # with half of the chats
QUERIES = 240
LISTINGS = 5
WANTED = {"search_p95_ms": 100.0, "list_ms": 100.0}
MODELS = ("Qwen3 4B", "Gemma 4 12B", "gpt-oss 20B")


class Writer:
    """Words as often as words are: the second half as often as the first."""

    def __init__(self, seed: int = 0) -> None:
        self.chance = random.Random(seed)
        self.words = [self._word() for _ in range(30_000)]
        self._frequencies = list(accumulate(1 / (rank + 1) for rank in range(len(self.words))))
        self.signs = [chr(0x4E00 + number) for number in range(3000)]
        self._sign_frequencies = list(accumulate(1 / (rank + 5) for rank in range(len(self.signs))))

    def text(self) -> str:
        """Return a text of three to two thousand words."""
        length = 3 + min(2000, int(self.chance.lognormvariate(4, 1)))
        if self.chance.random() < CHINESE:
            return "".join(self.chance.choices(self.signs, cum_weights=self._sign_frequencies, k=length))
        return " ".join(self.chance.choices(self.words, cum_weights=self._frequencies, k=length))

    def _word(self) -> str:
        letters = LETTERS[: 3 + int(self.chance.expovariate(1 / 8))]
        return "".join(self.chance.choices(letters, k=self.chance.randint(2, 10)))


def measure(chats: int = CHATS) -> dict[str, Any]:
    """Return the figures."""
    writer = Writer()
    with tempfile.TemporaryDirectory(prefix="rivulet-benchmark-") as folder:
        path = Path(folder) / "conversations.sqlite3"
        with closing(open_migrated(path, schema_steps())) as connection:
            transact(connection, lambda connection: _fill(connection, writer, chats))
        bare = path.stat().st_size
        store = ConversationStore.open(path, lambda error: print(error.sentence))
        try:
            figures = asyncio.run(_ask(store, writer))
        finally:
            store.close(60)
        figures |= {"unindexed_mb": bare / 1e6, "index_mb": (path.stat().st_size - bare) / 1e6}
    return figures


def is_met(figures: dict[str, Any]) -> bool:
    """Return whether every figure is what is wanted of it."""
    return all(figures[name] < wanted for name, wanted in WANTED.items())


def table(figures: dict[str, Any]) -> str:
    """Return the figures beside what is wanted of them."""
    rows = [f"{'':<24} {'measured':>10} {'wanted':>10}"]
    for name, value in figures.items():
        rows.append(f"{name:<24} {value:>10.2f} {f'< {WANTED[name]:g}' if name in WANTED else '':>10}")
    return "\n".join(rows) + "\n"


async def _ask(store: ConversationStore, writer: Writer) -> dict[str, Any]:
    began = time.perf_counter()
    slices = []
    more = True
    while more:
        before = time.perf_counter()
        more = await store.index_some()
        slices.append(time.perf_counter() - before)
    figures = {"index_s": time.perf_counter() - began, "index_slice_max_ms": max(slices) * 1000}
    waits: dict[str, list[float]] = {}
    for kind, query in _queries(writer):
        before = time.perf_counter()
        await store.search(query)
        waits.setdefault(kind, []).append((time.perf_counter() - before) * 1000)
    all_waits = [wait for kind in waits.values() for wait in kind]
    cuts = quantiles(all_waits, n=100, method="inclusive")
    figures |= {"search_p50_ms": cuts[49], "search_p95_ms": cuts[94], "search_max_ms": max(all_waits)}
    figures |= {f"{kind}_max_ms": max(kind_waits) for kind, kind_waits in waits.items()}
    listings = []
    for _ in range(LISTINGS):
        before = time.perf_counter()
        await store.conversations()
        listings.append((time.perf_counter() - before) * 1000)
    figures["list_ms"] = median(listings)
    return figures


def _queries(writer: Writer) -> Iterator[tuple[str, SearchQuery]]:
    """Yield queries of every kind in turn."""
    chance, words, signs = writer.chance, writer.words, writer.signs
    year = datetime.now(UTC) - timedelta(days=365)
    kinds: dict[str, Callable[[], SearchQuery]] = {
        "word": lambda: SearchQuery(chance.choice(words[:5000])),
        "words": lambda: SearchQuery(" ".join(chance.choices(words[:1000], k=3))),
        "frequent": lambda: SearchQuery(chance.choice(words[:20])),
        "begun": lambda: SearchQuery(chance.choice(words)[:3]),
        "two letters": lambda: SearchQuery("".join(chance.choices(LETTERS, k=2))),
        "letter": lambda: SearchQuery(chance.choice(LETTERS)),
        "cjk": lambda: SearchQuery("".join(chance.choices(signs[:200], k=chance.randint(1, 3)))),
        "nothing": lambda: SearchQuery("zzqxzzqx"),
        "model": lambda: SearchQuery(chance.choice(words[:500]), model=chance.choice(MODELS)),
        "folder": lambda: SearchQuery(chance.choice(words[:500]), folder_id=FolderId(chance.randint(1, FOLDERS))),
        "no folder": lambda: SearchQuery(chance.choice(words[:500]), folder_id=NO_FOLDER),
        "year": lambda: SearchQuery(chance.choice(words[:500]), since=year),
    }
    for number in range(QUERIES):
        kind = list(kinds)[number % len(kinds)]
        yield kind, kinds[kind]()


def _fill(connection: Connection, writer: Writer, chats: int) -> None:
    now = datetime.now(UTC)
    connection.executemany("INSERT INTO folder (name, position) VALUES (?, ?)", ((f"Folder {it}", it) for it in range(FOLDERS)))
    for chat in range(1, chats + 1):
        at = (now - timedelta(days=DAYS * (1 - chat / chats))).isoformat(timespec="microseconds")
        first = (chat - 1) * MESSAGES + 1
        ids = range(first, first + MESSAGES)
        connection.executemany(
            "INSERT INTO message (id, parent_id, role, text, status, created_at) VALUES (?, ?, ?, ?, 'complete', ?)",
            ((it, it - 1 if it > first else None, "assistant" if it % 2 == 0 else "user", writer.text(), at) for it in ids),
        )
        connection.execute(
            "INSERT INTO conversation (id, title, head_message_id, began_on, created_at, updated_at, model, folder_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                chat,
                " ".join(writer.chance.choices(writer.words, k=4)),
                ids[-1],
                at[:10],
                at,
                at,
                MODELS[chat % len(MODELS)],
                chat % FOLDERS + 1 if chat % 4 < 2 else None,
            ],
        )
        connection.executemany("INSERT INTO conversation_message (conversation_id, message_id) VALUES (?, ?)", ((chat, it) for it in ids))
