"""The window in a language of longer words: everything it says is translated, and has room."""

import re
from collections.abc import Iterator
from itertools import combinations

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QLabel, QWidget

from tests.ui.conftest import OpenWindow, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.pseudo import PseudoTranslator, pseudo
from tests.ui.said import Said, painted, said
from tests.ui.test_fitting import beyond, wide_documents, wide_texts
from tests.ui.window_states import MODEL, STATES, Stage, State, the_tree

# What stays as it is: the name, keys (Qt names them), formats, what a link leads to.
SAME = {"Rivulet", "Ctrl", "Shift", "Alt", "Esc", "Enter", "Return", "Del", "Left", "Right", "End", "https", "xn", "mxa", "gr", "gguf"}


@pytest.fixture
def pseudo_language(qapp: QApplication) -> Iterator[None]:
    translator = PseudoTranslator(qapp)
    QCoreApplication.installTranslator(translator)
    QLocale.setDefault(QLocale("el"))  # months and the like have no Latin letters
    yield
    QCoreApplication.removeTranslator(translator)
    translator.deleteLater()


@pytest.fixture(params=[480, 800, 1360])
def stage(request: pytest.FixtureRequest, open_window: OpenWindow, chats: FakeChats, pseudo_language: None) -> Stage:
    chats.loaded = MODEL
    return Stage(open_window, chats, request.param)


def untranslated(texts: Iterator[Said] | list[Said]) -> list[Said]:
    return [it for it in texts if set(re.findall(r"[A-Za-z]{2,}", it.text)) - SAME]


def overlapping(window: QWidget) -> list[str]:
    """Return the labels and buttons in sight that cover another one beside them."""
    pairs = [
        (one, other)
        for parent in (window, *window.findChildren(QWidget))
        for one, other in combinations([it for it in parent.children() if isinstance(it, QLabel | QAbstractButton)], 2)
    ]
    return [
        f"{one.objectName()} {one.geometry()} and {other.objectName()} {other.geometry()}"
        for one, other in pairs
        if one.isVisible() and other.isVisible() and one.geometry().intersects(other.geometry())
    ]


def scrolling_sideways(window: QWidget) -> list[str]:
    areas = [it for it in window.findChildren(QAbstractScrollArea) if it.isVisible()]
    return [f"{type(it).__name__} {it.objectName()}" for it in areas if it.horizontalScrollBar().isVisible()]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_everything_is_translated_and_has_room(stage: Stage, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = state(stage)
    settle()
    for top in shown:
        assert not untranslated(said(top))
        assert not untranslated(painted(top, monkeypatch))
    window = shown[0]
    assert not wide_texts(window)
    assert not wide_documents(window)
    assert not beyond(window)
    assert not overlapping(window)
    assert not scrolling_sideways(window)


def test_long_words_at_one_place_of_the_tree_leave_the_next_one_free(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [it.text for top in the_tree(stage)[:1] for it in painted(top, monkeypatch)]
    assert {"1", "2"} <= set(texts)
    assert not [it for it in texts if it.startswith("[þåñé")]


def test_what_is_not_translated_is_found(stage: Stage) -> None:
    window = stage.open(stage.dialogue()[0])
    label = QLabel("Forgotten", panes(window)[0].transcript)
    label.show()
    assert [it.text for it in untranslated(said(window))] == ["Forgotten"]


def test_the_language_keeps_what_must_stay() -> None:
    assert pseudo("{count} chats\tCtrl+Z") == "[{count} çĥåţš ẋẋ]\tCtrl+Z"
    assert pseudo(" Stop ") == " [Šţöþ ẋẋ] "
