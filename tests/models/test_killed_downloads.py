"""Whenever a process is killed, the next one goes on from at most 1 MiB before."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO

import desktop
from tests.hub_server import Fault, HubServer
from tests.models.downloading import in_folder, model_bytes, offered

ROOT = Path(desktop.__file__).parents[1]
KILLS = 20
SIZE = 10 << 20  # bytes
STEP = SIZE // (KILLS + 2)
MOST_LOST = 1 << 20  # bytes
PATIENCE = 30.0  # seconds


def test_a_killed_download_goes_on(hub: HubServer, folder: Path) -> None:
    content = model_bytes(SIZE)
    file = offered(hub, content, faults=[Fault(rate=16 << 20)])
    command = [sys.executable, "-m", "tests.models.downloading_process", hub.endpoint, str(folder), json.dumps(asdict(file)), "many"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as forks:
        assert forks.stdin
        assert forks.stdout
        reached, lost = 0, []
        for kill in range(1, KILLS + 1):
            # In the middle of a block, at its end, and sometimes right after the answer began.
            start, end = killed(hub, forks.stdin, forks.stdout, 0 if kill % 7 == 0 else kill * STEP)
            lost.append(reached - start)
            reached = end
            assert not any(name.endswith(".gguf") for name in in_folder(folder))
        forks.stdin.write("\n")
        forks.stdout.readline()
        assert forks.stdout.readline() == "0\n"
    assert max(lost) <= MOST_LOST, lost
    assert in_folder(folder) == {"somebody--Model-GGUF/model.gguf": content}


def killed(hub: HubServer, asking: IO[str], told: IO[str], end: int) -> tuple[int, int]:
    """Start a process, kill it once so much of the file was sent to it or earlier ones, and return from where and how far it came."""
    requests, sent = len(hub.requests), hub.sent
    asking.write("\n")
    process = int(told.readline())
    wait_for(lambda: len(hub.requests) > requests)
    start = int(hub.requests[-1].headers.get("range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
    wait_for(lambda: start + hub.sent - sent >= end)
    os.kill(process, signal.SIGKILL)
    assert told.readline() == f"-{int(signal.SIGKILL)}\n"
    return start, start + hub.sent - sent


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.002)
