"""What the installed llama.cpp says of itself, and how it may fail to."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.inference.device_probe import NoLlamaError, ask_llama
from desktop.system.compute_device import DeviceKind
from desktop.system.throwaway import Throwaway

CARD = {"name": "CUDA0", "description": "A card", "kind": "GPU", "free": 7, "total": 8}


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Throwaway]:
    """Return a function that makes a process of a few lines."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))

    def make(code: str) -> Throwaway:
        (tmp_path / "program.py").write_text(code)
        return Throwaway("program")

    return make


def answering(**fields: Any) -> str:
    told = {"version": "1.2.3", "backends": ["CUDA", "CPU"], "system": "AVX2", "devices": [CARD]} | fields
    return f"print('a driver chatters'); print({json.dumps(told)!r})"


def test_the_installed_one_tells_the_truth() -> None:
    import llama_cpp

    build = ask_llama()
    assert build.version == llama_cpp.__version__
    assert "CPU" in build.backends
    processor = build.devices[-1]
    assert processor.kind is DeviceKind.PROCESSOR
    assert 0 < processor.free <= processor.total
    assert build.offloads == llama_cpp.llama_supports_gpu_offload()


def test_a_card_is_told(program: Callable[[str], Throwaway]) -> None:
    build = ask_llama(program(answering()))
    assert (build.devices[0].name, build.devices[0].kind, build.devices[0].free) == ("CUDA0", DeviceKind.GPU, 7)
    assert build.offloads, "it was built for one"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import os; os.abort()", "it ended its process with code -6"),
        ("raise ImportError('libcuda.so.1:\\tcannot open')", "ImportError: libcuda.so.1: cannot open"),
        ("pass", "its answer was not understood"),
        ("print('{}')", "its answer was not understood"),
        (answering(devices=[{**CARD, "kind": "ABACUS"}]), "its answer was not understood"),
        (answering(devices=[{**CARD, "free": -1}]), "its answer was not understood"),
        (answering(devices=[CARD] * 65), "its answer was not understood"),
    ],
)
def test_what_fails_is_told(program: Callable[[str], Throwaway], code: str, told: str) -> None:
    with pytest.raises(NoLlamaError, match=told):
        ask_llama(program(code))


def test_where_no_process_begins_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(NoLlamaError, match="No such file or directory"):
        ask_llama()


def test_what_hangs_is_given_up(program: Callable[[str], Throwaway]) -> None:
    with pytest.raises(NoLlamaError, match="it did not answer in time"):
        ask_llama(program("import time; time.sleep(60)"), 0.2)


def test_it_may_see_the_cards_but_no_secret(program: Callable[[str], Throwaway], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    told = "import os; print(os.environ.get('CUDA_VISIBLE_DEVICES'), os.environ.get('HF_TOKEN'))"
    program(told)
    assert Throwaway("program", sees_cards=True).run(20).output == "3 None\n"
    assert Throwaway("program").run(20).output == " None\n"
