"""Chats of which nothing is stored: they are gone once they are closed, or with the process."""

from dataclasses import replace
from datetime import date

from desktop.chat.chat_table import ChatTable
from desktop.chat.errors import StillReplyingError
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ConversationAdded
from desktop.chat.naming import message_title
from desktop.chat.titles import NEW_CHAT, TEMPORARY_CHAT
from desktop.conversations.archive import ArchivedTree
from desktop.conversations.message import Conversation, ConversationId, Role
from desktop.conversations.store import ConversationStore
from desktop.inference.job import Purpose


class Temporary:
    """Begin such chats, and turn them into ordinary ones. For the event loop's thread."""

    def __init__(self, store: ConversationStore, table: ChatTable, events: EventBuffer) -> None:
        """Use the store; events tell the window what happens."""
        self._store, self._table, self._events = store, table, events

    async def new(self) -> Conversation:
        """See api.Temporary."""
        default = next((preset for preset in await self._store.presets.presets() if preset.is_default), None)
        conversation = await self._store.create_temporary(TEMPORARY_CHAT, date.today())
        if default is not None:
            conversation = await self._store.presets.set_up(conversation.id, default.setup, default.id)
        self._events.put(ConversationAdded(conversation))
        return conversation

    async def keep(self, conversation_id: ConversationId) -> Conversation:
        """See api.Temporary."""
        chat = self._table.chat(conversation_id)
        async with chat.lock:
            if chat.activity is not Activity.IDLE:
                raise StillReplyingError
            kept = await self._store_whole(conversation_id)
        await self._table.bring_in(kept.id, Purpose.RESTORE)  # from the context, and so saved, before the temporary chat leaves it
        return kept

    async def _store_whole(self, conversation_id: ConversationId) -> Conversation:
        chat = await self._store.conversation(conversation_id)
        attachments = await self._store.attachments(conversation_id)
        edits = await self._store.edits(conversation_id)
        before = (await self._store.archive.read_outline([conversation_id], is_alone=True)).message_ids
        tree, records = await self._store.archive.read_archive(conversation_id)
        stored = await self._store.archive.add_archive(_titled(tree), records.tokens)
        kept = stored.conversations[0]
        try:
            for message_id, edit in edits.items():
                await self._store.save_edit(kept.id, stored.message_ids[before.index(message_id)], edit)
            await self._store.save_attachments(kept.id, attachments)
            if chat.preset_id in {preset.id for preset in await self._store.presets.presets()}:
                await self._store.presets.set_up(kept.id, chat.setup, chat.preset_id)
            kept = await self._store.save_draft(kept.id, chat.draft)
        finally:
            self._events.put(ConversationAdded(kept))  # its messages are stored, whatever failed then
        return kept


def _titled(tree: ArchivedTree) -> ArchivedTree:
    """Return the tree with the title that its chat would have got from its first message, unless the person chose one."""
    if tree.chats[0].is_title_chosen:
        return tree
    title = next((message_title(message.text) for message in tree.messages if message.role is Role.USER), "")
    return replace(tree, chats=(replace(tree.chats[0], title=title or NEW_CHAT),))
