"""llama.cpp is built from the sources of the version that is wanted, whatever an earlier build left. CMake and pip are stood in for."""

import io
import random
import sys
import tarfile
from pathlib import Path

import pytest
from building import llama_cpp
from building.llama_cpp import build, install, library_files, options_of, source_of
from building.running import Argument, BuildError

NEW, OLD = "llama-cpp-python==1.2.3", "llama-cpp-python==1.2.2"
PYTHON = Path(sys.executable)


class Tools:
    """What pip and CMake do, as far as the build sees it."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, ...]] = []
        self.fails = ""  # the tool's word at which it does

    def run(self, *command: Argument) -> None:
        words = tuple(map(str, command))
        self.ran.append(words)
        if self.fails and self.fails in words:
            raise BuildError("It failed.")
        if "download" in words:
            name = words[-1].replace("-", "_").replace("==", "-")
            self.archive(Path(words[words.index("--dest") + 1], f"{name}.tar.gz"), name)
        if "-S" in words:
            source, tree = (Path(words[words.index(option) + 1]) for option in ("-S", "-B"))
            assert (source / "CMakeLists.txt").is_file()
            tree.mkdir(exist_ok=True)
            (tree / "CMakeCache.txt").write_text(f"A:B=C\nCMAKE_HOME_DIRECTORY:INTERNAL={source.as_posix()}\n")
        if "--build" in words:
            libraries = Path(words[-1]) / "bin"
            libraries.mkdir(exist_ok=True)
            (libraries / "libllama.so").touch()

    @staticmethod
    def archive(file: Path, name: str) -> None:
        with tarfile.open(file, "w:gz") as archive:
            for path, content in (("CMakeLists.txt", b"project(llama)"), ("src/model.cpp", random.randbytes(1 << 16))):
                member = tarfile.TarInfo(f"{name}/vendor/llama.cpp/{path}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> Tools:
    tools = Tools()
    monkeypatch.setattr(llama_cpp, "run", tools.run)
    return tools


def test_a_second_build_goes_on_with_the_first(tools: Tools, tmp_path: Path) -> None:
    libraries = build(PYTHON, NEW, tmp_path)
    (libraries.parent / "object.o").touch()
    assert build(PYTHON, NEW, tmp_path) == libraries
    assert (libraries.parent / "object.o").exists()
    assert sum("download" in words for words in tools.ran) == 1


def test_another_version_is_built_anew(tools: Tools, tmp_path: Path) -> None:
    stale = build(PYTHON, OLD, tmp_path) / "libggml-cpu-of-the-old.so"
    stale.touch()
    libraries = build(PYTHON, NEW, tmp_path)
    assert [file.name for file in library_files(libraries)] == ["libllama.so"]
    assert source_of(NEW, tmp_path).is_dir()


def test_a_build_that_failed_is_gone_on_with(tools: Tools, tmp_path: Path) -> None:
    tools.fails = "--build"
    with pytest.raises(BuildError):
        build(PYTHON, NEW, tmp_path)
    (tmp_path / "tree/object.o").touch()
    tools.fails = ""
    build(PYTHON, NEW, tmp_path)
    assert (tmp_path / "tree/object.o").exists()


def test_sources_that_were_unpacked_in_part_are_not_taken_for_all(tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Tools.archive

    def half(file: Path, name: str) -> None:
        whole(file, name)
        file.write_bytes(file.read_bytes()[: 1 << 15])

    monkeypatch.setattr(Tools, "archive", staticmethod(half))
    with pytest.raises((EOFError, tarfile.TarError)):
        build(PYTHON, NEW, tmp_path)
    monkeypatch.setattr(Tools, "archive", staticmethod(whole))
    build(PYTHON, NEW, tmp_path)
    assert (source_of(NEW, tmp_path) / "src/model.cpp").stat().st_size == 1 << 16
    assert {path.name for path in tmp_path.iterdir()} == {"llama_cpp_python-1.2.3", "llama_cpp_python-1.2.3.tar.gz", "tree"}


def test_what_needs_a_driver_lies_apart_and_nothing_older_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llama_cpp, "capture", lambda *command: f"{tmp_path / 'llama_cpp'}\n")
    (tmp_path / "llama_cpp/lib").mkdir(parents=True)
    (tmp_path / "llama_cpp/lib/libmtmd.so").touch()
    built = tmp_path / "bin"
    built.mkdir()
    for name in ("libllama.so", "libggml-cpu-haswell.so", "libggml-vulkan.so", "vulkan-shaders-gen", "libllama.so.0"):
        (built / name).touch()
    (built / "libother.so").symlink_to("libllama.so")
    place = install(built, PYTHON)
    found = {file.relative_to(place).as_posix() for file in place.rglob("*") if file.is_file()}
    assert found == {"libllama.so", "libggml-cpu-haswell.so", "cards/libggml-vulkan.so"}


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_it_is_for_any_processor_and_for_cards(platform: str) -> None:
    options = options_of(platform)
    assert {"-DGGML_NATIVE=OFF", "-DGGML_CPU_ALL_VARIANTS=ON", "-DGGML_BACKEND_DL=ON"} <= set(options)
    if platform != "win32":  # there CMake needs its own
        told = dict(option.removeprefix("-D").split("=", 1) for option in options)
        assert told["CMAKE_C_FLAGS"] == "", "CFLAGS of the environment are not taken"
        assert told["CMAKE_CXX_FLAGS"] == (f"-I{llama_cpp.HEADERS}" if platform == "linux" else "")
    assert ("-DGGML_METAL=ON" if platform == "darwin" else "-DGGML_VULKAN=ON") in options
