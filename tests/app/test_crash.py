import re
import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, pathlib, sys, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop.app.aio import drive, make_loop
from desktop.app.crash import CrashHooks
from desktop.system.logs import open_log

logs = pathlib.Path(sys.argv[1])
close_log = open_log(logs)
hooks = CrashHooks(logs, on_defect=lambda: print("defect", flush=True))
loop = make_loop(application := QApplication([]))
hooks.watch(loop)

def fail(message="a defect"):
    raise ZeroDivisionError(message)

{}

drive(loop, asyncio.sleep(0.1), timeout=10)
hooks.close()
loop.close()
close_log()
"""

SOURCES = {
    "the window's thread": "QTimer.singleShot(0, fail)",
    "thread counter": "thread = threading.Thread(target=fail, name='counter'); thread.start(); thread.join()",
    r"the event loop \(Exception in callback fail\(\)": "loop.call_soon(fail)",
}


def run(program, logs):
    return subprocess.run([sys.executable, "-c", program, str(logs)], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("source", SOURCES)
def test_whatever_nobody_caught_goes_to_the_log(paths, source):
    result = run(PROGRAM.format(SOURCES[source]), paths.logs)
    assert (result.returncode, result.stdout, result.stderr) == (0, "defect\n", "")
    text = (paths.logs / "rivulet.log").read_text()
    assert re.search(f"CRITICAL .* Unexpected error in {source}", text)
    assert "ZeroDivisionError: a defect" in text
    left = (paths.logs / "crash.log").read_text()
    assert f"Unexpected error in {source.partition(' ' + chr(92))[0]}\n" in left
    assert "builtins.ZeroDivisionError\n" in left
    assert " in fail\n" in left


@pytest.mark.parametrize(
    "source", ["loop.call_soon(fail, 'my secret sentence')", "QTimer.singleShot(0, lambda: fail('my secret sentence'))"]
)
def test_what_an_error_quotes_is_in_no_crash_file(paths, source):
    run(PROGRAM.format(source), paths.logs)
    assert "my secret sentence" in (paths.logs / "rivulet.log").read_text(), "it was raised"
    left = (paths.logs / "crash.log").read_text()
    assert "ZeroDivisionError" in left
    assert "my secret sentence" not in left


def test_a_native_crash_leaves_its_stack(paths):
    result = run(PROGRAM.format("import ctypes; ctypes.string_at(0)"), paths.logs)
    assert result.returncode < 0
    assert "string_at" in (paths.logs / "crash.log").read_text()


def test_a_run_that_ends_well_leaves_nothing(paths):
    result = run(PROGRAM.format("assert (logs / 'crash.log').stat().st_size > 0"), paths.logs)
    assert (result.returncode, result.stderr) == (0, "")
    assert not (paths.logs / "crash.log").exists()


def test_what_llama_cpp_says_before_it_ends_the_process_is_kept(paths):
    program = """
from desktop.inference.binding import Library
from llama_cpp._ggml import libggml
library = Library(hooks.note_abort)
libggml.ggml_abort(b"/src/ggml.c", 12, b"GGML_ASSERT(%s) failed", b"a == b")
"""
    result = run(PROGRAM.format(program), paths.logs)
    assert result.returncode < 0
    assert "/src/ggml.c:12: GGML_ASSERT(a == b) failed" in result.stderr, "who looks at a terminal sees it too"
    left = (paths.logs / "crash.log").read_text()
    assert "llama.cpp ended the process: /src/ggml.c:12: GGML_ASSERT(a == b) failed\n" in left
    assert "Fatal Python error: Aborted" in left


def test_without_room_for_the_crash_file_all_goes_on(paths):
    (paths.logs / "crash.log").mkdir()
    source = "\n".join([SOURCES["thread counter"], "hooks.note_abort('x')", "hooks.close_file()", "hooks.open_file()"])
    result = run(PROGRAM.format(source), paths.logs)
    assert (result.returncode, result.stdout, result.stderr) == (0, "defect\n", "")
    text = (paths.logs / "rivulet.log").read_text()
    assert (text.count("there is no crash file"), text.count("ZeroDivisionError: a defect")) == (2, 1)


def test_a_keyboard_interrupt_stays_one(paths):
    result = run(PROGRAM.format("raise KeyboardInterrupt"), paths.logs)
    assert result.returncode != 0
    assert "KeyboardInterrupt" in result.stderr
    assert (paths.logs / "rivulet.log").read_text() == ""


def test_a_defect_that_cannot_be_shown_is_logged_all_the_same(paths):
    program = PROGRAM.replace('print("defect", flush=True)', "fail()").format(SOURCES["thread counter"])
    result = run(program, paths.logs)
    assert result.returncode == 0
    text = (paths.logs / "rivulet.log").read_text()
    assert (text.count("CRITICAL"), text.count("A defect could not be shown")) == (1, 1)
