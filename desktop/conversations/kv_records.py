"""What the database knows of the KV cache: exact tokens of replies, saved nodes, and what context keys stand for."""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop.conversations.database import Connection, storable
from desktop.conversations.message import MessageId
from desktop.conversations.preset_store import preset_ends

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
    start_id: MessageId | None = None  # with which the path begins; None: the chat's first


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
        """
        INSERT OR REPLACE INTO message_node (message_id, context_key, form, end_key, start_id)
        SELECT id, ?, ?, ?, ? FROM message WHERE id = ?
        """,
        [node.context_key, node.form, node.end_key, node.start_id or 0, node.message_id],
    )


def nodes(connection: Connection, message_ids: Sequence[MessageId], start_id: MessageId | None) -> list[SavedNode]:
    """Return the nodes of these messages under every context, of paths that begin with a message; None: with the first."""
    return [node for node in all_nodes(connection, message_ids) if node.start_id == start_id]


def all_nodes(connection: Connection, message_ids: Sequence[MessageId]) -> list[SavedNode]:
    """Return the nodes of these messages under every context, whatever message their paths begin with."""
    rows = connection.execute(
        f"SELECT message_id, context_key, end_key, form, start_id FROM message_node WHERE {_AMONG} ORDER BY message_id",
        [json.dumps(message_ids)],
    )
    return [
        SavedNode(MessageId(message_id), context_key, end_key, TokenForm(form), MessageId(start_id) if start_id else None)
        for message_id, context_key, end_key, form, start_id in rows
    ]


def end_keys_by_context(connection: Connection) -> dict[bytes, set[bytes]]:
    """Return the end keys that any message or preset owns, by context; a context whose nodes are all forgotten has none."""
    owned = preset_ends(connection)
    for context_key, end_key in connection.execute("SELECT DISTINCT context_key, end_key FROM message_node"):
        owned.setdefault(context_key, set()).update({end_key} if end_key else ())
    return owned


def head_ends(connection: Connection) -> dict[bytes, set[bytes]]:
    """Return the end keys of the messages at which chats stand, by context."""
    ends: dict[bytes, set[bytes]] = {}
    rows = connection.execute(
        """
        SELECT DISTINCT context_key, end_key FROM conversation JOIN message_node ON message_id = head_message_id
        WHERE end_key <> x'' AND start_id IN (0, context_start_id)
        """
    )
    for context_key, end_key in rows:
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
