"""Data directories for the window's benchmark: many chats with realistic titles, forks, dates and messages."""

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.conversations.database import Connection, Job, T, transact
from desktop.conversations.migrations import open_migrated, schema_steps
from desktop.system.paths import AppPaths

FORKS = 0.3  # of all chats
DAYS = 700  # over which chats are spread
MESSAGES = 4  # in a chat among many
SUBJECTS = (
    "Rust lifetimes, gently",
    "Why is the query slow",
    "Letter to the landlord",
    "Names for a sailing boat",
    "Sourdough with rye, the hydration that works at 17 °C",
    "Refactor the importer into steps",
    "What does this error mean",
    "Plan for a weekend in Porto",
    "多线程与协程的区别",
    "Regular expressions for dates",
    "Explain the proof of Bayes' rule",
    "Notes on chapter four",
)
PROSE = (
    "A borrow lasts as long as somebody may still look at what it points to; the compiler only has to be *convinced* of that. "
    "So write down what you know: the result lives no longer than `input`, and the caller **decides** how long that is."
)
LIST = "- Measure first, on the machine that matters\n- Change one thing\n  - and write down which\n- Measure again"
CODE = (
    '```python\ndef longest(lines: list[str]) -> str:\n    """Return the longest line."""\n    return max(lines, key=len, default="")\n```'
)
PARTS = (PROSE, LIST, PROSE, CODE, f"## What follows\n\n{PROSE}")


def mixed_text(parts: int, first: int = 0) -> str:
    """Return Markdown of so many parts: prose, lists, code and headings in turn."""
    return "\n\n".join(PARTS[(first + number) % len(PARTS)] for number in range(parts))


class DataDirectory:
    """A data directory that is filled before the application starts on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._paths = AppPaths.under(folder)
        self._paths.prepare()

    def add_many(self, count: int) -> None:
        """Add chats of a few messages, some of them forks of others, spread over two years."""

        def add(connection: Connection) -> None:
            chance, now = random.Random(0), datetime.now(UTC)
            chats: list[int] = []
            for number in range(count):
                parent = chance.choice(chats[-200:]) if chats and chance.random() < FORKS else None
                title = chance.choice(SUBJECTS) + (f" {number}" if parent is None else " (2)")
                at = now - timedelta(days=DAYS * (1 - number / count), minutes=chance.randrange(60))
                chats.append(_add_chat(connection, title, at, MESSAGES, parent))

        self._change(add)

    def add_chat(self, title: str, messages: int) -> int:
        """Add one chat, the last used of all, of so many messages; return its number."""
        return self._change(lambda connection: _add_chat(connection, title, datetime.now(UTC), messages, None))

    def add_written_chat(self, model: Path) -> int:
        """Have a model reply in a chat, so that its state is on the disk; return the chat's number."""
        command = [sys.executable, "-m", "desktop.app", "--data-dir", str(self.folder), "--model", str(model), "run", "--max-tokens", "64"]
        subprocess.run([*command, PROSE], check=True, stdout=subprocess.DEVNULL, timeout=120)
        return self._change(lambda connection: _next_id(connection, "conversation")) - 1

    def show_at_start(self, chats: Sequence[int], model: Path | None = None) -> None:
        """Have the next start show these chats side by side, and load a model, or none at all."""
        panes = [{"conversation_id": chat} for chat in chats]
        settings = {"theme": "light", "panes": panes, "model_path": str(model) if model else None, "uses_guide": False}
        self._paths.settings.write_text(json.dumps(settings), encoding="utf-8")

    def _change(self, job: Job[T]) -> T:
        with closing(open_migrated(self._paths.database, schema_steps())) as connection:
            return transact(connection, job)


def _next_id(connection: Connection, table: str) -> int:
    return int(connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0])


def _add_chat(connection: Connection, title: str, at: datetime, messages: int, parent: int | None) -> int:
    ids = _add_messages(connection, at, messages)
    connection.execute(
        "INSERT INTO conversation (title, head_message_id, forked_from_id, began_on, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
        [title, ids[-1], parent, at.date().isoformat(), _told(at), _told(at)],
    )
    chat = _next_id(connection, "conversation") - 1
    connection.executemany(
        "INSERT INTO conversation_message (conversation_id, message_id) VALUES (?, ?)", ((chat, message) for message in ids)
    )
    return chat


def _add_messages(connection: Connection, at: datetime, count: int) -> range:
    first = _next_id(connection, "message")
    ids = range(first, first + count)
    rows = [
        (
            message,
            message - 1 if message > first else None,
            "assistant" if number % 2 else "user",
            mixed_text(3 + number % 3, number) if number % 2 else f"And what of number {number}? It has to hold in general.",
            "complete",
            _told(at),
        )
        for number, message in enumerate(ids)
    ]
    connection.executemany("INSERT INTO message (id, parent_id, role, text, status, created_at) VALUES (?, ?, ?, ?, ?, ?)", rows)
    return ids


def _told(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
