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

def fail():
    raise ZeroDivisionError("a defect")

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


def test_a_native_crash_leaves_its_stack(paths):
    result = run(PROGRAM.format("import ctypes; ctypes.string_at(0)"), paths.logs)
    assert result.returncode < 0
    assert "string_at" in (paths.logs / "crash.log").read_text()


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
