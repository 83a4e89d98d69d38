"""A real HTTP server in threads of its own: files with Range, ETag and faults, and routes that others add."""

import gzip
import hashlib
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

BLOCK = 1 << 14  # bytes that are sent at once


@dataclass(frozen=True)
class Request:
    path: str  # unquoted, without the query
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]  # names in small letters


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a file. The next `times` requests for it have it, the later ones have not."""

    status: int = 0  # instead of the file
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""  # with the status
    cut_at: int | None = None  # byte of the file at which the connection is dropped
    stall_at: int | None = None  # byte of the file at which nothing more comes, while the connection stays
    rate: int | None = None  # bytes a second
    no_range: bool = False  # answers 200 with all of it
    no_if_range: bool = False  # goes on with whatever the file is now
    no_length: bool = False  # the end of the connection is the end of the file
    packs: bool = False  # gzip, whatever was asked for
    content_type: str = "application/octet-stream"
    redirect: str = ""  # an address; {path} is put in
    times: int = 1 << 30


@dataclass
class Served:
    """A file of a repository."""

    content: bytes
    etag: str = ""  # empty: one of the content
    faults: list[Fault] = field(default_factory=list)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def tag(self) -> str:
        return self.etag or f'"{self.digest}"'

    def next_fault(self) -> Fault:
        if not self.faults:
            return Fault()
        fault = self.faults[0]
        if fault.times <= 1:
            self.faults.pop(0)
        else:
            self.faults[0] = Fault(**{**fault.__dict__, "times": fault.times - 1})
        return fault


def trusting_nobody() -> ssl.SSLContext:
    """Return what checks certificates by no authority, without the time that reading the usual ones takes."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class HubServer:
    """Serve `files` by path ("/owner/name/resolve/revision/file"), and answers of `routes`, the first that has one."""

    def __init__(self) -> None:
        self.files: dict[str, Served] = {}
        self.routes: list[Callable[[Request], Answer | None]] = []
        self.requests: list[Request] = []
        self.sent = 0  # bytes of bodies
        self.is_closing = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="hub-server")

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def add(self, repository: str, revision: str, name: str, content: bytes, *faults: Fault) -> Served:
        served = self.files[f"/{repository}/resolve/{revision}/{name}"] = Served(content, faults=list(faults))
        return served

    def ranges(self) -> list[str]:
        """Return what was asked for of files, in order: the Range headers, empty where all."""
        return [request.headers.get("range", "") for request in self.requests if "/resolve/" in request.path]

    @contextmanager
    def running(self) -> Iterator["HubServer"]:
        self._thread.start()
        try:
            yield self
        finally:
            self.is_closing.set()
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them

    def __init__(self, hub: HubServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hub = hub


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5  # seconds for a connection that asks nothing more
    server: "_Server"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        request = Request(unquote(parts.path), parse_qs(parts.query), {name.lower(): value for name, value in self.headers.items()})
        self.server.hub.requests.append(request)
        try:
            self._answer(request)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _answer(self, request: Request) -> None:
        for route in self.server.hub.routes:
            if answer := route(request):
                return self._send(answer)
        served = self.server.hub.files.get(request.path)
        if served is None:
            return self._send(Answer(404, b"Entry not found"))
        fault = served.next_fault()
        if fault.redirect:
            return self._send(Answer(302, b"", {"Location": fault.redirect.format(path=self.path), **fault.headers}))
        if fault.status:
            return self._send(Answer(fault.status, fault.body, fault.headers))
        return self._send_file(request, served, fault)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def _send_file(self, request: Request, served: Served, fault: Fault) -> None:
        content, start = served.content, 0
        asked = request.headers.get("range", "")
        if asked and not fault.no_range and (fault.no_if_range or request.headers.get("if-range", served.tag) == served.tag):
            start = int(asked.removeprefix("bytes=").partition("-")[0])
            if start >= len(content):
                return self._send(Answer(416, b"", {"Content-Range": f"bytes */{len(content)}"}))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        body = content[start:]
        if fault.packs:
            body = gzip.compress(body, 1)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", fault.content_type)
        self.send_header("ETag", served.tag)
        if fault.no_length:
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(body)))
        for name, value in fault.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self._send_body(body, start, fault)

    def _send_body(self, body: bytes, start: int, fault: Fault) -> None:
        ends = [place - start for place in (fault.cut_at, fault.stall_at) if place is not None]
        end = max(0, min([len(body), *ends]))
        began = time.monotonic()
        step = min(BLOCK, max(1, fault.rate // 50)) if fault.rate else BLOCK
        for at in range(0, end, step):
            block = body[at : min(at + step, end)]
            self.wfile.write(block)
            self.server.hub.sent += len(block)
            if fault.rate and self.server.hub.is_closing.wait(max(0.0, began + (at + len(block)) / fault.rate - time.monotonic())):
                break
        if end < len(body):
            self.wfile.flush()
            if fault.stall_at is not None and end == fault.stall_at - start:
                self.server.hub.is_closing.wait()
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass
