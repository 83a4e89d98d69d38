"""The window in German: no English is left, and everything has room."""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop.ui.language import Language
from tests.test_translations import FOLDER, forms, messages
from tests.ui.conftest import OpenWindow, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.said import painted, said
from tests.ui.test_fitting import beyond, wide_texts
from tests.ui.test_pseudo_locale import overlapping
from tests.ui.window_states import MODEL, STATES, Stage, State


@pytest.fixture(params=[480, 1360])
def stage(request: pytest.FixtureRequest, qapp: QApplication, open_window: OpenWindow, chats: FakeChats) -> Iterator[Stage]:
    language = Language(qapp, "de", FOLDER)
    chats.loaded = MODEL
    yield Stage(open_window, chats, request.param)
    language.drop()


def english() -> list[re.Pattern[str]]:
    """Return patterns of all that Rivulet says in English and otherwise in German."""
    return [
        re.compile("".join(".*" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", words)), re.DOTALL)
        for said, message in messages(FOLDER / "rivulet_de.ts").items()
        for words in (said if message.get("numerus") == "yes" else said[:1])
        if words not in forms(message) and re.search(r"[A-Za-z]{2}", re.sub(r"\{\w+\}", "", words))
    ]


ENGLISH = english()


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_no_english_is_left_and_everything_has_room(stage: Stage, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = state(stage)
    settle()
    for top in shown:
        texts = [*said(top), *painted(top, monkeypatch)]
        assert not [it for it in texts if any(words.fullmatch(it.text) for words in ENGLISH)]
    assert not wide_texts(shown[0])
    assert not beyond(shown[0])
    assert not overlapping(shown[0])


@pytest.mark.parametrize("text", ["Fork from here", "1 chat leaves here", "Reply, branch A, message 2 of 3: Ναι."])
def test_english_is_found(text: str) -> None:
    assert any(words.fullmatch(text) for words in ENGLISH)


@pytest.mark.parametrize("text", ["Hier abzweigen", "Antwort, Zweig A, Nachricht 2 von 3: Ναι.", "Code", "Zieh die Linie, drück Enter"])
def test_german_is_not_english(text: str) -> None:
    assert not any(words.fullmatch(text) for words in ENGLISH)
