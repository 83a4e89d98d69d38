"""What the checks of the window let pass, and what not: with a window that does as it is told."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QTextEdit, QVBoxLayout, QWidget

from desktop.app.self_test import part, talking
from desktop.app.self_test.part import Found, Run
from desktop.chat.events import ModelPhase, ModelState
from tests.made_guide import made_guide

HISTORY, NEW, WRITTEN = 39, 17, 7


class FakeWindow:
    """A window on a chat of two messages; what it decodes is a matter of its attributes."""

    platform = "offscreen"

    def __init__(self, **facts: Any) -> None:
        self.facts = {"at_opening": 0, "restored": HISTORY, "again": 0, "for_fork": 0, "reply": "Your name is Ada."} | facts
        self.decoded = self.facts["at_opening"]
        self.model = ModelState(ModelPhase.READY, name="Guide", is_guide=facts.get("is_guide", True), error=facts.get("error", ""))
        self.said = [[facts.get("first", talking.INTRODUCTION), "Hello, Ada"]]

    @property
    def stats(self) -> Any:
        return SimpleNamespace(tokens_decoded=self.decoded, tokens_restored=self.facts["restored"])

    def pane_in_sight(self) -> int:
        return 0

    def wait_for_history(self, pane: int) -> None:
        pass

    def texts(self, pane: int) -> list[str]:
        return self.said[pane]

    def history(self, pane: int) -> list[int]:
        return [0] * HISTORY

    def prompt_of_last(self, pane: int) -> list[int]:
        return [0] * (HISTORY + NEW)

    def ask(self, text: str, pane: int) -> Any:
        self.decoded += NEW + WRITTEN + 1 + self.facts["again"]
        return SimpleNamespace(text=self.facts["reply"], stats=SimpleNamespace(tokens_written=WRITTEN))

    def fork(self, message: int, pane: int) -> None:
        self.decoded += self.facts["for_fork"]
        self.said.append(self.facts.get("forked", self.said[0]))


def look(check: Run, window: Any) -> tuple[str, Found]:
    found = Found()
    bench: Any = SimpleNamespace(window=lambda: window)
    return part._problem(lambda: check(bench, found)), found


def test_all_is_well() -> None:
    for check in (talking.reply, talking.restart, talking.fork):
        problem, found = look(check, FakeWindow())
        assert problem == ""
    assert found["history_tokens_decoded"] == 0


@pytest.mark.parametrize(
    ("check", "facts", "problem"),
    [
        (talking.reply, {"reply": "Who?"}, "The guide answered as if it had not read the message."),
        (talking.restart, {"first": "Hm"}, "The chat did not come back as it was."),
        (talking.restart, {"at_opening": 3}, "3 tokens were decoded when the chat was opened."),
        (talking.restart, {"restored": HISTORY - 1}, "Not all of the chat was restored from disk."),
        (talking.restart, {"again": 1}, "Tokens of the history were decoded again."),
        (talking.restart, {"reply": "Your name is Bo."}, "The guide does not know any more what it was told."),
        (talking.fork, {"for_fork": 1}, "Tokens were decoded to fork a chat."),
        (talking.fork, {"forked": ["Hm"]}, "The fork does not show what was said before it."),
        (talking.fork, {"again": 1}, "Tokens that the fork shares with its chat were decoded again."),
        (talking.fork, {"reply": "I do not."}, "The guide does not know any more what it was told."),
    ],
)
def test_what_does_not_pass(check: Run, facts: dict[str, Any], problem: str) -> None:
    assert look(check, FakeWindow(**facts))[0] == problem


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a guide that was made for the test."""
    made_guide(tmp_path / "guide")
    monkeypatch.setattr("desktop.system.resources.resource", lambda name: tmp_path / name)
    return tmp_path / "guide"


def test_the_guide_is_known_by_its_file(folder: Path) -> None:
    problem, found = look(talking.guide, FakeWindow())
    assert (problem, found["name"]) == ("", "Guide")
    assert (folder / "guide.sha256").read_text().startswith(str(found["sha256"]))


def test_a_damaged_guide_opens_no_window(folder: Path, expect_log: Callable[[str], None]) -> None:
    expect_log("no guide")
    with (folder / "guide.gguf").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\1")
    problem, found = look(talking.guide, None)
    assert problem == "The guide's file is another one than came with Rivulet."
    assert len(str(found["sha256"])) == 64


def test_a_guide_that_is_not_there_is_told(folder: Path) -> None:
    (folder / "guide.gguf").unlink()
    assert look(talking.guide, None)[0] == "The guide cannot be read (No such file or directory)."


def test_another_model_in_its_place_is_told(folder: Path) -> None:
    assert look(talking.guide, FakeWindow(is_guide=False, error="It sank."))[0] == "The guide was not loaded. It sank."


@pytest.fixture
def drawn(qtbot: Any) -> Any:
    """Return a window with a pane in which a reply stands, truly drawn."""
    pane, view = QWidget(), QTextEdit("Hello, Ada. I will remember that.")
    view.text_views = lambda: [view]  # type: ignore[attr-defined]
    QVBoxLayout(pane).addWidget(view)
    qtbot.addWidget(pane)
    pane.resize(400, 200)
    pane.show()
    window = FakeWindow()
    window.said = [[talking.INTRODUCTION, "Hello, Ada. I will remember that."]]
    window.panes, window.view = lambda: [pane], lambda message, number: view  # type: ignore[attr-defined]
    window.picture = lambda number: pane.grab().toImage()  # type: ignore[attr-defined]
    return window


def test_a_pane_with_text_is_drawn(drawn: Any) -> None:
    problem, found = look(talking.pane, drawn)
    assert problem == ""
    assert found["width"] == 400


def test_an_empty_picture_is_no_pane(drawn: Any) -> None:
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    drawn.picture = lambda number: image
    assert look(talking.pane, drawn)[0] == "The pane shows 1 colours only."


def test_text_that_is_not_laid_out_is_told(drawn: Any) -> None:
    drawn.view(1, 0).text_views = list
    assert look(talking.pane, drawn)[0] == "The reply's text is not laid out."


def test_text_that_leaves_no_trace_is_told(drawn: Any) -> None:
    view = drawn.view(1, 0)
    picture = drawn.picture(0)
    for x in range(picture.width()):  # but around it there is much to see
        for y in range(picture.height()):
            is_of_view = view.geometry().contains(x, y)
            picture.setPixelColor(x, y, Qt.GlobalColor.white if is_of_view else [Qt.GlobalColor.red, Qt.GlobalColor.blue][x % 2])
    for x in range(20):
        picture.setPixel(x, 0, 0xFF000000 + x)
    drawn.picture = lambda number: picture
    assert look(talking.pane, drawn)[0] == "Where the reply's text stands there are 1 colours only."


def test_text_beyond_the_pane_is_told(drawn: Any) -> None:
    picture = drawn.picture(0)
    drawn.picture = lambda number: picture
    drawn.view(1, 0).move(0, 300)
    assert look(talking.pane, drawn)[0] == "The reply's text is out of sight."
