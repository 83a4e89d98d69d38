import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.sessions import writer as writer_module
from desktop.sessions.segment import ReadBuffer, Segment, read_segment
from desktop.sessions.writer import SegmentWriter
from tests.sessions.segments import PATIENCE, content, make_segment

SEGMENTS = [make_segment([number, 2, 3]) for number in range(5)]


@pytest.fixture
def failed() -> list[tuple[Segment, OSError]]:
    return []


@pytest.fixture
def writer(failed: list[tuple[Segment, OSError]], gate: threading.Event) -> Iterator[SegmentWriter]:
    writer = SegmentWriter(lambda segment, error: failed.append((segment, error)))
    yield writer
    gate.set()
    assert writer.close(PATIENCE)


def put_all(writer: SegmentWriter, folder: Path) -> list[Path]:
    paths = [folder / f"{number}.kv" for number in range(len(SEGMENTS))]
    for path, segment in zip(paths, SEGMENTS, strict=True):
        writer.put(path, segment)
    return paths


def written(paths: list[Path]) -> list[object]:
    return [content(read_segment(path, ReadBuffer())) for path in paths]


def test_what_waits_can_be_read_back(writer, gate, tmp_path):
    paths = put_all(writer, tmp_path)
    assert [writer.pending(path) for path in paths] == SEGMENTS
    assert writer.all_pending() == SEGMENTS
    assert not any(path.exists() for path in paths)
    assert not writer.flush(0.01)
    gate.set()
    assert writer.flush(PATIENCE)
    assert [writer.pending(path) for path in paths] == [None] * len(paths)
    assert written(paths) == [content(segment) for segment in SEGMENTS]


def test_closing_writes_what_waits(writer, gate, tmp_path):
    paths = put_all(writer, tmp_path)
    assert not writer.close(0.01)
    gate.set()
    assert writer.close(PATIENCE)
    assert written(paths) == [content(segment) for segment in SEGMENTS]


def test_whoever_puts_waits_while_too_much_is_pending(writer, gate, tmp_path, monkeypatch):
    monkeypatch.setattr("desktop.sessions.writer.QUEUE_BYTES", 2 * SEGMENTS[0].size)
    putting = threading.Thread(target=put_all, args=(writer, tmp_path))
    putting.start()
    putting.join(0.3)
    assert putting.is_alive()
    assert writer.all_pending() == SEGMENTS[:3]  # the one that went over the limit is there
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
    monkeypatch.setattr("desktop.sessions.writer.QUEUE_BYTES", 2 * SEGMENTS[0].size)
    writer.put(tmp_path / "same.kv", SEGMENTS[0])
    assert gate.reached.wait(PATIENCE)  # it is being written
    for segment in (SEGMENTS[0], SEGMENTS[1]):
        writer.put(tmp_path / "same.kv", segment)
    assert writer.all_pending() == [SEGMENTS[1]]
    gate.set()
    assert writer.flush(PATIENCE)
    assert written([tmp_path / "same.kv"]) == [content(SEGMENTS[1])]
    paths = put_all(writer, tmp_path)  # more than ever fits, if anything were still counted
    assert writer.flush(PATIENCE)
    assert len(written(paths)) == len(SEGMENTS)


def test_a_failure_is_told_once_for_each_and_the_next_are_written(writer, gate, tmp_path, failed, expect_log):
    expect_log("segment not written")
    (tmp_path / "file").write_bytes(b"in the way")
    writer.put(tmp_path / "file" / "one.kv", SEGMENTS[0])
    writer.put(tmp_path / "other.kv", SEGMENTS[1])
    gate.set()
    assert writer.flush(PATIENCE)
    assert [segment for segment, _ in failed] == [SEGMENTS[0]]
    assert written([tmp_path / "other.kv"]) == [content(SEGMENTS[1])]
    assert (tmp_path / "file").read_bytes() == b"in the way"


def test_an_error_that_nobody_foresaw_does_not_end_the_writing(writer, gate, tmp_path, failed, expect_log, monkeypatch):
    expect_log("segment not written")
    write = writer_module.write_segment
    errors = [MemoryError("no memory")]
    monkeypatch.setattr(writer_module, "write_segment", lambda *written: (_ for _ in ()).throw(errors.pop()) if errors else write(*written))
    paths = put_all(writer, tmp_path)
    gate.set()
    assert writer.flush(PATIENCE)
    assert [str(error) for _, error in failed] == ["no memory"]
    assert len(written(paths[1:])) == len(SEGMENTS) - 1
