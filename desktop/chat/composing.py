"""What a person needs while they write: files beside the text, and how much of the context it all takes."""

from collections.abc import Sequence
from pathlib import Path

from desktop.chat.attaching import AttachmentError, read_attachment
from desktop.chat.counting import Counting
from desktop.chat.message_size import MessageSize
from desktop.conversations.message import ConversationId
from desktop.conversations.store import ConversationStore
from desktop.conversations.written import Attachment, Written
from desktop.inference.engine import Engine
from desktop.inference.errors import ModelClosedError
from desktop.system.threads import in_thread
from desktop.system.words import say


class Composing:
    """Read files, keep them with drafts, and count tokens. For the event loop's thread."""

    def __init__(self, store: ConversationStore, engine: Engine, counting: Counting) -> None:
        """Use the store and the engine."""
        self._store, self._engine, self._counting = store, engine, counting

    async def attach(self, path: Path) -> Attachment:
        """See Composing in desktop.chat.api."""
        attachment = await in_thread("attaching", lambda: read_attachment(path))
        try:
            tokens = await self._counting.tokens(attachment.block())
        except ModelClosedError:  # counted once a model is there
            return attachment
        model = self._engine.loaded
        if model is not None and tokens >= model.context_tokens:
            raise AttachmentError(
                say(
                    "“{name}” has {tokens} tokens and the model can read {most} at once, so it was not attached. "
                    "Attach the part that matters.",
                    name=path.name,
                    tokens=tokens,
                    most=model.context_tokens,
                )
            )
        return attachment

    async def attachments(self, conversation_id: ConversationId) -> tuple[Attachment, ...]:
        """See Composing in desktop.chat.api."""
        return await self._store.attachments(conversation_id)

    async def save_attachments(self, conversation_id: ConversationId, attachments: Sequence[Attachment]) -> None:
        """See Composing in desktop.chat.api."""
        await self._store.save_attachments(conversation_id, attachments)

    async def size(self, conversation_id: ConversationId, written: Written) -> MessageSize | None:
        """See Composing in desktop.chat.api."""
        return await self._counting.size(conversation_id, written)
