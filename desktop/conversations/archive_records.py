"""Exported chats in the database: every function is one job for the database thread."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from desktop.conversations import kv_records, transcript
from desktop.conversations.archive import ArchivedChat, ArchivedMessage, ArchivedNode, ArchivedRecords, ArchivedTokens
from desktop.conversations.database import Connection, storable
from desktop.conversations.kv_records import KvContext, TokenForm
from desktop.conversations.message import Conversation, ConversationId, MessageId, Status


@dataclass(frozen=True, slots=True)
class ImportedChat:
    """A chat that was stored, and the messages' new ids by their numbers."""

    conversation: Conversation
    message_ids: tuple[MessageId, ...]


def read_archive(connection: Connection, conversation_id: ConversationId) -> tuple[ArchivedChat, ArchivedRecords]:
    """Return a chat with all it has made or visited, and its records of the KV cache. Raises UnknownConversationError."""
    chat = transcript.conversation(connection, conversation_id)
    rows = connection.execute("SELECT message_id FROM conversation_message WHERE conversation_id = ? ORDER BY 1", [conversation_id])
    messages = [transcript.message(connection, MessageId(row[0])) for row in rows]
    numbers = {message.id: number for number, message in enumerate(messages)}
    archived = ArchivedChat(
        title=chat.title,
        system_prompt=chat.system_prompt,
        began_on=chat.began_on,
        created_at=chat.created_at,
        updated_at=chat.updated_at,
        thinking=chat.thinking,
        keeps_reasoning=chat.keeps_reasoning,
        is_plain=chat.is_plain,
        model=chat.model,
        temperature=chat.temperature,
        head=None if chat.head_id is None else numbers[chat.head_id],
        messages=tuple(
            ArchivedMessage(
                parent=None if message.parent_id is None else numbers[message.parent_id],
                role=message.role,
                text=message.text,
                status=Status.INTERRUPTED if message.status is Status.STREAMING else message.status,
                created_at=message.created_at,
                reasoning=message.reasoning,
                model=message.model,
                seed=message.seed,
                stats=message.stats,
            )
            for message in messages
        ),
    )
    return archived, _read_records(connection, numbers)


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
    found = kv_records.nodes(connection, list(numbers))
    nodes = tuple(ArchivedNode(numbers[node.message_id], node.context_key, node.form, node.end_key) for node in found if node.end_key)
    used = {node.context_key for node in nodes}
    return ArchivedRecords(tokens, nodes, tuple(context for context in kv_records.contexts(connection) if context.key in used))


def write_archive(connection: Connection, chat: ArchivedChat, tokens: tuple[ArchivedTokens, ...]) -> ImportedChat:
    """Make a chat of an exported one, with new ids and no draft, and the tokens of its replies."""
    ids, now = list[MessageId](), datetime.now(UTC)
    for message in chat.messages:
        cursor = connection.execute(
            "INSERT INTO message (parent_id, role, text, reasoning, model, status, seed, stats, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                None if message.parent is None else ids[message.parent],
                message.role,
                storable(message.text),
                storable(message.reasoning),
                storable(message.model),
                message.status,
                message.seed,
                None if message.stats is None else json.dumps(asdict(message.stats)),
                _time(message.created_at),
            ],
        )
        ids.append(MessageId(cursor.lastrowid or 0))
    cursor = connection.execute(
        "INSERT INTO conversation"
        " (title, head_message_id, began_on, system_prompt, thinking, keeps_reasoning, is_plain, model, temperature, created_at,"
        " updated_at, used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            storable(chat.title),
            None if chat.head is None else ids[chat.head],
            chat.began_on.isoformat(),
            storable(chat.system_prompt),
            chat.thinking,
            chat.keeps_reasoning,
            chat.is_plain,
            storable(chat.model),
            chat.temperature,
            _time(chat.created_at),
            _time(min(chat.updated_at, now)),  # one from the future would head the list for ever
            _time(now),  # else its states could be too old at once
        ],
    )
    conversation_id = ConversationId(cursor.lastrowid or 0)
    connection.executemany(
        "INSERT INTO conversation_message (conversation_id, message_id) VALUES (?, ?)",
        [(conversation_id, message_id) for message_id in ids],
    )
    for one in tokens:
        kv_records.write_tokens(connection, ids[one.message], storable(one.vocabulary), one.form, one.ids)
    return ImportedChat(transcript.conversation(connection, conversation_id), tuple(ids))


def write_nodes(connection: Connection, imported: ImportedChat, nodes: Sequence[ArchivedNode], contexts: Sequence[KvContext]) -> None:
    """Keep the nodes that came with a chat, and what their contexts stand for where that is not known."""
    known = {context.key for context in kv_records.contexts(connection)}
    for context in contexts:
        if context.key not in known:
            kv_records.write_context(connection, context)
    for node in nodes:
        owner = imported.message_ids[node.message]
        kv_records.write_node(connection, kv_records.SavedNode(owner, node.context_key, node.end_key, node.form))


def _time(time: datetime) -> str:
    return time.isoformat(timespec="microseconds")
