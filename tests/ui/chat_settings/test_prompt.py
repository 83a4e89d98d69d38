"""A chat's system prompt, as a person writes it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeySequence
from PySide6.QtWidgets import QApplication

from desktop.chat.numbers import SetupCost
from desktop.conversations.preset import PresetId
from desktop.ui.chat_settings.setup_words import prompt_size, reading_sentence
from tests.ui.chat_settings.conftest import KIND, Bench
from tests.ui.fake_chats import FakeChats, run
from tests.ui.window_driver import Dialogue, drain

OpenPanel = Callable[..., Bench]


def test_it_holds_once_the_field_is_left_never_while_it_is_written(open_panel: OpenPanel, dialogue: Dialogue) -> None:
    bench = open_panel(dialogue[0])
    bench.panel.chat.prompt.edit.setFocus()
    bench.qtbot.keyClicks(bench.panel.chat.prompt.edit, "Be brief.")
    bench.press(Qt.Key.Key_Return)
    bench.qtbot.keyClicks(bench.panel.chat.prompt.edit, "Please.")
    assert not bench.called("set_system_prompt")
    bench.panel.chat.presets.setFocus()
    assert bench.called("set_system_prompt") == [(dialogue[0].id, "Be brief.\nPlease.")]
    assert bench.chats.chats[dialogue[0].id].system_prompt == "Be brief.\nPlease."


def test_what_it_costs_is_said_before(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.setups.unread, chats.setups.seconds = 900, 20.0
    bench = open_panel(dialogue[0])
    bench.write("Be brief.")
    assert bench.says("promptSize") == "2 tokens"
    assert bench.says("promptCost") == "The whole chat is read again, about 20 s."
    assert not bench.called("set_system_prompt")
    bench.click("applyPromptButton")
    assert bench.called("set_system_prompt") == [(dialogue[0].id, "Be brief.")]
    assert bench.says("promptCost") == ""
    assert QApplication.focusWidget() is bench.panel.chat.prompt.edit


def test_it_is_counted_a_moment_after_the_last_key(open_panel: OpenPanel, dialogue: Dialogue) -> None:
    bench = open_panel(dialogue[0])
    bench.panel.chat.prompt.edit.setFocus()
    bench.qtbot.keyClicks(bench.panel.chat.prompt.edit, "Be very brief")
    bench.qtbot.waitUntil(lambda: bench.says("promptSize") == "3 tokens")


def test_it_can_be_discarded_and_taken_back(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    chat = dialogue[0]
    chats.change(chat.id, system_prompt="Be kind.", preset_id=PresetId(7))
    bench = open_panel(chat)
    bench.write("Be brief.")
    bench.click("discardPromptButton")
    assert bench.panel.chat.prompt.text() == "Be kind."
    bench.panel.chat.presets.setFocus()
    assert not bench.called("set_system_prompt")
    bench.write("Be brief.")
    bench.click("applyPromptButton")
    assert bench.says("setupNoticeSentence") == "The system prompt was changed."
    bench.click("setupNoticeButton0")
    assert chats.chats[chat.id].system_prompt == "Be kind."
    assert chats.chats[chat.id].preset_id == 7, "it is what the preset gave again"
    assert bench.panel.chat.prompt.text() == "Be kind."


def test_undo_leaves_what_was_chosen_meanwhile(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    bench = open_panel(dialogue[0])
    bench.write("Be brief.")
    bench.click("applyPromptButton")
    chats.change(dialogue[0].id, sampling=KIND.sampling)
    drain(bench.window)
    bench.click("setupNoticeButton0")
    assert (chats.chats[dialogue[0].id].system_prompt, chats.chats[dialogue[0].id].sampling) == ("", KIND.sampling)


@pytest.mark.parametrize("way", ["close", "other chat", "quit", "escape"])
def test_what_is_written_is_never_lost(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue, way: str) -> None:
    other = chats.add_chat("Other")
    chats.person(other, "Hello")
    bench = open_panel(dialogue[0])
    bench.write("Be brief.")
    match way:
        case "close":
            bench.panel.close_panel()
        case "escape":
            bench.press(Qt.Key.Key_Escape)
        case "other chat":
            bench.pane.show_chat(chats.chats[other.id])
        case "quit":
            run(bench.window.save_drafts())
    drain(bench.window)
    assert chats.chats[dialogue[0].id].system_prompt == "Be brief."
    assert chats.chats[other.id].system_prompt == ""


def test_a_window_that_loses_the_focus_is_not_left(open_panel: OpenPanel, dialogue: Dialogue) -> None:
    bench = open_panel(dialogue[0])
    bench.write("Be brief.")
    edit = bench.panel.chat.prompt.edit
    for reason in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
        QApplication.sendEvent(edit, QFocusEvent(QFocusEvent.Type.FocusOut, reason))
    assert not bench.called("set_system_prompt")
    QApplication.sendEvent(edit, QFocusEvent(QFocusEvent.Type.FocusOut, Qt.FocusReason.MouseFocusReason))
    assert bench.called("set_system_prompt")


def test_what_is_being_written_stays_when_the_chat_changes(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    bench = open_panel(dialogue[0])
    bench.write("Be brief.")
    chats.change(dialogue[0].id, title="Another title", system_prompt="Be kind.")
    drain(bench.window)
    assert bench.panel.chat.prompt.text() == "Be brief."
    bench.write("Be kind.")
    chats.change(dialogue[0].id, system_prompt="Be curt.")
    drain(bench.window)
    assert bench.panel.chat.prompt.text() == "Be curt.", "nothing of the person's stands there"


def test_a_prompt_that_fills_the_context_is_said_so(open_panel: OpenPanel, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.setups.context_tokens = 100
    bench = open_panel(dialogue[0])
    bench.write("word " * 120)
    assert bench.says("promptSize") == "120 tokens, and the context has 100: no reply is possible. Shorten it."
    bench.click("applyPromptButton")
    assert chats.chats[dialogue[0].id].system_prompt == "word " * 120, "it is kept all the same"


def test_what_is_pasted_is_plain_text(open_panel: OpenPanel, dialogue: Dialogue) -> None:
    bench = open_panel(dialogue[0])
    QApplication.clipboard().setText("<b>bold</b>\n<img src='file:///etc/passwd'>")
    bench.panel.chat.prompt.edit.setFocus()
    bench.qtbot.keySequence(bench.panel.chat.prompt.edit, QKeySequence(QKeySequence.StandardKey.Paste))
    assert bench.panel.chat.prompt.text() == "<b>bold</b>\n<img src='file:///etc/passwd'>"


def test_words() -> None:
    assert prompt_size(SetupCost(1, 0, None, 100)) == "1 token"
    assert prompt_size(SetupCost(1240, 0, None, 8192)) == "1,240 tokens"
    assert reading_sentence(None) == reading_sentence(SetupCost(10, 64, 3.0, 100)) == reading_sentence(SetupCost(10, 65, 0.4, 100)) == ""
    assert reading_sentence(SetupCost(10, 65, None, 100)) == "The whole chat is read again."
    assert reading_sentence(SetupCost(10, 65, 200.0, 100)) == "The whole chat is read again, about 3 min."
