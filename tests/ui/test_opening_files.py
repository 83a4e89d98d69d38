from pathlib import Path

from tests.ui.conftest import OpenWindow, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import notices


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


def test_a_name_that_is_no_text_is_told_all_the_same(open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window()
    window.open_files([tmp_path / "\udcff\udcfe.gguf"])
    settle()
    assert len(notices(window)) == 1
