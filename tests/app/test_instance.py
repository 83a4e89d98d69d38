"""Commands between processes: what the running instance takes, what it refuses, and how it answers."""

import asyncio
import os
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app.aio import Loop
from desktop.app.commands.command import MOST_BYTES, Command, Exit, Outcome, Progress, Verb, Write
from desktop.app.commands.executing import DEFECT
from desktop.app.instance import decode_answer, server_name
from desktop.app.instance_client import ENDED, TOO_LONG, ask_instance
from desktop.app.instance_server import MOST_CONNECTIONS, UNKNOWN, InstanceServer
from desktop.app.tasks import TaskSet
from desktop.system.errors import RivuletError
from desktop.system.paths import AppPaths

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="looks at the socket's file")


class Instance:
    """A server whose commands do what the test says."""

    def __init__(self, loop: Loop, folder: Path) -> None:
        self.name = str(folder / "socket")
        self.commands: list[Command] = []
        self.ended: list[str] = []
        self.release = asyncio.Event()
        self._tasks = TaskSet(loop, lambda error: self.ended.append(error.sentence))
        self.server = InstanceServer(self.name, self._execute, lambda coroutine: self._tasks.spawn(coroutine, "command").cancel)

    async def _execute(self, command: Command, write: Write) -> Outcome:
        self.commands.append(command)
        try:
            if command.verb is Verb.RUN:
                for word in command.prompt.split():
                    write(f"{word} ")
                    await asyncio.sleep(0)
            if command.verb is Verb.FETCH_MODEL:
                write(Progress("x.gguf", 0.5, is_news=True))
            if command.verb is Verb.VERIFY:
                await self.release.wait()
            if command.verb is Verb.OPEN:
                raise ZeroDivisionError
        except asyncio.CancelledError:
            self.ended.append("cancelled")
            raise
        self.ended.append("done")
        return Outcome(Exit.DONE, {"verb": command.verb, "much": "x" * 300_000})

    def is_idle(self) -> bool:
        return not len(self._tasks) and not self.server._connections


@pytest.fixture
def short(tmp_path: Path) -> Iterator[Path]:
    """Return a folder whose path is short enough for a socket."""
    folder = Path(f"/tmp/rivulet-test-{os.getpid()}-{time.monotonic_ns()}")
    folder.mkdir(mode=0o700)
    yield folder
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


@pytest.fixture
def instance(loop: Loop, short: Path, qapp: QApplication) -> Iterator[Instance]:
    instance = Instance(loop, short)
    yield instance
    instance.server.close()
    until(instance.is_idle)
    instance.server.deleteLater()
    QTest.qWait(1)


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        QTest.qWait(2)


def beside(call: Callable[[], object]) -> list[object]:
    """Run a call in a thread, and the server's event loop meanwhile; return what the call returned."""
    results: list[object] = []
    thread = threading.Thread(target=lambda: results.append(call()))
    thread.start()
    until(lambda: not thread.is_alive())
    thread.join()
    return results


def raw(name: str, *parts: bytes) -> bytes:
    """Send bytes as they are and return all that is answered."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(15)
        connection.connect(name)
        answer = b""
        try:
            for part in parts:
                connection.sendall(part)
            while data := connection.recv(1 << 16):
                answer += data
        except (ConnectionResetError, BrokenPipeError):
            pass
        return answer


def test_a_command_is_carried_out_and_its_reply_streamed(instance: Instance) -> None:
    words: list[str] = []
    command = Command(Verb.RUN, prompt="one two three", max_tokens=3)
    [outcome] = beside(lambda: ask_instance(instance.name, command, words.append))
    assert isinstance(outcome, Outcome)
    assert outcome == Outcome(Exit.DONE, {"verb": "run", "much": "x" * 300_000})
    assert "".join(words) == "one two three "
    assert instance.commands == [command]
    until(instance.is_idle)


def test_a_command_that_fails_as_nothing_should_is_answered(instance: Instance, loop: Loop) -> None:
    failed: list[object] = []
    loop.set_exception_handler(lambda loop, context: failed.append(type(context["exception"])))
    [outcome] = beside(lambda: ask_instance(instance.name, Command(Verb.OPEN), print))
    assert outcome == Outcome(Exit.FAILED, error=DEFECT)
    until(instance.is_idle)
    assert failed == [ZeroDivisionError], "the log has it"


def test_how_far_a_command_is_is_told(instance: Instance) -> None:
    written: list[object] = []
    beside(lambda: ask_instance(instance.name, Command(Verb.FETCH_MODEL, repository="sea/tides", name="x.gguf"), written.append))
    assert written == ["", Progress("x.gguf", 0.5, is_news=True)]
    until(instance.is_idle)


def test_commands_go_side_by_side(instance: Instance) -> None:
    waiting: list[object] = []
    thread = threading.Thread(target=lambda: waiting.append(ask_instance(instance.name, Command(Verb.VERIFY), print)))
    thread.start()
    until(lambda: instance.commands)
    [outcome] = beside(lambda: ask_instance(instance.name, Command(Verb.LIST), print))
    assert outcome is not None
    assert not waiting
    instance.release.set()
    until(lambda: not thread.is_alive())
    assert len(waiting) == 1


def test_who_hangs_up_cancels(instance: Instance) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(instance.name)
        connection.sendall(Command(Verb.VERIFY).encode())
        until(lambda: instance.commands)
    until(lambda: instance.ended)
    assert instance.ended == ["cancelled"]


def test_what_nobody_waits_for_any_more_is_not_done(instance: Instance) -> None:
    with socket.socket(socket.AF_UNIX) as connection:  # while the instance is busy
        connection.connect(instance.name)
        connection.sendall(Command(Verb.DELETE, chat=1).encode())
    [outcome] = beside(lambda: ask_instance(instance.name, Command(Verb.LIST), print))
    assert outcome is not None
    assert [command.verb for command in instance.commands] == [Verb.LIST]
    until(instance.is_idle)


def test_a_server_that_ends_tells_so(instance: Instance) -> None:
    results: list[object] = []
    thread = threading.Thread(target=lambda: results.append(ask_instance(instance.name, Command(Verb.VERIFY), print)))
    thread.start()
    until(lambda: instance.commands)
    instance.server.close()
    until(lambda: not thread.is_alive())
    assert results == [Outcome(Exit.FAILED, error=ENDED, has_ended_early=True)]
    assert not Path(instance.name).exists()


@pytest.mark.parametrize(
    "line", [b"\n", b"hello\n", b"{}\n", b"\xff\x00\n", b"[" * 100_000 + b"\n", b'{"verb": "run"}\n', b'{"verb": "exec", "code": "x"}\n']
)
def test_what_is_no_command_is_refused(instance: Instance, expect_log: Callable[[str], None], line: bytes) -> None:
    expect_log("a command was refused")
    [answer] = beside(lambda: raw(instance.name, line))
    assert isinstance(answer, bytes)
    assert decode_answer(answer.rstrip(b"\n")) == Outcome(Exit.USAGE, error=UNKNOWN)
    assert instance.commands == []
    [outcome] = beside(lambda: ask_instance(instance.name, Command(Verb.LIST), print))
    assert outcome is not None, "it goes on"


def test_a_line_without_end_is_refused(instance: Instance, expect_log: Callable[[str], None]) -> None:
    expect_log("it is too long")
    beside(lambda: raw(instance.name, *[b"x" * (1 << 20)] * (MOST_BYTES // (1 << 20) + 1)))
    assert instance.commands == []
    until(instance.is_idle)


def test_only_the_first_command_of_a_connection_counts(instance: Instance) -> None:
    beside(lambda: raw(instance.name, Command(Verb.LIST).encode() + Command(Verb.SHOW, chat=1).encode()))
    assert [command.verb for command in instance.commands] == [Verb.LIST]


def test_who_says_nothing_is_hung_up_on(loop: Loop, short: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.app.instance_server.PATIENCE_MS", 50)
    instance = Instance(loop, short)
    assert beside(lambda: raw(instance.name, b'{"verb"')) == [b""]
    until(instance.is_idle)
    instance.server.close()
    instance.server.deleteLater()


def test_connections_are_bounded(instance: Instance) -> None:
    connections = [socket.socket(socket.AF_UNIX) for _ in range(MOST_CONNECTIONS)]
    for connection in connections:
        connection.connect(instance.name)
    until(lambda: len(instance.server._connections) == MOST_CONNECTIONS)
    assert beside(lambda: raw(instance.name, Command(Verb.LIST).encode())) == [b""]
    for connection in connections:
        connection.close()
    until(instance.is_idle)
    [outcome] = beside(lambda: ask_instance(instance.name, Command(Verb.LIST), print))
    assert outcome is not None


def test_the_socket_is_the_persons_alone_and_a_leftover_is_replaced(loop: Loop, short: Path, qapp: QApplication) -> None:
    os.umask(0o077)
    with socket.socket(socket.AF_UNIX) as leftover:
        leftover.bind(str(short / "socket"))
    instance = Instance(loop, short)
    assert stat.S_IMODE((short / "socket").stat().st_mode) & 0o077 == 0
    [outcome] = beside(lambda: ask_instance(instance.name, Command(Verb.LIST), print))
    assert outcome is not None
    instance.server.close()
    instance.server.deleteLater()


def test_a_place_where_it_cannot_listen(loop: Loop, short: Path, qapp: QApplication) -> None:
    with pytest.raises(RivuletError, match="Commands cannot reach"):
        Instance(loop, short / "missing")


def test_where_nobody_listens_nobody_answers(short: Path) -> None:
    assert ask_instance(str(short / "socket"), Command(Verb.LIST), print) is None
    with socket.socket(socket.AF_UNIX) as leftover:
        leftover.bind(str(short / "socket"))
    assert ask_instance(str(short / "socket"), Command(Verb.LIST), print) is None


def test_who_connects_and_never_answers_is_given_up(short: Path) -> None:
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(short / "socket"))
        mute.listen()
        assert ask_instance(str(short / "socket"), Command(Verb.LIST), print, patience=0.2) is None


def test_a_foreign_answer_is_a_failure(short: Path) -> None:
    with socket.socket(socket.AF_UNIX) as strange:
        strange.bind(str(short / "socket"))
        strange.listen()

        def answer() -> None:
            connection, _ = strange.accept()
            with connection:
                connection.sendall(b'{"code": 77, "result": {}, "error": ""}\n')
                connection.recv(1)

        thread = threading.Thread(target=answer)
        thread.start()
        outcome = ask_instance(str(short / "socket"), Command(Verb.LIST), print)
        thread.join()
    assert outcome is not None
    assert outcome.code is Exit.FAILED


def test_the_name_follows_from_the_data_directory(tmp_path: Path) -> None:
    short, long = AppPaths.under(Path("/tmp/a")), AppPaths.under(tmp_path / ("x" * 120))
    assert server_name(short) == "/tmp/a/socket"
    other = AppPaths.under(tmp_path / ("x" * 121))
    assert server_name(long) == server_name(AppPaths.under(tmp_path / "y" / ".." / ("x" * 120)))
    assert server_name(long) != server_name(other)
    assert len(os.fsencode(server_name(long))) <= 100
    assert stat.S_IMODE(Path(server_name(long)).parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o755, 0o770, None])
def test_a_folder_that_is_not_private_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int | None) -> None:
    monkeypatch.setattr("desktop.app.instance.SHARED", tmp_path)
    folder = tmp_path / f"rivulet-{os.getuid()}"
    if mode is None:  # a link to where somebody else wants it
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "elsewhere")
    else:
        folder.mkdir()
        folder.chmod(mode)
    with pytest.raises(PermissionError, match="not private"):
        server_name(AppPaths.under(tmp_path / ("x" * 120)))


def test_a_command_that_the_instance_would_refuse_for_its_length_is_not_sent(instance: Instance) -> None:
    [outcome] = beside(lambda: ask_instance(instance.name, Command(Verb.RUN, prompt="x" * MOST_BYTES), print))
    assert outcome == Outcome(Exit.USAGE, error=TOO_LONG)
    assert instance.commands == []


def test_who_cannot_write_the_reply_on_hangs_up(instance: Instance) -> None:
    def fail(text: str) -> None:
        if text:
            raise BrokenPipeError

    def ask() -> None:
        with pytest.raises(BrokenPipeError):
            ask_instance(instance.name, Command(Verb.RUN, prompt="word " * 5000), fail)

    beside(ask)
    until(lambda: instance.ended == ["cancelled"])
