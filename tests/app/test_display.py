import os
import re
import shutil
import subprocess
import sys

import pytest

from desktop.app.display import PACKAGES, _missing_library

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux starts without a display")

PROGRAM = """
import os, sys
from desktop.app.display import ensure_display
from desktop.system.errors import StartError

try:
    ensure_display()
except StartError as error:
    sys.exit(error.sentence)
from PySide6.QtWidgets import QApplication
print(QApplication([]).platformName())
"""


def start(**environment):
    clean = {name: value for name, value in os.environ.items() if not re.match("QT_|DISPLAY|WAYLAND|XDG_", name)}
    return subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, env=clean | environment)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "neither DISPLAY nor WAYLAND_DISPLAY"),
        ({"QT_QPA_PLATFORM": "nowhere"}, "QT_QPA_PLATFORM asks for 'nowhere'"),
        # Where a library of the plugin is missing too, that is said first.
        ({"DISPLAY": ":4242"}, "cannot reach the X display :4242|library libx"),
        ({"QT_QPA_PLATFORM": "xcb"}, "neither DISPLAY nor WAYLAND_DISPLAY|library libx"),
        ({"WAYLAND_DISPLAY": "none-0", "XDG_RUNTIME_DIR": "/nonexistent"}, "cannot reach the Wayland display none-0|library libwayland"),
    ],
)
def test_no_display_is_one_sentence_and_no_abort(environment, sentence):
    result = start(**environment)
    assert (result.returncode, result.stdout) == (1, "")
    assert re.search(sentence, result.stderr)
    assert result.stderr.count("\n") == 1
    assert result.stderr.endswith(".\n")


@pytest.mark.parametrize(("wanted", "used"), [("offscreen", "offscreen"), ("minimal", "minimal"), ("nowhere;offscreen", "offscreen")])
def test_the_wanted_platform_is_taken(wanted, used):
    result = start(QT_QPA_PLATFORM=wanted)
    assert (result.returncode, result.stdout) == (0, f"{used}\n")


def test_a_platform_without_its_display_gives_way(tmp_path):
    result = start(QT_QPA_PLATFORM="wayland;xcb;minimal", DISPLAY=":4242")
    assert (result.returncode, result.stdout) == (0, "minimal\n")


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs an X server")
def test_an_x_server_is_found():
    read, write = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-noreset", "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL
    ) as server:
        os.close(write)
        with open(read) as answer:
            display = f":{answer.readline().strip()}"
        result = start(DISPLAY=display)
        server.terminate()
    assert (result.returncode, result.stdout) == (0, "xcb\n") or "library libx" in result.stderr


@pytest.mark.parametrize("library", PACKAGES)
def test_a_missing_library_is_named_with_its_packages(library):
    linker = f"Cannot load library /x/libqxcb.so: ({library}.so.0: cannot open shared object file: No such file or directory)"
    sentence = _missing_library(linker)
    assert f"library {library} is missing" in sentence
    assert f"{PACKAGES[library][0]} (Debian, Ubuntu)" in sentence


def test_other_failures_are_told_as_they_are():
    assert _missing_library("version `GLIBC_2.34' not found") == "Qt cannot start: version `GLIBC_2.34' not found."
