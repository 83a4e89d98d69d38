"""llama.cpp as it is packaged: for any processor of this kind, with graphics cards' parts in files that are loaded where a driver is.

Its sources are those that the pinned llama-cpp-python carries, built by llama.cpp's own CMake files, because the package's install one
variant for the processor only. They are put where llama_cpp looks for them (llama_cpp/lib), and what needs a driver into the folder
`cards` there, which desktop.inference.binding.backends loads once it is wanted.
"""

import shutil
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from building.running import capture, run

HEADERS = Path(__file__).parents[1] / "headers"  # in place of those of a compiler that are old or wrong
CARDS = ("ggml-vulkan",)
OPTIONS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_SHARED_LIBS=ON",
    "-DCMAKE_PLATFORM_NO_VERSIONED_SONAME=ON",  # no links from name to name, which archives of some systems cannot hold
    "-DGGML_NATIVE=OFF",
    "-DGGML_BACKEND_DL=ON",
    "-DGGML_CPU_ALL_VARIANTS=ON",
    "-DLLAMA_BUILD_COMMON=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_TOOLS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_SERVER=OFF",
    "-DLLAMA_BUILD_APP=OFF",
    "-DLLAMA_OPENSSL=OFF",
)


def options_of(platform: str) -> tuple[str, ...]:
    """Return what CMake is told on a platform, named as by sys.platform."""
    if platform == "darwin":
        return (*OPTIONS, "-DGGML_METAL=ON", "-DGGML_METAL_EMBED_LIBRARY=ON", "-DCMAKE_INSTALL_RPATH=@loader_path", _BY_RPATH, *_NO_FLAGS)
    if platform == "win32":
        return (*OPTIONS, "-DGGML_VULKAN=ON")
    headers = f"-DCMAKE_CXX_FLAGS=-I{HEADERS}"
    return (*OPTIONS, "-DGGML_VULKAN=ON", "-DCMAKE_INSTALL_RPATH=$ORIGIN:$ORIGIN/..", _BY_RPATH, *_NO_FLAGS, headers)


_NO_FLAGS = ("-DCMAKE_C_FLAGS=", "-DCMAKE_CXX_FLAGS=")  # those of whoever builds, such as -march=native, are for no other computer
_BY_RPATH = "-DCMAKE_BUILD_WITH_INSTALL_RPATH=ON"


def build(python: Path, requirement: str, work: Path) -> Path:
    """Build the libraries and return the folder that they lie in.

    Args:
        python: the interpreter of an environment that has cmake and ninja.
        requirement: llama-cpp-python with its version; its source archive is fetched.
        work: a folder for what is built, which a later build goes on with.
    """
    _fetch(python, requirement, work)
    source, tree = source_of(requirement, work), work / "tree"
    _clear_if_of_others(tree, source)
    cmake = _tool(python, "cmake")
    generator = ("-G", "Ninja", f"-DCMAKE_MAKE_PROGRAM={_tool(python, 'ninja')}")
    run(cmake, "-S", source, "-B", tree, *generator, *options_of(sys.platform))
    run(cmake, "--build", tree)
    return tree / "bin"


def install(libraries: Path, python: Path) -> Path:
    """Put built libraries where an environment's llama_cpp looks for them, in place of what is there, and return that folder."""
    found = capture(python, "-c", "import importlib.util; print(importlib.util.find_spec('llama_cpp').submodule_search_locations[0])")
    target = Path(found.strip()) / "lib"
    shutil.rmtree(target, ignore_errors=True)
    (target / "cards").mkdir(parents=True)
    for file in library_files(libraries):
        shutil.copy2(file, target / "cards" if _stem(file) in CARDS else target)
    return target


def library_files(folder: Path) -> Sequence[Path]:
    """Return the libraries in a folder, without what only links to them or belongs to their making."""
    suffixes = (".so", ".dylib", ".dll")
    return sorted(file for file in folder.iterdir() if file.suffix in suffixes and not file.is_symlink())


def source_of(requirement: str, work: Path) -> Path:
    """Return where the sources of a llama-cpp-python lie in the folder that they are built in."""
    return work / _name(requirement) / "vendor" / "llama.cpp"


def _fetch(python: Path, requirement: str, work: Path) -> None:
    name = _name(requirement)
    if (work / name).is_dir():
        return
    run(python, "-m", "pip", "download", "--no-deps", "--no-binary=llama-cpp-python", "--dest", work, requirement)
    with tempfile.TemporaryDirectory(dir=work) as folder:  # half of the sources must not be taken for all
        with tarfile.open(work / f"{name}.tar.gz") as archive:
            if hasattr(tarfile, "data_filter"):  # not in Debian 12's Python
                archive.extraction_filter = tarfile.data_filter
            archive.extractall(folder)
        Path(folder, name).rename(work / name)


def _name(requirement: str) -> str:
    return requirement.replace("-", "_").replace("==", "-")


def _clear_if_of_others(tree: Path, source: Path) -> None:
    """Remove what was built from other sources: CMake refuses to go on with it, and its libraries would be packaged along."""
    cache = tree / "CMakeCache.txt"
    if cache.is_file() and f"CMAKE_HOME_DIRECTORY:INTERNAL={source.as_posix()}" not in cache.read_text("utf-8").splitlines():
        shutil.rmtree(tree)


def _tool(python: Path, name: str) -> Path:
    return python.parent / (f"{name}.exe" if sys.platform == "win32" else name)


def _stem(file: Path) -> str:
    return file.stem.removeprefix("lib")
