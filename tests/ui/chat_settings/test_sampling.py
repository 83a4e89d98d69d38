"""How a chat's replies are written, as a person chooses it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from desktop.conversations.setup import Sampling
from desktop.ui.chat_settings.number_row import NumberField
from desktop.ui.chat_settings.sampling_words import SETTINGS
from tests.ui.chat_settings.conftest import Bench
from tests.ui.conftest import named, only
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import Dialogue, drain

OpenPanel = Callable[..., Bench]


def field(bench: Bench, name: str) -> NumberField:
    found = only(bench.panel, f"{name}Field")
    assert isinstance(found, NumberField)
    return found


def type_in(bench: Bench, name: str, text: str) -> None:
    number = field(bench, name)
    number.setFocus()
    number.selectAll()
    bench.qtbot.keyClicks(number, text)
    bench.press(Qt.Key.Key_Return)


TYPED = [
    ("temperature", "1.25", 1.25),
    ("temperature", "9", 0.8),  # what cannot be is not taken
    ("top_p", "0.5", 0.5),
    ("top_k", "0", 0),
    ("top_k", "7", 7),
    ("min_p", "0.2", 0.2),
    ("repeat_penalty", "1.3", 1.3),
    ("seed", "42", 42),
    ("most_tokens", "300", 300),
]


@pytest.mark.parametrize(("name", "text", "value"), TYPED)
def test_a_number_that_is_typed_holds(open_panel: OpenPanel, dialogue: Dialogue, name: str, text: str, value: float) -> None:
    bench = open_panel(dialogue[0])
    type_in(bench, name, text)
    wanted = Sampling() if value == 0.8 else Sampling(**{name: value})
    sampling = bench.chats.chats[dialogue[0].id].sampling
    assert sampling == wanted
    assert type(getattr(sampling, name)) is type(getattr(wanted, name))


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.field)
def test_each_has_a_way_back_to_the_usual(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue, setting) -> None:
    chosen = 1.5 if setting.decimals and setting.high > 1 else 0.5 if setting.decimals else 9
    chats.change(dialogue[0].id, sampling=Sampling(**{setting.field: chosen}))
    bench = open_panel(dialogue[0])
    shown = [row.field for row in SETTINGS if named(bench.panel, f"{row.field}Reset")]
    assert shown == [setting.field]
    assert field(bench, setting.field).value() == chosen
    assert setting.told in field(bench, setting.field).accessibleDescription()
    bench.click(f"{setting.field}Reset")
    assert chats.chats[dialogue[0].id].sampling == Sampling()
    assert not named(bench.panel, f"{setting.field}Reset")
    assert QApplication.focusWidget() is field(bench, setting.field)


def test_what_is_typed_counts_once_it_is_whole(open_panel: OpenPanel, dialogue: Dialogue) -> None:
    bench = open_panel(dialogue[0])
    number = field(bench, "top_k")
    number.setFocus()
    number.selectAll()
    bench.qtbot.keyClicks(number, "12")
    assert not bench.called("set_sampling")
    bench.panel.chat.presets.setFocus()
    assert bench.called("set_sampling") == [(dialogue[0].id, Sampling(top_k=12))]


def test_arrow_keys_change_it_and_what_stands_for_nothing_is_said(open_panel: OpenPanel, dialogue: Dialogue) -> None:
    bench = open_panel(dialogue[0])
    assert (field(bench, "seed").text(), field(bench, "most_tokens").text()) == ("Random", "No limit")
    field(bench, "seed").setFocus()
    bench.press(Qt.Key.Key_Up)
    assert bench.chats.chats[dialogue[0].id].sampling == Sampling(seed=0)
    bench.press(Qt.Key.Key_Down)
    assert bench.chats.chats[dialogue[0].id].sampling == Sampling()


def test_two_changes_at_once_are_both_kept(open_panel: OpenPanel, dialogue: Dialogue) -> None:
    bench = open_panel(dialogue[0])
    field(bench, "top_k").setValue(12)
    field(bench, "min_p").setValue(0.5)  # before the window has heard of the first
    assert bench.chats.chats[dialogue[0].id].sampling == Sampling(top_k=12, min_p=0.5)


def test_the_wheel_scrolls_unless_the_person_is_in_a_number(open_panel: OpenPanel, dialogue: Dialogue) -> None:
    bench = open_panel(dialogue[0])
    number = field(bench, "top_k")

    def turn() -> float:
        place = QPointF(number.rect().center())
        event = QWheelEvent(
            place,
            number.mapToGlobal(place),
            QPoint(0, 120),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(number, event)
        return number.value()

    assert turn() == 40
    number.setFocus()
    assert turn() == 45


def test_the_menus_temperature_leaves_the_rest(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.change(dialogue[0].id, sampling=Sampling(0.3, top_k=7))
    bench = open_panel(dialogue[0])
    likeliest = next(action for action in bench.pane.menu().actions() if action.text() == "Always the likeliest words")
    likeliest.trigger()
    drain(bench.window)
    assert chats.chats[dialogue[0].id].sampling == Sampling(0.0, top_k=7)
    assert field(bench, "temperature").value() == 0
