"""The window with models to choose from."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from desktop.chat.events import ModelPhase, ModelState
from desktop.models.entry import Origin
from desktop.models.fit import FitWord
from desktop.models.offer import HubModel
from desktop.ui.main_window import MainWindow
from desktop.ui.models.models_page import ModelsPage
from tests.ui.conftest import OpenWindow, named, only, settle
from tests.ui.fake_chats import MODEL, FakeChats
from tests.ui.fake_models import FakeModels, entry_of, file_of, fit_of, offer_of

QWEN, GEMMA, OTHER = Path("models/qwen3-4b.gguf"), Path("/cache/gemma-1b.gguf"), Path("/data/other.gguf")
REPOSITORY = "unsloth/Qwen3-4B-GGUF"
NO_MODEL = ModelState(ModelPhase.NONE)

OpenModels = Callable[[], ModelsPage]


@pytest.fixture
def models(chats: FakeChats) -> FakeModels:
    """Return three files here, seven models on offer, and two places of the hub."""
    models = chats.models
    models.library.found = [
        entry_of(QWEN, "Qwen3 4B"),
        entry_of(GEMMA, "Gemma 3 1B", Origin.HUB_CACHE, 1_100_000_000, parameters=1_000_000_000, licence="Gemma"),
        entry_of(OTHER, "Other 30B", Origin.FILE, 18_000_000_000, parameters=30_000_000_000),
    ]
    models.library.fits[OTHER] = fit_of(FitWord.TOO_LARGE, 20_000_000_000)
    models.catalogue.listed = [offer_of(f"Offer {number}", is_recommended=number == 2) for number in range(7)]
    files = [
        file_of(REPOSITORY, f"Qwen3-4B-{name}.gguf", size, name) for name, size in (("Q4_K_M", 2_500_000_000), ("BF16", 9_000_000_000))
    ]
    models.catalogue.hub = {HubModel(REPOSITORY, 1234, 5, "apache-2.0", False): files, HubModel("google/qwen", 1, 0, "", True): []}
    return models


@pytest.fixture
def open_models(open_window: OpenWindow, chats: FakeChats, models: FakeModels) -> OpenModels:
    """Return a function that opens the page over a window."""

    def open_models() -> ModelsPage:
        window = open_window(width=1000)
        window._models.open()
        settle()
        page = only(window, "modelsPage")
        assert isinstance(page, ModelsPage)
        return page

    return open_models


def window_of(page: QWidget) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def told(page: QWidget) -> None:
    """Let the window hear of what the fake has told."""
    window_of(page)._bridge.drain()
    settle()


def rows(part: QWidget) -> dict[str, QWidget]:
    """Return the rows of models in sight by their names."""
    return {row.accessibleName(): row for row in named(part, "modelRow") if row.accessibleName()}


def press(part: QWidget, name: str) -> str:
    """Press a button and return what it said."""
    button = only(part, name)
    assert isinstance(button, QAbstractButton)
    words = button.text()
    button.click()
    settle()
    return words


def write(part: QWidget, name: str, text: str) -> QLineEdit:
    field = only(part, name)
    assert isinstance(field, QLineEdit)
    field.setText(text)
    settle()
    return field


def words(part: QWidget, name: str) -> list[str]:
    """Return what labels or buttons with a name in sight say."""
    return [str(widget.property("text")) for widget in named(part, name)]


__all__ = ["GEMMA", "MODEL", "NO_MODEL", "OTHER", "QWEN", "REPOSITORY"]
