"""A chat with its whole tree as JSON, for export and import; what is read is bounded and checked before anything is stored.

Messages are numbered from 0 in the order in which they were made, so that a parent comes before its children and nothing
of the database's own numbers leaves it. Drafts, the trash and the place in the list stay at home.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from desktop.conversations.kv_records import KvContext, TokenForm
from desktop.conversations.message import ReplyStats, Role, Status
from desktop.system.errors import RivuletError
from desktop.system.fields import Fields

VERSION = 1
MOST_BYTES = 128 << 20  # of either JSON text
MOST_MESSAGES = 100_000
MOST_TOKENS = 1 << 22  # of one reply
MOST_RECORDS = 400_000
TITLE_CHARACTERS = 10_000
NAME_CHARACTERS = 10_000
KEY_BYTES = 64
SETTINGS = 100
LARGEST_TOKEN = 0x7FFF_FFFF
HIGHEST_TEMPERATURE = 100.0
MOST_SECONDS = 1e9  # times are told from these: what is beyond would only be made up

_FINAL = [status for status in Status if status is not Status.STREAMING]


class DamagedArchiveError(RivuletError):
    """What should be imported is no exported chat, or damaged; nothing was imported."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This is no chat that can be imported: {why}. Nothing was imported.")


class TooLargeToExportError(RivuletError):
    """A chat is larger than an import would accept."""

    def __init__(self) -> None:
        super().__init__("This chat is too large to be exported. It is kept as it is.")


@dataclass(frozen=True, slots=True)
class ArchivedMessage:
    """One message, its parent named by number."""

    parent: int | None
    role: Role
    text: str
    status: Status
    created_at: datetime  # UTC
    reasoning: str = ""
    model: str = ""
    seed: int | None = None
    stats: ReplyStats | None = None


@dataclass(frozen=True, slots=True)
class ArchivedChat:
    """A chat with all messages it has made or visited."""

    title: str
    system_prompt: str
    began_on: date
    created_at: datetime  # UTC
    updated_at: datetime  # UTC
    thinking: bool | None
    keeps_reasoning: bool
    is_plain: bool
    head: int | None  # the message at which it stands
    messages: tuple[ArchivedMessage, ...] = ()
    model: str = ""
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class ArchivedTokens:
    """The exact tokens of a reply."""

    message: int
    vocabulary: str
    form: TokenForm
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ArchivedNode:
    """The newest node of the KV cache on the path to a message."""

    message: int
    context_key: bytes
    form: TokenForm
    end_key: bytes


@dataclass(frozen=True, slots=True)
class ArchivedRecords:
    """What the database knows of a chat's KV cache."""

    tokens: tuple[ArchivedTokens, ...] = ()
    nodes: tuple[ArchivedNode, ...] = ()
    contexts: tuple[KvContext, ...] = ()


def chat_to_json(chat: ArchivedChat) -> bytes:
    """Return a chat as a JSON text. Raises TooLargeToExportError."""
    content = {
        "version": VERSION,
        "title": chat.title,
        "system_prompt": chat.system_prompt,
        "began_on": chat.began_on.isoformat(),
        "created_at": chat.created_at.isoformat(),
        "updated_at": chat.updated_at.isoformat(),
        "thinking": chat.thinking,
        "keeps_reasoning": chat.keeps_reasoning,
        "is_plain": chat.is_plain,
        "model": chat.model,
        "temperature": chat.temperature,
        "head": chat.head,
        "messages": [
            {
                "parent": message.parent,
                "role": message.role,
                "text": message.text,
                "reasoning": message.reasoning,
                "model": message.model,
                "status": message.status,
                "seed": message.seed,
                "stats": None if message.stats is None else asdict(message.stats),
                "created_at": message.created_at.isoformat(),
            }
            for message in chat.messages
        ],
    }
    if len(chat.messages) > MOST_MESSAGES:
        raise TooLargeToExportError
    return _encoded(content)


def chat_from_json(content: bytes) -> ArchivedChat:
    """Return the chat that a JSON text holds. Raises DamagedArchiveError."""
    try:
        fields = _parsed(content, "the chat")
        messages = tuple(_message(value, number) for number, value in enumerate(fields.items("messages", MOST_MESSAGES)))
        model = fields.optional("model", lambda name: fields.text(name, NAME_CHARACTERS))  # an older Rivulet wrote none
        return ArchivedChat(
            title=fields.text("title", TITLE_CHARACTERS),
            system_prompt=fields.text("system_prompt"),
            began_on=fields.day("began_on"),
            created_at=fields.time("created_at"),
            updated_at=fields.time("updated_at"),
            thinking=fields.optional("thinking", fields.flag),
            keeps_reasoning=fields.flag("keeps_reasoning"),
            is_plain=fields.flag("is_plain"),
            head=fields.optional("head", lambda name: fields.integer(name, high=len(messages) - 1)),
            messages=messages,
            model=_last_model(messages) if model is None else model,
            temperature=fields.optional("temperature", lambda name: fields.number(name, HIGHEST_TEMPERATURE)),
        )
    except ValueError as error:
        raise DamagedArchiveError(str(error)) from error


def records_to_json(records: ArchivedRecords) -> bytes:
    """Return records as a JSON text. Raises TooLargeToExportError."""
    return _encoded(
        {
            "version": VERSION,
            "tokens": [
                {"message": one.message, "vocabulary": one.vocabulary, "form": one.form, "ids": list(one.ids)} for one in records.tokens
            ],
            "nodes": [
                {"message": one.message, "context": one.context_key.hex(), "form": one.form, "end": one.end_key.hex()}
                for one in records.nodes
            ],
            "contexts": [
                {
                    "key": one.key.hex(),
                    "model_identity": one.model_identity.hex(),
                    "model_name": one.model_name,
                    "settings": dict(one.settings),
                }
                for one in records.contexts
            ],
        }
    )


def records_from_json(content: bytes, messages: int) -> ArchivedRecords:
    """Return the records that a JSON text holds, for a chat of so many messages. Raises DamagedArchiveError."""
    try:
        fields = _parsed(content, "the saved state")
        return ArchivedRecords(
            tuple(_tokens(Fields(value, "tokens"), messages) for value in fields.items("tokens", MOST_RECORDS)),
            tuple(_node(Fields(value, "a node"), messages) for value in fields.items("nodes", MOST_RECORDS)),
            tuple(_context(Fields(value, "a context")) for value in fields.items("contexts", MOST_RECORDS)),
        )
    except ValueError as error:
        raise DamagedArchiveError(str(error)) from error


def _encoded(content: Mapping[str, object]) -> bytes:
    encoded = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1).encode(errors="replace")
    if len(encoded) > MOST_BYTES:
        raise TooLargeToExportError
    return encoded


def _parsed(content: bytes, what: str) -> Fields:
    fields = Fields.parse(content, what)
    if (version := fields.integer("version")) != VERSION:
        raise ValueError(f"it has version {version}, and this Rivulet knows {VERSION}")
    return fields


def _message(value: object, number: int) -> ArchivedMessage:
    fields = Fields(value, f"message {number}")
    message = ArchivedMessage(
        parent=fields.optional("parent", lambda name: fields.integer(name, high=number - 1)),
        role=fields.choice("role", Role),
        text=fields.text("text"),
        status=fields.choice("status", Status),
        created_at=fields.time("created_at"),
        reasoning=fields.text("reasoning"),
        model=fields.text("model", NAME_CHARACTERS),
        seed=fields.optional("seed", fields.integer),
        stats=fields.optional("stats", lambda name: _stats(fields.plain(name, SETTINGS))),
    )
    allowed: Sequence[Status] = _FINAL if message.role is Role.ASSISTANT else [Status.COMPLETE]
    if message.status not in allowed:
        raise ValueError(f"message {number} has a status that it cannot have")
    return message


def _last_model(messages: Sequence[ArchivedMessage]) -> str:
    return next((message.model for message in reversed(messages) if message.model), "")


def _stats(value: object) -> ReplyStats:
    fields = Fields(value, "stats")
    return ReplyStats(
        fields.integer("tokens_restored", high=LARGEST_TOKEN),
        fields.integer("tokens_read", high=LARGEST_TOKEN),
        fields.number("reading_seconds", MOST_SECONDS),
        fields.integer("tokens_written", high=LARGEST_TOKEN),
        fields.number("writing_seconds", MOST_SECONDS),
        fields.optional("thinking_seconds", lambda name: fields.number(name, MOST_SECONDS)) or 0.0,
    )


def _tokens(fields: Fields, messages: int) -> ArchivedTokens:
    return ArchivedTokens(
        fields.integer("message", high=messages - 1),
        fields.text("vocabulary", NAME_CHARACTERS),
        fields.choice("form", TokenForm),
        fields.integers("ids", MOST_TOKENS, 0, LARGEST_TOKEN),
    )


def _node(fields: Fields, messages: int) -> ArchivedNode:
    return ArchivedNode(
        fields.integer("message", high=messages - 1),
        fields.octets("context", KEY_BYTES),
        fields.choice("form", TokenForm),
        fields.octets("end", KEY_BYTES),
    )


def _context(fields: Fields) -> KvContext:
    return KvContext(
        fields.octets("key", KEY_BYTES),
        fields.octets("model_identity", KEY_BYTES),
        fields.text("model_name", NAME_CHARACTERS),
        fields.plain("settings", SETTINGS),
    )
