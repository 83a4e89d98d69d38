"""The running application's ear for commands: what would write to its data directory is done by it alone."""

import logging
import select
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from desktop.app.commands.command import MOST_BYTES, Command, Exit, Outcome, Write
from desktop.app.commands.executing import DEFECT
from desktop.app.instance import encode_begun, encode_outcome, encode_piece
from desktop.system.errors import RivuletError
from desktop.system.words import say

log = logging.getLogger(__name__)

Execute = Callable[[Command, Write], Awaitable[Outcome]]
Start = Callable[[Coroutine[Any, Any, None]], Callable[[], object]]

MOST_CONNECTIONS = 16
PATIENCE_MS = 5_000  # from connecting to the whole command, and from the answer to its being read
UNKNOWN = "The running Rivulet does not know this command; it may be another version."


class InstanceServer(QObject):
    """Take commands from other processes of the person. To be made while the data directory is locked.

    Args:
        name: where to listen, from server_name(); whatever lies there is left over from a process that ended badly.
        execute: carries out a command; gets what takes what it writes meanwhile.
        start: runs a coroutine, and returns what cancels it.

    Raises RivuletError where it cannot listen.
    """

    def __init__(self, name: str, execute: Execute, start: Start) -> None:
        super().__init__()
        self._execute, self._start = execute, start
        self._connections: set[_Connection] = set()
        self._server = QLocalServer(self)
        if sys.platform == "win32":  # elsewhere the folder is private, and a temporary one would make the path too long
            self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        else:
            QLocalServer.removeServer(name)
        self._server.newConnection.connect(self._on_server_connected)
        if not self._server.listen(name):
            raise RivuletError(
                say("Commands cannot reach this window ({reason}). Everything else works.", reason=self._server.errorString())
            )

    def close(self) -> None:
        """Take no more commands, and end those that are under way."""
        self._server.close()
        for connection in list(self._connections):
            connection.close()

    def _on_server_connected(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            if len(self._connections) >= MOST_CONNECTIONS:
                socket.abort()
                socket.deleteLater()
                continue
            connection = _Connection(socket, self._execute, self._start, self._connections.discard)
            self._connections.add(connection)
            connection.begin()


class _Connection(QObject):
    """One command: read, carried out, answered."""

    def __init__(self, socket: QLocalSocket, execute: Execute, start: Start, on_closed: Callable[["_Connection"], None]) -> None:
        super().__init__()
        self._socket, self._execute, self._start, self._on_closed = socket, execute, start, on_closed
        self._received = bytearray()
        self._cancel: Callable[[], object] | None = None
        self._is_closed = self._has_answered = False
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self.close)
        self._patience.start()
        socket.setParent(self)
        socket.readyRead.connect(self._on_socket_ready)
        socket.disconnected.connect(self.close)

    def begin(self) -> None:
        """Look at what came before anybody listened."""
        self._on_socket_ready()

    def close(self) -> None:
        """End the command and the connection. Does nothing the second time."""
        if self._is_closed:
            return
        self._is_closed = True
        self._patience.stop()
        if self._cancel is not None:
            self._cancel()
        self._socket.abort()
        self._on_closed(self)
        self.deleteLater()

    def _on_socket_ready(self) -> None:
        data = bytes(self._socket.readAll().data())
        if self._cancel is not None or self._has_answered:  # nothing is expected any more
            return
        self._received += data
        line, newline, _ = self._received.partition(b"\n")
        if not newline and len(line) <= MOST_BYTES:
            return
        try:
            if len(line) > MOST_BYTES:
                raise ValueError("it is too long")
            command = Command.decode(bytes(line))
        except ValueError as error:
            log.warning("a command was refused: %s", error)
            self._finish(Outcome(Exit.USAGE, error=UNKNOWN))
            return
        if _has_hung_up(self._socket):  # while this process was busy; whoever asked was told that nothing was done
            self.close()
            return
        self._patience.stop()
        self._write(encode_begun())
        self._cancel = self._start(self._carry_out(command))

    async def _carry_out(self, command: Command) -> None:
        try:
            outcome = await self._execute(command, lambda piece: self._write(encode_piece(piece)))
        except Exception:
            self._finish(Outcome(Exit.FAILED, error=DEFECT))  # whoever asked waits for an answer
            raise
        self._finish(outcome)

    def _finish(self, outcome: Outcome) -> None:
        """Write the last line; the connection closes once it is read."""
        self._has_answered, self._cancel = True, None
        self._write(encode_outcome(outcome))
        if not self._is_closed:
            self._patience.start()
            self._socket.disconnectFromServer()

    def _write(self, line: bytes) -> None:
        if not self._is_closed:
            self._socket.write(QByteArray(line))
            self._socket.flush()


def _has_hung_up(socket: QLocalSocket) -> bool:
    """Tell whether the other end is closed already, which Qt tells only once everything was read."""
    if sys.platform == "win32":
        return False
    poll = select.poll()
    poll.register(int(socket.socketDescriptor()), 0)
    return any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0))
