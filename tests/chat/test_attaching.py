"""Files that go with a message: which are text, in which encoding, and why others are not taken."""

import os
import random
from pathlib import Path

import pytest

from desktop.chat.attaching import MOST_BYTES, AttachmentError, read_attachment
from desktop.conversations.written import Attachment
from desktop.system.words import Words
from tests.chat.bench import Bench, run

TEXT = "Größe: 3 €\n“dash” – 漢字\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_text_is_read_in_the_encodings_that_say_what_they_are(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes((b"\xfe\xff" if encoding == "utf-16-be" else b"") + TEXT.replace("\n", "\r\n").encode(encoding))
    assert read_attachment(path) == Attachment("notes.txt", TEXT)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_other_text_is_read_as_western(tmp_path: Path, encoding: str) -> None:
    text = "Der Fluss fließt über die Wiese\rund weiter" + (" – “so”" if encoding == "cp1252" else "")
    path = tmp_path / "old.txt"
    path.write_bytes(text.encode(encoding))
    assert read_attachment(path).text == text.replace("\r", "\n")


def refusal(path: Path) -> str:
    with pytest.raises(AttachmentError) as told:
        read_attachment(path)
    assert isinstance(told.value.sentence, Words)
    assert path.name in told.value.sentence
    return told.value.sentence


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n rest", "is a picture"),
        (b"\xff\xd8\xff\xe0 rest", "is a picture"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "is a picture"),
        (b"%PDF-1.7\nall of it ASCII", "is not a text file"),
        (b"text with a \x00 in it", "is not a text file"),
        ("\x00".encode("utf-16"), "is not a text file"),
        ("текст на русском".encode("koi8-r"), "is not a text file"),
        (b"x" * (MOST_BYTES + 1), "is larger than 2 MB"),
        (random.Random(7).randbytes(5000), "is not a text file"),
    ],
)
def test_what_is_no_text_is_told_with_its_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "some.file"
    path.write_bytes(content)
    assert reason in refusal(path)


def test_folders_pipes_and_files_that_are_gone_are_told(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert "is no file" in refusal(tmp_path / "pipe")
    assert "could not be read" in refusal(tmp_path / "gone.txt")


def test_the_largest_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.log"
    path.write_bytes(b"x" * MOST_BYTES)
    assert len(read_attachment(path).text) == MOST_BYTES


def test_a_chat_is_named_after_a_file_that_is_all_of_its_first_message(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat()
        await bench.chats.send(chat, Attachment("notes.txt", "one").block())
        assert (await bench.store.conversation(chat)).title == "notes.txt"
        other = await bench.chat()
        await bench.chats.send(other, "`a` or `b`")
        assert (await bench.store.conversation(other)).title == "`a` or `b`"

    run(tmp_path, None, test)
