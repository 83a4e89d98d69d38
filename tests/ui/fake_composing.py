"""What a person needs while they write, for the window's own tests: a token is a word."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.chat.attaching import read_attachment
from desktop.chat.message_size import MessageSize
from desktop.conversations.message import ConversationId
from desktop.conversations.written import Attachment, Written

if TYPE_CHECKING:
    from tests.ui.fake_chats import FakeChats

ROOM = 512


class FakeComposing:
    """Reads files, keeps those of drafts in stored, and counts words; notes what it counted."""

    def __init__(self, chats: "FakeChats") -> None:
        self._chats = chats
        self.stored: dict[ConversationId, tuple[Attachment, ...]] = {}
        self.counted: list[Written] = []

    async def attach(self, path: Path) -> Attachment:
        return read_attachment(path)

    async def attachments(self, conversation_id: ConversationId) -> tuple[Attachment, ...]:
        return self.stored.get(conversation_id, ())

    async def save_attachments(self, conversation_id: ConversationId, attachments: Sequence[Attachment]) -> None:
        self._chats.calls.append(("save_attachments", conversation_id, tuple(attachments)))
        self.stored[conversation_id] = tuple(attachments)

    async def size(self, conversation_id: ConversationId, written: Written) -> MessageSize | None:
        self.counted.append(written)
        used, context = self._chats.context(conversation_id)
        words = len(written.message().split())
        return MessageSize(words, used + words, context - ROOM, context, tuple(len(it.text.split()) for it in written.attachments))
