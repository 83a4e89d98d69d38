"""The application on real tiny models, in this process."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.journeys.driver import Driver
from tests.tiny_models import Shape, TinyModel


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
