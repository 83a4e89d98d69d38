"""Examinations that begin where all is imported already: a process that forks for each, so that a hundred take seconds.

python -m tests.chat.fork_server: a line of JSON, a path, comes in; a line with what became of it goes out.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

from desktop.system.threads import in_thread
from desktop.system.throwaway import Ended

SERVERS = 2


class ForkServer:
    """Such a process."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.chat.fork_server"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, path: str) -> tuple[Ended, int, float]:
        """Return how an examination ended, the most bytes of memory it had, and its seconds of the processor."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(path) + "\n")
        self._process.stdin.flush()
        code, output, errors, memory, seconds = json.loads(self._process.stdout.readline())
        return Ended(code, output, errors), memory, seconds

    def close(self) -> None:
        self._process.communicate()


class ForkServers:
    """In place of Throwaway: as many examinations at a time as there are servers."""

    def __init__(self) -> None:
        self.most_memory = 0
        self.seconds: dict[str, float] = {}  # of the processor, by path
        self._free: Queue[ForkServer] = Queue()
        self._all = [ForkServer() for _ in range(SERVERS)]
        for server in self._all:
            self._free.put(server)

    def __call__(self, _module: str, path: str, _size: str) -> "_Forked":
        return _Forked(self, path)

    def run(self, path: str) -> Ended:
        server = self._free.get()
        ended, memory, self.seconds[path] = server.run(path)
        self._free.put(server)
        self.most_memory = max(self.most_memory, memory)
        return ended

    def close(self) -> None:
        for server in self._all:
            server.close()


class _Forked:
    def __init__(self, servers: ForkServers, path: str) -> None:
        self._servers, self._path = servers, path

    async def ended(self, thread: str, _seconds: float) -> Ended:
        return await in_thread(thread, lambda: self._servers.run(self._path))


@contextmanager
def fork_servers() -> Iterator[ForkServers]:
    servers = ForkServers()
    try:
        yield servers
    finally:
        servers.close()


def _serve() -> None:
    import desktop.inference.binding
    import desktop.inference.prompt  # noqa: F401
    from desktop.inference.examination import _main, seconds_for

    for line in sys.stdin:
        path = json.loads(line)
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            reading, writing = os.pipe()
            child = os.fork()
            if not child:
                for own, of in ((0, reading), (1, output.fileno()), (2, errors.fileno())):
                    os.dup2(of, own)
                os.close(writing)
                os.closerange(3, 64)
                try:
                    os._exit(_main([path, str(os.path.getsize(path))]))
                except BaseException:  # noqa: BLE001 - as the interpreter does
                    os._exit(1)
            os.close(reading)
            deadline = time.monotonic() + seconds_for(os.path.getsize(path))
            while True:
                ended, status, usage = os.wait4(child, os.WNOHANG)
                if ended:
                    code: int | None = os.waitstatus_to_exitcode(status)
                    break
                if time.monotonic() > deadline:
                    os.kill(child, signal.SIGKILL)
                    _, status, usage = os.wait4(child, 0)
                    code = None
                    break
                time.sleep(0.002)
            os.close(writing)
            texts = []
            for file in (output, errors):
                file.seek(0)
                texts.append(file.read().decode("utf-8", "replace"))
            sys.stdout.write(json.dumps([code, *texts, usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime]) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    os.environ["GGML_NO_BACKTRACE"] = "1"
    _serve()
