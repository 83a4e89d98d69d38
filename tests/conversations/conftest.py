import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest

from desktop.conversations.errors import StorageError
from desktop.conversations.message import Conversation
from desktop.conversations.store import ConversationStore

T = TypeVar("T")
Run = Callable[[Coroutine[Any, Any, T]], T]


@pytest.fixture
def run() -> Iterator[Run]:
    """Run a coroutine to its end."""
    with asyncio.Runner() as runner:
        yield runner.run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "conversations.sqlite3"


@pytest.fixture
def errors() -> list[StorageError]:
    """What the store told besides its results."""
    return []


@pytest.fixture
def open_store(path: Path, errors: list[StorageError]) -> Iterator[Callable[[], ConversationStore]]:
    """Open the store of this test, again too; all are closed at the end."""
    stores: list[ConversationStore] = []

    def open_store() -> ConversationStore:
        stores.append(ConversationStore.open(path, errors.append))
        return stores[-1]

    yield open_store
    for store in stores:
        assert store.close(10)


@pytest.fixture
def store(open_store: Callable[[], ConversationStore]) -> ConversationStore:
    return open_store()


@pytest.fixture
def chat(store: ConversationStore, run: Run) -> Conversation:
    return run(store.create("Tides", date(2025, 3, 1), "Be brief."))
