"""System prompts and presets, as a person comes by them."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from desktop.chat.events import NotReady, RereadReason
from desktop.ui.controls.chip import Chip
from tests.journeys.conftest import Start
from tests.journeys.driver import Driver, wait_until

PROMPT = "Answer in the words of the sea, and be kind to whoever asks. " * 6
ASKED = ("Tell me about rivers and their banks. " * 10).strip()
MESSAGE_TOKENS = 80  # more than a short message takes with what the template writes around it


def write_prompt(driver: Driver, text: str) -> None:
    edit = driver.part("systemPrompt")
    assert isinstance(edit, QPlainTextEdit)
    edit.setFocus()
    edit.insertPlainText(text)


def choose(driver: Driver, words: str) -> None:
    """Take an entry of the preset's menu."""
    chip = driver.part("presetChoice")
    assert isinstance(chip, Chip)
    next(action for action in chip.fill_menu().actions() if action.text() == words).trigger()
    driver.settle()


def test_a_preset_is_made_and_after_a_restart_a_new_chat_with_it_reads_its_message_only(start: Start, brief: Path) -> None:
    driver = start(brief)
    driver.click(driver.part("chatSettingsButton"))
    write_prompt(driver, PROMPT)
    driver.click(driver.part("applyPromptButton"))
    driver.settle()
    assert driver.rows("SELECT system_prompt FROM conversation") == [(PROMPT,)]
    choose(driver, "Save as preset…")
    QTest.keyClicks(driver.part("presetName"), "The sea")
    QTest.keyClick(driver.part("presetName"), Qt.Key.Key_Return)
    driver.settle()
    assert len(driver.rows("SELECT * FROM preset_node")) == 1, "it was prepared in idle time"
    choose(driver, "Edit presets…")
    driver.click(driver.part("defaultPresetBox"))
    driver.settle()
    driver.quit()

    driver = start(brief)
    driver.new_chat()
    driver.settle()
    assert driver.rows("SELECT count(*) FROM conversation WHERE preset_id IS NOT NULL") == [(1,)]
    decoded = driver.stats.tokens_decoded
    driver.send_and_wait("Hello")
    stats = driver.messages()[-1].stats
    assert stats is not None
    assert stats.tokens_read < MESSAGE_TOKENS < stats.tokens_restored
    assert driver.stats.tokens_decoded - decoded <= stats.tokens_read + stats.tokens_written + 1


def test_another_system_prompt_has_the_chat_read_again_and_the_next_reply_follows_it(start: Start, brief: Path) -> None:
    driver = start(brief)
    driver.send_and_wait(ASKED)
    driver.click(driver.part("chatSettingsButton"))
    write_prompt(driver, PROMPT)
    driver.composer().setFocus()  # leaving the field lets it hold
    driver.settle()
    assert driver.rows("SELECT system_prompt FROM conversation") == [(PROMPT,)]
    wait_until(lambda: isinstance(driver.readiness(), NotReady))
    assert driver.readiness().reason is RereadReason.PROMPT_CHANGED
    decoded = driver.stats.tokens_decoded
    driver.send_and_wait("And now?")
    stats = driver.messages()[-1].stats
    assert stats is not None
    read = driver.stats.tokens_decoded - decoded - stats.tokens_written
    assert read + stats.tokens_restored > len(PROMPT) + len(ASKED), "all of it: a letter takes a token"
    if driver.messages()[1].text.strip():  # an empty reply is left out of the prompt
        assert stats.tokens_read + stats.tokens_restored == len(driver.prompt(messages=3).ids)


def test_what_is_written_when_the_window_closes_is_kept(start: Start, brief: Path) -> None:
    driver = start(brief)
    driver.click(driver.part("chatSettingsButton"))
    write_prompt(driver, "Be brief.")
    driver.quit()
    driver = start(brief)
    assert driver.rows("SELECT system_prompt FROM conversation") == [("Be brief.",)]
