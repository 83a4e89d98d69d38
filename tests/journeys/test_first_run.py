"""From the first window to a reply of a model that was fetched, with the hub played by a server on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import ModelPhase
from desktop.chat.model_fit import ModelFit
from desktop.models.offer import CatalogueModel
from tests.hub_server import Fault, HubApi
from tests.journeys.conftest import Start
from tests.journeys.driver import Driver, wait_until
from tests.tiny_models import TinyModel


@pytest.fixture
def clicks(qapp: QApplication) -> Iterator[list[str]]:
    """The names of the widgets on which a mouse button was pressed."""
    counter = _Clicks()
    qapp.installEventFilter(counter)
    yield counter.on
    qapp.removeEventFilter(counter)


class _Clicks(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.on: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonPress and watched.isWidgetType():
            self.on.append(watched.objectName())
        return False


def recommended(driver: Driver) -> CatalogueModel:
    offers = driver.application._chats.models.catalogue.offers
    return next(offer.model for offer in offers if offer.is_recommended)


def test_the_cards_are_looked_at_before_a_model_is_loaded(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    judges: list[ModelFit] = []

    async def look(fits: ModelFit, events: EventBuffer) -> None:
        judges.append(fits)

    monkeypatch.setattr("desktop.app.application.look_at_cards", look)
    driver = start()
    wait_until(lambda: judges == [driver.application._chats.fits])


def test_three_clicks_lead_to_a_streaming_reply(hub: HubApi, start: Start, tmp_path: Path, clicks: list[str]) -> None:
    driver = start(is_offline=False)
    assert hub.server.requests == [], "nothing is fetched without a click"
    model = recommended(driver)
    tiny = TinyModel(name="first", ends=0.0).write(tmp_path / "tiny.gguf").read_bytes()
    hub.add_file(model.repository, model.file, tiny)
    driver.click(driver.part("getFirstModelButton"))
    wait_until(lambda: driver.model_phase() is ModelPhase.READY, "the model was not fetched and loaded by itself")
    driver.click(driver.composer().viewport())
    QTest.keyClicks(driver.composer(), "Which river?")
    driver.click(driver.part("sendButton"))
    driver.wait_for_text()
    assert len(clicks) == 3, clicks
    [entry] = driver.application._chats.models.library.entries
    assert entry.path.read_bytes() == tiny
    driver.stop()


def test_what_is_written_while_the_model_comes_is_answered_once_it_is_there(hub: HubApi, start: Start, tmp_path: Path) -> None:
    driver = start(is_offline=False)
    model = recommended(driver)
    tiny = TinyModel(name="first", ends=0.0).write(tmp_path / "tiny.gguf").read_bytes()
    hub.add_file(model.repository, model.file, tiny, Fault(rate=len(tiny)))
    driver.click(driver.part("getFirstModelButton"))
    wait_until(lambda: driver.application._chats.models.downloads.all)
    driver.send("Which river?")
    driver.wait_for_text()
    driver.stop()


def test_a_start_that_goes_on_finds_what_was_fetched_in_part(hub: HubApi, start: Start, tmp_path: Path) -> None:
    driver = start(is_offline=False)
    model = recommended(driver)
    tiny = TinyModel(name="first", ends=0.0).write(tmp_path / "tiny.gguf").read_bytes()
    hub.add_file(model.repository, model.file, tiny, Fault(stall_at=len(tiny) // 2, times=1))
    driver.click(driver.part("getFirstModelButton"))
    downloads = driver.application._chats.models.downloads
    wait_until(lambda: downloads.all and downloads.all[0].done >= len(tiny) // 4)
    driver.quit()
    again = start(is_offline=False)
    downloads = again.application._chats.models.downloads
    wait_until(lambda: downloads.all)
    assert downloads.all[0].done >= len(tiny) // 4
    asked = len(hub.server.requests)
    again.click(again.part("pauseDownloadButton"))
    wait_until(lambda: again.model_phase() is ModelPhase.READY)
    assert any("range" in request.headers for request in hub.server.requests[asked:])
