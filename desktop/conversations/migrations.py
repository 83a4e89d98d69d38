"""Bring a database to the schema of this version, step by step."""

import logging
from collections.abc import Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path

from desktop.conversations import database
from desktop.conversations.database import Connection
from desktop.conversations.errors import NewerDatabaseError
from desktop.conversations.message import FIRST_TEMPORARY
from desktop.system.errors import StartError

_log = logging.getLogger(__name__)


def schema_steps() -> list[str]:
    """Return the scripts schema/0001_*.sql, 0002_*.sql ...; running script n brings a database to version n."""
    scripts = sorted(
        (file for file in files("desktop.conversations").joinpath("schema").iterdir() if file.name.endswith(".sql")),
        key=lambda file: file.name,
    )
    return [script.read_text("utf-8") for script in scripts]


def open_migrated(path: Path, steps: Sequence[str]) -> Connection:
    """Open the database, made or migrated as needed; the connection belongs to the calling thread.

    Before an older one is migrated, a copy is put beside it. Raises NewerDatabaseError and DamagedDatabaseError, with
    the file untouched, and StartError where it cannot be opened or a step fails, which leaves the version before it.
    """
    try:
        version = database.examine(path)
        if version is not None and version > len(steps):
            raise NewerDatabaseError(
                f"{path} was written by a newer version of Rivulet (format {version}; this one knows {len(steps)}). "
                "It was not touched. Install the newer version to open it."
            )
        connection = database.connect(path)
    except OSError as error:
        raise StartError(f"{path} cannot be opened: {error.strerror}. Nothing was changed.") from error
    try:
        _migrate(connection, path, version or 0, steps)
    except BaseException:
        connection.close()
        raise
    return connection


def open_temporary(steps: Sequence[str]) -> Connection:
    """Open an empty database in memory whose chats and messages have other ids than any that is stored."""
    connection = database.connect_in_memory()
    for number, script in enumerate(steps, start=1):
        database.transact(connection, partial(_step, number=number, script=script))
    for table in ("conversation", "message"):
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table, FIRST_TEMPORARY])
    return connection


def forget_copies(path: Path) -> None:
    """Remove the copies that were put beside a database before it was migrated."""
    for kept in path.parent.glob(f"{path.stem}-format-*{path.suffix}"):
        kept.unlink(missing_ok=True)


def _migrate(connection: Connection, path: Path, version: int, steps: Sequence[str]) -> None:
    if 0 < version < len(steps):
        kept = path.with_name(f"{path.stem}-format-{version}{path.suffix}")
        try:
            database.copy(connection, kept)
        except OSError as error:
            raise StartError(f"{path} could not be copied before its conversion: {error.strerror}. Nothing was changed.") from error
        _log.info("Kept a copy of the database as %s", kept)
    for number in range(version + 1, len(steps) + 1):
        database.transact(connection, partial(_step, number=number, script=steps[number - 1]))
        _log.info("The database has format %d now", number)


def _step(connection: Connection, number: int, script: str) -> None:
    for statement in database.statements(script):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {number}")
