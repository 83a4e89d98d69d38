"""What the database knows of the KV cache: exact tokens of replies, saved nodes, and what context keys stand for."""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop.conversations.database import Connection, storable
from desktop.conversations.message import MessageId

_AMONG = "message_id IN (SELECT value FROM json_each(?))"


class TokenForm(StrEnum):
    """In which form a reply stands in the KV cache."""

    GENERATED = "generated"
    SETTLED = "settled"  # as the template writes it once another message follows


@dataclass(frozen=True, slots=True)
class SavedNode:
    """The newest node of the KV cache that was saved for the path to a message."""

    message_id: MessageId
    context_key: bytes
    end_key: bytes  # empty where it was forgotten: the message needs it no more
    form: TokenForm = TokenForm.GENERATED


@dataclass(frozen=True, slots=True)
class KvContext:
    """What a context key stands for: all that changes the numbers in a KV cache."""

    key: bytes
    model_identity: bytes
    model_name: str
    settings: Mapping[str, str | int | float | bool | None]


def write_tokens(connection: Connection, message_id: MessageId, vocabulary: str, form: TokenForm, ids: Sequence[int]) -> None:
    """Replace a reply's tokens in one vocabulary and form."""
    connection.execute(
        "INSERT OR REPLACE INTO message_tokens (message_id, vocabulary, form, ids) VALUES (?, ?, ?, ?)",
        [message_id, vocabulary, form, struct.pack(f"<{len(ids)}i", *ids)],
    )


def reply_tokens(
    connection: Connection, message_ids: Sequence[MessageId], vocabulary: str, form: TokenForm
) -> dict[MessageId, tuple[int, ...]]:
    """Return the tokens of those replies that have any in this vocabulary and form."""
    rows = connection.execute(
        f"SELECT message_id, ids FROM message_tokens WHERE {_AMONG} AND vocabulary = ? AND form = ?",
        [json.dumps(message_ids), vocabulary, form],
    )
    return {MessageId(message_id): struct.unpack(f"<{len(ids) // 4}i", ids) for message_id, ids in rows}


def write_node(connection: Connection, node: SavedNode) -> None:
    """Replace a message's node under a context; does nothing where the message was deleted meanwhile."""
    connection.execute(
        "INSERT OR REPLACE INTO message_node (message_id, context_key, form, end_key) SELECT id, ?, ?, ? FROM message WHERE id = ?",
        [node.context_key, node.form, node.end_key, node.message_id],
    )


def nodes(connection: Connection, message_ids: Sequence[MessageId]) -> list[SavedNode]:
    """Return the nodes of these messages under every context."""
    rows = connection.execute(
        f"SELECT message_id, context_key, end_key, form FROM message_node WHERE {_AMONG} ORDER BY message_id", [json.dumps(message_ids)]
    )
    return [SavedNode(MessageId(message_id), context_key, end_key, TokenForm(form)) for message_id, context_key, end_key, form in rows]


def end_keys_by_context(connection: Connection) -> dict[bytes, set[bytes]]:
    """Return the end keys that any message owns, by context; a context whose nodes are all forgotten has none."""
    owned: dict[bytes, set[bytes]] = {}
    for context_key, end_key in connection.execute("SELECT DISTINCT context_key, end_key FROM message_node"):
        owned.setdefault(context_key, set()).update({end_key} if end_key else ())
    return owned


def head_ends(connection: Connection) -> dict[bytes, set[bytes]]:
    """Return the end keys of the messages at which chats stand, by context."""
    ends: dict[bytes, set[bytes]] = {}
    query = "SELECT DISTINCT context_key, end_key FROM conversation JOIN message_node ON message_id = head_message_id WHERE end_key <> x''"
    for context_key, end_key in connection.execute(query):
        ends.setdefault(context_key, set()).add(end_key)
    return ends


def write_context(connection: Connection, context: KvContext) -> None:
    """Keep what a context key stands for."""
    connection.execute(
        "INSERT OR REPLACE INTO kv_context (context_key, model_identity, model_name, settings) VALUES (?, ?, ?, ?)",
        [context.key, context.model_identity, storable(context.model_name), json.dumps(dict(context.settings))],
    )


def contexts(connection: Connection) -> list[KvContext]:
    """Return what all known context keys stand for."""
    rows = connection.execute("SELECT context_key, model_identity, model_name, settings FROM kv_context")
    return [KvContext(key, identity, name, json.loads(settings)) for key, identity, name, settings in rows]
