"""Presets, as a person chooses, makes and changes them."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.conversations.setup import Sampling, Setup
from desktop.ui.panes.preset_buttons import PresetButton
from tests.ui.chat_settings.conftest import CURT, KIND, Bench
from tests.ui.conftest import OpenWindow, named, only, panes
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import Dialogue, drain

OpenPanel = Callable[..., Bench]


def test_an_empty_chat_is_given_a_preset_at_once(open_panel: OpenPanel, chats: FakeChats) -> None:
    kind = chats.presets.arrange("Kind", KIND)
    chat = chats.add_chat("New chat")
    bench = open_panel(chat)
    assert bench.panel.chat.presets.text() == "None"
    bench.choose("Kind")
    assert bench.called("give") == [(chat.id, KIND, kind.id)]
    assert bench.panel.chat.presets.text() == "Kind"
    assert bench.panel.chat.prompt.text() == KIND.system_prompt
    assert bench.panel.chat.sampling.sampling() == KIND.sampling
    bench.choose("None")
    assert chats.chats[chat.id].setup == Setup()


def test_a_chat_with_messages_says_first_what_it_costs(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.presets.arrange("Kind", KIND)
    chats.setups.unread, chats.setups.seconds = 900, 20.0
    bench = open_panel(dialogue[0])
    bench.choose("Kind")
    assert bench.says("setupQuestionSentence") == "The whole chat is read again, about 20 s."
    assert not bench.called("give")
    bench.click("setupQuestionButton1")
    assert not bench.called("give")
    assert not named(bench.panel, "setupQuestion")
    bench.choose("Kind")
    bench.click("setupQuestionButton0")
    assert chats.chats[dialogue[0].id].setup == KIND


def test_what_was_set_up_by_hand_can_be_had_back(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.presets.arrange("Kind", KIND)
    mine = Setup("Mine.", Sampling(top_k=7))
    chats.change(dialogue[0].id, system_prompt=mine.system_prompt, sampling=mine.sampling)
    bench = open_panel(dialogue[0])
    assert bench.panel.chat.presets.text() == "Set up by hand"
    bench.write("Mine, too.")
    bench.choose("Kind")
    assert chats.chats[dialogue[0].id].setup == KIND
    assert bench.panel.chat.prompt.text() == KIND.system_prompt
    bench.click("setupNoticeButton0")
    assert chats.chats[dialogue[0].id].setup == Setup("Mine, too.", Sampling(top_k=7))


def test_a_preset_that_was_changed_is_offered_to_empty_chats_only(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    kind = chats.presets.arrange("Kind", CURT)
    chat = chats.add_chat("New chat")
    for chat_id in (chat.id, dialogue[0].id):
        chats.change(chat_id, system_prompt=KIND.system_prompt, sampling=KIND.sampling, preset_id=kind.id)
    bench = open_panel(chat)
    assert bench.says("setupNewsSentence") == "The preset “Kind” was changed."
    bench.click("setupNewsButton0")
    assert chats.chats[chat.id].setup == CURT
    assert not named(bench.panel, "setupNews")
    bench.pane.show_chat(chats.chats[dialogue[0].id])
    drain(bench.window)
    assert not named(bench.panel, "setupNews")


def test_a_preset_is_made_of_a_chat(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.change(dialogue[0].id, system_prompt=KIND.system_prompt, sampling=KIND.sampling)
    bench = open_panel(dialogue[0])
    bench.choose("Save as preset…")
    assert QApplication.focusWidget() is bench.panel.form.name
    bench.qtbot.keyClicks(bench.panel.form.name, "Kind")
    bench.press(Qt.Key.Key_Return)
    assert bench.called("add_preset") == [("Kind", KIND)]
    assert bench.panel.chat.isVisible(), "back at the chat"
    assert bench.panel.chat.presets.text() == "Kind"


def test_what_is_wrong_is_said_and_what_was_written_stays(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.presets.arrange("Kind", KIND)
    bench = open_panel(dialogue[0])
    bench.choose("Save as preset…")
    form = bench.panel.form
    form.prompt.put("Be brief.")
    bench.click("savePresetButton")
    assert form.error() == "A preset needs a name. Nothing was changed; write one and save again."
    form.name.setText("a" * 61)
    bench.click("savePresetButton")
    assert "longer than 60 characters" in form.error()
    form.name.setText("KIND")
    bench.click("savePresetButton")
    assert form.error().startswith("There is a preset “KIND” already.")
    assert (form.name.text(), form.prompt.toPlainText()) == ("KIND", "Be brief.")
    bench.press(Qt.Key.Key_Escape)
    bench.pane.settings.toggle()
    assert form.isVisible(), "closing the panel loses nothing of it"
    assert form.prompt.toPlainText() == "Be brief."
    form.name.setText("Brief")
    bench.click("savePresetButton")
    assert form.error() == ""
    assert bench.panel.chat.isVisible()
    assert [preset.name for preset in chats.presets.presets] == ["Brief", "Kind"]


def test_presets_are_changed_and_left(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    kind = chats.presets.arrange("Kind", KIND)
    bench = open_panel(dialogue[0])
    bench.choose("Edit presets…")
    bench.click("editPresetButton")
    form = bench.panel.form
    assert (form.name.text(), form.prompt.toPlainText(), form.sampling.sampling()) == ("Kind", KIND.system_prompt, KIND.sampling)
    form.name.setText("Kinder")
    form.prompt.put("Be kinder.")
    bench.click("savePresetButton")
    assert bench.called("change_preset") == [(kind.id, "Kinder", Setup("Be kinder.", KIND.sampling))]
    assert [row.preset.name for row in bench.panel.presets.rows()] == ["Kinder"]
    bench.click("newPresetButton")
    assert (form.name.text(), form.prompt.toPlainText(), form.sampling.sampling()) == ("", "", Sampling())
    bench.click("cancelPresetButton")
    bench.click("leavePresetsButton")
    assert bench.panel.chat.isVisible()


def test_a_preset_is_deleted_and_brought_back(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    kind = chats.presets.arrange("Kind", KIND)
    bench = open_panel(dialogue[0])
    bench.choose("Edit presets…")
    bench.click("deletePresetButton")
    assert chats.presets.presets == []
    assert not bench.panel.presets.rows()
    assert bench.says("setupNoticeSentence") == "“Kind” was deleted. Chats that have it stay as they are."
    bench.click("setupNoticeButton0")
    assert chats.presets.presets == [kind]


def test_one_is_the_default(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    curt, kind = chats.presets.arrange("Curt", CURT, is_default=True), chats.presets.arrange("Kind", KIND)
    bench = open_panel(dialogue[0])
    bench.choose("Edit presets…")
    assert [row.default.isChecked() for row in bench.panel.presets.rows()] == [True, False]
    bench.panel.presets.rows()[1].default.click()
    drain(bench.window)
    bench.panel.presets.rows()[1].default.click()
    drain(bench.window)
    assert bench.called("set_default_preset") == [(kind.id,), (None,)]
    assert curt.is_default


def test_the_form_keeps_whether_the_model_thinks(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.change(dialogue[0].id, system_prompt="Be kind.", thinking=False)
    bench = open_panel(dialogue[0])
    bench.choose("Save as preset…")
    bench.panel.form.name.setText("Kind")
    bench.click("savePresetButton")
    assert bench.called("add_preset") == [("Kind", Setup("Be kind.", thinking=False))]


def offered(bench: Bench) -> list[PresetButton]:
    return [button for button in bench.pane.findChildren(PresetButton) if button.isVisible()]


def test_an_empty_chat_offers_presets(open_panel: OpenPanel, chats: FakeChats) -> None:
    for number in range(8):
        chats.presets.arrange(f"Preset {number}", Setup(f"{number}"), is_default=number == 5)
    chat = chats.add_chat("New chat")
    bench = open_panel(chat)
    bench.panel.close_panel()
    bench.qtbot.keyClicks(bench.pane.composer.edit, "Hello")
    assert [button.text() for button in offered(bench)] == [f"Preset {number}" for number in (5, 0, 1, 2, 3, 4)]
    bench.qtbot.mouseClick(offered(bench)[1], Qt.MouseButton.LeftButton)
    drain(bench.window)
    assert chats.chats[chat.id].setup == Setup("0")
    assert [button.isChecked() for button in offered(bench)] == [False, True, False, False, False, False]
    assert bench.pane.composer.text() == "Hello", "what was typed stays"
    bench.qtbot.mouseClick(offered(bench)[1], Qt.MouseButton.LeftButton)
    drain(bench.window)
    assert chats.chats[chat.id].setup == Setup()


def test_names_are_no_html(open_window: OpenWindow, chats: FakeChats) -> None:
    chats.presets.arrange("<img src=x> & Co", Setup("<img src='file:///etc/passwd'>"))
    chat = chats.add_chat("New chat")
    [pane] = panes(open_window(chats.chats[chat.id]))
    button = only(pane, "presetButton")
    assert isinstance(button, PresetButton)
    assert button.text() == "<img src=x> && Co"
    assert "<img" not in button.toolTip()
    pane.settings.toggle()
    assert "<img src=x> && Co" in [action.text() for action in pane.settings.chat.presets.fill_menu().actions()]
