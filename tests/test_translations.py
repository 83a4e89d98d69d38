"""The translations hold exactly the words of the source, all of them translated."""

import ast
import importlib.util
import re
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "resources" / "translations"
COMMAND = "run python packaging/translations.py, translate what it names in the .ts, and run it again"
SAYING = {"say", "counted", "tr", "tr_counted"}
COUNTED = {"counted", "tr_counted"}
SOURCES = sorted(FOLDER.glob("*.ts"))

_spec = importlib.util.spec_from_file_location("translations", ROOT / "packaging" / "translations.py")
assert _spec is not None
assert _spec.loader is not None
translations = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(translations)

Said = tuple[str, str]  # words and their comment


def said_in_the_source() -> Iterator[Said]:
    for path in sorted((ROOT / "desktop").rglob("*.py")):
        if path.parts[-2:] in (("system", "words.py"), ("ui", "translation.py")):
            continue
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SAYING:
                yield literals(path, call, 2 if call.func.id in COUNTED else 1)


def literals(path: Path, call: ast.Call, needed: int) -> Said:
    """Return a call's template and comment, which must be literals: the translation's tool runs nothing."""
    found = call.args[:2]
    words = [it.value for it in found if isinstance(it, ast.Constant) and isinstance(it.value, str)]
    assert len(words) == len(found) >= needed, f"{path.relative_to(ROOT)}:{call.lineno}: words must be a literal, their values by name"
    return (words[0], words[1] if len(words) > 1 else "")


def messages(source: Path) -> dict[Said, ElementTree.Element]:
    return {(it.findtext("source", ""), it.findtext("comment", "")): it for it in ElementTree.parse(source).iter("message")}


def forms(message: ElementTree.Element) -> list[str]:
    translation = message.find("translation")
    assert translation is not None
    return [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_every_language_has_its_words() -> None:
    assert [source.stem for source in SOURCES] == [f"rivulet_{language}" for language in sorted(translations.LANGUAGES)]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
class TestLanguage:
    def test_it_holds_exactly_the_words_of_the_source(self, source: Path) -> None:
        here, there = set(said_in_the_source()), set(messages(source))
        assert not here - there, f"not in {source.name}: {here - there}; {COMMAND}"
        assert not there - here, f"in {source.name}, but not said any more: {there - here}; {COMMAND}"

    def test_nothing_is_unfinished(self, source: Path) -> None:
        assert not translations.unfinished(source), COMMAND
        assert not [said for said, message in messages(source).items() if not all(form.strip() for form in forms(message))]

    def test_values_stay_in_their_places(self, source: Path) -> None:
        faults = []
        for (words, comment), message in messages(source).items():
            for number, form in enumerate(forms(message)):
                is_for_one = message.get("numerus") == "yes" and number == 0
                wanted = names(words)
                if names(form) != wanted and not (is_for_one and names(form) in (wanted - {"count"}, names(comment))):
                    faults.append((words, form))
        assert not faults, "the names in {} differ"

    def test_space_stays_at_the_ends(self, source: Path) -> None:
        def ends(text: str) -> tuple[str, ...]:
            return tuple(re.findall(r"^\s*|\s*$", text)[:2])

        assert not [words for (words, _), message in messages(source).items() for form in forms(message) if ends(form) != ends(words)]

    def test_what_is_loaded_is_made_from_it(self, source: Path, tmp_path: Path) -> None:
        made = tmp_path / "made.qm"
        translations.release(source, made)
        assert made.read_bytes() == source.with_suffix(".qm").read_bytes(), COMMAND

    def test_the_tool_would_change_nothing(self, source: Path, tmp_path: Path) -> None:
        shutil.copy(source, tmp_path)
        translations.bring_up_to_date(source.stem.removeprefix("rivulet_"), tmp_path)
        assert (tmp_path / source.name).read_text("utf-8") == source.read_text("utf-8"), COMMAND


def test_words_put_together_by_the_program_are_refused() -> None:
    call = ast.parse('say(f"{count} chats")').body[0]
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    with pytest.raises(AssertionError, match="must be a literal"):
        literals(ROOT / "desktop" / "x.py", call.value, 1)
