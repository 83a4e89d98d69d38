"""The application on real tiny models, in this process."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.journeys.driver import Driver
from tests.tiny_models import Shape, TinyModel


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def brief(models: Path) -> Path:
    """A model whose replies end after a few dozen tokens."""
    return TinyModel(name="brief", ends=1.6).write(models / "brief.gguf")


@pytest.fixture(scope="session")
def endless(models: Path) -> Path:
    """A model that writes until it is stopped, for some seconds at least."""
    return TinyModel(name="endless", ends=0.0).write(models / "endless.gguf")


@pytest.fixture(scope="session")
def slow(models: Path) -> Path:
    """A model that takes seconds to read a long message."""
    shape = Shape(layers=4, width=1024, heads=16, kv_heads=4, head=64, feed_forward=2048)
    return TinyModel(name="slow", ends=0.0, shape=shape).write(models / "slow.gguf")


Start = Callable[..., Driver]


@pytest.fixture
def start(qapp: QApplication, tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts the application on this test's data directory; what still runs at the end is quit."""
    drivers: list[Driver] = []

    def start(model: Path | None = None, *arguments: str, waits: bool = True) -> Driver:
        chosen = ("--model", str(model)) if model else ()
        drivers.append(Driver.start(tmp_path / "data", *chosen, *arguments, waits=waits))
        return drivers[-1]

    yield start
    for driver in drivers:
        driver.quit()
