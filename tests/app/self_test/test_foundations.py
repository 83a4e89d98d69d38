"""What Rivulet stands on, also where something of it is missing."""

import json
import re
import shutil
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.app.self_test import foundations, part
from desktop.app.self_test.bench import Bench
from desktop.app.self_test.part import Found, Run
from desktop.inference.device_probe import NoLlamaError
from desktop.system.resources import resource
from desktop.ui.theme.icons import NAMES
from desktop.ui.transcript.languages import LANGUAGES, Language
from tests.made_guide import made_guide

ROOT = Path(__file__).parents[3]


@pytest.fixture
def look(tmp_path: Path) -> Callable[[Run], tuple[str, Found]]:
    """Return a function that runs a check and returns its problem and what it found."""

    def look(check: Run) -> tuple[str, Found]:
        found = Found()
        problem = part._problem(lambda: check(Bench(tmp_path / "folder" / "data"), found))
        json.dumps(found)  # it can be told
        return problem, found

    (tmp_path / "folder").mkdir()
    return look


Look = Callable[[Run], tuple[str, Found]]


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return what comes with Rivulet, as a copy that may be broken."""
    folder = tmp_path / "resources"
    for name in ("icons", "qss", "translations"):
        shutil.copytree(resource(name), folder / name)
    shutil.copy(resource("catalogue.json"), folder)
    made_guide(folder / "guide")
    monkeypatch.setattr("desktop.system.resources.resource", lambda name: folder / name)
    return folder


def test_libraries_of_the_system_in_place_of_the_applications_own_are_named(tmp_path: Path) -> None:
    application = tmp_path / "a folder" / "rivulet"
    (application / "_internal/llama_cpp").mkdir(parents=True)
    for name in ("libz.so.1", "libgomp.so.1", "libicuuc.so.73", "libssl.so.3"):
        (application / "_internal" / name).touch()
    mapped = [
        f"{application}/_internal/libz.so.1",
        "/usr/lib/libgomp.so.1.0.0",
        "/usr/lib/libssl.so.3",
        "/usr/lib/libicuuc.so.72.1",  # another library, which something of the system needs
        "/usr/lib/libzstd.so.1.5.4",
        "[heap]",
    ]
    maps = "".join(f"7f00-7f01 r-xp 00000000 fe:00 42    {path}\n" for path in mapped) + "7f02-7f03 rw-p 00000000 00:00 0\n"
    assert foundations.foreign_libraries(maps, application) == ["/usr/lib/libgomp.so.1.0.0", "/usr/lib/libssl.so.3"]


def test_what_cannot_be_imported_is_named(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foundations, "PACKAGES", ("json", "no_such_package"))
    monkeypatch.setitem(LANGUAGES, "runes", Language("Runes", "runes"))
    problem, found = look(foundations.imports)
    assert found["broken"] == [
        "no_such_package (ModuleNotFoundError: No module named 'no_such_package')",
        "runes (ClassNotFound: no lexer for alias 'runes' found)",
    ]
    assert problem.startswith("These cannot be imported: no_such_package (")
    assert int(str(found["modules"])) > 400


def test_each_package_that_rivulet_needs_is_tried() -> None:
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {re.split("[<>=~]", line)[0] for line in needed}
    imported = {"PySide6-Essentials": "PySide6", "llama-cpp-python": "llama_cpp"}
    assert {imported.get(name, name) for name in names} <= {package.partition(".")[0] for package in foundations.PACKAGES}


def test_what_is_stored_is_found(look: Look) -> None:
    problem, found = look(foundations.database)
    assert (problem, found["hits"]) == ("", 1)


def test_a_database_that_cannot_be_opened_says_why(look: Look, tmp_path: Path) -> None:
    (tmp_path / "folder" / "database").touch()
    assert re.fullmatch(r".*database cannot be used \(File exists\)\.", look(foundations.database)[0])


def test_a_sqlite_without_full_text_search_is_told(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.conversations.store.schema_steps", lambda: ["CREATE VIRTUAL TABLE index_ USING fts99(text)"])
    assert "no such module: fts99" in look(foundations.database)[0]


def test_a_keyring_is_named(look: Look) -> None:
    problem, found = look(foundations.keyring)
    assert problem == ""
    assert str(found["backend"]).endswith("MemoryKeyring")
    assert (found["encrypts"], found["told"]) == (False, "There is none that encrypts.")


def test_a_keyring_that_never_answers_is_no_failure(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foundations, "PATIENCE", 0.05)
    monkeypatch.setattr("desktop.system.secrets.keyring_in_use", lambda: time.sleep(0.3))
    problem, found = look(foundations.keyring)
    assert (problem, found["backend"]) == ("", None)


def test_back_ends_that_the_keyring_cannot_find_are_a_failure(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foundations, "entry_points", lambda group: [])
    assert look(foundations.keyring)[0] == "What tells the keyring package of its back ends is missing."


def test_devices_are_told_and_the_layers_on_them(look: Look, copied: Path) -> None:
    problem, found = look(foundations.devices)
    assert problem == ""
    assert {device["kind"] for device in found["devices"]} >= {"processor"}  # type: ignore[attr-defined]
    assert 0 <= int(str(found["layers_offloaded"])) <= int(str(found["layers"]))


def test_a_broken_guide_is_not_given_to_llama(look: Look, copied: Path, expect_log: Callable[[str], None]) -> None:
    expect_log("no guide")
    (copied / "guide" / "guide.gguf").write_bytes(b"GGUF" * 1000)
    problem, found = look(foundations.devices)
    assert (problem, "layers" in found) == ("", False)


def test_a_llama_that_does_not_load_is_told(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise NoLlamaError("libggml.so is missing")

    monkeypatch.setattr("desktop.inference.device_probe.ask_llama", fail)
    assert look(foundations.devices)[0] == "llama.cpp cannot be loaded: libggml.so is missing."


def test_all_drawings_have_names() -> None:
    assert sorted(path.stem for path in resource("icons").glob("*.svg")) == sorted(NAMES)


def test_what_comes_with_rivulet_is_whole(look: Look, copied: Path) -> None:
    problem, found = look(foundations.resources)
    assert (problem, found["icons"]) == ("", len(NAMES))


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        ("icons/fork.svg", None, r".*fork\.svg cannot be used \(No such file or directory\)\."),
        ("icons/fork.svg", b"<svg", r"The icon fork cannot be drawn\."),
        ("qss/30_panes.qss", None, r".*30_panes\.qss cannot be used .*"),
        ("qss/30_panes.qss", b"QWidget { color: {{ rust }} }", r"KeyError: 'rust'"),
        ("catalogue.json", b"{", r"JSONDecodeError: .*"),
        ("catalogue.json", b"[]", r"The catalogue of models is empty\."),
        ("translations/rivulet_de.qm", None, r"The translation rivulet_de is missing\."),
        ("translations/rivulet_de.qm", b"", r"The translation rivulet_de is missing\."),
    ],
)
def test_what_is_missing_or_broken_is_named(look: Look, copied: Path, file: str, content: bytes | None, problem: str) -> None:
    (copied / file).unlink() if content is None else (copied / file).write_bytes(content)
    assert re.fullmatch(problem, look(foundations.resources)[0])
