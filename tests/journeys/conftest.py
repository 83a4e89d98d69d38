"""The application on real tiny models, in this process."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.guide_off import leave_guide_out
from tests.hub_server import HubApi, HubServer
from tests.journeys.driver import Driver
from tests.tiny_models import Shape, TinyModel


@pytest.fixture(scope="session")
def slow(models: Path) -> Path:
    """A model that takes seconds to read a long message."""
    shape = Shape(layers=4, width=1024, heads=16, kv_heads=4, head=64, feed_forward=2048)
    return TinyModel(name="slow", ends=0.0, shape=shape).write(models / "slow.gguf")


Start = Callable[..., Driver]


@pytest.fixture(autouse=True)
def icons_kept(icons_drawn_once: None) -> None:
    """Have it for all tests here."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubApi]:
    """A hub in place of the real one, and a computer on which no other program has fetched anything."""
    with HubServer().running() as server:
        monkeypatch.setenv("HF_ENDPOINT", server.endpoint)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        yield HubApi(server)


@pytest.fixture
def start(qapp: QApplication, tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts the application on this test's data directory, without a model unless one is given.

    has_guide: with the guide where it would be there. What still runs at the end is quit.
    """
    drivers: list[Driver] = []

    def start(model: Path | None = None, *arguments: str, waits: bool = True, is_offline: bool = True, has_guide: bool = False) -> Driver:
        chosen = ("--model", str(model)) if model else ()
        if not has_guide:
            leave_guide_out(tmp_path / "data")
        drivers.append(Driver.start(tmp_path / "data", *chosen, *arguments, waits=waits, is_offline=is_offline))
        return drivers[-1]

    yield start
    for driver in drivers:
        driver.quit()
