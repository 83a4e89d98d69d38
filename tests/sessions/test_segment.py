"""A segment file is either exactly what was saved, or damaged; llama.cpp never gets anything in between."""

import math
import struct
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.sessions.segment import (
    BASE_HEADER,
    BASE_MAGIC,
    CHECKSUM_BYTES,
    PIECE_BYTES,
    STATE_HEADER,
    BaseHeader,
    DamagedSegmentError,
    ReadBuffer,
    SegmentPart,
    StateHeader,
    base_file_bytes,
    read_base,
    read_base_header,
    read_state,
    read_state_header,
    state_file_bytes,
    write_part,
)
from tests.sessions.segments import CONTEXT, base_part, make_segment, patch_header, state_part

SEGMENT = make_segment([5, -6, 70_000, 2**31 - 1], 1, token_bytes=100, state_bytes=50, seconds=1.5)
MASKS = (0x01, 0x80, 0xFF)


@dataclass(frozen=True)
class Kind:
    """One of the two files, as the tests handle it."""

    part: SegmentPart
    read: Callable[[Path, memoryview], BaseHeader | StateHeader]
    read_header: Callable[[Path], BaseHeader | StateHeader]
    head_bytes: int
    length_at: int  # where the header says how long the KV is
    file_bytes: int


BASE = Kind(
    base_part(SEGMENT),
    read_base,
    read_base_header,
    BASE_HEADER.size + 4 * len(SEGMENT.ids) + CHECKSUM_BYTES,
    20,
    base_file_bytes(len(SEGMENT.ids), len(SEGMENT.base)),
)
STATE = Kind(
    state_part(SEGMENT, window=7),
    read_state,
    read_state_header,
    STATE_HEADER.size + CHECKSUM_BYTES,
    20,
    state_file_bytes(len(SEGMENT.state)),
)


@pytest.fixture(params=[BASE, STATE], ids=["base", "state"])
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
def file(tmp_path: Path, kind: Kind) -> Path:
    """Return a whole file."""
    path = tmp_path / "one"
    write_part(path, kind.part)
    return path


def read(kind: Kind, path: Path) -> tuple[BaseHeader | StateHeader, bytearray]:
    kv = bytearray(len(kind.part.kv))
    return kind.read(path, memoryview(kv)), kv


def refuses(kind: Kind, path: Path, why: str | None = None) -> None:
    with pytest.raises(DamagedSegmentError, match=why):
        read(kind, path)


def test_what_was_written_is_read_back(kind, file):
    part, (header, kv) = kind.part, read(kind, file)
    assert kv == part.kv
    for found in (header, kind.read_header(file)):
        assert (found.context, found.start, found.end, found.kv_bytes) == (part.context, part.start, part.end, len(part.kv))
        assert found.changed_at == file.stat().st_mtime


def test_a_base_says_its_tokens_and_what_they_cost_and_a_state_its_window(tmp_path):
    write_part(tmp_path / "base", BASE.part)
    write_part(tmp_path / "state", STATE.part)
    base, state = read_base_header(tmp_path / "base"), read_state_header(tmp_path / "state")
    assert (base.ids, base.seconds, state.window) == (SEGMENT.ids, 1.5, 7)


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_large_files_are_checked_piece_by_piece_to_their_last_byte(tmp_path, more):
    part = base_part(make_segment([1], token_bytes=2 * PIECE_BYTES + more))
    write_part(tmp_path / "one", part)
    kv = bytearray(len(part.kv))
    read_base(tmp_path / "one", memoryview(kv))
    assert kv == part.kv
    data = bytearray((tmp_path / "one").read_bytes())
    for at in (-1, -PIECE_BYTES, -2 * PIECE_BYTES):
        data[at] ^= 1
        (tmp_path / "one").write_bytes(data)
        with pytest.raises(DamagedSegmentError, match="checksum"):
            read_base(tmp_path / "one", memoryview(kv))
        data[at] ^= 1


@pytest.mark.parametrize("tokens", [1, 3])
def test_a_base_without_kv_is_whole_too(tmp_path, tokens):
    part = base_part(make_segment(range(tokens), token_bytes=0))
    write_part(tmp_path / "one", part)
    assert read_base(tmp_path / "one", memoryview(b"")).ids == part.ids


def test_a_segment_without_tokens_is_refused(tmp_path):
    write_part(tmp_path / "one", base_part(make_segment([1, 2], 2)))
    with pytest.raises(DamagedSegmentError, match="no tokens"):
        read_base_header(tmp_path / "one")


def test_a_file_is_the_tokens_the_kv_and_little_more(kind, file):
    assert file.stat().st_size == kind.file_bytes == kind.head_bytes + len(kind.part.kv)


@pytest.mark.parametrize("mask", MASKS)
def test_no_byte_can_change(kind, file, mask):
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1 :])
        refuses(kind, file)
        if at < kind.head_bytes:
            with pytest.raises(DamagedSegmentError):
                kind.read_header(file)
    file.write_bytes(whole)
    assert read(kind, file)[1] == kind.part.kv


def test_no_byte_can_be_missing_or_too_many(kind, file):
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        refuses(kind, file)
        with pytest.raises(DamagedSegmentError):
            kind.read_header(file)
    file.write_bytes(whole + b"\0")
    refuses(kind, file, "length")


@given(data=st.binary(max_size=400))
def test_anything_else_is_no_segment(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "foreign"
    path.write_bytes(data)
    refuses(BASE, path)
    refuses(STATE, path)


def test_a_base_is_no_state_and_a_state_no_base(tmp_path):
    for part, other in ((BASE.part, STATE), (STATE.part, BASE)):
        write_part(tmp_path / "one", part)
        refuses(other, tmp_path / "one", "no segment file")


@pytest.mark.parametrize(("field", "value", "why"), [(8, 1, "format 1"), (8, 3, "format 3"), (12, 2, "does not know")])
def test_a_file_of_another_version_is_refused_though_it_is_whole(kind, file, field, value, why):
    patch_header(file, field, "<I", value)
    refuses(kind, file, why)


@pytest.mark.parametrize("seconds", [math.inf, math.nan, -1.0])
def test_a_time_that_is_none_is_refused(tmp_path, seconds):
    write_part(tmp_path / "one", base_part(make_segment([1, 2], seconds=seconds)))
    refuses(BASE, tmp_path / "one", "time")


def test_files_of_the_first_format_are_told_to_be_that(tmp_path):
    (tmp_path / "old").write_bytes(struct.pack("<8sII", BASE_MAGIC, 1, 0) + bytes(200))
    refuses(BASE, tmp_path / "old", "format 1, this version knows 2")


@pytest.mark.parametrize("value", [2**63, 2**64 - 1])
def test_lengths_are_believed_only_where_the_file_has_them(kind, file, value):
    patch_header(file, kind.length_at, "<Q", value)
    if kind is BASE:
        patch_header(file, 16, "<I", 2**32 - 1)
    tracemalloc.start()
    try:
        refuses(kind, file, "length")
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_a_file_with_another_length_of_kv_than_asked_for_is_refused(kind, file):
    kv = bytearray(len(kind.part.kv) + 1)
    with pytest.raises(DamagedSegmentError, match="another length"):
        kind.read(file, memoryview(kv))


def test_a_missing_file_is_told_apart_from_a_damaged_one(kind, tmp_path):
    with pytest.raises(FileNotFoundError):
        read(kind, tmp_path / "none")


def test_a_read_buffer_serves_one_segment_after_the_other():
    buffer = ReadBuffer()
    for length in (2, 9000, 4, 20_000):
        view = buffer.view(length)
        view[:] = bytes([length % 251]) * length
        assert len(view) == length
        assert bytes(view) == bytes([length % 251]) * length
    assert buffer.view(20_000).obj is buffer.view(5).obj


def test_folders_and_files_are_private(tmp_path, kind):
    path = tmp_path / "sessions" / CONTEXT.hex() / "ab" / "one"
    write_part(path, kind.part)
    assert path.stat().st_mode & 0o777 == 0o600
    made = (path.parent, path.parent.parent, path.parent.parent.parent)
    assert [folder.stat().st_mode & 0o777 for folder in made] == [0o700] * 3
