"""Archived chats as JSON, version 2; what is read is bounded and checked before anything is stored.

The text is one list of objects, however many chats it has, so that it can be written and read piece by piece. Written, each
object has a line of its own. The objects, by their "kind":

    rivulet chats   first: "version"
    tree            begins chats that share messages: how many "messages" and "chats" of it follow
    message         "parent" is a number of a message of this tree, counted from 0; null: the first of a conversation
    chat            "head", "redo", "forked_at", "context_start", "ends" and "visited" are numbers of messages, "forked_from" of a chat
                    of this tree; "ends" names the messages that a chat has, each with all that leads to it; "folder" is a folder's name

What is missing of a chat but its title, times, prompt settings and head stands for nothing. The cache's records are JSON of another
kind, which only goes along with saved states.
"""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from desktop.conversations.archive import (
    ArchivedChat,
    ArchivedEdit,
    ArchivedMessage,
    ArchivedNode,
    ArchivedRecords,
    ArchivedTokens,
    ArchivedTree,
    DamagedArchiveError,
    TooLargeToExportError,
    leaves,
    members,
)
from desktop.conversations.kv_records import KvContext, TokenForm
from desktop.conversations.message import ReplyStats, Role, Status
from desktop.conversations.setup import Sampling
from desktop.system.fields import Fields
from desktop.system.json_list import BrokenListError, Item, objects
from desktop.system.words import said_by, say

KIND = "rivulet chats"
VERSION = 2
RECORDS_VERSION = 1
MOST_BYTES = 128 << 20  # of a chat that comes with saved states, of their records, and of one object in any file
MOST_DEPTH = 50
MOST_MESSAGES = 100_000  # of a tree
MOST_CHATS = 10_000  # of a tree
MOST_MEMBERS = 4_000_000  # what the chats of a tree may have together
MOST_TEXT = 256 << 20  # bytes of a tree
MOST_TOKENS = 1 << 22  # of one reply
MOST_RECORDS = 400_000
TITLE_CHARACTERS = 10_000
NAME_CHARACTERS = 10_000
KEY_BYTES = 64
SETTINGS = 100
LARGEST_TOKEN = 0x7FFF_FFFF
HIGHEST_TEMPERATURE = 100.0
LEAST_PENALTY, HIGHEST_PENALTY = 0.01, 100.0
LARGEST_SEED = 0xFFFF_FFFE  # llama.cpp takes the next for a random one
MOST_SECONDS = 1e9  # times are told from these: what is beyond would only be made up

_FINAL = [status for status in Status if status is not Status.STREAMING]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part of a file that could not be taken for a chat."""

    where: str
    why: str


def begin_json() -> bytes:
    """Return what a file of chats begins with."""
    return b"[\n" + _encoded({"kind": KIND, "version": VERSION})


def tree_to_json(messages: int, chats: int, has: int = 0) -> bytes:
    """Return what a tree of so many messages and chats begins with; these follow, in this order. Raises TooLargeToExportError.

    has: how many messages its chats have together, those that several have counted for each.
    """
    if messages > MOST_MESSAGES or chats > MOST_CHATS or has > MOST_MEMBERS:
        raise TooLargeToExportError
    return b",\n" + _encoded({"kind": "tree", "messages": messages, "chats": chats})


def message_to_json(message: ArchivedMessage) -> bytes:
    """Return a message of the present tree. Raises TooLargeToExportError."""
    values = asdict(message)
    return b",\n" + _encoded({"kind": "message", **values, "created_at": message.created_at.isoformat()})


def chat_to_json(chat: ArchivedChat) -> bytes:
    """Return a chat of the present tree. Raises TooLargeToExportError."""
    times = {
        "began_on": chat.began_on.isoformat(),
        "created_at": chat.created_at.isoformat(),
        "updated_at": chat.updated_at.isoformat(),
        "trashed_at": None if chat.trashed_at is None else chat.trashed_at.isoformat(),
    }
    values = asdict(chat)
    sampling = values.pop("sampling")
    return b",\n" + _encoded({"kind": "chat", **values, **sampling, **times})


def end_json() -> bytes:
    """Return what a file of chats ends with."""
    return b"\n]\n"


def archive_to_json(tree: ArchivedTree) -> bytes:
    """Return one tree as a whole text. Raises TooLargeToExportError."""
    content = b"".join(
        [
            begin_json(),
            tree_to_json(len(tree.messages), len(tree.chats)),
            *map(message_to_json, tree.messages),
            *map(chat_to_json, tree.chats),
            end_json(),
        ]
    )
    if len(content) > MOST_BYTES:
        raise TooLargeToExportError
    return content


def archive_from_json(content: bytes) -> ArchivedTree:
    """Return the one chat with its tree that a whole text holds, also one of version 1. Raises DamagedArchiveError."""
    try:
        if content.startswith(b"{"):
            return _from_version_1(Fields.parse(content, say("the chat")))
        found = list(trees(objects(io.BytesIO(content), MOST_BYTES, MOST_DEPTH)))
    except ValueError as error:
        raise DamagedArchiveError(said_by(error)) from error
    if len(found) != 1 or (isinstance(found[0], ArchivedTree) and len(found[0].chats) != 1):
        raise DamagedArchiveError(say("it does not hold one chat"))
    if isinstance(found[0], Unreadable):
        raise DamagedArchiveError(found[0].why)
    return found[0]


def trees(items: Iterable[Item]) -> Iterator[ArchivedTree | Unreadable]:
    """Yield the trees of a file, and what could not be read in place of those that are damaged: what comes after is read all the same.

    Raises ValueError where the list is broken or of a version that is not known.
    """
    reader = _TreeReader()
    for item in items:
        if item.number == 1:
            _check_head(item)
        elif (found := reader.take(item)) is not None:
            yield found
    if (cut := reader.end()) is not None:
        yield cut


def records_to_json(records: ArchivedRecords) -> bytes:
    """Return records as a JSON text. Raises TooLargeToExportError."""
    return _encoded(
        {
            "version": RECORDS_VERSION,
            "tokens": [
                {"message": one.message, "vocabulary": one.vocabulary, "form": one.form, "ids": list(one.ids)} for one in records.tokens
            ],
            "nodes": [
                {"message": one.message, "context": one.context_key.hex(), "form": one.form, "end": one.end_key.hex(), "start": one.start}
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
        fields = Fields.parse(content, say("the saved state"))
        _check_version(fields, RECORDS_VERSION)
        return ArchivedRecords(
            tuple(_tokens(Fields(value, say("tokens")), messages) for value in fields.items("tokens", MOST_RECORDS)),
            tuple(_node(Fields(value, say("a node")), messages) for value in fields.items("nodes", MOST_RECORDS)),
            tuple(_context(Fields(value, say("a context"))) for value in fields.items("contexts", MOST_RECORDS)),
        )
    except ValueError as error:
        raise DamagedArchiveError(said_by(error)) from error


class _TreeReader:
    """Put trees together of the objects of a file."""

    def __init__(self) -> None:
        self._place = ""  # of the present tree; empty: none
        self._expected = (0, 0)
        self._bytes = 0
        self._messages: list[ArchivedMessage] = []
        self._chats: list[ArchivedChat] = []
        self._members = 0

    def take(self, item: Item) -> ArchivedTree | Unreadable | None:
        """Take the next object; return the tree that it completes, or why the present one cannot be read."""
        before = self._place
        try:
            if item.content is None:
                raise ValueError(item.why)
            fields = Fields.parse(item.content, say("entry {number}", number=item.number))
            kind = fields.text("kind", NAME_CHARACTERS)
            if kind == "tree":
                return self._begin(fields, item.number, before)
            if not self._place:  # it belongs to one that cannot be read
                return None
            self._add(kind, fields, len(item.content))
            return self._completed()
        except ValueError as error:
            self._place = ""
            return Unreadable(before, said_by(error)) if before else None

    def end(self) -> Unreadable | None:
        """Return what is missing at the end."""
        return Unreadable(self._place, say("its end is missing")) if self._place else None

    def _begin(self, fields: Fields, number: int, before: str) -> Unreadable | None:
        unended = self.end()
        self._place = say("the chats from entry {number} on", number=number)
        self._bytes, self._members, self._messages, self._chats = 0, 0, [], []
        try:
            self._expected = fields.integer("messages", high=MOST_MESSAGES), fields.integer("chats", 1, MOST_CHATS)
        except ValueError as error:
            place, self._place = self._place, ""
            return Unreadable(before or place, said_by(error))
        return unended

    def _add(self, kind: str, fields: Fields, size: int) -> None:
        self._bytes += size
        if self._bytes > MOST_TEXT:
            raise ValueError(say("it is larger than {size} MiB", size=MOST_TEXT >> 20))
        wanted = "message" if len(self._messages) < self._expected[0] else "chat"
        if kind != wanted:
            raise ValueError(say("a message is missing in it") if wanted == "message" else say("a chat is missing in it"))
        if kind == "message":
            self._messages.append(_message(fields, len(self._messages)))
            return
        chat, has = _chat(fields, self._messages, len(self._chats), MOST_MEMBERS - self._members)
        self._members += has
        self._chats.append(chat)

    def _completed(self) -> ArchivedTree | None:
        if len(self._chats) < self._expected[1]:
            return None
        tree = ArchivedTree(tuple(self._messages), tuple(self._chats))
        if len(members((end for chat in tree.chats for end in chat.ends), tree.messages)) != len(tree.messages):
            raise ValueError(say("it has messages that belong to no chat"))
        self._place = ""
        return tree


def _encoded(content: Mapping[str, object]) -> bytes:
    encoded = json.dumps(content, ensure_ascii=False, allow_nan=False).encode(errors="replace")
    if len(encoded) > MOST_BYTES:
        raise TooLargeToExportError
    return encoded


def _check_head(item: Item) -> None:
    if item.content is None:
        raise BrokenListError(item.why)
    fields = Fields.parse(item.content, say("its beginning"))
    if fields.text("kind", NAME_CHARACTERS) != KIND:
        raise BrokenListError(say("it holds no chats of Rivulet"))
    _check_version(fields, VERSION)


def _check_version(fields: Fields, known: int) -> None:
    if (version := fields.integer("version")) != known:
        raise ValueError(say("it has version {version}, and this Rivulet knows {known}", version=version, known=known))


def _from_version_1(fields: Fields) -> ArchivedTree:
    """Return the chat of a text in which it was one object with its messages in it."""
    _check_version(fields, 1)
    values = fields.items("messages", MOST_MESSAGES)
    messages = [_message(Fields(value, say("message {number}", number=number)), number) for number, value in enumerate(values)]
    return ArchivedTree(tuple(messages), (_chat(fields, messages, 0, MOST_MEMBERS)[0],))


def _message(fields: Fields, number: int) -> ArchivedMessage:
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
        raise ValueError(say("message {number} has a status that it cannot have", number=number))
    return message


def _chat(fields: Fields, messages: Sequence[ArchivedMessage], number: int, most_members: int) -> tuple[ArchivedChat, int]:
    """Return a chat and how many messages it has."""
    last = len(messages) - 1
    model = fields.optional("model", lambda name: fields.text(name, NAME_CHARACTERS))  # an older Rivulet wrote none
    ends = fields.optional("ends", lambda name: fields.integers(name, len(messages), 0, last))
    chat = ArchivedChat(
        title=fields.text("title", TITLE_CHARACTERS),
        system_prompt=fields.text("system_prompt"),
        began_on=fields.day("began_on"),
        created_at=fields.time("created_at"),
        updated_at=fields.time("updated_at"),
        thinking=fields.optional("thinking", fields.flag),
        keeps_reasoning=fields.flag("keeps_reasoning"),
        is_plain=fields.flag("is_plain"),
        head=fields.optional("head", lambda name: fields.integer(name, high=last)),
        ends=leaves(messages) if ends is None else ends,
        model=_last_model(messages) if model is None else model,
        sampling=_sampling(fields),
        redo=fields.optional("redo", lambda name: fields.integer(name, high=last)),
        forked_from=fields.optional("forked_from", lambda name: fields.integer(name, high=number - 1)),
        forked_at=fields.optional("forked_at", lambda name: fields.integer(name, high=last)),
        visited=fields.optional("visited", lambda name: fields.integers(name, len(messages), 0, last)) or (),
        draft=fields.optional("draft", fields.text) or "",
        edits=tuple(_edit(value, last) for value in fields.optional("edits", lambda name: fields.items(name, len(messages))) or ()),
        is_kept_ready=fields.optional("is_kept_ready", fields.flag) or False,
        trashed_at=fields.optional("trashed_at", fields.time),
        context_start=fields.optional("context_start", lambda name: fields.integer(name, high=last)),
        is_title_chosen=fields.optional("is_title_chosen", fields.flag) or False,
        is_pinned=fields.optional("is_pinned", fields.flag) or False,
        folder=fields.optional("folder", lambda name: fields.text(name, NAME_CHARACTERS)),
    )
    has = members(chat.ends, messages)
    named = {chat.head, chat.redo, chat.forked_at, chat.context_start, *chat.visited, *(edit.message for edit in chat.edits)} - {None}
    if len(has) > most_members:
        raise ValueError(say("its chats have too many messages"))
    if not named <= has:
        raise ValueError(say("a chat names a message that it does not have"))
    if len({edit.message for edit in chat.edits}) < len(chat.edits):
        raise ValueError(say("a chat has two texts in place of one message"))
    return chat, len(has)


def _sampling(fields: Fields) -> Sampling:
    return Sampling(
        temperature=fields.optional("temperature", lambda name: fields.number(name, HIGHEST_TEMPERATURE)),
        top_p=fields.optional("top_p", lambda name: fields.number(name, 1.0)),
        top_k=fields.optional("top_k", lambda name: fields.integer(name, high=LARGEST_TOKEN)),
        min_p=fields.optional("min_p", lambda name: fields.number(name, 1.0)),
        repeat_penalty=fields.optional("repeat_penalty", lambda name: fields.number(name, HIGHEST_PENALTY, low=LEAST_PENALTY)),
        seed=fields.optional("seed", lambda name: fields.integer(name, high=LARGEST_SEED)),
        most_tokens=fields.optional("most_tokens", lambda name: fields.integer(name, low=1, high=LARGEST_TOKEN)),
    )


def _edit(value: object, last: int) -> ArchivedEdit:
    fields = Fields(value, say("an edit"))
    return ArchivedEdit(fields.integer("message", high=last), fields.text("text"), fields.flag("is_open"))


def _last_model(messages: Sequence[ArchivedMessage]) -> str:
    return next((message.model for message in reversed(messages) if message.model), "")


def _stats(value: object) -> ReplyStats:
    fields = Fields(value, say("stats"))
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
        fields.optional("start", lambda name: fields.integer(name, high=messages - 1)),
    )


def _context(fields: Fields) -> KvContext:
    return KvContext(
        fields.octets("key", KEY_BYTES),
        fields.octets("model_identity", KEY_BYTES),
        fields.text("model_name", NAME_CHARACTERS),
        fields.plain("settings", SETTINGS),
    )
