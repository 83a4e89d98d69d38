"""The window on chats that take their time."""

import pytest

from tests.ui.panes.slow_chats import SlowChats, StepSpawner


@pytest.fixture
def chats() -> SlowChats:
    return SlowChats()


@pytest.fixture
def spawner() -> StepSpawner:
    return StepSpawner()
