from pathlib import Path

import pytest

from desktop.chat.course import Course
from desktop.chat.imported import Imported
from desktop.conversations.archive import DamagedArchiveError
from desktop.conversations.archive_json import Unreadable
from desktop.ui.course_row import CourseRow
from desktop.ui.main_window import MainWindow
from tests.ui.conftest import OpenWindow, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import Dialogue, notices


def test_every_file_is_opened_as_what_it_is(open_window: OpenWindow, chats: FakeChats, tmp_path: Path) -> None:
    window = open_window()
    for name in ("a.gguf", "b.gguf", "one.rivulet", "two.json"):
        (tmp_path / name).touch()
    (tmp_path / "models").mkdir()
    window.open_files(tmp_path / name for name in ("one.rivulet", "a.gguf", "models", "b.gguf", "two.json"))
    settle()
    taken = [call for call in chats.calls if call[0] in ("load_model", "add_file", "add_folder", "import_file")]
    assert sorted(taken) == [
        ("add_file", tmp_path / "a.gguf"),
        ("add_file", tmp_path / "b.gguf"),
        ("add_folder", tmp_path / "models"),
        ("import_file", tmp_path / "one.rivulet"),
        ("import_file", tmp_path / "two.json"),
        ("load_model", tmp_path / "a.gguf"),
    ]


def test_where_a_model_was_named_already_none_is_loaded(open_window: OpenWindow, chats: FakeChats, tmp_path: Path) -> None:
    window = open_window()
    (tmp_path / "a.gguf").touch()
    window.open_files([tmp_path / "a.gguf"], loads=False)
    settle()
    assert ("add_file", tmp_path / "a.gguf") in chats.calls
    assert not [call for call in chats.calls if call[0] == "load_model"]


def test_what_cannot_be_opened_is_told(open_window: OpenWindow, chats: FakeChats, tmp_path: Path) -> None:
    window = open_window()
    (tmp_path / "notes.txt").touch()
    window.open_files([tmp_path / "gone.gguf", tmp_path / "notes.txt"])
    settle()
    assert notices(window) == [
        f"{tmp_path / 'gone.gguf'} is not there. It may have been moved or deleted.",
        "“notes.txt” cannot be opened. Rivulet opens models (.gguf) and exported chats (.rivulet, .json).",
    ]
    assert not [call for call in chats.calls if call[0] in ("load_model", "add_file", "import_file")]


def test_many_that_cannot_be_opened_are_told_in_one_sentence(open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window()
    for number in range(200):
        (tmp_path / f"{number}.txt").touch()
    window.open_files(tmp_path / f"{number}.{suffix}" for number in range(200) for suffix in ("gguf", "txt"))
    settle()
    assert [sentence.partition(" ")[0] for sentence in notices(window)] == ["200", "200"]


def test_many_chats_are_imported_one_after_the_other_and_told_in_one_sentence(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    at_once = list[int]()

    async def import_file(path: Path, course: Course) -> Imported:
        at_once.append(len(shown_courses(window)))
        if path.name == "7.json":
            raise DamagedArchiveError("it is no list")
        return Imported(2, trashed=1, first=dialogue[0], skipped=1, reasons=[Unreadable("a", "b")])

    monkeypatch.setattr(chats.archives, "import_file", import_file)
    window.open_files(files(tmp_path, 200))
    settle()
    assert at_once == [1] * 200
    assert shown_courses(window) == []
    assert notices(window) == [
        "7.json: This is no chat that can be imported: it is no list. Nothing was imported.",
        "398 chats imported, 199 of them into the trash. 199 skipped: a: b; a: b; a: b; and 196 more.",
    ]


def test_who_stops_one_import_stops_those_that_follow(
    open_window: OpenWindow, chats: FakeChats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    taken: list[str] = []

    async def import_file(path: Path, course: Course) -> Imported:
        taken.append(path.name)
        if path.name == "1.json":
            course.stop()
        return Imported(1)

    monkeypatch.setattr(chats.archives, "import_file", import_file)
    window.open_files(files(tmp_path, 5))
    settle()
    assert taken == ["0.json", "1.json"]
    assert notices(window) == ["2 chats imported. The import was stopped; what was imported stays."]


def files(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"{number}.json" for number in range(count)]
    for path in paths:
        path.touch()
    return paths


def shown_courses(window: MainWindow) -> list[CourseRow]:
    return window.notices._courses


def test_a_name_that_is_no_text_is_told_all_the_same(open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window()
    window.open_files([tmp_path / "\udcff\udcfe.gguf"])
    settle()
    assert len(notices(window)) == 1
