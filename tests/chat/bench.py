"""Chats on the real store and the real engine, without a window."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from desktop.chat.chat_options import ChatOptions
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, Event, HeadMoved, MessageAdded, ModelPhase, NoticeRaised, ReplyExtended, ReplyFinished
from desktop.chat.service import ChatService
from desktop.conversations.message import ConversationId, MessageId
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine
from desktop.sessions.store import SegmentStore

PATIENCE = 20.0  # seconds


class Bench:
    """A chat service with everything under it."""

    def __init__(self, data: Path, options: ChatOptions) -> None:
        data.mkdir(exist_ok=True)
        self.sessions = data / "sessions"
        self.now = datetime.now(UTC)  # stands still unless a test moves it
        self.failures: list[BaseException] = []
        self.store = ConversationStore.open(data / "conversations.sqlite3", self.failures.append)
        self.segments = SegmentStore(self.sessions, lambda sentence: self.failures.append(OSError(sentence)))
        self.engine = Engine(self.segments, 1)
        self.buffer = EventBuffer()
        self.chats = ChatService(self.store, self.segments, self.engine, self.buffer, self.spawn, options, lambda: self.now)
        self.events: list[Event] = []
        self.calls_of_loading = 0  # of llama_decode
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self.drain()
                await asyncio.sleep(0.002)

    async def idle(self, *conversations: ConversationId) -> None:
        """Wait until these chats, or all, do nothing, and no command is under way."""
        known = conversations or list(self.chats._chats)
        await self.until(lambda: not self._tasks and all(self.is_idle(chat) for chat in known))
        self.drain()

    def is_idle(self, chat: ConversationId) -> bool:
        state = self.chats._chat(chat)
        return state.activity is Activity.IDLE and state.job_id is None

    async def load(self, model: Path) -> None:
        await self.chats.load_model(model)
        assert self.chats.model.phase is ModelPhase.READY, self.chats.model.error
        await self.until(lambda: not self._tasks)
        self.calls_of_loading = self.engine.decode_calls

    async def chat(self, *texts: str) -> ConversationId:
        """Return a new chat in which each of the texts was sent and answered."""
        conversation = await self.store.create("New chat", date.today())
        for text in texts:
            await self.chats.send(conversation.id, text)
            await self.idle(conversation.id)
        return conversation.id

    def drain(self) -> None:
        self.events += self.buffer.drain()

    def of(self, kind: type[Event]) -> list[Any]:
        self.drain()
        return [event for event in self.events if isinstance(event, kind)]

    def notices(self) -> list[str]:
        return [event.sentence for event in self.of(NoticeRaised)]

    def shown(self) -> dict[ConversationId, list[tuple[MessageId, str]]]:
        """Return each chat's messages as a window shows them that knows nothing but the events."""
        self.drain()
        messages: dict[MessageId, list[Any]] = {}
        paths: defaultdict[ConversationId, list[MessageId]] = defaultdict(list)
        for event in self.events:
            match event:
                case MessageAdded(chat, message):
                    messages[message.id] = [message.parent_id, message.text]
                    path = paths[chat]
                    del path[path.index(message.parent_id) + 1 if message.parent_id in path else 0 :]
                    path.append(message.id)
                case ReplyExtended(_, message_id, start, text, False):
                    messages[message_id][1] = messages[message_id][1][:start] + text  # each chat that shows it is told
                case ReplyFinished(chat, message):
                    assert messages[message.id][1] == message.text
                case HeadMoved(conversation, path):
                    messages |= {message.id: [message.parent_id, message.text] for message in path}
                    paths[conversation.id] = [message.id for message in path]
        return {chat: [(message_id, messages[message_id][1]) for message_id in path] for chat, path in paths.items()}

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        ended = [self.engine.close(5), self.segments.close(5), self.store.close(5)]
        await asyncio.sleep(0)
        assert all(ended)
        assert not self.failures

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failures.append(error)


class Gate:
    """Hold the thread that loads models, once it has begun."""

    def __init__(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.opened = threading.Event(), threading.Event()
        load = bench.engine._load

        def held(*arguments):
            self.begun.set()
            assert self.opened.wait(PATIENCE)
            return load(*arguments)

        monkeypatch.setattr(bench.engine, "_load", held)

    async def wait(self) -> None:
        assert await asyncio.to_thread(self.begun.wait, PATIENCE)


@asynccontextmanager
async def bench(data: Path, model: Path | None = None, options: ChatOptions | None = None) -> AsyncIterator[Bench]:
    made = Bench(data, options or ChatOptions())
    try:
        if model is not None:
            await made.load(model)
        yield made
    finally:
        await made.close()


Test = Callable[[Bench], Awaitable[None]]


def run(data: Path, model: Path | None, test: Test, options: ChatOptions | None = None) -> None:
    """Run a test on a bench of its own."""

    async def run_test() -> None:
        async with bench(data / "data", model, options) as made:
            await test(made)

    asyncio.run(run_test())
