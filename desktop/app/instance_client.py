"""Have the running instance carry out a command, and read its answer."""

from time import monotonic

from desktop.app.commands.command import MOST_BYTES, Command, Exit, Outcome, Write
from desktop.app.instance import MOST_ANSWER_BYTES, decode_answer

CONNECT_MS = 500
BEGIN_SECONDS = 5.0  # until the instance says that it has begun
POLL_MS = 100
TOO_LONG = "The message is too long for the running Rivulet. Nothing was done; shorten it."
ENDED = "Rivulet ended before the command was done. What was done until then is kept."


def ask_instance(name: str, command: Command, write: Write, patience: float = BEGIN_SECONDS) -> Outcome | None:
    """Return the outcome of a command that the instance listening there carries out; None where none answers.

    write gets what comes before that; patience: seconds until it must have begun. Needs no event loop and no QApplication.
    """
    from PySide6.QtNetwork import QLocalSocket  # only where there is an instance

    if len(line := command.encode()) > MOST_BYTES:
        return Outcome(Exit.USAGE, error=TOO_LONG)
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(CONNECT_MS):
        return None
    socket.write(line)
    socket.flush()
    received, has_begun, deadline = bytearray(), False, monotonic() + patience
    try:
        while has_begun or monotonic() < deadline:
            is_open = socket.waitForReadyRead(POLL_MS) or socket.state() is QLocalSocket.LocalSocketState.ConnectedState
            received += bytes(socket.readAll().data())
            while b"\n" in received:
                one, _, received = received.partition(b"\n")
                answer = decode_answer(bytes(one))
                if isinstance(answer, Outcome):
                    return answer
                has_begun = True
                write(answer)
            if len(received) > MOST_ANSWER_BYTES:
                raise ValueError("the answer is too long")
            if not is_open:
                return Outcome(Exit.FAILED, error=ENDED, has_ended_early=True) if has_begun else None
    except ValueError:
        return Outcome(Exit.FAILED, error="The running Rivulet gave an answer that this one does not understand.")
    finally:
        socket.abort()
    return None
