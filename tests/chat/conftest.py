"""Tiny models for chats."""

from pathlib import Path

import pytest

from tests.tiny_models import TinyModel


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def brief(models: Path) -> Path:
    """A model whose replies end after a few dozen tokens."""
    return TinyModel(name="brief", ends=1.6).write(models / "brief.gguf")


@pytest.fixture(scope="session")
def endless(models: Path) -> Path:
    """A model that writes until it is stopped."""
    return TinyModel(name="endless", ends=0.0).write(models / "endless.gguf")
