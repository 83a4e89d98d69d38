"""A chat that another model wrote asks which one goes on with it."""

from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.chat.events import ModelPhase
from desktop.chat.other_model import OtherModel
from desktop.conversations.message import ConversationId
from desktop.models.entry import GUIDE_WORDS
from desktop.system.errors import RivuletError
from desktop.ui.panes.other_model_text import other_model_text
from tests.ui.conftest import OpenWindow, named, only, panes
from tests.ui.fake_chats import MODEL, FakeChats, run
from tests.ui.window_driver import Dialogue, drain, write

GEMMA = Path("models/gemma.gguf")
OTHER = OtherModel("Gemma 4 12B", GEMMA, 6.0, 0.0, "Qwen3 4B", 34.0)


def test_it_says_what_each_way_on_costs() -> None:
    text = other_model_text(OTHER)
    assert text.sentence == "This chat was written with Gemma 4 12B. Qwen3 4B is loaded."
    assert (text.load.words, text.load.cost) == ("Load Gemma 4 12B", "about 6 s, then ready at once")
    assert text.go_on is not None
    assert (text.go_on.words, text.go_on.cost) == ("Continue with Qwen3 4B", "reads the chat, about 34 s")


@pytest.mark.parametrize(
    ("other", "words", "cost"),
    [
        (replace(OTHER, path=None), "Find Gemma 4 12B…", "its file is not known"),
        (replace(OTHER, load_seconds=None, reading_seconds=20.0), "Load Gemma 4 12B", "reads the chat, about 20 s"),
    ],
)
def test_what_is_not_known_is_not_said(other: OtherModel, words: str, cost: str) -> None:
    load = other_model_text(other).load
    assert (load.words, load.cost) == (words, cost)


def test_beside_the_guide_alone_it_says_how_to_get_a_model(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    guide = replace(OTHER, loaded_name=GUIDE_WORDS, is_guide_loaded=True)
    assert other_model_text(guide).get is None, "its own model is here"
    chats.other_models[dialogue[0].id] = replace(guide, path=None)
    window = open_window(dialogue[0])
    assert only(window, "otherModelSentence").property("text") == "This chat was written with Gemma 4 12B. Guide (built in) is loaded."
    assert only(window, "continueWithLoadedButton").property("text") == "Continue with Guide (built in)"
    qtbot.mouseClick(only(window, "getModelInsteadButton"), Qt.MouseButton.LeftButton)
    only(window, "modelsPage")


def test_without_a_model_there_is_only_loading(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.other_models[dialogue[0].id] = replace(OTHER, loaded_name="", loaded_reading_seconds=None)
    window = open_window(dialogue[0])
    only(window, "loadOtherModelButton")
    assert not named(window, "continueWithLoadedButton")
    label = only(window, "otherModelSentence")
    assert isinstance(label, QLabel)
    assert label.text().endswith("No model is loaded.")


def test_enter_keeps_the_text_until_continuing_is_chosen(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    chats.other_models[dialogue[0].id] = OTHER
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    write(qtbot, pane, "And then?")
    assert pane.composer.text() == "And then?"
    assert only(pane, "loadOtherModelButton").hasFocus()
    assert not [call for call in chats.calls if call[0] in ("prepare", "send")]
    qtbot.mouseClick(only(pane, "continueWithLoadedButton"), Qt.MouseButton.LeftButton)
    drain(window)
    assert [call for call in chats.calls if call[0] in ("continue_with_loaded", "send")] == [
        ("continue_with_loaded", dialogue[0].id),
        ("send", dialogue[0].id, "And then?"),
    ]
    assert pane.composer.text() == ""
    assert not named(pane, "otherModelCard")


@pytest.mark.parametrize("changed", [False, True])
def test_loading_sends_afterwards_what_was_not_changed(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot, changed: bool
) -> None:
    chats.other_models[dialogue[0].id] = OTHER
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    write(qtbot, pane, "And then?")
    qtbot.mouseClick(only(pane, "loadOtherModelButton"), Qt.MouseButton.LeftButton)
    assert ("load_model", GEMMA) in chats.calls
    assert pane.composer.edit.hasFocus()
    chats.set_model(replace(MODEL, phase=ModelPhase.LOADING, path=GEMMA, name="Gemma 4 12B", progress=0.4))
    drain(window)
    assert not named(pane, "otherModelCard")
    line = only(pane, "sessionSentence")
    assert isinstance(line, QLabel)
    assert line.text() == "Loading Gemma 4 12B"
    if changed:
        qtbot.keyClicks(pane.composer.edit, " But")
    chats.other_models.clear()
    chats.set_model(replace(MODEL, path=GEMMA, name="Gemma 4 12B"))
    drain(window)
    sent = [call for call in chats.calls if call[0] == "send"]
    assert sent == ([] if changed else [("send", dialogue[0].id, "And then?")])
    assert pane.composer.text() == ("And then? But" if changed else "")


def test_nothing_is_sent_before_it_is_known_whether_to_ask(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    waiting: list[Coroutine[Any, Any, None]] = []
    monkeypatch.setattr(pane._question, "_context", replace(window._context, spawn=waiting.append))
    pane._question.show_chat(dialogue[0].id)
    write(qtbot, pane, "Hello")
    assert not [call for call in chats.calls if call[0] == "send"]
    assert pane.composer.text() == "Hello"
    run(waiting.pop())
    drain(window)
    assert ("send", dialogue[0].id, "Hello") in chats.calls
    assert pane.composer.text() == ""


def test_a_question_that_cannot_be_answered_stands_in_nobodys_way(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: ConversationId) -> None:
        raise RivuletError("The disk is full.")

    monkeypatch.setattr(chats, "other_model", fail)
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    write(qtbot, pane, "Hello")
    assert ("send", dialogue[0].id, "Hello") in chats.calls


def test_each_pane_asks_for_its_own_chat(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    other = chats.add_chat("Other")
    chats.other_models[dialogue[0].id] = replace(OTHER, path=None)
    window = open_window(dialogue[0], other)
    left, right = panes(window)
    assert not named(right, "otherModelCard")
    qtbot.mouseClick(only(left, "loadOtherModelButton"), Qt.MouseButton.LeftButton)
    (dialog,) = window.findChildren(QFileDialog)
    dialog.close()


def test_deleted_messages_come_back_by_undo(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    for undo in ("button", "key"):
        pane.transcript.delete_requested.emit(dialogue[1][1])
        drain(window)
        label = only(pane, "turnSentence")
        assert isinstance(label, QLabel)
        assert label.text() == "3 messages deleted from here on"
        assert pane.composer.text() == ""
        if undo == "button":
            qtbot.mouseClick(only(pane, "undoTurnButton"), Qt.MouseButton.LeftButton)
        else:
            qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        drain(window)
        assert [call for call in chats.calls if call[0] in ("go_to", "undo")][-1] == ("go_to", dialogue[0].id, dialogue[1][3].id)
        assert len(pane.transcript.messages()) == 4
        assert not named(pane, "turnNotice")


def test_another_place_leaves_what_is_typed_and_says_nothing(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    qtbot.keyClicks(pane.composer.edit, "mine")
    pane._commands.go_to(dialogue[1][1].id)
    drain(window)
    assert (pane.composer.text(), len(pane.transcript.messages())) == ("mine", 2)
    assert not named(pane, "turnNotice")


def test_the_menu_chooses_the_likeliest_words(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    (pane,) = panes(window)
    for expected in (0.0, None):
        action = next(action for action in pane.menu().actions() if action.text() == "Always the likeliest words")
        action.trigger()
        drain(window)
        assert chats.chats[dialogue[0].id].sampling.temperature == expected
        assert pane.transcript._repeats == (expected == 0.0)
