"""llama.cpp's server as a process of the benchmark, and the few requests that it needs."""

import http.client
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_SECONDS = 300
STOP_SECONDS = 30
ANSWER_SECONDS = 3600
HOST = "127.0.0.1"


class RefusedError(Exception):
    """The server answers with an error."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What a request took."""

    first_token_s: float  # from the request
    prompt_tokens: int  # decoded of the prompt, by the server's own count
    prompt_s: float  # that decoding those took


class LlamaServer:
    """A running server with one slot."""

    def __init__(self, port: int) -> None:
        self._port = port

    def complete(self, ids: list[int], count: int = 1) -> Completion:
        """Generate so many tokens after ids."""
        body = {"prompt": ids, "n_predict": count, "cache_prompt": True, "stream": True, "id_slot": 0}
        data = json.dumps(body | {"temperature": 0, "samplers": ["temperature"], "return_tokens": True}).encode()
        first, last = 0.0, dict[str, Any]()
        begun = time.perf_counter()
        with self._response("POST", "/completion", data) as response:
            for line in response:
                if line.startswith(b"data: "):
                    last = json.loads(line[len(b"data: ") :])
                    first = first or (time.perf_counter() - begun if last.get("tokens") else 0.0)
        if not first or not last.get("stop"):
            raise RuntimeError(f"llama-server broke off: {last}")
        return Completion(first, last["timings"]["prompt_n"], last["timings"]["prompt_ms"] / 1000)

    def save(self, name: str, tokens: int) -> int:
        """Save the slot, which must have so many tokens, to a file of this name; return its bytes."""
        answer = self._slot("save", name)
        assert answer["n_saved"] == tokens, "the token that was sampled last is not part of it: nothing needs to be taken back"
        return int(answer["n_written"])

    def restore(self, name: str) -> float:
        """Restore the slot from a file; return the seconds that the request took."""
        begun = time.perf_counter()
        self._slot("restore", name)
        return time.perf_counter() - begun

    def is_ready(self) -> bool:
        """Tell whether the model is loaded."""
        try:
            with self._response("GET", "/health"):
                return True
        except (OSError, RefusedError):
            return False

    def _slot(self, action: str, name: str) -> Any:
        with self._response("POST", f"/slots/0?action={action}", json.dumps({"filename": name}).encode()) as response:
            return json.loads(response.read())

    @contextmanager
    def _response(self, method: str, path: str, data: bytes | None = None) -> Iterator[http.client.HTTPResponse]:
        """Make a request on a connection of its own: after a stream the server closes it without saying so."""
        connection = http.client.HTTPConnection(HOST, self._port, timeout=ANSWER_SECONDS)
        try:
            connection.request(method, path, data, {"Content-Type": "application/json"})
            response = connection.getresponse()
            if response.status != http.client.OK:
                raise RefusedError(f"llama-server answers {response.status} to {path}: {response.read().decode()}")
            yield response
        finally:
            connection.close()


@contextmanager
def llama_server(build: Path, model: Path, slots: Path, context_tokens: int, threads: int) -> Iterator[LlamaServer]:
    """Start a server on the loopback interface, and end it after use.

    Its cache in RAM is off: it is empty after a restart, and would only cost time before the first token.
    """
    slots.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    command = [_executable(build), "--model", model, "--ctx-size", context_tokens, "--parallel", 1, "--cache-ram", 0]
    command += ["--threads", threads, "--threads-batch", threads, "--slot-save-path", slots, "--host", HOST, "--port", port]
    log = slots / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    server = LlamaServer(port)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not server.is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("llama-server did not start:\n" + log.read_text(errors="replace")[-2000:])
            time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def device(build: Path) -> str:
    """Return what a server of this build computes on: its first GPU, or "CPU"."""
    answer = subprocess.run([_executable(build), "--list-devices"], capture_output=True, text=True, check=True)
    devices = [line.strip() for line in answer.stdout.splitlines() if ": " in line]  # "  CUDA0: NVIDIA ... (... MiB, ...)"
    return devices[0] if devices else "CPU"


def _executable(build: Path) -> Path:
    return build.resolve() / "bin" / "llama-server"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
