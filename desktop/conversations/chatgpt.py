"""Chats as ChatGPT exports them in conversations.json: a list of conversations, each a mapping of nodes that name their parents.

Branches become versions. What systems and tools said is left out, and what follows it follows what came before; thoughts go with the
reply after them; parts of one reply are joined; what is no text becomes a note in words.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from desktop.conversations.archive import ArchivedChat, ArchivedMessage, ArchivedTree, leaves
from desktop.conversations.archive_json import MOST_MESSAGES, NAME_CHARACTERS, TITLE_CHARACTERS, Unreadable
from desktop.conversations.message import Role, Status
from desktop.system.fields import Fields
from desktop.system.json_list import Item
from desktop.system.words import said_by, say

MOST_NODES = 4 * MOST_MESSAGES
WHERE_CHARACTERS = 80  # of a title in what is said of a conversation
LAST_MOMENT = 253_402_300_799.0  # seconds since 1970 of the end of the year 9999

_NOTES = {
    "image_asset_pointer": "[An image was here.]",
    "audio_asset_pointer": "[A recording was here.]",
    "real_time_user_audio_video_asset_pointer": "[A recording was here.]",
}
_OTHER_NOTE = "[Something that is no text was here.]"
_UNSEEN = {"model_editable_context", "user_editable_context", "reasoning_recap"}


@dataclass(slots=True)
class _Said:
    """What a node adds to the chat."""

    role: Role
    text: str = ""
    reasoning: str = ""
    model: str = ""
    created_at: datetime | None = None
    parent: int | None = None
    followers: int = 0


@dataclass(slots=True)
class _Walk:
    """The nodes that were come to, parents first."""

    said: list[_Said] = field(default_factory=list)
    places: dict[str, int | None] = field(default_factory=dict)  # of nodes, or of what is before them where they say nothing


def conversations(items: Iterable[Item]) -> Iterator[ArchivedTree | Unreadable]:
    """Yield the conversations of a file, and what could not be read in place of those that are damaged."""
    for item in items:
        where: str = say("entry {number}", number=item.number)
        try:
            if item.content is None:
                raise ValueError(item.why)
            fields = Fields.parse(item.content, where)
            title = fields.optional("title", fields.text) or ""
            where = _quoted(title) or where
            yield _tree(fields, title[:TITLE_CHARACTERS])
        except ValueError as error:
            yield Unreadable(where, said_by(error))


def _tree(fields: Fields, title: str) -> ArchivedTree:
    nodes = fields.object("mapping")
    if len(nodes) > MOST_NODES:
        raise ValueError(say("it has too many messages"))
    walk = _walk(nodes)
    if not any(said.text or said.reasoning for said in walk.said):
        raise ValueError(say("it has no messages"))
    began = _moment(fields, "create_time") or next((said.created_at for said in walk.said if said.created_at), None) or datetime.now(UTC)
    numbers, messages = _joined(walk.said, began)
    if len(messages) > MOST_MESSAGES:
        raise ValueError(say("it has too many messages"))
    place = walk.places.get(fields.optional("current_node", fields.text) or "")
    chat = ArchivedChat(
        title=title,
        system_prompt="",
        began_on=began.date(),
        created_at=began,
        updated_at=_moment(fields, "update_time") or messages[-1].created_at,
        thinking=None,
        keeps_reasoning=False,
        is_plain=False,
        head=len(messages) - 1 if place is None else numbers[place],
        ends=leaves(messages),
    )
    return ArchivedTree(tuple(messages), (chat,))


def _walk(nodes: Mapping[str, object]) -> _Walk:
    """Go from the roots to all that follows them, versions in their order. Raises ValueError where nodes lead in a circle."""
    checked = {name: Fields(node, say("a message")) for name, node in nodes.items()}
    children: dict[str, list[str]] = {name: [] for name in checked}
    roots = list[str]()
    for name, node in checked.items():
        parent = node.optional("parent", node.text)
        children.get(parent or "", roots).append(name)  # one whose parent is missing begins anew
    walk = _Walk()
    ahead: list[tuple[str, int | None]] = [(name, None) for name in reversed(roots)]
    while ahead:
        name, before = ahead.pop()
        if (said := _said(checked[name])) is not None:
            said.parent = before
            if before is not None:
                walk.said[before].followers += 1
            before = len(walk.said)
            walk.said.append(said)
        walk.places[name] = before
        order = {child: place for place, child in enumerate(_names(checked[name]))}
        following = sorted(children[name], key=lambda child: order.get(child, len(order)))
        ahead += [(child, before) for child in reversed(following)]
    if len(walk.places) < len(nodes):
        raise ValueError(say("its messages lead in a circle"))
    return walk


def _joined(walked: list[_Said], began: datetime) -> tuple[list[int], list[ArchivedMessage]]:
    """Return messages in which the parts of each reply are one, and the number of the message that each part went to."""
    numbers, messages = list[int](), list[ArchivedMessage]()
    for said in walked:
        parent = None if said.parent is None else numbers[said.parent]
        if said.role is Role.ASSISTANT and said.parent is not None and parent is not None:
            before = messages[parent]
            if before.role is Role.ASSISTANT and walked[said.parent].followers == 1:
                messages[parent] = replace(
                    before,
                    text=_paragraphs(before.text, said.text),
                    reasoning=_paragraphs(before.reasoning, said.reasoning),
                    model=said.model or before.model,
                )
                numbers.append(parent)
                continue
        numbers.append(len(messages))
        at = said.created_at or (began if parent is None else messages[parent].created_at)
        messages.append(ArchivedMessage(parent, said.role, said.text, Status.COMPLETE, at, said.reasoning, said.model))
    return numbers, messages


def _said(node: Fields) -> _Said | None:
    """Return what a node says to the person or what the person said; None where it says nothing."""
    message = node.optional("message", node.object)
    if message is None:
        return None
    fields = Fields(message, say("a message"))
    role = Fields(fields.object("author"), "an author").text("role", NAME_CHARACTERS)
    metadata = Fields(fields.optional("metadata", fields.object) or {}, "what is known of a message")
    if role not in ("user", "assistant") or metadata.optional("is_visually_hidden_from_conversation", metadata.flag):
        return None
    content = Fields(fields.optional("content", fields.object) or {}, "a content")
    kind = content.optional("content_type", lambda name: content.text(name, NAME_CHARACTERS)) or "text"
    said = _Said(Role(role), created_at=_moment(fields, "create_time"))
    if said.role is Role.ASSISTANT:
        said.model = metadata.optional("model_slug", lambda name: metadata.text(name, NAME_CHARACTERS)) or ""
    if kind == "thoughts":
        thoughts = (Fields(thought, "a thought") for thought in content.items("thoughts", MOST_MESSAGES))
        said.reasoning = _paragraphs(*(thought.optional("content", thought.text) or "" for thought in thoughts))
    elif kind not in _UNSEEN:
        said.text = _text(content, kind)
    return said if said.text or said.reasoning else None


def _text(content: Fields, kind: str) -> str:
    if kind in ("code", "execution_output", "tether_quote"):
        text = content.optional("text", content.text) or ""
        language = content.optional("language", lambda name: content.text(name, NAME_CHARACTERS)) or ""
        return _fenced(text, language if language.isalnum() and language != "unknown" else "") if kind == "code" and text else text
    return _paragraphs(*(_part(part) for part in content.optional("parts", lambda name: content.items(name, MOST_MESSAGES)) or ()))


def _part(part: object) -> str:
    if isinstance(part, str):
        return part
    fields = Fields(part, "a part of a message")
    kind = fields.optional("content_type", lambda name: fields.text(name, NAME_CHARACTERS)) or ""
    if kind == "audio_transcription":
        return fields.optional("text", fields.text) or ""
    return _NOTES.get(kind, _OTHER_NOTE)


def _fenced(text: str, language: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _names(node: Fields) -> list[object]:
    return [name for name in node.optional("children", lambda name: node.items(name, MOST_NODES)) or [] if isinstance(name, str)]


def _quoted(title: str) -> str:
    shown = " ".join("".join(character if character.isprintable() else " " for character in title[:WHERE_CHARACTERS]).split())
    return f"“{shown}”" if shown else ""


def _moment(fields: Fields, name: str) -> datetime | None:
    """Return a time; None where there is none, or none that a calendar has."""
    try:
        seconds = fields.optional(name, lambda name: fields.number(name, LAST_MOMENT))
    except ValueError:
        return None
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
