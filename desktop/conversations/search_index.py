"""The index that a search reads: filled in slices, cleaned of what was deleted. Every function is one job for the database thread."""

import json
from collections.abc import Collection

from desktop.conversations.database import Connection
from desktop.conversations.message import MessageId

_SLICE = 100  # messages
_SLICE_CHARACTERS = 100_000
_PAGES = 100  # of the index that are merged at once


def add_some(connection: Connection) -> bool:
    """Index some of the messages that are not yet, the newest first; return whether there are more."""
    rows = connection.execute(
        f"""
        SELECT message_id, text FROM message_unindexed JOIN message ON id = message_id ORDER BY message_id DESC LIMIT {_SLICE}
        """
    )
    taken: list[tuple[int, str]] = []
    characters = 0
    for row in rows:
        taken.append(row)
        characters += len(row[1])
        if characters > _SLICE_CHARACTERS:
            break
    if not taken:
        return False
    taken.reverse()  # the index is written in the order of its rows
    connection.executemany("INSERT INTO message_index (rowid, text) VALUES (?, indexed(?))", taken)
    _forget(connection, "message_unindexed", [message_id for message_id, _ in taken])
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM message_unindexed)").fetchone()[0])


def unpurged(connection: Connection) -> list[MessageId]:
    """Return the deleted messages of which the index still has traces."""
    return [MessageId(row[0]) for row in connection.execute("SELECT message_id FROM message_unpurged")]


def begin_purge(connection: Connection) -> None:
    """Begin to write the index anew, without what was deleted; purge_some goes on."""
    connection.execute("INSERT INTO message_index (message_index, rank) VALUES ('merge', ?)", [-_PAGES])


def purge_some(connection: Connection) -> bool:
    """Write a further part of the index anew; return whether there is more."""
    before = connection.total_changes
    connection.execute("INSERT INTO message_index (message_index, rank) VALUES ('merge', ?)", [_PAGES])
    return connection.total_changes - before >= 2


def end_purge(connection: Connection, message_ids: Collection[MessageId]) -> None:
    """Note that of these messages nothing is left."""
    _forget(connection, "message_unpurged", message_ids)


def _forget(connection: Connection, table: str, message_ids: Collection[int]) -> None:
    connection.execute(f"DELETE FROM {table} WHERE message_id IN (SELECT value FROM json_each(?))", [json.dumps(list(message_ids))])
