"""Whether ranges can be shared, asked of a process that may die over it."""

import json
from pathlib import Path

import pytest

from desktop.inference import range_probe
from desktop.inference.range_probe import RangeProbe

UNKNOWN = "one-of-its-own"


@pytest.fixture
def tried(monkeypatch) -> list[Path]:
    """Return the files that were given to another process."""
    tried: list[Path] = []
    attempt = range_probe._try
    monkeypatch.setattr(range_probe, "_try", lambda path: tried.append(path) or attempt(path))
    return tried


def test_a_known_architecture_needs_no_process(tiny_model, tried):
    assert RangeProbe(None).shares_ranges(tiny_model, b"1", "llama")
    assert not tried


def test_an_unknown_one_is_tried_once(tiny_model, tried, tmp_path):
    probe = RangeProbe(tmp_path / "ranges.json")
    assert probe.shares_ranges(tiny_model, b"1", UNKNOWN)
    assert probe.shares_ranges(tiny_model, b"1", UNKNOWN)
    assert RangeProbe(tmp_path / "ranges.json").shares_ranges(tiny_model, b"1", UNKNOWN)
    assert tried == [tiny_model]


@pytest.mark.parametrize("how", ["sys.exit(3)", "os.abort()", "os.kill(os.getpid(), 11)"])
def test_a_process_that_dies_says_no(tiny_model, tmp_path, monkeypatch, how):
    (tmp_path / "dying.py").write_text(f"import os, sys\n{how}\n")
    monkeypatch.setattr(range_probe, "MODULE", "dying")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    probe = RangeProbe(tmp_path / "ranges.json")
    assert not probe.shares_ranges(tiny_model, b"1", UNKNOWN)
    assert json.loads((tmp_path / "ranges.json").read_bytes()) == {b"1".hex(): False}


def test_one_that_hangs_says_no_until_it_is_asked_another_day(tiny_model, tmp_path, monkeypatch, expect_log):
    expect_log("ranges not tried")
    (tmp_path / "hanging.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(range_probe, "MODULE", "hanging")
    monkeypatch.setattr(range_probe, "TIMEOUT_SECONDS", 0.5)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert not RangeProbe(tmp_path / "ranges.json").shares_ranges(tiny_model, b"1", UNKNOWN)
    monkeypatch.undo()
    assert RangeProbe(tmp_path / "ranges.json").shares_ranges(tiny_model, b"1", UNKNOWN)


def test_a_file_that_is_no_model_says_no(tmp_path):
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" + bytes(100))
    assert not RangeProbe(tmp_path / "ranges.json").shares_ranges(tmp_path / "broken.gguf", b"1", UNKNOWN)
    assert not (tmp_path / "ranges.json").exists()


@pytest.mark.parametrize("content", [b"", b"[1]", b'{"31": 1}', b"\xff"])
def test_a_damaged_memory_is_asked_anew(tiny_model, tried, tmp_path, content):
    (tmp_path / "ranges.json").write_bytes(content)
    assert RangeProbe(tmp_path / "ranges.json").shares_ranges(tiny_model, b"1", UNKNOWN)
    assert tried == [tiny_model]
