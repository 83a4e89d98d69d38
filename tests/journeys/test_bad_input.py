"""Bad input inside the window: a clear sentence, nothing lost, and a way on."""

from pathlib import Path

import pytest

from desktop.chat.events import ModelPhase
from tests.journeys.conftest import Start
from tests.journeys.driver import wait_until
from tests.tiny_models import TinyModel


def missing(path: Path, good: Path) -> Path:
    return path


def cut(path: Path, good: Path) -> Path:
    path.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    return path


def empty(path: Path, good: Path) -> Path:
    path.touch()
    return path


def not_one(path: Path, good: Path) -> Path:
    path.write_text("I am no model. " * 1000)
    return path


def header_alone(path: Path, good: Path) -> Path:
    path.write_bytes(good.read_bytes()[:64])
    return path


@pytest.mark.parametrize("make", [missing, cut, empty, not_one, header_alone])
def test_a_bad_model_file_is_told_and_a_good_one_works_afterwards(start: Start, brief: Path, tmp_path: Path, make) -> None:
    first = start()
    first.send("Hello")
    first.quit()
    driver = start(make(tmp_path / "bad.gguf", brief))
    assert driver.model_phase() is ModelPhase.FAILED
    assert driver.application.main_window.isVisible()
    wait_until(lambda: driver.texts() == ["Hello"])
    assert "bad.gguf" in driver.sentences()
    assert "Your chats are kept" in driver.sentences()
    driver.load(brief)
    assert driver.model_phase() is ModelPhase.READY
    driver.send_and_wait("Again")
    assert driver.statuses() == ["complete"] * 3


def test_a_bad_model_file_does_not_disturb_the_loaded_model(start: Start, endless: Path, tmp_path: Path) -> None:
    driver = start(endless)
    driver.send("Tell me a story")
    driver.wait_for_text()
    driver.application.main_window.load_model(tmp_path / "missing.gguf")
    wait_until(lambda: "missing.gguf" in driver.sentences())
    assert driver.model_phase() is ModelPhase.READY
    length = len(driver.last_text())
    driver.wait_for_text(length + 40)
    driver.stop()


def test_another_model_interrupts_a_reply_and_keeps_it(start: Start, endless: Path, brief: Path) -> None:
    driver = start(endless)
    driver.send("Tell me a story")
    driver.wait_for_text()
    shown = driver.last_text()
    driver.load(brief)
    wait_until(driver.is_idle)
    assert driver.statuses() == ["complete", "interrupted"]
    assert driver.last_text().startswith(shown)
    driver.go_on()
    wait_until(lambda: driver.is_idle() and driver.statuses()[-1] == "complete")
    assert driver.last_text().startswith(shown)


def test_a_template_that_refuses_is_told_and_another_model_answers(start: Start, brief: Path, tmp_path: Path) -> None:
    driver = start(TinyModel(template="{{ raise_exception('no such chats') }}").write(tmp_path / "refusing.gguf"))
    assert driver.model_phase() is ModelPhase.READY
    driver.send("Hello")
    wait_until(lambda: "no such chats" in driver.sentences())
    assert "Your message is kept" in driver.sentences()
    wait_until(driver.is_idle)
    assert driver.texts() == ["Hello"]
    driver.load(brief)
    driver.send_and_wait("Hello again")


def test_a_template_that_is_none_at_all_fails_the_model(start: Start, tmp_path: Path) -> None:
    driver = start(TinyModel(template="{% for %}").write(tmp_path / "broken.gguf"))
    assert driver.model_phase() is ModelPhase.FAILED
    assert "template" in driver.sentences()


def test_a_model_without_a_template_chats(start: Start, tmp_path: Path) -> None:
    driver = start(TinyModel(template=None, ends=1.6).write(tmp_path / "plain.gguf"))
    driver.send_and_wait("Hello")
    assert driver.statuses() == ["complete", "complete"]


def test_a_reply_that_fills_the_context_is_cut_and_kept(start: Start, tmp_path: Path) -> None:
    driver = start(TinyModel(ends=0.0, context_length=256).write(tmp_path / "small.gguf"))
    driver.send("Hello")
    wait_until(lambda: driver.statuses() == ["complete", "cut"])
    assert driver.last_text()
    assert "The context is full" in driver.sentences()


def test_damaged_settings_are_told_and_the_chats_are_there(start: Start, brief: Path, tmp_path: Path) -> None:
    first = start(brief)
    first.send_and_wait("Hello")
    first.quit()
    (tmp_path / "data" / "settings.json").write_text('{"theme": "dark", ')
    driver = start(brief)
    assert "settings file is damaged" in driver.sentences()
    driver.choose_chat("Hello")
    wait_until(lambda: len(driver.messages()) == 2)
