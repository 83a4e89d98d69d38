"""The use cases of chats, as coroutines; see desktop.chat.api for what the window may rely on."""

import asyncio
import logging
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from desktop.chat.accounting import Accounting
from desktop.chat.archive import export_chat, import_chat
from desktop.chat.archives import Archives
from desktop.chat.chat_options import USUAL, ChatOptions
from desktop.chat.chat_order import ChatOrder
from desktop.chat.chat_state import ChatState
from desktop.chat.chat_table import ChatTable
from desktop.chat.checkpoints import Checkpoints
from desktop.chat.composing import Composing
from desktop.chat.context_choice import choices, with_choice
from desktop.chat.context_room import ContextRoom
from desktop.chat.counting import Counting
from desktop.chat.epochs import Epochs
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ConversationAdded, ConversationChanged, ModelState, NoticeRaised, Readiness
from desktop.chat.feeding import Feeding
from desktop.chat.forking import Forking
from desktop.chat.keeping import Keeping
from desktop.chat.model_fit import ModelFit
from desktop.chat.model_loading import ModelLoading
from desktop.chat.model_use import ModelUse
from desktop.chat.models_api import Models
from desktop.chat.no_models import NoModels
from desktop.chat.numbers import CacheCost, SessionNumbers, StorageNumbers
from desktop.chat.open_chats import OpenChats
from desktop.chat.other_model import OtherModel
from desktop.chat.other_models import OtherModels
from desktop.chat.preset_preparing import PresetPreparing
from desktop.chat.presets import Presets
from desktop.chat.replying import Replying
from desktop.chat.search import Search
from desktop.chat.sending import Sending
from desktop.chat.session import Clock, Session, Sessions, utc_now
from desktop.chat.settling import Settling
from desktop.chat.setups import Setups
from desktop.chat.spawning import Spawn
from desktop.chat.temporary import Temporary
from desktop.chat.title_making import TitleMaking
from desktop.chat.titles import title_from
from desktop.chat.trash import Trash
from desktop.chat.turns import Turns
from desktop.chat.versions import Versions
from desktop.conversations.chat_tree import ChatTree
from desktop.conversations.edits import Edit
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId, is_temporary
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine
from desktop.inference.job import Purpose
from desktop.sessions.store import SegmentStore
from desktop.system.cache_type import CacheType
from desktop.system.threads import in_thread
from desktop.system.words import say

log = logging.getLogger(__name__)


class ChatService:
    """What the window may ask of chats. For the event loop's thread."""

    def __init__(
        self,
        store: ConversationStore,
        segments: SegmentStore,
        engine: Engine,
        events: EventBuffer,
        spawn: Spawn,
        options: ChatOptions = USUAL,
        clock: Clock = utc_now,
        models: Models | None = None,
    ) -> None:
        """Use the stores and the engine; events tell the window what happens, spawn runs a coroutine beside."""
        self._store, self._segments, self._engine, self.events, self._spawn = store, segments, engine, events, spawn
        self._turns = Turns(store, segments, engine, lambda: self._models.name)
        self._table = ChatTable(store, engine, self._turns, events)
        self._chats = self._table.states
        self.search = Search(store)
        self.sessions = Sessions(clock, options.time_to_live)
        chosen = choices(options.cache_types, options.context_lengths, options.gpu_layers)
        self._models = ModelLoading(
            store,
            engine,
            self._turns,
            self._table,
            events,
            options.loading,
            chosen,
            lambda path, change, anyway: self._use.load(path, change, anyway=anyway),
            options.checks,
        )
        self._checkpoints = Checkpoints(store, self._table, events, spawn)
        self._keeping = Keeping(store, segments, engine, self._table, self.sessions, clock, spawn)
        self._trash = Trash(store, self._table, self.sessions, self._keeping, events, clock)
        self.organising = ChatOrder(store.order, events)
        self.temporary = Temporary(store, self._table, events)
        self._open_chats = OpenChats(store, engine, self._turns, self._table, self.sessions, self._keeping, self, spawn)
        self._feeding = Feeding(store, engine, self._turns, self._table, events)
        self._replying = Replying(store, self._turns, self._table, events)
        counting = Counting(store, self._turns, self._table, engine)
        self.composing = Composing(store, engine, counting)
        self._sending = Sending(store, self._turns, self._table, self._replying, counting, events)
        self._forking = Forking(store, self._turns, self._table, self._replying, events)
        self._versions = Versions(store, self._table, self._replying, events)
        self._other_models = OtherModels(store, segments, self._turns, self._table, self._models, self._replying, events)
        self._epochs = Epochs(store, segments, engine, self._turns, self._table, events)
        self.setups = Setups(store, engine, self._turns, self._table, events)
        self._preparing = PresetPreparing(store, segments, engine, self._turns, self._keeping, spawn, options.settles)
        self.presets = Presets(store, engine, self._keeping, self._preparing, events, spawn)
        self.archives = Archives(store, self.import_chat, events)
        self.room = ContextRoom(store, engine, self._turns, self._table, self._models, self._sending, events, self.load_model)
        self.models = models or NoModels()
        self._options = options
        afterwards = (self._epochs.prepare, self._preparing.prepare)
        self._use = ModelUse(self._models, self._replying, self._table, options.loading, clock, spawn, afterwards)
        Accounting(self._turns, self.sessions, lambda: self._models.name)
        Settling(store, self._turns, spawn, options.settles)
        TitleMaking(store, engine, self._turns, events, spawn, lambda: options.names_chats() and not self._models.guide_answers)
        self._turns.on_ended.append(lambda chat, _: self._keeping.note_use(chat.id))
        self._turns.on_ended.append(lambda chat, _: self._use.note())

    async def begin(self) -> None:
        """Do what an application with a window does once when it starts."""
        await self._epochs.begin()
        await self.limit()
        await self.tidy()
        await self._trash.expire()
        await self.search.keep_up()

    async def limit(self) -> None:
        """Apply the budget; before that nothing is removed."""
        await self._keeping.limit(self._options.budget)

    async def tidy(self) -> None:
        """Remove saved states that are too old or that nobody needs."""
        await self._keeping.tidy()

    def set_time_to_live(self, time_to_live: timedelta | None) -> None:
        """Say how long saved states are kept that are not used; None: forever."""
        self.sessions.time_to_live = time_to_live

    async def expire(self) -> None:
        """Remove the saved states of chats that were unused for their time to live. To be called now and then."""
        await self._keeping.expire()

    @property
    def model(self) -> ModelState:
        """See Chats."""
        return self._models.state

    @property
    def loading(self) -> ModelLoading:
        """See Chats."""
        return self._models

    @property
    def fits(self) -> ModelFit:
        """Return what tells how models fit."""
        return self._models.fits

    @property
    def tokens_restored(self) -> int:
        """Return the tokens that came from disk since the start."""
        return self._turns.tokens_restored

    def activity(self, conversation_id: ConversationId) -> Activity:
        """See Chats."""
        return self._chat(conversation_id).activity

    def readiness(self, conversation_id: ConversationId) -> Readiness:
        """See Chats."""
        return self._chat(conversation_id).readiness

    def context(self, conversation_id: ConversationId) -> tuple[int, int]:
        """See Chats."""
        loaded = self._engine.loaded
        return (self._chat(conversation_id).used, loaded.context_tokens) if loaded else (0, 0)

    async def conversation(self, conversation_id: ConversationId) -> Conversation:
        """Return a chat, also one in the trash."""
        return await self._store.conversation(conversation_id)

    async def messages(self, conversation_id: ConversationId) -> list[Message]:
        """Return a chat's messages from the root to its head, as they are stored."""
        return await self._store.path(conversation_id)

    async def conversations(self) -> list[Conversation]:
        """See Chats."""
        return await self._store.conversations()

    async def new(self, beside: Collection[ConversationId] = ()) -> Conversation:
        """See Chats."""
        return await self.presets.new_chat(beside)

    async def open(self, conversation_id: ConversationId) -> list[Message]:
        """See Chats."""
        return await self._open_chats.open(conversation_id)

    async def open_session(self, conversation_id: ConversationId, session_id: UUID | None = None) -> Session:
        """Open a chat and return its session: the one that it has, or a new one, of the id that is given for replay."""
        return await self._open_chats.open_session(conversation_id, session_id)

    async def prepare(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        self._chat(conversation_id).is_writing = True
        self._use.note()
        self._use.want()
        await self._table.bring_in(conversation_id, Purpose.READ)

    async def close(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        await (self._trash.forget if is_temporary(conversation_id) else self._open_chats.close)(conversation_id)

    async def close_unshown(self, conversation_id: ConversationId) -> None:
        """Close a chat that was opened for its session alone, unless the person has it before them by now."""
        await self._open_chats.close_unshown(conversation_id)

    async def send(self, conversation_id: ConversationId, text: str, most_tokens: int = 0) -> None:
        """See Chats. most_tokens: of the reply; 0: as many as fit."""
        await self._sending.send(conversation_id, text, most_tokens)

    async def feed(self, conversation_id: ConversationId, text: str, max_tokens: int = 0) -> str:
        """Add text to a plain chat and decode it; return up to max_tokens tokens that the model writes after it, as text."""
        await self._use.have()
        return await self._feeding.feed(conversation_id, text, max_tokens)

    async def export_chat(self, conversation_id: ConversationId, stream: BinaryIO, *, with_state: bool) -> None:
        """Write a chat, and its saved states if wanted, to a stream."""
        self._engine.flush_states(conversation_id)
        await self._engine.barrier()
        await export_chat(self._store, self._segments, conversation_id, stream, with_state=with_state)

    async def import_chat(self, stream: BinaryIO, *, trusted: bool = False) -> Conversation:
        """Make a chat of what export_chat wrote; its saved states are taken only if the person trusts where they come from."""
        async with self._keeping.sweeping:  # what is taken in has no owner for a moment
            imported = await import_chat(self._store, self._segments, stream, self._segments.folder, trusted=trusted)
        self.events.put(ConversationAdded(imported))
        return imported

    async def stop(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        chat = self._chat(conversation_id)
        async with chat.lock:  # a reply that is about to begin has begun then
            await self._table.halt(chat)

    async def stop_all(self) -> None:
        """Stop what all chats do, as stop() does."""
        await self._table.halt_all()

    async def continue_reply(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        await self._sending.continue_reply(conversation_id)

    async def fork(self, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
        """See Chats."""
        return await self._forking.fork(conversation_id, message_id)

    async def try_ways(self, conversation_id: ConversationId, message_id: MessageId, count: int) -> list[Conversation]:
        """See Chats."""
        return await self._forking.try_ways(conversation_id, message_id, count)

    async def rename(self, conversation_id: ConversationId, title: str) -> None:
        """See Chats."""
        if clean := title_from(title):
            self.events.put(ConversationChanged(await self._store.rename(conversation_id, clean)))

    async def save_draft(self, conversation_id: ConversationId, text: str) -> None:
        """See Chats."""
        await self._store.save_draft(conversation_id, text)

    async def edits(self, conversation_id: ConversationId) -> dict[MessageId, Edit]:
        """See Chats."""
        return await self._store.edits(conversation_id)

    async def save_edit(self, conversation_id: ConversationId, message_id: MessageId, edit: Edit | None) -> None:
        """See Chats."""
        await self._store.save_edit(conversation_id, message_id, edit)

    async def settle(self) -> None:
        """Return when all that was sent until now is stored and its replies have begun or wait for a model."""
        for chat in list(self._chats.values()):
            async with chat.lock:
                pass

    async def rest(self, conversation_id: ConversationId) -> None:
        """Return when a chat does nothing any more, in idle time neither."""
        chat = self._chat(conversation_id)
        await asyncio.sleep(0)  # what follows a turn begins after it
        async with chat.lock:
            pass
        await self._turns.ended(chat)

    async def undo(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        await self._checkpoints.undo(conversation_id)
        self._keeping.note_use(conversation_id)

    async def redo(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        await self._checkpoints.redo(conversation_id)
        self._keeping.note_use(conversation_id)

    async def rewind(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """See Chats."""
        await self._checkpoints.rewind(conversation_id, message_id)
        self._keeping.note_use(conversation_id)

    async def edit(self, conversation_id: ConversationId, message_id: MessageId, text: str) -> None:
        """See Chats."""
        await self._versions.edit(conversation_id, message_id, text)
        self._keeping.note_use(conversation_id)

    async def regenerate(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """See Chats."""
        await self._versions.regenerate(conversation_id, message_id)

    async def delete_from(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """See Chats."""
        await self._checkpoints.delete_from(conversation_id, message_id)
        self._keeping.note_use(conversation_id)

    async def go_to(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """See Chats."""
        await self._checkpoints.go_to(conversation_id, message_id)
        self._keeping.note_use(conversation_id)

    async def show_version(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """See Chats."""
        await self._checkpoints.show_version(conversation_id, message_id)
        self._keeping.note_use(conversation_id)

    async def versions(self, conversation_id: ConversationId) -> dict[MessageId, tuple[MessageId, ...]]:
        """See Chats."""
        return await self._store.versions(conversation_id)

    async def tree(self, conversation_id: ConversationId) -> ChatTree:
        """See Chats."""
        return await self._store.tree(conversation_id)

    async def other_model(self, conversation_id: ConversationId) -> OtherModel | None:
        """See Chats."""
        return await self._other_models.other_model(conversation_id)

    async def continue_with_loaded(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        await self._use.have()
        await self._other_models.continue_with_loaded(conversation_id)

    async def set_thinking(self, conversation_id: ConversationId, thinking: bool | None) -> None:
        """See Chats."""
        await self.setups.set_thinking(conversation_id, thinking)

    async def set_keeps_reasoning(self, conversation_id: ConversationId, keeps: bool) -> None:
        """See Chats."""
        await self.setups.set_keeps_reasoning(conversation_id, keeps)

    async def set_kept_ready(self, conversation_id: ConversationId, is_kept: bool) -> None:
        """See Chats."""
        self.events.put(ConversationChanged(await self._store.set_kept_ready(conversation_id, is_kept)))
        self._keeping.refresh()

    async def trashed(self) -> list[Conversation]:
        """Return the chats in the trash, the last that went there first."""
        return await self._store.trashed()

    async def move_to_trash(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        await self._trash.move(conversation_id)

    async def restore_from_trash(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        await self._trash.restore(conversation_id)

    async def delete(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        await self._trash.delete(conversation_id)

    async def empty_trash(self) -> None:
        """See Chats."""
        await self._trash.empty()

    def session(self, conversation_id: ConversationId) -> SessionNumbers | None:
        """See Chats."""
        return self.sessions.numbers(conversation_id)

    async def storage(self) -> StorageNumbers:
        """See Chats."""
        return await self._keeping.storage()

    async def set_budget(self, budget: int | None) -> None:
        """See Chats."""
        await self._keeping.set_budget(budget)

    async def clean(self, target: int = 0) -> int:
        """See Chats."""
        return await self._keeping.clean(target)

    def cache_costs(self) -> tuple[CacheCost, ...]:
        """See Chats."""
        return self._models.costs()

    async def set_cache_type(self, cache_type: CacheType) -> None:
        """See Chats."""
        if (path := self.model.path) is not None and cache_type is not self.model.cache_type:
            await self.load_model(path, cache_type)

    async def load_model(
        self, path: Path, cache_type: CacheType | None = None, context_tokens: int | None = None, *, anyway: bool = False
    ) -> None:
        """See Chats. cache_type: None: what was chosen for this model."""
        await self._use.load(path, with_choice(cache_type, context_tokens), anyway=anyway)

    async def load_last_model(self, path: Path | None) -> None:
        """Load the model of the last time, or the guide where that is gone, or nothing was chosen yet.

        One with which a process ended while it was loaded is not loaded, and a notice says so.
        """
        if path is None or (not await in_thread("library", path.is_file) and await self._options.checks.guide_path() is not None):
            await self._models.follow_guide()
            if path is not None and self.model.is_guide:
                self.events.put(NoticeRaised(_gone(path.stem)))
        elif not self._models.was_fatal(path):
            await self._use.load(path)

    async def unload_if_unused(self) -> None:
        """Free the model's memory if nobody has used it for as long as the person said. To be called now and then."""
        await self._use.unload_if_unused()

    def _chat(self, conversation_id: ConversationId) -> ChatState:
        return self._table.chat(conversation_id)


def _gone(name: str) -> str:
    return say("{name} is not where it was, so the guide is here. Your chats are kept; open its file, or choose another model.", name=name)
