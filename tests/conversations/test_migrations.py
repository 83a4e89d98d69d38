import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from desktop.conversations.database import connect
from desktop.conversations.errors import NewerDatabaseError
from desktop.conversations.migrations import open_migrated, schema_steps
from desktop.system.errors import StartError

FIRST = "CREATE TABLE word (word TEXT);\nINSERT INTO word VALUES ('first');\n"
SECOND = "ALTER TABLE word ADD COLUMN language TEXT;\nUPDATE word SET language = 'en';\n"
BROKEN = "CREATE TABLE other (a);\nINSERT INTO nowhere VALUES (1);\n"


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_shipped_schema_is_whole(path: Path) -> None:
    steps = schema_steps()
    with closing(open_migrated(path, steps)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")}
    assert tables == {"conversation", "message", "conversation_message", "message_tokens", "message_node", "kv_context"}
    assert version(path) == len(steps)


def test_new_database_runs_all_steps_and_needs_no_copy(path: Path) -> None:
    open_migrated(path, [FIRST, SECOND]).close()
    assert version(path) == 2
    assert os.listdir(path.parent) == [path.name]


def test_older_database_is_copied_then_migrated(path: Path) -> None:
    open_migrated(path, [FIRST]).close()
    with closing(open_migrated(path, [FIRST, SECOND])) as connection:
        assert connection.execute("SELECT * FROM word").fetchall() == [("first", "en")]
    copy = path.with_name("conversations-format-1.sqlite3")
    assert version(path) == 2
    assert version(copy) == 1
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT * FROM word").fetchall() == [("first",)]
    assert sorted(os.listdir(path.parent)) == sorted([path.name, copy.name])


def test_step_that_fails_leaves_the_version_before_it(path: Path) -> None:
    open_migrated(path, [FIRST]).close()
    with pytest.raises(sqlite3.Error):
        open_migrated(path, [FIRST, SECOND, BROKEN])
    assert version(path) == 2
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'other'").fetchone() == (0,)
    with closing(open_migrated(path, [FIRST, SECOND])) as connection:
        assert connection.execute("SELECT * FROM word").fetchall() == [("first", "en")]


def test_newer_database_is_refused_and_not_touched(path: Path) -> None:
    open_migrated(path, [FIRST, SECOND]).close()
    before = path.read_bytes(), path.stat().st_mtime_ns
    with pytest.raises(NewerDatabaseError, match=r"newer version of Rivulet \(format 2; this one knows 1\)"):
        open_migrated(path, [FIRST])
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert os.listdir(path.parent) == [path.name]


def test_newer_database_that_was_not_closed_keeps_its_wal(path: Path, tmp_path: Path) -> None:
    left = tmp_path / "left.sqlite3"
    with closing(connect(path)) as connection:  # what a killed process leaves: a copy of the files made meanwhile
        connection.execute("PRAGMA user_version = 9")
        for ending in ("", "-wal"):
            Path(f"{left}{ending}").write_bytes(Path(f"{path}{ending}").read_bytes())
    before = left.read_bytes(), Path(f"{left}-wal").read_bytes()
    assert before[1]
    with pytest.raises(NewerDatabaseError):
        open_migrated(left, [FIRST])
    assert (left.read_bytes(), Path(f"{left}-wal").read_bytes()) == before


def test_folder_that_is_missing_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot be opened: No such file or directory"):
        open_migrated(tmp_path / "missing" / "conversations.sqlite3", [FIRST])
