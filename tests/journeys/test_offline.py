"""The proof that nothing is asked of any network: what the system was asked for while Rivulet ran, with all that it shows opened."""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

TRACED = ("-f", "-qq", "--seccomp-bpf", "-e", "trace=socket,connect,sendto,bind")
CONTROL = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(); socket.socket(socket.AF_UNIX).close()"


@cache
def means() -> str:
    """Return what can prove it here; empty: nothing."""
    ways = {"strace": ["strace", *TRACED, "-o", "/dev/null", "true"], "unshare": ["unshare", "--map-root-user", "--net", "true"]}
    for way, trial in ways.items():
        if shutil.which(way) and subprocess.run(trial, capture_output=True, timeout=60).returncode == 0:
            return way
    return ""


def asked(commands: Mapping[tuple[str, ...], int], folder: Path) -> list[str]:
    """Run commands beside each other until they end with these codes, and return the system calls that asked for a network."""
    if not means():
        pytest.skip("neither strace nor unshare can be used here")
    traces = [folder / f"{number}.trace" for number in range(len(commands))]
    prefixes = [
        ["strace", *TRACED, "-o", str(trace)] if means() == "strace" else ["unshare", "--map-root-user", "--net"] for trace in traces
    ]
    with ExitStack() as stack:
        processes = []
        for prefix, command in zip(prefixes, commands, strict=True):
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
            processes.append(stack.enter_context(subprocess.Popen([*prefix, sys.executable, *command], **pipes)))
            stack.callback(processes[-1].kill)
        for process, code in zip(processes, commands.values(), strict=True):
            said, _ = process.communicate(timeout=100)
            assert process.returncode == code, said
    calls = [call for trace in traces if trace.exists() for call in trace.read_text().splitlines()]
    return [call for call in calls if re.search("AF_INET|AF_NETLINK|AF_PACKET", call)]


def test_a_network_socket_would_be_seen(tmp_path: Path) -> None:
    assert len(asked({("-c", CONTROL): 0}, tmp_path)) == (1 if means() == "strace" else 0)


def test_no_network_is_asked_for_without_a_click_nor_where_it_is_forbidden(tmp_path: Path, brief: Path) -> None:
    window = ("-m", "tests.journeys.child", "looked_around", str(tmp_path / "window"), str(brief), "qwen")
    program = ("-m", "desktop.app", "--data-dir")
    run = (*program, str(tmp_path / "run"), "--model", str(brief), "run", "--max-tokens", "4", "Hello")
    (tmp_path / "fetch").mkdir()
    (tmp_path / "fetch" / "settings.json").write_text('{"is_offline": true}')
    fetch = (*program, str(tmp_path / "fetch"), "models", "fetch", "Qwen/Qwen3-0.6B-GGUF", "Qwen3-0.6B-Q8_0.gguf")
    assert asked({window: 0, run: 0, fetch: 1}, tmp_path) == []
