import os
import stat

import pytest

from desktop.system.files import set_aside, write_private


@pytest.mark.parametrize("durable", [True, False])
def test_parts_become_one_private_file(tmp_path, durable):
    path = tmp_path / "file"
    write_private(path, b"one ", bytearray(b"two "), memoryview(b"three"), durable=durable)
    assert path.read_bytes() == b"one two three"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["file"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(TypeError):
        write_private(path, b"new", "not bytes")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_private(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_reader_never_sees_half_of_it(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with open(path, "rb") as reader:
        write_private(path, b"new")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"


def test_setting_aside_keeps_every_earlier_one(tmp_path):
    path = tmp_path / "settings.json"
    kept = []
    for content in (b"first", b"second"):
        path.write_bytes(content)
        kept.append(set_aside(path))
    assert [file.read_bytes() for file in kept] == [b"first", b"second"]
    assert not path.exists()
