import os
import sys
from pathlib import Path

import pytest

from desktop.chat.file_kinds import FileKind, kind_by_name, kind_of, sorted_by_kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.gguf", FileKind.MODEL),
        ("a b.GGUF", FileKind.MODEL),
        ("a.rivulet", FileKind.CHATS),
        ("conversations.JSON", FileKind.CHATS),
        ("a.gguf.part", FileKind.OTHER),
        (".gguf", FileKind.OTHER),
        ("", FileKind.OTHER),
    ],
)
def test_names(name: str, kind: FileKind) -> None:
    assert kind_by_name(Path(name)) is kind


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"GGUF\x03\0\0\0", FileKind.MODEL),
        (b"Rivulet chat 01\n...", FileKind.CHATS),
        (b"Rivulet chat", FileKind.OTHER),
        (b"GGU", FileKind.OTHER),
        (b"", FileKind.OTHER),
    ],
)
def test_where_a_name_says_nothing_the_first_bytes_do(tmp_path: Path, content: bytes, kind: FileKind) -> None:
    (tmp_path / "file").write_bytes(content)
    assert kind_of(tmp_path / "file") is kind


def test_what_lies_there_comes_before_its_name(tmp_path: Path) -> None:
    (tmp_path / "folder.gguf").mkdir()
    assert kind_of(tmp_path / "folder.gguf") is FileKind.FOLDER
    assert kind_of(tmp_path / "gone.gguf") is FileKind.MISSING
    assert kind_of(tmp_path / "folder.gguf" / ("x" * 5000)) is FileKind.MISSING
    assert kind_of(Path("a\0b.gguf")) is FileKind.MISSING


@pytest.mark.skipif(sys.platform == "win32", reason="has no pipes with names")
def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "chats.json")
    assert kind_of(tmp_path / "chats.json") is FileKind.OTHER


def test_files_are_sorted_each_once_in_their_order(tmp_path: Path) -> None:
    names = ["b.gguf", "x.json", "a.gguf", "b.gguf", "notes.txt"]
    for name in names:
        (tmp_path / name).touch()
    found = sorted_by_kind([*(tmp_path / name for name in names), tmp_path, tmp_path / "gone"])
    assert {kind: [path.name for path in paths] for kind, paths in found.items()} == {
        FileKind.MODEL: ["b.gguf", "a.gguf"],
        FileKind.CHATS: ["x.json"],
        FileKind.FOLDER: [tmp_path.name],
        FileKind.MISSING: ["gone"],
        FileKind.OTHER: ["notes.txt"],
    }
