"""The store of conversations: what the application asks of the transcript."""

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from desktop.conversations import (
    attachments,
    checkpoints,
    edits,
    family,
    keeping,
    kv_records,
    search,
    search_index,
    transcript,
    versions,
)
from desktop.conversations.archive_store import ArchiveStore
from desktop.conversations.chat_tree import ChatTree
from desktop.conversations.context_start import ContextStore
from desktop.conversations.database import Connection, DatabaseThread, Job, T
from desktop.conversations.edits import Edit
from desktop.conversations.errors import StorageError
from desktop.conversations.kv_records import KvContext, SavedNode, TokenForm
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId, ReplyStats, Status
from desktop.conversations.migrations import forget_copies, open_migrated, schema_steps
from desktop.conversations.order import OrderStore
from desktop.conversations.preset_store import PresetStore
from desktop.conversations.search import SearchQuery, SearchResults
from desktop.conversations.temporary import TemporaryDatabase
from desktop.conversations.written import Attachment

_log = logging.getLogger(__name__)


class ConversationStore:
    """Keep chats, messages and what belongs to them in one SQLite file.

    All is done in the order in which it was asked for, each call in a transaction of its own: a coroutine sees what
    plain calls before it have written, and what it changed is on the disk when it returns. Coroutines may be awaited
    on any asyncio loop and raise UnknownConversationError, UnknownMessageError and StorageError, with nothing changed;
    plain calls may come from any thread, return at once, and tell failures by on_error.
    """

    def __init__(self, database: DatabaseThread, path: Path) -> None:
        self._database, self._path = database, path
        self._of = TemporaryDatabase(database)
        self.archive = ArchiveStore(database, self._of, self._add)
        self.order = OrderStore(database, self._of)
        self.context = ContextStore(self._of)
        self.presets = PresetStore(database, self._of)
        self._unsaved: dict[MessageId, Job[None]] = {}  # ends of replies for which there was no room; filled by the database's thread

    @classmethod
    def open(cls, path: Path, on_error: Callable[[StorageError], None]) -> "ConversationStore":
        """Open the file, made or migrated as needed; replies that were still streaming become interrupted.

        on_error is called in the database's thread. Raises StartError, among them NewerDatabaseError and
        DamagedDatabaseError, with the file untouched.
        """
        steps = schema_steps()
        database = DatabaseThread(lambda: open_migrated(path, steps), on_error)
        database.post(transcript.interrupt_leftovers)  # before all that will be asked for
        return cls(database, path)

    def close(self, timeout: float) -> bool:
        """Finish what was asked for and close; return whether that took at most timeout seconds."""
        while self._unsaved:
            self._database.post(self._unsaved.popitem()[1])
        self._of.close()
        return self._database.close(timeout)

    async def _add(self, job: Job[T], conversation_id: ConversationId | None = None) -> T:
        """Run a job that adds to the tree, which must not grow under a reply whose end is not saved yet; of a chat, where it has one."""
        if (database := self._of(conversation_id)) is not self._database:  # there is always room in it
            return await database.run(job)

        def save_then_add(connection: Connection) -> tuple[list[MessageId], T]:
            unsaved = dict(self._unsaved)
            for write in unsaved.values():
                write(connection)
            return list(unsaved), job(connection)

        saved, result = await self._database.run(save_then_add)
        for message_id in saved:  # not before the commit, which may fail; writing one again does no harm
            self._unsaved.pop(message_id, None)
        return result

    # Chats

    async def conversations(self) -> list[Conversation]:
        """Return all chats that are not in the trash, the last used first."""
        return await self._database.run(transcript.conversations)

    async def trashed(self) -> list[Conversation]:
        """Return the chats in the trash, the last that went there first."""
        return await self._database.run(transcript.trashed)

    async def conversation(self, conversation_id: ConversationId) -> Conversation:
        """Return a chat, also one in the trash."""
        return await self._of(conversation_id).run(lambda connection: transcript.conversation(connection, conversation_id))

    async def empty(self, title: str, beside: Collection[ConversationId] = ()) -> Conversation | None:
        """Return the last used chat of this title in which nothing was said or typed and that is none of these, or None."""
        return await self._database.run(lambda connection: transcript.empty(connection, title, beside))

    async def forks(self, conversation_id: ConversationId) -> list[Conversation]:
        """Return the chats that were forked from one."""
        return await self._of(conversation_id).run(lambda connection: transcript.forks(connection, conversation_id))

    async def create(self, title: str, began_on: date, system_prompt: str = "", *, is_plain: bool = False) -> Conversation:
        """Make an empty chat."""
        return await self._database.run(lambda connection: transcript.create(connection, title, began_on, system_prompt, is_plain=is_plain))

    async def create_temporary(self, title: str, began_on: date) -> Conversation:
        """Make an empty chat in memory, of which no file ever holds anything; its forks are of this kind too."""
        return await self._of.opened().run(lambda connection: transcript.create(connection, title, began_on, "", is_plain=False))

    async def fork(self, conversation_id: ConversationId, message_id: MessageId, title: str) -> Conversation:
        """Make a chat that stands at a message of this one and shares the path to it, its day and how prompts are made of it."""
        return await self._add(lambda connection: transcript.fork(connection, conversation_id, message_id, title), conversation_id)

    async def rename(self, conversation_id: ConversationId, title: str) -> Conversation:
        """Give a chat the title that the person chose."""
        return await self._of(conversation_id).run(lambda connection: transcript.rename(connection, conversation_id, title))

    async def suggest_title(self, conversation_id: ConversationId, title: str) -> Conversation:
        """Give a chat another title, unless the person chose the one that it has."""
        return await self._of(conversation_id).run(lambda connection: transcript.suggest_title(connection, conversation_id, title))

    async def save_draft(self, conversation_id: ConversationId, text: str) -> Conversation:
        """Keep what stands in a chat's composer."""
        return await self._of(conversation_id).run(lambda connection: transcript.save_draft(connection, conversation_id, text))

    async def attachments(self, conversation_id: ConversationId) -> tuple[Attachment, ...]:
        """Return the files that go with a chat's draft."""
        return await self._of(conversation_id).run(lambda connection: attachments.attachments(connection, conversation_id))

    async def save_attachments(self, conversation_id: ConversationId, kept: Sequence[Attachment]) -> None:
        """Put files in place of those that a chat's draft had. Does nothing where the chat is gone."""
        await self._of(conversation_id).run(lambda connection: attachments.save_attachments(connection, conversation_id, kept))

    async def edits(self, conversation_id: ConversationId) -> dict[MessageId, Edit]:
        """Return what is being written in place of a chat's messages."""
        return await self._of(conversation_id).run(lambda connection: edits.edits(connection, conversation_id))

    async def save_edit(self, conversation_id: ConversationId, message_id: MessageId, edit: Edit | None) -> None:
        """Keep what is being written in place of a message; None: nothing any more. Does nothing where the chat lacks the message."""
        await self._of(conversation_id).run(lambda connection: edits.save_edit(connection, conversation_id, message_id, edit))

    async def delete_conversation(self, conversation_id: ConversationId) -> None:
        """Delete a chat and those of its messages that no other chat has, with their tokens and nodes."""
        await self._of(conversation_id).run(lambda connection: transcript.delete_conversation(connection, conversation_id))

    async def forget_deleted(self) -> None:
        """Erase what was deleted from the files too: it may stand in the write-ahead log, and in copies of an earlier format."""
        await self._database.checkpoint()
        await self._database.run(lambda _: forget_copies(self._path))

    async def set_thinking(self, conversation_id: ConversationId, thinking: bool | None) -> Conversation:
        """Tell the model to reason or not; None: as its template does by itself."""
        return await self._update(conversation_id, thinking=thinking, preset_id=None)

    async def set_keeps_reasoning(self, conversation_id: ConversationId, keeps: bool) -> Conversation:
        """Keep reasoning in the context, or let the template drop it."""
        return await self._update(conversation_id, keeps_reasoning=keeps)

    async def set_model(self, conversation_id: ConversationId, model: str) -> Conversation:
        """Take note by its name which model a chat goes on with."""
        return await self._of(conversation_id).run(lambda connection: transcript.set_model(connection, conversation_id, model))

    async def set_kept_ready(self, conversation_id: ConversationId, is_kept: bool) -> Conversation:
        """Say whether a chat's saved states are never removed to make room."""
        return await self._update(conversation_id, is_kept_ready=is_kept)

    async def _update(self, conversation_id: ConversationId, **values: object) -> Conversation:
        return await self._of(conversation_id).run(lambda connection: transcript.update(connection, conversation_id, **values))

    # Chats that lose their saved states

    async def move_to_trash(self, conversation_id: ConversationId, at: datetime) -> Conversation:
        """Take a chat out of the list; saved nodes that only chats in the trash have are forgotten."""
        return await self._of(conversation_id).run(lambda connection: keeping.move_to_trash(connection, conversation_id, at))

    async def restore_from_trash(self, conversation_id: ConversationId) -> Conversation:
        """Bring a chat back into the list."""
        return await self._of(conversation_id).run(lambda connection: keeping.restore_from_trash(connection, conversation_id))

    async def kept_ready(self, others: Collection[ConversationId]) -> list[Conversation]:
        """Return the chats that are always kept ready, and the others named here, those in the trash excepted."""
        return await self._database.run(lambda connection: transcript.kept_ready(connection, others))

    async def touch(self, conversation_ids: Collection[ConversationId], at: datetime) -> None:
        """Take note that chats were used."""
        await self._database.run(lambda connection: keeping.touch(connection, conversation_ids, at))

    async def expire(self, unused_since: datetime, spared: Collection[ConversationId]) -> list[ConversationId]:
        """Forget the saved nodes that only chats unused since then have; return these chats.

        Those always kept ready, those in the trash, and the spared are not among them.
        """
        return await self._database.run(lambda connection: keeping.expire(connection, unused_since, spared))

    async def shared_messages(self, conversation_id: ConversationId) -> set[MessageId]:
        """Return which of a chat's messages other chats have too, those in the trash not counted."""
        return await self._of(conversation_id).run(lambda connection: keeping.shared_messages(connection, conversation_id))

    # Search

    async def search(self, query: SearchQuery) -> SearchResults:
        """Return the best hits in all chats that are not in the trash."""
        return await self._database.run(lambda connection: search.search(connection, query))

    async def index_some(self) -> bool:
        """Index some of the messages that are not yet, for a few milliseconds; return whether there are more."""
        return await self._database.run(search_index.add_some)

    async def purge_index(self) -> None:
        """Have nothing of deleted messages left in the index: in small steps, between which others have their turn."""
        if not (deleted := await self._database.run(search_index.unpurged)):
            return
        await self._database.run(search_index.begin_purge)
        while await self._database.run(search_index.purge_some):
            pass
        await self._database.run(lambda connection: search_index.end_purge(connection, deleted))

    # The tree

    async def path(self, conversation_id: ConversationId) -> list[Message]:
        """Return a chat's messages from the root to its head."""
        if self._unsaved:
            with suppress(StorageError):  # there may be room again; if not, what is stored is returned
                await self._add(lambda connection: None)
        return await self._of(conversation_id).run(
            lambda connection: transcript.path(connection, transcript.conversation(connection, conversation_id).head_id)
        )

    async def path_to(self, message_id: MessageId | None) -> list[Message]:
        """Return the messages from the root to any message; the path to None is empty."""
        return await self._of(message_id).run(lambda connection: transcript.path(connection, message_id))

    async def versions(self, conversation_id: ConversationId) -> dict[MessageId, tuple[MessageId, ...]]:
        """Return, for each message of a chat's path that has other versions in this chat, all of them, oldest first."""
        return await self._of(conversation_id).run(lambda connection: versions.versions(connection, conversation_id))

    async def answers(self, message_id: MessageId) -> int:
        """Return how many replies a message has, in all chats."""
        return await self._of(message_id).run(lambda connection: versions.answers(connection, message_id))

    async def tree(self, conversation_id: ConversationId) -> ChatTree:
        """Return the tree of all chats that were forked from each other, this one among them; those in the trash only connect others."""
        return await self._of(conversation_id).run(lambda connection: family.tree(connection, conversation_id))

    async def visit(self, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
        """Let a chat stand at any message of its tree; what it did not have of the way there it has from now on."""
        return await self._of(conversation_id).run(lambda connection: family.visit(connection, conversation_id, message_id))

    async def show_version(self, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
        """Let a chat stand at the newest of its messages that follow one of them, or at that one."""
        return await self._of(conversation_id).run(lambda connection: versions.show_version(connection, conversation_id, message_id))

    async def move_head(self, conversation_id: ConversationId, message_id: MessageId | None) -> Conversation:
        """Let a chat stand at any message it has, or before the first; there is nothing to redo then."""
        return await self._of(conversation_id).run(lambda connection: transcript.move_head(connection, conversation_id, message_id))

    async def stand_again(self, conversation: Conversation) -> Conversation:
        """Let a chat stand where it stood, with what there was to redo."""
        return await self._update(conversation.id, head_message_id=conversation.head_id, redo_message_id=conversation.redo_id)

    async def undo(self, conversation_id: ConversationId) -> Conversation:
        """Let a chat stand before its last turn; redo finds the way back. An empty chat stays as it is."""
        return await self._of(conversation_id).run(lambda connection: checkpoints.undo(connection, conversation_id))

    async def redo(self, conversation_id: ConversationId) -> Conversation:
        """Let a chat stand one turn nearer to where it stood before turns were taken back. Without any it stays as it is."""
        return await self._of(conversation_id).run(lambda connection: checkpoints.redo(connection, conversation_id))

    async def rewind(self, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
        """Let a chat stand at an earlier message of its path; redo finds the way back."""
        return await self._of(conversation_id).run(lambda connection: checkpoints.rewind(connection, conversation_id, message_id))

    async def delete_from(self, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
        """Let a chat stand before one of its messages; what followed stays reachable."""
        return await self._of(conversation_id).run(lambda connection: transcript.delete_from(connection, conversation_id, message_id))

    async def add_user_message(self, conversation_id: ConversationId, text: str) -> Message:
        """Add a person's message at a chat's head, and move the head to it."""
        return await self._add(lambda connection: transcript.add_user_message(connection, conversation_id, text), conversation_id)

    async def add_version(self, conversation_id: ConversationId, message_id: MessageId, text: str) -> Message:
        """Add another version of a message that a chat has, beside it, and move the head to it; a reply's reasoning stays as it is."""
        return await self._add(lambda connection: transcript.add_version(connection, conversation_id, message_id, text), conversation_id)

    # Replies

    async def begin_reply(
        self, conversation_id: ConversationId, model: str, seed: int, text: str = "", continues: MessageId | None = None
    ) -> Message:
        """Add a streaming reply and move the head to it: under the head, or beside the finished reply that it continues.

        One that continues another begins with that one's text, reasoning and tokens; text comes after it.
        """
        return await self._add(
            lambda connection: transcript.begin_reply(connection, conversation_id, model, seed, text, continues), conversation_id
        )

    def keep_reply(self, message_id: MessageId, text: str, vocabulary: str, ids: Sequence[int], reasoning: str = "") -> None:
        """Save all that a streaming reply holds so far. Does nothing to one that is finished or deleted."""
        self._of(message_id).post(_reply_writer(message_id, text, reasoning, Status.STREAMING, None, vocabulary, ids))

    def finish_reply(
        self,
        message_id: MessageId,
        text: str,
        status: Status,
        stats: ReplyStats | None,
        vocabulary: str,
        ids: Sequence[int],
        reasoning: str = "",
    ) -> None:
        """Save a reply for good, with a final status. Does nothing to one that is finished or deleted."""
        if status is Status.STREAMING:
            raise ValueError("a finished reply needs a final status")
        write = _reply_writer(message_id, text, reasoning, status, stats, vocabulary, ids)
        self._of(message_id).post(write, failed=lambda: self._unsaved.update({message_id: write}))

    async def longest_reading(self, model: str) -> ReplyStats | None:
        """Return the stats of the reply of a model for which most tokens were read."""
        return await self._database.run(lambda connection: transcript.longest_reading(connection, model))

    # What belongs to the KV cache

    async def reply_tokens(
        self, message_ids: Sequence[MessageId], vocabulary: str, form: TokenForm = TokenForm.GENERATED
    ) -> dict[MessageId, tuple[int, ...]]:
        """Return the exact tokens of those replies that have any in this vocabulary and form."""
        return await self._of(*message_ids[:1]).run(lambda connection: kv_records.reply_tokens(connection, message_ids, vocabulary, form))

    def save_node(
        self,
        message_id: MessageId,
        context_key: bytes,
        end_key: bytes,
        form: TokenForm = TokenForm.GENERATED,
        start_id: MessageId | None = None,
    ) -> None:
        """Save the newest node of the path to a message under a context. Does nothing to a deleted message."""
        node = SavedNode(message_id, context_key, end_key, form, start_id)
        self._of(message_id).post(lambda connection: kv_records.write_node(connection, node))

    async def nodes(self, message_ids: Sequence[MessageId], start_id: MessageId | None = None) -> list[SavedNode]:
        """Return the saved nodes of these messages under every context, of paths that begin with a message; None: with the first."""
        return await self._of(*message_ids[:1]).run(lambda connection: kv_records.nodes(connection, message_ids, start_id))

    async def end_keys_by_context(self) -> dict[bytes, set[bytes]]:
        """Return the end keys that any message or preset owns, by context; what no path to them holds may be swept.

        A context whose nodes are all forgotten has none.
        """
        return await self._database.run(kv_records.end_keys_by_context)

    async def head_ends(self) -> dict[bytes, set[bytes]]:
        """Return the end keys of the messages at which chats stand, by context."""
        return await self._database.run(kv_records.head_ends)

    async def save_kv_context(self, context: KvContext) -> None:
        """Keep what a context key stands for."""
        await self._database.run(lambda connection: kv_records.write_context(connection, context))

    async def kv_contexts(self) -> list[KvContext]:
        """Return what all known context keys stand for."""
        return await self._database.run(kv_records.contexts)


def _reply_writer(
    message_id: MessageId, text: str, reasoning: str, status: Status, stats: ReplyStats | None, vocabulary: str, ids: Sequence[int]
) -> Job[None]:
    ids = tuple(ids)  # the caller's list grows on

    def write(connection: Connection) -> None:
        if transcript.write_reply(connection, message_id, text, reasoning, status, stats):
            kv_records.write_tokens(connection, message_id, vocabulary, TokenForm.GENERATED, ids)
        else:
            _log.info("Reply %d is finished or deleted; what came late was dropped", message_id)

    return write
