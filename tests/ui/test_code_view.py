from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QTextCursor
from pytestqt.qtbot import QtBot

from desktop.ui.controls.buttons import IconButton
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import DARK, LIGHT
from desktop.ui.transcript import code_colours
from desktop.ui.transcript.code_colours import LONG, LONG_LINE
from desktop.ui.transcript.code_view import CodeView
from desktop.ui.transcript.languages import LANGUAGES, language
from tests.ui.conftest import settle

PYTHON = 'def longest(a: str) -> int:\n    return len(a)  # as it is\n\nname = "é😀x" + str(12)\n'
NASTY = [
    '"' * 1500,
    "'" * 1500,
    "\\" * 1500,
    "/*" * 700,
    "(" * 1500,
    "<" * 1500,
    "a" * 1500 + "!",
    "`" * 1500,
    "$" * 1500,
    "{%" * 700,
    " " * 1500 + "x",
    "'\\" * 700,
]


@pytest.fixture
def view(theme: Theme) -> Iterator[CodeView]:
    view = CodeView(theme)
    view.resize(400, 200)
    view.show()
    yield view
    view.hide()
    view.deleteLater()


def coloured(view: CodeView, qtbot: QtBot) -> CodeView:
    qtbot.waitUntil(view.is_coloured)
    return view


def colours(view: CodeView, line: int) -> dict[str, str]:
    """Return the colours of a line, by the text that has them; what has several, the last."""
    block = view.text_views()[0].document().findBlockByNumber(line)
    data = block.text().encode("utf-16-le")
    return {
        data[2 * it.start : 2 * (it.start + it.length)].decode("utf-16-le"): it.format.foreground().color().name().upper()
        for it in block.layout().formats()
    }


def wrap(view: CodeView, qtbot: QtBot) -> None:
    button = view.findChild(IconButton, "wrapButton")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_code_is_coloured_when_its_block_closes(view: CodeView, qtbot: QtBot) -> None:
    view.set_code(PYTHON, "python", closed=False)
    coloured(view, qtbot)
    assert colours(view, 0) == {}
    view.set_code(PYTHON, "python", closed=True)
    coloured(view, qtbot)
    assert colours(view, 0)["def"] == LIGHT.branch_c
    assert colours(view, 0)["longest"] == LIGHT.accent
    assert colours(view, 1)["# as it is"] == LIGHT.faint
    assert colours(view, 3)["12"] == LIGHT.branch_b
    assert colours(view, 3)["é😀x"] == LIGHT.branch_d


def test_colours_follow_the_theme(view: CodeView, theme: Theme, qtbot: QtBot) -> None:
    view.set_code(PYTHON, "py")
    coloured(view, qtbot)
    theme.choose("dark")
    view.redraw()
    coloured(view, qtbot)
    assert colours(view, 0)["def"] == DARK.branch_c


@pytest.mark.parametrize(
    ("code", "info"),
    [(PYTHON, ""), (PYTHON, "nothing-known"), ("x = 1\n" * (LONG // 5), "python"), ("x = " + "1" * LONG_LINE, "python")],
    ids=["no language", "unknown", "long", "a long line"],
)
def test_code_that_stays_plain(view: CodeView, qtbot: QtBot, code: str, info: str) -> None:
    view.set_code(code, info)
    coloured(view, qtbot)
    assert colours(view, 0) == {}
    assert view.text() == code


def test_it_is_coloured_in_several_steps(view: CodeView, qtbot: QtBot) -> None:
    view.set_code(PYTHON * 400, "python")
    assert not view.is_coloured()
    coloured(view, qtbot)
    assert colours(view, 4 * 399)["def"] == LIGHT.branch_c


@pytest.mark.parametrize("word", sorted({it.lexer for it in LANGUAGES.values()}))
def test_every_language_has_a_lexer_that_nothing_hangs(view: CodeView, qtbot: QtBot, word: str) -> None:
    from pygments.lexers import get_lexer_by_name

    get_lexer_by_name(word)
    view.set_code("\n".join(NASTY), word)
    qtbot.waitUntil(view.is_coloured, timeout=20_000)
    assert view.text() == "\n".join(NASTY)


def test_code_that_was_made_to_take_long_is_given_up(view: CodeView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_colours, "_MOST_SECONDS", 0.1)
    code = '"""\n' + "x\n" * 15_000
    view.set_code(code, "csharp")
    coloured(view, qtbot)
    assert view.text() == code


def test_languages_by_the_words_that_models_write() -> None:
    assert [language(info).name for info in ("js", "C++", "{.python .numberLines}", "rust,ignore", "", "brainfuck x")] == [
        "JavaScript", "C++", "Python", "Rust", "", "brainfuck",
    ]  # fmt: skip


def test_copied_code_is_the_true_text(view: CodeView, qtbot: QtBot) -> None:
    code = "if admin:\u202e\n\tpass\u200b\n"
    view.set_code(code, "python")
    text = view.text_views()[0]
    assert text.toPlainText() == "if admin:⟦U+202E⟧\n\tpass⟦U+200B⟧\n"
    button = view.findChild(IconButton, "copyCodeButton")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == code
    text.selectAll()
    assert text.selected_text() == code


def test_that_code_was_copied_is_told_for_a_moment(view: CodeView, qtbot: QtBot) -> None:
    view.set_code("1", "")
    button = view.findChild(IconButton, "copyCodeButton")
    assert button is not None
    place, told = button.geometry(), button.toolTip()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (button.toolTip(), button.accessibleName(), button.geometry()) == ("Copied", "Copied", place)
    qtbot.waitUntil(lambda: button.toolTip() == button.accessibleName() == told == "Copy code", timeout=3000)


def test_an_emoji_that_is_cut_between_two_pieces_stays_one(view: CodeView, qtbot: QtBot) -> None:
    code = "👩\u200d🚀 = ❤\ufe0f\u200d🔥  # a\u200d"
    for end in range(1, len(code)):
        view.set_code(code[:end], "python", closed=False)
        assert "⟦" not in view.text_views()[0].toPlainText()
    view.set_code(code, "python")
    assert view.text_views()[0].toPlainText() == code[:-1] + "⟦U+200D⟧"
    shown = coloured(view, qtbot).text_views()[0].toPlainText()
    assert "# a⟦U+200D⟧" in colours(view, 0), shown  # where it stands, though the emoji is no Python


def test_hidden_characters_keep_their_colour_and_their_neighbours_theirs(view: CodeView, theme: Theme, qtbot: QtBot) -> None:
    view.set_code("\u200b# a comment", "python")
    coloured(view, qtbot)
    cursor = QTextCursor(view.text_views()[0].document())
    cursor.setPosition(2)
    assert cursor.charFormat().foreground().color() == QColor(LIGHT.branch_b)
    theme.choose("dark")
    view.redraw()
    cursor = QTextCursor(view.text_views()[0].document())
    cursor.setPosition(2)
    assert cursor.charFormat().foreground().color() == QColor(DARK.branch_b)


def test_wrapped_lines_make_the_block_taller(view: CodeView, qtbot: QtBot) -> None:
    toggles: list[bool] = []
    view.wrap_toggled.connect(lambda: toggles.append(True))
    view.set_code("a word and " * 60, "text")
    before = view.heightForWidth(400)
    wrap(view, qtbot)
    wide, narrow = view.heightForWidth(400), view.heightForWidth(250)
    assert before < wide < narrow
    view.set_code("a word and " * 90, "text", closed=False)  # while it streams it stays wrapped
    assert view.heightForWidth(400) > wide
    wrap(view, qtbot)
    assert view.heightForWidth(400) == before
    assert len(toggles) == 2


def test_wrapped_lines_are_all_in_sight(view: CodeView, qtbot: QtBot) -> None:
    view.setStyleSheet("CodeText { padding: 0 16px; }")
    view.set_code("a word and " * 60, "text")
    view.show()
    wrap(view, qtbot)
    for width in (400, 250, 400):
        view.resize(width, view.heightForWidth(width))
        settle()
        text = view.text_views()[0]
        assert text.document().size().height() <= text.viewport().height()
        assert text.horizontalScrollBar().maximum() == 0
        assert text.document().size().height() > 17 * 60 * len("a word and ") * text.fontMetrics().averageCharWidth() / (2 * width)


def test_wide_code_is_seen_from_its_beginning(view: CodeView) -> None:
    view.set_code("word " * 100, "text", closed=False)
    view.set_code("word " * 100 + "\nend", "text")
    text = view.text_views()[0]
    text.ensureCursorVisible()
    assert (text.textCursor().position(), text.horizontalScrollBar().value()) == (0, 0)


def test_code_grows_with_the_text(view: CodeView, theme: Theme) -> None:
    view.set_code("one\ntwo\n", "text")
    before = view.heightForWidth(400)
    theme.set_zoom(200)
    view.redraw()
    assert view.heightForWidth(400) > 1.5 * before
