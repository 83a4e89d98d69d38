import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QApplication

from desktop.ui.theme.tokens import DARK
from desktop.ui.transcript.hidden_characters import has_hidden, insert_visibly, made_visible, true_text

ANYTHING = st.text(st.sampled_from("ab\n\t \u202e\u200b\u2066\x1b\xad\ufeff\U000e0041é😀⟦U+1]⟧"), max_size=40)


@pytest.fixture
def document(qapp: QApplication) -> QTextDocument:
    return QTextDocument()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("if admin\u202e", "if admin⟦U+202E⟧"),
        ("a\u200bb", "a⟦U+200B⟧b"),
        ("\x1b[31mred", "⟦U+001B⟧[31mred"),
        ("\x00", "⟦U+0000⟧"),
        ("\U000e0041", "⟦U+E0041⟧"),
        ("a\u2800b", "a⟦U+2800⟧b"),
        ("one\rtwo", "one⟦U+000D⟧two"),
        ("line\r\n", "line\r\n"),
        ("a\tb\n", "a\tb\n"),
        ("\ufdd0\uffff", "⟦U+FDD0⟧⟦U+FFFF⟧"),
        ("☂\ufe0f 👩\u200d🚀 👍🏽", "☂\ufe0f 👩\u200d🚀 👍🏽"),  # what joins emoji is seen in them
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("a\ufe0f", "a⟦U+FE0F⟧"),
        ("a\u200db", "a⟦U+200D⟧b"),
        ("☂\ufe0f\ufe0f", "☂\ufe0f⟦U+FE0F⟧"),  # as many as these could say something
        ("naïve Ελληνικά 中文 עברית", "naïve Ελληνικά 中文 עברית"),
    ],
)
def test_what_nobody_would_see_is_drawn_by_its_number(text: str, shown: str) -> None:
    assert made_visible(text) == shown
    assert has_hidden(text) is (text != shown)


@pytest.mark.parametrize("text", ["👩\u200d🚀", "❤\ufe0f\u200d🔥", "a\u200db", "☂\ufe0f\ufe0f\ufe0f!", "👩\u200d\u200d🚀"])
def test_how_a_text_is_cut_makes_no_difference(text: str) -> None:
    for cut in range(len(text)):
        assert made_visible(text[:cut]) + made_visible(text[cut:], text[:cut]) == made_visible(text)


@given(ANYTHING)
def test_what_is_copied_is_the_text_itself(text: str) -> None:
    document = QTextDocument()
    cursor = QTextCursor(document)
    insert_visibly(cursor, text, QTextCharFormat(), DARK)
    cursor.select(QTextCursor.SelectionType.Document)
    assert true_text(cursor).replace("\u2029", "\n") == text


def test_a_mark_that_was_typed_stays_what_it_is(document: QTextDocument) -> None:
    cursor = QTextCursor(document)
    insert_visibly(cursor, "⟦U+202E⟧ and \u202e", QTextCharFormat(), DARK)
    cursor.select(QTextCursor.SelectionType.Document)
    assert true_text(cursor) == "⟦U+202E⟧ and \u202e"
