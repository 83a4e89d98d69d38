"""What computes is loaded once, and drivers of graphics cards begin only when they are wanted."""

import ctypes
import json
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.inference.binding import Library
from desktop.inference.binding.backends import CARDS, Backends
from desktop.system.throwaway import Throwaway

# A ggml that notes what it is told, and knows one part of the folder itself and one of that for cards.
SOURCE = """
#include <string.h>
#include <strings.h>
static int has_processor = LINKED, has_card = 0;
static char loaded[4096];
void * ggml_backend_reg_by_name(const char * name) {
    int is_there = strcasecmp(name, "CPU") == 0 ? has_processor : strcasecmp(name, "Vulkan") == 0 ? has_card : 0;
    return is_there ? loaded : NULL;
}
void ggml_backend_load_all_from_path(const char * path) {
    size_t length = strlen(path);
    strcat(strcat(loaded, path), "\\n");
    if (length > 6 && strcmp(path + length - 6, "/cards") == 0) has_card = 1; else has_processor = 1;
}
const char * loaded_so_far(void) { return loaded; }
"""


@pytest.fixture
def ggml(tmp_path: Path, request: pytest.FixtureRequest) -> ctypes.CDLL:
    """Return one that has the processor's part linked in if the test says so."""
    source, library = tmp_path / "ggml.c", tmp_path / "ggml.so"
    source.write_text(SOURCE)
    linked = getattr(request, "param", 0)
    subprocess.run(["cc", "-shared", "-fPIC", f"-DLINKED={linked}", source, "-o", library], check=True)
    return ctypes.CDLL(str(library))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of libraries with one for cards."""
    monkeypatch.delenv("GGML_VK_VISIBLE_DEVICES", raising=False)
    (tmp_path / "lib ä" / CARDS).mkdir(parents=True)
    (tmp_path / "lib ä" / CARDS / "libggml-vulkan.so").touch()
    return tmp_path / "lib ä"


def loaded(ggml: ctypes.CDLL) -> list[Path]:
    ggml.loaded_so_far.restype = ctypes.c_char_p
    return [Path(line) for line in ggml.loaded_so_far().decode().splitlines()]


def test_the_processors_part_is_loaded_at_once_and_a_driver_only_when_wanted(ggml: ctypes.CDLL, folder: Path) -> None:
    backends = Backends(ggml, folder)
    assert loaded(ggml) == [folder]
    backends.begin_cards()
    assert loaded(ggml) == [folder, folder / CARDS]


def test_nothing_is_loaded_twice(ggml: ctypes.CDLL, folder: Path) -> None:
    first = Backends(ggml, folder)
    first.begin_cards()
    first.begin_cards()
    Backends(ggml, folder).begin_cards()  # what a window after Delete all makes
    assert loaded(ggml) == [folder, folder / CARDS]


@pytest.mark.parametrize("ggml", [1], indirect=True)
def test_what_is_linked_in_needs_no_loading(ggml: ctypes.CDLL, tmp_path: Path) -> None:
    backends = Backends(ggml, tmp_path)
    backends.begin_cards()
    assert loaded(ggml) == []


def test_cards_that_are_hidden_begin_no_driver(ggml: ctypes.CDLL, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backends = Backends(ggml, folder)
    monkeypatch.setenv("GGML_VK_VISIBLE_DEVICES", "")
    backends.begin_cards()
    assert loaded(ggml) == [folder]


@pytest.mark.parametrize(("sees_cards", "told"), [(True, "None"), (False, "''")])
def test_a_look_at_a_file_from_strangers_hides_cards(sees_cards: bool, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GGML_VK_VISIBLE_DEVICES", raising=False)
    module = tmp_path / "asked.py"
    module.write_text("import os\nprint(repr(os.environ.get('GGML_VK_VISIBLE_DEVICES')))\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    ended = Throwaway("asked", sees_cards=sees_cards).run(20)
    assert (ended.code, ended.output.strip()) == (0, told)


def test_the_library_at_hand_computes() -> None:
    """In a process of its own, as others here have begun cards already."""
    code = "import json; from desktop.inference.binding import Library; print(json.dumps(Library().backends()))"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "CPU" in json.loads(told.stdout)


@pytest.mark.parametrize(
    ("system", "are_apart", "arranges"),
    [("CPU : AVX2 = 1 | ", False, True), ("CPU : AMX_INT8 = 1 | ", False, False), ("CPU : AMX_INT8 = 1 | ", True, True)],
)
def test_a_processor_with_amx_is_left_its_weights_unless_llama_cpp_was_built_for_packages(
    library: Library, monkeypatch: pytest.MonkeyPatch, system: str, are_apart: bool, arranges: bool
) -> None:
    monkeypatch.setattr(Library, "system", staticmethod(lambda: system))
    monkeypatch.setattr(library._backends, "are_apart", are_apart)
    assert library.arranges_weights is arranges
