import os
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from desktop.conversations.database import connect
from desktop.conversations.errors import NewerDatabaseError
from desktop.conversations.kv_records import KvContext
from desktop.conversations.message import Conversation, ConversationId, MessageId, ReplyStats, Status
from desktop.conversations.migrations import open_migrated, schema_steps
from desktop.conversations.setup import Sampling
from desktop.conversations.store import ConversationStore
from desktop.system.errors import StartError
from tests.conversations.conftest import Run

FIRST = "CREATE TABLE word (word TEXT);\nINSERT INTO word VALUES ('first');\n"
SECOND = "ALTER TABLE word ADD COLUMN language TEXT;\nUPDATE word SET language = 'en';\n"
BROKEN = "CREATE TABLE other (a);\nINSERT INTO nowhere VALUES (1);\n"
FORMAT_1 = """
INSERT INTO message VALUES (1, NULL, 'user', 'Why?', '', '', 'complete', NULL, NULL, '2025-03-04T05:06:07.000089+00:00');
INSERT INTO message VALUES (2, 1, 'assistant', 'The moon.', 'Hm.', 'tiny', 'complete', 7,
    '{"tokens_restored": 1, "tokens_read": 2, "reading_seconds": 0.5, "tokens_written": 3, "writing_seconds": 0.25}',
    '2025-03-04T05:06:07.000089+00:00');
INSERT INTO message VALUES (3, 2, 'user', 'Ebb?', '', '', 'complete', NULL, NULL, '2025-03-04T05:06:08.000000+00:00');
INSERT INTO message VALUES (4, 3, 'assistant', 'The', '', 'tiny', 'streaming', 8, NULL, '2025-03-04T05:06:08.000000+00:00');
INSERT INTO conversation VALUES (1, 'Tides', 2, NULL, NULL, '2025-03-01', 'Be brief.', 'And why?',
    '2025-03-04T05:06:07.000089+00:00', '2025-03-04T05:06:07.000089+00:00');
INSERT INTO conversation VALUES (2, 'Fork of Tides', 4, 1, 2, '2025-03-01', 'Be brief.', '',
    '2025-03-04T05:06:08.000000+00:00', '2025-03-04T05:06:08.000000+00:00');
INSERT INTO conversation_message VALUES (1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (2, 4);
INSERT INTO message_tokens VALUES (2, 'v', 'generated', x'05000000ffffffff');
INSERT INTO message_node VALUES (2, x'0102', 'generated', x'03');
INSERT INTO kv_context VALUES (x'0102', x'09', 'tiny', '{"file": "/models/tiny.gguf"}');
"""


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_shipped_schema_is_whole(path: Path) -> None:
    steps = schema_steps()
    with closing(open_migrated(path, steps)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")}
    index = {f"message_{it}" for it in ("index", "index_data", "index_idx", "index_config", "index_term", "unindexed", "unpurged")}
    messages = {"message", "conversation_message", "message_tokens", "message_node", "edit"}
    assert tables == {"conversation", "attachment", "folder", "kv_context", "preset", "preset_node"} | messages | index
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


def test_what_the_first_format_holds_is_all_there_after_the_migration(path: Path, run: Run) -> None:
    with closing(open_migrated(path, schema_steps()[:1])) as connection:
        connection.executescript(FORMAT_1)
    store = ConversationStore.open(path, pytest.fail)
    chat, fork = run(store.conversation(ConversationId(1))), run(store.conversation(ConversationId(2)))
    at = datetime(2025, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
    tides = Conversation(ConversationId(1), "Tides", MessageId(2), date(2025, 3, 1), at, at, "Be brief.", "And why?", model="tiny")
    assert chat == replace(tides, is_title_chosen=True), "who named it is not known"
    assert not fork.is_title_chosen
    assert (fork.forked_from_id, fork.forked_at_id, fork.head_id) == (1, 2, 4)
    assert (fork.model, fork.sampling) == ("tiny", Sampling())
    assert run(store.conversations()) == [fork, chat]
    asked, reply, *own = run(store.path(fork.id))
    assert (asked.text, reply.text, reply.reasoning, reply.model, reply.seed) == ("Why?", "The moon.", "Hm.", "tiny", 7)
    assert reply.stats == ReplyStats(1, 2, 0.5, 3, 0.25)
    assert [(message.text, message.status) for message in own] == [("Ebb?", Status.COMPLETE), ("The", Status.INTERRUPTED)]
    assert run(store.reply_tokens([reply.id], "v")) == {reply.id: (5, -1)}
    assert run(store.end_keys_by_context())[b"\x01\x02"] == {b"\x03"}
    assert run(store.kv_contexts()) == [KvContext(b"\x01\x02", b"\x09", "tiny", {"file": "/models/tiny.gguf"})]
    assert run(store.undo(fork.id)).redo_id == own[-1].id, "and it can be worked with"
    run(store.delete_conversation(chat.id))
    assert run(store.redo(fork.id)).head_id == own[-1].id
    assert store.close(10)
    assert version(path) == len(schema_steps())
    assert version(path.with_name("conversations-format-1.sqlite3")) == 1


def test_a_copy_does_not_keep_what_the_person_deletes(path: Path, run: Run) -> None:
    with closing(open_migrated(path, schema_steps()[:1])) as connection:
        connection.executescript(FORMAT_1)
    other = path.with_name("other-format-1.sqlite3")
    other.touch()
    store = ConversationStore.open(path, pytest.fail)
    run(store.delete_conversation(ConversationId(1)))
    run(store.delete_conversation(ConversationId(2)))
    run(store.forget_deleted())
    left = {name.name: name.read_bytes() for name in path.parent.iterdir()}
    assert store.close(10)
    assert not [name for name, content in left.items() if b"The moon." in content]
    assert other.name in left
