"""Rivulet ends while a model is loading: the next start does not load it by itself, says so, and a click does."""

import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop.chat import examining
from desktop.chat.events import ModelPhase
from tests.journeys.conftest import Start
from tests.journeys.driver import PATIENCE, wait_until

ENDED = "Rivulet ended while brief was loading, so it was not loaded by itself."


def killed_while_loading(data: Path, model: Path) -> None:
    """Let a new process load the model of the last time, and kill it in the middle of that."""
    with subprocess.Popen([sys.executable, "-m", "tests.journeys.child", "stuck", str(data), str(model), ""]) as process:
        deadline = time.monotonic() + PATIENCE
        while not (data / "loading.json").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)


def test_a_model_that_was_loading_when_rivulet_ended_waits_for_a_click(start: Start, brief: Path, tmp_path: Path) -> None:
    first = start(brief)
    first.quit()
    killed_while_loading(first.data, brief)
    second = start()
    assert second.model_phase() is ModelPhase.NONE
    assert ENDED in second.sentences()
    second.quit()
    third = start()
    assert third.model_phase() is ModelPhase.NONE, "nobody has clicked yet"
    assert ENDED in third.sentences()
    third.load(brief)
    assert third.model_phase() is ModelPhase.READY
    assert third.send_and_wait("Hello")
    third.quit()
    fourth = start()
    wait_until(lambda: fourth.model_phase() is ModelPhase.READY)
    assert ENDED not in fourth.sentences()


@pytest.mark.tries_models
def test_a_file_that_ends_processes_is_told_in_the_window(start: Start, brief: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.gguf"
    epsilon = struct.pack("<I", 6)  # a float, as the header says
    data = brief.read_bytes()
    at = data.index(b"layer_norm_rms_epsilon" + epsilon) + len(b"layer_norm_rms_epsilon" + epsilon)
    hostile.write_bytes(data[:at] + struct.pack("<f", -1.0) + data[at + 4 :])
    driver = start(brief)
    driver.application.main_window.load_model(hostile)
    wait_until(lambda: "hostile.gguf ended the process in which it was tried" in driver.sentences())
    assert driver.model_phase() is ModelPhase.READY, "the model of before goes on"
    assert driver.send_and_wait("Hello")


@pytest.mark.tries_models
def test_quitting_while_a_file_is_tried(start: Start, brief: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hanging.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(examining, "MODULE", "hanging")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    driver = start(brief, waits=False)
    wait_until(lambda: "as every new file" in driver.sentences())
    driver.quit()
    assert driver.application.ended_in_time
