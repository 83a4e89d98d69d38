"""Chats and messages in the database: every function is one job for the database thread."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from desktop.conversations.database import Connection, storable
from desktop.conversations.edits import save_edit
from desktop.conversations.errors import UnknownConversationError, UnknownMessageError
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId, ReplyStats, Role, Status
from desktop.conversations.setup import SAMPLING_COLUMNS, USUAL, Sampling
from desktop.conversations.tree import path_to

_CONVERSATION = f"""
    id, title, head_message_id, began_on, created_at, updated_at, system_prompt, draft, forked_from_id, forked_at_id,
    redo_message_id, thinking, keeps_reasoning, is_plain, is_kept_ready, trashed_at, model,
    is_title_chosen, is_pinned, folder_id, is_folded, preset_id, context_start_id, {SAMPLING_COLUMNS}
"""
_MESSAGE = "message.id, parent_id, role, text, status, created_at, reasoning, model, seed, stats"
_FAMILY = """
    WITH RECURSIVE origin (id, parent_id) AS (
        SELECT id, forked_from_id FROM conversation WHERE id = ?
        UNION ALL SELECT parent.id, parent.forked_from_id FROM conversation AS parent JOIN origin ON parent.id = origin.parent_id
    ), family (id) AS (
        SELECT id FROM origin WHERE parent_id IS NULL
        UNION ALL SELECT fork.id FROM conversation AS fork JOIN family ON fork.forked_from_id = family.id
    )
"""
ANCESTORS = """
    WITH RECURSIVE ancestor (id) AS (
        VALUES (?) UNION ALL SELECT message.parent_id FROM message JOIN ancestor USING (id) WHERE message.parent_id IS NOT NULL
    )
"""


def conversations(connection: Connection) -> list[Conversation]:
    """Return all chats that are not in the trash, the last used first."""
    return _conversations(connection, "trashed_at IS NULL ORDER BY updated_at DESC, id DESC")


def trashed(connection: Connection) -> list[Conversation]:
    """Return the chats in the trash, the last that went there first."""
    return _conversations(connection, "trashed_at IS NOT NULL ORDER BY trashed_at DESC, id DESC")


def forks(connection: Connection, conversation_id: ConversationId) -> list[Conversation]:
    """Return the chats that were forked from one, in the trash or not."""
    return _conversations(connection, "forked_from_id = ? ORDER BY id", conversation_id)


def empty(connection: Connection, title: str, beside: Collection[ConversationId]) -> Conversation | None:
    """Return the last used chat of this title in which nothing was said or typed and that is none of these, or None.

    What is no preset's was typed or chosen: a system prompt, whether to reason, how replies are written.
    """
    untouched = "".join(f" AND {column} IS NULL" for column in SAMPLING_COLUMNS.split(", "))
    having = f"""
        head_message_id IS NULL AND draft = '' AND title = ? AND trashed_at IS NULL AND id NOT IN (SELECT value FROM json_each(?))
        AND id NOT IN (SELECT conversation_id FROM attachment)
        AND (preset_id IS NOT NULL OR (system_prompt = '' AND thinking IS NULL{untouched}))
        ORDER BY updated_at DESC, id DESC LIMIT 1
    """
    return next(iter(_conversations(connection, having, title, json.dumps(list(beside)))), None)


def kept_ready(connection: Connection, others: Collection[ConversationId]) -> list[Conversation]:
    """Return the chats that are always kept ready, and the others named here, those in the trash excepted."""
    wanted = "(is_kept_ready OR id IN (SELECT value FROM json_each(?))) AND trashed_at IS NULL"
    return _conversations(connection, wanted, json.dumps(list(others)))


def family(connection: Connection, conversation_id: ConversationId) -> list[Conversation]:
    """Return all chats that were forked from each other, this one among them, in the trash or not, the oldest first.

    Raises UnknownConversationError.
    """
    conversation(connection, conversation_id)
    rows = connection.execute(
        f"{_FAMILY} SELECT {_CONVERSATION} FROM conversation WHERE id IN (SELECT id FROM family) ORDER BY id", [conversation_id]
    )
    return [_conversation(row) for row in rows]


def conversation(connection: Connection, conversation_id: ConversationId) -> Conversation:
    """Return a chat, also one in the trash. Raises UnknownConversationError."""
    found = _conversations(connection, "id = ?", conversation_id)
    if not found:
        raise UnknownConversationError
    return found[0]


def create(connection: Connection, title: str, began_on: date, system_prompt: str, *, is_plain: bool) -> Conversation:
    """Make an empty chat."""
    return _insert_conversation(
        connection,
        {
            "title": storable(title),
            "began_on": began_on.isoformat(),
            "system_prompt": storable(system_prompt),
            "is_plain": is_plain,
        },
    )


def fork(connection: Connection, conversation_id: ConversationId, message_id: MessageId, title: str) -> Conversation:
    """Make a chat that stands at a message of another one and has the whole path to it; no message is copied."""
    source = conversation(connection, conversation_id)
    _require_member(connection, conversation_id, message_id)
    forked = _insert_conversation(
        connection,
        {
            "title": storable(title),
            "began_on": source.began_on.isoformat(),
            "system_prompt": source.system_prompt,
            "head_message_id": message_id,
            "forked_from_id": conversation_id,
            "forked_at_id": message_id,
            "thinking": source.thinking,
            "keeps_reasoning": source.keeps_reasoning,
            "is_plain": source.is_plain,
            "model": source.model,
            "context_start_id": _on_the_way(connection, source.context_start_id, message_id),
            "preset_id": source.preset_id,
            **asdict(source.sampling),
        },
    )
    connection.execute(
        f"{ANCESTORS} INSERT INTO conversation_message (conversation_id, message_id) SELECT ?, id FROM ancestor", [message_id, forked.id]
    )
    return forked


def delete_conversation(connection: Connection, conversation_id: ConversationId) -> None:
    """Delete a chat and those of its messages that no other chat has, with their tokens and nodes."""
    conversation(connection, conversation_id)
    leave_forks(connection, conversation_id)
    only_here = connection.execute(
        """
        SELECT message_id FROM conversation_message WHERE conversation_id = ?1
        AND message_id NOT IN (SELECT message_id FROM conversation_message WHERE conversation_id <> ?1)
        """,
        [conversation_id],
    ).fetchall()
    connection.execute("DELETE FROM conversation WHERE id = ?", [conversation_id])
    # One statement, after which no message may be without its parent: those that stay are checked by the foreign key.
    connection.execute("DELETE FROM message WHERE id IN (SELECT value FROM json_each(?))", [json.dumps([row[0] for row in only_here])])


def leave_forks(connection: Connection, conversation_id: ConversationId) -> None:
    """Let a chat's forks, which stand where it does, stay in its folder when it goes."""
    connection.execute(
        """
        UPDATE conversation SET folder_id = (SELECT folder_id FROM conversation WHERE id = ?1)
        WHERE forked_from_id = ?1 AND folder_id IS NULL
        """,
        [conversation_id],
    )


def rename(connection: Connection, conversation_id: ConversationId, title: str) -> Conversation:
    """Give a chat the title that the person chose."""
    return update(connection, conversation_id, title=storable(title), is_title_chosen=True)


def suggest_title(connection: Connection, conversation_id: ConversationId, title: str) -> Conversation:
    """Give a chat another title, unless the person chose the one that it has."""
    chat = conversation(connection, conversation_id)
    return chat if chat.is_title_chosen else update(connection, conversation_id, title=storable(title))


def save_draft(connection: Connection, conversation_id: ConversationId, text: str) -> Conversation:
    """Keep what stands in a chat's composer."""
    return update(connection, conversation_id, draft=storable(text))


def set_model(connection: Connection, conversation_id: ConversationId, model: str) -> Conversation:
    """Take note by its name which model a chat goes on with."""
    return update(connection, conversation_id, model=storable(model))


def update(connection: Connection, conversation_id: ConversationId, **values: object) -> Conversation:
    """Set columns of a chat. Raises UnknownConversationError."""
    columns = ", ".join(f"{column} = ?" for column in values)
    connection.execute(f"UPDATE conversation SET {columns} WHERE id = ?", [*values.values(), conversation_id])
    return conversation(connection, conversation_id)


def move_head(connection: Connection, conversation_id: ConversationId, message_id: MessageId | None) -> Conversation:
    """Let a chat stand at any message it has, or before the first; there is nothing to redo then."""
    conversation(connection, conversation_id)
    if message_id is not None:
        _require_member(connection, conversation_id, message_id)
    return update(connection, conversation_id, head_message_id=message_id, redo_message_id=None)


def delete_from(connection: Connection, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
    """Let a chat stand before one of its messages; the tail stays reachable."""
    conversation(connection, conversation_id)
    _require_member(connection, conversation_id, message_id)
    return move_head(connection, conversation_id, message(connection, message_id).parent_id)


def message(connection: Connection, message_id: MessageId) -> Message:
    """Return a message. Raises UnknownMessageError."""
    row = connection.execute(f"SELECT {_MESSAGE} FROM message WHERE id = ?", [message_id]).fetchone()
    if row is None:
        raise UnknownMessageError
    return _message(row)


def path(connection: Connection, message_id: MessageId | None) -> list[Message]:
    """Return the messages from the root to a message. Raises UnknownMessageError."""
    rows = connection.execute(f"{ANCESTORS} SELECT {_MESSAGE} FROM ancestor JOIN message USING (id)", [message_id])
    ancestors = {found.id: found for found in map(_message, rows)}
    if message_id is not None and message_id not in ancestors:
        raise UnknownMessageError
    return path_to(message_id, ancestors)


def add_user_message(connection: Connection, conversation_id: ConversationId, text: str) -> Message:
    """Add a person's message at a chat's head and move the head to it."""
    head_id = conversation(connection, conversation_id).head_id
    return _insert_message(
        connection, conversation_id, {"parent_id": head_id, "role": Role.USER, "text": storable(text), "status": Status.COMPLETE}
    )


def add_version(connection: Connection, conversation_id: ConversationId, message_id: MessageId, text: str) -> Message:
    """Add another version of a message that a chat has, beside it, and move the head to it; a reply's reasoning stays as it is.

    What was being written in place of the message is that version now. Where the context began with the message, it begins with that.
    """
    _require_member(connection, conversation_id, message_id)
    before = message(connection, message_id)
    save_edit(connection, conversation_id, message_id, None)
    version = _insert_message(
        connection,
        conversation_id,
        {
            "parent_id": before.parent_id,
            "role": before.role,
            "text": storable(text),
            "reasoning": before.reasoning,
            "model": before.model,
            "status": Status.COMPLETE,
        },
    )
    connection.execute(
        "UPDATE conversation SET context_start_id = ? WHERE id = ? AND context_start_id = ?", [version.id, conversation_id, message_id]
    )
    return version


def begin_reply(
    connection: Connection, conversation_id: ConversationId, model: str, seed: int, text: str, continues: MessageId | None
) -> Message:
    """Add a streaming reply and move the head to it: under the head, or beside the reply that it continues.

    One that continues another begins with that one's text, reasoning and tokens; text comes after it.
    """
    parent_id = conversation(connection, conversation_id).head_id
    reasoning = ""
    if continues is not None:
        _require_member(connection, conversation_id, continues)
        cut = message(connection, continues)
        if cut.role is not Role.ASSISTANT or cut.status is Status.STREAMING:
            raise ValueError("only a finished reply can be continued")
        parent_id, text, reasoning = cut.parent_id, cut.text + text, cut.reasoning
    reply = _insert_message(
        connection,
        conversation_id,
        {
            "parent_id": parent_id,
            "role": Role.ASSISTANT,
            "text": storable(text),
            "reasoning": reasoning,
            "model": storable(model),
            "seed": seed,
            "status": Status.STREAMING,
        },
    )
    set_model(connection, conversation_id, model)
    connection.execute(
        """
        INSERT INTO message_tokens (message_id, vocabulary, form, ids)
        SELECT ?, vocabulary, form, ids FROM message_tokens WHERE message_id = ? AND form = 'generated'
        """,
        [reply.id, continues],
    )
    return reply


def longest_reading(connection: Connection, model: str) -> ReplyStats | None:
    """Return the stats of the reply of a model for which most tokens were read."""
    row = connection.execute(
        "SELECT stats FROM message WHERE model = ? AND stats IS NOT NULL ORDER BY json_extract(stats, '$.tokens_read') DESC LIMIT 1",
        [storable(model)],
    ).fetchone()
    return ReplyStats(**json.loads(row[0])) if row else None


def write_reply(connection: Connection, message_id: MessageId, text: str, reasoning: str, status: Status, stats: ReplyStats | None) -> bool:
    """Replace what a streaming reply holds; return False where it is none, or no longer."""
    values = [storable(text), storable(reasoning), status, None if stats is None else json.dumps(asdict(stats)), message_id]
    updated = connection.execute(
        "UPDATE message SET text = ?, reasoning = ?, status = ?, stats = ? WHERE id = ? AND status = 'streaming'", values
    )
    return updated.rowcount == 1


def interrupt_leftovers(connection: Connection) -> None:
    """Mark the replies that were streaming when the application last ended."""
    connection.execute("UPDATE message SET status = 'interrupted' WHERE status = 'streaming'")


def _insert_conversation(connection: Connection, values: dict[str, object]) -> Conversation:
    now = _now()
    return conversation(connection, ConversationId(_insert(connection, "conversation", {**values, "created_at": now, "updated_at": now})))


def _insert_message(connection: Connection, conversation_id: ConversationId, values: dict[str, object]) -> Message:
    now = _now()
    message_id = MessageId(_insert(connection, "message", {**values, "created_at": now}))
    _insert(connection, "conversation_message", {"conversation_id": conversation_id, "message_id": message_id})
    update(connection, conversation_id, head_message_id=message_id, redo_message_id=None, updated_at=now)
    return message(connection, message_id)


def _insert(connection: Connection, table: str, values: dict[str, object]) -> int:
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    row_id = connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values.values())).lastrowid
    assert row_id is not None
    return row_id


def _conversations(connection: Connection, condition: str, *values: object) -> list[Conversation]:
    return [_conversation(row) for row in connection.execute(f"SELECT {_CONVERSATION} FROM conversation WHERE {condition}", values)]


def _on_the_way(connection: Connection, message_id: MessageId | None, end_id: MessageId) -> MessageId | None:
    """Return a message if it leads to another one, or is that."""
    found = connection.execute(f"{ANCESTORS} SELECT id FROM ancestor WHERE id = ?", [end_id, message_id]).fetchone()
    return MessageId(found[0]) if found else None


def _require_member(connection: Connection, conversation_id: ConversationId, message_id: MessageId) -> None:
    held = "SELECT 1 FROM conversation_message WHERE conversation_id = ? AND message_id = ?"
    if connection.execute(held, [conversation_id, message_id]).fetchone() is None:
        raise UnknownMessageError


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _conversation(row: Sequence[Any]) -> Conversation:
    conversation_id, title, head_id, began_on, created_at, updated_at, system_prompt, draft, forked_from_id, forked_at_id = row[:10]
    redo_id, thinking, keeps_reasoning, is_plain, is_kept_ready, trashed_at, model = row[10:17]
    is_title_chosen, is_pinned, folder_id, is_folded, preset_id, context_start_id, *sampling = row[17:]
    return Conversation(
        id=conversation_id,
        title=title,
        head_id=head_id,
        began_on=date.fromisoformat(began_on),
        created_at=datetime.fromisoformat(created_at),
        updated_at=datetime.fromisoformat(updated_at),
        system_prompt=system_prompt,
        draft=draft,
        forked_from_id=forked_from_id,
        forked_at_id=forked_at_id,
        redo_id=redo_id,
        thinking=None if thinking is None else bool(thinking),
        keeps_reasoning=bool(keeps_reasoning),
        is_plain=bool(is_plain),
        is_kept_ready=bool(is_kept_ready),
        trashed_at=None if trashed_at is None else datetime.fromisoformat(trashed_at),
        model=model,
        sampling=Sampling(*sampling) if sampling.count(None) < len(sampling) else USUAL,  # made for 10,000 chats at a start
        is_title_chosen=bool(is_title_chosen),
        is_pinned=bool(is_pinned),
        folder_id=folder_id,
        is_folded=bool(is_folded),
        context_start_id=context_start_id,
        preset_id=preset_id,
    )


def _message(row: Sequence[Any]) -> Message:
    message_id, parent_id, role, text, status, created_at, reasoning, model, seed, stats = row
    return Message(
        id=message_id,
        parent_id=parent_id,
        role=Role(role),
        text=text,
        status=Status(status),
        created_at=datetime.fromisoformat(created_at),
        reasoning=reasoning,
        model=model,
        seed=seed,
        stats=None if stats is None else ReplyStats(**json.loads(stats)),
    )
