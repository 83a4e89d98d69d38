"""Exported and imported chats in the database: every function is one job for the database thread."""

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from desktop.conversations import attachments, edits, kv_records, order, transcript
from desktop.conversations.archive import (
    ArchivedChat,
    ArchivedEdit,
    ArchivedMessage,
    ArchivedNode,
    ArchivedRecords,
    ArchivedTokens,
    ArchivedTree,
    ChangedWhileExportedError,
    members,
)
from desktop.conversations.database import Connection, storable
from desktop.conversations.edits import Edit
from desktop.conversations.errors import UnknownMessageError
from desktop.conversations.kv_records import KvContext, TokenForm
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId, Status
from desktop.conversations.written import Written


@dataclass(frozen=True, slots=True)
class TreeOutline:
    """A tree without its messages' contents."""

    chats: tuple[ArchivedChat, ...]
    message_ids: tuple[MessageId, ...]  # by their numbers
    has: int = 0  # messages that the chats have together, those that several have counted for each


@dataclass(frozen=True, slots=True)
class ImportedTree:
    """Chats that were stored, and the messages' new ids by their numbers."""

    conversations: tuple[Conversation, ...]
    message_ids: tuple[MessageId, ...]


def families(connection: Connection) -> list[tuple[ConversationId, ...]]:
    """Return all chats, in the trash or not, those together that share messages or were forked from each other."""
    chats = connection.execute("SELECT id, forked_from_id FROM conversation ORDER BY id").fetchall()
    parents: dict[int, int] = {chat_id: chat_id for chat_id, _ in chats}  # towards the oldest chat of a family

    def oldest(chat_id: int) -> int:
        while parents[chat_id] != chat_id:
            parents[chat_id] = parents[parents[chat_id]]
            chat_id = parents[chat_id]
        return chat_id

    def join(one: int, other: int) -> None:
        one, other = sorted((oldest(one), oldest(other)))
        parents[other] = one

    for chat_id, source_id in chats:
        join(chat_id, source_id or chat_id)
    roots = "SELECT message_id, conversation_id FROM message JOIN conversation_message ON message_id = id WHERE parent_id IS NULL"
    owners: dict[int, int] = {}  # whoever shares a message shares the first one before it
    for root_id, chat_id in connection.execute(roots):
        join(owners.setdefault(root_id, chat_id), chat_id)
    found: dict[int, list[ConversationId]] = {}
    for chat_id, _ in chats:
        found.setdefault(oldest(chat_id), []).append(chat_id)
    return [tuple(family) for family in found.values()]


def read_outline(connection: Connection, chat_ids: Sequence[ConversationId], *, is_alone: bool = False) -> TreeOutline:
    """Return chats of one family with all they have; is_alone: what was not sent and where it came from stays at home.

    Where a chat that one was forked from is not among them, it came from nowhere.

    Raises UnknownConversationError.
    """
    chats = [transcript.conversation(connection, chat_id) for chat_id in chat_ids]
    query = "SELECT DISTINCT message_id FROM conversation_message WHERE conversation_id IN (SELECT value FROM json_each(?)) ORDER BY 1"
    wanted = [json.dumps(list(chat_ids))]
    ids = tuple(row[0] for row in connection.execute(query, wanted))
    counting = "SELECT count(*) FROM conversation_message WHERE conversation_id IN (SELECT value FROM json_each(?))"
    has = connection.execute(counting, wanted).fetchone()[0]
    places = {chat_id: place for place, chat_id in enumerate(chat_ids)}
    archived = (_outlined(connection, chat, ids, None if is_alone else places) for chat in chats)
    return TreeOutline(tuple(archived), ids, has)


def read_messages(connection: Connection, ids: Sequence[MessageId], begin: int, end: int) -> list[ArchivedMessage]:
    """Return some of the messages of an outline. Raises ChangedWhileExportedError."""
    try:
        return [_archived(transcript.message(connection, message_id), ids) for message_id in ids[begin:end]]
    except UnknownMessageError as error:
        raise ChangedWhileExportedError from error


def read_archive(connection: Connection, conversation_id: ConversationId) -> tuple[ArchivedTree, ArchivedRecords]:
    """Return a chat with all it has made or visited, and its records of the KV cache. Raises UnknownConversationError."""
    outline = read_outline(connection, [conversation_id], is_alone=True)
    messages = read_messages(connection, outline.message_ids, 0, len(outline.message_ids))
    numbers = {message_id: number for number, message_id in enumerate(outline.message_ids)}
    return ArchivedTree(tuple(messages), outline.chats), _read_records(connection, numbers)


def write_trees(connection: Connection, trees: Sequence[ArchivedTree]) -> list[ImportedTree]:
    """Make chats of exported ones, with new ids."""
    return [_write_tree(connection, tree) for tree in trees]


def write_archive(connection: Connection, tree: ArchivedTree, tokens: tuple[ArchivedTokens, ...]) -> ImportedTree:
    """Make chats of exported ones, with new ids, and keep the tokens of their replies."""
    imported = _write_tree(connection, tree)
    for one in tokens:
        kv_records.write_tokens(connection, imported.message_ids[one.message], storable(one.vocabulary), one.form, one.ids)
    return imported


def write_nodes(connection: Connection, imported: ImportedTree, nodes: Sequence[ArchivedNode], contexts: Sequence[KvContext]) -> None:
    """Keep the nodes that came with a chat, and what their contexts stand for where that is not known."""
    known = {context.key for context in kv_records.contexts(connection)}
    for context in contexts:
        if context.key not in known:
            kv_records.write_context(connection, context)
    for node in nodes:
        owner = imported.message_ids[node.message]
        start = None if node.start is None else imported.message_ids[node.start]
        kv_records.write_node(connection, kv_records.SavedNode(owner, node.context_key, node.end_key, node.form, start))


def _outlined(
    connection: Connection, chat: Conversation, ids: Sequence[MessageId], places: dict[ConversationId, int] | None
) -> ArchivedChat:
    def number(message_id: MessageId | None) -> int | None:
        return None if message_id is None else bisect_left(ids, message_id)

    ends = connection.execute(
        """
        SELECT message_id FROM conversation_message WHERE conversation_id = ?1
        EXCEPT SELECT parent_id FROM conversation_message JOIN message ON id = message_id WHERE conversation_id = ?1 ORDER BY 1
        """,
        [chat.id],
    )
    visited = connection.execute(
        "SELECT message_id FROM conversation_message WHERE conversation_id = ? AND is_visited ORDER BY 1", [chat.id]
    )
    forked_from = None if places is None or chat.forked_from_id is None else places.get(chat.forked_from_id)
    unsent = {} if places is None else edits.edits(connection, chat.id)
    return ArchivedChat(
        title=chat.title,
        system_prompt=chat.system_prompt,
        began_on=chat.began_on,
        created_at=chat.created_at,
        updated_at=chat.updated_at,
        thinking=chat.thinking,
        keeps_reasoning=chat.keeps_reasoning,
        is_plain=chat.is_plain,
        head=number(chat.head_id),
        ends=tuple(bisect_left(ids, row[0]) for row in ends),
        model=chat.model,
        sampling=chat.sampling,
        redo=number(chat.redo_id),
        forked_from=forked_from,
        forked_at=None if places is None else number(chat.forked_at_id),
        visited=tuple(bisect_left(ids, row[0]) for row in visited),
        draft="" if places is None else _draft(connection, chat),
        edits=tuple(ArchivedEdit(bisect_left(ids, key), edit.text, edit.is_open) for key, edit in sorted(unsent.items())),
        is_kept_ready=chat.is_kept_ready and places is not None,
        trashed_at=None if places is None else chat.trashed_at,
        context_start=number(chat.context_start_id),
        is_title_chosen=chat.is_title_chosen,
        is_pinned=chat.is_pinned and places is not None,
        folder=None if places is None or chat.folder_id is None else order.folder_name(connection, chat.folder_id),
    )


def _draft(connection: Connection, chat: Conversation) -> str:
    """Return what was typed and not sent, with the files that go with it."""
    files = attachments.attachments(connection, chat.id)
    return Written(chat.draft, files).message() if files else chat.draft


def _archived(message: Message, ids: Sequence[MessageId]) -> ArchivedMessage:
    return ArchivedMessage(
        parent=None if message.parent_id is None else bisect_left(ids, message.parent_id),
        role=message.role,
        text=message.text,
        status=Status.INTERRUPTED if message.status is Status.STREAMING else message.status,
        created_at=message.created_at,
        reasoning=message.reasoning,
        model=message.model,
        seed=message.seed,
        stats=message.stats,
    )


def _read_records(connection: Connection, numbers: dict[MessageId, int]) -> ArchivedRecords:
    forms = connection.execute(
        "SELECT DISTINCT vocabulary, form FROM message_tokens WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY 1, 2",
        [json.dumps(list(numbers))],
    ).fetchall()
    tokens = tuple(
        ArchivedTokens(numbers[message_id], vocabulary, TokenForm(form), ids)
        for vocabulary, form in forms
        for message_id, ids in sorted(kv_records.reply_tokens(connection, list(numbers), vocabulary, TokenForm(form)).items())
    )
    found = kv_records.all_nodes(connection, list(numbers))
    nodes = tuple(
        ArchivedNode(
            numbers[node.message_id],
            node.context_key,
            node.form,
            node.end_key,
            None if node.start_id is None else numbers[node.start_id],
        )
        for node in found
        if node.end_key
    )
    used = {node.context_key for node in nodes}
    return ArchivedRecords(tokens, nodes, tuple(context for context in kv_records.contexts(connection) if context.key in used))


def _write_tree(connection: Connection, tree: ArchivedTree) -> ImportedTree:
    ids = _write_messages(connection, tree.messages)
    chat_ids = list[ConversationId]()
    for chat in tree.chats:
        chat_ids.append(_write_chat(connection, chat, ids, chat_ids))
        has, visited = members(chat.ends, tree.messages), set(chat.visited)
        connection.executemany(
            "INSERT INTO conversation_message (conversation_id, message_id, is_visited) VALUES (?, ?, ?)",
            ((chat_ids[-1], ids[number], number in visited) for number in sorted(has)),
        )
        for edit in chat.edits:
            edits.save_edit(connection, chat_ids[-1], ids[edit.message], Edit(edit.text, edit.is_open))
    return ImportedTree(tuple(transcript.conversation(connection, chat_id) for chat_id in chat_ids), ids)


def _write_messages(connection: Connection, messages: Sequence[ArchivedMessage]) -> tuple[MessageId, ...]:
    used = connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'message'").fetchone()[0]
    ids = tuple(MessageId(used + 1 + number) for number in range(len(messages)))
    connection.executemany(
        "INSERT INTO message (id, parent_id, role, text, reasoning, model, status, seed, stats, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                message_id,
                None if message.parent is None else ids[message.parent],
                message.role,
                storable(message.text),
                storable(message.reasoning),
                storable(message.model),
                message.status,
                message.seed,
                None if message.stats is None else json.dumps(asdict(message.stats)),
                _time(message.created_at),
            )
            for message_id, message in zip(ids, messages, strict=True)
        ),
    )
    return ids


def _write_chat(connection: Connection, chat: ArchivedChat, ids: Sequence[MessageId], before: Sequence[ConversationId]) -> ConversationId:
    def at(number: int | None) -> MessageId | None:
        return None if number is None else ids[number]

    now = datetime.now(UTC)
    values = {
        "title": storable(chat.title),
        "head_message_id": at(chat.head),
        "redo_message_id": at(chat.redo),
        "forked_from_id": None if chat.forked_from is None else before[chat.forked_from],
        "forked_at_id": at(chat.forked_at),
        "began_on": chat.began_on.isoformat(),
        "system_prompt": storable(chat.system_prompt),
        "draft": storable(chat.draft),
        "thinking": chat.thinking,
        "keeps_reasoning": chat.keeps_reasoning,
        "is_plain": chat.is_plain,
        "is_kept_ready": chat.is_kept_ready,
        "model": storable(chat.model),
        **asdict(chat.sampling),
        "is_title_chosen": chat.is_title_chosen,
        "is_pinned": chat.is_pinned,
        "folder_id": None if chat.folder is None else order.folder_named(connection, chat.folder),
        "trashed_at": None if chat.trashed_at is None else _time(chat.trashed_at),
        "context_start_id": at(chat.context_start),
        "created_at": _time(chat.created_at),
        "updated_at": _time(min(chat.updated_at, now)),  # one from the future would head the list for ever
        "used_at": _time(now),  # else its states could be too old at once
    }
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    return ConversationId(
        connection.execute(f"INSERT INTO conversation ({columns}) VALUES ({marks})", list(values.values())).lastrowid or 0
    )


def _time(time: datetime) -> str:
    return time.isoformat(timespec="microseconds")
