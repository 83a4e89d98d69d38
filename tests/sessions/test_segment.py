"""A segment file is either exactly what was saved, or damaged; llama.cpp never gets anything in between."""

import struct
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.sessions.segment import DamagedSegmentError, ReadBuffer, read_header, read_segment, write_segment
from tests.sessions.segments import CONTEXT, FIXED_BYTES, content, make_segment, patch_header

SEGMENT = make_segment([5, -6, 70_000, 2**31 - 1], 1, token_bytes=100, partial_bytes=50)
HEAD_BYTES = FIXED_BYTES + 4 * len(SEGMENT.ids) + 16
MASKS = (0x01, 0x80, 0xFF)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a whole segment file."""
    path = tmp_path / "one.kv"
    write_segment(path, SEGMENT)
    return path


def refuses(path: Path, why: str | None = None) -> None:
    with pytest.raises(DamagedSegmentError, match=why):
        read_segment(path, ReadBuffer())


@pytest.mark.parametrize(("tokens", "partial_bytes"), [(1, 0), (3, 0), (3, 7), (0, 0)])
def test_what_was_written_is_read_back(tmp_path, tokens, partial_bytes):
    segment = make_segment(range(tokens + 1), 1, partial_bytes=partial_bytes)
    path = tmp_path / "one.kv"
    write_segment(path, segment)
    assert content(read_segment(path, ReadBuffer())) == content(segment)
    header = read_header(path)
    assert (header.context, header.start, header.end, header.ids) == (segment.context, segment.start, segment.end, segment.ids)
    assert (header.base_bytes, header.partial_bytes, header.size) == (len(segment.base), len(segment.partial), segment.size)


def test_a_file_is_the_tokens_the_kv_and_little_more(file):
    assert file.stat().st_size == HEAD_BYTES + SEGMENT.size


@pytest.mark.parametrize("mask", MASKS)
def test_no_byte_can_change(file, mask):
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1 :])
        refuses(file)
        if at < HEAD_BYTES:
            with pytest.raises(DamagedSegmentError):
                read_header(file)
    file.write_bytes(whole)
    assert content(read_segment(file, ReadBuffer())) == content(SEGMENT)


def test_no_byte_can_be_missing_or_too_many(file):
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        refuses(file)
        with pytest.raises(DamagedSegmentError):
            read_header(file)
    file.write_bytes(whole + b"\0")
    refuses(file, "length")


@given(data=st.binary(max_size=400))
def test_anything_else_is_no_segment(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "foreign.kv"
    path.write_bytes(data)
    refuses(path)


@pytest.mark.parametrize(("field", "why"), [(8, "format 2"), (12, "does not know")])
def test_a_file_of_a_newer_version_is_refused_though_it_is_whole(file, field, why):
    patch_header(file, field, "<I", 2)
    refuses(file, why)


@pytest.mark.parametrize(("field", "form", "value"), [(16, "<I", 2**32 - 1), (20, "<Q", 2**63), (28, "<Q", 2**64 - 1)])
def test_lengths_are_believed_only_where_the_file_has_them(file, field, form, value):
    data = bytearray(file.read_bytes())
    struct.pack_into(form, data, field, value)
    file.write_bytes(data)
    tracemalloc.start()
    try:
        refuses(file, "length")
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_the_border_between_base_and_partial_cannot_move(file):
    data = bytearray(file.read_bytes())
    struct.pack_into("<QQ", data, 20, len(SEGMENT.base) - 1, len(SEGMENT.partial) + 1)
    file.write_bytes(data)
    refuses(file, "header")


def test_a_missing_file_is_told_apart_from_a_damaged_one(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_segment(tmp_path / "none.kv", ReadBuffer())


def test_a_read_buffer_serves_one_segment_after_the_other(tmp_path):
    buffer = ReadBuffer()
    segments = [make_segment(range(length), token_bytes=3000) for length in (2, 9, 4)]
    for number, segment in enumerate(segments):
        write_segment(tmp_path / f"{number}.kv", segment)
    for _ in range(2):
        for number, segment in enumerate(segments):
            assert content(read_segment(tmp_path / f"{number}.kv", buffer)) == content(segment)


def test_folders_and_files_are_private(tmp_path):
    path = tmp_path / "sessions" / CONTEXT.hex() / "ab" / "one.kv"
    write_segment(path, SEGMENT)
    assert path.stat().st_mode & 0o777 == 0o600
    made = (path.parent, path.parent.parent, path.parent.parent.parent)
    assert [folder.stat().st_mode & 0o777 for folder in made] == [0o700] * 3
