"""What tests of taking chats along begin with: a data directory's archives, and chats as ChatGPT writes them."""

import asyncio
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from desktop.chat.archives import Archives
from desktop.chat.course import Course
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.imported import Imported
from desktop.conversations.message import Conversation
from desktop.conversations.store import ConversationStore

T = TypeVar("T")
BEGAN = 1_740_830_400.0  # noon of the 1st of March 2025


class Home:
    """A store and what takes its chats along."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.faults: list[object] = []
        self.events = EventBuffer()
        self.store = ConversationStore.open(folder / "conversations.sqlite3", self.faults.append)
        self.archives = Archives(self.store, self._import_framed, self.events)
        self.framed: list[bytes] = []

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(coroutine)

    def exported(self, chat: Conversation | None = None) -> bytes:
        path = self.folder / "out.json"
        self.run(self.archives.export_json(path, Course(), chat.id if chat is not None else None))
        return path.read_bytes()

    def imported(self, content: bytes, course: Course | None = None) -> Imported:
        path = self.folder / "in.json"
        path.write_bytes(content)
        return self.run(self.archives.import_file(path, course or Course()))

    def titles(self) -> list[str]:
        return sorted(chat.title for chat in self.run(self.store.conversations()))

    def texts(self, title: str) -> list[str]:
        """Return what stands in a chat, a person's messages marked."""
        [chat] = [chat for chat in self.run(self.store.conversations()) if chat.title == title]
        return [f"{'> ' if m.role == 'user' else ''}{m.text}" for m in self.run(self.store.path(chat.id))]

    def close(self) -> None:
        assert self.store.close(10)
        assert not self.faults

    async def _import_framed(self, stream: BinaryIO, *, trusted: bool) -> Conversation:
        self.framed.append(stream.read())
        return (await self.store.conversations())[0]


def node(name: str, parent: str | None, role: str | None, text: str = "", **values: Any) -> dict[str, Any]:
    """Return a node of ChatGPT's mapping; without a role it has no message. Its children are added by conversation()."""
    content = values.pop("content", {"content_type": "text", "parts": [text]})
    message = {"id": name, "author": {"role": role}, "content": content, "create_time": BEGAN, "metadata": {}, **values}
    return {"id": name, "message": message if role else None, "parent": parent, "children": []}


def conversation(title: Any, *nodes: dict[str, Any], current: str | None = None, **values: Any) -> dict[str, Any]:
    """Return a conversation of ChatGPT."""
    mapping = {one["id"]: one for one in nodes}
    for one in nodes:
        if isinstance(one["parent"], str) and one["parent"] in mapping:
            mapping[one["parent"]]["children"].append(one["id"])
    return {
        "title": title,
        "create_time": BEGAN,
        "update_time": BEGAN + 60,
        "mapping": mapping,
        "current_node": current or (nodes[-1]["id"] if nodes else None),
        **values,
    }


def simple(title: Any = "Tides", **values: Any) -> dict[str, Any]:
    return conversation(
        title,
        node("root", None, None),
        node("system", "root", "system"),
        node("ask", "system", "user", "Why are there tides?"),
        node("answer", "ask", "assistant", "The moon.", metadata={"model_slug": "gpt-x"}),
        **values,
    )


def as_file(*conversations: Any) -> bytes:
    return json.dumps(conversations).encode()
