"""Prose that grows by words is drawn as if it had been read anew."""

import random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from desktop.ui.theme.theme import Theme
from desktop.ui.transcript import text_view
from desktop.ui.transcript.growing_prose import grown_by
from desktop.ui.transcript.text_view import TextView
from tests.ui.test_blocks import CORPUS

PROSE = """# A heading of words

Some **strong words** and `inline code` in a line that goes on, and on (for long): 24 words.
A second line of it, *slanted words* and more of them.

- an item, then more
- 2. an odd one
  1. below it, **bold** and plain
- [ ] to do, later

> quoted words that go on "like this", and on

| a table | of words |
|---|---|
| one cell | and one more |

See www.example.org or https://example.org/a or a@example.org for more, or [a link](https://example.org) and so on.

    indented code that goes on

It costs $5 and x < y & z; the sum \\(a + b\\) and $c$ end here. Ümläute and 漢字 too — always…
2024. Not a list? 1) or so
"""


@pytest.fixture
def pair(qtbot: QtBot, theme: Theme) -> tuple[TextView, TextView]:
    view, other = TextView(theme), TextView(theme)
    qtbot.addWidget(view)
    qtbot.addWidget(other)
    return view, other


def drawn(document: QTextDocument) -> list[object]:
    result: list[object] = []
    block = document.begin()
    while block.isValid():
        pieces, position = [], block.begin()
        while not position.atEnd():
            fragment = position.fragment()
            form = fragment.charFormat()
            pieces.append((fragment.text(), form.font().toString(), form.foreground().color().name(), form.isAnchor(), form.anchorHref()))
            position += 1
        layout = block.blockFormat()
        item = block.textList().itemText(block) if block.textList() else ""
        result.append((pieces, layout.headingLevel(), layout.topMargin(), layout.bottomMargin(), layout.leftMargin(), item))
        block = block.next()
    return result


def grow(view: TextView, other: TextView, text: str, lengths: list[int]) -> None:
    at = 0
    for length in lengths:
        at += length
        view.set_markdown(text[:at], closed=False)
        other._markdown = None  # so that it has nothing to go on with
        other.set_markdown(text[:at], closed=False)
        assert drawn(view.document()) == drawn(other.document()), text[:at]


@pytest.mark.parametrize("text", [PROSE, CORPUS])
@pytest.mark.parametrize("seed", range(4))
def test_it_is_drawn_as_if_it_was_read_anew(pair: tuple[TextView, TextView], text: str, seed: int) -> None:
    source = random.Random(seed)
    grow(*pair, text, [source.randint(1, 9) for _ in range(len(text) // 4)])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("ab1 .,-*_`#>[]()$\\!w:/@&;|<\n", min_size=1, max_size=5), min_size=2, max_size=8))
@example(["a www", ".b.de"])
@example(["| a |\n|---|\n| b |\nfoo", " bar"])
@example(["1", ". a"])
@example(["**a**", "b"])
@example(["a ", " ", "b"])
@example(["$a b", " c$", " d"])
def test_whatever_it_is_made_of(pair: tuple[TextView, TextView], pieces: list[str]) -> None:
    view, other = pair
    view.set_markdown("")
    grow(view, other, "".join(pieces), [len(piece) for piece in pieces])


def test_most_of_a_reply_is_not_read_again(pair: tuple[TextView, TextView], monkeypatch: pytest.MonkeyPatch) -> None:
    view, _ = pair
    read: list[int] = []
    fill = text_view.fill_with_prose
    monkeypatch.setattr(text_view, "fill_with_prose", lambda *a, **k: read.append(1) or fill(*a, **k))
    text = "A sentence of words, as most are, that goes on for a while. " * 6
    for at in range(4, len(text), 4):
        view.set_markdown(text[:at], closed=False)
    assert len(read) == 1
    view.set_markdown(text, closed=True)
    assert len(read) == 2, "what is closed is read as a whole"


MARKUP = [("a", "*"), ("*a*", "b"), ("1", "."), ("a  ", "b"), ("", "a"), ("a\n", "b"), ("| a", "b"), ("[a", "b"), ("$a", "b"), ("&am", "p")]


@pytest.mark.parametrize(("shown", "added"), [*MARKUP, ("ww", "w.")])
def test_what_may_be_markup_is_read(shown: str, added: str) -> None:
    assert grown_by(shown, shown + added) is None
