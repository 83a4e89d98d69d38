"""How the model is loaded, chosen in the settings."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.events import ModelPhase, ModelState
from desktop.models.fit import Fit, FitWord, MemoryNeed, MemoryRoom
from desktop.system.compute_device import AUTOMATIC, PROCESSOR, ComputeDevice, DeviceKind
from desktop.system.settings import Settings
from desktop.ui.controls.choice_button import ChoiceButton
from desktop.ui.controls.step_slider import StepSlider
from desktop.ui.main_window import MainWindow
from desktop.ui.settings.model_section import context_steps, layer_choices
from desktop.ui.settings.settings_dialog import SettingsDialog
from tests.ui.conftest import OpenWindow, only, settle
from tests.ui.fake_chats import GIGABYTE, MODEL, FakeChats
from tests.ui.window_driver import drain

CARD = ComputeDevice("CUDA0", "GeForce", DeviceKind.GPU, 7 * GIGABYTE, 8 * GIGABYTE)
LOADED = replace(MODEL, context_tokens=8192, trained_tokens=40_960)
ON_CARD = replace(LOADED, layers=36, gpu_layers=30, device="GeForce")


def fit_at(tokens: int) -> Fit:
    """A model of 2.5 GB whose cache takes 0.1 GB for a thousand tokens, on a machine with 7 GB."""
    need = MemoryNeed(2_500_000_000, tokens * 100_000, 0)
    word = FitWord.FITS if need.total < 4 * GIGABYTE else FitWord.SLOW if need.total < 6 * GIGABYTE else FitWord.TOO_LARGE
    return Fit(word, need, MemoryRoom(7 * GIGABYTE), 0, 36)


@pytest.fixture(autouse=True)
def model(chats: FakeChats) -> None:
    chats.loaded = LOADED
    chats.loading.fits = fit_at


def opened(window: MainWindow, qtbot: QtBot) -> SettingsDialog:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    settle()
    (dialog,) = window.findChildren(SettingsDialog)
    return dialog


def slider_of(dialog: SettingsDialog) -> StepSlider:
    slider = only(dialog, "contextLength")
    assert isinstance(slider, StepSlider)
    return slider


def said(dialog: SettingsDialog) -> tuple[str, str, str]:
    """Return what stands at the slider: the length, its memory, and whether that fits."""
    labels = [only(dialog, "contextLengthChosen"), only(dialog, "contextLengthMemory")]
    (fit,) = [label for label in labels[0].parentWidget().findChildren(QLabel, "fitLabel")]
    told = [label.text() for label in (*labels, fit) if isinstance(label, QLabel)]
    return told[0], told[1], told[2]


def choices(dialog: SettingsDialog, name: str) -> list[str]:
    button = only(dialog, name)
    assert isinstance(button, ChoiceButton)
    return [action.text() for action in button.fill_menu().actions()]


def choose(dialog: SettingsDialog, name: str, words: str) -> None:
    button = only(dialog, name)
    assert isinstance(button, ChoiceButton)
    next(action for action in button.fill_menu().actions() if action.text() == words).trigger()
    settle()


def is_seen(dialog: SettingsDialog, name: str) -> bool:
    (widget,) = dialog.findChildren(QWidget, name)
    return widget.isVisible()


def click(qtbot: QtBot, dialog: SettingsDialog, name: str) -> None:
    qtbot.mouseClick(only(dialog, name), Qt.MouseButton.LeftButton)
    settle()


@pytest.mark.parametrize(
    ("model", "steps"),
    [
        (LOADED, (2048, 4096, 8192, 16_384, 32_768, 40_960)),
        (replace(LOADED, context_tokens=5000), (2048, 4096, 5000, 8192, 16_384, 32_768, 40_960)),
        (replace(LOADED, trained_tokens=0), (2048, 4096, 8192, 16_384, 32_768)),
        (replace(LOADED, context_tokens=512, trained_tokens=512), (512,)),
        (replace(LOADED, context_tokens=100_000, trained_tokens=0), (2048, 4096, 8192, 16_384, 32_768, 65_536, 100_000)),
        (replace(LOADED, phase=ModelPhase.LOADING), ()),
        (ModelState(ModelPhase.NONE), ()),
    ],
)
def test_lengths_double_up_to_what_the_model_is_made_for(model: ModelState, steps: tuple[int, ...]) -> None:
    assert context_steps(model) == steps


def test_the_memory_stands_beside_the_slider_and_follows_it(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    dialog = opened(open_window(), qtbot)
    assert said(dialog) == ("8,192 tokens", "Takes about 3.3 GB with the model.", "Fits")
    slider = slider_of(dialog)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert said(dialog) == ("16,384 tokens", "Takes about 4.1 GB with the model.", "May be slow")
    assert (slider.accessibleName(), slider.accessibleDescription()) == (
        "Context length: 16,384 tokens",
        "Takes about 4.1 GB with the model. May be slow",
    )
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert said(dialog)[2] == "Won’t fit"
    assert [call for call in chats.calls if call[0] == "load_model"] == [], "nothing is loaded before it is wished"
    dialog.close()


def test_a_length_holds_once_it_is_wished(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window()
    dialog = opened(window, qtbot)
    slider = slider_of(dialog)
    slider.setFocus()
    assert not is_seen(dialog, "reloadWarning")
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert is_seen(dialog, "reloadWarning")
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert not is_seen(dialog, "reloadWarning"), "there is nothing to change"
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    click(qtbot, dialog, "leaveModelButton")
    assert said(dialog)[0] == "8,192 tokens"
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    click(qtbot, dialog, "changeModelButton")
    assert chats.calls[-1] == ("load_model", LOADED.path, 16_384)
    drain(window)
    assert said(dialog)[0] == "16,384 tokens"
    assert not is_seen(dialog, "reloadWarning")
    assert QApplication.focusWidget() is slider
    dialog.close()


def test_a_wheel_that_passes_changes_nothing(open_window: OpenWindow, qtbot: QtBot) -> None:
    dialog = opened(open_window(), qtbot)
    slider = slider_of(dialog)
    place = QPointF(slider.rect().center())
    event = QWheelEvent(
        place,
        slider.mapToGlobal(place),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(slider, event)
    assert said(dialog)[0] == "8,192 tokens"
    dialog.close()


def test_without_a_model_or_a_choice_there_is_no_slider(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chats.loaded = ModelState(ModelPhase.NONE)
    window = open_window()
    dialog = opened(window, qtbot)
    assert not is_seen(dialog, "contextLength")
    for model in (replace(LOADED, context_tokens=512, trained_tokens=512), replace(LOADED, phase=ModelPhase.LOADING)):
        chats.set_model(model)
        drain(window)
        assert not is_seen(dialog, "contextLength")
    chats.set_model(LOADED)
    drain(window)
    assert is_seen(dialog, "contextLength")
    chats.loading.fits = lambda tokens: None
    chats.set_model(replace(LOADED, context_tokens=4096))
    drain(window)
    assert said(dialog)[:2] == ("4,096 tokens", "")
    dialog.close()


def test_without_a_card_nothing_is_said_of_one(open_window: OpenWindow, qtbot: QtBot) -> None:
    dialog = opened(open_window(), qtbot)
    assert not is_seen(dialog, "deviceChoice")
    assert not is_seen(dialog, "gpuShare")
    dialog.close()


def test_a_device_that_is_gone_can_be_left(open_window: OpenWindow, qtbot: QtBot) -> None:
    dialog = opened(open_window(settings=Settings(device="Vulkan1")), qtbot)
    assert choices(dialog, "deviceChoice") == ["Automatic", "Processor only", "Vulkan1"]
    dialog.close()


def test_the_device_holds_with_the_next_loading(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chats.loaded = ON_CARD
    chats.loading.seen[:0] = [CARD, replace(CARD, name="CUDA1", description="x" * 60)]
    window = open_window()
    dialog = opened(window, qtbot)
    assert choices(dialog, "deviceChoice") == ["Automatic", "Processor only", "GeForce", "x" * 31 + "…"]
    choose(dialog, "deviceChoice", "Processor only")
    assert window.settings_state().device == AUTOMATIC
    assert not is_seen(dialog, "gpuShare"), "nothing would lie on it"
    click(qtbot, dialog, "changeModelButton")
    assert window.settings_state().device == PROCESSOR
    assert chats.calls[-1] == ("load_model", ON_CARD.path)
    chats.set_model(ModelState(ModelPhase.NONE))
    drain(window)
    choose(dialog, "deviceChoice", "GeForce")
    assert window.settings_state().device == "CUDA0"
    assert not is_seen(dialog, "reloadWarning"), "there is nothing to load again"
    dialog.close()


def test_how_much_lies_on_the_card(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chats.loaded = ON_CARD
    chats.loading.seen.insert(0, CARD)
    window = open_window()
    dialog = opened(window, qtbot)
    assert choices(dialog, "gpuShare") == ["Automatic", "All of it", "Three quarters", "Half", "A quarter", "Nothing"]
    told = only(dialog, "gpuLayers")
    assert isinstance(told, QLabel)
    assert told.text() == "30 of 36 layers lie there now."
    choose(dialog, "gpuShare", "Half")
    click(qtbot, dialog, "changeModelButton")
    assert chats.calls[-1] == ("set_gpu_layers", 18)
    drain(window)
    assert told.text() == "18 of 36 layers lie there now."
    choose(dialog, "gpuShare", "Automatic")
    slider = slider_of(dialog)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    click(qtbot, dialog, "changeModelButton")
    assert chats.calls[-2:] == [("set_gpu_layers", None), ("load_model", ON_CARD.path, 4096)]
    dialog.close()


def test_a_number_of_layers_from_elsewhere_is_offered() -> None:
    words = [str(words) for _, words in layer_choices(replace(ON_CARD, chosen_gpu_layers=7, gpu_layers=7))]
    assert words[-2:] == ["7 layers", "Nothing"]


def test_another_setting_leaves_what_waits(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chats.loaded = ON_CARD
    chats.loading.seen.insert(0, CARD)
    dialog = opened(open_window(), qtbot)
    choose(dialog, "gpuShare", "Half")
    choose(dialog, "setting_threads", "2")
    click(qtbot, dialog, "changeModelButton")
    assert chats.calls[-1] == ("set_gpu_layers", 18)
    dialog.close()
