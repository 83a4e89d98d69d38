"""A chat as Markdown that people read: what was said on the path at which it stands, and by whom.

What models and people wrote cannot reach beyond its own message: a person's is quoted line by line, in a reply an open code fence is
closed, and what would begin HTML is shown as it is written.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from desktop.conversations.message import Conversation, Message, MessageId, Role, Status

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_TAG = re.compile(r"^( {0,3})<")
_ENDINGS = {
    Status.STREAMING: "This reply was still being written.",
    Status.STOPPED: "This reply was stopped.",
    Status.INTERRUPTED: "This reply was interrupted.",
    Status.CUT: "This reply ended where the context was full.",
    Status.FAILED: "This reply failed.",
}


def chat_to_markdown(
    chat: Conversation, path: Sequence[Message], versions: Mapping[MessageId, Sequence[MessageId]], *, with_thoughts: bool
) -> Iterator[str]:
    """Yield a chat message by message, root first; versions are those of messages that have others."""
    yield f"# {_escaped(chat.title)}\n\n{_when(chat.created_at)}"
    if chat.model:
        yield f" · {_escaped(chat.model)}"
    yield "\n\n"
    if chat.system_prompt:
        yield f"**System prompt**\n\n{_quoted(chat.system_prompt)}\n\n"
    for message in path:
        yield _head(message, versions.get(message.id, ()))
        if message.role is Role.USER:
            yield f"{_quoted(message.text)}\n\n"
            continue
        if with_thoughts and message.reasoning:
            yield f"*Thoughts*\n\n{_quoted(message.reasoning)}\n\n"
        yield f"{_reply(message.text)}\n\n"
        if message.status is not Status.COMPLETE:
            yield f"*{_ENDINGS[message.status]}*\n\n"


def _head(message: Message, versions: Sequence[MessageId]) -> str:
    who = "You" if message.role is Role.USER else _escaped(message.model) or "Reply"
    head = f"## {who}\n\n{_when(message.created_at)}"
    if len(versions) > 1:
        head += f" · version {versions.index(message.id) + 1} of {len(versions)}; the others are not in this file"
    return f"{head}\n\n"


def _reply(text: str) -> str:
    """Return a reply that ends with no code fence open and begins no HTML."""
    lines, fence = list[str](), ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if fence:
            is_end = found is not None and found[1].startswith(fence) and not found[2].strip()
            fence = "" if is_end else fence
        elif found is not None and not (found[1][0] == "`" and "`" in found[2]):
            fence = found[1]
        else:
            line = _TAG.sub(r"\1\\<", line)
        lines.append(line)
    return "\n".join([*lines, fence] if fence else lines)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


def _when(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
