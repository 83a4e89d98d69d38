"""The one command for each kind of graphics card."""

import re
import shlex
import stat
import sys
from pathlib import Path

import pytest

import desktop
from desktop.app.commands.gpu_builds import BACKENDS, CUDA, LLAMA_CPP_PYTHON, METAL, ROCM, VULKAN, Backend, advice, command
from desktop.system.gpus import Gpu, Vendor

ROOT = Path(desktop.__file__).parents[1]


def test_the_version_is_the_pinned_one() -> None:
    assert f"llama_cpp_python=={LLAMA_CPP_PYTHON}\n" in (ROOT / "packaging/constraints.txt").read_text()
    assert f'"llama-cpp-python=={LLAMA_CPP_PYTHON}"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("backend", [*BACKENDS, None])
def test_the_readme_has_the_very_commands(backend: Backend | None) -> None:
    assert f"    {command(backend, python='.venv/bin/python')}\n" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize(
    ("vendor", "there", "backend", "is_ready"),
    [
        (Vendor.NVIDIA, {"nvcc", "glslc"}, CUDA, True),
        (Vendor.NVIDIA, {"glslc"}, VULKAN, True),
        (Vendor.NVIDIA, {"hipcc"}, CUDA, False),
        (Vendor.AMD, {"hipcc"}, ROCM, True),
        (Vendor.AMD, {"glslc", "nvcc"}, VULKAN, True),
        (Vendor.AMD, set(), ROCM, False),
        (Vendor.INTEL, {"glslc"}, VULKAN, True),
        (Vendor.INTEL, {"nvcc"}, VULKAN, False),
        (Vendor.APPLE, {"xcrun"}, METAL, True),
        (Vendor.APPLE, set(), METAL, False),
    ],
)
def test_what_can_be_built_at_once_comes_first(vendor: Vendor, there: set[str], backend: Backend, is_ready: bool) -> None:
    told = advice([Gpu(vendor, "a card")], lambda name: f"/bin/{name}" if name in there else None)
    assert told is not None
    assert (told.backend, told.is_ready) == (backend, is_ready)
    assert f"-D{backend.option}=on" in told.command
    assert told.command.startswith(f"{shlex.quote(sys.executable)} -m pip install ")
    assert told.command.endswith(f" llama-cpp-python=={LLAMA_CPP_PYTHON}")


def test_without_a_card_there_is_nothing_to_advise() -> None:
    assert advice([]) is None


@pytest.mark.skipif(sys.platform == "win32", reason="makes a program by its mode")
def test_a_compiler_that_no_shell_finds_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    nvcc = tmp_path / "bin" / "nvcc"
    nvcc.touch()
    nvcc.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("desktop.app.commands.gpu_builds._ELSEWHERE", (str(nvcc.parent),))
    told = advice([Gpu(Vendor.NVIDIA, "a card")])
    assert told is not None
    assert told.is_ready
    assert re.search(f"cmake.args=-DGGML_CUDA=on;-DCMAKE_CUDA_COMPILER={nvcc}", told.command)
    monkeypatch.setenv("PATH", str(nvcc.parent))
    again = advice([Gpu(Vendor.NVIDIA, "a card")])
    assert again is not None
    assert "CMAKE_CUDA_COMPILER" not in again.command
