"""The use cases of chats, as coroutines; see desktop.chat.api for what the window may rely on."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from desktop.chat.chat_state import ChatState
from desktop.chat.errors import StillReplyingError, UnexpectedLoadError
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import (
    Activity,
    ConversationAdded,
    ConversationChanged,
    MessageAdded,
    ModelChanged,
    ModelPhase,
    ModelState,
    NoticeRaised,
    Readiness,
)
from desktop.chat.readiness import reading_speed
from desktop.chat.titles import NEW_CHAT, fork_title, title_from
from desktop.chat.turns import Turns, is_cut, kv_context
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId, Role, Status
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine, ModelSource
from desktop.inference.errors import ModelClosedError
from desktop.inference.job import Purpose
from desktop.models.gguf import read_model_file
from desktop.sessions.store import SegmentStore
from desktop.system.errors import RivuletError

log = logging.getLogger(__name__)

PROGRESS_STEP = 0.02

Spawn = Callable[[Coroutine[Any, Any, None]], None]


class ChatService:
    """What the window may ask of chats. For the event loop's thread."""

    def __init__(self, store: ConversationStore, segments: SegmentStore, engine: Engine, events: EventBuffer, spawn: Spawn) -> None:
        """Use the stores and the engine; events tell the window what happens, spawn runs a coroutine beside."""
        self._store, self._engine, self.events, self._spawn = store, engine, events, spawn
        self._turns = Turns(store, segments, engine, lambda: self._loaded_name)
        self._model = ModelState(ModelPhase.NONE)
        self._loaded_name = ""  # of the model that answers, also while the file of another one is looked at
        self._chats: dict[ConversationId, ChatState] = {}
        self._awaiting_model: list[ConversationId] = []  # a reply is wanted as soon as a model is there
        self._loading = asyncio.Lock()

    @property
    def model(self) -> ModelState:
        """See Chats."""
        return self._model

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

    async def conversations(self) -> list[Conversation]:
        """See Chats."""
        return await self._store.conversations()

    async def new(self) -> Conversation:
        """See Chats."""
        for known in await self._store.conversations():
            if known.head_id is None and not known.draft and known.title == NEW_CHAT:
                return known
        conversation = await self._store.create(NEW_CHAT, date.today())
        self.events.put(ConversationAdded(conversation))
        return conversation

    async def open(self, conversation_id: ConversationId) -> list[Message]:
        """See Chats."""
        messages = await self._store.path(conversation_id)
        if messages and messages[-1].status is Status.STREAMING:
            if (turn := self._turns.streaming(messages[-1].id)) is None:  # it ended meanwhile
                messages = await self._store.path(conversation_id)
                if messages[-1].status is Status.STREAMING:  # and its end could not be stored
                    messages[-1] = replace(messages[-1], status=Status.INTERRUPTED)
            elif (reply := turn.current_reply()) is not None:  # what is stored is up to a second older
                messages[-1] = reply
        self._chat(conversation_id).is_open = True
        self._spawn(self._bring_in(conversation_id, Purpose.RESTORE))
        return messages

    async def prepare(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        self._chat(conversation_id).is_writing = True
        await self._bring_in(conversation_id, Purpose.READ)

    async def close(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        chat = self._chat(conversation_id)
        chat.is_open = chat.is_writing = False
        if chat.activity is Activity.IDLE:
            self._engine.leave(conversation_id)
            chat.set_readiness(None)

    async def send(self, conversation_id: ConversationId, text: str) -> None:
        """See Chats."""
        chat = self._chat(conversation_id)
        async with chat.lock:
            await self._make_idle(chat)
            chat.is_writing = False
            conversation = await self._store.conversation(conversation_id)
            message = await self._store.add_user_message(conversation_id, text)
            self.events.put(MessageAdded(conversation_id, message))
            await self._retitle(conversation, text)
            await self._reply(chat)

    async def stop(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        chat = self._chat(conversation_id)
        async with chat.lock:  # a reply that is about to begin has begun then
            if conversation_id in self._awaiting_model:
                self._awaiting_model.remove(conversation_id)
                chat.set_activity(Activity.IDLE)
            await self._turns.stop(chat)

    async def continue_reply(self, conversation_id: ConversationId) -> None:
        """See Chats."""
        chat = self._chat(conversation_id)
        async with chat.lock:
            await self._make_idle(chat)
            messages = await self._store.path(conversation_id)
            if messages and (is_cut(messages[-1]) or messages[-1].role is Role.USER):
                await self._reply(chat)

    async def fork(self, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
        """See Chats."""
        parent = await self._store.conversation(conversation_id)
        fork = await self._store.fork(conversation_id, message_id, fork_title(parent.title))
        messages = await self._store.path(fork.id)
        chat = self._chat(fork.id)
        chat.continues_from = len(messages)
        if (turn := self._turns.streaming(message_id)) is not None:
            turn.listen(chat)
        self.events.put(ConversationAdded(fork))
        if messages[-1].role is Role.USER:
            async with chat.lock:
                await self._reply(chat)
        return fork

    async def rename(self, conversation_id: ConversationId, title: str) -> None:
        """See Chats."""
        if clean := title_from(title):
            self.events.put(ConversationChanged(await self._store.rename(conversation_id, clean)))

    async def save_draft(self, conversation_id: ConversationId, text: str) -> None:
        """See Chats."""
        await self._store.save_draft(conversation_id, text)

    async def settle(self) -> None:
        """Return when all that was sent until now is stored and its replies have begun or wait for a model."""
        for chat in list(self._chats.values()):
            async with chat.lock:
                pass

    async def load_model(self, path: Path) -> None:
        """See Chats."""
        async with self._loading:
            if not await self._load_model(path):
                return
        for conversation_id in self._awaiting_model[:]:
            chat = self._chat(conversation_id)
            async with chat.lock:
                if conversation_id not in self._awaiting_model:  # somebody stopped it meanwhile
                    continue
                self._awaiting_model.remove(conversation_id)
                try:
                    await self._reply(chat)
                except Exception:  # the other chats wait too
                    log.exception("a reply did not begin")
        for chat in [chat for chat in self._chats.values() if chat.is_open]:
            await self._bring_in(chat.id, Purpose.READ if chat.is_writing else Purpose.RESTORE)

    async def _load_model(self, path: Path) -> bool:
        before = self._model
        self._set_model(ModelState(ModelPhase.LOADING, path, path.stem))
        try:
            file = await self._engine.in_model_thread(lambda: read_model_file(path))
        except RivuletError as error:
            if before.phase is ModelPhase.READY:  # it goes on as if nothing had been asked
                self._set_model(before)
                self.events.put(NoticeRaised(error.sentence))
            else:
                self._fail_model(path, error)
            return False
        for chat in self._chats.values():  # what was ready was so for the model that goes
            if chat.activity is Activity.IDLE:
                chat.set_readiness(None)
        try:
            loaded = await self._engine.load(ModelSource(path, file.identity, file.vocabulary), self._on_progress(path, file.name))
        except RivuletError as error:
            self._fail_model(path, error)
            return False
        except Exception:
            log.exception("loading failed")
            self._fail_model(path, UnexpectedLoadError(path.name))
            return False
        device = f"CPU, {loaded.threads} threads" if loaded.device == "CPU" else loaded.device
        self._loaded_name = file.name
        self._turns.earlier_speed = reading_speed(await self._store.longest_reading(file.name))
        self._set_model(ModelState(ModelPhase.READY, path, file.name, device, loaded.context_tokens, 1.0))
        try:
            await self._store.save_kv_context(kv_context(loaded, file.name))
        except RivuletError as error:  # it only serves to say why a chat is read again
            log.warning("context not stored: %s", error.sentence)
        return True

    def _chat(self, conversation_id: ConversationId) -> ChatState:
        return self._chats.setdefault(conversation_id, ChatState(conversation_id, self.events))

    async def _make_idle(self, chat: ChatState) -> None:
        """End a reading that nobody waits for any more. Raises StillReplyingError while a reply is on its way."""
        if chat.activity is Activity.REPLYING or chat.id in self._awaiting_model:
            raise StillReplyingError
        conversation = await self._store.conversation(chat.id)
        if self._turns.streaming(conversation.head_id) is not None:
            raise StillReplyingError
        await self._turns.stop(chat)

    async def _bring_in(self, conversation_id: ConversationId, purpose: Purpose) -> None:
        """Restore or read a chat that does nothing else. What fails here is told when the person sends."""
        chat = self._chat(conversation_id)
        if self._engine.loaded is None or (chat.lock.locked() and purpose is Purpose.RESTORE):
            return
        async with chat.lock:
            if chat.activity is not Activity.IDLE or chat.purpose is Purpose.READ or chat.purpose is purpose:
                return
            await self._turns.stop(chat)  # restoring; reading does that too
            try:
                await self._turns.begin_restoring(chat, await self._store.conversation(conversation_id), purpose)
            except RivuletError as error:
                log.info("not restored: %s", error.sentence)

    async def _reply(self, chat: ChatState) -> None:
        """Generate a reply at the chat's head, now or once a model is there. What fails is told as a notice."""
        chat.set_activity(Activity.READING)
        try:
            conversation = await self._store.conversation(chat.id)
            await self._turns.reply(chat, conversation, lambda reply: self.events.put(MessageAdded(chat.id, reply)))
        except ModelClosedError:
            self._awaiting_model.append(chat.id)
            chat.set_activity(Activity.WAITING)
        except RivuletError as error:
            chat.set_activity(Activity.IDLE)
            self.events.put(NoticeRaised(error.sentence, chat.id))
        except BaseException:
            chat.set_activity(Activity.IDLE)
            raise

    async def _retitle(self, conversation: Conversation, text: str) -> None:
        """Name a chat by the first message of its own, unless the person did."""
        self._chat(conversation.id).continues_from = 0
        is_automatic = conversation.title == NEW_CHAT
        if conversation.forked_from_id is not None and conversation.forked_at_id is not None:
            parent = await self._store.conversation(conversation.forked_from_id)
            is_automatic = conversation.title == fork_title(parent.title)
        if is_automatic and conversation.forked_at_id is not None:
            path = await self._store.path(conversation.id)
            own = [m for m in path if m.id > conversation.forked_at_id and m.role is Role.USER]
            is_automatic = len(own) == 1
        if is_automatic and (title := title_from(text)):
            self.events.put(ConversationChanged(await self._store.rename(conversation.id, title)))
        else:
            self.events.put(ConversationChanged(await self._store.conversation(conversation.id)))

    def _set_model(self, model: ModelState) -> None:
        self._model = model
        self.events.put(ModelChanged(model))

    def _fail_model(self, path: Path, error: RivuletError) -> None:
        self._set_model(ModelState(ModelPhase.FAILED, path, path.stem, error=error.sentence))

    def _on_progress(self, path: Path, name: str) -> Callable[[float], None]:
        told = 0.0

        def on_progress(progress: float) -> None:
            nonlocal told
            if progress - told >= PROGRESS_STEP:
                told = progress
                self.events.put(ModelChanged(ModelState(ModelPhase.LOADING, path, name, progress=progress)))

        return on_progress
