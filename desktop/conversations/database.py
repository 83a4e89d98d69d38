"""SQLite on one thread with one connection: the only module that knows which SQLite it is.

One connection writes, reads and checkpoints: with two, SQLite up to 3.51.2 can lose a WAL that is just being reset.
Whatever offers the interface of the sqlite3 module, an encrypted SQLite for one, can take its place here.
"""

import asyncio
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from sqlite3 import Connection as Connection
from typing import TypeVar

from desktop.conversations.errors import DamagedDatabaseError, DiskFullError, StorageError
from desktop.conversations.folding import indexed
from desktop.system.errors import StartError
from desktop.system.words import say

VERSION = sqlite3.sqlite_version

T = TypeVar("T")
Job = Callable[[Connection], T]

_log = logging.getLogger(__name__)

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_EXPECTED = {
    sqlite3.SQLITE_BUSY: say("another program is using the file"),
    sqlite3.SQLITE_CANTOPEN: say("the file cannot be opened"),
    sqlite3.SQLITE_CORRUPT: say("the file is damaged"),
    sqlite3.SQLITE_IOERR: say("the disk reports an error"),
    sqlite3.SQLITE_LOCKED: say("another program is using the file"),
    sqlite3.SQLITE_NOTADB: say("the file is damaged"),
    sqlite3.SQLITE_PERM: say("the file may not be written"),
    sqlite3.SQLITE_READONLY: say("the file may not be written"),
}


class DatabaseThread:
    """Run jobs one after the other, each in its own transaction, on a thread that owns the connection."""

    def __init__(self, connect: Callable[[], Connection], on_error: Callable[[StorageError], None]) -> None:
        """Start the thread and wait until connect has returned there.

        on_error is called in the thread when a posted job failed. Raises what connect raises; SQLite's own errors
        become StartError.
        """
        self._connect = connect
        self.on_error = on_error
        self._lock = threading.Lock()
        self._closed = False
        self._queue: SimpleQueue[Callable[[Connection], None] | None] = SimpleQueue()
        opened: Future[None] = Future()
        # A daemon: a disk that hangs must not keep the process; close() is what waits.
        self._thread = threading.Thread(target=self._serve, args=(opened,), name="database", daemon=True)
        self._thread.start()
        try:
            opened.result()
        except BaseException as error:
            self._thread.join()
            if not isinstance(error, sqlite3.Error):
                raise
            raise StartError(f"The conversations cannot be opened: {_reason(error)}. Nothing was changed.") from error

    async def run(self, job: Job[T]) -> T:
        """Return a job's result once it is committed; what the job raised is raised here.

        Any asyncio loop may await it. Cancelling does not take the job back. Raises StorageError where SQLite fails
        for a reason that lies outside the application, or after close().
        """
        return await self._ask(lambda connection: transact(connection, job))

    async def checkpoint(self) -> None:
        """Return when all that was written is in the database's file and its write-ahead log is empty. Raises StorageError."""
        await self._ask(_checkpoint)

    async def _ask(self, ask: Job[T]) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def deliver(set_outcome: Callable[[], None]) -> None:
            def settle() -> None:
                if not future.done():
                    set_outcome()

            try:
                loop.call_soon_threadsafe(settle)
            except RuntimeError:
                _log.debug("A job's result came after its event loop was closed")

        def work(connection: Connection) -> None:
            try:
                result = ask(connection)
            except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked is told
                told = _translated(error)
                deliver(lambda: future.set_exception(told))
            else:
                deliver(lambda: future.set_result(result))

        if not self._put(work):
            raise _closed_error()
        return await future

    def post(self, job: Job[object], failed: Callable[[], None] | None = None) -> None:
        """Have a job run and return at once; may be called from any thread.

        An error is logged and goes to on_error; where the storage is at fault, failed is called before that, in the
        database's thread: the job may be run again.
        """

        def work(connection: Connection) -> None:
            try:
                transact(connection, job)
            except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked is told
                _log.exception("A posted job failed")
                told = _translated(error)
                if not isinstance(told, StorageError):
                    told = StorageError(say("A change could not be saved; the log has the details. What was saved before is kept."))
                elif failed is not None:
                    failed()
                self.on_error(told)

        if not self._put(work):
            _log.error("A job was posted after the database was closed")
            self.on_error(_closed_error())

    def close(self, timeout: float) -> bool:
        """Finish all that was asked for, checkpoint, close and join; return whether that took at most timeout seconds.

        May be called from any thread but the database's own, and again.
        """
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _put(self, work: Callable[[Connection], None]) -> bool:
        with self._lock:  # nothing may slip in behind the sentinel, where it would be lost without a word
            if not self._closed:
                self._queue.put(work)
            return not self._closed

    def _serve(self, opened: "Future[None]") -> None:
        try:
            connection = self._connect()
        except BaseException as error:  # noqa: BLE001 - raised again where the thread was started
            opened.set_exception(error)
            return
        opened.set_result(None)
        del opened
        with closing(connection):
            while (work := self._queue.get()) is not None:
                try:
                    work(connection)
                except Exception:  # noqa: BLE001 - the thread must go on
                    _log.exception("A callback of the database failed")
                del work  # else the last job's arguments live until the next one
            try:  # closing does the same, but keeps its errors to itself
                _checkpoint(connection)
            except sqlite3.Error:
                _log.exception("The database could not be checkpointed; its changes stay in the -wal file")


def _checkpoint(connection: Connection) -> None:
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def transact(connection: Connection, job: Job[T]) -> T:
    """Run a job in a transaction of its own, which is rolled back if it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = job(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have rolled back already
            connection.execute("ROLLBACK")
        raise
    return result


def connect(path: Path) -> Connection:
    """Open a database for writing, made if there is none, readable by its owner alone.

    The connection belongs to the calling thread.
    """
    _make_private(path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA busy_timeout = 5000")  # milliseconds
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return _prepared(connection)


def connect_in_memory() -> Connection:
    """Open an empty database of which nothing is ever written to a file; it belongs to the calling thread."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA temp_store = MEMORY")  # else a large sort goes to a file
    return _prepared(connection)


def _prepared(connection: Connection) -> Connection:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
    connection.create_function("indexed", 1, indexed, deterministic=True)
    return connection


def examine(path: Path) -> int | None:
    """Return an existing database's user_version without touching it; None where there is no file, or an empty one.

    Raises DamagedDatabaseError.
    """
    if not path.exists() or path.stat().st_size == 0:
        return None
    if path.stat().st_size < 512:  # less than a page, which SQLite takes for an empty database and overwrites
        raise _damaged(path)
    # Without immutable, reading would leave a -wal and a -shm file; with it, what stands in a -wal is not seen.
    wal = Path(f"{path}-wal")
    how = "mode=ro" if wal.exists() and wal.stat().st_size else "mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)) as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            flaw = connection.execute("PRAGMA quick_check(1)").fetchone()[0]  # 0.06 s for 200 MB
    except sqlite3.Error as error:
        if _code(error) in _DAMAGE:
            raise _damaged(path) from error
        raise
    if flaw != "ok":
        _log.info("%s: %s", path, flaw)
        raise _damaged(path)
    if version == 0 and tables:
        raise DamagedDatabaseError(f"{path} is a database of another program. It was not touched. Move it away to start.")
    return version


def copy(connection: Connection, target: Path) -> None:
    """Copy a whole database, the changes in its WAL included; the copy appears at target complete or not at all."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    _make_private(part)
    with closing(sqlite3.connect(part)) as copied:
        connection.backup(copied)
    os.replace(part, target)


def statements(script: str) -> Iterator[str]:
    """Split a script whose statements each end a line; sqlite3's executescript would commit the transaction first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def storable(text: str) -> str:
    """Return the text without lone surrogates, which a paste or a file's name may hold and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _make_private(path: Path) -> None:
    """Make the file, or narrow who may read it. SQLite gives -wal and -shm files the mode of their database."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for file in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        if file.exists():
            file.chmod(0o600)


def _code(error: BaseException) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code of an extended one


def _reason(error: sqlite3.Error) -> str:
    return say("the disk is full") if _code(error) == sqlite3.SQLITE_FULL else _EXPECTED.get(_code(error), str(error))


def _translated(error: Exception) -> Exception:
    """Return what a person should read instead of SQLite's error; a defect stays as it is."""
    if not isinstance(error, sqlite3.Error):
        return error
    if _code(error) == sqlite3.SQLITE_FULL:
        told: StorageError = DiskFullError()
    elif _code(error) in _EXPECTED:
        told = StorageError(
            say("The conversations could not be read or changed: {reason}. What was saved before is kept.", reason=_reason(error))
        )
    else:
        return error
    told.__cause__ = error
    return told


def _damaged(path: Path) -> DamagedDatabaseError:
    return DamagedDatabaseError(
        f"{path} is damaged or no database. It was not touched. Put a copy of it in its place, or move it away to start anew."
    )


def _closed_error() -> StorageError:
    return StorageError(say("The conversations are closed already, so the last change was not saved."))
