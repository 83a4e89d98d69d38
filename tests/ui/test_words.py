"""Every word that a person gets to see goes through say, counted, tr or tr_counted: a look at the source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_translations import SAYING, said_in_the_source

ROOT = Path(__file__).parent.parent.parent
DESKTOP = ROOT / "desktop"

# Modules whose words are not said yet.
TO_BE_DONE: set[str] = set()

# Literals that look like words, and why they are none.
NO_WORDS = {
    "Rivulet": "a name",
    "Fusion": "Qt's name of a style",
    "Markdown": "a name",
    "Menu": "Qt's name of a key",
}

# Modules of which no literal is shown, and what they have instead.
NO_WORDS_IN = {
    "ui/models/guide_examples.py": "what is said to the guide, which speaks English",
    "ui/theme/fonts.py": "names of fonts",
    "ui/transcript/code_colours.py": "names of Pygments' tokens",
    "ui/transcript/hidden_characters.py": "names of Unicode's categories",
    "ui/transcript/languages.py": "names of languages that code is written in",
}

_KEYS = re.compile(
    r"(\+?(Ctrl|Shift|Alt|Meta)\+?)+(Tab|Backspace|Del|Delete|Esc|Space|Left|Right|Up|Down|Enter|Return|F\d+|.)?"
    r"|\+Tab|Tab|Backspace|Esc|Enter|Return|Left|Right|Up|Down|Space|Home|End|PgUp|PgDown|F\d+"
)
_NOT_SHOWN = re.compile(
    r"""setObjectName | findChild(ren)? | setProperty | property | QKeySequence | QShortcut | debug | info | warning | exception | error
    | getattr | hasattr | TypeVar | NewType | compile | sub | fullmatch | match | split | startswith | endswith | encode | resource
    | read_resource | Slot | Signal | field | cast""",
    re.VERBOSE,
)


SAID = {words for words, _ in said_in_the_source()}


def is_left_out(path: Path) -> bool:
    relative = path.relative_to(DESKTOP)
    return any(part.as_posix() in TO_BE_DONE | NO_WORDS_IN.keys() for part in (relative, *relative.parents))


def looks_like_words(text: str) -> bool:
    """Return whether a person could read it: it begins with a capital, or has letters and spaces."""
    if _KEYS.fullmatch(text) or not re.search(r"[A-Za-z]{2}", text):
        return False
    return bool(re.match(r"\W*[A-Z][a-z]", text) or re.search(r"[A-Za-z]\S*\s|\s\S*[A-Za-z]", text)) and text.strip(" ·") not in NO_WORDS


def literals(node: ast.AST) -> Iterator[ast.Constant]:
    """Walk to all texts that may be shown: not docstrings, annotations, names of objects, log lines, nor what is said already.

    Nor the keys of a dict that are said elsewhere: words are looked up by what they are in English.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    for child in shown(node):
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from literals(child)


def shown(node: ast.AST) -> Iterator[ast.AST]:
    """Walk to the children of a node that may hold texts that are shown."""
    if isinstance(node, ast.Assert):
        return
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in SAYING:
            yield from node.keywords
        if name in SAYING or _NOT_SHOWN.fullmatch(name):
            return
    if isinstance(node, ast.Dict):
        yield from (key for key in node.keys if key is not None and not (isinstance(key, ast.Constant) and key.value in SAID))
        yield from node.values
        return
    for field, value in ast.iter_fields(node):
        if field not in ("annotation", "returns"):
            yield from (child for child in (value if isinstance(value, list) else [value]) if isinstance(child, ast.AST))


def unsaid(tree: ast.AST) -> list[tuple[int, str]]:
    """Return what looks like words and is not said, by its line."""
    return [(it.lineno, it.value) for it in literals(tree) if isinstance(it.value, str) and looks_like_words(it.value)]


def errors() -> set[str]:
    """Return the names of all classes that a person may get to read as a sentence."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for path in DESKTOP.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    known = {"RivuletError"}
    while more := {name for name, its in bases.items() if its & known} - known - {"StartError"}:  # that one is told by the terminal
        known |= more
    return known


def sentences(tree: ast.AST, told: set[str]) -> Iterator[ast.AST]:
    """Walk to all that becomes the sentence of an error or of an event that a person reads."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name in told:
            yield from node.body
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in told:
            yield from (*node.args, *(keyword.value for keyword in node.keywords))


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (DESKTOP / folder).rglob("*.py") if not is_left_out(path))


@pytest.mark.parametrize("path", modules("ui"), ids=lambda path: str(path.relative_to(DESKTOP)))
def test_what_the_window_says_can_be_translated(path: Path) -> None:
    assert not unsaid(ast.parse(path.read_text("utf-8")))


def test_what_errors_and_notices_say_can_be_translated() -> None:
    told = errors() | {"NoticeRaised"}
    faults = {
        f"{path.relative_to(DESKTOP)}:{line}": text
        for path in modules("chat", "conversations", "inference", "models", "sessions", "system")
        for node in sentences(ast.parse(path.read_text("utf-8")), told)
        for line, text in unsaid(ast.Module([node], []) if isinstance(node, ast.stmt) else ast.Expression(node))
    }
    assert not faults


@pytest.mark.parametrize(
    "source",
    [
        'label.setText("Stop")',
        'f"{count} tokens"',
        '_TITLE = "Chats"',
        '{"x": "a new reply"}',
        '{"Words that nobody says": x}',
        'button("Delete")',
        'tr("{what}", what="the model")',
        '"Ask" + tr("x")',
    ],
)
def test_words_that_are_not_said_are_found(source: str) -> None:
    assert unsaid(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        'tr("Stop the reply")',
        'log.info("saved %s", x)',
        'x.setObjectName("Side bar")',
        '"Ctrl+Shift+Z"',
        'f"{a}: {b}"',
        '"sessionLine"',
        '{"Copied": x}',
        'f"{title} · Rivulet"',
        '"+Shift+Tab"',
        'x: "A | None"',
    ],
)
def test_what_is_no_word_is_none(source: str) -> None:
    assert not unsaid(ast.parse(source))
