"""Markdown as it is drawn, where Qt alone draws it badly."""

import pytest
from PySide6.QtGui import QColor, QFont, QTextTable
from pytestqt.qtbot import QtBot

from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.text_view import TextView

TABLE = "| case | what |\n|---|---|\n| a | b |\n"


def shown(qtbot: QtBot, theme: Theme, markdown: str) -> TextView:
    view = TextView(theme)
    qtbot.addWidget(view)
    view.set_markdown(markdown)
    view.resize(400, view.heightForWidth(400))
    view.show()
    return view


@pytest.mark.parametrize("before", ["Text.\n\n", "> Quoted.\n\n", "> Quoted.\n>\n> - item\n\n", "- item\n\n"])
def test_a_tables_headings_are_alike_whatever_stands_before_it(qtbot: QtBot, theme: Theme, before: str) -> None:
    view = shown(qtbot, theme, before + TABLE)
    table = next(frame for frame in view.document().rootFrame().childFrames() if isinstance(frame, QTextTable))
    for column, text in enumerate(("case", "what")):
        cell = table.cellAt(0, column)
        first = cell.firstCursorPosition().block()
        assert (first.text(), first) == (text, cell.lastCursorPosition().block())
        assert first.begin().fragment().charFormat().fontWeight() >= QFont.Weight.DemiBold


@pytest.mark.parametrize("markdown", ["> One line", "> One line\n\nbehind it", "> One line\n\n" + TABLE, "> " + "more words " * 30])
def test_a_quotes_bar_is_as_tall_as_its_text(qtbot: QtBot, theme: Theme, markdown: str) -> None:
    view = shown(qtbot, theme, markdown)
    image = view.viewport().grab().toImage()
    bar = [y for y in range(image.height()) if image.pixelColor(1, y) == QColor(theme.tokens.trunk)]
    text = view.document().begin().layout().boundingRect()
    assert bar[0] <= text.top() + 1
    assert text.bottom() - 2 <= bar[-1] <= text.bottom() + 1
    assert len(bar) == bar[-1] - bar[0] + 1
