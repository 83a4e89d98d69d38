"""A pane that is closed while its chat takes its time: nothing crashes, nothing that was written is lost."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.chat.numbers import SetupCost
from desktop.conversations.message import ConversationId
from desktop.conversations.preset import Preset
from desktop.conversations.setup import Setup
from desktop.system.errors import RivuletError
from desktop.ui.main_window import MainWindow
from desktop.ui.panes.pane import Pane
from tests.ui.conftest import OpenWindow, panes
from tests.ui.fake_presets import FakePresets, FakeSetups
from tests.ui.panes.slow_chats import SlowChats, StepSpawner
from tests.ui.transcript.message_driver import click, editor
from tests.ui.transcript_bench import views
from tests.ui.tree.tree_driver import open_tree, press
from tests.ui.window_driver import Dialogue, drain, texts, write


class Stage:
    """A window with the dialogue in its left pane, which is closed while the chats are held."""

    def __init__(self, window: MainWindow, chats: SlowChats, spawner: StepSpawner) -> None:
        self.window, self._chats, self._spawner = window, chats, spawner

    @property
    def pane(self) -> Pane:
        return panes(self.window)[0]

    def close_meanwhile(self, ask: Callable[[Pane], object], failure: str = "") -> None:
        """Ask for something, close the pane, and only then let it come to its end."""
        pane = self.pane
        self._chats.gate.is_open = False
        ask(pane)
        self.window._area.close_pane(pane)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self._chats.failure = RivuletError(failure) if failure else None
        self._chats.gate.is_open = True
        self._spawner.go_on()
        drain(self.window)
        assert self._spawner.sentences == ([failure] if failure else [])


@pytest.fixture
def stage(open_window: OpenWindow, chats: SlowChats, spawner: StepSpawner, dialogue: Dialogue) -> Stage:
    return Stage(open_window(dialogue[0], chats.add_chat("Beside")), chats, spawner)


def test_what_was_sent_slowly_lands_in_the_chat(stage: Stage, chats: SlowChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    def send(pane: Pane) -> None:
        write(qtbot, pane, "Sent")
        qtbot.keyClicks(pane.composer.edit, "still writing")

    stage.close_meanwhile(send)
    chat = chats.chats[dialogue[0].id]
    assert [message.text for message in chats.path(chat.head_id)][-2:] == ["Sent", ""]
    assert chat.draft == "still writing"


def test_what_could_not_be_sent_stays_as_the_draft(stage: Stage, chats: SlowChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    stage.close_meanwhile(lambda pane: write(qtbot, pane, "Not sent"), "The disk is full.")
    assert chats.chats[dialogue[0].id].draft == "Not sent"
    stage.window._area.open_chat(chats.chats[dialogue[0].id])
    assert panes(stage.window)[0].composer.text() == "Not sent"


def edit_first(qtbot: QtBot, pane: Pane) -> None:
    view = views(pane.transcript)[0]
    click(qtbot, view, "editButton")
    editor(view).edit.setPlainText("Why lifetimes?")
    qtbot.keyClick(editor(view).edit, Qt.Key.Key_Return)


def test_what_was_edited_slowly_lands_in_the_chat(stage: Stage, chats: SlowChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    stage.close_meanwhile(lambda pane: edit_first(qtbot, pane))
    stage.window._area.open_chat(chats.chats[dialogue[0].id])
    assert texts(stage.pane) == ["Why lifetimes?", ""]


def test_an_edit_that_failed_is_there_when_its_chat_is_opened_again(
    stage: Stage, chats: SlowChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    stage.close_meanwhile(lambda pane: edit_first(qtbot, pane), "The disk is full.")
    stage.window._area.open_chat(chats.chats[dialogue[0].id])
    drain(stage.window)
    assert editor(views(stage.pane.transcript)[0]).text() == "Why lifetimes?"


@pytest.mark.parametrize("way", ["message", "ways", "tree"])
def test_a_slow_fork_is_made_all_the_same(stage: Stage, chats: SlowChats, qtbot: QtBot, way: str) -> None:
    if way == "tree":
        open_tree(qtbot, stage.window)

    def fork(pane: Pane) -> None:
        match way:
            case "message":
                click(qtbot, views(pane.transcript)[1], "forkButton")
            case "ways":
                views(pane.transcript)[1].action_row.ways_menu().actions()[0].trigger()
            case "tree":
                press(qtbot, stage.window, Qt.Key.Key_F)

    before = len(chats.chats)
    stage.close_meanwhile(fork)
    made = [chat for chat in chats.chats.values() if chat.forked_from_id is not None]
    assert len(made) == len(chats.chats) - before > 0
    assert all(stage.window._directory.find(fork.id) for fork in made)


def test_a_tree_that_cannot_be_read_is_told_after_its_pane_closed(stage: Stage, qtbot: QtBot) -> None:
    stage.close_meanwhile(lambda _: open_tree(qtbot, stage.window), "The disk is gone.")


class SlowSetups(FakeSetups):
    """Takes its time to count."""

    def __init__(self, chats: SlowChats) -> None:
        super().__init__(chats)
        self._gate = chats.gate

    async def cost(self, conversation_id: ConversationId, setup: Setup) -> SetupCost | None:
        await self._gate
        return await super().cost(conversation_id, setup)


class SlowPresets(FakePresets):
    """Takes its time to save."""

    def __init__(self, chats: SlowChats) -> None:
        super().__init__(chats)
        self._gate = chats.gate

    async def add(self, name: str, setup: Setup) -> Preset:
        await self._gate
        return await super().add(name, setup)


def test_a_system_prompt_that_is_being_written_holds(
    open_window: OpenWindow, spawner: StepSpawner, dialogue: Dialogue, chats: SlowChats
) -> None:
    chats.setups = SlowSetups(chats)
    stage = Stage(open_window(dialogue[0], chats.add_chat("Beside")), chats, spawner)

    def write_prompt(pane: Pane) -> None:
        pane.settings.toggle()
        pane.settings.chat.prompt.edit.write_over("Be brief.")
        pane.settings.chat.count()

    stage.close_meanwhile(write_prompt)
    assert chats.chats[dialogue[0].id].system_prompt == "Be brief."


@pytest.mark.parametrize("failure", ["", "The disk is full."])
def test_a_preset_is_saved_or_the_window_says_why_not(
    open_window: OpenWindow, spawner: StepSpawner, dialogue: Dialogue, chats: SlowChats, failure: str
) -> None:
    chats.presets = SlowPresets(chats)
    stage = Stage(open_window(dialogue[0], chats.add_chat("Beside")), chats, spawner)

    def save(pane: Pane) -> None:
        pane.settings.toggle()
        pane.settings.chat.save_requested.emit(Setup("Be kind."))
        pane.settings.form.name.setText("Kind")
        pane.settings.form.save()

    stage.close_meanwhile(save, failure)
    assert [preset.name for preset in chats.presets.presets] == ([] if failure else ["Kind"])
