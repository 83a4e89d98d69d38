"""A process for one look: what it may not do, and that it never outlives whoever asked for it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Timer

import pytest

from desktop.system import throwaway
from desktop.system.throwaway import Ended, Throwaway

linux = pytest.mark.skipif(sys.platform != "linux", reason="is Linux's")


@pytest.fixture
def ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that runs a program of a few lines, confined to 512 MB."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))

    def run(source: str, seconds: float = 20.0) -> Ended:
        begin = "import os, sys, time\nfrom desktop.system.confinement import confine, limit_processor\nconfine(512 << 20)\n"
        (tmp_path / "program.py").write_text(begin + source)
        return Throwaway("program", "an argument").run(seconds)

    return run


def test_it_tells_what_it_wrote_and_how_it_ended(ended) -> None:
    source = "print(sys.argv[1:])\nprint('no', file=sys.stderr)\nsys.exit(3)"
    assert ended(source) == Ended(3, "['an argument']\n", "no\n")


@pytest.mark.parametrize(("how", "sign"), [("os.abort()", signal.SIGABRT), ("os.kill(os.getpid(), 11)", signal.SIGSEGV)])
@linux
def test_it_may_die(ended, how: str, sign: int) -> None:
    assert ended(f"print('before', flush=True)\n{how}") == Ended(-sign, "before\n", "")


def test_one_that_does_not_end_is_ended(ended) -> None:
    assert ended("print('before', flush=True)\ntime.sleep(60)", 1.5) == Ended(None, "before\n", "")


def test_it_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "sleeping.py").write_text("import time\ntime.sleep(60)\n")
    process = Throwaway("sleeping")
    timer = Timer(0.2, process.stop)
    timer.start()
    began = time.monotonic()
    assert process.run(30).code is None
    assert time.monotonic() - began < 5
    timer.join()


def test_it_ends_where_the_wait_is_broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "sleeping.py").write_text("import time\ntime.sleep(60)\n")
    process = Throwaway("sleeping")

    def press(seconds: float) -> bool:
        raise KeyboardInterrupt

    begun: list[subprocess.Popen[bytes]] = []
    start = throwaway._start
    monkeypatch.setattr(throwaway, "_start", lambda *arguments: begun.append(start(*arguments)) or begun[-1])
    monkeypatch.setattr(process._is_stopped, "wait", press)
    with pytest.raises(KeyboardInterrupt):
        process.run(30)
    assert begun[0].wait(5) != 0


@linux
def test_it_has_no_network(ended) -> None:
    source = """
import socket
try:
    socket.create_connection(("127.0.0.1", int(PORT)), timeout=2)
except OSError as error:
    print(error.strerror)
"""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            pass  # from here it can be reached
        found = ended(source.replace("PORT", str(port)))
    assert found.output == "Network is unreachable\n", found


@linux
def test_memory_output_and_time_have_an_end(ended) -> None:
    assert "MemoryError" in ended("bytearray(1 << 30)").errors
    flood = ended("while True: sys.stdout.write('x' * 65536)")
    assert flood.code == 1
    assert len(flood.output) == 1 << 16
    assert ended("import resource\nprint(resource.getrlimit(resource.RLIMIT_CORE))").output == "(0, 0)\n"
    assert ended("limit_processor(1)\nsum(range(10 ** 12))").code == -signal.SIGXCPU


def test_it_gets_no_secrets(ended, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_TOKEN", "SOME_API_KEY", "DB_PASSWORD", "AWS_SECRET_ACCESS"):
        monkeypatch.setenv(name, "canary")
    assert ended("print('canary' in repr(dict(os.environ)))").output == "False\n"


@linux
@pytest.mark.parametrize("is_stuck", [False, True])
def test_it_ends_with_its_parent(tmp_path: Path, is_stuck: bool) -> None:
    work = "sum(range(10 ** 12))" if is_stuck else "time.sleep(60)"  # the first lets no other thread run
    (tmp_path / "child.py").write_text(
        "import os, time\nfrom pathlib import Path\nfrom desktop.system.confinement import confine\nconfine(1 << 30)\n"
        f"Path({str(tmp_path / 'pid')!r}).write_text(f'{{os.getpid()}}.')\n{work}\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    program = "from desktop.system.throwaway import Throwaway; Throwaway('child').run(60)"
    with subprocess.Popen([sys.executable, "-c", program], env=environment) as parent:
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().endswith("."):
            time.sleep(0.01)
        parent.kill()
    child = Path("/proc", (tmp_path / "pid").read_text().rstrip("."))
    deadline = time.monotonic() + 5
    while child.exists() and "Z" not in (child / "stat").read_text():
        assert time.monotonic() < deadline, "it goes on alone"
        time.sleep(0.01)
