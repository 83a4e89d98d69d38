"""Replies for the tests of chats."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.inference.binding import Library
from tests.chat.replies import Replies
from tests.inference.teacher import Teacher


@pytest.fixture
def replies(models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Replies]:
    """Return what is said in place of the sampler's tokens."""
    teacher, library = Teacher(), Library()
    monkeypatch.setattr("desktop.inference.worker.Sampler", teacher.sampler)
    yield Replies(teacher, library, models)
    library.close()
