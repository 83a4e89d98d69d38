"""The window with the guide: what an empty chat says of it, and that it stands behind every real model."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.chat.events import Activity, ModelPhase
from desktop.conversations.setup import Sampling
from desktop.models.entry import GUIDE_WORDS, Origin
from desktop.ui.composer.session_text import session_text
from desktop.ui.main_window import MainWindow
from desktop.ui.sidebar.sidebar import device_line
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.fake_models import FakeModels, entry_of
from tests.ui.models.conftest import MODEL, NO_MODEL, press, rows, told, words
from tests.ui.models.test_models_page import row_of
from tests.ui.window_driver import Dialogue

FILE = Path("/rivulet/guide.gguf")
GUIDE = replace(MODEL, path=FILE, name=GUIDE_WORDS, is_guide=True)
WHAT_IT_IS = (
    "A tiny model that comes with Rivulet: it tells how things are done, and remembers what you tell it. For all else, get a real one."
)


@pytest.fixture
def guided(models: FakeModels, chats: FakeChats) -> FakeModels:
    """Return models of which none but the guide is on this computer, and that is loaded."""
    models.library.found = [entry_of(FILE, "Guide", Origin.GUIDE, 5_000_000)]
    chats.loaded = GUIDE
    return models


def example(window: MainWindow, number: int) -> str:
    button = named(window, "guideExample")[number]
    button.click()  # type: ignore[attr-defined]
    told(window)
    return str(button.property("text"))


def test_an_empty_chat_says_what_it_is_and_offers_a_real_model(open_window: OpenWindow, guided: FakeModels, chats: FakeChats) -> None:
    window = open_window()
    assert words(window, "emptyHeading") == ["Guide (built in)"]
    assert words(window, "guideSentence") == [WHAT_IT_IS]
    assert words(window, "emptySentence") == ["This real one suits this computer. What you write never leaves it."]
    assert words(window, "getFirstModelButton") == ["Get · 2.5 GB"]
    assert words(window, "modelPicker") == ["Guide (built in)"]
    assert device_line(GUIDE) == "Guide (built in)"
    chats.set_model(replace(GUIDE, phase=ModelPhase.UNLOADED))
    told(window)
    assert named(window, "firstRun")
    assert words(window, "modelPicker") == ["Guide (built in), sleeping"]
    chats.set_model(MODEL)
    told(window)
    assert not named(window, "firstRun")
    assert words(window, "emptyHeading") == ["What shall we talk about?"]
    chats.set_model(NO_MODEL)
    told(window)
    assert not named(window, "guideSentence")
    assert not named(window, "guideExample")


def test_while_it_comes_it_looks_as_if_it_were_here(open_window: OpenWindow, guided: FakeModels, chats: FakeChats) -> None:
    chats.loaded = replace(GUIDE, phase=ModelPhase.LOADING)
    window = open_window()
    assert words(window, "emptyHeading") == ["Guide (built in)"]
    assert words(window, "modelPicker") == ["Guide (built in)"]
    assert not named(window, "sessionSentence")
    waiting = session_text(None, Activity.WAITING, chats.loaded)
    assert waiting is not None
    assert waiting.sentence == "Loading Guide (built in)"


def test_an_example_is_asked_at_once_and_what_was_typed_stays(open_window: OpenWindow, guided: FakeModels, chats: FakeChats) -> None:
    window = open_window()
    [pane] = panes(window)
    pane.composer.edit.setPlainText("A draft")
    assert example(window, 0) == "What can you do?"
    assert ("send", pane.chat_id, "What can you do?") in chats.calls
    assert pane.composer.text() == "A draft"


def test_an_example_is_begun_and_the_person_ends_it(open_window: OpenWindow, guided: FakeModels, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window()
    window.activateWindow()
    [pane] = panes(window)
    assert example(window, 2) == "My name is …"
    assert pane.composer.edit.hasFocus()
    qtbot.keyClicks(pane.composer.edit, "Ada")
    assert pane.composer.text() == "My name is Ada"
    assert not [call for call in chats.calls if call[0] == "send"]


def test_in_a_narrow_pane_the_examples_stand_below_each_other(open_window: OpenWindow, guided: FakeModels) -> None:
    window = open_window(width=480)
    assert len({button.y() for button in named(window, "guideExample")}) == 1
    window._theme.set_zoom(150)
    settle()
    assert len({button.y() for button in named(window, "guideExample")}) == 3


def test_what_arrives_takes_its_place(open_window: OpenWindow, guided: FakeModels, chats: FakeChats) -> None:
    window = open_window()
    press(window, "getFirstModelButton")
    told(window)
    assert words(window, "emptySentence") == ["The guide answers until this one is here, which then goes on with your chats."]
    entry = guided.downloads.finish(guided.downloads.all[0].id)
    told(window)
    assert [call for call in chats.calls if call[0] == "load_model"] == [("load_model", entry.path)]


def test_what_was_found_is_offered_without_it(open_window: OpenWindow, models: FakeModels, guided: FakeModels) -> None:
    models.library.found.append(entry_of("/data/a.gguf", "A 1B"))
    window = open_window()
    assert words(window, "emptySentence") == ["These models are on this computer already."]
    assert words(window, "foundModel0") == ["A 1B"]
    assert not named(window, "foundModel1")


def test_it_stands_behind_all_others_and_cannot_be_removed(
    open_window: OpenWindow, models: FakeModels, guided: FakeModels, chats: FakeChats
) -> None:
    models.library.found.append(entry_of("/data/z.gguf", "Zebra 1B"))
    chats.loaded = replace(MODEL, path=Path("/data/other.gguf"), name="Other")
    window = open_window()
    offered = [action.text() for action in panes(window)[0].head.model_picker.fill_menu().actions()]
    assert offered[1:3] == ["Zebra 1B · 2.5 GB", "Guide (built in) · 5 MB"]
    window._models.open()
    settle()
    page = only(window, "modelsPage")
    assert list(rows(page))[:2] == ["Zebra 1B", "Guide (built in)"]
    assert not named(page, "noModelFound")
    menu = [action.text() for action in row_of(page, "Guide (built in)").menu().actions() if action.text()]
    assert menu == ["Load", "Details", "Show in file manager", "Check the file"]


def test_alone_in_the_list_it_leaves_the_hint_how_to_get_one(open_window: OpenWindow, guided: FakeModels) -> None:
    window = open_window()
    window._models.open()
    settle()
    assert words(only(window, "modelsPage"), "noModelFound") == ["No other model was found yet. Get one below, or add one that you have."]


def test_it_is_not_what_the_next_start_comes_back_to(open_window: OpenWindow, guided: FakeModels, chats: FakeChats) -> None:
    window = open_window()
    chats.set_model(GUIDE)
    told(window)
    assert (window.settings_state().model_path, window.settings_state().recent_models) == (None, ())
    chats.set_model(MODEL)
    told(window)
    chats.set_model(GUIDE)
    told(window)
    assert window.settings_state().model_path == MODEL.path


def test_the_switch_holds_at_once(open_window: OpenWindow, guided: FakeModels, chats: FakeChats) -> None:
    window = open_window()
    window._on_settings_chosen("uses_guide", False)
    settle()
    assert chats.calls[-2:] == [("refresh",), ("follow_guide",)]
    assert not window.settings_state().uses_guide


def test_how_it_writes_is_shown_as_usual(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    [pane] = panes(window)
    pane.settings.toggle()
    settle()
    field = only(window, "temperatureField")
    assert field.property("value") == 0.8
    chats.setups.usual = Sampling(0.0, 0.97, 40, 0.005, 1.0)
    chats.set_model(GUIDE)
    told(window)
    assert field.property("value") == 0
    assert str(field.toolTip()).endswith("Usually 0.00.")
    assert only(window, "min_pField").property("value") == 0.01, "as near as the field shows it"
    assert not named(window, "temperatureReset")
    assert not named(window, "min_pReset")
    field.setFocus()
    field.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(field, "0.8")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert chats.chats[dialogue[0].id].sampling == Sampling(temperature=0.8)
    chats.setups.usual = Sampling(0.8, 0.95, 40, 0.05, 1.0)
    chats.set_model(MODEL)
    told(window)
    assert field.property("value") == 0.8
    chats.setups.usual = Sampling(0.0, 0.97, 40, 0.005, 1.0)
    chats.set_model(GUIDE)
    told(window)
    assert field.property("value") == 0.8, "it was chosen, though with the model between it was usual"


def test_a_model_on_its_way_leaves_what_is_being_typed(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    panes(window)[0].settings.toggle()
    settle()
    field = only(window, "temperatureField")
    field.setFocus()
    field.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(field, "1.2")
    chats.set_model(replace(MODEL, phase=ModelPhase.LOADING, progress=0.5))
    told(window)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert chats.chats[dialogue[0].id].sampling == Sampling(temperature=1.2)
