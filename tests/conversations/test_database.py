import asyncio
import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.conversations.database import DatabaseThread, connect, examine, statements
from desktop.conversations.errors import DamagedDatabaseError, DiskFullError, StorageError
from desktop.system.errors import StartError
from tests.conversations.conftest import Run


@pytest.fixture
def database(path: Path, errors: list[StorageError]) -> Iterator[DatabaseThread]:
    database = DatabaseThread(lambda: connect(path), errors.append)
    database.post(lambda connection: connection.execute("CREATE TABLE word (word TEXT)"))
    yield database
    assert database.close(10)


def add(word: str) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.execute("INSERT INTO word VALUES (?)", [word])


def words(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT word FROM word ORDER BY rowid")]


def stored(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return words(connection)
    finally:
        connection.close()


def test_jobs_run_in_the_order_they_were_asked_for(database: DatabaseThread, run: Run) -> None:
    async def scenario() -> list[str]:
        database.post(add("a"))
        await asyncio.gather(database.run(add("b")), database.run(add("c")))
        database.post(add("d"))
        return await database.run(words)

    assert run(scenario()) == ["a", "b", "c", "d"]


def test_jobs_run_on_one_thread_that_is_not_the_callers(database: DatabaseThread, run: Run) -> None:
    names = {run(database.run(lambda _: threading.current_thread().name)) for _ in range(3)}
    assert names == {"database"}


def test_settings_of_the_connection(database: DatabaseThread, run: Run) -> None:
    pragmas = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    for pragma, value in pragmas.items():
        assert run(database.run(lambda connection, pragma=pragma: connection.execute(f"PRAGMA {pragma}").fetchone()[0])) == value


def test_failed_job_is_undone_and_raises_at_its_caller(database: DatabaseThread, run: Run, errors: list[StorageError]) -> None:
    def half(connection: sqlite3.Connection) -> None:
        add("half")(connection)
        raise LookupError("on purpose")

    with pytest.raises(LookupError, match="on purpose"):
        run(database.run(half))
    assert run(database.run(words)) == []
    assert errors == []


def test_failed_posted_job_is_undone_logged_and_told(
    database: DatabaseThread, run: Run, errors: list[StorageError], expect_log: Callable[[str], None]
) -> None:
    expect_log("A posted job failed")
    failures: list[str] = []

    def half(connection: sqlite3.Connection) -> None:
        add("half")(connection)
        raise LookupError("on purpose")

    database.post(half, failed=lambda: failures.append("a defect fails the second time too"))
    assert run(database.run(words)) == []
    assert len(errors) == 1
    assert "could not be saved" in errors[0].sentence
    assert failures == []


def test_error_in_the_callback_does_not_end_the_thread(path: Path, run: Run, expect_log: Callable[[str], None]) -> None:
    expect_log("A posted job failed")
    expect_log("A callback of the database failed")

    def refuse(_: StorageError) -> None:
        raise LookupError("on purpose")

    database = DatabaseThread(lambda: connect(path), refuse)
    database.post(lambda _: 1 / 0)
    assert run(database.run(lambda _: "alive")) == "alive"
    assert database.close(10)


def test_close_drains_checkpoints_and_may_be_called_again(database: DatabaseThread, path: Path) -> None:
    for number in range(50):
        database.post(add(str(number)))
    assert database.close(10)
    assert database.close(10)
    assert sorted(os.listdir(path.parent)) == [path.name]
    assert stored(path) == [str(number) for number in range(50)]


def test_close_tells_when_time_is_up(database: DatabaseThread) -> None:
    release = threading.Event()
    database.post(lambda _: release.wait(10))
    assert not database.close(0.01)
    release.set()
    assert database.close(10)


def test_what_is_asked_after_close_is_refused_aloud(
    database: DatabaseThread, run: Run, errors: list[StorageError], expect_log: Callable[[str], None]
) -> None:
    expect_log("after the database was closed")
    assert database.close(10)
    with pytest.raises(StorageError):
        run(database.run(words))
    database.post(add("late"))
    assert len(errors) == 1


def test_result_for_a_closed_loop_is_dropped_quietly(database: DatabaseThread, path: Path) -> None:
    release = threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        release.wait(10)
        add("kept")(connection)

    loop = asyncio.new_event_loop()
    task = loop.create_task(database.run(slow))
    loop.run_until_complete(asyncio.sleep(0))
    task.cancel()
    loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    loop.close()
    release.set()
    assert database.close(10)
    assert stored(path) == ["kept"]


def test_cancelling_does_not_take_the_job_back(database: DatabaseThread, run: Run) -> None:
    async def scenario() -> list[str]:
        task = asyncio.create_task(database.run(add("kept")))
        await asyncio.sleep(0)
        task.cancel()
        return await database.run(words)

    assert run(scenario()) == ["kept"]


def test_full_disk_is_told_and_loses_nothing_before_it(
    database: DatabaseThread, run: Run, errors: list[StorageError], expect_log: Callable[[str], None]
) -> None:
    expect_log("A posted job failed")
    run(database.run(add("before")))
    run(database.run(lambda connection: connection.execute("PRAGMA max_page_count = 4").fetchall()))
    with pytest.raises(DiskFullError, match="disk is full"):
        run(database.run(add("x" * 100_000)))
    database.post(add("x" * 100_000))
    assert run(database.run(words)) == ["before"]
    assert [type(error) for error in errors] == [DiskFullError]
    run(database.run(lambda connection: connection.execute("PRAGMA max_page_count = 1000").fetchall()))
    run(database.run(add("after")))
    assert run(database.run(words)) == ["before", "after"]


def test_locked_file_is_told_in_a_sentence(database: DatabaseThread, path: Path, run: Run) -> None:
    run(database.run(lambda connection: connection.execute("PRAGMA busy_timeout = 0").fetchall()))
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="another program is using the file"):
            run(database.run(add("never")))
    finally:
        other.close()


def test_files_are_readable_by_their_owner_alone(database: DatabaseThread, path: Path, run: Run) -> None:
    run(database.run(add("a")))
    files = [path, Path(f"{path}-wal"), Path(f"{path}-shm")]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * 3


def test_mode_of_an_existing_file_is_narrowed(path: Path) -> None:
    path.touch(mode=0o644)
    connect(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_file_that_cannot_be_opened_is_a_sentence(path: Path) -> None:
    path.mkdir()

    def open_directory() -> sqlite3.Connection:
        return sqlite3.connect(path)

    with pytest.raises(StartError, match="cannot be opened"):
        DatabaseThread(open_directory, lambda _: None)


def test_examine_sees_no_file_and_an_empty_one_as_new(path: Path) -> None:
    assert examine(path) is None
    assert not path.exists()
    path.touch()
    assert examine(path) is None


def test_examine_reads_the_version_from_the_wal_too(path: Path) -> None:
    connection = connect(path)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("PRAGMA user_version = 7")
    assert examine(path) == 7
    connection.close()
    assert examine(path) == 7


def test_examine_leaves_nothing_beside_the_file(path: Path) -> None:
    connect(path).close()
    assert examine(path) == 0
    assert os.listdir(path.parent) == [path.name]


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _spoil_a_page(content: bytes) -> bytes:
    middle = len(content) // 8192 * 4096
    return content[:middle] + b"\xa5" * 4096 + content[middle + 4096 :]


def _no_database(content: bytes) -> bytes:
    return b"Dear diary, " * 1000


def _one_byte(content: bytes) -> bytes:
    return b"S"


@pytest.mark.parametrize("damage", [_cut, _spoil_a_page, _no_database, _one_byte])
def test_damaged_file_is_told_and_not_touched(path: Path, damage: Callable[[bytes], bytes]) -> None:
    connection = connect(path)
    connection.execute("CREATE TABLE word (word TEXT)")
    connection.execute("CREATE INDEX sorted ON word (word)")
    connection.executemany("INSERT INTO word VALUES (?)", ((f"{number}" * 50,) for number in range(1000)))
    connection.close()
    path.write_bytes(damaged := damage(path.read_bytes()))
    with pytest.raises(DamagedDatabaseError, match="not touched"):
        examine(path)
    assert path.read_bytes() == damaged
    assert os.listdir(path.parent) == [path.name]


def test_database_of_another_program_is_refused(path: Path) -> None:
    connection = connect(path)
    connection.execute("CREATE TABLE bookmark (address TEXT)")
    connection.close()
    with pytest.raises(DamagedDatabaseError, match="another program"):
        examine(path)


def test_statements_keep_triggers_whole() -> None:
    trigger = "CREATE TRIGGER t BEFORE UPDATE ON a\nBEGIN\n    SELECT 1;\n    SELECT 2;\nEND;\n"
    script = f"-- a comment; with a semicolon\nCREATE TABLE a (b);\n{trigger}CREATE INDEX c ON a (b);\n"
    assert [statement.split()[-1] for statement in statements(script)] == ["(b);", "END;", "(b);"]
    assert trigger in list(statements(script))
