"""How llama.cpp is built for a graphics card: the one command for each kind, and what must be there before."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from desktop.system.gpus import Gpu, Vendor

LLAMA_CPP_PYTHON = "0.3.36"
_ELSEWHERE = ("/usr/local/cuda/bin", "/opt/cuda/bin", "/opt/rocm/bin")  # where installers put compilers and no shell looks

Find = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Backend:
    """One way in which llama.cpp uses graphics cards."""

    name: str
    option: str  # of its build
    compiler: str  # without which it cannot be built
    source: str  # where that comes from
    compiler_option: str = ""  # that tells the build where the compiler is, if no shell would find it


CUDA = Backend("CUDA", "GGML_CUDA", "nvcc", "NVIDIA's CUDA toolkit", "CMAKE_CUDA_COMPILER")
METAL = Backend("Metal", "GGML_METAL", "xcrun", "Xcode's command line tools (xcode-select --install)")
ROCM = Backend("ROCm", "GGML_HIP", "hipcc", "AMD's ROCm with its development packages")
VULKAN = Backend(
    "Vulkan",
    "GGML_VULKAN",
    "glslc",
    "glslc and Vulkan's headers from 1.3.272 (Debian 13 and Ubuntu 24.04: glslc libvulkan-dev spirv-headers; Windows: the Vulkan SDK)",
)
BACKENDS = (CUDA, METAL, VULKAN, ROCM)

_FOR: Mapping[Vendor, tuple[Backend, ...]] = {
    Vendor.NVIDIA: (CUDA, VULKAN),
    Vendor.AMD: (ROCM, VULKAN),
    Vendor.APPLE: (METAL,),
    Vendor.INTEL: (VULKAN,),
}


@dataclass(frozen=True, slots=True)
class Advice:
    """What makes llama.cpp use a card."""

    backend: Backend
    command: str
    is_ready: bool  # whether the backend's compiler is there


def advice(gpus: Sequence[Gpu], find: Find | None = None) -> Advice | None:
    """Return how to use the best card: with what can be built at once, else with what suits it best; None: there is no card."""
    if not gpus:
        return None
    look = find or find_compiler
    backends = _FOR[gpus[0].vendor]
    backend = next((one for one in backends if look(one.compiler)), backends[0])
    return Advice(backend, command(backend, look(backend.compiler)), look(backend.compiler) is not None)


def command(backend: Backend | None, compiler: str | None = None, *, python: str = sys.executable) -> str:
    """Return what builds llama.cpp anew into this Python, for a backend or for the processor alone; one line for any shell."""
    options = [f"-D{backend.option}=on"] if backend is not None else []
    if backend is not None and backend.compiler_option and compiler and shutil.which(backend.compiler) is None:
        options.append(f"-D{backend.compiler_option}={compiler}")
    settings = [f"--config-settings=cmake.args={';'.join(options)}"] if options else []
    install = [python, "-m", "pip", "install", "--force-reinstall", "--no-deps", "--no-cache-dir", "--no-binary=llama-cpp-python"]
    words = [*install, *settings, f"llama-cpp-python=={LLAMA_CPP_PYTHON}"]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def find_compiler(name: str) -> str | None:
    """Return where a program is, also where installers put it that change no PATH."""
    return shutil.which(name) or shutil.which(name, path=os.pathsep.join(_ELSEWHERE))
