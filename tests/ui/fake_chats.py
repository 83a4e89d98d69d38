"""Chats for the window's own tests: a small tree of conversations, and replies that are written by the test."""

from collections.abc import Collection, Coroutine
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from desktop.chat import events
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ModelPhase, ModelState, Readiness
from desktop.chat.numbers import CacheCost, SessionNumbers, StorageNumbers
from desktop.chat.other_model import OtherModel
from desktop.conversations.chat_tree import EXCERPT, ChatTree, TreeNode
from desktop.conversations.edits import Edit
from desktop.conversations.errors import UnknownConversationError
from desktop.conversations.folding import fold, places, words_of
from desktop.conversations.message import FIRST_TEMPORARY, Conversation, ConversationId, Message, MessageId, Role, Status, is_temporary
from desktop.conversations.search import SearchHit, SearchQuery, SearchResults
from desktop.conversations.tree import count_turns
from desktop.system.cache_type import CacheType
from desktop.system.errors import RivuletError
from tests.ui.fake_archives import FakeArchives
from tests.ui.fake_composing import FakeComposing
from tests.ui.fake_models import FakeLoading, FakeModels
from tests.ui.fake_order import FakeOrder
from tests.ui.fake_presets import FakePresets, FakeSetups
from tests.ui.fake_room import FakeRoom

NOW = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)
GIGABYTE = 1_000_000_000
CACHE_SIZES = {CacheType.F16: 144_000_000, CacheType.Q8_0: 76_500_000, CacheType.Q4_0: 40_500_000}
MODEL = ModelState(ModelPhase.READY, Path("models/qwen3-4b.gguf"), "Qwen3 4B", "CPU, 2 threads", context_tokens=4096)


class FakeChats:
    """Fulfils desktop.chat.api.Chats in memory; notes what it was asked in calls."""

    def __init__(self) -> None:
        self.events = EventBuffer()
        self.calls: list[tuple[Any, ...]] = []
        self.chats: dict[ConversationId, Conversation] = {}
        self.messages: dict[MessageId, Message] = {}
        self.stored_edits: dict[ConversationId, dict[MessageId, Edit]] = {}
        self.activities: dict[ConversationId, Activity] = {}
        self.readinesses: dict[ConversationId, Readiness] = {}
        self.contexts: dict[ConversationId, tuple[int, int]] = {}
        self.in_trash: list[Conversation] = []
        self.order = FakeOrder(self)
        self.sessions: dict[ConversationId, SessionNumbers] = {}
        self.other_models: dict[ConversationId, OtherModel] = {}
        self.stored = StorageNumbers(14_200_000_000, 20 * GIGABYTE, 20 * GIGABYTE, 3_100_000_000, 812, 0, is_saving=True)
        self.loaded = MODEL
        self.archives = FakeArchives(self.calls)
        self.composing = FakeComposing(self)
        self.search = FakeSearch(self)
        self.setups = FakeSetups(self)
        self.presets = FakePresets(self)
        self.room = FakeRoom(self)
        self.temporary = FakeTemporary(self)
        self.models = FakeModels(self)
        self.loading = FakeLoading(self)
        self.failure: RivuletError | None = None  # raised by the next command

    # What tests arrange and script

    def add_chat(
        self, title: str, *, parent: Conversation | None = None, at: Message | None = None, days_ago: int = 0, temporary: bool = False
    ) -> Conversation:
        temporary = temporary or (parent is not None and parent.is_temporary)
        first = FIRST_TEMPORARY if temporary else 0
        known = [*self.chats, *(gone.id for gone in self.in_trash)]
        number = max([first, *(chat_id for chat_id in known if is_temporary(chat_id) is temporary)]) + 1
        chat = Conversation(
            ConversationId(number),
            title,
            at.id if at else None,
            date(2025, 3, 4),
            NOW,
            NOW - timedelta(days=days_ago, seconds=number - first),
            forked_from_id=parent.id if parent else None,
            forked_at_id=at.id if at else None,
        )
        self.chats[chat.id] = chat
        return chat

    def say(self, chat: Conversation, role: Role, text: str, status: Status = Status.COMPLETE) -> Message:
        message = Message(MessageId(len(self.messages) + 1), self.chats[chat.id].head_id, role, text, status, NOW)
        self.messages[message.id] = message
        self.chats[chat.id] = replace(self.chats[chat.id], head_id=message.id)
        return message

    def person(self, chat: Conversation, text: str) -> Message:
        return self.say(chat, Role.USER, text)

    def reply(self, chat: Conversation, text: str, status: Status = Status.COMPLETE) -> Message:
        return self.say(chat, Role.ASSISTANT, text, status)

    def set_activity(self, chat_id: ConversationId, activity: Activity) -> None:
        self.activities[chat_id] = activity
        self.events.put(events.ActivityChanged(chat_id, activity))

    def set_readiness(self, chat_id: ConversationId, readiness: Readiness) -> None:
        self.readinesses[chat_id] = readiness
        self.events.put(events.ReadinessChanged(chat_id, readiness))

    def set_context(self, chat_id: ConversationId, used: int, total: int) -> None:
        self.contexts[chat_id] = (used, total)
        self.events.put(events.ContextChanged(chat_id, used, total))

    def set_model(self, model: ModelState) -> None:
        self.loaded = model
        self.events.put(events.ModelChanged(model))

    def change(self, chat_id: ConversationId, **fields: Any) -> None:
        self.chats[chat_id] = replace(self.chats[chat_id], **fields)
        self.events.put(events.ConversationChanged(self.chats[chat_id]))

    def remove(self, chat_id: ConversationId, *, is_deleted: bool = True) -> None:
        chat = self.chats.pop(chat_id)
        if not is_deleted:
            self.in_trash.insert(0, replace(chat, trashed_at=NOW))
        self.events.put(events.ConversationRemoved(chat_id, is_deleted))

    def path(self, head: MessageId | None) -> list[Message]:
        path: list[Message] = []
        while head is not None:
            path.append(self.messages[head])
            head = self.messages[head].parent_id
        return path[::-1]

    def move_head(self, chat_id: ConversationId, head: MessageId | None, redo: MessageId | None) -> None:
        before, after = self.path(self.chats[chat_id].head_id), self.path(head)
        if len(before) == len(after):
            return
        self.chats[chat_id] = replace(self.chats[chat_id], head_id=head, redo_id=redo)
        turns = count_turns(before[len(after) :]) - count_turns(after[len(before) :])
        self.events.put(events.HeadMoved(self.chats[chat_id], tuple(after), turns))

    def _stand_at(self, chat_id: ConversationId, head: MessageId | None) -> None:
        self.chats[chat_id] = replace(self.chats[chat_id], head_id=head, redo_id=None)

    def _go(self, chat_id: ConversationId, head: MessageId | None, move: events.Move) -> None:
        left = self.chats[chat_id].head_id
        self._stand_at(chat_id, head)
        self.events.put(events.HeadMoved(self.chats[chat_id], tuple(self.path(head)), 0, move, left))

    def begin_reply(self, chat_id: ConversationId, text: str = "") -> Message:
        message = self.reply(self.chats[chat_id], text, Status.STREAMING)
        self.events.put(events.MessageAdded(chat_id, message))
        self.set_activity(chat_id, Activity.REPLYING)
        return message

    def extend_reply(self, chat_id: ConversationId, message: Message, text: str) -> None:
        before = self.messages[message.id].text
        self.messages[message.id] = replace(self.messages[message.id], text=before + text)
        self.events.put(events.ReplyExtended(chat_id, message.id, len(before), text))

    def extend_reasoning(self, chat_id: ConversationId, message: Message, text: str) -> None:
        before = self.messages[message.id].reasoning
        self.messages[message.id] = replace(self.messages[message.id], reasoning=before + text)
        self.events.put(events.ReplyExtended(chat_id, message.id, len(before), text, is_reasoning=True))

    def finish_reply(self, chat_id: ConversationId, message: Message, status: Status = Status.COMPLETE) -> None:
        self.messages[message.id] = replace(self.messages[message.id], status=status)
        self.events.put(events.ReplyFinished(chat_id, self.messages[message.id]))
        self.set_activity(chat_id, Activity.IDLE)

    # The Protocol

    @property
    def organising(self) -> FakeOrder:
        return self.order

    @property
    def model(self) -> ModelState:
        return self.loaded

    async def conversations(self) -> list[Conversation]:
        self._note("conversations")
        return sorted((chat for chat in self.chats.values() if not chat.is_temporary), key=lambda chat: chat.updated_at, reverse=True)

    async def new(self, beside: Collection[ConversationId] = ()) -> Conversation:
        self._note("new")
        empty = next(
            (chat for chat in self.chats.values() if chat.head_id is None and chat.id not in beside and not chat.is_temporary), None
        )
        if empty is None:
            empty = self.add_chat("")
            self.events.put(events.ConversationAdded(empty))
        return empty

    async def open(self, conversation_id: ConversationId) -> list[Message]:
        self._note("open", conversation_id)
        return self.path(self.chats[conversation_id].head_id)

    async def close(self, conversation_id: ConversationId) -> None:
        self._note("close", conversation_id)
        if is_temporary(conversation_id):
            self.remove(conversation_id)

    async def prepare(self, conversation_id: ConversationId) -> None:
        self._note("prepare", conversation_id)

    async def send(self, conversation_id: ConversationId, text: str) -> None:
        self._note("send", conversation_id, text)
        self.events.put(events.MessageAdded(conversation_id, self.person(self.chats[conversation_id], text)))
        self.begin_reply(conversation_id)

    async def stop(self, conversation_id: ConversationId) -> None:
        self._note("stop", conversation_id)
        head = self.chats[conversation_id].head_id
        if head is not None and self.messages[head].status is Status.STREAMING:
            self.finish_reply(conversation_id, self.messages[head], Status.STOPPED)

    async def continue_reply(self, conversation_id: ConversationId) -> None:
        self._note("continue_reply", conversation_id)
        chat = self.chats[conversation_id]
        assert chat.head_id is not None
        cut = self.messages[chat.head_id]
        self.chats[conversation_id] = replace(chat, head_id=cut.parent_id)
        self.begin_reply(conversation_id, cut.text)

    async def fork(self, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
        self._note("fork", conversation_id, message_id)
        parent = self.chats[conversation_id]
        fork = self.add_chat(f"Fork of {parent.title}", parent=parent, at=self.messages[message_id])
        self.events.put(events.ConversationAdded(fork))
        if self.messages[message_id].role is Role.USER:
            self.begin_reply(fork.id)
        return fork

    async def undo(self, conversation_id: ConversationId) -> None:
        self._note("undo", conversation_id)
        await self.stop(conversation_id)
        chat = self.chats[conversation_id]
        path = self.path(chat.head_id)
        turn = next((message for message in reversed(path) if message.role is Role.USER), path[0] if path else None)
        if turn is not None:
            self.move_head(conversation_id, turn.parent_id, chat.redo_id or chat.head_id)

    async def redo(self, conversation_id: ConversationId) -> None:
        self._note("redo", conversation_id)
        chat = self.chats[conversation_id]
        if chat.redo_id is None:
            return
        path = self.path(chat.redo_id)
        ahead = path[len(self.path(chat.head_id)) :]
        starts = [number for number, message in enumerate(ahead) if number and message.role is Role.USER]
        head = ahead[starts[0] - 1].id if starts else chat.redo_id
        self.move_head(conversation_id, head, chat.redo_id if starts else None)

    async def rewind(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        self._note("rewind", conversation_id, message_id)
        chat = self.chats[conversation_id]
        self.move_head(conversation_id, message_id, chat.redo_id or chat.head_id)

    async def edit(self, conversation_id: ConversationId, message_id: MessageId, text: str) -> None:
        self._note("edit", conversation_id, message_id, text)
        await self.stop(conversation_id)
        before = self.messages[message_id]
        self._stand_at(conversation_id, before.parent_id)
        version = self.say(self.chats[conversation_id], before.role, text)
        self.events.put(events.MessageAdded(conversation_id, version))
        if version.role is Role.USER:
            self.begin_reply(conversation_id)

    async def regenerate(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        self._note("regenerate", conversation_id, message_id)
        await self.stop(conversation_id)
        self._stand_at(conversation_id, self.messages[message_id].parent_id)
        self.begin_reply(conversation_id)

    async def delete_from(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        self._note("delete_from", conversation_id, message_id)
        await self.stop(conversation_id)
        self._go(conversation_id, self.messages[message_id].parent_id, events.Move.DELETED)

    async def go_to(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        self._note("go_to", conversation_id, message_id)
        self._go(conversation_id, message_id, events.Move.ELSEWHERE)

    async def show_version(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        self._note("show_version", conversation_id, message_id)
        if message_id in [message.id for message in self.path(self.chats[conversation_id].head_id)]:
            return
        head = message_id
        while followers := [other.id for other in self.messages.values() if other.parent_id == head]:
            head = max(followers)
        self._go(conversation_id, head, events.Move.ELSEWHERE)

    async def versions(self, conversation_id: ConversationId) -> dict[MessageId, tuple[MessageId, ...]]:
        found = {}
        for message in self.path(self.chats[conversation_id].head_id):
            versions = tuple(other.id for other in self.messages.values() if other.parent_id == message.parent_id)
            if len(versions) > 1:
                found[message.id] = versions
        return found

    async def tree(self, conversation_id: ConversationId) -> ChatTree:
        self._note("tree", conversation_id)
        chats = tuple(self.chats.values())
        owners = {message.id: chat.id for chat in reversed(chats) for message in self.path(chat.head_id)}
        nodes = (
            TreeNode(it.id, it.parent_id, it.role, it.status, it.text[:EXCERPT], owners.get(it.id, conversation_id))
            for it in self.messages.values()
        )
        return ChatTree(tuple(nodes), chats)

    async def try_ways(self, conversation_id: ConversationId, message_id: MessageId, count: int) -> list[Conversation]:
        self._note("try_ways", conversation_id, message_id, count)
        message = self.messages[message_id]
        at = message if message.role is Role.USER else self.messages[message.parent_id or message_id]
        return [await self.fork(conversation_id, at.id) for _ in range(count)]

    async def other_model(self, conversation_id: ConversationId) -> OtherModel | None:
        return self.other_models.get(conversation_id)

    async def continue_with_loaded(self, conversation_id: ConversationId) -> None:
        self._note("continue_with_loaded", conversation_id)
        self.other_models.pop(conversation_id, None)

    async def set_thinking(self, conversation_id: ConversationId, thinking: bool | None) -> None:
        self._note("set_thinking", conversation_id, thinking)
        self.change(conversation_id, thinking=thinking)

    async def set_keeps_reasoning(self, conversation_id: ConversationId, keeps: bool) -> None:
        self._note("set_keeps_reasoning", conversation_id, keeps)
        self.change(conversation_id, keeps_reasoning=keeps)

    async def set_kept_ready(self, conversation_id: ConversationId, is_kept: bool) -> None:
        self._note("set_kept_ready", conversation_id, is_kept)
        self.change(conversation_id, is_kept_ready=is_kept)

    async def move_to_trash(self, conversation_id: ConversationId) -> None:
        self._note("move_to_trash", conversation_id)
        self.remove(conversation_id, is_deleted=False)

    async def trashed(self) -> list[Conversation]:
        return list(self.in_trash)

    async def restore_from_trash(self, conversation_id: ConversationId) -> None:
        self._note("restore_from_trash", conversation_id)
        chat = replace(next(chat for chat in self.in_trash if chat.id == conversation_id), trashed_at=None)
        self.in_trash = [other for other in self.in_trash if other.id != chat.id]
        self.chats[chat.id] = chat
        self.events.put(events.ConversationAdded(chat))

    async def delete(self, conversation_id: ConversationId) -> None:
        self._note("delete", conversation_id)
        self.chats.pop(conversation_id, None)
        self.in_trash = [chat for chat in self.in_trash if chat.id != conversation_id]
        self.events.put(events.ConversationRemoved(conversation_id, is_deleted=True))

    async def empty_trash(self) -> None:
        self._note("empty_trash")
        for chat in self.in_trash:
            await self.delete(chat.id)

    def session(self, conversation_id: ConversationId) -> SessionNumbers | None:
        return self.sessions.get(conversation_id)

    async def storage(self) -> StorageNumbers:
        self._note("storage")
        return self.stored

    async def set_budget(self, budget: int | None) -> None:
        self._note("set_budget", budget)
        limit = self.stored.default_budget if budget is None else budget
        self.stored = replace(self.stored, budget=limit, used=min(self.stored.used, max(limit, self.stored.pinned)))

    async def clean(self, target: int = 0) -> int:
        self._note("clean", target)
        freed = self.stored.used - max(target, self.stored.pinned)
        self.stored = replace(self.stored, used=self.stored.used - freed)
        return freed

    def cache_costs(self) -> tuple[CacheCost, ...]:
        present = self.loaded.cache_type
        return tuple(CacheCost(kind, size, kind is present) for kind, size in CACHE_SIZES.items())

    async def set_cache_type(self, cache_type: CacheType) -> None:
        self._note("set_cache_type", cache_type)
        self.set_model(replace(self.loaded, cache_type=cache_type))

    async def rename(self, conversation_id: ConversationId, title: str) -> None:
        self._note("rename", conversation_id, title)
        self.chats[conversation_id] = replace(self.chats[conversation_id], title=title)
        self.events.put(events.ConversationChanged(self.chats[conversation_id]))

    async def save_draft(self, conversation_id: ConversationId, text: str) -> None:
        self._note("save_draft", conversation_id, text)
        if conversation_id in self.chats:
            self.chats[conversation_id] = replace(self.chats[conversation_id], draft=text)
        elif any(chat.id == conversation_id for chat in self.in_trash):
            self.in_trash = [replace(chat, draft=text) if chat.id == conversation_id else chat for chat in self.in_trash]
        else:
            raise UnknownConversationError

    async def edits(self, conversation_id: ConversationId) -> dict[MessageId, Edit]:
        return dict(self.stored_edits.get(conversation_id, {}))

    async def save_edit(self, conversation_id: ConversationId, message_id: MessageId, edit: Edit | None) -> None:
        self._note("save_edit", conversation_id, message_id, edit)
        stored = self.stored_edits.setdefault(conversation_id, {})
        stored.pop(message_id, None)
        if edit is not None:
            stored[message_id] = edit

    async def load_model(
        self, path: Path, cache_type: CacheType | None = None, context_tokens: int | None = None, *, anyway: bool = False
    ) -> None:
        tokens = [] if context_tokens is None else [context_tokens]
        self._note("load_model", path, *tokens, *(["anyway"] if anyway else []))
        if context_tokens is not None:
            self.set_model(replace(self.loaded, context_tokens=context_tokens, chosen_tokens=context_tokens))

    def activity(self, conversation_id: ConversationId) -> Activity:
        return self.activities.get(conversation_id, Activity.IDLE)

    def readiness(self, conversation_id: ConversationId) -> Readiness:
        return self.readinesses.get(conversation_id)

    def context(self, conversation_id: ConversationId) -> tuple[int, int]:
        return self.contexts.get(conversation_id, (0, self.loaded.context_tokens))

    def _note(self, *call: Any) -> None:
        self.calls.append(call)
        if self.failure is not None and call[0] not in ("save_draft", "save_edit"):
            failure, self.failure = self.failure, None
            raise failure


class FakeTemporary:
    """Fulfils desktop.chat.api.Temporary on FakeChats."""

    def __init__(self, chats: "FakeChats") -> None:
        self._chats = chats

    async def new(self) -> Conversation:
        self._chats._note("new temporary")
        chat = self._chats.add_chat("Temporary chat", temporary=True)
        self._chats.events.put(events.ConversationAdded(chat))
        return chat

    async def keep(self, conversation_id: ConversationId) -> Conversation:
        self._chats._note("keep", conversation_id)
        kept = self._chats.add_chat("Kept")
        self._chats.chats[kept.id] = kept = replace(kept, head_id=self._chats.chats[conversation_id].head_id)
        self._chats.events.put(events.ConversationAdded(kept))
        return kept


class FakeSearch:
    """Finds what stands in the messages of FakeChats; notes what was looked for in queries."""

    def __init__(self, chats: FakeChats) -> None:
        self._chats = chats
        self.queries: list[SearchQuery] = []
        self.is_complete = True

    async def find(self, query: SearchQuery) -> SearchResults:
        self.queries.append(query)
        words = words_of(query.text)
        hits = []
        for chat in [chat for chat in self._chats.chats.values() if words and query.model in (None, chat.model)]:
            if all(word in fold(chat.title) for word in words):
                hits.append(SearchHit(chat.id, chat.title, None, "", tuple(places(chat.title, words)), chat.updated_at))
            for message in self._chats.path(chat.head_id):
                if all(word in fold(message.text) for word in words):
                    marks = tuple(places(message.text, words))
                    hits.append(SearchHit(chat.id, chat.title, message.id, message.text, marks, message.created_at))
        return SearchResults(tuple(hits), self.is_complete)


class Spawner:
    """Runs coroutines at once, to their end: the fake never waits for anything."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def __call__(self, coroutine: Coroutine[Any, Any, None]) -> None:
        try:
            run(coroutine)
        except RivuletError as error:
            self.sentences.append(error.sentence)


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine that never suspends; works inside a running loop too."""
    try:
        coroutine.send(None)
    except StopIteration as finished:
        return finished.value
    coroutine.close()
    raise AssertionError("the fake suspended")
