"""What an empty chat offers without a model, what comes of one click there, and what waits meanwhile."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from desktop.chat.events import Activity, ModelPhase, ModelState, RefusedModel
from desktop.models.download import DownloadPhase
from desktop.models.fit import FitWord
from desktop.system.errors import RivuletError
from desktop.system.words import say
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.main_window import MainWindow
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.fake_models import FakeModels, entry_of, fit_of
from tests.ui.models.conftest import GEMMA, MODEL, NO_MODEL, QWEN, press, told, words
from tests.ui.window_driver import Dialogue, notices


@pytest.fixture
def empty(models: FakeModels, chats: FakeChats) -> FakeModels:
    """Return models of which none is on this computer, and none is loaded."""
    models.library.found = []
    chats.loaded = NO_MODEL
    return models


def test_one_model_is_recommended_and_nothing_is_asked_of_the_network(open_window: OpenWindow, empty: FakeModels, chats: FakeChats) -> None:
    window = open_window()
    assert words(window, "firstModelName") == ["Offer 2"]
    assert words(window, "getFirstModelButton") == ["Get · 2.5 GB"]
    assert words(window, "firstModelDetails")[0].endswith(" · about 7 min at 50 Mbit/s")
    assert words(window, "openModelButton") == ["I have a file"]
    assert not [call for call in chats.calls if call[0] in ("fetch", "search", "files")]


def test_one_click_gets_it_and_the_message_box_has_the_focus(
    open_window: OpenWindow, empty: FakeModels, chats: FakeChats, qtbot: QtBot
) -> None:
    window = open_window()
    window.activateWindow()
    qtbot.mouseClick(only(window, "getFirstModelButton"), Qt.MouseButton.LeftButton)
    told(window)
    (pane,) = panes(window)
    assert pane.composer.edit.hasFocus()
    download = empty.downloads.all[0]
    assert download.file.names == ("Offer 2.gguf",)
    empty.downloads.change(download.id, done=1_600_000_000, speed=21_000_000.0)
    told(window)
    assert words(window, "downloadWords") == ["1.6 GB of 2.5 GB · 21 MB/s · about 43 s left"]
    assert not named(window, "getFirstModelButton")
    press(window, "pauseDownloadButton")
    assert ("pause", download.id) in chats.calls
    empty.downloads.change(download.id, phase=DownloadPhase.RUNNING)
    entry = empty.downloads.finish(download.id)
    told(window)
    assert [call for call in chats.calls if call[0] == "load_model"] == [("load_model", entry.path)]
    chats.set_model(replace(MODEL, path=entry.path))
    told(window)
    assert not named(window, "firstRun")


def test_cancelled_it_is_offered_again_and_never_loaded(open_window: OpenWindow, empty: FakeModels, chats: FakeChats) -> None:
    window = open_window()
    press(window, "getFirstModelButton")
    told(window)
    [download] = empty.downloads.all
    only(window, "cancelDownloadButton").setFocus()
    press(window, "cancelDownloadButton")
    told(window)
    assert words(window, "getFirstModelButton") == ["Get · 2.5 GB"]
    assert panes(window)[0].composer.edit.hasFocus()
    empty.library.found.append(entry_of(Path("/elsewhere") / download.file.names[0], "The same, from elsewhere"))
    empty.tell_library()
    told(window)
    assert not [call for call in chats.calls if call[0] == "load_model"]


def test_what_arrives_beside_a_loaded_model_is_not_loaded(open_window: OpenWindow, models: FakeModels, chats: FakeChats) -> None:
    window = open_window()
    window._models.open()
    settle()
    press(window.findChild(type(only(window, "modelsPage"))), "allOffersButton")
    first = named(window, "getModelButton")[0]
    first.click()  # type: ignore[attr-defined]
    told(window)
    models.downloads.finish(models.downloads.all[0].id)
    told(window)
    chats.set_model(NO_MODEL)
    told(window)
    models.tell_library()
    told(window)
    assert not [call for call in chats.calls if call[0] == "load_model"]


def test_why_it_cannot_be_fetched_is_said_in_place(open_window: OpenWindow, empty: FakeModels, chats: FakeChats) -> None:
    window = open_window()
    chats.failure = RivuletError(say("The disk is full"))
    press(window, "getFirstModelButton")
    assert words(window, "firstRunProblem") == ["The disk is full"]
    assert not notices(window)


@pytest.mark.parametrize("phase", [DownloadPhase.FAILED, DownloadPhase.PAUSED])
def test_what_does_not_come_by_itself_leaves_the_other_way(open_window: OpenWindow, empty: FakeModels, phase: DownloadPhase) -> None:
    window = open_window()
    press(window, "getFirstModelButton")
    told(window)
    assert not named(window, "openModelButton")
    empty.downloads.change(empty.downloads.all[0].id, phase=phase)
    told(window)
    assert named(window, "openModelButton")
    assert "until a model is here" in words(window, "emptySentence")[0]


def test_what_was_found_comes_first(open_window: OpenWindow, models: FakeModels, chats: FakeChats) -> None:
    models.library.found.append(entry_of("/data/b.gguf", "b", fault=say("It is cut short.")))
    models.library.fits[Path("/data/slow.gguf")] = fit_of(FitWord.SLOW)
    models.library.found.append(entry_of("/data/slow.gguf", "Slow 8B", parameters=8_000_000_000))
    chats.loaded = NO_MODEL
    window = open_window()
    found = [only(window, f"foundModel{number}") for number in range(3)]
    assert [str(way.property("text")) for way in found] == ["Qwen3 4B", "Gemma 3 1B", "Slow 8B"]  # what fits, the largest first
    assert found[0].accessibleName() == "Qwen3 4B, Fits · 2.5 GB"
    assert not named(window, "getFirstModelButton")
    press(window, "foundModel1")
    assert ("load_model", GEMMA) in chats.calls


def test_without_a_network_only_a_file_of_ones_own_is_offered(open_window: OpenWindow, empty: FakeModels) -> None:
    empty.is_offline = True
    window = open_window()
    assert not only(window, "getFirstModelButton").isEnabled()
    assert words(window, "firstRunProblem") == ["Rivulet was told not to use the network, in the settings or with --offline."]
    assert only(window, "openModelButton").isEnabled()


def test_where_nothing_suits_all_models_can_be_seen(open_window: OpenWindow, empty: FakeModels) -> None:
    empty.catalogue.listed = []
    window = open_window()
    assert not named(window, "firstModelCard")
    press(window, "otherModelsButton")
    assert named(window, "modelsPage")


def test_a_message_waits_for_the_model_and_says_how_far_it_is(
    open_window: OpenWindow, empty: FakeModels, chats: FakeChats, dialogue: Dialogue
) -> None:
    window = open_window(dialogue[0])
    chats.set_activity(dialogue[0].id, Activity.WAITING)
    told(window)
    assert words(window, "sessionSentence") == ["No model is loaded yet."]
    window._context.spawn(empty.downloads.fetch(empty.catalogue.offers[0].model))  # type: ignore[arg-type]
    empty.downloads.change(empty.downloads.all[0].id, done=1_600_000_000)
    told(window)
    assert words(window, "sessionSentence") == ["Waits for the model, which is on its way."]
    assert words(window, "sessionDetail") == ["1.6 GB of 2.5 GB"]
    empty.downloads.change(empty.downloads.all[0].id, done=2_000_000_000)
    told(window)
    assert words(window, "sessionDetail") == ["2 GB of 2.5 GB"]
    empty.downloads.change(empty.downloads.all[0].id, phase=DownloadPhase.PAUSED)
    told(window)
    assert words(window, "sessionSentence") == ["No model is loaded yet."]


def test_a_model_that_is_too_large_can_be_loaded_anyway(
    open_window: OpenWindow, models: FakeModels, chats: FakeChats, dialogue: Dialogue
) -> None:
    window = open_window(dialogue[0])
    chats.set_model(ModelState(ModelPhase.FAILED, QWEN, error=say("The disk is full")))
    told(window)
    assert not named(window, "otherActionButton")
    refused = RefusedModel(GEMMA, "Gemma", say("The disk is full"), 4096)
    chats.set_model(replace(MODEL, refused=refused))  # which goes on
    told(window)
    assert press(window, "otherActionButton") == "Load anyway"
    assert chats.calls[-1] == ("load_refused", None)
    assert press(window, "shorterContextButton") == "Load with 4,096 tokens"
    assert chats.calls[-1] == ("load_refused", 4096)
    (card,) = named(window, "errorCard")
    next(button for button in card.findChildren(LinkButton) if button.text() == "Not now").click()
    chats.set_model(replace(MODEL, refused=refused, name="Qwen3"))
    told(window)
    assert not named(window, "errorCard")


def drop(window: MainWindow, *paths: Path) -> None:
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    window.dropEvent(event)
    settle()


def test_what_is_dropped_is_taken_in_where_it_is(open_window: OpenWindow, empty: FakeModels, chats: FakeChats, tmp_path: Path) -> None:
    window = open_window()
    file = tmp_path / "a.gguf"
    file.touch()
    drop(window, file)
    drop(window, tmp_path)
    taken = [call for call in chats.calls if call[0] in ("load_model", "add_file", "add_folder")]
    assert taken == [("load_model", file), ("add_file", file), ("add_folder", tmp_path)]
    assert notices(window) == [f"Models in {tmp_path} are listed now, and those that come later."]
    assert named(window, "showImportedButton")


def test_a_folder_that_was_watched_before_is_not_offered_to_be_left_out(open_window: OpenWindow, empty: FakeModels, tmp_path: Path) -> None:
    empty.library.watched.add(tmp_path)
    window = open_window()
    drop(window, tmp_path)
    assert notices(window) == [f"Models in {tmp_path} are listed now, and those that come later."]
    assert not named(window, "showImportedButton")


def test_of_several_that_are_dropped_all_are_taken_in_and_the_first_is_loaded(
    open_window: OpenWindow, empty: FakeModels, chats: FakeChats, tmp_path: Path
) -> None:
    first, second, third = (tmp_path / name for name in ("a.gguf", "b.txt", "c.GGUF"))
    for file in (first, second, third):
        file.touch()
    window = open_window()
    drop(window, first, second, third, tmp_path)
    taken = [call for call in chats.calls if call[0] in ("load_model", "add_file", "add_folder")]
    assert taken == [("load_model", first), ("add_file", first), ("add_file", third), ("add_folder", tmp_path)]
    assert any("“b.txt” cannot be opened" in sentence for sentence in notices(window))


def test_the_picker_offers_what_is_here_and_what_can_be_done(
    open_window: OpenWindow, models: FakeModels, chats: FakeChats, dialogue: Dialogue
) -> None:
    models.library.found += [entry_of(f"/many/{number:02}.gguf", f"Many {number:02}") for number in range(20)]
    window = open_window(dialogue[0])
    picker = panes(window)[0].head.model_picker

    def menu() -> list[str]:
        return [action.text().partition("\t")[0] for action in picker.fill_menu().actions() if action.text()]

    def pick(words: str) -> None:
        next(action for action in picker.fill_menu().actions() if action.text().startswith(words)).trigger()
        settle()

    assert menu()[:3] == ["Qwen3 4B · 2.5 GB", "Gemma 3 1B · 1.1 GB", "Many 00 · 2.5 GB"]
    assert menu()[12:] == ["Unload", "All models…", "Open a GGUF file…"]
    checked = [action.text() for action in picker.fill_menu().actions() if action.isChecked()]
    assert checked == ["Qwen3 4B · 2.5 GB"]
    pick("Qwen3 4B")
    assert not [call for call in chats.calls if call[0] == "load_model"]  # it is loaded
    pick("Gemma")
    assert ("load_model", GEMMA) in chats.calls
    pick("Unload")
    told(window)
    assert ("unload",) in chats.calls
    assert picker.text() == "Qwen3 4B, sleeping"
    assert picker.toolTip() == "Qwen3 4B sleeps, so its memory is free. It loads when you send."
    chats.set_model(replace(MODEL, phase=ModelPhase.LOADING))
    told(window)
    pick("Cancel loading")
    assert ("cancel_loading",) in chats.calls
    pick("All models")
    assert named(window, "modelsPage")
