"""Searching all chats by their titles and what was said. Every function is one job for the database thread."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from itertools import chain

from desktop.conversations import search_index
from desktop.conversations.database import Connection, storable
from desktop.conversations.folding import Span, fold, is_whole, places, words_of
from desktop.conversations.message import ConversationId, FolderId, MessageId

MOST_RESULTS = 50
MOST_PER_CHAT = 3
_MOST_TITLES = 15  # of chats that are found by their titles, the last used ones
_ENOUGH = 300  # messages that hold the words, of which the best are shown
_MOST_READ = 2000
_MOST_LETTERS = 64  # groups of three that the index is asked for; the text is looked at anyway
_BEFORE, _EXCERPT = 50, 180  # characters
_IN_FOLDER = "(?3 IS NULL OR conversation_id IN (SELECT value FROM json_each(?3)))"
_WANTED = f"trashed_at IS NULL AND (?1 IS NULL OR conversation.model = ?1) AND {_IN_FOLDER}"
_FOUND = f"""
    SELECT message.id, message.text, message.created_at, (
        SELECT min(conversation_id) FROM conversation_message JOIN conversation ON conversation.id = conversation_id
        WHERE message_id = message.id AND {_WANTED}
    )
"""
_OF_MODEL = """
    (?1 IS NULL OR message_index.rowid IN (
        SELECT message_id FROM conversation_message JOIN conversation ON conversation.id = conversation_id WHERE model = ?1
    ))
"""
_OF_FOLDER = f"(?3 IS NULL OR message_index.rowid IN (SELECT message_id FROM conversation_message WHERE {_IN_FOLDER}))"
_FOLDER = """
    WITH RECURSIVE inside (id) AS (
        SELECT id FROM conversation WHERE {begin}
        UNION ALL SELECT fork.id FROM conversation AS fork JOIN inside ON fork.forked_from_id = inside.id
        WHERE fork.folder_id IS NULL AND NOT fork.is_pinned
    )
    SELECT json_group_array(id) FROM inside
"""
_SINCE = "(?2 IS NULL OR message.created_at >= ?2)"

_Row = tuple[MessageId, str, str, ConversationId | None]
_Values = Sequence[str | None]  # of ?1 the model, of ?2 the time, of ?3 the ids of the chats in the folder, as JSON


NO_FOLDER = FolderId(0)  # of chats that are in none


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for: words that all must be there, and where."""

    text: str
    model: str | None = None  # of the chat; None: any
    folder_id: FolderId | None = None  # in which the chat stands, perhaps under the one it was forked from; NO_FOLDER, None: any
    since: datetime | None = None  # with a time zone


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A chat whose title has the words, or a message in it."""

    conversation_id: ConversationId
    title: str
    message_id: MessageId | None  # None: the title has the words
    excerpt: str
    marks: tuple[Span, ...]  # the words in the excerpt, or in the title
    at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The best hits; those of a chat stand together."""

    hits: tuple[SearchHit, ...] = ()
    is_complete: bool = True  # else there are messages that are not indexed yet


class _Quality(IntEnum):
    PART = 0  # the words stand within others
    WHOLE = 1
    TITLE = 2


@dataclass(frozen=True, slots=True)
class _Candidate:
    quality: _Quality
    message_id: MessageId | None
    text: str
    at: str


def search(connection: Connection, query: SearchQuery) -> SearchResults:
    """Return the best hits: titles, then whole words, then parts of words; among equals those of the chats used last."""
    is_complete = not search_index.add_some(connection)  # what was said a moment ago is found too
    words = words_of(storable(query.text))
    if not words:
        return SearchResults((), is_complete)
    found: dict[ConversationId, list[_Candidate]] = {}
    since = None if query.since is None else query.since.astimezone(UTC).isoformat(timespec="microseconds")
    values = [query.model, since, _inside(connection, query.folder_id)]
    for chat_id, candidate in chain(_titles(connection, words, values), _messages(connection, words, values)):
        found.setdefault(chat_id, []).append(candidate)
    return SearchResults(tuple(_best(connection, found, words)), is_complete)


def _inside(connection: Connection, folder_id: FolderId | None) -> str | None:
    """Return the ids of the chats that stand in a folder: those put there, and the forks that stand under them."""
    if folder_id is None:
        return None
    in_none = "folder_id IS NULL AND (forked_from_id IS NULL OR is_pinned)"
    begin, values = (in_none, []) if folder_id == NO_FOLDER else ("folder_id = ?", [folder_id])
    return str(connection.execute(_FOLDER.format(begin=begin), values).fetchone()[0])


def _titles(connection: Connection, words: Sequence[str], values: _Values) -> Iterator[tuple[ConversationId, _Candidate]]:
    rows = connection.execute(
        f"SELECT id AS conversation_id, title, updated_at FROM conversation WHERE {_WANTED}"
        " AND (?2 IS NULL OR updated_at >= ?2) ORDER BY updated_at DESC",
        values,
    )
    count = 0
    for chat_id, title, at in rows:
        if _holds(fold(title), words):
            yield chat_id, _Candidate(_Quality.TITLE, None, title, at)
            count += 1
            if count == _MOST_TITLES:
                return


def _messages(connection: Connection, words: Sequence[str], values: _Values) -> Iterator[tuple[ConversationId, _Candidate]]:
    """Yield messages that hold the words, the newest first, until there are enough to choose from."""
    per_chat: dict[ConversationId, int] = {}
    enough = MOST_RESULTS if all(len(word) == 1 for word in words) else _ENOUGH
    shown = count = 0
    for message_id, text, at, chat_id in _rows(connection, words, values):
        if chat_id is None or not _holds(folded := fold(text), words):
            continue
        whole = all(is_whole(folded, word) for word in words)
        yield chat_id, _Candidate(_Quality.WHOLE if whole else _Quality.PART, message_id, text, at)
        per_chat[chat_id] = per_chat.get(chat_id, 0) + 1
        shown += per_chat[chat_id] <= MOST_PER_CHAT
        count += 1
        if count >= _MOST_READ or (count >= enough and shown >= MOST_RESULTS):
            return


def _rows(connection: Connection, words: Sequence[str], values: _Values) -> Iterator[_Row]:
    """Yield the messages that may hold the words, the newest first."""
    below = None
    if all(len(word) == 1 for word in words):  # many messages hold one, and the index would take long to say so
        newest = f"{_FOUND} FROM message WHERE {_SINCE} ORDER BY message.id DESC LIMIT {_MOST_READ}"
        for row in connection.execute(newest, values):
            below = row[0]
            yield row
        if below is None:
            return
        asked = words
    else:
        asked = [word for word in words if len(word) > 1]
    expression = _expression(connection, asked)
    if expression is not None:
        # CROSS JOIN: the index is gone through in its own order, and no further than somebody reads.
        yield from connection.execute(
            f"""
            {_FOUND} FROM message_index CROSS JOIN message ON message.id = message_index.rowid
            WHERE message_index MATCH ?4 AND {_OF_MODEL} AND {_OF_FOLDER} AND (?5 IS NULL OR message_index.rowid < ?5) AND {_SINCE}
            ORDER BY message_index.rowid DESC
            """,
            [*values, expression, below],
        )


def _expression(connection: Connection, words: Sequence[str]) -> str | None:
    """Return what the index is asked for; None where it knows that there is nothing."""
    needed: dict[str, None] = {}
    for word in words:
        if len(word) >= 3:
            needed.update((_quoted(word[start : start + 3]), None) for start in range(len(word) - 2))
            continue
        rows = connection.execute("SELECT term FROM message_index_term WHERE term >= ? AND term <= ?", [word, word + "\U0010ffff"])
        begun = " OR ".join(_quoted(row[0]) for row in rows)
        if not begun:
            return None
        needed[f"({begun})"] = None
    return " AND ".join(list(needed)[:_MOST_LETTERS])


def _quoted(letters: str) -> str:
    return '"' + letters.replace('"', '""') + '"'


def _holds(folded: str, words: Sequence[str]) -> bool:
    return all(word in folded for word in words)


def _best(connection: Connection, found: dict[ConversationId, list[_Candidate]], words: Sequence[str]) -> list[SearchHit]:
    rows = connection.execute(
        "SELECT id, title, updated_at FROM conversation WHERE id IN (SELECT value FROM json_each(?))", [json.dumps(list(found))]
    ).fetchall()
    ranked = sorted(rows, key=lambda row: (max(it.quality for it in found[row[0]]), row[2], row[0]), reverse=True)
    hits: list[SearchHit] = []
    for chat_id, title, _ in ranked:
        best = sorted(found[chat_id], key=lambda it: (it.quality, it.message_id or 0), reverse=True)[:MOST_PER_CHAT]
        hits += (_hit(chat_id, title, it, words) for it in best[: MOST_RESULTS - len(hits)])
        if len(hits) == MOST_RESULTS:
            break
    return hits


def _hit(chat_id: ConversationId, title: str, candidate: _Candidate, words: Sequence[str]) -> SearchHit:
    excerpt = "" if candidate.message_id is None else _excerpt(candidate.text, words)
    marks = places(excerpt or title, words)
    return SearchHit(chat_id, title, candidate.message_id, excerpt, tuple(marks), datetime.fromisoformat(candidate.at))


def _excerpt(text: str, words: Sequence[str]) -> str:
    """Return one line of a text around the first place where it holds the words together, or the longest of them."""
    together, longest = " ".join(words), max(words, key=len)
    found = places(text, [together]) or places(text, [longest])
    start = max(0, found[0][0] - _BEFORE)
    if start:
        start = max(start, text.find(" ", start, found[0][0]) + 1)
    shown = " ".join(text[start : start + _EXCERPT].split())
    return ("… " if start else "") + shown + (" …" if start + _EXCERPT < len(text) else "")
