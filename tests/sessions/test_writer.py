import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.sessions import writer as writer_module
from desktop.sessions.segment import SegmentPart, read_base, read_base_header
from desktop.sessions.writer import SegmentWriter
from tests.sessions.segments import PATIENCE, base_part, make_segment

PARTS = [base_part(make_segment([number, 2, 3])) for number in range(5)]
PART_BYTES = len(PARTS[0].kv)


@pytest.fixture
def failed() -> list[tuple[SegmentPart, Exception]]:
    return []


@pytest.fixture
def writer(failed: list[tuple[SegmentPart, Exception]], gate: threading.Event, tmp_path: Path) -> Iterator[SegmentWriter]:
    writer = SegmentWriter(tmp_path, lambda: None, lambda path, part, error: failed.append((part, error)))
    yield writer
    gate.set()
    assert writer.close(PATIENCE)


def put_all(writer: SegmentWriter, folder: Path) -> list[Path]:
    paths = [folder / f"{number}.kv" for number in range(len(PARTS))]
    for path, part in zip(paths, PARTS, strict=True):
        writer.put(path, part)
        writer.wait_for_room()
    return paths


def written(paths: list[Path]) -> list[SegmentPart]:
    """Return which parts the files hold."""
    ends = {part.end: part for part in PARTS}
    parts = [ends[read_base_header(path).end] for path in paths]
    for path, part in zip(paths, parts, strict=True):
        kv = bytearray(len(part.kv))
        read_base(path, memoryview(kv))
        assert kv == part.kv
    return parts


def test_what_waits_can_be_read_back(writer, gate, tmp_path):
    paths = put_all(writer, tmp_path)
    assert [writer.pending(path) for path in paths] == PARTS
    assert not any(path.exists() for path in paths)
    assert not writer.flush(0.01)
    gate.set()
    assert writer.flush(PATIENCE)
    assert [writer.pending(path) for path in paths] == [None] * len(paths)
    assert written(paths) == PARTS


def test_closing_writes_what_waits(writer, gate, tmp_path):
    paths = put_all(writer, tmp_path)
    assert not writer.close(0.01)
    gate.set()
    assert writer.close(PATIENCE)
    assert written(paths) == PARTS


def test_whoever_puts_waits_while_too_much_is_pending(writer, gate, tmp_path, monkeypatch):
    monkeypatch.setattr("desktop.sessions.writer.QUEUE_BYTES", 2 * PART_BYTES)
    putting = threading.Thread(target=put_all, args=(writer, tmp_path))
    putting.start()
    putting.join(0.3)
    assert putting.is_alive()
    assert [writer.pending(tmp_path / f"{number}.kv") for number in range(5)] == [*PARTS[:3], None, None]  # the last one went over
    gate.set()
    putting.join(PATIENCE)
    assert not putting.is_alive()


def test_nobody_waits_for_a_closing_writer(writer, gate, tmp_path, monkeypatch):
    monkeypatch.setattr("desktop.sessions.writer.QUEUE_BYTES", 0)
    putting = threading.Thread(target=put_all, args=(writer, tmp_path))
    putting.start()
    writer.close(0.01)
    putting.join(PATIENCE)
    assert not putting.is_alive()


def test_a_segment_that_is_put_again_counts_once(writer, gate, tmp_path, monkeypatch):
    monkeypatch.setattr("desktop.sessions.writer.QUEUE_BYTES", 2 * PART_BYTES)
    writer.put(tmp_path / "same.kv", PARTS[0])
    assert gate.reached.wait(PATIENCE)  # it is being written
    for segment in (PARTS[0], PARTS[1]):
        writer.put(tmp_path / "same.kv", segment)
    assert writer.pending(tmp_path / "same.kv") is PARTS[1]
    gate.set()
    assert writer.flush(PATIENCE)
    assert written([tmp_path / "same.kv"]) == [PARTS[1]]
    paths = put_all(writer, tmp_path)  # more than ever fits, if anything were still counted
    assert writer.flush(PATIENCE)
    assert len(written(paths)) == len(PARTS)


def test_a_failure_is_told_once_for_each_and_the_next_are_written(writer, gate, tmp_path, failed, expect_log):
    expect_log("segment not written")
    (tmp_path / "file").write_bytes(b"in the way")
    writer.put(tmp_path / "file" / "one.kv", PARTS[0])
    writer.put(tmp_path / "other.kv", PARTS[1])
    gate.set()
    assert writer.flush(PATIENCE)
    assert [segment for segment, _ in failed] == [PARTS[0]]
    assert written([tmp_path / "other.kv"]) == [PARTS[1]]
    assert (tmp_path / "file").read_bytes() == b"in the way"


def test_an_error_that_nobody_foresaw_does_not_end_the_writing(writer, gate, tmp_path, failed, expect_log, monkeypatch):
    expect_log("segment not written")
    write = writer_module.write_part
    errors = [MemoryError("no memory")]
    monkeypatch.setattr(writer_module, "write_part", lambda *written: (_ for _ in ()).throw(errors.pop()) if errors else write(*written))
    paths = put_all(writer, tmp_path)
    gate.set()
    assert writer.flush(PATIENCE)
    assert [str(error) for _, error in failed] == ["no memory"]
    assert len(written(paths[1:])) == len(PARTS) - 1
